/* Tables from descriptions: made, extended, refused, on both stores. */
#include "db/db_test_kit.h"

#include "db/migrate.h"

static const struct db_config one = { .readers = 1, .writers = 1 };

static const struct col_def order_cols[] = {
    { .name = "id", .type = COL_INT, .not_null = true },
    { .name = "user", .type = COL_TEXT, .not_null = true },
    { .name = "from", .type = COL_BLOB },
    /* added later */
    { .name = "total", .type = COL_INT, .not_null = true, .fallback = "7" },
    { .name = "note", .type = COL_TEXT, .fallback = "'-'" },
};
static const struct col_def hold_cols[] = {
    { .name = "site", .type = COL_INT, .not_null = true },
    { .name = "day", .type = COL_INT, .not_null = true },
    { .name = "n", .type = COL_INT, .not_null = true },
};
static const struct index_def order_indexes[] = {
    { .name = "order_user", .cols = "user, total DESC" },
    { .name = "order_from", .cols = "from", .where = "note <> '-'", .unique = true },
};
static const struct table_def first[] = {
    { .name = "order", .primary_key = "id", .cols = order_cols, .n_cols = 3 },
};
static const struct table_def second[] = {
    { .name = "order",
      .primary_key = "id",
      .cols = order_cols,
      .n_cols = 5,
      .indexes = order_indexes,
      .n_indexes = 2 },
    { .name = "hold",
      .primary_key = "site, day",
      .cols = hold_cols,
      .n_cols = 3,
      .clustered = true,
      .fill_percent = 70 },
};

struct run {
    const struct table_def *tables;
    size_t n;
    bool rehearse;
    struct arena arena;
    struct buf changes;
};

static enum err run(struct tx *tx, void *arg)
{
    struct run *r = arg;

    arena_free(&r->arena);
    arena_init(&r->arena, 1 << 20);
    buf_init(&r->changes, &r->arena, 1 << 16);
    return migrate_run(tx, r->tables, r->n, r->rehearse, &r->changes);
}

static void expect(struct fixture *f, const struct table_def *tables, size_t n, bool rehearse,
                   enum err want, const char *changes)
{
    struct run r = { .tables = tables, .n = n, .rehearse = rehearse };

    arena_init(&r.arena, 1 << 20);
    assert_int_equal(db_write(f->db, run, &r), want);
    assert_string_equal(r.changes.n ? r.changes.p : "", changes);
    arena_free(&r.arena);
}

static const char second_changes[] = "add column order.total\n"
                                     "add column order.note\n"
                                     "create index order_user\n"
                                     "create index order_from\n"
                                     "create table hold\n";

static void tables_grow(void **state)
{
    struct fixture *f = *state;

    open_with(f, one);
    expect(f, first, 1, true, OK, "create table order\n");
    expect(f, first, 1, false, OK, "create table order\n");
    expect(f, first, 1, false, OK, "");
    assert_int_equal(
        db_write(f->db, script_run, "INSERT INTO \"order\" (id, \"user\") VALUES (1, 'u')"), OK);
    expect(f, second, 2, true, OK, second_changes);
    expect(f, second, 2, true, OK, second_changes); /* rehearsing changed nothing */
    expect(f, second, 2, false, OK, second_changes);
    expect(f, second, 2, false, OK, "");
    assert_int_equal(kit_store_sql(f->url, "SELECT total FROM \"order\" WHERE note = '-'"), 7);
    expect(f, first, 1, false, OK, ""); /* nothing is dropped */
    assert_int_equal(kit_store_sql(f->url, "SELECT COUNT(*) FROM hold"), 0);
}

static enum err insert(struct tx *tx, void *arg)
{
    return tx_exec(tx, arg, NULL, 0);
}

static void keys_and_nulls_are_kept(void **state)
{
    struct fixture *f = *state;

    open_with(f, one);
    expect(f, second, 2, false, OK,
           "create table order\ncreate index order_user\ncreate index order_from\n"
           "create table hold\n");
    assert_int_equal(db_write(f->db, insert, "INSERT INTO hold VALUES (1, 2, 3)"), OK);
    assert_int_equal(db_write(f->db, insert, "INSERT INTO hold VALUES (1, 2, 4)"), ERR_EXISTS);
    assert_int_equal(db_write(f->db, insert, "INSERT INTO hold (site, day) VALUES (1, 3)"),
                     ERR_STORE);
    assert_int_equal(db_write(f->db, insert, "INSERT INTO hold VALUES (1, 4, 'text')"), ERR_STORE);
}

static enum err order_by_user(struct tx *tx, void *arg)
{
    static const char *const want[] = { "B", "Z", "a", "Ä", "ö" };
    struct arena a;
    struct rows r;

    (void)arg;
    arena_init(&a, 1 << 16);
    for (int i = 0; i < 5; i++) {
        struct value v[] = { v_int(i), v_str(want[(i * 2) % 5]) };

        TRY(tx_exec(tx, "INSERT INTO \"order\" (id, \"user\") VALUES ($1, $2)", v, 2));
    }
    TRY(tx_query(tx, &a, "SELECT \"user\" FROM \"order\" ORDER BY 1", NULL, 0, &r));
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(rows_text(&r, i, 0).s, want[i]);
    }
    arena_free(&a);
    return OK;
}

/* Both stores sort and compare texts by their bytes. */
static void texts_sort_by_bytes(void **state)
{
    struct fixture *f = *state;

    open_with(f, one);
    expect(f, first, 1, false, OK, "create table order\n");
    assert_int_equal(db_write(f->db, order_by_user, NULL), OK);
}

static void what_is_no_addition_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct col_def retyped[] = {
        { .name = "id", .type = COL_INT, .not_null = true },
        { .name = "user", .type = COL_INT },
    };
    static const struct col_def needing[] = {
        { .name = "id", .type = COL_INT, .not_null = true },
        { .name = "must", .type = COL_INT, .not_null = true },
    };
    static const struct table_def other_type = {
        .name = "order", .primary_key = "id", .cols = retyped, .n_cols = 2
    };
    static const struct table_def no_value = {
        .name = "order", .primary_key = "id", .cols = needing, .n_cols = 2
    };

    open_with(f, one);
    expect(f, first, 1, false, OK, "create table order\n");
    expect(f, &other_type, 1, false, ERR_INVALID,
           "impossible: another type has column order.user\n");
    expect(f, &no_value, 1, true, OK, "add column order.must\n"); /* empty: no value is needed */
    assert_int_equal(
        db_write(f->db, script_run, "INSERT INTO \"order\" (id, \"user\") VALUES (1, 'u')"), OK);
    expect(f, &no_value, 1, false, ERR_INVALID,
           "impossible: no value for the rows that stand in new column order.must\n");
    expect(f, first, 1, false, OK, "");
}

static void names_are_quoted_when_needed(void **state)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        { "party", "party" },     { "order", "\"order\"" }, { "user", "\"user\"" },
        { "A", "\"A\"" },         { "x y", "\"x y\"" },     { "1st", "\"1st\"" },
        { "a_1", "a_1" },         { "with", "\"with\"" },   { "add", "\"add\"" },
        { "q\"q", "\"q\"\"q\"" },
    };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct buf b;

        buf_init(&b, &a, 100);
        migrate_name(&b, cases[i].name);
        assert_string_equal(b.p, cases[i].want);
    }
    arena_free(&a);
}

static void the_sql_can_be_shown(void **state)
{
    struct arena a;
    struct buf b;

    (void)state;
    arena_init(&a, 1 << 16);
    buf_init(&b, &a, 10000);
    migrate_sql(&b, DB_SQLITE, second + 1, 1);
    assert_string_equal(b.p, "CREATE TABLE hold (\n"
                             "    site INTEGER NOT NULL,\n"
                             "    day INTEGER NOT NULL,\n"
                             "    n INTEGER NOT NULL,\n"
                             "    PRIMARY KEY (site, day)\n"
                             ") STRICT, WITHOUT ROWID;\n");
    buf_init(&b, &a, 10000);
    migrate_sql(&b, DB_POSTGRES, second + 1, 1);
    assert_string_equal(b.p, "CREATE TABLE hold (\n"
                             "    site BIGINT NOT NULL,\n"
                             "    day BIGINT NOT NULL,\n"
                             "    n BIGINT NOT NULL,\n"
                             "    PRIMARY KEY (site, day)\n"
                             ") WITH (fillfactor = 70);\n");
    buf_init(&b, &a, 10000);
    migrate_sql(&b, DB_SQLITE, second, 1);
    assert_non_null(strstr(b.p, "CREATE INDEX order_user ON \"order\" (\"user\", total DESC);\n"));
    assert_non_null(strstr(b.p, "CREATE UNIQUE INDEX order_from ON \"order\" (\"from\")"
                                " WHERE note <> '-';\n"));
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(tables_grow),
        ON_BOTH(keys_and_nulls_are_kept),
        ON_BOTH(texts_sort_by_bytes),
        ON_BOTH(what_is_no_addition_is_refused),
        cmocka_unit_test(names_are_quoted_when_needed),
        cmocka_unit_test(the_sql_can_be_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
