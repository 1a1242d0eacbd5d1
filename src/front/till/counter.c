/* The counter in the office. The page is a frame for web/office/counter.ts, which asks the HTTP
 * interface for prices while the basket grows and sells it with one call; nothing is reckoned in
 * the browser. */
#include "front/till/counter.h"

#include "front/till/till.h"

#define TILLS_SHOWN 100

static enum err tills_here(struct page_cx *p, struct list_page *page)
{
    const struct list_query q = {
        .entity = &till_entity,
        .sort = TEXT("code"),
        .limit = TILLS_SHOWN,
    };
    return list_read(p->cx, &q, page);
}

static size_t count_open(const struct list_page *page)
{
    size_t n = 0;
    for (size_t i = 0; i < page->n; i++) {
        n += ((const struct till *)page->records)[i].state == TILL_OPEN;
    }
    return n;
}

/* The open till that was asked for, or the only one, unless another is to be chosen. */
static const struct till *chosen(const struct page_cx *p, const struct list_page *page)
{
    const struct till *tills = page->records, *only = NULL;
    text_t code = page_param(p, "till");
    for (size_t i = 0; i < page->n; i++) {
        if (tills[i].state == TILL_OPEN && text_eq(code, tills[i].code)) {
            return &tills[i];
        }
        only = tills[i].state == TILL_OPEN ? &tills[i] : only;
    }
    return count_open(page) == 1 && text_empty(page_param(p, "choose")) ? only : NULL;
}

/* "MAD-1 Till 1"; the code alone where the till has no other name. */
static text_t till_title(struct page_cx *p, const struct till *t)
{
    return text_empty(t->name) || text_eq(t->name, t->code)
               ? t->code
               : PAGE_TEXT(p, N_("{1} {2}"), t->code, t->name);
}

static void put_tills(struct page_cx *p, const struct list_page *page)
{
    const struct till *tills = page->records;
    EL(p->h, "h2", page_text(p, N_("Which till do you stand at?")));
    OPEN(p->h, "ul.index");
    for (size_t i = 0; i < page->n; i++) {
        if (tills[i].state != TILL_OPEN) {
            continue;
        }
        OPEN(p->h, "li");
        EL(p->h, "a.button", till_title(p, &tills[i]),
           { "href",
             text_fmt(p->cx->arena, "/office/counter?till=%s", page_encode(p, tills[i].code).s) });
        html_close(p->h, "li");
    }
    html_close(p->h, "ul");
}

static void put_figure(struct page_cx *p, const char *label, const char *name)
{
    OPEN(p->h, "div.fact");
    EL(p->h, "dt", page_text(p, label));
    EL(p->h, "dd.num", TEXT("–"), { "data-counter", text_of(name) });
    html_close(p->h, "div");
}

static void put_template(struct page_cx *p)
{
    static const struct {
        const char *name;
        bool number;
    } cells[] = { { "label", false },   { "quantity", true }, { "price", true },
                  { "discount", true }, { "total", true },    { "why", false } };
    struct html *h = p->h;
    OPEN(h, "template", { "data-counter-line", TEXT("") });
    OPEN(h, "tr", { "tabindex", TEXT("0") });
    for (size_t i = 0; i < N_ELEMENTS(cells); i++) {
        EL(h, cells[i].number ? "td.num" : "td", TEXT(""), { "data-cell", text_of(cells[i].name) });
    }
    html_close(h, "tr");
    html_close(h, "template");
}

static void put_lines(struct page_cx *p)
{
    static const char *const heads[] = { N_("Product"),  N_("Quantity"), N_("Price"),
                                         N_("Discount"), N_("Total"),    N_("Why?") };
    struct html *h = p->h;
    OPEN(h, "div.table-wrap", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, N_("Basket")) });
    OPEN(h, "table.sheet.counter-lines");
    OPEN(h, "thead");
    OPEN(h, "tr");
    for (size_t i = 0; i < N_ELEMENTS(heads); i++) {
        EL(h, i >= 1 && i <= 4 ? "th.num" : "th", page_text(p, heads[i]), { "scope", TEXT("col") });
    }
    html_close(h, "tr");
    html_close(h, "thead");
    EL(h, "tbody", TEXT(""), { "data-counter-lines", TEXT("") });
    html_close(h, "table");
    html_close(h, "div");
    put_template(p);
}

static void put_key(struct page_cx *p, const char *key, const char *what, const char *label,
                    bool primary)
{
    OPEN(p->h, primary ? "button.button.primary" : "button.button", { "type", TEXT("button") },
         { "data-counter-key", text_of(what) }, { "aria-keyshortcuts", text_of(key) });
    EL(p->h, "kbd", text_of(key));
    EL(p->h, "span", page_text(p, label));
    html_close(p->h, "button");
}

static void put_pay(struct page_cx *p)
{
    struct html *h = p->h;
    OPEN(h, "div.counter-pay");
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, N_("Customer")), { "for", TEXT("counter-customer") });
    EMPTY(h, "input#counter-customer", { "name", TEXT("customer") },
          { "data-lookup", TEXT("/office/lookup/party") }, { "autocomplete", TEXT("off") },
          { "data-counter-customer", TEXT("") });
    html_close(h, "div");
    OPEN(h, "dl.facts.counter-total");
    put_figure(p, N_("Items"), "count");
    put_figure(p, N_("Discount"), "discount");
    put_figure(p, N_("Tax"), "tax");
    put_figure(p, N_("Total"), "total");
    html_close(h, "dl");
    OPEN(h, "div.counter-keys");
    put_key(p, "F8", "cash", N_("Cash, exact"), true);
    put_key(p, "F9", "card", N_("Card"), false);
    put_key(p, "F10", "pay", N_("Several ways"), false);
    html_close(h, "div");
    EL(h, "p.notice.bad", TEXT(""), { "role", TEXT("alert") }, { "data-problem", TEXT("") },
       { "hidden", TEXT("") });
    EMPTY(h, "div.counter-result", { "role", TEXT("status") }, { "data-counter-result", TEXT("") });
    html_close(h, "div");
}

static enum err put_counter(struct page_cx *p, const struct till *t, bool alone)
{
    struct html *h = p->h;
    p->script = "counter.js";
    OPEN(h, "div.page-head");
    OPEN(h, "div.page-title");
    EL(h, "h1", PAGE_TEXT(p, N_("Counter {1}"), t->code));
    html_close(h, "div");
    OPEN(h, "div.page-actions");
    if (!alone) {
        EL(h, "a.button.quiet", page_text(p, N_("Another till")),
           { "href", TEXT("/office/counter?choose=1") });
    }
    EL(h, "a.button", page_text(p, N_("Cash and closing")),
       { "href", page_record_address(p, "till", t->record.id) });
    html_close(h, "div");
    html_close(h, "div");
    OPEN(h, "form.counter", { "data-till", t->code }, { "data-currency", p->cx->currency },
         { "data-decimals", text_fmt(p->cx->arena, "%d", p->cx->decimals) },
         { "data-receive",
           cx_may(p->cx, "stock.receive") ? TEXT("/office/stock_moves/do/receive") : TEXT_NONE },
         { "novalidate", TEXT("") });
    OPEN(h, "div.counter-main");
    OPEN(h, "div.counter-scan");
    EL(h, "label", page_text(p, N_("Scan or type a product")), { "for", TEXT("counter-scan") });
    EMPTY(
        h, "input#counter-scan", { "data-counter-scan", TEXT("") }, { "data-scan", TEXT("") },
        { "autofocus", TEXT("") }, { "autocomplete", TEXT("off") },
        { "placeholder", page_text(p, N_("Barcode, code or name, then Enter; 3*code for three")) });
    html_close(h, "div");
    put_lines(p);
    EL(h, "p.muted.counter-help",
       page_text(p, N_("+ and - change the quantity, Delete removes the line, F2 sets a quantity, "
                       "F4 a price, F6 goes to the customer.")));
    html_close(h, "div");
    put_pay(p);
    html_close(h, "form");
    return OK;
}

/* A closed till is opened here, with the float that lies in its drawer. */
static void put_opening(struct page_cx *p, const struct till *t)
{
    struct html *h = p->h;
    text_t id = text_fmt(p->cx->arena, "float-%lld", (long long)t->record.id);
    OPEN(h, "form.card.counter-open",
         { "data-call",
           text_fmt(p->cx->arena, "POST /api/v1/tills/%lld/open", (long long)t->record.id) },
         { "data-then",
           text_fmt(p->cx->arena, "/office/counter?till=%s", page_encode(p, t->code).s) },
         { "novalidate", TEXT("") });
    EL(h, "h2.card-head", till_title(p, t));
    OPEN(h, "div.card-body");
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, N_("Float in the drawer")), { "for", id });
    EMPTY(h, "input.num", { "id", id }, { "name", TEXT("float") }, { "inputmode", TEXT("decimal") },
          { "data-number", TEXT("decimal") }, { "required", TEXT("") },
          { "autocomplete", TEXT("off") },
          { "aria-describedby", text_fmt(p->cx->arena, "%s-error", id.s) });
    EL(h, "p.error", TEXT(""), { "id", text_fmt(p->cx->arena, "%s-error", id.s) },
       { "data-error-for", TEXT("float") }, { "hidden", TEXT("") });
    html_close(h, "div");
    OPEN(h, "button.button.primary", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Open the till")));
    html_close(h, "button");
    html_close(h, "div");
    html_close(h, "form");
}

static void put_closed(struct page_cx *p, const struct list_page *page)
{
    const struct till *tills = page->records;
    EL(p->h, "p.lead",
       page_text(p, N_("A till is opened with the cash that lies in its drawer. Then it sells.")));
    OPEN(p->h, "div.tiles");
    for (size_t i = 0; i < page->n; i++) {
        if (tills[i].state == TILL_CLOSED) {
            put_opening(p, &tills[i]);
        }
    }
    html_close(p->h, "div");
}

enum err counter_page(struct page_cx *p)
{
    struct list_page tills;
    TRY(tills_here(p, &tills));
    p->title = page_text(p, N_("Counter"));
    const struct till *t = chosen(p, &tills);
    if (t) {
        return put_counter(p, t, tills.n == 1);
    }
    OPEN(p->h, "div.page-head");
    EL(p->h, "h1", p->title);
    html_close(p->h, "div");
    size_t n_open = count_open(&tills);
    if (n_open > 0) {
        put_tills(p, &tills);
    }
    if (n_open < tills.n) {
        put_closed(p, &tills);
    }
    if (tills.n == 0) {
        page_empty(p, N_("There is no till at your sites yet."), N_("Tills"),
                   TEXT("/office/tills"));
    }
    return OK;
}
