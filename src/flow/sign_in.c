/* Signing in, and the area of access. */
#include "flow/account_own.h"

#include "flow/password.h"
#include "os/clock.h"
#include "os/thread.h"

const struct refusal refusal_second_factor = {
    .code = "second_factor_needed",
    .status = 401,
    .title = N_("Code needed"),
    .detail = N_(
        "This account has a second factor. Give the code that the app shows, or a recovery code."),
};

#define NAME_BYTES_MAX     240
#define PASSWORD_BYTES_MAX ((size_t)PASSWORD_LENGTH_MAX * 4)

struct found {
    struct arena *arena;
    text_t name, company_code;
    int64_t account, company; /* 0: nobody */
    text_t stored, display;
    bool second_factor;
};

static enum err read_account(struct tx *tx, void *arg)
{
    struct found *f = arg;
    struct rows rows;
    const struct value args[] = { v_text(f->name),
                                  v_str(f->company_code.s ? f->company_code.s : "") };
    TRY(tx_query(tx, f->arena,
                 "SELECT u.id, u.company, u.password, u.second_factor, u.name FROM user_accounts u"
                 " JOIN companies c ON c.id = u.company WHERE u.code = $1 AND u.active = 1"
                 " AND u.archived = 0 AND (c.code = $2 OR $2 = '') ORDER BY u.id LIMIT 2",
                 args, N_ELEMENTS(args), &rows));
    if (rows.n != 1) {
        return OK; /* unknown, or the company must be named */
    }
    f->account = rows_int(&rows, 0, 0);
    f->company = rows_int(&rows, 0, 1);
    f->stored = rows_text(&rows, 0, 2);
    f->second_factor = rows_text(&rows, 0, 3).n > 0;
    f->display = rows_text(&rows, 0, 4);
    return OK;
}

static enum err fail(struct sign_in *s, const struct refusal *why)
{
    s->failure = (struct failure){ .why = why };
    return ERR_REFUSED;
}

static enum err too_many(struct sign_in *s, int64_t seconds)
{
    enum err e = fail(s, &refusal_too_many);
    s->failure.args[0] = text_fmt(s->arena, "%lld", (long long)seconds);
    return e;
}

static text_t shortened(struct arena *a, text_t t, size_t max)
{
    while (max > 0 && t.n > max && ((unsigned char)t.s[max] & 0xC0) == 0x80) {
        max--; /* not in the middle of a character */
    }
    text_t cut = { t.s, t.n < max ? t.n : max };
    return t.s && text_utf8_ok(cut, false) ? text_copy(a, cut) : TEXT_NONE;
}

static enum err begin_session(struct sign_in *s, const struct found *f, instant_t now,
                              text_t password)
{
    struct who *who = ARENA_NEW(s->arena, struct who);
    *who = (struct who){ .user = f->account,
                         .company = f->company,
                         .name = f->display,
                         .all = true,
                         .all_sites = true,
                         .language = "en" };
    struct session_begin *args = ARENA_NEW(s->arena, struct session_begin);
    s->cookie = secret_text(s->arena, "");
    *args = (struct session_begin){
        .user_account = f->account,
        .code = s->code,
        .hash = secret_hash(s->arena, s->cookie),
        .old_hash = s->old_cookie.n ? secret_hash(s->arena, s->old_cookie) : TEXT_NONE,
        .peer = shortened(s->arena, s->peer, 60),
        .agent = shortened(s->arena, s->agent, 200),
    };
    if (password_outdated(f->stored)) {
        TRY(password_hash(s->arena, password, &args->password));
    }
    struct call *call = ARENA_NEW(s->arena, struct call);
    *call = (struct call){ .house = s->house,
                           .arena = s->arena,
                           .who = who,
                           .language = "en",
                           .command = &session_begin,
                           .entity = &session_entity,
                           .typed = args,
                           .now = s->now };
    enum err e = flow_call(call);
    s->failure = call->failure;
    s->form_token = account_form_token(s->arena, s->cookie);
    s->expires_at.us = now.us + SESSION_ABSOLUTE_US;
    return e;
}

static enum err check(struct sign_in *s)
{
    struct db *db = house_db(s->house);
    instant_t now = instant_none(s->now) ? clock_now() : s->now;
    struct found f = { .arena = s->arena,
                       .name = text_trim(password_normal(s->arena, s->name)),
                       .company_code = s->company };
    bool by_cookie;
    int64_t wait;
    if (!f.name.n || f.name.n > NAME_BYTES_MAX || s->password.n > PASSWORD_BYTES_MAX) {
        return fail(s, &refusal_sign_in_failed);
    }
    enum err e = guard_try(s->house, s->arena, f.name, s->peer, now, &wait);
    if (e == ERR_BUSY && wait > 0) {
        return too_many(s, wait);
    }
    TRY(e);
    TRY(db_read(db, read_account, &f));
    text_t password = password_normal(s->arena, s->password);
    e = password_check(f.stored, password);
    if (e == ERR_NOT_FOUND || (e == OK && !f.account)) {
        return fail(s, &refusal_sign_in_failed);
    }
    TRY(e);
    if (f.second_factor && !s->code.n) {
        return fail(s, &refusal_second_factor);
    }
    TRY(begin_session(s, &f, now, password));
    TRY(guard_passed(s->house, s->arena, f.name, s->peer));
    return authenticate_at(s->house, s->arena, TEXT_NONE, s->cookie, now, &by_cookie, &s->who);
}

static void run(void *arg)
{
    struct sign_in *s = arg;
    s->outcome = check(s);
    if (s->outcome != OK) {
        s->cookie = s->form_token = TEXT_NONE;
    }
    s->done(s);
}

void account_sign_in(struct sign_in *s)
{
    s->slow = (struct slow_work){ .run = run, .arg = s };
    enum err e = slow_submit(s->house, &s->slow);
    if (e != OK) {
        s->outcome = e == ERR_BUSY ? too_many(s, 1) : e;
        s->done(s);
    }
}

/* -- waiting -------------------------------------------------------------------------------------
 */

static void wake(struct sign_in *s)
{
    latch_down(s->user);
}

enum err account_sign_in_wait(struct sign_in *s)
{
    struct latch answered;
    void *user = s->user;
    latch_init(&answered, 1);
    s->done = wake;
    s->user = &answered;
    account_sign_in(s);
    latch_wait(&answered);
    s->user = user;
    return s->outcome;
}

/* -- the area ------------------------------------------------------------------------------------
 */

/* clang-format off */
static const struct command commands[ACCESS_COMMANDS] = {
    [KEY_CREATE] = { .name = "create", .entity = &api_key_entity, .label = N_("Make a key"),
        .help = N_("Makes a key and shows it once."), .permission = "user.write",
        .flags = C_SECRET_RESULT, .args = &key_create_shape, .result = &key_created_shape, .to = -1,
        .run = key_create },
    [KEY_REVOKE] = { .name = "revoke", .entity = &api_key_entity, .label = N_("Revoke"),
        .help = N_("The key stops working at once."), .permission = "user.write",
        .flags = C_RECORD, .from = ANY_STATE, .to = -1, .run = key_revoke },
    [ACCOUNT_SET_PASSWORD] = { .name = "set_password", .entity = &user_account_entity,
        .label = N_("Set the password"),
        .help = N_("Sets a new password and signs the person out everywhere."),
        .permission = "user.own", .flags = C_RECORD, .args = &set_password_shape,
        .from = ANY_STATE, .to = -1, .prepare = account_password_prepare,
        .run = account_set_password },
    [ACCOUNT_ENROL] = { .name = "enrol_second_factor", .entity = &user_account_entity,
        .label = N_("Set up a second factor"),
        .help = N_("Gives a secret for an authenticator app. It counts once a code is confirmed."),
        .permission = "user.own", .flags = C_RECORD | C_SECRET_RESULT,
        .args = &current_password_shape, .result = &enrolled_shape, .from = ANY_STATE, .to = -1,
        .prepare = account_current_prepare, .run = account_enrol },
    [ACCOUNT_CONFIRM] = { .name = "confirm_second_factor", .entity = &user_account_entity,
        .label = N_("Confirm the second factor"),
        .help = N_("From now on signing in needs a code. Gives the recovery codes once."),
        .permission = "user.own", .flags = C_RECORD | C_SECRET_RESULT, .args = &code_shape,
        .result = &recovery_shape, .from = ANY_STATE, .to = -1, .run = account_confirm },
    [ACCOUNT_REMOVE] = { .name = "remove_second_factor", .entity = &user_account_entity,
        .label = N_("Remove the second factor"),
        .help = N_("Signing in needs only the password again."), .permission = "user.own",
        .flags = C_RECORD, .args = &current_password_shape, .from = ANY_STATE, .to = -1,
        .prepare = account_current_prepare, .run = account_remove },
    [ACCOUNT_DISABLE] = { .name = "disable", .entity = &user_account_entity,
        .label = N_("Disable"),
        .help = N_("The person can no longer sign in. Sessions and keys end at once."),
        .permission = "user.write", .flags = C_RECORD, .from = ANY_STATE, .to = -1,
        .run = account_disable },
    [ACCOUNT_PREFERENCES] = { .name = "preferences", .entity = &user_account_entity,
        .label = N_("Set my preferences"),
        .help = N_("Language, digits, appearance and home site of one's own account. What is not"
                   " given stays."),
        .permission = "user.own", .flags = C_ACCEPTED_200, .args = &preferences_shape,
        .result = &preferences_set_shape, .to = -1, .run = account_preferences },
    [SESSION_END] = { .name = "end", .entity = &session_entity, .label = N_("End the session"),
        .help = N_("Signs out there at once."), .permission = "user.own", .flags = C_RECORD,
        .from = ANY_STATE, .to = -1, .run = session_end },
    [SESSION_MINE] = { .name = "mine", .entity = &session_entity, .label = N_("My sessions"),
        .help = N_("Where one is signed in oneself."), .permission = "user.own", .flags = C_READ,
        .result = &sessions_mine_shape, .to = -1, .run = sessions_mine },
};
/* clang-format on */

static const struct entity *const entities[] = { &user_account_entity, &user_site_entity,
                                                 &api_key_entity, &session_entity };
static const struct refusal *const refusals[] = {
    &refusal_roles,
    &refusal_language,
    &refusal_not_held,
    &refusal_password_short,
    &refusal_password_long,
    &refusal_password_wrong,
    &refusal_not_own_account,
    &refusal_own_account,
    &refusal_code_wrong,
    &refusal_sign_in_failed,
    &refusal_nothing_enrolled,
    &refusal_second_factor,
    &refusal_account_disabled,
};
static const char *const depends[] = { "site", "company", NULL };

const struct area access_area = {
    .name = "access",
    .label = N_("Access"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = commands,
    .n_commands = ACCESS_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .tables = access_tables,
    .n_tables = ACCESS_TABLES,
};
