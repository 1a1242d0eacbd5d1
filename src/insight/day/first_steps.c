/* The first steps of a house in which nothing was sold yet: what is there and what is missing, read
 * from the rows themselves. With the first sale the part is gone; nobody has to put it away. */
#include "common/company/company.h"
#include "insight/day/day_pages.h"

/* What the statement tells, in its order. */
enum found { FOUND_SALE, FOUND_TAX_NUMBER, FOUND_PRODUCT, FOUND_STOCK, FOUND_PERSON, N_FOUND };

struct first_step {
    enum found made_by;
    const char *label, *help, *begin;
    const char *address; /* NULL: the company's own record */
    const char *permission;
};

static const struct first_step steps[] = {
    { FOUND_TAX_NUMBER, N_("Say who you are"),
      N_("Your company's name and tax number, as they stand on receipts and invoices."),
      N_("Open the company"), NULL, "company.write" },
    { FOUND_PRODUCT, N_("Add what you sell"),
      N_("A code or barcode, a name, a price and its tax. A whole list comes in as a CSV file."),
      N_("Add a product"), "/office/products/new", "product.write" },
    { FOUND_STOCK, N_("Take in the goods you have"),
      N_("How many there are and what one of them cost. Services need none."), N_("Receive goods"),
      "/office/stock_moves/do/receive", "stock.receive" },
    { FOUND_PERSON, N_("Let the others in"),
      N_("Everyone who works here gets a name, a password and a role of their own."),
      N_("Add a person"), "/office/user_accounts/new", "user.write" },
    { FOUND_SALE, N_("Sell"),
      N_("Open the till with the cash in its drawer and scan the first product."),
      N_("Go to the counter"), "/office/counter", "order.sell" },
};

static enum err look(struct page_cx *p, bool found[N_FOUND])
{
    static const char sql[] =
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM sales_orders WHERE company = $1) "
        "THEN 1 ELSE 0 END, "
        "CASE WHEN EXISTS (SELECT 1 FROM companies WHERE id = $1 AND tax_id <> '') "
        "THEN 1 ELSE 0 END, "
        "CASE WHEN EXISTS (SELECT 1 FROM products WHERE company = $1) THEN 1 ELSE 0 END, "
        "CASE WHEN EXISTS (SELECT 1 FROM stock_moves WHERE company = $1) THEN 1 ELSE 0 END, "
        "CASE WHEN EXISTS (SELECT 1 FROM user_accounts WHERE company = $1 AND id <> $2 "
        "AND password IS NOT NULL) THEN 1 ELSE 0 END";
    const struct value args[] = { v_int(p->cx->company), v_int(p->cx->who->user) };
    struct rows rows;
    TRY(store_query(p->cx, sql, args, N_ELEMENTS(args), &rows));
    for (size_t i = 0; i < N_FOUND; i++) {
        found[i] = rows_int(&rows, 0, i) != 0;
    }
    return OK;
}

static enum err nothing_sold(struct page_cx *p, bool *shown)
{
    bool found[N_FOUND];
    TRY(look(p, found));
    *shown = !found[FOUND_SALE];
    return OK;
}

/* The next step has the button; the others can be begun by their names. */
static void put_step(struct page_cx *p, const struct first_step *s, bool done, bool next)
{
    struct html *h = p->h;
    text_t address = s->address ? text_of(s->address)
                                : page_record_address(p, "company", p->cx->company);
    OPEN(h, done ? "li.done" : next ? "li.next" : "li");
    if (done) {
        page_icon(p, "check-circle");
    }
    OPEN(h, "div");
    if (done) {
        EL(h, "span.visually-hidden", page_text(p, N_("Done")));
    }
    EL(h, "a", page_text(p, s->label), { "href", address });
    EL(h, "p.muted", page_text(p, s->help));
    html_close(h, "div");
    if (next) {
        EL(h, "a.button.primary", page_text(p, s->begin), { "href", address });
    }
    html_close(h, "li");
}

static enum err show_first_steps(struct page_cx *p)
{
    bool found[N_FOUND], next_put = false;
    TRY(look(p, found));
    OPEN(p->h, "ol.first-steps");
    for (size_t i = 0; i < N_ELEMENTS(steps); i++) {
        if (!cx_may(p->cx, steps[i].permission)) {
            continue;
        }
        bool done = found[steps[i].made_by], next = !done && !next_put;
        put_step(p, &steps[i], done, next);
        next_put = next_put || next;
    }
    html_close(p->h, "ol");
    return OK;
}

const struct tile day_tiles[DAY_TILES] = {
    { .name = "first_steps",
      .label = N_("First steps"),
      .permission = "product.write",
      .events = "sales_order.* product.* stock.*",
      .order = 1,
      .wide = true,
      .when = nothing_sold,
      .show = show_first_steps },
};
