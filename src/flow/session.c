/* Sessions: where people are signed in. They begin by signing in (sign_in.c) and end by signing
 * out, by a change of password, or by time. */
#include "flow/account_own.h"

#include "base/hash.h"
#include "meta/masters.h"

static const struct field session_rows[] = {
    F_REF(session, user_account, user_account, N_("User"), .flags = F_READONLY | F_INDEX),
    F_TEXT(session, hash, N_("Fingerprint"), .flags = F_READONLY | F_SECRET | F_UNIQUE),
    F_TIME(session, created_at, N_("Began"), .flags = F_READONLY),
    F_TIME(session, seen_at, N_("Last used"), .flags = F_READONLY),
    F_TIME(session, expires_at, N_("Ends"), .flags = F_READONLY),
    F_TEXT(session, peer, NC_("network", "Address"), .flags = F_READONLY, .max = 60),
    F_TEXT(session, agent, N_("Program"), .flags = F_READONLY, .max = 200),
    F_BOOLEAN(session, ended, N_("Ended"), .flags = F_READONLY),
};

const struct entity session_entity = {
    .index = E_session,
    .name = "session",
    .plural = "sessions",
    .label = N_("Session"),
    .label_plural = N_("Sessions"),
    .help = N_("Where people are signed in."),
    .shape = SHAPE(session, session_rows),
    .read = "user.read",
    .write = NULL,
};

/* -- the form token ------------------------------------------------------------------------------
 */

text_t account_form_token(struct arena *a, text_t cookie)
{
    const text_t parts[] = { TEXT("kontor form token"), cookie };
    sha256_t h;
    char hex[SHA256_HEX + 1];
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    sha256_hex(&h, hex);
    return (text_t){ arena_copy(a, hex, SHA256_HEX), SHA256_HEX };
}

bool account_form_token_good(struct house *h, text_t cookie, text_t token)
{
    const text_t parts[] = { TEXT("kontor form token"), cookie };
    sha256_t wanted, given;
    char hex[SHA256_HEX + 1];
    (void)h;
    if (token.n != SHA256_HEX || !cookie.n) {
        return false;
    }
    sha256_parts(parts, N_ELEMENTS(parts), &wanted);
    sha256_hex(&wanted, hex);
    sha256(hex, SHA256_HEX, &wanted); /* hashes of both are compared in constant time */
    sha256(token.s, token.n, &given);
    return sha256_eq(&wanted, &given);
}

/* -- beginning -----------------------------------------------------------------------------------
 */

static const struct field begin_rows[] = {
    F_INTEGER(session_begin, user_account, N_("User")),
    F_TEXT(session_begin, code, N_("Code"), .flags = F_SECRET),
    F_TEXT(session_begin, password, N_("Password"), .flags = F_SECRET),
    F_TEXT(session_begin, hash, N_("Fingerprint"), .flags = F_SECRET),
    F_TEXT(session_begin, old_hash, N_("Fingerprint"), .flags = F_SECRET),
    F_TEXT(session_begin, peer, NC_("network", "Address")),
    F_TEXT(session_begin, agent, N_("Program")),
};
static const struct shape begin_shape = SHAPE(session_begin, begin_rows);

const struct refusal refusal_sign_in_failed = {
    .code = "sign_in_failed",
    .status = 401,
    .title = N_("Not signed in"),
    .detail = N_("The name, the password or the code is not right."),
};

/* Ends the session with that fingerprint. What was seen must be forgotten on every node. */
static enum err end_by_hash(struct cx *cx, text_t hash)
{
    const struct value args[] = { v_text(hash) };
    TRY(store_exec(cx, "UPDATE sessions SET ended = 1 WHERE hash = $1 AND ended = 0", args, 1));
    account_forget(cx->house);
    return masters_dirty(cx);
}

static enum err begin(struct cx *cx, void *record, const void *args, void *result)
{
    const struct session_begin *in = args;
    struct session *s = record;
    struct user_account account, before;
    bool changed = false;
    (void)result;
    TRY(store_get(cx, &user_account_entity, in->user_account, &account));
    before = account;
    if (!account.active || account.record.archived) {
        return refuse(cx, &refusal_sign_in_failed, TEXT_NONE);
    }
    if (account.second_factor.n) {
        enum err e = second_factor_use(cx, &account, in->code, &changed);
        if (e == ERR_NOT_FOUND) {
            return refuse(cx, &refusal_sign_in_failed, TEXT_NONE);
        }
        TRY(e);
    }
    if (in->password.n) {
        account.password = in->password;
        changed = true;
    }
    if (changed) {
        TRY(store_update(cx, &user_account_entity, &before, &account));
    }
    if (in->old_hash.n) {
        TRY(end_by_hash(cx, in->old_hash));
    }
    *s = (struct session){ .user_account = { in->user_account },
                           .hash = in->hash,
                           .created_at = cx->now,
                           .seen_at = cx->now,
                           .expires_at = { cx->now.us + SESSION_ABSOLUTE_US },
                           .peer = in->peer,
                           .agent = in->agent };
    return store_insert(cx, &session_entity, s);
}

const struct command session_begin = {
    .name = "begin",
    .entity = &session_entity,
    .label = N_("Sign in"),
    .help = N_("Begins a session for a person whose password was checked."),
    .permission = "user.own",
    .args = &begin_shape,
    .to = -1,
    .run = begin,
};

/* -- ending --------------------------------------------------------------------------------------
 */

enum err sessions_end(struct cx *cx, int64_t user_account)
{
    const struct value id[] = { v_int(user_account) };
    TRY(store_exec(cx, "UPDATE sessions SET ended = 1 WHERE user_account = $1 AND ended = 0", id,
                   1));
    account_forget(cx->house);
    return masters_dirty(cx);
}

enum err session_end(struct cx *cx, void *record, const void *args, void *result)
{
    struct session *s = record;
    (void)args, (void)result;
    if (s->user_account.id != cx->who->user && !cx_may(cx, "user.write")) {
        return refuse(
            cx, cx_may(cx, session_entity.read) ? &refusal_not_own_account : &refusal_not_found,
            TEXT_NONE); /* whose sessions one may not see, there are none */
    }
    s->ended = 1;
    account_forget(cx->house);
    return masters_dirty(cx);
}

/* -- one's own -----------------------------------------------------------------------------------
 */

enum err sessions_of_caller(struct cx *cx, struct session **out, size_t *n)
{
    const struct value args[] = { v_int(cx->who->user), v_int(cx->now.us), v_int(SESSION_IDLE_US),
                                  v_int(SESSIONS_SHOWN) };
    return store_select(cx, &session_entity,
                        "user_account = $1 AND ended = 0 AND expires_at > $2 AND seen_at > $2 - $3 "
                        "ORDER BY seen_at DESC, id LIMIT $4",
                        args, N_ELEMENTS(args), out, n);
}

struct my_session {
    int64_t id;
    instant_t created_at, seen_at, expires_at;
    text_t peer, agent;
};
static const struct field my_session_rows[] = {
    F_INTEGER(my_session, id, N_("Number of the record")),
    F_TIME(my_session, created_at, N_("Began")),
    F_TIME(my_session, seen_at, N_("Last used")),
    F_TIME(my_session, expires_at, N_("Ends")),
    F_TEXT(my_session, peer, NC_("network", "Address")),
    F_TEXT(my_session, agent, N_("Program")),
};
static const struct shape my_session_shape = SHAPE(my_session, my_session_rows);

struct sessions_mine {
    lines_t items;
};
static const struct field sessions_mine_rows[] = {
    F_ROWS(sessions_mine, items, my_session_shape, N_("Sessions")),
};
const struct shape sessions_mine_shape = SHAPE(sessions_mine, sessions_mine_rows);

enum err sessions_mine(struct cx *cx, void *record, const void *args, void *result)
{
    struct sessions_mine *out = result;
    struct session *list;
    size_t n;
    (void)record, (void)args;
    TRY(sessions_of_caller(cx, &list, &n));
    struct my_session *items = ARENA_ARRAY(cx->arena, n, struct my_session);
    for (size_t i = 0; i < n; i++) {
        items[i] = (struct my_session){ .id = list[i].record.id,
                                        .created_at = list[i].created_at,
                                        .seen_at = list[i].seen_at,
                                        .expires_at = list[i].expires_at,
                                        .peer = list[i].peer,
                                        .agent = list[i].agent };
    }
    out->items = (lines_t){ items, n };
    return OK;
}

struct sign_out {
    text_t hash;
};
static const struct field sign_out_rows[] = {
    F_TEXT(sign_out, hash, N_("Fingerprint"), .flags = F_SECRET),
};
static const struct shape sign_out_shape = SHAPE(sign_out, sign_out_rows);

static enum err sign_out(struct cx *cx, void *record, const void *args, void *result)
{
    (void)record, (void)result;
    return end_by_hash(cx, ((const struct sign_out *)args)->hash);
}

static const struct command sign_out_command = {
    .name = "sign_out",
    .entity = &session_entity,
    .label = N_("Sign out"),
    .help = N_("Ends the session that asks."),
    .permission = "user.own",
    .flags = C_ACCEPTED_200,
    .args = &sign_out_shape,
    .to = -1,
    .run = sign_out,
};

void account_sign_out(struct call *call, text_t cookie)
{
    struct sign_out *args = ARENA_NEW(call->arena, struct sign_out);
    args->hash = secret_hash(call->arena, cookie);
    call->verb = CALL_COMMAND;
    call->command = &sign_out_command;
    call->entity = &session_entity;
    call->typed = args;
    flow_submit(call);
}
