/* threads */
/* Signing in on both stores: who comes in, who does not, for how long, and how often they may try.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/open.h"
#include "db/db.h"
#include "flow/account_own.h"
#include "flow/password.h"
#include "flow/totp.h"
#include "kit/store.h"
#include "os/clock.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define GOOD "correct horse battery"
#define DAY  (INT64_C(1772442000) * US_PER_SECOND) /* 2026-03-02 09:00:00 UTC */

struct house_test {
    enum db_store store;
    struct arena arena;
    struct kontor kontor;
    char url[KIT_URL_MAX];
    int64_t company, ana, boss;
    instant_t now;
};

static enum db_store sqlite = DB_SQLITE, postgres = DB_POSTGRES;

/* -- making and asking ---------------------------------------------------------------------------
 */

static struct call *call_on(struct house_test *t, const struct who *who, const char *entity,
                            const char *command, int64_t record, const char *body)
{
    struct call *call = ARENA_NEW(&t->arena, struct call);
    *call = (struct call){
        .house = t->kontor.house, .arena = &t->arena, .who = who, .language = "en", .now = t->now
    };
    assert_int_equal(flow_name(call, entity, command, record, text_of(body)), OK);
    t->now.us += US_PER_SECOND;
    call->outcome = flow_call(call);
    return call;
}

static int64_t made(const struct call *call)
{
    if (call->outcome != OK) {
        fail_msg("%s", call->answer.s);
    }
    return call->answer_id;
}

static void refused(const struct call *call, const char *code)
{
    assert_int_equal(call->outcome, ERR_REFUSED);
    assert_non_null(call->failure.why);
    assert_string_equal(call->failure.why->code, code);
}

static text_t answer_text(struct house_test *t, const struct call *call, const char *name)
{
    struct json *j;
    struct json_fault fault;
    made(call);
    assert_int_equal(json_parse(&t->arena, call->answer.s, call->answer.n, &j, &fault), OK);
    text_t v = json_get_text(j, name);
    assert_true(v.n > 0);
    return v;
}

static const struct who *system_of(struct house_test *t)
{
    struct who *who = ARENA_NEW(&t->arena, struct who);
    *who = kontor_system(t->company);
    return who;
}

/* A person with the roles that the store knows of. */
static const struct who *person(struct house_test *t, int64_t user, const char *role)
{
    struct who *who = ARENA_NEW(&t->arena, struct who);
    uint64_t bits = UINT64_C(1) << house_role(t->kontor.house, text_of(role));
    *who = (struct who){ .user = user,
                         .company = t->company,
                         .name = text_of(role),
                         .roles = bits,
                         .all = strcmp(role, "admin") == 0,
                         .all_sites = true,
                         .language = "en" };
    return who;
}

static int setup(void **state)
{
    struct house_test *t = calloc(1, sizeof *t);
    char why[256];
    t->store = *(enum db_store *)*state;
    arena_init(&t->arena, (size_t)512 << 20);
    kit_store_new(t->store, t->url);
    if (kontor_open(&t->kontor, (struct db_config){ .url = t->url }, why) != OK) {
        fail_msg("%s", why);
    }
    t->now.us = DAY;
    const struct who *nobody = system_of(t);
    t->company = made(call_on(t, nobody, "company", NULL, 0,
                              "{\"code\":\"T\",\"name\":\"T\",\"country\":\"ES\",\"currency\":"
                              "\"EUR\"}"));
    const struct who *system = system_of(t);
    t->ana = made(call_on(t, system, "user_account", NULL, 0,
                          "{\"code\":\"ana\",\"name\":\"Ana\",\"roles\":\"cashier\",\"all_sites\":"
                          "true,\"language\":\"es\"}"));
    t->boss = made(call_on(t, system, "user_account", NULL, 0,
                           "{\"code\":\"boss\",\"name\":\"Boss\",\"roles\":\"admin\",\"all_sites\":"
                           "true}"));
    made(call_on(t, system, "user_account", "set_password", t->ana, "{\"password\":\"" GOOD "\"}"));
    made(
        call_on(t, system, "user_account", "set_password", t->boss, "{\"password\":\"" GOOD "\"}"));
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct house_test *t = *state;
    kontor_close(&t->kontor);
    kit_store_drop(t->url);
    arena_free(&t->arena);
    free(t);
    return 0;
}

static struct sign_in *try_code(struct house_test *t, const char *name, const char *password,
                                text_t code, const char *peer)
{
    struct sign_in *s = ARENA_NEW(&t->arena, struct sign_in);
    *s = (struct sign_in){ .house = t->kontor.house,
                           .arena = &t->arena,
                           .name = text_of(name),
                           .password = text_of(password),
                           .code = code,
                           .peer = text_of(peer),
                           .agent = TEXT("test"),
                           .now = t->now };
    t->now.us += US_PER_SECOND;
    (void)account_sign_in_wait(s);
    return s;
}

static struct sign_in *try_at(struct house_test *t, const char *name, const char *password,
                              const char *peer)
{
    return try_code(t, name, password, TEXT_NONE, peer);
}

static struct sign_in *in(struct house_test *t, const char *name)
{
    struct sign_in *s = try_at(t, name, GOOD, "10.0.0.1");
    assert_int_equal(s->outcome, OK);
    return s;
}

static void not_in(const struct sign_in *s, const char *code)
{
    assert_int_equal(s->outcome, ERR_REFUSED);
    assert_string_equal(s->failure.why->code, code);
    assert_null(s->cookie.s);
    assert_null(s->form_token.s);
}

static enum err who_at(struct house_test *t, text_t key, text_t cookie, instant_t now,
                       struct who *who)
{
    bool by_cookie;
    return authenticate_at(t->kontor.house, &t->arena, key, cookie, now, &by_cookie, who);
}

static bool is_in(struct house_test *t, const struct sign_in *s)
{
    struct who who;
    return who_at(t, TEXT_NONE, s->cookie, t->now, &who) == OK;
}

/* -- signing in ----------------------------------------------------------------------------------
 */

static void signs_in_and_out(void **state)
{
    struct house_test *t = *state;
    struct who who;
    struct sign_in *s = in(t, "ana");
    assert_int_equal(s->cookie.n, 43);
    assert_int_equal(s->who.user, t->ana);
    assert_string_equal(s->who.language, "es");
    assert_false(s->who.all);
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, t->now, &who), OK);
    assert_int_equal(who.user, t->ana);
    assert_int_equal(who_at(t, s->cookie, TEXT_NONE, t->now, &who), ERR_NOT_FOUND); /* no key */
    assert_true(account_form_token_good(t->kontor.house, s->cookie, s->form_token));
    assert_false(account_form_token_good(t->kontor.house, s->cookie, s->cookie));
    assert_false(account_form_token_good(t->kontor.house, s->cookie, TEXT_NONE));
    assert_false(account_form_token_good(t->kontor.house, TEXT_NONE,
                                         account_form_token(&t->arena, TEXT_NONE)));
    /* What is kept is not what is sent. */
    assert_int_equal(
        kit_store_sql(
            t->url,
            text_fmt(&t->arena, "SELECT count(*) FROM sessions WHERE hash = '%s'", s->cookie.s).s),
        0);
    struct sign_in *other = in(t, "ana");
    struct who again;
    int64_t id = kit_store_sql(t->url,
                               text_fmt(&t->arena, "SELECT id FROM sessions WHERE hash = '%s'",
                                        secret_hash(&t->arena, s->cookie).s)
                                   .s);
    made(call_on(t, person(t, t->ana, "cashier"), "session", "end", id, "{}"));
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, t->now, &again), ERR_NOT_FOUND);
    assert_true(is_in(t, other));
}

static void out_done(struct call *call)
{
    latch_down(call->user);
}

static void signs_out(void **state)
{
    struct house_test *t = *state;
    struct sign_in *s = in(t, "ana"), *other = in(t, "ana");
    for (int twice = 0; twice < 2; twice++) {
        struct latch out;
        struct call *call = ARENA_NEW(&t->arena, struct call);
        latch_init(&out, 1);
        *call = (struct call){ .house = t->kontor.house,
                               .arena = &t->arena,
                               .who = &s->who,
                               .now = INSTANT_NONE,
                               .done = out_done,
                               .user = &out };
        account_sign_out(call, s->cookie);
        latch_wait(&out);
        assert_int_equal(call->status, 200);
        assert_false(is_in(t, s));
        assert_true(is_in(t, other));
    }
}

static void a_new_session_takes_the_place_of_the_old(void **state)
{
    struct house_test *t = *state;
    struct sign_in *old = in(t, "ana");
    struct sign_in *s = ARENA_NEW(&t->arena, struct sign_in);
    *s = (struct sign_in){ .house = t->kontor.house,
                           .arena = &t->arena,
                           .name = TEXT("ana"),
                           .password = TEXT(GOOD),
                           .old_cookie = old->cookie,
                           .now = t->now };
    assert_int_equal(account_sign_in_wait(s), OK);
    assert_false(text_eq(s->cookie, old->cookie));
    assert_true(is_in(t, s));
    assert_false(is_in(t, old));
}

static void wrong_names_and_passwords_are_alike(void **state)
{
    struct house_test *t = *state;
    struct sign_in *wrong = try_at(t, "ana", "wrong horse battery", "10.0.0.1");
    struct sign_in *nobody = try_at(t, "nobody", GOOD, "10.0.0.1");
    not_in(wrong, "sign_in_failed");
    not_in(nobody, "sign_in_failed");
    assert_ptr_equal(wrong->failure.why, nobody->failure.why);
    not_in(try_at(t, "", GOOD, "10.0.0.1"), "sign_in_failed");
    not_in(try_at(t, "ana", "", "10.0.0.1"), "sign_in_failed");
    not_in(try_at(t, "ana\xFF", GOOD, "10.0.0.1"), "sign_in_failed");
    /* Blanks around a name do not count, in a password they do. */
    assert_int_equal(try_at(t, " ana ", GOOD, "10.0.0.1")->outcome, OK);
    not_in(try_at(t, "ana", " " GOOD, "10.0.0.1"), "sign_in_failed");
}

/* Of this thread: others work here too. */
static int64_t cpu_us(void)
{
    struct timespec t;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t), 0);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

/* Hashing is what takes time, so that it is done for unknown names too. */
static void unknown_names_take_as_long(void **state)
{
    struct arena a;
    text_t hash;
    int64_t took[2] = { INT64_MAX, INT64_MAX };
    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(password_hash(&a, TEXT(GOOD), &hash), OK);
    for (int i = 0; i < 10; i++) { /* the shortest of five each */
        int64_t began = cpu_us();
        assert_int_equal(password_check(i % 2 ? TEXT_NONE : hash, TEXT("other")), ERR_NOT_FOUND);
        int64_t us = cpu_us() - began;
        took[i % 2] = us < took[i % 2] ? us : took[i % 2];
    }
    assert_true(took[1] * 3 > took[0] && took[0] * 3 > took[1]);
    assert_int_equal(password_check(hash, TEXT(GOOD)), OK);
    assert_false(password_outdated(hash));
    assert_true(password_outdated(TEXT("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
                                       "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
    arena_free(&a);
}

static void inactive_people_do_not_come_in(void **state)
{
    struct house_test *t = *state;
    struct sign_in *s = in(t, "ana");
    refused(call_on(t, person(t, t->boss, "admin"), "user_account", "disable", t->boss, "{}"),
            "own_account");
    made(call_on(t, person(t, t->boss, "admin"), "user_account", "disable", t->ana, "{}"));
    assert_false(is_in(t, s));
    not_in(try_at(t, "ana", GOOD, "10.0.0.1"), "sign_in_failed");
}

/* -- limits --------------------------------------------------------------------------------------
 */

static void tries_by_name_wait_longer_and_longer(void **state)
{
    struct house_test *t = *state;
    for (int i = 0; i < SIGN_IN_FREE_TRIES; i++) {
        char peer[32];
        (void)snprintf(peer, sizeof peer, "10.0.1.%d", i);
        not_in(try_at(t, "ana", "wrong horse battery", peer), "sign_in_failed");
    }
    /* The fifth failure costs 1 s, which has passed; the sixth 2 s, the seventh 4 s. */
    static const int64_t waits[] = { 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 };
    for (size_t i = 0; i < N_ELEMENTS(waits); i++) {
        not_in(try_at(t, "ana", "wrong horse battery", "10.0.2.1"), "sign_in_failed");
        struct sign_in *s = try_at(t, "ana", GOOD, "10.0.3.1"); /* one second later */
        if (waits[i] > 1) {
            not_in(s, "too_many");
            assert_true(
                text_eq(s->failure.args[0], text_fmt(&t->arena, "%lld", (long long)waits[i] - 1)));
        }
        t->now.us += (waits[i] - 2) * US_PER_SECOND;
    }
    assert_int_equal(try_at(t, "ana", GOOD, "10.0.3.1")->outcome, OK);
    /* A good one begins anew. */
    not_in(try_at(t, "ana", "wrong horse battery", "10.0.3.1"), "sign_in_failed");
    assert_int_equal(try_at(t, "ana", GOOD, "10.0.3.1")->outcome, OK);
}

static void unknown_names_wait_too(void **state)
{
    struct house_test *t = *state;
    for (int i = 0; i < SIGN_IN_FREE_TRIES + 1; i++) {
        not_in(try_at(t, "nobody", "x", "10.0.0.1"), "sign_in_failed");
    }
    not_in(try_at(t, "NOBODY", "x", "10.0.0.1"), "too_many"); /* in either case */
    assert_int_equal(try_at(t, "ana", GOOD, "10.0.0.1")->outcome, OK);
}

static void tries_by_address_wait_too(void **state)
{
    struct house_test *t = *state;
    for (int i = 0; i < SIGN_IN_FREE_TRIES_ADDRESS + 1; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "name%d", i);
        not_in(try_at(t, name, "x", "2001:db8:1:2:3::7"), "sign_in_failed");
    }
    not_in(try_at(t, "ana", GOOD, "2001:db8:1:2:ffff::1"), "too_many"); /* the same /64 */
    assert_int_equal(try_at(t, "ana", GOOD, "2001:db8:1:3::7")->outcome, OK);
    t->now.us += INT64_C(3600) * US_PER_SECOND;
    assert_int_equal(try_at(t, "ana", GOOD, "2001:db8:1:2:3::7")->outcome, OK);
}

/* More than wait in the queue are told to come again; everybody is answered once. */
#define STORM 60
static void storm_done(struct sign_in *s)
{
    latch_down(s->user);
}

static void a_storm_is_turned_away(void **state)
{
    struct house_test *t = *state;
    struct latch all;
    int good = 0, busy = 0;
    static struct arena arenas[STORM];
    static struct sign_in tries[STORM];
    latch_init(&all, STORM);
    for (int i = 0; i < STORM; i++) {
        arena_init(&arenas[i], (size_t)64 << 20);
        tries[i] = (struct sign_in){ .house = t->kontor.house,
                                     .arena = &arenas[i],
                                     .name = i % 2 ? TEXT("ana") : TEXT("boss"),
                                     .password = TEXT(GOOD),
                                     .peer = TEXT("10.0.0.1"),
                                     .now = t->now,
                                     .done = storm_done,
                                     .user = &all };
        account_sign_in(&tries[i]);
    }
    latch_wait(&all);
    for (int i = 0; i < STORM; i++) {
        const struct sign_in *s = &tries[i];
        good += s->outcome == OK;
        busy += s->outcome == ERR_REFUSED && strcmp(s->failure.why->code, "too_many") == 0;
        arena_free(&arenas[i]);
    }
    assert_int_equal(good + busy, STORM);
    assert_true(good >= 2 && busy > 0);
}

/* -- time ----------------------------------------------------------------------------------------
 */

static void sessions_end_by_time(void **state)
{
    struct house_test *t = *state;
    struct who who;
    struct sign_in *s = in(t, "ana");
    instant_t at = t->now;
    /* Not used: over after SESSION_IDLE_US, also where it is kept in memory. */
    at.us = t->now.us + SESSION_IDLE_US - US_PER_SECOND * 60;
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, at, &who), OK); /* a use */
    at.us += SESSION_IDLE_US - US_PER_SECOND;
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, at, &who), OK);
    instant_t late = { at.us + SESSION_IDLE_US };
    for (int i = 0; i < 100; i++) { /* the note of the use is written by another thread */
        if (kit_store_sql(t->url, "SELECT count(*) FROM sessions WHERE seen_at > created_at")) {
            break;
        }
        clock_sleep_us(20000);
    }
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, late, &who), ERR_NOT_FOUND);
    account_forget(t->kontor.house);
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, late, &who), ERR_NOT_FOUND);
    assert_int_equal(who_at(t, TEXT_NONE, s->cookie, at, &who), OK);
    /* Used all the time: over after SESSION_ABSOLUTE_US. */
    struct sign_in *busy = in(t, "ana");
    instant_t end = busy->expires_at;
    enum err e = OK;
    for (at = t->now; at.us < end.us; at.us += SESSION_IDLE_US / 2) {
        e = who_at(t, TEXT_NONE, busy->cookie, at, &who);
        assert_int_equal(e, OK);
    }
    assert_int_equal(who_at(t, TEXT_NONE, busy->cookie, end, &who), ERR_NOT_FOUND);
}

static void keys_end_by_day_and_by_revoking(void **state)
{
    struct house_test *t = *state;
    struct who who;
    const struct who *boss = person(t, t->boss, "admin");
    struct call *call = call_on(t, boss, "api_key", "create", 0,
                                "{\"name\":\"till\",\"user_account\":\"ana\",\"expires_on\":"
                                "\"2026-03-03\"}");
    text_t key = answer_text(t, call, "key");
    instant_t last = { DAY + US_PER_DAY };
    last.us = (last.us / US_PER_DAY + 1) * US_PER_DAY - 1;
    assert_int_equal(who_at(t, key, TEXT_NONE, t->now, &who), OK);
    assert_int_equal(who.user, t->ana);
    assert_int_equal(who_at(t, key, TEXT_NONE, last, &who), OK);
    last.us++;
    assert_int_equal(who_at(t, key, TEXT_NONE, last, &who), ERR_NOT_FOUND);
    assert_int_equal(who_at(t, TEXT_NONE, key, t->now, &who), ERR_NOT_FOUND); /* no cookie */
    made(call_on(t, boss, "api_key", "revoke", call->answer_id, "{}"));
    assert_int_equal(who_at(t, key, TEXT_NONE, t->now, &who), ERR_NOT_FOUND);
}

/* -- passwords -----------------------------------------------------------------------------------
 */

static void passwords_are_changed(void **state)
{
    struct house_test *t = *state;
    const struct who *ana = person(t, t->ana, "cashier"), *boss = person(t, t->boss, "admin");
    struct sign_in *s = in(t, "ana"), *b = in(t, "boss");
    refused(call_on(t, ana, "user_account", "set_password", t->ana, "{\"password\":\"short\"}"),
            "password_too_short");
    refused(call_on(t, ana, "user_account", "set_password", t->ana,
                    "{\"password\":\"a new long password\"}"),
            "password_wrong");
    refused(call_on(t, ana, "user_account", "set_password", t->ana,
                    "{\"password\":\"a new long password\",\"current\":\"wrong\"}"),
            "password_wrong");
    refused(call_on(t, ana, "user_account", "set_password", t->boss,
                    "{\"password\":\"a new long password\",\"current\":\"" GOOD "\"}"),
            "not_own_account");
    assert_true(is_in(t, s));
    struct call *call = call_on(t, ana, "user_account", "set_password", t->ana,
                                "{\"password\":\"a new long p\u00e4ssword\",\"current\":\"" GOOD
                                "\"}");
    made(call);
    assert_null(strstr(call->answer.s, "argon2"));
    assert_null(strstr(call->answer.s, "\"password\""));
    assert_false(is_in(t, s)); /* signed out everywhere */
    assert_true(is_in(t, b));
    not_in(try_at(t, "ana", GOOD, "10.0.0.1"), "sign_in_failed");
    /* The same letters, composed otherwise. */
    assert_int_equal(try_at(t, "ana", "a new long pa\u0308ssword", "10.0.0.1")->outcome, OK);
    made(call_on(t, boss, "user_account", "set_password", t->ana, "{\"password\":\"" GOOD "\"}"));
    (void)in(t, "ana");
    /* Neither the log nor the history has a password or its hash. */
    assert_int_equal(kit_store_sql(t->url, "SELECT count(*) FROM command_log WHERE args LIKE"
                                           " '%horse%' OR args LIKE '%argon%' OR args LIKE"
                                           " '%password\":%'"),
                     0);
    assert_int_equal(kit_store_sql(t->url, "SELECT count(*) FROM history WHERE changes LIKE"
                                           " '%argon%'"),
                     0);
    assert_true(kit_store_sql(t->url, "SELECT count(*) FROM command_log WHERE command ="
                                      " 'user_accounts/set_password'") >= 4);
}

/* Someone with user.write but less than the other's roles does not get into that account. */
static void passwords_of_those_above_stay(void **state)
{
    struct house_test *t = *state;
    struct who *ana = ARENA_NEW(&t->arena, struct who);
    *ana = *person(t, t->ana, "cashier");
    refused(call_on(t, ana, "user_account", "disable", t->boss, "{}"), "forbidden");
    refused(call_on(t, ana, "user_account", "set_password", t->boss,
                    "{\"password\":\"a new long password\"}"),
            "not_own_account");
    assert_int_equal(try_at(t, "boss", GOOD, "10.0.0.1")->outcome, OK);
}

/* -- the second factor ---------------------------------------------------------------------------
 */

static text_t code_at(struct house_test *t, text_t secret, instant_t at)
{
    unsigned char key[64];
    size_t n = base32_bytes(secret, key, sizeof key);
    assert_int_equal(n, TOTP_SECRET_BYTES);
    return text_fmt(&t->arena, "%06u", totp_value(key, n, at.us / US_PER_SECOND / 30, 6));
}

static void second_factor(void **state)
{
    struct house_test *t = *state;
    const struct who *ana = person(t, t->ana, "cashier"), *boss = person(t, t->boss, "admin");
    const char *current = "{\"current\":\"" GOOD "\"}";
    refused(
        call_on(t, ana, "user_account", "confirm_second_factor", t->ana, "{\"code\":\"123456\"}"),
        "nothing_enrolled");
    refused(call_on(t, ana, "user_account", "enrol_second_factor", t->ana, "{}"), "password_wrong");
    refused(call_on(t, boss, "user_account", "enrol_second_factor", t->ana, current),
            "not_own_account");
    text_t secret = answer_text(
        t, call_on(t, ana, "user_account", "enrol_second_factor", t->ana, current), "secret");
    (void)in(t, "ana"); /* not confirmed: not needed */
    refused(
        call_on(t, ana, "user_account", "confirm_second_factor", t->ana, "{\"code\":\"000000\"}"),
        "code_wrong");
    text_t code = code_at(t, secret, t->now);
    text_t codes = answer_text(t,
                               call_on(t, ana, "user_account", "confirm_second_factor", t->ana,
                                       text_fmt(&t->arena, "{\"code\":\"%s\"}", code.s).s),
                               "codes");
    not_in(try_at(t, "ana", GOOD, "10.0.0.1"), "second_factor_needed");
    not_in(try_at(t, "ana", "wrong horse battery", "10.0.0.1"), "sign_in_failed");
    not_in(try_code(t, "ana", GOOD, code, "10.0.0.1"), "sign_in_failed"); /* used once already */
    t->now.us += INT64_C(120) * US_PER_SECOND;
    code = code_at(t, secret, t->now);
    assert_int_equal(try_code(t, "ana", GOOD, code, "10.0.0.1")->outcome, OK);
    not_in(try_code(t, "ana", GOOD, code, "10.0.0.1"), "sign_in_failed");
    /* A recovery code, typed in small letters, works once. */
    text_t rest, first = text_copy(&t->arena, text_split(codes, ' ', &rest));
    for (size_t i = 0; i < first.n; i++) {
        char *c = (char *)(uintptr_t)&first.s[i];
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    }
    assert_int_equal(try_code(t, "ana", GOOD, first, "10.0.0.1")->outcome, OK);
    not_in(try_code(t, "ana", GOOD, first, "10.0.0.1"), "sign_in_failed");
    assert_int_equal(
        try_code(t, "ana", GOOD, text_copy(&t->arena, text_split(rest, ' ', &rest)), "10.0.0.1")
            ->outcome,
        OK);
    refused(call_on(t, ana, "user_account", "remove_second_factor", t->ana, "{}"),
            "password_wrong");
    made(call_on(t, boss, "user_account", "remove_second_factor", t->ana, "{}"));
    (void)in(t, "ana");
    refused(call_on(t, boss, "user_account", "remove_second_factor", t->ana, "{}"),
            "nothing_enrolled");
}

#define ON(name, fn)                                                                               \
    {                                                                                              \
#fn " on " #name, fn, setup, teardown, &name                                               \
    }
#define ON_BOTH(fn) ON(sqlite, fn), ON(postgres, fn)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_names_take_as_long),
        ON_BOTH(signs_in_and_out),
        ON_BOTH(signs_out),
        ON_BOTH(a_new_session_takes_the_place_of_the_old),
        ON_BOTH(wrong_names_and_passwords_are_alike),
        ON_BOTH(inactive_people_do_not_come_in),
        ON_BOTH(tries_by_name_wait_longer_and_longer),
        ON_BOTH(unknown_names_wait_too),
        ON_BOTH(tries_by_address_wait_too),
        ON_BOTH(a_storm_is_turned_away),
        ON_BOTH(sessions_end_by_time),
        ON_BOTH(keys_end_by_day_and_by_revoking),
        ON_BOTH(passwords_are_changed),
        ON_BOTH(passwords_of_those_above_stay),
        ON_BOTH(second_factor),
    };
    if (arena_reserve_init() != OK) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
