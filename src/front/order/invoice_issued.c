/* What an invoice says beside its figures: who sold, who is billed, who issued it, what the goods
 * and taxes were called and how taxes divide. Kept with it as JSON, because an issued invoice may
 * not change (Directive 2006/112/EC, articles 219 and 233) when a customer moves or a product gets
 * another name.
 *
 * The statements are plain, so that the upgrade, which has no caller, keeps the same for invoices
 * that were issued before: with the names that are known then. */
#include "front/order/order_parts.h"

#include "flow/record_stream.h"

#define ISSUED_MAX ((size_t)2 << 20)

static const char company_sql[] = "SELECT name, tax_id, country, prices_include_tax FROM companies "
                                  "WHERE id = $1";
static const char *const company_names[] = { "name", "tax_id", "country", "prices_include_tax" };

static const char site_sql[] = "SELECT name, street, postal_code, city, country, phone FROM sites "
                               "WHERE id = $1";
static const char *const site_names[] = { "name", "street",  "postal_code",
                                          "city", "country", "phone" };

static const char customer_sql[] =
    "SELECT code, name, street, postal_code, city, country, tax_id FROM parties WHERE id = $1";
static const char *const customer_names[] = { "code", "name",    "street", "postal_code",
                                              "city", "country", "tax_id" };

static const char products_sql[] =
    "SELECT DISTINCT p.id, p.code, p.name, u.code FROM sales_order_lines l "
    "JOIN products p ON p.id = l.product LEFT JOIN units u ON u.id = p.unit "
    "WHERE l.sale = $1 ORDER BY p.id";
static const char *const product_names[] = { "id", "code", "name", "unit" };

static const char taxes_sql[] = "SELECT DISTINCT t.id, t.name, t.rate FROM sales_order_lines l "
                                "JOIN taxes t ON t.id = l.tax_code WHERE l.sale = $1 ORDER BY t.id";
static const char *const tax_names[] = { "id", "name", "rate" };

static void put_rate(struct json_out *o, const char *key, int64_t micro)
{
    char written[DECIMAL_TEXT_MAX];
    size_t n = decimal_print(micro, RATE_SCALE, 0, written);
    json_put_text(o, key, (text_t){ written, n });
}

static void put_row(struct json_out *o, const struct rows *rows, size_t r, const char *const *names,
                    size_t n)
{
    for (size_t c = 0; c < n; c++) {
        struct value v = rows_at(rows, r, c);
        if (v.type == V_NULL) {
            continue;
        }
        if (strcmp(names[c], "rate") == 0) {
            put_rate(o, names[c], v.i);
        } else if (strcmp(names[c], "prices_include_tax") == 0) {
            json_put_bool(o, names[c], v.i != 0);
        } else if (strcmp(names[c], "id") == 0) {
            json_put_i64(o, names[c], v.i);
        } else {
            json_put_text(o, names[c], rows_text(rows, r, c));
        }
    }
}

static enum err put_one(struct tx *tx, struct arena *a, struct json_out *o, const char *key,
                        const char *sql, int64_t id, const char *const *names, size_t n)
{
    struct rows rows;
    const struct value args[] = { v_int(id) };
    TRY(tx_query(tx, a, sql, args, 1, &rows));
    json_open(o, key, '{');
    if (rows.n > 0) {
        put_row(o, &rows, 0, names, n);
    }
    json_close(o, '}');
    return OK;
}

static enum err put_all(struct tx *tx, struct arena *a, struct json_out *o, const char *key,
                        const char *sql, int64_t id, const char *const *names, size_t n)
{
    struct rows rows;
    const struct value args[] = { v_int(id) };
    TRY(tx_query(tx, a, sql, args, 1, &rows));
    json_open(o, key, '[');
    for (size_t i = 0; i < rows.n; i++) {
        json_open(o, NULL, '{');
        put_row(o, &rows, i, names, n);
        json_close(o, '}');
    }
    json_close(o, ']');
    return OK;
}

static enum err keep(struct tx *tx, struct arena *a, const struct invoice *in, int64_t company,
                     text_t issued_by, text_t parts, text_t *out)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, a, ISSUED_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    TRY(put_one(tx, a, &o, "company", company_sql, company, company_names,
                N_ELEMENTS(company_names)));
    TRY(put_one(tx, a, &o, "site", site_sql, in->site.id, site_names, N_ELEMENTS(site_names)));
    TRY(put_one(tx, a, &o, "customer", customer_sql, in->customer.id, customer_names,
                N_ELEMENTS(customer_names)));
    if (!text_empty(issued_by)) {
        json_put_text(&o, "issued_by", issued_by);
    }
    TRY(put_all(tx, a, &o, "products", products_sql, in->sale.id, product_names,
                N_ELEMENTS(product_names)));
    TRY(put_all(tx, a, &o, "taxes", taxes_sql, in->sale.id, tax_names, N_ELEMENTS(tax_names)));
    json_put_raw(&o, "tax_parts", parts);
    json_close(&o, '}');
    *out = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* -- the parts of taxes -------------------------------------------------------------------------
 */

static enum err put_parts(struct cx *cx, struct json_out *o, int64_t tax, date_t day,
                          money_t amount)
{
    struct tax_part parts[PRICING_TAX_PARTS_MAX];
    size_t n;
    TRY(tariff_tax_parts(cx, tax, day, amount, parts, &n));
    for (size_t i = 0; i < n && parts[0].tax != tax; i++) {
        struct tax part;
        char written[DECIMAL_TEXT_MAX];
        size_t length = decimal_print(parts[i].amount.minor, cx->decimals, cx->decimals, written);
        TRY(store_get_any(cx, &tax_entity, parts[i].tax, &part));
        json_open(o, NULL, '{');
        json_put_i64(o, "tax", tax);
        json_put_text(o, "name", part.name);
        put_rate(o, "rate", part.rate.micro);
        json_put_text(o, "amount", (text_t){ written, length });
        json_close(o, '}');
    }
    return OK;
}

enum err order_tax_parts(struct cx *cx, const struct sales_order *order, text_t *out)
{
    struct rows rows;
    struct buf b;
    struct json_out o;
    const struct value args[] = { v_int(order->record.id) };
    buf_init(&b, cx->arena, ISSUED_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '[');
    TRY(store_query(cx,
                    "SELECT l.tax_code, CAST(SUM(l.tax) AS BIGINT) FROM sales_order_lines l"
                    " WHERE l.sale = $1 AND l.tax_code IS NOT NULL"
                    " GROUP BY l.tax_code ORDER BY l.tax_code",
                    args, 1, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        TRY(put_parts(cx, &o, rows_int(&rows, i, 0), order->business_date,
                      money_of(rows_int(&rows, i, 1))));
    }
    json_close(&o, ']');
    *out = buf_done(&b);
    return b.failed ? ERR_NO_MEMORY : OK;
}

enum err invoice_keep(struct cx *cx, const struct sales_order *order, struct invoice *invoice)
{
    text_t by, parts;
    TRY(person_name(cx, cx->who->user, &by));
    TRY(order_tax_parts(cx, order, &parts));
    return keep(cx->tx, cx->arena, invoice, cx->company, by, parts, &invoice->as_issued);
}

/* -- upgrade ------------------------------------------------------------------------------------
 */

#define KEPT_AT_ONCE 500

/* Who issued it, by the command log: a sale's credit note comes from its cancellation. */
static const char issuer_sql[] =
    "SELECT u.name FROM command_log g JOIN user_accounts u ON u.id = g.who WHERE g.record = $1 "
    "AND (g.command = 'sales_orders/invoice' OR ($2 = 1 AND g.command = 'sales_orders/cancel')) "
    "ORDER BY g.command, g.at LIMIT 1";
_Static_assert(INVOICE_CREDIT_NOTE == 1, "the kind above");

static enum err keep_old(struct tx *tx, struct arena *a, const struct rows *rows, size_t r)
{
    struct rows by;
    text_t kept;
    const struct invoice in = { .sale = { rows_int(rows, r, 2) },
                                .customer = { rows_int(rows, r, 3) },
                                .site = { rows_int(rows, r, 4) } };
    const struct value who[] = { v_int(in.sale.id), rows_at(rows, r, 5) };
    TRY(tx_query(tx, a, issuer_sql, who, N_ELEMENTS(who), &by));
    TRY(keep(tx, a, &in, rows_int(rows, r, 1), by.n > 0 ? rows_text(&by, 0, 0) : TEXT_NONE,
             TEXT("[]"), &kept));
    const struct value args[] = { rows_at(rows, r, 0), v_text(kept) };
    return tx_exec(tx, "UPDATE invoices SET as_issued = $2 WHERE id = $1", args, N_ELEMENTS(args));
}

enum err order_keep_invoices(struct tx *tx, struct arena *a)
{
    struct rows rows;
    struct arena part;
    int64_t after = 0;
    size_t n = KEPT_AT_ONCE;
    enum err e = OK;
    (void)a;
    arena_init(&part, (size_t)256 << 20);
    while (e == OK && n == KEPT_AT_ONCE) {
        const struct value args[] = { v_int(after), v_int(KEPT_AT_ONCE) };
        e = tx_query(tx, &part,
                     "SELECT id, company, sale, customer, site, kind FROM invoices"
                     " WHERE id > $1 AND as_issued IS NULL ORDER BY id LIMIT $2",
                     args, N_ELEMENTS(args), &rows);
        n = e == OK ? rows.n : 0;
        for (size_t i = 0; e == OK && i < n; i++) {
            after = rows_int(&rows, i, 0);
            e = keep_old(tx, &part, &rows, i);
        }
        arena_reset(&part);
    }
    arena_free(&part);
    return e;
}
