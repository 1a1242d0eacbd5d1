/* What people and administrators do with accounts: passwords, second factors, closing one.
 *
 * Hashing is slow work, so it is done in `prepare`, before the command is queued; the command
 * itself only stores what prepare has found, and checks again who may do it. */
#include "flow/account_own.h"

#include "flow/password.h"
#include "flow/totp.h"
#include "meta/kinds.h"
#include "os/clock.h"
#include "os/random.h"

#include <openssl/crypto.h>

#define RECOVERY_CODES      10
#define RECOVERY_CODE_BYTES 10 /* 80 bits: a fast hash is enough to keep them */
#define RECOVERY_TEXT_MAX   2000

const struct refusal refusal_password_short = {
    .code = "password_too_short",
    .status = 422,
    .title = N_("Password too short"),
    .detail = N_("A password needs at least {1} characters. Several words are easy to remember."),
};
const struct refusal refusal_password_long = {
    .code = "password_too_long",
    .status = 422,
    .title = N_("Password too long"),
    .detail = N_("A password has at most {1} characters."),
};
const struct refusal refusal_password_wrong = {
    .code = "password_wrong",
    .status = 403,
    .title = N_("Wrong password"),
    .detail = N_("Your own current password must be given, and this is not it."),
};
const struct refusal refusal_not_own_account = {
    .code = "not_own_account",
    .status = 403,
    .title = N_("Not your account"),
    .detail = N_("Only the person whose account it is can do this."),
};
const struct refusal refusal_own_account = {
    .code = "own_account",
    .status = 409,
    .title = N_("Your own account"),
    .detail = N_("Nobody can disable the account they work with. Ask another administrator."),
};
const struct refusal refusal_code_wrong = {
    .code = "code_wrong",
    .status = 422,
    .title = N_("Wrong code"),
    .detail = N_("This is not the code that the app shows now. Check the clock of the device."),
};
const struct refusal refusal_nothing_enrolled = {
    .code = "nothing_enrolled",
    .status = 409,
    .title = N_("No second factor"),
    .detail = N_("There is no second factor here to confirm or to remove."),
};

/* -- rows ----------------------------------------------------------------------------------------
 */

struct set_password {
    text_t password, current;
};
static const struct field set_password_rows[] = {
    F_TEXT(set_password, password, N_("New password"), .flags = F_REQUIRED | F_SECRET, .max = 1000),
    F_TEXT(set_password, current, N_("Current password"), .flags = F_SECRET, .max = 1000,
           .help = N_("Needed for one's own account.")),
};
const struct shape set_password_shape = SHAPE(set_password, set_password_rows);

struct current_password {
    text_t current;
};
static const struct field current_rows[] = {
    F_TEXT(current_password, current, N_("Current password"), .flags = F_SECRET, .max = 1000,
           .help = N_("Needed for one's own account.")),
};
const struct shape current_password_shape = SHAPE(current_password, current_rows);

struct given_code {
    text_t code;
};
static const struct field code_rows[] = {
    F_TEXT(given_code, code, N_("Code"), .flags = F_REQUIRED | F_SECRET, .max = 40,
           .help = N_("The six digits that the app shows now.")),
};
const struct shape code_shape = SHAPE(given_code, code_rows);

struct enrolled {
    text_t secret, url;
};
static const struct field enrolled_rows[] = {
    F_TEXT(enrolled, secret, N_("Secret for the app"),
           .help = N_("Shown this once. It counts when a code of it has been confirmed.")),
    F_TEXT(enrolled, url, N_("Address for the app")),
};
const struct shape enrolled_shape = SHAPE(enrolled, enrolled_rows);

struct recovery_codes {
    text_t codes;
};
static const struct field recovery_rows[] = {
    F_TEXT(recovery_codes, codes, N_("Recovery codes"),
           .help = N_("Shown this once, separated by blanks. Each works once instead of a code.")),
};
const struct shape recovery_shape = SHAPE(recovery_codes, recovery_rows);

/* -- before the command: hashing -----------------------------------------------------------------
 */

struct prepared {
    text_t hash;   /* of the new password */
    bool verified; /* the current password was given and is right */
};

/* A text argument by name, whether the call has JSON or a struct. */
static text_t text_arg(const struct call *call, const char *name)
{
    const struct shape *s = call->command->args;
    if (!call->typed) {
        return call->args ? json_get_text(call->args, name) : TEXT_NONE;
    }
    for (size_t i = 0; i < s->n_fields; i++) {
        if (strcmp(s->fields[i].name, name) == 0) {
            return *(const text_t *)((const char *)call->typed + s->fields[i].offset);
        }
    }
    return TEXT_NONE;
}

struct stored {
    struct arena *arena;
    int64_t account, company;
    text_t code, password;
};

static enum err read_stored(struct tx *tx, void *arg)
{
    struct stored *s = arg;
    struct rows rows;
    const struct value args[] = { v_int(s->account), v_int(s->company) };
    TRY(tx_query(tx, s->arena,
                 "SELECT code, password FROM user_accounts WHERE id = $1 AND company = $2", args,
                 N_ELEMENTS(args), &rows));
    if (rows.n != 1) {
        return ERR_NOT_FOUND;
    }
    s->code = rows_text(&rows, 0, 0);
    s->password = rows_text(&rows, 0, 1);
    return OK;
}

static bool is_own(const struct who *who, int64_t account)
{
    return who->user != 0 && who->user == account;
}

/* Who changes their own account says their password, if they have one: a till left open, or a
 * session that somebody else got hold of, is not enough. Counted like signing in. */
static enum err verify_current(struct call *call, struct prepared *p)
{
    struct stored s = { .arena = call->arena,
                        .account = call->record_id,
                        .company = call->who->company };
    int64_t wait;
    TRY(db_read(house_db(call->house), read_stored, &s));
    if (!s.password.n) {
        p->verified = true;
        return OK;
    }
    instant_t now = instant_none(call->now) ? clock_now() : call->now;
    enum err e = guard_try(call->house, call->arena, s.code, TEXT_NONE, now, &wait);
    if (e == ERR_BUSY) {
        return REFUSE(&call->cx, &refusal_too_many, TEXT_NONE,
                      text_fmt(call->arena, "%lld", (long long)wait));
    }
    TRY(e);
    e = password_check(s.password, password_normal(call->arena, text_arg(call, "current")));
    if (e == ERR_NOT_FOUND) {
        return refuse(&call->cx, &refusal_password_wrong, TEXT("current"));
    }
    TRY(e);
    p->verified = true;
    return guard_passed(call->house, call->arena, s.code, TEXT_NONE);
}

/* Own account, or someone who may change accounts: checked before work is spent on it. */
static enum err begin_prepare(struct call *call, struct prepared **out)
{
    struct prepared *p = ARENA_NEW(call->arena, struct prepared);
    bool own = is_own(call->who, call->record_id);
    call->prepared = p;
    *out = p;
    if (!own && !cx_may(&call->cx, "user.write")) {
        return refuse(&call->cx, &refusal_not_own_account, TEXT_NONE);
    }
    return own ? verify_current(call, p) : OK;
}

enum err account_current_prepare(struct call *call)
{
    struct prepared *p;
    return begin_prepare(call, &p);
}

enum err account_password_prepare(struct call *call)
{
    struct prepared *p;
    text_t password = password_normal(call->arena, text_arg(call, "password"));
    size_t length = text_utf8_length(password);
    if (length < PASSWORD_LENGTH_MIN) {
        return REFUSE(&call->cx, &refusal_password_short, TEXT("password"),
                      text_fmt(call->arena, "%d", PASSWORD_LENGTH_MIN));
    }
    if (length > PASSWORD_LENGTH_MAX) {
        return REFUSE(&call->cx, &refusal_password_long, TEXT("password"),
                      text_fmt(call->arena, "%d", PASSWORD_LENGTH_MAX));
    }
    TRY(begin_prepare(call, &p));
    return password_hash(call->arena, password, &p->hash);
}

/* -- commands ------------------------------------------------------------------------------------
 */

/* Own (with the current password), or user.write over accounts that hold no more than oneself. */
static enum err may_change(struct cx *cx, const struct user_account *account)
{
    const struct prepared *p = flow_prepared(cx);
    INVARIANT(p != NULL);
    if (is_own(cx->who, account->record.id)) {
        return p->verified ? OK : refuse(cx, &refusal_password_wrong, TEXT("current"));
    }
    if (!cx_may(cx, "user.write")) {
        return refuse(cx, &refusal_not_own_account, TEXT_NONE);
    }
    return roles_fit(cx, account->roles);
}

enum err account_set_password(struct cx *cx, void *record, const void *args, void *result)
{
    struct user_account *account = record;
    const struct prepared *p = flow_prepared(cx);
    (void)args, (void)result;
    TRY(may_change(cx, account));
    account->password = p->hash;
    return sessions_end(cx, account->record.id);
}

enum err account_enrol(struct cx *cx, void *record, const void *args, void *result)
{
    struct user_account *account = record;
    struct enrolled *out = result;
    (void)args;
    if (!is_own(cx->who, account->record.id)) {
        return refuse(cx, &refusal_not_own_account, TEXT_NONE);
    }
    TRY(may_change(cx, account));
    account->pending_factor = totp_secret(cx->arena);
    out->secret = account->pending_factor;
    out->url = totp_url(cx->arena, TEXT("Kontor"), account->code, account->pending_factor);
    return OK;
}

static enum err keep_step(struct cx *cx, int64_t account, int64_t step)
{
    const struct value row[] = { v_int(account), v_int(step) };
    return store_exec(cx,
                      "INSERT INTO second_factor_step (user_account, step) VALUES ($1, $2)"
                      " ON CONFLICT (user_account) DO UPDATE SET step = excluded.step",
                      row, N_ELEMENTS(row));
}

static enum err read_step(struct cx *cx, int64_t account, int64_t *step)
{
    struct rows rows;
    const struct value id[] = { v_int(account) };
    TRY(store_query(cx, "SELECT step FROM second_factor_step WHERE user_account = $1", id, 1,
                    &rows));
    *step = rows.n ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

/* Codes are typed with dashes and in either case. */
static text_t recovery_normal(struct arena *a, text_t code)
{
    struct buf b;
    buf_init(&b, a, 64);
    for (size_t i = 0; i < code.n && i < 40; i++) {
        char c = code.s[i];
        if (c >= 'a' && c <= 'z') {
            c = (char)(c - 'a' + 'A');
        }
        if (c != '-' && c != ' ') {
            buf_char(&b, c);
        }
    }
    return buf_done(&b);
}

static enum err new_recovery_codes(struct cx *cx, struct user_account *account, text_t *shown)
{
    struct buf kept, plain;
    buf_init(&kept, cx->arena, RECOVERY_TEXT_MAX);
    buf_init(&plain, cx->arena, RECOVERY_TEXT_MAX);
    for (int i = 0; i < RECOVERY_CODES; i++) {
        unsigned char bytes[RECOVERY_CODE_BYTES];
        random_bytes(bytes, sizeof bytes);
        text_t code = base32_text(cx->arena, bytes, sizeof bytes);
        buf_str(&kept, i ? "," : "");
        buf_text(&kept, secret_hash(cx->arena, code));
        buf_str(&plain, i ? " " : "");
        for (size_t k = 0; k < code.n; k++) {
            buf_str(&plain, k && k % 4 == 0 ? "-" : "");
            buf_char(&plain, code.s[k]);
        }
    }
    account->recovery = buf_done(&kept);
    *shown = buf_done(&plain);
    return kept.failed || plain.failed ? ERR_NO_MEMORY : OK;
}

enum err account_confirm(struct cx *cx, void *record, const void *args, void *result)
{
    struct user_account *account = record;
    const struct given_code *in = args;
    struct recovery_codes *out = result;
    int64_t step;
    if (!is_own(cx->who, account->record.id)) {
        return refuse(cx, &refusal_not_own_account, TEXT_NONE);
    }
    if (!account->pending_factor.n) {
        return refuse(cx, &refusal_nothing_enrolled, TEXT_NONE);
    }
    if (!totp_good(account->pending_factor, in->code, cx->now, 0, &step)) {
        return refuse(cx, &refusal_code_wrong, TEXT("code"));
    }
    account->second_factor = account->pending_factor;
    account->pending_factor = TEXT_NONE;
    TRY(keep_step(cx, account->record.id, step));
    return new_recovery_codes(cx, account, &out->codes);
}

enum err account_remove(struct cx *cx, void *record, const void *args, void *result)
{
    struct user_account *account = record;
    (void)args, (void)result;
    TRY(may_change(cx, account));
    if (!account->second_factor.n && !account->pending_factor.n) {
        return refuse(cx, &refusal_nothing_enrolled, TEXT_NONE);
    }
    account->second_factor = account->pending_factor = account->recovery = TEXT_NONE;
    return OK;
}

enum err account_disable(struct cx *cx, void *record, const void *args, void *result)
{
    struct user_account *account = record;
    const struct value id[] = { v_int(account->record.id) };
    (void)args, (void)result;
    if (is_own(cx->who, account->record.id)) {
        return refuse(cx, &refusal_own_account, TEXT_NONE);
    }
    TRY(roles_fit(cx, account->roles));
    account->active = 0;
    TRY(store_exec(cx, "UPDATE api_keys SET revoked = 1 WHERE user_account = $1", id, 1));
    return sessions_end(cx, account->record.id);
}

/* -- the second factor at sign-in ----------------------------------------------------------------
 */

/* Takes the hash out of the list. */
static bool take_recovery(struct arena *a, text_t *list, text_t hash)
{
    struct buf left;
    bool taken = false;
    text_t rest = *list;
    buf_init(&left, a, RECOVERY_TEXT_MAX);
    while (rest.s) {
        text_t one = text_split(rest, ',', &rest);
        bool same = !taken && one.n == hash.n && CRYPTO_memcmp(one.s, hash.s, one.n) == 0;
        taken |= same;
        if (!same && one.n) {
            buf_str(&left, left.n ? "," : "");
            buf_text(&left, one);
        }
    }
    if (taken) {
        *list = left.n ? buf_done(&left) : TEXT_NONE;
    }
    return taken;
}

enum err second_factor_use(struct cx *cx, struct user_account *account, text_t code, bool *changed)
{
    int64_t last, step;
    *changed = false;
    if (code.n == TOTP_DIGITS) {
        TRY(read_step(cx, account->record.id, &last));
        if (!totp_good(account->second_factor, code, cx->now, last, &step)) {
            return ERR_NOT_FOUND;
        }
        return keep_step(cx, account->record.id, step);
    }
    text_t normal = recovery_normal(cx->arena, code);
    if (!normal.n ||
        !take_recovery(cx->arena, &account->recovery, secret_hash(cx->arena, normal))) {
        return ERR_NOT_FOUND;
    }
    *changed = true;
    return OK;
}
