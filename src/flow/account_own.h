/* What the files of access share. */
#ifndef KONTOR_ACCOUNT_OWN_H
#define KONTOR_ACCOUNT_OWN_H

#include "flow/account.h"

enum { KEY_COMMANDS = 2 };
extern const struct command key_commands[KEY_COMMANDS];
extern const struct refusal refusal_roles, refusal_language, refusal_not_held;

/* A new random secret of 256 bits as text behind a prefix; and the hex SHA-256 under which one is kept. */
text_t secret_text(struct arena *a, const char *prefix);
text_t secret_hash(struct arena *a, text_t secret);

#endif
