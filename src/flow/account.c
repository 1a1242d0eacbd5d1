/* Accounts, sites of accounts, API keys: what they are, and the commands of keys. Those of accounts
 * are in account_commands.c, signing in is in sign_in.c. */
#include "flow/account.h"

#include "base/hash.h"
#include "flow/account_own.h"
#include "meta/locale.h"
#include "os/random.h"

const struct choice account_digits[3] = { { "usual", N_("As usual in the language") },
                                          { "latin", N_("Latin digits") },
                                          { "native", N_("The script's own digits") } };
const struct choice account_themes[3] = { { "auto", N_("As the system") },
                                          { "light", N_("Light") },
                                          { "dark", N_("Dark") } };

static const struct field account_rows[] = {
    F_TEXT(user_account, code, N_("Sign-in name"),
           .flags = F_REQUIRED | F_UNIQUE | F_CREATE_ONLY | F_SEARCH, .max = 60),
    F_TEXT(user_account, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH, .max = 120),
    F_TEXT(user_account, email, N_("E-mail"), .flags = F_SEARCH, .max = 200),
    F_TEXT(user_account, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2,
           .fallback = "en"),
    F_TEXT(user_account, roles, N_("Roles"), .word = WORD_ROLES, .flags = F_REQUIRED, .max = 400,
           .help = N_("What the person may do. Programs and files name the roles with commas "
                      "between them.")),
    F_BOOLEAN(user_account, all_sites, N_("All sites"),
              .help = N_("Otherwise only the sites in the list.")),
    F_BOOLEAN(user_account, active, N_("Active"), .fallback = "true"),
    F_TEXT(user_account, password, N_("Password"), .flags = F_READONLY | F_SECRET),
    F_TEXT(user_account, second_factor, N_("Second factor"), .flags = F_READONLY | F_SECRET),
    F_TEXT(user_account, pending_factor, N_("Second factor to be confirmed"),
           .flags = F_READONLY | F_SECRET),
    F_TEXT(user_account, recovery, N_("Recovery codes"), .flags = F_READONLY | F_SECRET,
           .max = 2000),
    F_CHOICE(user_account, digits, account_digits, N_("Digits")),
    F_CHOICE(user_account, theme, account_themes, N_("Appearance")),
    F_REF(user_account, home_site, site, N_("Home site"),
          .help = N_("Where the person mostly works.")),
    F_LINES(user_account, sites, user_site, user_account, N_("Sites"), .max = 500),
};

static const struct field site_rows[] = {
    F_REF(user_site, user_account, user_account, N_("Account"), .flags = F_READONLY),
    F_REF(user_site, site, site, N_("Site"), .flags = F_REQUIRED),
};

static const struct field key_rows[] = {
    F_TEXT(api_key, name, N_("Name"), .flags = F_REQUIRED, .max = 120,
           .help = N_("What the key is for.")),
    F_REF(api_key, user_account, user_account, N_("Acts as"), .flags = F_READONLY),
    F_TEXT(api_key, roles, N_("Roles"), .word = WORD_ROLES, .flags = F_READONLY, .max = 400),
    F_TEXT(api_key, prefix, N_("Begins with"), .word = WORD_CODE, .flags = F_READONLY, .max = 16),
    F_TEXT(api_key, hash, N_("Fingerprint"), .flags = F_READONLY | F_SECRET | F_UNIQUE),
    F_DATE(api_key, expires_on, N_("Expires on")),
    F_BOOLEAN(api_key, revoked, N_("Revoked"), .flags = F_READONLY),
};

const struct refusal refusal_roles = {
    .code = "unknown_role_name",
    .status = 422,
    .title = N_("Unknown role"),
    .detail = N_("There is no role {1}."),
};
const struct refusal refusal_language = {
    .code = "unknown_language",
    .status = 422,
    .title = N_("Unknown language"),
    .detail = N_("{1} is none of the program's languages: en, es, hi, id."),
};
const struct refusal refusal_not_held = {
    .code = "role_not_held",
    .status = 403,
    .title = N_("Not yours to give"),
    .detail = N_("You can only give roles that you hold yourself: {1} is not one of them."),
};

enum err account_roles(const struct house *h, text_t list, uint64_t *bits, text_t *unknown)
{
    text_t rest = list;
    *bits = 0;
    while (rest.s) {
        text_t name = text_trim(text_split(rest, ',', &rest));
        int index = name.n ? house_role(h, name) : -1;
        if (name.n && (index < 0 || index >= 64)) {
            *unknown = name;
            return ERR_NOT_FOUND;
        }
        *bits |= name.n ? UINT64_C(1) << index : 0;
    }
    return OK;
}

uint64_t account_holds(const struct house *h, uint64_t roles)
{
    int admin = house_role(h, TEXT("admin"));
    return admin >= 0 && (roles >> admin & 1) ? UINT64_MAX : roles;
}

const struct refusal refusal_account_disabled = {
    .code = "account_disabled",
    .status = 403,
    .title = N_("The account is disabled"),
    .detail = N_("The account of {1} is disabled. What it began is not gone on with."),
};

static bool is_site_of(const struct who *who, int64_t site)
{
    for (size_t i = 0; i < who->n_sites; i++) {
        if (who->sites[i] == site) {
            return true;
        }
    }
    return who->all_sites;
}

enum err account_still(struct cx *cx, struct who *who)
{
    struct user_account account;
    struct rows sites;
    uint64_t held;
    text_t unknown;
    const struct value key[] = { v_int(who->user) };
    enum err e = store_get_any(cx, &user_account_entity, who->user, &account);
    if (e != OK && e != ERR_NOT_FOUND) {
        return e;
    }
    if (e == ERR_NOT_FOUND || !account.active || account.record.archived ||
        account_roles(cx->house, account.roles, &held, &unknown) != OK) {
        return REFUSE(cx, &refusal_account_disabled, TEXT_NONE, who->name);
    }
    TRY(store_query(cx, "SELECT site FROM user_sites WHERE user_account = $1", key, 1, &sites));
    int64_t *ids = ARENA_ARRAY(cx->arena, sites.n + who->n_sites + 1, int64_t);
    size_t n = 0;
    for (size_t i = 0; i < sites.n; i++) {
        if (is_site_of(who, rows_int(&sites, i, 0))) {
            ids[n++] = rows_int(&sites, i, 0);
        }
    }
    for (size_t i = 0; account.all_sites && i < who->n_sites; i++) {
        ids[n++] = who->sites[i];
    }
    int admin = house_role(cx->house, TEXT("admin"));
    who->roles = account_holds(cx->house, who->roles) & account_holds(cx->house, held);
    who->all = who->all && admin >= 0 && (held >> admin & 1);
    who->all_sites = who->all_sites && account.all_sites;
    who->sites = ids;
    who->n_sites = n;
    return OK;
}

/* Roles exist, and nobody gives away what they do not hold. */
enum err roles_fit(struct cx *cx, text_t list)
{
    uint64_t bits;
    text_t unknown = TEXT_NONE;
    if (account_roles(cx->house, list, &bits, &unknown) != OK) {
        return REFUSE(cx, &refusal_roles, TEXT("roles"), unknown);
    }
    if (!cx->who->all && (bits & ~cx->who->roles)) {
        return REFUSE(cx, &refusal_not_held, TEXT("roles"), list);
    }
    return OK;
}

static enum err account_check(struct cx *cx, const void *before, void *after)
{
    const struct user_account *a = after;
    (void)before;
    if (!language_known(a->language)) {
        return REFUSE(cx, &refusal_language, TEXT("language"), a->language);
    }
    return roles_fit(cx, a->roles);
}

static enum err account_saved(struct cx *cx, const void *before, const void *after)
{
    const struct user_account *a = after;
    bool own = cx->who->user != 0 && cx->who->user == a->record.id;
    account_forget(cx->house);
    if (before && own && (a->record.archived || !a->active)) {
        return refuse(cx, &refusal_own_account, TEXT_NONE);
    }
    return OK;
}

const struct entity user_account_entity = {
    .index = E_user_account,
    .name = "user_account",
    .plural = "user_accounts",
    .label = N_("User"),
    .label_plural = N_("Users"),
    .help = N_("People who work with the program, their roles and their sites."),
    .shape = SHAPE(user_account, account_rows),
    .code = "code",
    .title = "name",
    .read = "user.read",
    .write = "user.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = account_check,
    .saved = account_saved,
};

const struct entity user_site_entity = {
    .index = E_user_site,
    .name = "user_site",
    .plural = "user_sites",
    .label = N_("Site of a user"),
    .label_plural = N_("Sites of a user"),
    .help = N_("The sites whose records a user may see."),
    .shape = SHAPE(user_site, site_rows),
    .read = "user.read",
    .write = "user.write",
    .parent = "user_account",
    .flags = E_LINE | E_CACHED,
};

static enum err key_check(struct cx *cx, const void *before, void *after)
{
    const struct api_key *k = after;
    if (!before && !k->hash.s) { /* keys are made by their own command, which shows the secret */
        return REFUSE(cx, &refusal_method_not_allowed, TEXT_NONE, TEXT("POST /api_keys"));
    }
    account_forget(cx->house);
    return OK;
}

const struct entity api_key_entity = {
    .index = E_api_key,
    .name = "api_key",
    .plural = "api_keys",
    .label = N_("API key"),
    .label_plural = N_("API keys"),
    .help = N_("Keys with which other programs act in the name of a user."),
    .shape = SHAPE(api_key, key_rows),
    .title = "name",
    .read = "user.read",
    .write = "user.write",
    .flags = E_CACHED | E_HISTORY,
    .check = key_check,
};

/* -- commands ---------------------------------------------------------------------------------- */

struct key_create {
    text_t name;
    user_account_ref user_account;
    text_t roles;
    date_t expires_on;
};
static const struct field create_rows[] = {
    F_TEXT(key_create, name, N_("Name"), .flags = F_REQUIRED, .max = 120),
    F_REF(key_create, user_account, user_account, N_("Acts as"), .flags = F_REQUIRED),
    F_TEXT(key_create, roles, N_("Roles"), .word = WORD_ROLES, .max = 400,
           .help = N_("A part of the account's roles. All of them when left empty.")),
    F_DATE(key_create, expires_on, N_("Expires on")),
};
const struct shape key_create_shape = SHAPE(key_create, create_rows);

struct key_created {
    int64_t id;
    text_t key;
};
static const struct field created_rows[] = {
    F_INTEGER(key_created, id, N_("Number of the record")),
    F_TEXT(key_created, key, N_("Key"), .help = N_("Shown this once. Keep it in a safe place.")),
};
const struct shape key_created_shape = SHAPE(key_created, created_rows);

text_t secret_text(struct arena *a, const char *prefix)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[43]; /* 6 bits of each: 258 */
    struct buf b;
    random_bytes(bytes, sizeof bytes);
    buf_init(&b, a, KEY_TEXT_MAX);
    buf_str(&b, prefix);
    for (size_t i = 0; i < sizeof bytes; i++) {
        buf_char(&b, digits[bytes[i] & 63]);
    }
    return buf_done(&b);
}

text_t secret_hash(struct arena *a, text_t secret)
{
    sha256_t h;
    char hex[SHA256_HEX + 1];
    sha256(secret.s, secret.n, &h);
    sha256_hex(&h, hex);
    return (text_t){ arena_copy(a, hex, SHA256_HEX), SHA256_HEX };
}

enum err key_create(struct cx *cx, void *record, const void *args, void *result)
{
    const struct key_create *in = args;
    struct key_created *out = result;
    struct api_key *k = record;
    struct user_account account;
    uint64_t given, held;
    text_t unknown = TEXT_NONE;
    TRY(store_get(cx, &user_account_entity, in->user_account.id, &account));
    TRY(roles_fit(cx, in->roles.s ? in->roles : account.roles));
    if (account_roles(cx->house, in->roles, &given, &unknown) != OK ||
        account_roles(cx->house, account.roles, &held, &unknown) != OK) {
        return REFUSE(cx, &refusal_roles, TEXT("roles"), unknown);
    }
    if (given & ~account_holds(cx->house, held)) {
        return REFUSE(cx, &refusal_not_held, TEXT("roles"), in->roles);
    }
    out->key = secret_text(cx->arena, "kontor_");
    *k = (struct api_key){ .name = in->name,
                           .user_account = in->user_account,
                           .roles = in->roles,
                           .prefix = { arena_copy(cx->arena, out->key.s, 12), 12 },
                           .hash = secret_hash(cx->arena, out->key),
                           .expires_on = in->expires_on };
    TRY(store_insert(cx, &api_key_entity, k));
    out->id = k->record.id;
    return event_publish(cx, "api_key.created", &api_key_entity, k, k);
}

enum err key_revoke(struct cx *cx, void *record, const void *args, void *result)
{
    struct api_key *k = record;
    (void)args, (void)result;
    k->revoked = 1;
    account_forget(cx->house);
    return event_publish(cx, "api_key.revoked", &api_key_entity, k, k);
}
