/* Who was seen: keys and sessions found good, kept in memory.
 *
 * What is kept knows when it expires: a session by the clock and by not being used, a key at the
 * end of its last day. When a session that is used was last noted in the store is noted again every
 * TOUCH_US, without anybody waiting for it; so an idle session is asked for once more before it is
 * refused, because it may have been used on another node. */
#include "flow/account_own.h"

#include "base/map.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdlib.h>

#define LOOK_EVERY_US  INT64_C(200000)
#define SEEN_MAX       10000
#define SEEN_BYTES_MAX ((size_t)64 << 20)
#define TOUCH_US       (INT64_C(300) * US_PER_SECOND)

struct entry {
    struct who who;
    int64_t until_us; /* good until then, used or not */
    int64_t session;  /* 0: a key */
    int64_t seen_us;  /* the store knows of a use then; keys: 0 */
};

struct seen {
    mutex_t lock;
    struct arena arena; /* entries, until forgotten */
    struct map by_hash; /* hash of key or cookie to a struct entry; "k" or "c" stands before it */
    int64_t version;    /* of the master data that the entries were read at */
    int64_t looked_us;  /* when the version was last read */
    int64_t generation; /* rises when forgotten: what was read before is not kept after */
};

static void seen_free(void *p)
{
    struct seen *s = p;
    map_free(&s->by_hash);
    arena_free(&s->arena);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void *seen_new(void)
{
    struct seen *s = calloc(1, sizeof *s);
    if (s) {
        pthread_mutex_init(&s->lock, NULL);
        arena_init(&s->arena, SEEN_BYTES_MAX);
    }
    return s;
}

static struct seen *seen_of(struct house *h)
{
    static const char key;
    return house_attached(h, &key, seen_new, seen_free);
}

static void forget(struct seen *s)
{
    map_clear(&s->by_hash);
    arena_reset(&s->arena);
    s->generation++;
}

void account_forget(struct house *h)
{
    struct seen *s = seen_of(h);
    if (s) {
        mutex_lock(&s->lock);
        forget(s);
        mutex_unlock(&s->lock);
    }
}

/* -- reading it from the store ----------------------------------------------------------------- */

struct looking {
    struct house *house;
    struct arena *arena;
    text_t hash;
    bool cookie;
    int64_t version;
    instant_t now;
    bool found;
    struct entry entry;
};

static enum err read_version(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    struct rows rows;
    TRY(tx_query(tx, l->arena, "SELECT version FROM cache_version WHERE id = 1", NULL, 0, &rows));
    l->version = rows.n ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

static const char sql_key[] =
    "SELECT u.id, u.company, u.name, u.roles, u.all_sites, u.language, k.roles, k.expires_on, 0, 0"
    " FROM api_keys k JOIN user_accounts u ON u.id = k.user_account"
    " WHERE k.hash = $1 AND k.revoked = 0 AND k.archived = 0"
    " AND (k.expires_on IS NULL OR k.expires_on >= $2) AND u.active = 1 AND u.archived = 0";
static const char sql_session[] =
    "SELECT u.id, u.company, u.name, u.roles, u.all_sites, u.language, NULL, s.expires_at, s.id,"
    " s.seen_at FROM sessions s JOIN user_accounts u ON u.id = s.user_account"
    " WHERE s.hash = $1 AND s.ended = 0 AND s.expires_at > $2 AND s.seen_at > $2 - $3"
    " AND u.active = 1 AND u.archived = 0";

static const char *language_of(text_t name)
{
    return text_is(name, "es")   ? "es"
           : text_is(name, "hi") ? "hi"
           : text_is(name, "id") ? "id"
                                 : "en";
}

/* Roles of a key are a part of the account's; a role that the program no longer has grants nothing.
 */
static bool roles_held(const struct looking *l, const struct rows *rows, uint64_t *held)
{
    uint64_t part;
    text_t unknown;
    if (account_roles(l->house, rows_text(rows, 0, 3), held, &unknown) != OK ||
        account_roles(l->house, rows_text(rows, 0, 6), &part, &unknown) != OK) {
        return false;
    }
    *held = rows_text(rows, 0, 6).n ? account_holds(l->house, *held) & part : *held;
    return true;
}

/* A key is good until its last day is over. */
static int64_t until(const struct looking *l, struct value expires)
{
    if (expires.type == V_NULL) {
        return INT64_MAX;
    }
    return l->cookie ? expires.i : date_start((date_t){ expires.i + 1 }).us;
}

static enum err read_who(struct tx *tx, void *arg)
{
    struct looking *l = arg;
    struct rows rows, sites;
    uint64_t held;
    TRY(read_version(tx, arg));
    const struct value args[] = { v_text(l->hash),
                                  v_int(l->cookie ? l->now.us : instant_date(l->now).days),
                                  v_int(SESSION_IDLE_US) };
    TRY(tx_query(tx, l->arena, l->cookie ? sql_session : sql_key, args, l->cookie ? 3 : 2, &rows));
    if (rows.n != 1 || !roles_held(l, &rows, &held)) {
        return OK;
    }
    const struct value user[] = { rows_at(&rows, 0, 0) };
    TRY(tx_query(tx, l->arena, "SELECT site FROM user_sites WHERE user_account = $1", user, 1,
                 &sites));
    int64_t *ids = ARENA_ARRAY(l->arena, sites.n ? sites.n : 1, int64_t);
    for (size_t i = 0; i < sites.n; i++) {
        ids[i] = rows_int(&sites, i, 0);
    }
    int admin = house_role(l->house, TEXT("admin"));
    l->entry = (struct entry){
        .who = { .user = user[0].i,
                 .company = rows_int(&rows, 0, 1),
                 .name = rows_text(&rows, 0, 2),
                 .roles = held,
                 .all = admin >= 0 && (held >> admin & 1),
                 .all_sites = rows_int(&rows, 0, 4) != 0,
                 .sites = ids,
                 .n_sites = sites.n,
                 .language = language_of(rows_text(&rows, 0, 5)) },
        .until_us = until(l, rows_at(&rows, 0, 7)),
        .session = rows_int(&rows, 0, 8),
        .seen_us = rows_int(&rows, 0, 9),
    };
    l->found = true;
    return OK;
}

/* -- noting that a session is used ------------------------------------------------------------- */

struct touch {
    struct db_job job;
    int64_t session, at_us;
};

static enum err touch_run(struct tx *tx, void *arg)
{
    const struct touch *t = arg;
    const struct value args[] = { v_int(t->session), v_int(t->at_us) };
    return tx_exec(tx, "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2", args,
                   N_ELEMENTS(args));
}

static void touch_done(void *arg, enum err result)
{
    (void)result; /* it is tried again TOUCH_US later */
    free(arg);
}

static void touch(struct house *h, int64_t session, int64_t at_us)
{
    struct touch *t = calloc(1, sizeof *t);
    if (!t) {
        return;
    }
    *t = (struct touch){ .job = { .run = touch_run, .done = touch_done, .arg = t, .write = true },
                         .session = session,
                         .at_us = at_us };
    if (db_submit(house_db(h), &t->job) != OK) {
        free(t);
    }
}

/* -- asking ------------------------------------------------------------------------------------ */

static void copy_who(struct arena *a, const struct who *from, struct who *to)
{
    *to = *from;
    to->name = text_copy(a, from->name);
    int64_t *sites = ARENA_ARRAY(a, from->n_sites ? from->n_sites : 1, int64_t);
    if (from->n_sites) {
        memcpy(sites, from->sites, from->n_sites * sizeof *sites);
    }
    to->sites = sites;
}

/* Reads the version when the last look is old, and forgets everybody when it has changed. */
static enum err look(struct house *h, struct seen *s, struct arena *a)
{
    int64_t now = clock_monotonic_us();
    mutex_lock(&s->lock);
    bool due = now - s->looked_us > LOOK_EVERY_US;
    if (due) {
        s->looked_us = now; /* one thread looks, the others go on with what is known */
    }
    mutex_unlock(&s->lock);
    if (!due) {
        return OK;
    }
    struct looking l = { .house = h, .arena = a };
    TRY(db_read(house_db(h), read_version, &l));
    mutex_lock(&s->lock);
    if (s->version != l.version) {
        s->version = l.version;
        forget(s);
    }
    mutex_unlock(&s->lock);
    return OK;
}

/* *touch: the store is to be told that the session is used. */
static bool seen_get(struct seen *s, struct arena *a, text_t id, instant_t now, struct who *out,
                     int64_t *generation, int64_t *touch_session)
{
    mutex_lock(&s->lock);
    struct entry *e = map_get_text(&s->by_hash, id);
    *generation = s->generation;
    *touch_session = 0;
    bool good = e && now.us < e->until_us && (!e->session || now.us - e->seen_us < SESSION_IDLE_US);
    if (good) {
        copy_who(a, &e->who, out);
        if (e->session && now.us - e->seen_us > TOUCH_US) {
            e->seen_us = now.us;
            *touch_session = e->session;
        }
    }
    mutex_unlock(&s->lock);
    return good;
}

static void seen_put(struct seen *s, text_t id, const struct entry *entry, int64_t generation)
{
    mutex_lock(&s->lock);
    if (s->by_hash.n >= SEEN_MAX || s->arena.failed) {
        forget(s);
    } else if (s->generation == generation) {
        struct entry *kept = ARENA_NEW(&s->arena, struct entry);
        *kept = *entry;
        copy_who(&s->arena, &entry->who, &kept->who);
        text_t key = text_copy(&s->arena, id);
        if (s->arena.failed || map_put_text(&s->by_hash, key, kept) != OK) {
            forget(s);
        }
    }
    mutex_unlock(&s->lock);
}

enum err authenticate_at(struct house *h, struct arena *a, text_t key, text_t cookie, instant_t now,
                         bool *by_cookie, struct who *out)
{
    struct seen *s = seen_of(h);
    text_t secret = key.n ? key : cookie;
    int64_t generation, session;
    *by_cookie = key.n == 0;
    if (!s || secret.n == 0 || secret.n > KEY_TEXT_MAX) {
        return ERR_NOT_FOUND;
    }
    text_t hash = secret_hash(a, secret);
    text_t id = text_fmt(a, "%c%s", *by_cookie ? 'c' : 'k', hash.s);
    TRY(look(h, s, a));
    if (seen_get(s, a, id, now, out, &generation, &session)) {
        if (session) {
            touch(h, session, now.us);
        }
        return OK;
    }
    struct looking l = { .house = h, .arena = a, .hash = hash, .cookie = *by_cookie, .now = now };
    TRY(db_read(house_db(h), read_who, &l));
    if (!l.found) {
        return ERR_NOT_FOUND;
    }
    *out = l.entry.who;
    seen_put(s, id, &l.entry, generation);
    return OK;
}

enum err account_authenticate(struct house *h, struct arena *a, text_t key, text_t cookie,
                              bool *by_cookie, struct who *out)
{
    return authenticate_at(h, a, key, cookie, clock_now(), by_cookie, out);
}
