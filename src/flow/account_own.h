/* What the files of access share. */
#ifndef KONTOR_ACCOUNT_OWN_H
#define KONTOR_ACCOUNT_OWN_H

#include "flow/account.h"

/* The area's commands: those of keys (account.c), of accounts (account_commands.c) and of sessions
 * (session.c). */
enum {
    KEY_CREATE,
    KEY_REVOKE,
    ACCOUNT_SET_PASSWORD,
    ACCOUNT_ENROL,
    ACCOUNT_CONFIRM,
    ACCOUNT_REMOVE,
    ACCOUNT_DISABLE,
    ACCOUNT_PREFERENCES,
    SESSION_END,
    SESSION_MINE,
    ACCESS_COMMANDS
};
extern const struct refusal refusal_account_disabled;
extern const struct refusal refusal_roles, refusal_language, refusal_not_held;
extern const struct refusal refusal_password_short, refusal_password_long, refusal_password_wrong,
    refusal_not_own_account, refusal_code_wrong, refusal_nothing_enrolled, refusal_own_account;
extern const struct refusal refusal_sign_in_failed, refusal_second_factor;

/* -- account.c ------------------------------------------------------------------------------- */

/* A new random secret of 256 bits as text behind a prefix; and the hex SHA-256 under which one is
 * kept. */
text_t secret_text(struct arena *a, const char *prefix);
text_t secret_hash(struct arena *a, text_t secret);
/* Roles exist, and nobody gives away what they do not hold. Refuses. */
MUST_USE enum err roles_fit(struct cx *cx, text_t list);

extern const struct shape key_create_shape, key_created_shape;
enum err key_create(struct cx *cx, void *record, const void *args, void *result);
enum err key_revoke(struct cx *cx, void *record, const void *args, void *result);

/* -- account_commands.c ---------------------------------------------------------------------- */

extern const struct shape set_password_shape, current_password_shape, code_shape, enrolled_shape,
    recovery_shape;
enum err account_password_prepare(struct call *call);
enum err account_current_prepare(struct call *call);
enum err account_set_password(struct cx *cx, void *record, const void *args, void *result);
enum err account_enrol(struct cx *cx, void *record, const void *args, void *result);
enum err account_confirm(struct cx *cx, void *record, const void *args, void *result);
enum err account_remove(struct cx *cx, void *record, const void *args, void *result);
enum err account_disable(struct cx *cx, void *record, const void *args, void *result);

/* A code of the account's second factor, or one of its recovery codes, which is then used up in
 * *account (*changed). ERR_NOT_FOUND when it is neither, or was used before. */
MUST_USE enum err second_factor_use(struct cx *cx, struct user_account *account, text_t code,
                                    bool *changed);

/* -- preferences.c: language, digits, appearance and home site, as people set them for themselves
 */

extern const struct choice account_digits[3], account_themes[3];
extern const struct shape preferences_shape, preferences_set_shape;
enum err account_preferences(struct cx *cx, void *record, const void *args, void *result);

/* -- guard.c: tries, counted by name and by address ------------------------------------------- */

/* Counts a try before it is made, so that many at once gain nothing. ERR_BUSY with the seconds to
 * wait when it must not be made now. peer TEXT_NONE: only the name counts. */
MUST_USE enum err guard_try(struct house *h, struct arena *a, text_t name, text_t peer,
                            instant_t now, int64_t *wait_seconds);
/* The try was a good one: the name begins anew, the address gets its try back. */
MUST_USE enum err guard_passed(struct house *h, struct arena *a, text_t name, text_t peer);

/* -- session.c ------------------------------------------------------------------------------- */

extern const struct command session_begin; /* not in the area: nobody can call it from outside */
struct session_begin {
    int64_t user_account;
    text_t code;     /* TEXT_NONE when the account has no second factor */
    text_t password; /* hashed anew, or TEXT_NONE */
    text_t hash, old_hash;
    text_t peer, agent;
};
enum err session_end(struct cx *cx, void *record, const void *args, void *result);
extern const struct shape sessions_mine_shape;
enum err sessions_mine(struct cx *cx, void *record, const void *args, void *result);
/* Ends every session of an account, in the running command. */
MUST_USE enum err sessions_end(struct cx *cx, int64_t user_account);

/* -- seen.c ---------------------------------------------------------------------------------- */

/* account_authenticate at another time, for tests of what expires. */
MUST_USE enum err authenticate_at(struct house *h, struct arena *a, text_t key, text_t cookie,
                                  instant_t now, bool *by_cookie, struct who *out);

enum { ACCESS_TABLES = 2 };
extern const struct table_def access_tables[ACCESS_TABLES];

#endif
