/* Who did what and when: the command log for people.
 *
 * The log has no index by time, and gets none: it is written by every command. Newest first is told
 * from its key (writer, seq) instead: of each writer the newest rows are looked at, up to a bound,
 * and merged by their time. What was looked at is said; `before` goes on from there. One record's
 * commands come by the index on it.
 *
 * What was asked for (the arguments) is not shown: it may speak of sites that the reader does not
 * see, or be one person's own. The record tells it to those who may read the record. */
#include "flow/audit.h"

#include "meta/zone.h"

#include <stdlib.h>

#define AUDIT_ROWS    1000   /* of an answer */
#define AUDIT_LOOK    200000 /* rows looked at for one answer, over all writers */
#define WRITERS_MAX   256
#define BEFORE_MAX    8000
#define COLUMNS       6
#define COMMAND_BYTES 120

enum { P_FROM, P_TO, P_USER, P_COMMAND, P_RECORD, P_BEFORE, PARAMS };

static const struct field params[PARAMS] = {
    [P_FROM] = { .name = "from", .kind = &kind_date, .label = N_("From") },
    [P_TO] = { .name = "to", .kind = &kind_date, .label = N_("To") },
    [P_USER] = { .name = "user",
                 .kind = &kind_ref,
                 .label = N_("Person"),
                 .target = "user_account" },
    [P_COMMAND] = { .name = "command",
                    .kind = &kind_text,
                    .label = N_("Command"),
                    .help = N_("What was done, such as sales_orders/checkout, or sales_orders for "
                               "everything about them."),
                    .max = COMMAND_BYTES },
    [P_RECORD] = { .name = "record", .kind = &kind_integer, .label = N_("Number of the record") },
    [P_BEFORE] = { .name = "before",
                   .kind = &kind_text,
                   .label = N_("Before"),
                   .help = N_("Where the answer before this one ended: its `before`."),
                   .max = BEFORE_MAX },
};

static const struct column columns[COLUMNS] = {
    { .name = "at", .label = N_("At"), .kind = &kind_time },
    { .name = "user", .label = N_("Person"), .kind = &kind_ref, .target = "user_account" },
    { .name = "command", .label = N_("Command"), .kind = &kind_text, .word = WORD_COMMAND },
    { .name = "record", .label = N_("Number of the record"), .kind = &kind_integer },
    { .name = "writer", .label = N_("Writer"), .kind = &kind_integer },
    { .name = "seq", .label = N_("Link of the chain"), .kind = &kind_integer },
};

struct looking {
    struct cx *cx;
    const struct value *args;
    int64_t from, until; /* microseconds; 0 and INT64_MAX: any */
};

struct writer_rows {
    int64_t writer, before; /* rows with a smaller seq are looked at */
    int64_t floor;          /* the smallest seq that was */
    struct rows rows;
    size_t taken;
};

/* -- asking the store
 * ------------------------------------------------------------------------------ */

static size_t put_conditions(struct looking *l, struct buf *b, struct value *args, size_t n)
{
    const struct value *given = l->args;
    args[n++] = v_int(l->cx->company);
    buf_fmt(b, " WHERE company = $%zu", n);
    if (l->from > 0) {
        args[n++] = v_int(l->from);
        buf_fmt(b, " AND at >= $%zu", n);
    }
    if (l->until < INT64_MAX) {
        args[n++] = v_int(l->until);
        buf_fmt(b, " AND at < $%zu", n);
    }
    if (given[P_USER].type == V_INT) {
        args[n++] = given[P_USER];
        buf_fmt(b, " AND who = $%zu", n);
    }
    if (given[P_COMMAND].type == V_TEXT) { /* '0' is the character behind '/' */
        text_t command = given[P_COMMAND].t;
        args[n++] = given[P_COMMAND];
        args[n++] = v_text(text_fmt(l->cx->arena, "%s/", command.s));
        args[n++] = v_text(text_fmt(l->cx->arena, "%s0", command.s));
        buf_fmt(b, " AND (command = $%zu OR (command >= $%zu AND command < $%zu))", n - 2, n - 1,
                n);
    }
    if (given[P_RECORD].type == V_INT) {
        args[n++] = given[P_RECORD];
        buf_fmt(b, " AND record = $%zu", n);
    }
    return n;
}

#define LOG_COLUMNS "at, who, command, record, writer, seq"

static enum err ask_writer(struct looking *l, struct writer_rows *w, int64_t look)
{
    struct value args[12] = { v_int(w->writer), v_int(w->before), v_int(w->before - look) };
    struct buf b;
    buf_init(&b, l->cx->arena, 4000);
    buf_str(&b, "SELECT " LOG_COLUMNS " FROM (SELECT " LOG_COLUMNS
                ", company FROM command_log WHERE writer = $1 AND seq < $2 AND seq >= $3) near");
    size_t n = put_conditions(l, &b, args, 3);
    args[n++] = v_int(AUDIT_ROWS + 1);
    buf_fmt(&b, " ORDER BY seq DESC LIMIT $%zu", n);
    w->floor = w->before > look ? w->before - look : 1;
    return store_query(l->cx, buf_done(&b).s, args, n, &w->rows);
}

static enum err ask_record(struct looking *l, struct rows *rows)
{
    struct value args[12];
    struct buf b;
    buf_init(&b, l->cx->arena, 4000);
    buf_str(&b, "SELECT " LOG_COLUMNS " FROM command_log");
    size_t n = put_conditions(l, &b, args, 0);
    args[n++] = v_int(AUDIT_ROWS);
    buf_fmt(&b, " ORDER BY at DESC, writer, seq DESC LIMIT $%zu", n);
    return store_query(l->cx, buf_done(&b).s, args, n, rows);
}

/* Each writer with the seq behind its newest row, one step in the key for each. */
static enum err ask_writers(struct looking *l, struct writer_rows *list, size_t *n)
{
    int64_t last = -1;
    *n = 0;
    while (*n < WRITERS_MAX) {
        struct rows rows;
        const struct value args[] = { v_int(last) };
        TRY(store_query(
            l->cx,
            "SELECT writer, seq FROM command_log WHERE writer > $1 ORDER BY writer, seq "
            "LIMIT 1",
            args, 1, &rows));
        if (rows.n == 0) {
            return OK;
        }
        last = rows_int(&rows, 0, 0);
        const struct value newest[] = { v_int(last) };
        TRY(store_query(l->cx,
                        "SELECT seq FROM command_log WHERE writer = $1 ORDER BY seq DESC LIMIT 1",
                        newest, 1, &rows));
        list[(*n)++] = (struct writer_rows){ .writer = last, .before = rows_int(&rows, 0, 0) + 1 };
    }
    return OK;
}

/* -- where it goes on
 * ------------------------------------------------------------------------------ */

/* "3.120-4.17": of writer 3 what is before 120. A writer that is not named is at its end. */
static enum err take_before(struct looking *l, struct writer_rows *list, size_t n)
{
    text_t rest = l->args[P_BEFORE].t;
    if (l->args[P_BEFORE].type != V_TEXT || rest.n == 0) {
        return OK;
    }
    for (size_t i = 0; i < n; i++) {
        list[i].before = 1;
    }
    while (rest.s) {
        int64_t writer, seq;
        text_t number;
        text_t one = text_split(text_split(rest, '-', &rest), '.', &number);
        if (text_to_i64(one, &writer) != OK || !number.s || text_to_i64(number, &seq) != OK) {
            return refuse(l->cx, &refusal_bad_cursor, TEXT("before"));
        }
        for (size_t i = 0; i < n; i++) {
            list[i].before = list[i].writer == writer ? seq : list[i].before;
        }
    }
    return OK;
}

static void put_before(struct looking *l, struct report *out, const struct writer_rows *list,
                       size_t n)
{
    struct buf b, at;
    struct json_out o;
    buf_init(&b, l->cx->arena, 2 * BEFORE_MAX);
    buf_init(&at, l->cx->arena, BEFORE_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct writer_rows *w = &list[i];
        int64_t goes_on = w->taken < w->rows.n
                              ? (w->taken > 0 ? rows_int(&w->rows, w->taken - 1, 5) : w->before)
                              : w->floor;
        if (goes_on > 1) {
            buf_fmt(&at, at.n ? "-%lld.%lld" : "%lld.%lld", (long long)w->writer,
                    (long long)goes_on);
        }
    }
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_bool(&o, "complete", at.n == 0);
    json_put_text(&o, "before", at.n ? buf_done(&at) : TEXT_NONE);
    json_close(&o, '}');
    out->tie_out = buf_done(&b);
}

/* -- the report
 * ------------------------------------------------------------------------------------ */

static void add(struct report *out, const struct rows *rows, size_t r)
{
    struct value row[COLUMNS];
    memcpy(row, rows->v + r * rows->cols, sizeof row);
    if (row[1].i == 0) {
        row[1] = v_null(); /* the program itself */
    }
    if (row[3].i == 0) {
        row[3] = v_null();
    }
    report_add(out, row);
}

/* The newest of the writers' next rows, over and over. */
static void merge(struct report *out, struct writer_rows *list, size_t n)
{
    for (int k = 0; k < AUDIT_ROWS; k++) {
        struct writer_rows *best = NULL;
        for (size_t i = 0; i < n; i++) {
            struct writer_rows *w = &list[i];
            if (w->taken < w->rows.n && (!best || rows_int(&w->rows, w->taken, 0) >
                                                      rows_int(&best->rows, best->taken, 0))) {
                best = w;
            }
        }
        if (!best) {
            return;
        }
        add(out, &best->rows, best->taken++);
    }
}

static void take_days(struct looking *l)
{
    text_t zone = zone_of_company(l->cx);
    l->from = 0;
    l->until = INT64_MAX;
    if (l->args[P_FROM].type == V_INT) {
        l->from = zone_day_begins(zone, (date_t){ l->args[P_FROM].i }).us;
    }
    if (l->args[P_TO].type == V_INT) {
        l->until = zone_day_begins(zone, (date_t){ l->args[P_TO].i + 1 }).us;
    }
}

static enum err audit(struct cx *cx, const struct value *args, struct report *out)
{
    struct looking l = { .cx = cx, .args = args };
    struct rows rows;
    size_t n;
    take_days(&l);
    if (args[P_RECORD].type == V_INT) {
        TRY(ask_record(&l, &rows));
        for (size_t i = 0; i < rows.n; i++) {
            add(out, &rows, i);
        }
        out->tie_out = rows.n < AUDIT_ROWS ? TEXT("{\"complete\":true,\"before\":null}")
                                           : TEXT("{\"complete\":false,\"before\":null}");
        return OK;
    }
    struct writer_rows *list = ARENA_ARRAY(cx->arena, WRITERS_MAX, struct writer_rows);
    TRY(ask_writers(&l, list, &n));
    TRY(take_before(&l, list, n));
    for (size_t i = 0; i < n; i++) {
        TRY(ask_writer(&l, &list[i], AUDIT_LOOK / (int64_t)n));
    }
    merge(out, list, n);
    put_before(&l, out, list, n);
    return OK;
}

const struct query audit_query = {
    .name = "audit",
    .label = N_("Who did what"),
    .help = N_("Every change with the person and the time, the newest first."),
    .permission = "audit.read",
    .open = "the log of commands has no site; it is for those who audit the whole company",
    .params = params,
    .n_params = PARAMS,
    .columns = columns,
    .n_columns = COLUMNS,
    .run = audit,
};
