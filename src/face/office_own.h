/* The inside of the office, for its files. */
#ifndef KONTOR_FACE_OFFICE_OWN_H
#define KONTOR_FACE_OFFICE_OWN_H

#include "db/db.h"
#include "face/asset.h"
#include "face/office.h"
#include "face/page.h"
#include "flow/account.h"
#include "flow/command.h"
#include "meta/refs.h"

#define OFFICE_PAGE_MAX ((size_t)4 * 1024 * 1024)
/* What browsers ask for without showing who they are: nothing in it is anybody's. */
bool office_open_to_all(text_t path);

#define OFFICE_TABLE_MAX 40 /* columns */

struct office {
    struct rest_server *rest;
    struct house *house;
};

/* What an address of the office means. */
struct place_of {
    const struct page *page;        /* a page of the office or of an area */
    const struct area *area;        /* whose it is; NULL: the office's */
    const struct entity_info *info; /* a collection */
    const struct query *query;      /* a report */
    const struct command *command;  /* a form for a command */
    int64_t id;                     /* record */
    text_t rest;
    enum err (*show)(struct page_cx *p);
    const char *permission; /* NULL: everyone who is signed in */
    bool fragment;
};

struct page_own {
    struct office *office;
    struct rest_request *request;
    struct place_of place;
    struct user_account account;    /* of the person */
    const char *content_type;       /* NULL: an HTML page in its frame; else what stands in h->b */
    struct http_header_line header; /* one more; name NULL: none */
    text_t redirect;                /* instead of a page; TEXT_NONE: none */
    const struct table_col *cols;
    size_t n_cols, col; /* of the table that is open */
    enum frame { FRAME_OFFICE, FRAME_DOOR, FRAME_INBOX } frame;
};

struct office_work {
    struct office *office;
    struct rest_request *request;
    struct who who;
    const char *language;
    int64_t began_us;
    struct db_job job;
    struct cx cx;
    struct html html;
    struct page_cx page;
    struct page_own own;
    void (*done)(struct rest_request *r, void *arg);
    void *done_arg;
};

/* -- office_route.c -------------------------------------------------------------------------- */

/* What stands at /office/REST; false: nothing. */
bool office_route(const struct office *o, text_t path, struct place_of *out);
/* The face of an area: its own, the kernel's for the kernel's areas, or one without anything. Never
 * NULL. */
const struct area_face *office_face(const struct area *area);
/* The pages that belong to the office itself. */
extern const struct page office_pages[];
extern const size_t n_office_pages;

/* -- office_frame.c -------------------------------------------------------------------------- */

/* Language, digits, zone and site of the person who asks. */
void office_person(struct page_cx *p);
/* The whole document around what the page wrote. */
text_t office_framed(struct page_cx *p);
/* A page that says what went wrong; sets p->status. */
void office_problem_page(struct page_cx *p, enum err outcome);
/* Heading with the way to it: crumbs, title, then whatever actions the caller writes before
 * office_head_end. */
struct crumb {
    text_t label, address;
};
void office_head(struct page_cx *p, const struct crumb *crumbs, size_t n, text_t title);
/* As office_head, still inside the title: marks (a state) may follow, then office_head_actions. */
void office_head_open(struct page_cx *p, const struct crumb *crumbs, size_t n, text_t title);
void office_head_actions(struct page_cx *p);
void office_head_end(struct page_cx *p);

/* -- generic pages --------------------------------------------------------------------------- */

enum err office_sign_in(struct page_cx *p);
enum err office_today(struct page_cx *p);
enum err office_tile(struct page_cx *p);
enum err office_list(struct page_cx *p);   /* place.info */
enum err office_rows(struct page_cx *p);   /* more rows of a list, as a fragment */
enum err office_record(struct page_cx *p); /* place.info, id */
enum err office_new_record(struct page_cx *p);
enum err office_do(struct page_cx *p); /* the form of place.command */
enum err office_import(struct page_cx *p);
enum err office_report(struct page_cx *p); /* place.query */
enum err office_reports(struct page_cx *p);
enum err office_print(struct page_cx *p); /* NAME/ID.pdf: sends on to the HTTP interface */
enum err office_find(struct page_cx *p);
enum err office_lookup(struct page_cx *p);
enum err office_why(struct page_cx *p);

/* May the person see the list of this entity at all? */
bool office_may_list(const struct page_cx *p, const struct entity_info *info);
/* Where a new record is made: a form, or that of the entity's own command `create`, which shows
 * what is told only once. TEXT_NONE where the person may make none. */
text_t office_new_address(struct page_cx *p, const struct entity_info *info);
/* That command, or NULL. */
const struct command *office_create(const struct page_cx *p, const struct entity_info *info);
/* "/office/products" */
text_t office_collection(struct page_cx *p, const struct entity_info *info);

#endif
