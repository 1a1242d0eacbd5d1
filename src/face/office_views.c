/* Other views of a list: a board by state, a calendar by date, groups with their sums and a chart;
 * and the views that people have saved. Each runs a constant number of statements. */
#include "face/office_list.h"

#include "flow/desk.h"
#include "meta/kinds.h"
#include "meta/list_group.h"
#include "meta/locale.h"
#include "meta/zone.h"

#define BOARD_CARDS     20 /* of one column */
#define BOARD_COLUMNS   12
#define CALENDAR_EVENTS 500
#define CHART_POINTS    40
#define GROUPS_SHOWN    200

/* -- which fields ---------------------------------------------------------------------------- */

const struct field *office_state_field(const struct entity_info *info)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == &kind_state) {
            return &info->fields[i];
        }
    }
    return NULL;
}

/* The date that a record is about: the first that is not hidden, dates of business before instants.
 */
const struct field *office_date_field(const struct entity_info *info)
{
    const struct field *instant = NULL;
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if (f->flags & F_HIDDEN) {
            continue;
        }
        if (f->kind == &kind_date) {
            return f;
        }
        if (f->kind == &kind_time && !instant) {
            instant = f;
        }
    }
    return instant;
}

/* A view that filters too needs room beside the filters that are asked for. */
static enum err room_for(struct page_cx *p, const struct list_query *q, size_t more)
{
    if (q->n_filters + more <= LIST_FILTERS_MAX) {
        return OK;
    }
    return REFUSE(p->cx, &refusal_too_large, TEXT_NONE, page_text(p, N_("The number of filters")),
                  text_fmt(p->cx->arena, "%d", LIST_FILTERS_MAX - (int)more));
}

/* -- board ----------------------------------------------------------------------------------- */

/* What the card's link says already. */
static bool is_name(const struct entity *e, const struct field *f)
{
    return (e->title && strcmp(f->name, e->title) == 0) ||
           (e->code && strcmp(f->name, e->code) == 0);
}

static bool put_card_fact(struct page_cx *p, const struct office_list *l, const struct field *f,
                          const void *record)
{
    struct html *h = p->h;
    text_t value = page_value_text(p, f, l->rows, l->n_rows, record);
    if (f->kind == &kind_state || is_name(l->info->entity, f) || text_empty(value)) {
        return false;
    }
    OPEN(h, "span.board-fact");
    EL(h, "span.visually-hidden", text_fmt(p->cx->arena, "%s: ", page_text(p, f->label).s));
    html_text(h, value);
    html_close(h, "span");
    return true;
}

/* Of the columns the first that say something, and the last amount. */
static void put_card(struct page_cx *p, struct office_list *l, const void *record)
{
    struct html *h = p->h;
    const struct field *last = l->columns[l->n_columns - 1];
    const struct field *amount = last->kind == &kind_money ? last : NULL;
    OPEN(h, "li.board-card");
    EL(h, "a", office_title(p, l->info, record),
       { "href", office_row_address(p, l->info, record) });
    size_t shown = 0;
    for (size_t i = 0; i < l->n_columns && shown < (amount ? 2 : 3); i++) {
        shown += l->columns[i] != amount && put_card_fact(p, l, l->columns[i], record);
    }
    if (amount) {
        (void)put_card_fact(p, l, amount, record);
    }
    html_close(h, "li");
}

static enum err put_board_column(struct page_cx *p, struct office_list *l,
                                 const struct field *state, size_t choice, int64_t n)
{
    struct html *h = p->h;
    struct list_query q = l->query;
    struct list_page page = { .total = -1 };
    text_t name = text_of(state->choices[choice].name);
    q.filters[q.n_filters++] =
        (struct list_filter){ .field = text_of(state->name), .op = LIST_EQ, .value = name };
    /* As many as there are among those that were counted: looking for more would walk all rows. */
    q.limit = n < BOARD_CARDS ? n : BOARD_CARDS;
    if (n > 0) {
        TRY(list_read(p->cx, &q, &page));
    }
    OPEN(h, "section.board-column");
    OPEN(h, "h2");
    html_text(h, page_text(p, state->choices[choice].label));
    EL(h, "span.board-count", page_integer(p, n));
    html_close(h, "h2");
    OPEN(h, "ul");
    for (size_t i = 0; i < page.n; i++) {
        put_card(p, l, (const char *)page.records + i * l->info->entity->shape.size);
    }
    html_close(h, "ul");
    if (page.next.s) {
        EL(h, "a.board-more", page_text(p, N_("Show all")),
           { "href",
             page_address(
                 p, text_fmt(p->cx->arena, "view=table&after=&%s=%s", state->name, name.s).s) });
    }
    html_close(h, "section");
    return OK;
}

static void put_partial(struct page_cx *p, const struct groups *g)
{
    if (g->partial) {
        EL(p->h, "p.notice",
           PAGE_TEXT(p, N_("Only the newest {1} records are counted here."),
                     page_integer(p, GROUP_SCAN_MAX)));
    }
}

enum err office_board(struct page_cx *p, struct office_list *l)
{
    const struct field *state = office_state_field(l->info);
    const struct group_by by = { .field = text_of(state->name) };
    struct groups groups;
    TRY(room_for(p, &l->query, 1));
    TRY(list_group(p->cx, &l->query, &by, NULL, 0, &groups));
    OPEN(p->h, "div.board", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, N_("Board by state")) });
    for (size_t i = 0; i < state->n_choices && i < BOARD_COLUMNS; i++) {
        int64_t n = 0;
        for (size_t g = 0; g < groups.n; g++) {
            n += text_is(groups.items[g].key, state->choices[i].name) ? groups.items[g].n : 0;
        }
        TRY(put_board_column(p, l, state, i, n));
    }
    html_close(p->h, "div");
    put_partial(p, &groups);
    return OK;
}

/* -- calendar -------------------------------------------------------------------------------- */

static text_t iso(struct page_cx *p, date_t d)
{
    char out[DATE_TEXT_MAX];
    size_t n = date_print(d, out);
    return text_copy(p->cx->arena, (text_t){ out, n });
}

static date_t day_of(struct page_cx *p, const struct field *f, const void *record)
{
    int64_t value;
    memcpy(&value, (const char *)record + f->offset, sizeof value);
    if (f->kind == &kind_date) {
        return (date_t){ value };
    }
    if (value == INSTANT_NONE.us) {
        return DATE_NONE;
    }
    return zone_day(p->zone, (instant_t){ value });
}

static enum err month_rows(struct page_cx *p, struct office_list *l, const struct field *f,
                           date_t from, date_t until, struct list_page *page)
{
    struct list_query q = l->query;
    bool time = f->kind == &kind_time;
    /* A day more on either side of instants: the zone's days are not those of UTC. */
    date_t first = { from.days - time }, last = { until.days + time };
    TRY(room_for(p, &q, 2));
    q.filters[q.n_filters++] = (struct list_filter){
        .field = text_of(f->name),
        .op = LIST_GE,
        .value = time ? text_fmt(p->cx->arena, "%sT00:00:00Z", iso(p, first).s) : iso(p, first)
    };
    q.filters[q.n_filters++] = (struct list_filter){
        .field = text_of(f->name),
        .op = LIST_LT,
        .value = time ? text_fmt(p->cx->arena, "%sT00:00:00Z", iso(p, last).s) : iso(p, last)
    };
    q.sort = text_of(f->name);
    q.limit = CALENDAR_EVENTS;
    return list_read(p->cx, &q, page);
}

/* The day of each row: asked once, because a zone's clock is not for nothing. */
static const date_t *days_of(struct page_cx *p, const struct office_list *l, const struct field *f,
                             const struct list_page *page)
{
    date_t *days = ARENA_ARRAY(p->cx->arena, page->n ? page->n : 1, date_t);
    for (size_t i = 0; i < page->n; i++) {
        days[i] = day_of(p, f, (const char *)page->records + i * l->info->entity->shape.size);
    }
    return days;
}

static void put_day(struct page_cx *p, struct office_list *l, date_t day, bool inside,
                    const struct list_page *page, const date_t *days)
{
    struct html *h = p->h;
    size_t n = 0;
    OPEN(h, inside ? "td" : "td.outside");
    EL(h, "span.day", page_date(p, day, DATE_DAY_MONTH));
    for (size_t i = 0; i < page->n; i++) {
        const void *record = (const char *)page->records + i * l->info->entity->shape.size;
        if (days[i].days == day.days && n++ < 4) {
            EL(h, "a.event", office_title(p, l->info, record),
               { "href", office_row_address(p, l->info, record) });
        }
    }
    if (n > 4) {
        EL(h, "span.muted", page_plural(p, P_("one more", "{1} more"), (int64_t)(n - 4)));
    }
    html_close(h, "td");
}

static void put_month_head(struct page_cx *p, date_t month)
{
    struct html *h = p->h;
    OPEN(h, "div.row.calendar-head");
    page_button_link(
        p, N_("Month before"), "chevron-left",
        page_address(p,
                     text_fmt(p->cx->arena, "month=%s", iso(p, date_add_months(month, -1)).s).s));
    EL(h, "h2", page_date(p, month, DATE_MONTH));
    page_button_link(
        p, N_("Month after"), "chevron-right",
        page_address(p, text_fmt(p->cx->arena, "month=%s", iso(p, date_add_months(month, 1)).s).s));
    html_close(h, "div");
}

enum err office_calendar(struct page_cx *p, struct office_list *l)
{
    struct html *h = p->h;
    const struct field *f = office_date_field(l->info);
    date_t month = date_month_start(page_param_date(p, "month", zone_day(p->zone, p->cx->now)));
    date_t end = date_add_months(month, 1);
    struct list_page page;
    /* 1970-01-01 was a Thursday: day 0 is 3 when Monday is 0. */
    int64_t offset = ((month.days + 3) % 7 + 7 - format_week_begins(p->format)) % 7;
    date_t first = { month.days - offset };
    TRY(month_rows(p, l, f, month, end, &page));
    const date_t *days = days_of(p, l, f, &page);
    put_month_head(p, month);
    OPEN(h, "div.table-wrap", { "tabindex", TEXT("0") }, { "role", TEXT("region") },
         { "aria-label", page_text(p, N_("Calendar")) });
    OPEN(h, "table.calendar");
    OPEN(h, "thead");
    OPEN(h, "tr");
    for (int64_t i = 0; i < 7; i++) {
        EL(h, "th", page_date(p, (date_t){ first.days + i }, DATE_WEEKDAY),
           { "scope", TEXT("col") });
    }
    html_close(h, "tr");
    html_close(h, "thead");
    OPEN(h, "tbody");
    for (int64_t day = first.days; day < end.days; day += 7) {
        OPEN(h, "tr");
        for (int64_t i = day; i < day + 7; i++) {
            put_day(p, l, (date_t){ i }, i >= month.days && i < end.days, &page, days);
        }
        html_close(h, "tr");
    }
    html_close(h, "tbody");
    html_close(h, "table");
    html_close(h, "div");
    if (page.next.s || page.partial) {
        EL(h, "p.notice",
           PAGE_TEXT(p,
                     N_("Only the first {1} of this month are shown: filter for "
                        "the others."),
                     page_integer(p, CALENDAR_EVENTS)));
    }
    return OK;
}

/* -- groups and chart ------------------------------------------------------------------------ */

static bool can_group(const struct field *f)
{
    return !field_is_counter(f) && !(f->flags & (F_SECRET | F_HIDDEN)) &&
           f->offset != CUSTOM_FIELD &&
           (f->kind == &kind_choice || f->kind == &kind_state || f->kind == &kind_ref ||
            f->kind == &kind_boolean || f->kind == &kind_date || f->kind == &kind_time);
}

static bool can_sum(const struct field *f)
{
    return f->offset != CUSTOM_FIELD && !(f->flags & (F_SECRET | F_HIDDEN)) &&
           !field_is_counter(f) && (f->kind == &kind_money || f->kind == &kind_quantity);
}

static const struct field *group_field(struct page_cx *p, const struct office_list *l)
{
    text_t wanted = page_param(p, "group");
    const struct field *f = office_date_field(l->info);
    const struct field *fallback = f ? f : office_state_field(l->info);
    for (size_t i = 0; i < l->n_rows; i++) {
        if (can_group(&l->rows[i])) {
            if (text_is(wanted, l->rows[i].name)) {
                return &l->rows[i];
            }
            fallback = fallback ? fallback : &l->rows[i];
        }
    }
    return fallback;
}

static void put_group_choice(struct page_cx *p, const struct office_list *l,
                             const struct field *chosen, enum group_cut cut)
{
    static const struct {
        const char *name, *label;
    } cuts[] = { { "day", N_("Day") }, { "week", N_("Week") }, { "month", N_("Month") } };
    struct html *h = p->h;
    OPEN(h, "nav.chips", { "aria-label", page_text(p, N_("Group by")) });
    for (size_t i = 0; i < l->n_rows; i++) {
        if (can_group(&l->rows[i])) {
            EL(h, "a.chip", page_text(p, l->rows[i].label),
               { "href",
                 page_address(p, text_fmt(p->cx->arena, "group=%s&by=", l->rows[i].name).s) },
               { "aria-current", &l->rows[i] == chosen ? TEXT("true") : TEXT_NONE });
        }
    }
    html_close(h, "nav");
    if (cut != GROUP_VALUE) {
        OPEN(h, "nav.chips", { "aria-label", page_text(p, N_("Cut to")) });
        for (size_t i = 0; i < N_ELEMENTS(cuts); i++) {
            enum group_cut one;
            bool here = group_cut_named(text_of(cuts[i].name), &one) && one == cut;
            EL(h, "a.chip", page_text(p, cuts[i].label),
               { "href", page_address(p, text_fmt(p->cx->arena, "by=%s", cuts[i].name).s) },
               { "aria-current", here ? TEXT("true") : TEXT_NONE });
        }
        html_close(h, "nav");
    }
}

static text_t sum_shown(struct page_cx *p, const struct field *f, int64_t v)
{
    return f->kind == &kind_money ? page_money(p, (money_t){ v }) : page_quantity(p, (qty_t){ v });
}

static text_t group_label(struct page_cx *p, const struct groups *g, const struct group *one,
                          enum group_cut cut)
{
    if (!one->key.s) {
        return page_text(p, N_("(none)"));
    }
    if (g->by->kind == &kind_date || g->by->kind == &kind_time) {
        return page_date(p, one->day, cut == GROUP_MONTH ? DATE_MONTH : DATE_MEDIUM);
    }
    if (g->by->kind == &kind_boolean) {
        return page_text(p, text_is(one->key, "true") ? N_("yes") : N_("no"));
    }
    return one->label.s ? one->label : one->key;
}

/* The rows behind a group, as an address. */
static text_t group_address(struct page_cx *p, const struct groups *g, const struct group *one,
                            enum group_cut cut)
{
    const char *name = g->by->name;
    struct arena *a = p->cx->arena;
    if (!one->key.s || one->n == 0) {
        return TEXT_NONE;
    }
    if (g->by->kind == &kind_time) {
        char from[INSTANT_TEXT_MAX], until[INSTANT_TEXT_MAX];
        from[instant_print(one->from, from)] = '\0';
        until[instant_print(one->until, until)] = '\0';
        return page_address(
            p,
            text_fmt(a, "view=table&group=&by=&%s[gte]=%s&%s[lt]=%s", name, from, name, until).s);
    }
    if (g->by->kind == &kind_date) {
        date_t next = { one->day.days + (cut == GROUP_WEEK ? 7 : 1) };
        if (cut == GROUP_MONTH) {
            next = date_add_months(one->day, 1);
        }
        return page_address(p, text_fmt(a, "view=table&group=&by=&%s[gte]=%s&%s[lt]=%s", name,
                                        iso(p, one->day).s, name, iso(p, next).s)
                                   .s);
    }
    return page_address(
        p, text_fmt(a, "view=table&group=&by=&%s=%s", name, page_encode(p, one->key).s).s);
}

static void put_group_rows(struct page_cx *p, const struct groups *g, enum group_cut cut)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct group *one = &g->items[i];
        page_row(p);
        page_cell_link(p, group_label(p, g, one, cut), group_address(p, g, one, cut));
        page_cell(p, page_integer(p, one->n));
        for (size_t s = 0; s < g->n_sums; s++) {
            page_cell(p, sum_shown(p, g->sums[s], one->sums[s]));
        }
        page_row_end(p);
    }
    page_row_total(p);
    page_cell(p, page_text(p, N_("Together")));
    page_cell(p, page_integer(p, g->total.n));
    for (size_t s = 0; s < g->n_sums; s++) {
        page_cell(p, sum_shown(p, g->sums[s], g->total.sums[s]));
    }
    page_row_end(p);
}

static void put_group_chart(struct page_cx *p, const struct groups *g, enum group_cut cut)
{
    size_t n = g->n < CHART_POINTS ? g->n : CHART_POINTS;
    bool dates = g->by->kind == &kind_date || g->by->kind == &kind_time;
    struct chart_point *points = ARENA_ARRAY(p->cx->arena, n ? n : 1, struct chart_point);
    for (size_t i = 0; i < n; i++) { /* dates come newest first and are drawn oldest first */
        const struct group *one = &g->items[dates ? n - 1 - i : i];
        bool sum = g->n_sums > 0;
        points[i] = (struct chart_point){ .label = group_label(p, g, one, cut),
                                          .value = sum ? one->sums[0] : one->n,
                                          .compare = VALUE_NONE,
                                          .shown = sum ? sum_shown(p, g->sums[0], one->sums[0])
                                                       : page_integer(p, one->n) };
    }
    page_chart(p, CHART_BARS, g->n_sums > 0 ? g->sums[0]->label : N_("How many"), points, n,
               g->n_sums > 0 ? g->sums[0]->label : N_("How many"), NULL);
}

enum err office_groups(struct page_cx *p, struct office_list *l)
{
    const struct field *f = group_field(p, l);
    struct groups groups;
    text_t sums[3];
    struct table_col cols[5] = { { .label = f ? f->label : "", .grow = true },
                                 { .label = N_("How many"), .number = true } };
    size_t n_sums = 0;
    if (!f) {
        page_empty(p, N_("There is nothing to group these by."), NULL, TEXT_NONE);
        return OK;
    }
    enum group_cut cut = GROUP_VALUE;
    if ((f->kind == &kind_date || f->kind == &kind_time) &&
        !group_cut_named(page_param(p, "by"), &cut)) {
        cut = GROUP_DAY;
    }
    for (size_t i = 0; i < l->n_rows && n_sums < N_ELEMENTS(sums); i++) {
        if (can_sum(&l->rows[i])) {
            cols[2 + n_sums] = (struct table_col){ .label = l->rows[i].label, .number = true };
            sums[n_sums++] = text_of(l->rows[i].name);
        }
    }
    const struct group_by by = { .field = text_of(f->name), .cut = cut, .zone = p->zone };
    TRY(list_group(p->cx, &l->query, &by, sums, n_sums, &groups));
    for (size_t i = 0; groups.other_currencies && i < groups.n_sums; i++) {
        if (groups.sums[i]->currency) { /* which of them are added up */
            cols[2 + i].label = text_fmt(p->cx->arena, "%s %s",
                                         page_text(p, groups.sums[i]->label).s, p->cx->currency.s)
                                    .s;
        }
    }
    if (groups.n > GROUPS_SHOWN) {
        groups.n = GROUPS_SHOWN;
        groups.more = true;
    }
    put_group_choice(p, l, f, cut);
    if (groups.n == 0) {
        page_empty(p, N_("Nothing fits this filter."), NULL, TEXT_NONE);
        return OK;
    }
    put_group_chart(p, &groups, cut);
    page_table(p, N_("Groups"), cols, 2 + n_sums);
    put_group_rows(p, &groups, cut);
    page_table_end(p);
    put_partial(p, &groups);
    if (groups.more) {
        EL(p->h, "p.notice",
           PAGE_TEXT(p,
                     N_("Only {1} groups are shown; the last line counts the others too. Group by "
                        "larger pieces, or filter."),
                     page_integer(p, GROUPS_SHOWN)));
    }
    return OK;
}

/* -- saved views ----------------------------------------------------------------------------- */

enum err office_saved_views(struct page_cx *p, struct office_list *l)
{
    struct html *h = p->h;
    struct saved_view *views;
    size_t n;
    text_t query; /* where one is in the list, and by which view one came, are no part of a view */
    (void)text_split(page_address(p, "saved=&after="), '?', &query);
    TRY(saved_views_of(p->cx, text_of(l->info->entity->plural), &views, &n));
    OPEN(h, "nav.tabs", { "aria-label", page_text(p, N_("Saved views")) });
    EL(h, "a", page_text(p, N_("All")), { "href", office_collection(p, l->info) },
       { "aria-current", p->n_params == 0 ? TEXT("true") : TEXT_NONE });
    for (size_t i = 0; i < n; i++) {
        text_t address = text_fmt(p->cx->arena, "/office/%s?%s&saved=%lld", l->info->entity->plural,
                                  views[i].query.s ? views[i].query.s : "",
                                  (long long)views[i].record.id);
        EL(h, "a", views[i].name, { "href", address },
           { "aria-current",
             page_param_id(p, "saved", 0) == views[i].record.id ? TEXT("true") : TEXT_NONE });
    }
    if (p->n_params > 0) {
        EL(h, "button.button.quiet", page_text(p, N_("Save this view")), { "type", TEXT("button") },
           { "data-dialog", TEXT("#save-view") });
    }
    html_close(h, "nav");
    OPEN(h, "dialog#save-view", { "aria-label", page_text(p, N_("Save this view")) });
    OPEN(h, "form.fields", { "data-call", TEXT("POST /api/v1/saved_views") },
         { "data-then", TEXT("reload") });
    EMPTY(h, "input", { "type", TEXT("hidden") }, { "name", TEXT("entity") },
          { "value", text_of(l->info->entity->plural) });
    EMPTY(h, "input", { "type", TEXT("hidden") }, { "name", TEXT("query") },
          { "value", query.s ? query : TEXT("") });
    const struct entity_info *info = house_entity(p->cx->house, TEXT("saved_view"));
    page_control(p, info_field(info, TEXT("name")), info->fields, info->n_fields, NULL,
                 TEXT("name"), 0);
    page_control(p, info_field(info, TEXT("shared")), info->fields, info->n_fields, NULL,
                 TEXT("shared"), 0);
    OPEN(h, "div.form-actions");
    EL(h, "button.button.primary", page_text(p, N_("Save")), { "type", TEXT("submit") });
    html_close(h, "div");
    html_close(h, "form");
    html_close(h, "dialog");
    return OK;
}
