/* The inside of the REST face, for its files.
 *
 * A request's work is one struct in its arena. It ends in rest_end, once: at once with a problem,
 * after a reading job, or after a command. */
#ifndef KONTOR_FACE_REST_OWN_H
#define KONTOR_FACE_REST_OWN_H

#include "db/db.h"
#include "face/metrics.h"
#include "face/rest.h"
#include "flow/command.h"
#include "meta/list.h"
#include "os/thread.h"

#define REST_BODY_MAX ((size_t)32 * 1024 * 1024) /* of an answer */

enum method_bits {
    METHOD_GET = 1 << HTTP_GET,
    METHOD_POST = 1 << HTTP_POST,
    METHOD_PATCH = 1 << HTTP_PATCH,
    METHOD_DELETE = 1 << HTTP_DELETE,
};

struct rest_work;
struct report_ask;
struct print_request;

/* What stands below a record that is no command. */
enum record_part {
    PART_NONE,
    PART_NOTES,
    PART_FILES,
    PART_STREAM,
    PART_LINKS,
    PART_CONTENT, /* of a file */
};

/* What a path names. */
struct route {
    const struct fixed_route *fixed; /* one of the addresses that belong to no entity */
    const struct entity_info *info;
    const struct command *command;
    const struct query *query;
    const struct document *document; /* to be printed, of record id */
    int64_t id;                      /* 0: the collection */
    bool history;
    bool export; /* all rows of the collection as a file */
    bool import; /* rows of a file into the collection */
    enum record_part part;
    unsigned methods; /* what it takes */
    enum metric_class metric;
    size_t command_index; /* in the metrics' table of commands */
};

enum open_to {
    OPEN_TO_USERS,   /* who is signed in */
    OPEN_TO_MACHINE, /* programs on this machine, and who is signed in */
    OPEN_TO_ALL,
};

struct fixed_route {
    const char *path;
    unsigned methods;
    enum open_to open;
    enum metric_class metric;
    void (*answer)(struct rest_work *w);
};

struct rest_server {
    struct rest_config config;
    struct house *house;
    struct metrics *metrics;
    mutex_t lock; /* over openapi */
    struct arena arena;
    text_t openapi;           /* made at the first request */
    struct http_server *http; /* for its figures; NULL without sockets */
    mutex_t health_lock;      /* one check of the store at a time */
    _Atomic int health;       /* enum err of the last one */
    _Atomic long holds;       /* its owner, requests under way, exports: the last one frees it */
};

struct rest_work {
    struct rest_server *server;
    struct rest_request *request;
    struct arena *arena;
    struct who who;
    const char *language;
    struct route route;
    int64_t began_us;
    bool signed_in, by_cookie;
    const struct http_param *params;
    size_t n_params;
    enum err (*read)(struct rest_work *w); /* runs in a reading job; fills the answer */
    struct list_query list;
    text_t fields, expand; /* as given */
    text_t group, sum;     /* of a list: rows gathered instead of shown */
    text_t filter;         /* of a list: as a person types it */
    text_t format;         /* of a file */
    const struct report_ask *report;
    struct db_job job;
    struct cx cx;     /* of a reading job, or for texts */
    struct call call; /* of a command */
};

extern const struct refusal refusal_form_token, refusal_media_type, refusal_streams,
    refusal_not_csv, refusal_import_size, refusal_no_column;

/* -- rest.c: ends ------------------------------------------------------------------------ */

/* Jobs of the store may still run when the server is stopped: whoever uses it there holds it. */
void rest_hold(struct rest_server *s);
void rest_let_go(struct rest_server *s);
/* The context of a reading job, which may be run again: end it with cx_done. */
void rest_begin_read(struct rest_work *w, struct tx *tx);
/* The request is answered: counts it and calls done. */
void rest_end(struct rest_work *w);
void rest_header_add(struct rest_work *w, const char *name, text_t value);
void rest_json(struct rest_work *w, int status, text_t body);
/* A CSV page; next: the cursor of the following one, for the Link header. */
void rest_csv(struct rest_work *w, text_t body, text_t next);
/* Answers with the refusal that stands in w->cx.failure, or what an outcome means; adds the headers
 * that belong to it. */
void rest_problem(struct rest_work *w, enum err outcome);
/* The headers that belong to a problem's status. */
void rest_problem_headers(struct rest_work *w);
/* As rest_problem with a refusal, and ends. */
void rest_refuse(struct rest_work *w, const struct refusal *why, const char *field, text_t value1,
                 text_t value2);
/* Runs read in a reading job, then ends. */
void rest_read(struct rest_work *w, enum err (*read)(struct rest_work *w));
void rest_etag(struct rest_work *w, int64_t version);
/* The key of "Authorization: Bearer KEY", or TEXT_NONE; points into it. */
text_t rest_bearer_key(text_t authorization);
/* Does an Accept header want this media type rather than JSON? (RFC 9110 section 12.5.1) */
bool rest_wants(text_t accept, const char *type);

/* Who asks: fills w->who, or refuses: not signed in, or a change by cookie without its form token.
 */
MUST_USE enum err rest_authenticate(struct rest_work *w);

/* -- rest_route.c ------------------------------------------------------------------------ */

/* false: there is nothing at that path. */
bool rest_route(const struct rest_server *s, text_t path, struct route *out);

/* -- rest_list.c, rest_record.c, rest_change.c, rest_report.c, rest_events.c, rest_plain.c ---- */

/* Reads the query's parameters into w->list, w->fields, w->expand. Refuses. */
MUST_USE enum err rest_list_params(struct rest_work *w);
enum err rest_read_list(struct rest_work *w);
enum err rest_read_groups(struct rest_work *w); /* rest_group.c */
enum err rest_read_record(struct rest_work *w);
enum err rest_read_history(struct rest_work *w);
void rest_report(struct rest_work *w);
void rest_change(struct rest_work *w);
void rest_part(struct rest_work *w); /* rest_beside.c */
void rest_presence(struct rest_work *w);
/* The record of the route, when the caller may read it: refuses forbidden, not_found. */
MUST_USE enum err rest_find(struct rest_work *w, void *record);
/* Fills w->call from the headers, as far as all changes have it in common: who, key, If-Match, the
 * answer. Refuses. */
MUST_USE enum err rest_call_fill(struct rest_work *w);
/* The body as JSON; *out is NULL when there is none. Refuses what is not JSON. */
MUST_USE enum err rest_body(struct rest_work *w, const struct json **out);

void rest_reports(struct rest_work *w); /* GET /api/v1/reports: which there are */
void rest_print_document(struct rest_work *w);
/* A request for a paper, by who asks here; and its answer as this one's. (rest_print.c) */
struct print_request *rest_print_request(struct rest_work *w);
void rest_printed(const struct print_request *p, struct rest_work *w);
void rest_events(struct rest_work *w);
void rest_session(struct rest_work *w);
void rest_health(struct rest_work *w);
void rest_ready(struct rest_work *w);
void rest_metrics(struct rest_work *w);
void rest_openapi(struct rest_work *w);

/* Which of a record's rows are printed: by name, or all but secrets; lines only when asked for and
 * the caller's to read. */
struct chosen {
    const struct field **rows;
    size_t n;
    const struct field *all; /* the rows that the chosen are of, for currencies */
    size_t n_all;
};
MUST_USE enum err rest_choose(struct rest_work *w, const struct entity_info *info, bool lines,
                              struct chosen *out);
void rest_print(struct rest_work *w, const struct chosen *c, const void *record,
                struct json_out *o);

/* One row of CSV by the chosen rows, with its line end. */
void rest_csv_row(struct rest_work *w, const struct chosen *c, const void *record, struct buf *b);

/* -- rest_export.c ----------------------------------------------------------------------- */

struct xlsx_column;
struct xlsx_cell;

/* GET /PLURAL/export: answers with a file, or begins to. */
void rest_export(struct rest_work *w);
/* GET and POST /PLURAL/import (rest_import.c). */
void rest_import(struct rest_work *w);
/* "attachment" with a name: sales_orders-2026-11-21.csv. */
void rest_attachment(struct rest_work *w, date_t day, const char *name, const char *ending);
/* How a field's values stand in a sheet, and one of them; custom: its value as text. zone: whose
 * clock shows times. */
void rest_sheet_column(struct cx *cx, const struct field *f, int decimals, struct xlsx_column *out);
void rest_sheet_cell(struct cx *cx, const struct field *f, const void *member, text_t custom,
                     text_t zone, const struct xlsx_column *column, struct xlsx_cell *out);

/* A whole number >= least and <= most given as text. Refuses with that field. */
MUST_USE enum err rest_number(struct rest_work *w, const char *field, text_t value, int64_t least,
                              int64_t most, int64_t *out);

#endif
