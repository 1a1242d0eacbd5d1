/* The proof of the books: every invariant and every hash chain, computed in the background and
 * shown as it grows. */
#include "face/office_house.h"

#include "face/office_list.h"
#include "flow/work.h"

static enum err latest(struct page_cx *p, struct job *out, bool *found)
{
    struct list_page page;
    const struct list_query q = {
        .entity = &job_entity,
        .filters = { { .field = TEXT("kind"), .op = LIST_EQ, .value = TEXT("verify") } },
        .n_filters = 1,
        .sort = TEXT("-id"),
        .limit = 1,
    };
    TRY(list_read(p->cx, &q, &page));
    *found = page.n > 0;
    if (*found) {
        *out = *(const struct job *)page.records;
    }
    return OK;
}

static int64_t number_of(const struct json *j, const char *name)
{
    const struct json *m = j ? json_get(j, name) : NULL;
    int64_t n = 0;
    return m && text_to_i64(m->text, &n) == OK ? n : 0;
}

static void put_result(struct page_cx *p, const struct json *r)
{
    const struct json *holds = json_get(r, "holds");
    bool good = holds && holds->type == JSON_TRUE;
    text_t says = json_get_text(r, "says");
    page_row(p);
    page_cell(p, page_text(p, says.s ? says.s : ""));
    page_cell_open(p);
    page_badge(p, good ? page_text(p, N_("holds")) : page_text(p, N_("broken")),
               good ? TONE_GOOD : TONE_BAD);
    page_cell_close(p);
    page_cell_open(p);
    if (!good) {
        EL(p->h, "p",
           page_plural(p, "One row breaks it:", "{1} rows break it:", number_of(r, "rows")));
        EL(p->h, "pre", json_get_text(r, "faults"));
    }
    page_cell_close(p);
    page_row_end(p);
}

static void put_results(struct page_cx *p, const struct json *args)
{
    static const struct table_col cols[] = { { .label = N_("What must be true"), .grow = true },
                                             { .label = N_("State") },
                                             { .label = N_("Rows that break it") } };
    const struct json *results = args ? json_get(args, "results") : NULL;
    if (!results || !results->first) {
        return;
    }
    page_table(p, N_("Proof of the books"), cols, N_ELEMENTS(cols));
    for (const struct json *r = results->first; r; r = r->next) {
        put_result(p, r);
    }
    page_table_end(p);
}

static void put_summary(struct page_cx *p, const struct job *j, const struct json *args)
{
    int64_t done = number_of(args, "done"), of = number_of(args, "of");
    int64_t broken = number_of(args, "broken");
    text_t said;
    if (j->state == JOB_FAILED) {
        said = PAGE_TEXT(p, N_("The proof could not be finished: {1}"), j->last_error);
    } else if (j->state == JOB_WAITING) {
        said = PAGE_TEXT(p, N_("{1} of {2} proven so far. You may leave this page."),
                         page_integer(p, done), page_integer(p, of));
    } else if (broken) {
        said = page_plural(p, "One truth does not hold. See below what breaks it.",
                           "{1} truths do not hold. See below what breaks them.", broken);
    } else {
        said = PAGE_TEXT(p, N_("All {1} truths hold, and every hash chain is whole."),
                         page_integer(p, of));
    }
    OPEN(p->h,
         j->state == JOB_WAITING            ? "div.notice"
         : broken || j->state == JOB_FAILED ? "div.notice.bad"
                                            : "div.notice.good",
         { "role", TEXT("status") });
    EL(p->h, "p", said);
    if (j->state == JOB_WAITING) {
        EMPTY(p->h, "progress", { "value", text_fmt(p->cx->arena, "%lld", (long long)done) },
              { "max", text_fmt(p->cx->arena, "%lld", (long long)(of ? of : 1)) },
              { "aria-label", page_text(p, N_("Proof of the books")) });
    }
    html_close(p->h, "div");
}

static enum err put_proof(struct page_cx *p)
{
    struct job j;
    struct json *args = NULL;
    struct json_fault fault;
    bool found;
    TRY(latest(p, &j, &found));
    if (!found) {
        page_empty(p,
                   N_("The books have not been proven from here yet. It takes some seconds and "
                      "changes nothing."),
                   NULL, TEXT_NONE);
        return OK;
    }
    if (j.args.s && json_parse(p->cx->arena, j.args.s, j.args.n, &args, &fault) != OK) {
        args = NULL;
    }
    EL(p->h, "p.muted", PAGE_TEXT(p, N_("Begun {1}"), page_ago(p, j.run_at)));
    put_summary(p, &j, args);
    put_results(p, args);
    return OK;
}

enum err house_proof_part(struct page_cx *p)
{
    return put_proof(p);
}

enum err house_proof(struct page_cx *p)
{
    office_head(p, NULL, 0, page_text(p, N_("Proof of the books")));
    page_button_link(p, N_("Audit"), "history", TEXT("/office/reports/audit"));
    page_button_call(p, &(struct call_button){ .label = N_("Prove now"),
                                               .icon = "shield",
                                               .primary = true,
                                               .permission = "audit.read",
                                               .call = TEXT("POST /api/v1/jobs/verify"),
                                               .then = TEXT("reload") });
    office_head_end(p);
    EL(p->h, "p.lead",
       page_text(p, N_("What must be true after every commit, checked over everything: debits and "
                       "credits, stock and its accounts, points, drawers, numbers without gaps, "
                       "and the hash chain of every command.")));
    OPEN(p->h, "div", { "data-every", TEXT("/office/proof/part") });
    TRY(put_proof(p));
    html_close(p->h, "div");
    return OK;
}
