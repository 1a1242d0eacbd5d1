/* Who may come in: people's accounts, the sites they work at, API keys for programs, sessions. */
#ifndef KONTOR_ACCOUNT_H
#define KONTOR_ACCOUNT_H

#include "flow/command.h"

struct user_account {
    struct record record;
    text_t code;           /* what they sign in with */
    text_t name, email;
    text_t language;       /* theirs: en es hi id */
    text_t roles;          /* names separated by commas */
    flag_t all_sites;      /* otherwise only those in user_sites */
    flag_t active;
    text_t password;       /* Argon2id, libsodium's text form */
    text_t second_factor;  /* TOTP secret in base32; none: off */
    text_t pending_factor; /* enrolled, not yet confirmed */
    text_t recovery;       /* SHA-256 of the recovery codes left, in hex, separated by commas */
    int64_t last_step;     /* TOTP step used last: a code works once */
    int64_t failures;      /* sign-ins failed in a row */
    instant_t locked_until;
    lines_t sites;
};

struct user_site {
    struct record record;
    user_account_ref user_account;
    site_ref site;
};

struct api_key {
    struct record record;
    text_t name;
    user_account_ref user_account; /* in whose name it acts */
    text_t roles;                  /* a part of the account's roles; none: all of them */
    text_t prefix;                 /* its first characters, to tell keys apart */
    text_t hash;                   /* SHA-256 in hex; the key itself is never kept */
    date_t expires_on;
    flag_t revoked;
};

struct session {
    struct record record;
    user_account_ref user_account;
    text_t hash;       /* SHA-256 of the cookie's value, in hex */
    text_t form_token; /* SHA-256 of the form token, in hex */
    instant_t created_at, expires_at;
    text_t peer, agent;
    flag_t ended;
};

extern const struct entity user_account_entity, user_site_entity, api_key_entity, session_entity;
extern const struct area access_area;

#define KEY_TEXT_MAX 64 /* "kontor_" and 43 characters */

/* Who holds this key, or (when there is no key) this session cookie; *by_cookie says which. ERR_NOT_FOUND when neither is good any more. Costs no
 * statement for one seen within the last moments: what was found is kept in memory until the master data's version changes, which is looked
 * at every 200 ms; a change takes effect within that time on every node. The texts of *out lie in the arena. */
MUST_USE enum err account_authenticate(struct house *h, struct arena *a, text_t key, text_t cookie, bool *by_cookie,
                                       struct who *out);

/* Forgets who was seen: after an account, key or session was changed in this process. */
void account_forget(struct house *h);

/* The bits of a comma-separated list of role names. ERR_NOT_FOUND for an unknown one, which *unknown then names. */
MUST_USE enum err account_roles(const struct house *h, text_t list, uint64_t *bits, text_t *unknown);

#endif
