/* Who may come in: people's accounts, the sites they work at, API keys for programs, sessions. */
#ifndef KONTOR_ACCOUNT_H
#define KONTOR_ACCOUNT_H

#include "flow/command.h"

struct user_account {
    struct record record;
    text_t code; /* what they sign in with */
    text_t name, email;
    text_t language;  /* theirs: en es hi id */
    text_t roles;     /* names separated by commas */
    flag_t all_sites; /* otherwise only those in user_sites */
    flag_t active;
    text_t password;       /* Argon2id, libsodium's text form */
    text_t second_factor;  /* TOTP secret in base32; none: off */
    text_t pending_factor; /* enrolled, not yet confirmed */
    text_t recovery;       /* SHA-256 of the recovery codes left, in hex, separated by commas */
    choice_t digits;       /* enum digits of face/format.h: usual, latin, native */
    choice_t theme;        /* auto, light, dark */
    site_ref home_site;    /* where they mostly work; 0: none */
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
    text_t hash; /* SHA-256 of the cookie's value, in hex */
    instant_t created_at;
    instant_t seen_at;    /* when it was used, to some minutes */
    instant_t expires_at; /* whatever happens */
    text_t peer, agent;
    flag_t ended;
};

extern const struct entity user_account_entity, user_site_entity, api_key_entity, session_entity;
extern const struct area access_area;

#define KEY_TEXT_MAX 64 /* "kontor_" and 43 characters */

/* A session ends so long after its last use, and so long after it began. */
#define SESSION_IDLE_US     (INT64_C(8) * 3600 * US_PER_SECOND)
#define SESSION_ABSOLUTE_US (INT64_C(7) * US_PER_DAY)

/* Who holds this key, or (when there is no key) this session cookie; *by_cookie says which.
 * ERR_NOT_FOUND when neither is good any more. Costs no statement for one seen within the last
 * moments: what was found is kept in memory until it expires or the master data's version changes,
 * which is looked at every 200 ms; a change takes effect within that time on every node. The texts
 * of *out lie in the arena. */
MUST_USE enum err account_authenticate(struct house *h, struct arena *a, text_t key, text_t cookie,
                                       bool *by_cookie, struct who *out);

/* Forgets who was seen: after an account, key or session was changed in this process. */
void account_forget(struct house *h);

/* The form token of the session with that cookie: pages put it into their forms and scripts send it
 * as X-Form-Token. Derived from the cookie (SHA-256 with a name before it), so it needs no store,
 * and a page of another site, which cannot read the cookie, cannot know it. */
text_t account_form_token(struct arena *a, text_t cookie);
/* Compares in constant time. */
bool account_form_token_good(struct house *h, text_t cookie, text_t token);

/* Signing in. Lives with its arena until done was called. */
struct sign_in {
    /* in */
    struct house *house;
    struct arena *arena;
    text_t company; /* code; only needed where two companies of the store have that name */
    text_t name, password;
    text_t code;       /* of the second factor, or a recovery code; TEXT_NONE: none given */
    text_t peer;       /* address, counted for the limits */
    text_t agent;      /* program, as told */
    text_t old_cookie; /* the session that this one takes the place of, or TEXT_NONE */
    instant_t now;     /* INSTANT_NONE: the clock's */
    void (*done)(struct sign_in *s); /* on a thread of slow work; may wait */
    void *user;
    /* out */
    enum err outcome;       /* OK, or ERR_REFUSED and the like with the reason in failure */
    struct failure failure; /* sign_in_failed, second_factor_needed, too_many ({1}: seconds) */
    struct who who;
    text_t cookie, form_token;
    instant_t expires_at;
    /* its own */
    struct slow_work slow;
};

/* Checks name, password and second factor, ends the old session and begins a new one under a new
 * random cookie. An unknown name takes the same time and gets the same answer as a wrong password.
 * Tries are counted by name and by address (in the store, for all nodes): after
 * SIGN_IN_FREE_TRIES that failed in a row the next one must wait 1 s, 2 s, 4 s ... up to a quarter
 * of an hour. done is always called, maybe before the return. */
#define SIGN_IN_FREE_TRIES         5
#define SIGN_IN_FREE_TRIES_ADDRESS 20
void account_sign_in(struct sign_in *s);
/* Submits and waits. Returns s->outcome. Not on a thread of slow work or of the store. */
enum err account_sign_in_wait(struct sign_in *s);

/* Ends the session with that cookie: fills call (which has house, arena, who, done) and submits it.
 * Answers 200 also when it had ended before. */
void account_sign_out(struct call *call, text_t cookie);

/* Where the caller is signed in at the moment, the last used first: at most SESSIONS_SHOWN. */
#define SESSIONS_SHOWN 100
MUST_USE enum err sessions_of_caller(struct cx *cx, struct session **out, size_t *n);

/* The bits of a comma-separated list of role names. ERR_NOT_FOUND for an unknown one, which
 * *unknown then names. */
MUST_USE enum err account_roles(const struct house *h, text_t list, uint64_t *bits,
                                text_t *unknown);
/* All roles that an account with these may hand on: an administrator's are every role. */
uint64_t account_holds(const struct house *h, uint64_t roles);
/* For what is done later in somebody's name: takes from *who the roles and sites that the account
 * no longer has, and gives none. Refuses account_disabled. The sites lie in the arena. */
MUST_USE enum err account_still(struct cx *cx, struct who *who);

#endif
