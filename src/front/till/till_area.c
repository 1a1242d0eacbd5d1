/* The till area.
 *
 * Permissions: till.read till.write till.use. */
#include "front/till/till_parts.h"

static const struct entity *const entities[] = {
    &till_entity,
    &till_session_entity,
    &till_cash_entity,
};

static const struct refusal *const refusals[] = {
    &refusal_till_closed,     &refusal_till_open,     &refusal_till_number_taken,
    &refusal_till_number_gap, &refusal_count_missing, &refusal_count_mismatch,
    &refusal_cash_short,
};

/* The drawer of an open till is secret to those who count it: only for those who manage tills. */
static const struct field cash_params[] = {
    { .name = "site", .kind = &kind_ref, .label = N_("Site"), .target = "site" },
};
static const struct column cash_columns[] = {
    COLUMN_REF("site", "site", N_("Site")),
    COLUMN_REF("till", "till", N_("Till")),
    COLUMN("open", kind_boolean, NC_("a till", "Open")),
    COLUMN_REF("session", "till_session", N_("Session")),
    COLUMN("opened_at", kind_time, N_("Opened")),
    COLUMN("cash", kind_money, N_("Cash in the drawer")),
};

static const struct query queries[] = {
    {
        .name = "cash_now",
        .label = N_("Cash in tills"),
        .help = N_("What should be in each drawer at this moment."),
        .permission = "till.write",
        .sql = "SELECT t.site, t.id, t.state, t.session, s.opened_at, t.cash FROM tills t"
               " LEFT JOIN till_sessions s ON s.id = t.session"
               " WHERE t.company = $1 AND {sites:t.site} AND (t.archived = 0 OR t.cash <> 0)"
               " [3: AND t.site = $3] ORDER BY t.code",
        .params = cash_params,
        .n_params = N_ELEMENTS(cash_params),
        .columns = cash_columns,
        .n_columns = N_ELEMENTS(cash_columns),
    },
};

static const char *const depends[] = { "site", "pricing", NULL };

const struct area till_area = {
    .name = "till",
    .label = N_("Tills"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = till_commands,
    .n_commands = TILL_COMMANDS,
    .queries = queries,
    .n_queries = N_ELEMENTS(queries),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &till_face,
};
