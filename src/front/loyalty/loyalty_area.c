/* The loyalty area.
 *
 * Permissions: loyalty.read loyalty.write. */
#include "front/loyalty/loyalty_face.h"
#include "front/loyalty/loyalty_parts.h"

static const struct command commands[] = {
    {
        .name = "adjust",
        .entity = &loyalty_account_entity,
        .label = N_("Adjust"),
        .help = N_("Adds points to the account or takes some away, with the reason."),
        .permission = "loyalty.write",
        .flags = C_RECORD,
        .args = &loyalty_adjust_shape,
        .from = ANY_STATE,
        .to = -1,
        .run = loyalty_adjust_run,
    },
    {
        .name = "expire",
        .entity = &loyalty_account_entity,
        .label = N_("Let points expire"),
        .help = N_("Takes lapsed points away, a part at a time. Run by a schedule."),
        .permission = "loyalty.write",
        .flags = C_ACCEPTED_200,
        .args = &loyalty_expire_shape,
        .result = &loyalty_expired_shape,
        .to = -1,
        .run = loyalty_expire_run,
    },
};

static const struct field liability_params[] = {
    { .name = "program", .kind = &kind_ref, .label = N_("Programme"), .target = "loyalty_program" },
};
static const struct column liability_columns[] = {
    COLUMN_REF("program", "loyalty_program", N_("Programme")),
    COLUMN("accounts", kind_integer, N_("Accounts")),
    COLUMN("points", kind_integer, N_("Points")),
    COLUMN("value", kind_money, N_("Worth")),
};

static const struct query queries[] = {
    {
        .name = "points_liability",
        .label = N_("Points owed to customers"),
        .help = N_("What all points that are left are worth: the liability in the books."),
        .permission = "loyalty.read",
        .sql = "SELECT a.program, COUNT(*), CAST(SUM(a.balance) AS BIGINT),"
               " CAST(SUM(a.value) AS BIGINT)"
               " FROM loyalty_accounts a WHERE a.company = $1 [3: AND a.program = $3]"
               " GROUP BY a.program ORDER BY a.program",
        .open = "points belong to the company, not to a site",
        .params = liability_params,
        .n_params = N_ELEMENTS(liability_params),
        .columns = liability_columns,
        .n_columns = N_ELEMENTS(liability_columns),
    },
};

static const struct entity *const entities[] = {
    &loyalty_program_entity,
    &loyalty_account_entity,
    &loyalty_entry_entity,
    &loyalty_lot_entity,
};

static const struct refusal *const refusals[] = {
    &refusal_points_not_enough, &refusal_points_without_account, &refusal_points_not_redeemed,
    &refusal_points_worthless,  &refusal_account_not_empty,
};

static const char *const depends[] = { "company", "party", "product", "site", "order", NULL };

const struct area loyalty_area = {
    .name = "loyalty",
    .label = N_("Loyalty"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .queries = queries,
    .n_queries = N_ELEMENTS(queries),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &loyalty_face,
};
