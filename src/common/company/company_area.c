/* The area `company`: the company's record, its fiscal years and periods, its number series.
 *
 * Permissions: company.read, company.write; ledger.close to open years and to lock and unlock. */
#include "common/company/inner.h"
#include "face/page.h"

const struct refusal country_unknown = {
    .code = "country_unknown",
    .status = 422,
    .title = N_("Unknown country"),
    .detail = N_("{1} is not a country code of ISO 3166. Give two capital letters, such as ES."),
};
const struct refusal language_unknown = {
    .code = "language_unknown",
    .status = 422,
    .title = N_("Unknown language"),
    .detail = N_("{1} is not a language of this program. Choose en, es, hi or id."),
};
const struct refusal time_zone_unknown = {
    .code = "time_zone_unknown",
    .status = 422,
    .title = N_("Unknown time zone"),
    .detail = N_("{1} is not the name of a time zone. Give a name such as Europe/Madrid."),
};
const struct refusal mail_address_wrong = {
    .code = "mail_address_wrong",
    .status = 422,
    .title = N_("Not an e-mail address"),
    .detail = N_("{1} is not an e-mail address. Give one such as asha@example.in, in plain letters "
                 "without a name."),
};
const struct refusal period_missing = {
    .code = "period_missing",
    .status = 409,
    .title = N_("No such period"),
    .detail = N_(
        "The books have no period for {1}. Open its fiscal year first, or check the date."),
};
const struct refusal period_locked = {
    .code = "period_locked",
    .status = 409,
    .title = N_("Period locked"),
    .detail = N_("The period {1} is locked and takes no entries. Use a later date, or have the "
                 "period unlocked."),
};
const struct refusal year_exists = {
    .code = "year_exists",
    .status = 409,
    .title = N_("Year exists already"),
    .detail = N_("The fiscal year {1} is there already."),
};
const struct refusal year_start_differs = {
    .code = "year_start_differs",
    .status = 422,
    .title = N_("Years begin in another month"),
    .detail = N_("All fiscal years begin in the same month, as the one that begins in {1}."),
};
const struct refusal year_not_month_start = {
    .code = "year_not_month_start",
    .status = 422,
    .title = N_("Not the first of a month"),
    .detail = N_("A fiscal year begins on the first day of a month."),
};
const struct refusal year_locked = {
    .code = "year_locked",
    .status = 409,
    .title = N_("Year locked"),
    .detail = N_("The fiscal year {1} is locked. Unlock the year before one of its periods."),
};
const struct refusal series_taken = {
    .code = "series_taken",
    .status = 409,
    .title = N_("Series exists already"),
    .detail = N_("There is a series {1} for this site already. Change that one."),
};
const struct refusal series_backwards = {
    .code = "series_backwards",
    .status = 409,
    .title = N_("Numbers cannot go back"),
    .detail = N_("The next number is {1} already. A smaller one would be given twice."),
};

const struct refusal series_exhausted = {
    .code = "series_exhausted",
    .status = 409,
    .title = N_("No free number"),
    .detail = N_("The series {1} finds no number that is free. Raise its next number."),
};

static const struct entity *const entities[] = {
    &company_entity,
    &fiscal_year_entity,
    &fiscal_period_entity,
    &number_series_entity,
};

static const struct command commands[] = {
    {
        .name = "open",
        .entity = &fiscal_year_entity,
        .label = N_("Open a year"),
        .help = N_("Makes a fiscal year with its twelve monthly periods."),
        .permission = "ledger.close",
        .args = &year_open_shape,
        .run = year_open,
        .to = -1,
    },
    {
        .name = "lock",
        .entity = &fiscal_year_entity,
        .label = N_("Lock the year"),
        .help = N_("Locks the year with all its periods: nothing more can be posted to it."),
        .permission = "ledger.close",
        .flags = C_RECORD,
        .from = STATE(PERIOD_OPEN),
        .to = PERIOD_LOCKED,
        .run = year_lock,
    },
    {
        .name = "unlock",
        .entity = &fiscal_year_entity,
        .label = N_("Unlock the year"),
        .help = N_("The year's periods stay locked until each is unlocked."),
        .permission = "ledger.close",
        .flags = C_RECORD,
        .from = STATE(PERIOD_LOCKED),
        .to = PERIOD_OPEN,
        .run = year_unlock,
    },
    {
        .name = "lock",
        .entity = &fiscal_period_entity,
        .label = N_("Lock"),
        .help = N_("Nothing more can be posted to this month."),
        .permission = "ledger.close",
        .flags = C_RECORD,
        .from = STATE(PERIOD_OPEN),
        .to = PERIOD_LOCKED,
        .run = period_lock,
    },
    {
        .name = "unlock",
        .entity = &fiscal_period_entity,
        .label = N_("Unlock"),
        .help = N_("Lets entries into this month again. Who did it stays in the history."),
        .permission = "ledger.close",
        .flags = C_RECORD,
        .from = STATE(PERIOD_LOCKED),
        .to = PERIOD_OPEN,
        .run = period_unlock,
    },
};

static const struct refusal *const refusals[] = {
    &country_unknown,    &mail_address_wrong,   &language_unknown, &time_zone_unknown,
    &period_missing,     &period_locked,        &year_exists,      &year_locked,
    &year_start_differs, &year_not_month_start, &series_taken,     &series_backwards,
    &series_exhausted,
};

static const char *const depends[] = { NULL };

static const struct area_face face = { .group = GROUP_HOUSE, .icon = "gear" };

const struct area company_area = {
    .name = "company",
    .label = N_("Company"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = commands,
    .n_commands = N_ELEMENTS(commands),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
