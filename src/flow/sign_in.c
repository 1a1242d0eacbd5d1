/* Sessions and the area of access. */
#include "flow/account_own.h"

static const struct field session_rows[] = {
    F_REF(session, user_account, user_account, N_("User"), .flags = F_READONLY | F_INDEX),
    F_TEXT(session, hash, N_("Fingerprint"), .flags = F_READONLY | F_SECRET | F_UNIQUE),
    F_TEXT(session, form_token, N_("Form token"), .flags = F_READONLY | F_SECRET),
    F_TIME(session, created_at, N_("Began"), .flags = F_READONLY),
    F_TIME(session, expires_at, N_("Ends"), .flags = F_READONLY),
    F_TEXT(session, peer, N_("Address"), .flags = F_READONLY, .max = 60),
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

static const struct entity *const entities[] = { &user_account_entity, &user_site_entity, &api_key_entity, &session_entity };
static const struct refusal *const refusals[] = { &refusal_roles, &refusal_language, &refusal_not_held };
static const char *const depends[] = { "site", NULL };

const struct area access_area = {
    .name = "access",
    .label = N_("Access"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = key_commands,
    .n_commands = KEY_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
};
