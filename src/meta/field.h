/* Fields and their kinds.
 *
 * A field row says what a struct member is: its kind, label, limits, target. Every face of the
 * program (schema, REST, forms, CSV, history, search) walks these rows, so a new entity is a struct
 * and a table. A kind is an object; a new kind is one file.
 *
 * In memory a member is one of three things: a 64-bit integer (numbers, money, dates, references,
 * choices, yes/no), a text_t, or a lines_t. That is why rows tile a struct without padding, which
 * the audit demands.
 *
 * "No value" is NULL in the store: text_t with s == NULL, reference with id 0, date and instant
 * with their NONE, and VALUE_NONE for numbers whose row says F_NULLABLE. Other numbers, choices and
 * yes/no fall back to 0. */
#ifndef KONTOR_FIELD_H
#define KONTOR_FIELD_H

#include "base/date.h"
#include "base/json.h"
#include "base/money.h"
#include "db/migrate.h"
#include "meta/entities.h"

struct cx;
struct report;
struct field;
struct shape;

#define VALUE_NONE INT64_MIN

typedef int64_t choice_t; /* index into the row's choices; states too */
typedef int64_t flag_t;   /* 0 or 1 */

typedef struct {
    void *items; /* array of structs described by the row's shape or target entity */
    size_t n;
} lines_t;

enum storage { STORE_INT, STORE_TEXT, STORE_LINES };

struct kind {
    const char *name; /* "money": what OpenAPI extensions, custom fields and forms call it */
    enum storage storage;
    enum col_type column;    /* unused for lines */
    const char *json_type;   /* OpenAPI: "string", "integer", "boolean", "object", "array" */
    const char *json_format; /* OpenAPI format or pattern name, or NULL */
    const char *control; /* form control: "text", "number", "date", "select", "lookup", "checkbox",
                            "area", "grid", "file" */
    /* JSON value (never null) to member. The refusal is in cx with `path` as its field. Resolves
     * references through the store. */
    enum err (*from_json)(struct cx *cx, const struct field *f, const struct json *in, text_t path,
                          int decimals, void *member);
    /* Member to a JSON value under `key`; "no value" prints null. */
    void (*to_json)(struct cx *cx, const struct field *f, const void *member, int decimals,
                    struct json_out *o, const char *key);
    /* One line of text, as CSV cells, filters and messages carry it. Empty text is "no value". */
    enum err (*from_text)(struct cx *cx, const struct field *f, text_t in, text_t path,
                          int decimals, void *member);
    void (*to_text)(struct cx *cx, const struct field *f, const void *member, int decimals,
                    struct buf *b);
};

extern const struct kind kind_text, kind_long_text, kind_integer, kind_boolean, kind_money,
    kind_quantity, kind_rate, kind_date, kind_time, kind_choice, kind_state, kind_ref, kind_lines,
    kind_file, kind_json, kind_currency;

/* The kind of that name, or NULL: for fields added by users. */
const struct kind *kind_by_name(text_t name);

struct choice {
    const char *name;  /* stable, in the API */
    const char *label; /* N_() */
};

/* What of the program's own a text names: people see its label, programs its name. */
enum word {
    WORD_NONE,     /* nothing: the text is people's */
    WORD_TEXT,     /* it may be a text of the program's (a task's title) */
    WORD_ENTITY,   /* "sales_order" */
    WORD_LIST,     /* "sales_orders", or a report: "reports/stock" */
    WORD_ROLE,     /* "cashier" */
    WORD_ROLES,    /* "cashier,buyer" */
    WORD_EVENT,    /* "sales_order.placed" */
    WORD_COMMAND,  /* "sales_orders/checkout" */
    WORD_JOB,      /* "mail_send" */
    WORD_KIND,     /* of a field: "money" */
    WORD_LANGUAGE, /* that the program speaks: "es" */
    WORD_CODE,     /* nothing that has a label: a name or an expression for programs */
};

enum field_flags {
    F_REQUIRED = 1 << 0,    /* must be given and not be empty */
    F_READONLY = 1 << 1,    /* set by commands only, never by create or update from outside */
    F_UNIQUE = 1 << 2,      /* unique within the company among records that have it */
    F_COMPUTED = 1 << 3,    /* derived from other data of the same record or its lines; read-only */
    F_SECRET = 1 << 4,      /* never printed, logged or exported */
    F_SEARCH = 1 << 5,      /* found by ?q= and the search box */
    F_INDEX = 1 << 6,       /* an index (company, field), for lists filtered or opened by it */
    F_NULLABLE = 1 << 7,    /* numbers: VALUE_NONE is "no value" */
    F_CREATE_ONLY = 1 << 8, /* may be given at creation, never changed after */
    F_HIDDEN = 1 << 9,      /* not in lists and forms by default */
    F_POSITIVE = 1 << 10,   /* numbers: must be > 0 when given */
    F_NOT_NEGATIVE = 1 << 11,
    F_ANY_SITE = 1 << 13, /* reference: may name a record of a site that the caller does not see, as
                             the other end of a transfer */
    F_EVENT = 1 << 12,    /* carried in the events of the record */
};

#define CUSTOM_FIELD                                                                               \
    SIZE_MAX /* offset of a field added at run time: its value lives in record.extra */

struct field {
    const char *name;
    const struct kind *kind;
    size_t offset;
    const char *label;   /* N_() */
    const char *help;    /* N_() or NULL */
    const char *section; /* N_(): group in forms, or NULL */
    const char *unit;    /* N_(): shown after the value: "%", "days" */
    unsigned flags;
    int64_t max; /* text: characters; numbers: largest value; lines: count. 0: the kind's default */
    const char *fallback; /* text form of the value taken when none is given at creation */
    const char *target;   /* reference, lines of an entity: entity name */
    const char *via;      /* lines of an entity: the child's reference to this record */
    const struct shape
        *of; /* lines of a command's arguments or result, or a nested object's rows */
    const char
        *currency; /* money: the sibling field with its currency; NULL: the company's currency */
    const struct choice *choices;
    size_t n_choices;
    enum word word; /* text that names something of the program's own */
    /* Text: the code of a record of that entity, of an area above that this one does not know. When
     * the house has the entity, only codes that exist are taken. What is stored is the code. */
    const char *code_of;
};

/* A struct that is described by rows: an entity's record, a command's arguments, its result. */
struct shape {
    const char *name;
    const struct field *fields;
    size_t n_fields;
    size_t size; /* of the struct */
};

#define SHAPE(type, rows)                                                                          \
    {                                                                                              \
        .name = #type, .fields = (rows), .n_fields = N_ELEMENTS(rows), .size = sizeof(struct type) \
    }

/* Adds 0 to the offset when the member has that C type, and does not compile otherwise. */
#define FIELD_AT(s, m, ctype)                                                                      \
    (offsetof(struct s, m) + 0 * sizeof(_Generic(&((struct s *)0)->m, ctype * : 1)))
#define FIELD_ROW(s, m, ctype, k, ...)                                                             \
    {                                                                                              \
        .name = #m, .kind = &(k), .offset = FIELD_AT(s, m, ctype), .label = __VA_ARGS__            \
    }

/* Rows: F_KIND(struct, member, [target or choices,] label, .attribute = value, ...). */
#define F_TEXT(s, m, ...)      FIELD_ROW(s, m, text_t, kind_text, __VA_ARGS__)
#define F_LONG_TEXT(s, m, ...) FIELD_ROW(s, m, text_t, kind_long_text, __VA_ARGS__)
#define F_INTEGER(s, m, ...)   FIELD_ROW(s, m, int64_t, kind_integer, __VA_ARGS__)
#define F_BOOLEAN(s, m, ...)   FIELD_ROW(s, m, flag_t, kind_boolean, __VA_ARGS__)
#define F_MONEY(s, m, ...)     FIELD_ROW(s, m, money_t, kind_money, __VA_ARGS__)
#define F_QUANTITY(s, m, ...)  FIELD_ROW(s, m, qty_t, kind_quantity, __VA_ARGS__)
#define F_RATE(s, m, ...)      FIELD_ROW(s, m, rate_t, kind_rate, __VA_ARGS__)
#define F_DATE(s, m, ...)      FIELD_ROW(s, m, date_t, kind_date, __VA_ARGS__)
#define F_TIME(s, m, ...)      FIELD_ROW(s, m, instant_t, kind_time, __VA_ARGS__)
#define F_CURRENCY(s, m, ...)  FIELD_ROW(s, m, text_t, kind_currency, __VA_ARGS__)
#define F_JSON(s, m, ...)      FIELD_ROW(s, m, text_t, kind_json, __VA_ARGS__)
#define F_FILE(s, m, ...)      FIELD_ROW(s, m, text_t, kind_file, __VA_ARGS__)
#define F_CHOICE(s, m, list, ...)                                                                  \
    FIELD_ROW(s, m, choice_t, kind_choice, __VA_ARGS__, .choices = (list),                         \
              .n_choices = N_ELEMENTS(list))
#define F_STATE(s, m, list, ...)                                                                   \
    FIELD_ROW(s, m, choice_t, kind_state, __VA_ARGS__, .choices = (list),                          \
              .n_choices = N_ELEMENTS(list))
#define F_REF(s, m, to, ...) FIELD_ROW(s, m, to##_ref, kind_ref, __VA_ARGS__, .target = #to)
/* Lines of another entity that refers to this one by its field `via_`. Not a column. */
#define F_LINES(s, m, to, via_, ...)                                                               \
    FIELD_ROW(s, m, lines_t, kind_lines, __VA_ARGS__, .target = #to, .via = #via_)
/* Lines of a command's arguments or result: an array of structs of that shape. */
#define F_ROWS(s, m, shape_, ...) FIELD_ROW(s, m, lines_t, kind_lines, __VA_ARGS__, .of = &(shape_))

#endif
