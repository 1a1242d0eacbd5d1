/* Taxes with dated rates. A change of rate is a new row with the same code: products refer to the
 * code's rows, and the day decides which one counts, so a rate announced for January can be
 * entered in November. Where several rows are valid, the one that begins last counts. */
#include "common/pricing/inner.h"

/* clang-format off */
static const struct field rows[] = {
    F_TEXT(tax, code, N_("Code"), .flags = F_REQUIRED, .max = 24,
           .help = N_("The same code with a later first day is the same tax at a new rate.")),
    F_TEXT(tax, name, N_("Name"), .flags = F_REQUIRED, .max = 100),
    F_RATE(tax, rate, N_("Rate"), .unit = N_("%"), .flags = F_REQUIRED | F_NOT_NEGATIVE,
           .max = INT64_C(1000) * 1000000),
    F_BOOLEAN(tax, included, N_("Included in prices"), .flags = F_NULLABLE,
              .help = N_("Whether the prices of products contain it. Lists say it themselves.")),
    F_DATE(tax, valid_from, N_("Valid from")),
    F_DATE(tax, valid_to, N_("Valid to")),
    F_REF(tax, part_of, tax, N_("Part of"), .flags = F_INDEX,
          .help = N_("A part such as CGST: the amount of the whole tax is split over its parts.")),
    F_TEXT(tax, account, N_("Account"), .max = 32, .code_of = "account", .section = N_("Books"),
           .help = N_("The code of the account for the tax payable. Empty: by the posting rules.")),
};
/* clang-format on */

bool valid_on(date_t from, date_t to, date_t day)
{
    return (date_none(from) || from.days <= day.days) && (date_none(to) || day.days <= to.days);
}

enum err validity_check(struct cx *cx, date_t from, date_t to)
{
    if (!date_none(from) && !date_none(to) && to.days < from.days) {
        return refuse(cx, &validity_reversed, TEXT("valid_to"));
    }
    return OK;
}

/* Every row of the code. */
static enum err rows_of_code(struct cx *cx, text_t code, struct tax **out, size_t *n)
{
    struct value v[] = { v_text(code) };
    return store_select(cx, &tax_entity, "code = $1 AND archived = 0 ORDER BY id", v, 1, out, n);
}

/* DATE_NONE is below every day, so an open beginning loses against any other. */
static const struct tax *latest_on(const struct tax *list, size_t n, date_t day)
{
    const struct tax *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (valid_on(list[i].valid_from, list[i].valid_to, day) &&
            (!best || list[i].valid_from.days > best->valid_from.days)) {
            best = &list[i];
        }
    }
    return best;
}

enum err tariff_tax_on(struct cx *cx, int64_t tax, date_t day, struct tax *out)
{
    struct tax *list;
    size_t n;
    TRY(store_get_any(cx, &tax_entity, tax, out));
    TRY(rows_of_code(cx, out->code, &list, &n));
    const struct tax *best = latest_on(list, n, day);
    if (!best) {
        return ERR_NOT_FOUND;
    }
    *out = *best;
    return OK;
}

/* --- Parts */

/* The parts of a tax that are valid on the day, at most PRICING_TAX_PARTS_MAX, one for each code. A
 * part may name any of the dated rows of its whole. */
static enum err parts_on(struct cx *cx, text_t whole, date_t day, struct tax *out, size_t *n)
{
    struct tax *wholes, *list;
    size_t n_wholes, n_list;
    *n = 0;
    TRY(rows_of_code(cx, whole, &wholes, &n_wholes));
    for (size_t w = 0; w < n_wholes; w++) {
        struct value v[] = { v_int(wholes[w].record.id) };
        TRY(store_select(cx, &tax_entity, "part_of = $1 AND archived = 0 ORDER BY id", v, 1, &list,
                         &n_list));
        for (size_t i = 0; i < n_list; i++) {
            size_t at = 0;
            if (!valid_on(list[i].valid_from, list[i].valid_to, day)) {
                continue;
            }
            while (at < *n && !text_eq(out[at].code, list[i].code)) {
                at++;
            }
            if (at == *n && *n < PRICING_TAX_PARTS_MAX) {
                out[(*n)++] = list[i];
            } else if (at < *n && list[i].valid_from.days > out[at].valid_from.days) {
                out[at] = list[i];
            }
        }
    }
    return OK;
}

enum err tariff_tax_parts(struct cx *cx, int64_t tax, date_t day, money_t amount,
                          struct tax_part parts[static PRICING_TAX_PARTS_MAX], size_t *n)
{
    struct tax whole, found[PRICING_TAX_PARTS_MAX];
    int64_t weights[PRICING_TAX_PARTS_MAX], amounts[PRICING_TAX_PARTS_MAX];
    TRY(store_get_any(cx, &tax_entity, tax, &whole));
    TRY(parts_on(cx, whole.code, day, found, n));
    if (*n == 0) {
        parts[0] = (struct tax_part){ whole.record.id, whole.account, amount };
        *n = 1;
        return OK;
    }
    for (size_t i = 0; i < *n; i++) {
        weights[i] = found[i].rate.micro;
    }
    TRY(decimal_share(amount.minor, weights, *n, amounts));
    for (size_t i = 0; i < *n; i++) {
        text_t account = text_empty(found[i].account) ? whole.account : found[i].account;
        parts[i] = (struct tax_part){ found[i].record.id, account, money_of(amounts[i]) };
    }
    return OK;
}

/* --- The record */

static enum err twin_refused(struct cx *cx, const struct tax *t)
{
    struct tax *list;
    size_t n;
    TRY(rows_of_code(cx, t->code, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].record.id != t->record.id && list[i].valid_from.days == t->valid_from.days) {
            return REFUSE(cx, &tax_twice, TEXT("valid_from"), t->code);
        }
    }
    return OK;
}

/* Parts make up their whole: no more than fit, and together no more than its rate. */
static enum err part_check(struct cx *cx, const struct tax *t)
{
    struct tax whole, others[PRICING_TAX_PARTS_MAX];
    size_t n, count = 1;
    int64_t sum = t->rate.micro;
    date_t day = date_none(t->valid_from) ? instant_date(cx->now) : t->valid_from;
    TRY(store_get_any(cx, &tax_entity, t->part_of.id, &whole));
    if (whole.part_of.id != 0 || text_eq(whole.code, t->code)) {
        return REFUSE(cx, &tax_part_of_part, TEXT("part_of"), whole.code);
    }
    TRY(parts_on(cx, whole.code, day, others, &n));
    for (size_t i = 0; i < n; i++) {
        if (!text_eq(others[i].code, t->code)) {
            sum += others[i].rate.micro;
            count++;
        }
    }
    if (sum > whole.rate.micro || count > PRICING_TAX_PARTS_MAX) {
        return REFUSE(cx, &tax_parts_exceed, TEXT("rate"), whole.code);
    }
    return OK;
}

static enum err tax_check(struct cx *cx, const void *before, void *after)
{
    (void)before;
    struct tax *t = after;
    if (t->included == VALUE_NONE) {
        struct company company;
        TRY(company_get(cx, &company));
        t->included = company.prices_include_tax;
    }
    TRY(validity_check(cx, t->valid_from, t->valid_to));
    TRY(twin_refused(cx, t));
    return t->part_of.id != 0 ? part_check(cx, t) : OK;
}

const struct entity tax_entity = {
    .index = E_tax,
    .name = "tax",
    .plural = "taxes",
    .label = N_("Tax"),
    .label_plural = N_("Taxes"),
    .help = N_(
        "Value added and sales taxes with dated rates. A new rate is a new row of its code."),
    .shape = SHAPE(tax, rows),
    .code = "code",
    .title = "name",
    .read = "tax.read",
    .write = "tax.write",
    .sort = "code,valid_from",
    .flags = E_CACHED | E_HISTORY | E_DATED,
    .check = tax_check,
};
