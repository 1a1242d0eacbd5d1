/* Answering a request for a document: a reading job gathers, a thread of slow work draws. */
#include "face/print_own.h"

#include "base/log.h"
#include "flow/command.h"
#include "meta/locale.h"

static const struct refusal refusal_print_busy = {
    .code = "print_busy",
    .status = 503,
    .title = N_("Too much is being printed"),
    .detail = N_("Too many documents are being made at the moment. Try again shortly."),
};
static const struct refusal refusal_print_too_long = {
    .code = "print_too_long",
    .status = 422,
    .title = N_("The document is too long"),
    .detail = N_("A document has at most {1} lines on {2} pages. Print less at once."),
};
static const struct refusal refusal_print_impossible = {
    .code = "print_impossible",
    .status = 422,
    .title = N_("This cannot be printed"),
    .detail = N_("The document cannot be drawn: {1}."),
};
const struct refusal *const print_refusals[] = { &refusal_print_busy, &refusal_print_too_long,
                                                 &refusal_print_impossible };
const size_t n_print_refusals = N_ELEMENTS(print_refusals);

const struct document *print_document(const struct house *h, text_t name)
{
    const struct house_plan *plan = house_plan(h);
    for (size_t a = 0; a < plan->n_areas; a++) {
        for (size_t i = 0; i < plan->areas[a]->n_documents; i++) {
            if (text_is(name, plan->areas[a]->documents[i].name)) {
                return &plan->areas[a]->documents[i];
            }
        }
    }
    return NULL;
}

/* -- for gatherers ------------------------------------------------------------------------- */

void print_speak(struct print_cx *p, text_t customers, text_t companys, text_t country)
{
    const char *language = p->wanted;
    if (!language && !text_empty(customers)) {
        language = language_known(customers);
    }
    if (!language && !text_empty(companys)) {
        language = language_known(companys);
    }
    p->language = language ? language : "en";
    p->cx->language = p->language;
    p->format = format_for(p->language, country, p->digits);
    p->paper->language = p->language;
    p->paper->native_digits = p->digits == DIGITS_NATIVE;
    p->paper->page_of = print_text(p, N_("Page {1} of {2}"));
    p->paper->carried = print_text(p, N_("Carried forward"));
    p->paper->brought = print_text(p, N_("Brought forward"));
}

text_t print_param(const struct print_cx *p, const char *name)
{
    for (size_t i = 0; i < p->n_params; i++) {
        if (text_is(p->params[i].name, name)) {
            return p->params[i].value;
        }
    }
    return TEXT_NONE;
}

text_t print_text(const struct print_cx *p, const char *msgid)
{
    return text_of(cx_text(p->cx, msgid));
}

text_t print_text_with(const struct print_cx *p, const char *msgid, const text_t *values, size_t n)
{
    struct buf b;
    text_t t = print_text(p, msgid);
    buf_init(&b, p->cx->arena, (size_t)64 * 1024);
    for (size_t i = 0; i < t.n; i++) {
        bool place = i + 2 < t.n && t.s[i] == '{' && t.s[i + 2] == '}' && t.s[i + 1] >= '1' &&
                     (size_t)(t.s[i + 1] - '1') < n;
        if (place) {
            buf_text(&b, values[t.s[i + 1] - '1']);
            i += 2;
        } else {
            buf_char(&b, t.s[i]);
        }
    }
    return buf_done(&b);
}

/* -- parameters ---------------------------------------------------------------------------- */

static bool takes(const struct document *d, text_t name)
{
    static const char *const always[] = { "language", "digits", "template", NULL };
    for (const char *const *n = always; *n; n++) {
        if (text_is(name, *n)) {
            return true;
        }
    }
    for (const char *const *n = d->params; n && *n; n++) {
        if (text_is(name, *n)) {
            return true;
        }
    }
    return false;
}

static enum err read_params(struct print_request *r)
{
    struct cx *cx = &r->cx;
    struct print_cx *p = &r->print;
    for (size_t i = 0; i < r->n_params; i++) {
        if (!takes(r->document, r->params[i].name)) {
            return REFUSE(cx, &refusal_unknown_filter, TEXT_NONE, r->params[i].name);
        }
    }
    text_t language = print_param(p, "language"), digits = print_param(p, "digits");
    if (!text_empty(language)) {
        p->wanted = language_known(language);
        if (!p->wanted) {
            return REFUSE(cx, &refusal_unknown_choice, TEXT("language"), language,
                          TEXT("en, es, hi, id"));
        }
    }
    if (text_is(digits, "native")) {
        p->digits = DIGITS_NATIVE;
    } else if (text_is(digits, "latin")) {
        p->digits = DIGITS_LATIN;
    } else if (!text_empty(digits)) {
        return REFUSE(cx, &refusal_unknown_choice, TEXT("digits"), digits, TEXT("native, latin"));
    }
    return OK;
}

/* -- ends ---------------------------------------------------------------------------------- */

static void header(struct print_request *r, const char *name, text_t value)
{
    INVARIANT(r->n_headers < PRINT_HEADERS);
    r->headers[r->n_headers++] = (struct http_header_line){ name, value };
}

/* A problem, in the language of the one who asks. */
static void problem(struct print_request *r, enum err outcome)
{
    r->cx.language = r->language;
    r->content_type = "application/problem+json";
    r->body = flow_problem(&r->cx, &r->cx.failure, outcome, &r->status);
    r->n_headers = 0;
    if (r->status == 503) {
        header(r, "Retry-After", TEXT("2"));
    }
    r->done(r, r->arg);
}

/* -- drawing ------------------------------------------------------------------------------- */

static bool plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

text_t print_disposition(struct arena *a, text_t file)
{
    struct buf b;
    bool odd = false;
    buf_init(&b, a, 4096);
    buf_str(&b, "inline; filename=\"");
    for (size_t i = 0; i < file.n; i++) {
        bool continues = ((unsigned char)file.s[i] & 0xc0) == 0x80; /* one - for each character */
        odd |= !plain(file.s[i]);
        if (!continues) {
            buf_char(&b, plain(file.s[i]) ? file.s[i] : '-');
        }
    }
    buf_str(&b, ".pdf\"");
    if (odd) {
        buf_str(&b, "; filename*=UTF-8''");
        for (size_t i = 0; i < file.n; i++) {
            if (plain(file.s[i])) {
                buf_char(&b, file.s[i]);
            } else {
                buf_fmt(&b, "%%%02X", (unsigned)(unsigned char)file.s[i]);
            }
        }
        buf_str(&b, ".pdf");
    }
    return buf_done(&b);
}

static void draw(void *arg)
{
    struct print_request *r = arg;
    const char *fault = NULL;
    text_t pdf = TEXT_NONE;
    enum err e = r->arena->failed ? ERR_NO_MEMORY : print_pdf(&r->paper, r->arena, &pdf, &fault);
    if (e == OK && r->arena->failed) {
        e = ERR_NO_MEMORY;
    }
    if (e == ERR_RANGE) {
        e = REFUSE(&r->cx, &refusal_print_too_long, TEXT_NONE,
                   text_fmt(r->arena, "%d", PRINT_LINES_MAX),
                   text_fmt(r->arena, "%d", PRINT_PAGES_MAX));
    } else if (e == ERR_INVALID) {
        log_warn("print", "%.*s: %s", (int)r->paper.file.n, r->paper.file.s, fault ? fault : "?");
        e = REFUSE(&r->cx, &refusal_print_impossible, TEXT_NONE,
                   text_of(fault ? fault : "unknown fault"));
    }
    if (e != OK) {
        problem(r, e);
        return;
    }
    r->status = 200;
    r->content_type = "application/pdf";
    r->body = pdf;
    header(r, "Content-Disposition", print_disposition(r->arena, r->paper.file));
    r->done(r, r->arg);
}

/* -- gathering ----------------------------------------------------------------------------- */

static enum err gather(struct print_request *r)
{
    const struct document *d = r->document;
    struct cx *cx = &r->cx;
    if (!d) {
        return r->gather(&r->print, r->gather_arg);
    }
    void *record = arena_alloc(r->arena, d->entity->shape.size);
    if (!cx_may(cx, d->entity->read)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(d->entity->read));
    }
    if (!cx_may(cx, d->permission)) {
        return REFUSE(cx, &refusal_forbidden, TEXT_NONE, text_of(d->permission));
    }
    TRY(read_params(r));
    TRY(store_get(cx, d->entity, r->id, record));
    r->paper.file = text_of(d->name);
    return d->gather(&r->print, record);
}

/* May run more than once. */
static enum err gather_job(struct tx *tx, void *arg)
{
    struct print_request *r = arg;
    cx_init(&r->cx, r->house, r->arena, tx, r->who, r->language);
    if (!instant_none(r->now)) {
        r->cx.now = r->now;
    }
    paper_init(&r->paper, r->arena, PAPER_A4);
    r->print = (struct print_cx){ .cx = &r->cx,
                                  .document = r->document,
                                  .paper = &r->paper,
                                  .params = r->params,
                                  .n_params = r->n_params };
    enum err e = gather(r);
    cx_done(&r->cx);
    return e == OK && r->arena->failed ? ERR_NO_MEMORY : e;
}

static void gathered(void *arg, enum err outcome)
{
    struct print_request *r = arg;
    if (outcome == OK) {
        r->slow = (struct slow_work){ .run = draw, .arg = r };
        outcome = slow_submit(r->house, &r->slow);
        if (outcome == ERR_BUSY) {
            outcome = refuse(&r->cx, &refusal_print_busy, TEXT_NONE);
        }
    }
    if (outcome != OK) {
        problem(r, outcome);
    }
}

void print_answer(struct print_request *r)
{
    r->status = 0;
    r->n_headers = 0;
    r->cx = (struct cx){ .arena = r->arena,
                         .house = r->house,
                         .who = r->who,
                         .language = r->language,
                         .company = r->who->company,
                         .decimals = 2 };
    r->job = (struct db_job){ .run = gather_job, .done = gathered, .arg = r };
    enum err e = db_submit(house_db(r->house), &r->job);
    if (e != OK) {
        problem(r, e);
    }
}
