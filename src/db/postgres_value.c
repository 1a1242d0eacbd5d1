/* Values in PostgreSQL's binary form: big-endian integers, texts and bytes as they are.
 *
 * The store knows three types, so arguments are int8, text or bytea. Answers may have narrower
 * integers, booleans, or the numeric that sum() of int8 gives: they come back as integers when they
 * are whole. */
#include "db/postgres_conn.h"

#include <stdlib.h>

/* Object ids of the types, fixed in PostgreSQL's catalogue (src/include/catalog/pg_type.dat). */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_CHAR = 18,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_OID = 26,
    OID_UNKNOWN = 705,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
    OID_NUMERIC = 1700,
    OID_VOID = 2278,
};

static void put_i64(char out[8], int64_t v)
{
    for (int i = 7; i >= 0; i--) {
        out[i] = (char)(v & 0xff);
        v >>= 8;
    }
}

/* n bytes, sign extended. */
static int64_t get_int(const char *p, int n)
{
    uint64_t v = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;

    for (int i = 0; i < n; i++) {
        v = v << 8 | (unsigned char)p[i];
    }
    return (int64_t)v;
}

static unsigned get_u16(const char *p)
{
    return (unsigned)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

void pg_args_fill(struct pg_args *out, const struct value *args, size_t n)
{
    out->n = (int)n;
    for (size_t i = 0; i < n; i++) {
        const struct value *v = &args[i];

        out->formats[i] = 1;
        switch (v->type) {
        case V_INT:
            put_i64(out->ints[i], v->i);
            out->values[i] = out->ints[i];
            out->lengths[i] = 8;
            out->types[i] = OID_INT8;
            break;
        case V_TEXT:
        case V_BLOB:
            INVARIANT(v->t.n <= INT32_MAX);
            out->values[i] = v->t.s ? v->t.s : "";
            out->lengths[i] = (int)v->t.n;
            out->types[i] = v->type == V_TEXT ? OID_TEXT : OID_BYTEA;
            break;
        case V_NULL:
        default:
            out->values[i] = NULL;
            out->lengths[i] = 0;
            out->types[i] = 0;
            break;
        }
    }
}

/* numeric: digits to the base 10,000, the first one worth 10,000^weight. false when it is not a
 * whole number of 64 bits. */
static bool get_numeric(const char *p, int n, int64_t *out)
{
    int digits = n >= 8 ? (int)get_u16(p) : -1;
    int weight = n >= 8 ? (int)get_int(p + 2, 2) : 0;
    unsigned sign = n >= 8 ? get_u16(p + 4) : 0xC000;
    int64_t v = 0;

    if (digits < 0 || n != 8 + 2 * digits || (sign != 0 && sign != 0x4000)) {
        return false;
    }
    for (int i = 0; i < digits || (digits > 0 && i <= weight); i++) {
        int64_t d = i < digits ? (int64_t)get_u16(p + 8 + 2 * i) : 0;

        if (i > weight) {
            if (d != 0) {
                return false;
            }
            continue;
        }
        /* Built up below zero, where the type reaches one further. */
        if (mul_i64(v, 10000, &v) != OK || sub_i64(v, d, &v) != OK) {
            return false;
        }
    }
    return sign == 0x4000 ? (*out = v, true) : sub_i64(0, v, out) == OK;
}

enum err pg_cell(struct tx *tx, const PGresult *r, int row, int col, struct value *out)
{
    const char *p = PQgetvalue(r, row, col);
    int n = PQgetlength(r, row, col);
    Oid type = PQftype(r, col);

    *out = v_null();
    if (PQgetisnull(r, row, col)) {
        return OK;
    }
    switch (type) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
        *out = v_int(get_int(p, n));
        return OK;
    case OID_OID:
        *out = v_int(get_int(p, n) & 0xffffffff);
        return OK;
    case OID_BOOL:
        *out = v_int(p[0] != 0);
        return OK;
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_BPCHAR:
    case OID_NAME:
    case OID_CHAR:
    case OID_UNKNOWN:
        *out = (struct value){ .type = V_TEXT, .t = { p, (size_t)n } };
        return OK;
    case OID_BYTEA:
        *out = v_blob(p, (size_t)n);
        return OK;
    case OID_VOID:
        return OK;
    case OID_NUMERIC:
        out->type = V_INT;
        if (get_numeric(p, n, &out->i)) {
            return OK;
        }
        *out = v_null();
        return tx_break(tx, ERR_STORE, NULL, "column %s is not a whole number of 64 bits",
                        PQfname(r, col));
    default:
        return tx_break(tx, ERR_STORE, NULL,
                        "column %s has type %u, which is none of integer, text and bytes",
                        PQfname(r, col), (unsigned)type);
    }
}

enum err pg_rows(struct tx *tx, const PGresult *r, struct arena *a, struct rows *out)
{
    int n = PQntuples(r), cols = PQnfields(r);
    struct value *v = ARENA_ARRAY(a, (size_t)n * (size_t)cols, struct value);

    for (int i = 0; i < n && !a->failed; i++) {
        for (int k = 0; k < cols; k++) {
            struct value *cell = &v[(size_t)i * (size_t)cols + (size_t)k];

            TRY(pg_cell(tx, r, i, k, cell));
            if (cell->type == V_TEXT || cell->type == V_BLOB) {
                cell->t.s = arena_copy(a, cell->t.s, cell->t.n);
            }
        }
    }
    if (a->failed) {
        return tx_break(tx, ERR_NO_MEMORY, NULL, "an answer does not fit in memory");
    }
    *out = (struct rows){ .n = (size_t)n, .cols = (size_t)cols, .v = v };
    return OK;
}
