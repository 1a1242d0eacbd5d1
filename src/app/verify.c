/* Running the invariants. */
#include "app/verify.h"

#include "db/db.h"
#include "flow/command.h"
#include "flow/log.h"
#include "os/clock.h"

#define MEMORY_MAX    ((size_t)1024 * 1024 * 1024)
#define FAULTS_MAX    ((size_t)256 * 1024)
#define COLUMNS_SHOWN 6

struct proof {
    struct house *house;
    const struct invariant *invariant;
    struct arena *arena;
    int64_t company;
    struct buf faults;
    size_t n;
};

static void put_value(struct buf *b, struct value v)
{
    switch (v.type) {
    case V_INT:
        buf_i64(b, v.i);
        break;
    case V_TEXT:
        buf_text(b, v.t);
        break;
    case V_BLOB:
        buf_hex(b, v.t.s, v.t.n);
        break;
    case V_NULL:
    default:
        buf_char(b, '-');
        break;
    }
}

static enum err count_row(void *arg, const struct value *row, size_t cols)
{
    struct proof *p = arg;
    if (p->n++ < VERIFY_ROWS_SHOWN) {
        for (size_t c = 0; c < cols && c < COLUMNS_SHOWN; c++) {
            buf_str(&p->faults, c ? " " : "");
            put_value(&p->faults, row[c]);
        }
        buf_char(&p->faults, '\n');
    }
    return OK;
}

static enum err prove(struct tx *tx, void *arg)
{
    struct proof *p = arg;
    const struct value company[] = { v_int(p->company) };
    p->n = 0;
    buf_init(&p->faults, p->arena, FAULTS_MAX);
    if (p->invariant->sql) {
        enum err e = tx_each(tx, p->invariant->sql, company, 1, count_row, p);
        if (e != OK) {
            buf_fmt(&p->faults, "%s\n", tx_error(tx));
            return e;
        }
    }
    if (p->invariant->verify) {
        struct cx cx;
        struct who system = kontor_system(p->company);
        cx_init(&cx, p->house, p->arena, tx, &system, "en");
        enum err e = p->invariant->verify(&cx, &p->faults, &p->n);
        cx_done(&cx);
        return e;
    }
    return OK;
}

struct companies {
    struct arena *arena;
    struct rows rows;
};

static enum err read_companies(struct tx *tx, void *arg)
{
    struct companies *c = arg;
    return tx_query(tx, c->arena, "SELECT id FROM companies ORDER BY id", NULL, 0, &c->rows);
}

/* The command log's chains run through all companies: once is enough. */
static bool once(const struct invariant *v)
{
    return v->verify == flow_verify_chains;
}

struct verifying {
    struct kontor *kontor;
    void (*told)(void *arg, const struct verify_result *r);
    void *arg;
    size_t all;
    size_t done, broken;
};

static enum err prove_one(struct verifying *v, const struct invariant *invariant, int64_t company)
{
    struct arena a;
    int64_t began = clock_monotonic_us();
    arena_init(&a, MEMORY_MAX);
    struct proof p = {
        .house = v->kontor->house, .invariant = invariant, .arena = &a, .company = company
    };
    enum err e = db_read(v->kontor->db, prove, &p);
    v->done++;
    v->broken += e != OK || p.n > 0;
    if (v->told && (e == OK || p.faults.n > 0)) {
        const struct verify_result r = { .invariant = invariant,
                                         .company = company,
                                         .n = p.n + (e != OK),
                                         .faults = buf_done(&p.faults),
                                         .took_us = clock_monotonic_us() - began,
                                         .permille = (int)(v->done * 1000 / v->all) };
        v->told(v->arg, &r);
    }
    arena_free(&a);
    return e;
}

enum err verify_house(struct kontor *k, void (*told)(void *arg, const struct verify_result *r),
                      void *arg, size_t *broken)
{
    struct arena a;
    struct companies c = { .arena = &a };
    arena_init(&a, MEMORY_MAX);
    enum err e = db_read(k->db, read_companies, &c);
    struct verifying v = {
        .kontor = k, .told = told, .arg = arg, .all = n_invariants * (c.rows.n ? c.rows.n : 1)
    };
    for (size_t i = 0; e == OK && i < c.rows.n; i++) {
        for (size_t n = 0; e == OK && n < n_invariants; n++) {
            if (i > 0 && once(&invariants[n])) {
                v.done++;
                continue;
            }
            e = prove_one(&v, &invariants[n], rows_int(&c.rows, i, 0));
        }
    }
    *broken = v.broken;
    arena_free(&a);
    return e;
}

enum err verify_one(struct house *h, const struct invariant *v, int64_t company, struct arena *a,
                    size_t *n, text_t *faults)
{
    struct proof p = { .house = h, .invariant = v, .arena = a, .company = company };
    TRY(db_read(house_db(h), prove, &p));
    *n = p.n;
    *faults = buf_done(&p.faults);
    return OK;
}
