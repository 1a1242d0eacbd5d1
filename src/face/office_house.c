/* Pages about the house itself: one's own account, roles and what they may do, what follows what,
 * and how the program is. */
#include "face/office_house.h"

#include "face/office_list.h"
#include "face/page_own.h"
#include "flow/handover.h"
#include "flow/totp.h"
#include "flow/work.h"
#include "meta/locale.h"
#include "meta/word.h"

/* -- you ------------------------------------------------------------------------------------- */

static void put_fact(struct page_cx *p, const char *label, text_t value)
{
    EL(p->h, "dt", page_text(p, label));
    EL(p->h, "dd", value);
}

static text_t role_labels(struct page_cx *p, uint64_t roles)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    text_t labels[64];
    size_t n = 0;
    struct buf b;
    for (size_t i = 0; i < plan->n_roles && i < 64; i++) {
        if (roles >> i & 1) {
            labels[n++] = page_text(p, plan->roles[i].label);
        }
    }
    buf_init(&b, p->cx->arena, 4000);
    format_list(p->format, &b, labels, n);
    return buf_done(&b);
}

static text_t own_call(struct page_cx *p, const char *command)
{
    return text_fmt(p->cx->arena, "POST /api/v1/user_accounts/%lld/%s", (long long)p->cx->who->user,
                    command);
}

static text_t own_form(struct page_cx *p, const char *command)
{
    return text_fmt(p->cx->arena, "/office/user_accounts/%lld/do/%s", (long long)p->cx->who->user,
                    command);
}

/* Begun with one's password: whoever finds the screen open cannot lock its owner out. */
static void put_enrolment(struct page_cx *p)
{
    struct html *h = p->h;
    OPEN(h, "details.fold");
    OPEN(h, "summary.button");
    page_icon(p, "shield");
    EL(h, "span", page_text(p, N_("Set up a second factor")));
    html_close(h, "summary");
    OPEN(h, "form.fields", { "data-call", own_call(p, "enrol_second_factor") },
         { "data-then", TEXT("/office/you/second_factor") }, { "novalidate", TEXT("") });
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, N_("Current password")), { "for", TEXT("factor-current") });
    EMPTY(h, "input#factor-current", { "name", TEXT("current") }, { "type", TEXT("password") },
          { "autocomplete", TEXT("current-password") }, { "required", TEXT("") },
          { "aria-describedby", TEXT("factor-current-error") });
    EL(h, "p.error", TEXT(""), { "id", TEXT("factor-current-error") },
       { "data-error-for", TEXT("current") }, { "hidden", TEXT("") });
    html_close(h, "div");
    OPEN(h, "button.button.primary", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Set up a second factor")));
    html_close(h, "button");
    html_close(h, "form");
    html_close(h, "details");
}

static void put_own_commands(struct page_cx *p, bool factor)
{
    OPEN(p->h, "p.row");
    page_button_link(p, N_("Change password"), "lock", own_form(p, "set_password"));
    if (factor) {
        page_button_link(p, N_("Remove second factor"), "shield",
                         own_form(p, "remove_second_factor"));
    }
    html_close(p->h, "p");
    if (!factor && cx_may(p->cx, "user.own")) {
        put_enrolment(p);
    }
}

/* The secret waits in the account until a code of it was seen; it is shown to its owner alone. */
enum err house_second_factor(struct page_cx *p)
{
    const struct user_account *me = &p->own->account;
    struct html *h = p->h;
    const struct crumb crumbs[] = { { page_text(p, N_("Your account and sessions")),
                                      TEXT("/office/you") } };
    office_head(p, crumbs, 1, page_text(p, N_("Second factor")));
    office_head_end(p);
    if (text_empty(me->pending_factor)) {
        page_empty(p, N_("Nothing is being set up."), NULL, TEXT_NONE);
        return OK;
    }
    EL(h, "p.lead",
       page_text(p, N_("Scan this with the authenticator app of your phone, or type the secret "
                       "into it. Then give the code that it shows.")));
    TRY(page_qr(p, totp_url(p->cx->arena, TEXT("Kontor"), me->code, me->pending_factor),
                N_("QR code for the authenticator app")));
    OPEN(h, "dl.facts");
    EL(h, "dt", page_text(p, N_("Secret")));
    EL(h, "dd.mono", me->pending_factor);
    html_close(h, "dl");
    OPEN(h, "form.fields", { "data-call", own_call(p, "confirm_second_factor") },
         { "data-show", TEXT("#answer") }, { "novalidate", TEXT("") });
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, N_("Code")), { "for", TEXT("factor-code") });
    EMPTY(h, "input#factor-code", { "name", TEXT("code") }, { "inputmode", TEXT("numeric") },
          { "autocomplete", TEXT("one-time-code") }, { "maxlength", TEXT("6") },
          { "required", TEXT("") }, { "autofocus", TEXT("") },
          { "aria-describedby", TEXT("factor-code-error") });
    EL(h, "p.error", TEXT(""), { "id", TEXT("factor-code-error") },
       { "data-error-for", TEXT("code") }, { "hidden", TEXT("") });
    html_close(h, "div");
    OPEN(h, "button.button.primary", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Confirm")));
    html_close(h, "button");
    html_close(h, "form");
    EL(h, "p.muted",
       page_text(p, N_("You then get recovery codes. Keep them: each lets you in once "
                       "when the phone is not at hand.")));
    EMPTY(h, "div#answer.answer", { "role", TEXT("status") });
    return OK;
}

/* The first of these words that the browser says of itself; the more particular come first. */
static const char *named_in(text_t agent, const char *const names[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strstr(agent.s, names[i][0])) {
            return names[i][1];
        }
    }
    return NULL;
}

/* "Firefox, Windows" of what a browser sends, which nobody can read; other programs as they say. */
static text_t agent_name(struct page_cx *p, text_t agent)
{
    static const char *const browsers[][2] = {
        { "Edg", "Edge" },         { "OPR/", "Opera" },     { "SamsungBrowser", "Samsung" },
        { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" },
        { "Chrome/", "Chrome" },   { "Safari/", "Safari" },
    };
    static const char *const systems[][2] = {
        { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
        { "Windows", "Windows" }, { "CrOS", "ChromeOS" }, { "Mac OS X", "macOS" },
        { "Linux", "Linux" },
    };
    if (text_empty(agent)) {
        return page_text(p, N_("Unknown program"));
    }
    const char *browser = named_in(agent, browsers, N_ELEMENTS(browsers));
    const char *system = named_in(agent, systems, N_ELEMENTS(systems));
    return browser && system ? text_fmt(p->cx->arena, "%s, %s", browser, system) : agent;
}

static void put_session(struct page_cx *p, const struct session *s)
{
    page_row(p);
    page_cell_open(p);
    EL(p->h, "span", agent_name(p, s->agent), { "title", s->agent });
    page_cell_close(p);
    page_cell(p, s->peer);
    page_cell(p, page_ago(p, s->created_at));
    page_cell(p, page_ago(p, s->seen_at));
    page_cell_open(p);
    page_button_call(
        p, &(struct call_button){ .label = N_("End"),
                                  .call = text_fmt(p->cx->arena, "POST /api/v1/sessions/%lld/end",
                                                   (long long)s->record.id),
                                  .then = TEXT("reload"),
                                  .confirm = N_("End this session? Whoever uses it must sign in "
                                                "again.") });
    page_cell_close(p);
    page_row_end(p);
}

static enum err put_sessions(struct page_cx *p)
{
    static const struct table_col cols[] = { { .label = N_("Program"), .grow = true },
                                             { .label = NC_("network", "Address") },
                                             { .label = N_("Began") },
                                             { .label = N_("Last used") },
                                             { .label = N_("Action") } };
    const struct value args[] = { v_int(p->cx->who->user), v_int(p->cx->now.us) };
    struct session *sessions;
    size_t n;
    TRY(store_select(p->cx, &session_entity,
                     "user_account = $1 AND ended = 0 AND expires_at > $2 ORDER BY id DESC LIMIT "
                     "50",
                     args, N_ELEMENTS(args), &sessions, &n));
    EL(p->h, "h2", page_text(p, N_("Where you are signed in")));
    page_table(p, N_("Where you are signed in"), cols, N_ELEMENTS(cols));
    for (size_t i = 0; i < n; i++) {
        put_session(p, &sessions[i]);
    }
    page_table_end(p);
    return OK;
}

enum err house_you(struct page_cx *p)
{
    const struct user_account *me = &p->own->account;
    bool factor = !text_empty(me->second_factor);
    office_head(p, NULL, 0, page_text(p, N_("Your account and sessions")));
    office_head_end(p);
    OPEN(p->h, "dl.facts");
    put_fact(p, N_("Name"), me->name);
    put_fact(p, N_("Sign-in name"), me->code);
    put_fact(p, N_("Roles"), role_labels(p, p->cx->who->roles));
    put_fact(p, N_("Second factor"), factor ? page_text(p, N_("on")) : page_text(p, N_("off")));
    html_close(p->h, "dl");
    put_own_commands(p, factor);
    return put_sessions(p);
}

/* -- roles ----------------------------------------------------------------------------------- */

enum err house_roles(struct page_cx *p)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    office_head(p, NULL, 0, page_text(p, N_("Roles")));
    office_head_end(p);
    EL(p->h, "p.lead",
       page_text(p, N_("What each role may do. A permission that ends with * holds all that begin "
                       "so. What no role holds, nobody may.")));
    for (size_t i = 0; i < plan->n_roles; i++) {
        const struct role *role = &plan->roles[i];
        OPEN(p->h, "section.card");
        OPEN(p->h, "h2.card-head");
        html_text(p->h, page_text(p, role->label));
        html_literal(p->h, " ");
        EL(p->h, "code.mono.muted", text_of(role->name));
        html_close(p->h, "h2");
        OPEN(p->h, "div.card-body");
        EL(p->h, "p", page_text(p, role->help));
        OPEN(p->h, "ul.chips");
        for (const char *const *held = role->permissions; *held; held++) {
            EL(p->h, "li.chip.mono", text_of(*held));
        }
        html_close(p->h, "ul");
        html_close(p->h, "div");
        html_close(p->h, "section");
    }
    return OK;
}

/* -- what follows what ----------------------------------------------------------------------- */

static void put_handover(struct page_cx *p, const struct handover *h)
{
    OPEN(p->h, "li");
    html_text(p->h, page_text(p, h->says));
    if (h->task) {
        page_badge(p, PAGE_TEXT(p, N_("task: {1}"), page_text(p, h->task->title)), TONE_BUSY);
    } else if (h->job) {
        page_badge(p, page_text(p, N_("afterwards")), TONE_PLAIN);
    }
    html_close(p->h, "li");
}

enum err house_handovers(struct page_cx *p)
{
    const struct house_plan *plan = house_plan(p->cx->house);
    const char *event = NULL;
    office_head(p, NULL, 0, page_text(p, N_("What follows what")));
    if (office_may_list(p, house_info(p->cx->house, E_handover_rule))) {
        page_button_link(p, N_("Your own rules"), "branch", TEXT("/office/handover_rules"));
    }
    office_head_end(p);
    EL(p->h, "p.lead",
       page_text(p, N_("When something happens in front, this is what the back does, in this "
                       "order and in the same transaction.")));
    for (size_t i = 0; i < plan->n_handovers; i++) {
        const struct handover *h = &plan->handovers[i];
        if (!event || strcmp(event, h->event) != 0) {
            if (event) {
                html_close(p->h, "ol");
                html_close(p->h, "section");
            }
            event = h->event;
            OPEN(p->h, "section.card");
            OPEN(p->h, "h2.card-head");
            html_text(p->h, word_label(p->cx, WORD_EVENT, text_of(event)));
            html_literal(p->h, " ");
            EL(p->h, "code.mono.muted", text_of(event));
            html_close(p->h, "h2");
            OPEN(p->h, "ol.card-body.index");
        }
        put_handover(p, h);
    }
    if (event) {
        html_close(p->h, "ol");
        html_close(p->h, "section");
    }
    return OK;
}

/* -- health ---------------------------------------------------------------------------------- */

static enum err count_jobs(struct page_cx *p, int64_t state, int64_t *n)
{
    struct rows rows;
    const struct value args[] = { v_int(state), v_int(p->cx->company) };
    TRY(store_query(p->cx,
                    "SELECT COUNT(*) FROM (SELECT id FROM jobs WHERE state = $1 AND company = $2 "
                    "LIMIT 10000) AS waiting",
                    args, N_ELEMENTS(args), &rows));
    *n = rows.n ? rows_int(&rows, 0, 0) : 0;
    return OK;
}

static void put_store(struct page_cx *p)
{
    struct db *db = house_db(p->cx->house);
    struct db_stats stats;
    db_stats(db, &stats);
    int64_t commit_us = stats.batches ? stats.commit_us_total / stats.batches : 0;
    OPEN(p->h, "section.tile");
    EL(p->h, "h2.tile-head", page_text(p, N_("Data store")));
    page_figure(p, N_("Kind"), db_store(db) == DB_SQLITE ? TEXT("SQLite") : TEXT("PostgreSQL"),
                TEXT_NONE);
    page_figure(p, N_("Commits"), page_integer(p, stats.batches), TEXT_NONE);
    page_figure(p, N_("Microseconds a commit"), page_integer(p, commit_us), TEXT_NONE);
    page_figure(p, N_("Waiting in the queue"), page_integer(p, stats.queue_length), TEXT_NONE);
    page_figure(p, N_("Run again after a conflict"), page_integer(p, stats.retries), TEXT_NONE);
    page_figure(p, N_("Connections made again"), page_integer(p, stats.reconnects), TEXT_NONE);
    html_close(p->h, "section");
}

enum err house_health(struct page_cx *p)
{
    int64_t waiting, failed;
    TRY(count_jobs(p, JOB_WAITING, &waiting));
    TRY(count_jobs(p, JOB_FAILED, &failed));
    office_head(p, NULL, 0, page_text(p, N_("Health")));
    office_head_end(p);
    if (failed > 0) {
        EL(p->h, "p.notice.warn",
           page_plural(p,
                       P_("One job of the background work has failed: see why, and try it again.",
                          "{1} jobs of the background work have failed: see why, and try them "
                          "again."),
                       failed));
    }
    OPEN(p->h, "div.tiles");
    OPEN(p->h, "section.tile");
    EL(p->h, "h2.tile-head", page_text(p, N_("Background work")));
    page_figure(p, N_("Waiting"), page_integer(p, waiting), TEXT("/office/jobs?state=waiting"));
    page_figure(p, N_("Failed"), page_integer(p, failed), TEXT("/office/jobs?state=failed"));
    html_close(p->h, "section");
    put_store(p);
    OPEN(p->h, "section.tile");
    EL(p->h, "h2.tile-head", page_text(p, N_("Program")));
    page_figure(p, N_("Version"), TEXT(KONTOR_VERSION), TEXT_NONE);
    html_close(p->h, "section");
    html_close(p->h, "div");
    return OK;
}
