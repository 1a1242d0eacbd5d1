/* Opening and closing a house. */
#include "app/open.h"

#include "db/db.h"
#include "flow/command.h"
#include "meta/schema.h"

#include <stdio.h>

enum err kontor_open(struct kontor *k, struct db_config config, char why[static 256])
{
    k->plan = kontor_plan_make();
    k->house = house_new(&k->plan, NULL);
    k->db = NULL;
    config.hooks = &flow_db_hooks;
    config.user = k->house;
    enum err e = db_open(&config, &k->db, why);
    if (e != OK) {
        kontor_close(k);
        return e;
    }
    house_set_db(k->house, k->db);
    e = schema_ensure(k->house, false, NULL);
    if (e != OK) {
        snprintf(why, 256, "the tables of the store cannot be brought up to date (%s)",
                 err_name(e));
        kontor_close(k);
    }
    return e;
}

void kontor_close(struct kontor *k)
{
    if (k->house) {
        slow_stop(k->house); /* while there is still a store for it to use */
    }
    db_close(k->db);
    house_free(k->house);
    k->db = NULL;
    k->house = NULL;
}

struct who kontor_system(int64_t company)
{
    return (struct who){
        .company = company, .name = TEXT("system"), .all = true, .all_sites = true, .language = "en"
    };
}

struct first_company {
    struct arena arena;
    int64_t id;
};

static enum err read_company(struct tx *tx, void *arg)
{
    struct first_company *f = arg;
    struct rows rows;
    TRY(tx_query(tx, &f->arena, "SELECT id FROM companies WHERE archived = 0 ORDER BY id LIMIT 1",
                 NULL, 0, &rows));
    f->id = rows.n ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

enum err kontor_company(struct kontor *k, int64_t *company)
{
    struct first_company f = { 0 };
    arena_init(&f.arena, (size_t)1 << 20);
    enum err e = db_read(k->db, read_company, &f);
    arena_free(&f.arena);
    *company = f.id;
    return e != OK ? e : f.id ? OK : ERR_NOT_FOUND;
}
