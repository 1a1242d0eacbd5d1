/* What pages of figures share: heading, parameters, rows of a hierarchy, the proof below. */
#include "face/office_own.h"
#include "face/page_own.h"

/* -- heading --------------------------------------------------------------------------------- */

void page_head(struct page_cx *p, text_t title)
{
    const struct place_of *place = &p->own->place;
    const struct crumb crumbs[] = { { place->area ? page_text(p, place->area->label) : TEXT_NONE,
                                      TEXT_NONE } };
    if (text_empty(title) && place->page) {
        title = page_text(p, place->page->label);
    }
    office_head(p, crumbs, place->area ? 1 : 0, title);
}

void page_head_end(struct page_cx *p)
{
    const struct page *page = p->own->place.page;
    office_head_end(p);
    if (page && page->help) {
        EL(p->h, "p.lead", page_text(p, page->help));
    }
}

static text_t download(struct page_cx *p, const char *query, const struct list_filter *params,
                       size_t n, const char *format)
{
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)16 * 1024);
    buf_fmt(&b, "/api/v1/reports/%s?format=%s", query, format);
    for (size_t i = 0; i < n; i++) {
        if (!text_empty(params[i].value)) {
            buf_char(&b, '&');
            buf_text(&b, params[i].field);
            buf_char(&b, '=');
            buf_text(&b, page_encode(p, params[i].value));
        }
    }
    return buf_done(&b);
}

void page_downloads(struct page_cx *p, const char *query, const struct list_filter *params,
                    size_t n)
{
    page_button_link(p, N_("Spreadsheet"), "download", download(p, query, params, n, "xlsx"));
    page_button_link(p, N_("CSV"), "download", download(p, query, params, n, "csv"));
    page_button_link(p, N_("PDF"), "download", download(p, query, params, n, "pdf"));
    OPEN(p->h, "button.button", { "type", TEXT("button") }, { "data-print", TEXT("") });
    page_icon(p, "print");
    EL(p->h, "span", page_text(p, N_("Print")));
    html_close(p->h, "button");
}

/* -- parameters ------------------------------------------------------------------------------ */

void page_form(struct page_cx *p)
{
    OPEN(p->h, "form.report-params", { "method", TEXT("get") }, { "action", p->path });
}

static text_t begin_field(struct page_cx *p, const char *name, const char *label)
{
    text_t id = text_fmt(p->cx->arena, "param-%s", name);
    OPEN(p->h, "div.field");
    EL(p->h, "label", page_text(p, label), { "for", id });
    return id;
}

void page_form_date(struct page_cx *p, const char *name, const char *label, date_t fallback)
{
    date_t d = page_param_date(p, name, fallback);
    char text[DATE_TEXT_MAX];
    size_t n = date_none(d) ? 0 : date_print(d, text);
    text_t id = begin_field(p, name, label);
    EMPTY(p->h, "input", { "id", id }, { "name", text_of(name) }, { "type", TEXT("date") },
          { "value", n ? text_copy(p->cx->arena, (text_t){ text, n }) : TEXT("") });
    html_close(p->h, "div");
}

void page_form_ref(struct page_cx *p, const char *name, const char *label, const char *entity)
{
    text_t value = page_param(p, name);
    text_t id = begin_field(p, name, label);
    EMPTY(p->h, "input", { "id", id }, { "name", text_of(name) }, { "type", TEXT("text") },
          { "value", value.s ? value : TEXT("") }, { "data-lookup", text_of(entity) },
          { "autocomplete", TEXT("off") });
    html_close(p->h, "div");
}

void page_form_choice(struct page_cx *p, const char *name, const char *label,
                      const struct choice *choices, size_t n, const char *fallback)
{
    text_t value = page_param(p, name);
    if (!value.s) {
        value = text_of(fallback);
    }
    text_t id = begin_field(p, name, label);
    OPEN(p->h, "select", { "id", id }, { "name", text_of(name) });
    for (size_t i = 0; i < n; i++) {
        EL(p->h, "option", page_text(p, choices[i].label), { "value", text_of(choices[i].name) },
           { "selected", text_is(value, choices[i].name) ? TEXT("") : TEXT_NONE });
    }
    html_close(p->h, "select");
    html_close(p->h, "div");
}

void page_form_end(struct page_cx *p)
{
    OPEN(p->h, "button.button.primary", { "type", TEXT("submit") });
    EL(p->h, "span", page_text(p, N_("Show")));
    html_close(p->h, "button");
    html_close(p->h, "form");
}

/* -- rows and proofs ------------------------------------------------------------------------- */

void page_row_level(struct page_cx *p, int64_t level, bool sum)
{
    int64_t at = level < 0 ? 0 : level > 5 ? 5 : level;
    p->own->col = 0;
    OPEN(p->h, sum ? "tr.total" : "tr",
         { "data-level", text_fmt(p->cx->arena, "%lld", (long long)at) });
}

static text_t tie_label(struct page_cx *p, const struct choice *ties, size_t n, text_t name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(name, ties[i].name)) {
            return page_text(p, ties[i].label);
        }
    }
    return name;
}

/* An amount of a tie_out in the person's format; other members as they are. */
static text_t proof_value(struct page_cx *p, const struct json *m)
{
    int64_t minor;
    if (m->type == JSON_STRING &&
        decimal_parse(m->text.s, m->text.n, p->cx->decimals, &minor) == OK) {
        return page_money(p, money_of(minor));
    }
    return m->text.s ? m->text : TEXT("–");
}

static bool is_zero(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] >= '1' && t.s[i] <= '9') {
            return false;
        }
    }
    return t.n > 0;
}

/* Is the last member the difference that must be 0? A part of a report proves nothing. */
static bool is_difference(const struct json *last)
{
    return text_is(last->key, "difference");
}

bool page_proof_read(struct page_cx *p, text_t tie_out, const struct choice *ties, size_t n,
                     struct page_proof *out)
{
    struct json_fault trouble;
    struct json *j = NULL;
    size_t room = 0;
    *out = (struct page_proof){ .verdict = TEXT_NONE };
    if (n == 0 || !tie_out.s ||
        json_parse(p->cx->arena, tie_out.s, tie_out.n, &j, &trouble) != OK || !j || !j->first) {
        return false;
    }
    for (const struct json *m = j->first; m; m = m->next) {
        room++;
    }
    out->figures = ARENA_ARRAY(p->cx->arena, room, struct page_figure);
    for (const struct json *m = j->first; m; m = m->next) {
        out->figures[out->n++] = (struct page_figure){ tie_label(p, ties, n, m->key),
                                                       proof_value(p, m) };
        out->compared = is_difference(m);
        out->proven = out->compared && is_zero(m->text);
    }
    if (out->compared) {
        out->verdict = out->proven ? page_text(p, N_("The figures agree with the books."))
                                   : page_text(p, N_("The figures do not agree with the books."));
    }
    return true;
}

void page_proof(struct page_cx *p, text_t tie_out, const struct choice *ties, size_t n)
{
    struct page_proof proof;
    if (!page_proof_read(p, tie_out, ties, n, &proof)) {
        return;
    }
    OPEN(p->h, proof.proven     ? "div.tie-out.notice.good"
               : proof.compared ? "div.tie-out.notice.bad"
                                : "div.tie-out.notice");
    if (proof.compared) {
        OPEN(p->h, "p.row");
        page_icon(p, proof.proven ? "check" : "cross");
        EL(p->h, "strong", proof.verdict);
        html_close(p->h, "p");
    }
    OPEN(p->h, "dl.facts");
    for (size_t i = 0; i < proof.n; i++) {
        OPEN(p->h, "div.fact");
        EL(p->h, "dt", proof.figures[i].label);
        EL(p->h, "dd.num", proof.figures[i].value);
        html_close(p->h, "div");
    }
    html_close(p->h, "dl");
    html_close(p->h, "div");
}

void page_cell_code(struct page_cx *p, const char *entity, int64_t id)
{
    text_t code = TEXT_NONE, label = TEXT_NONE;
    page_cell_open(p);
    if (id != 0 && refs_label(p->cx, entity, id, &code, &label) && code.n) {
        text_t address = page_record_address(p, entity, id);
        EL(p->h, address.s ? "a" : "span", code, { "href", address }, { "title", label });
    } else {
        page_link(p, entity, id);
    }
    page_cell_close(p);
}

void page_source(struct page_cx *p, text_t entity, int64_t id)
{
    const struct entity_info *info = text_empty(entity) ? NULL : house_entity(p->cx->house, entity);
    text_t code = TEXT_NONE, label = TEXT_NONE;
    if (!info || id == 0) {
        return;
    }
    const char *name = info->entity->name;
    text_t kind = page_text(p, info->entity->label);
    bool seen = refs_label(p->cx, name, id, &code, &label); /* no way leads to what is not */
    text_t address = seen ? page_record_address(p, name, id) : TEXT_NONE;
    text_t shown = seen && (code.n || label.n)
                       ? text_fmt(p->cx->arena, "%s %s", kind.s, code.n ? code.s : label.s)
                       : kind;
    if (address.s) {
        EL(p->h, "a", shown, { "href", address });
    } else {
        html_text(p->h, shown);
    }
}
