/* The job mail_send: one message from the outbox to the mail server. */
#include "back/mail/mail_parts.h"
#include "base/hash.h"
#include "face/print_wait.h"
#include "face/smtp.h"

#define ATTACHMENTS_MAX 5
#define SEND_MS         (OUTWARD_REACH_MAX_MS - 5000)

struct post {
    struct smtp_message message;
    struct {
        const struct document *document;
        int64_t id;
    } attached[ATTACHMENTS_MAX];
    size_t n_attached;
    struct http_param language[1];
    struct who who;
};

bool mail_ready(struct house *h)
{
    return outside_of(h)->smtp != NULL;
}

/* The same at each try, and nobody else's: made of what never changes again. */
static text_t message_id(struct cx *cx, const struct company *company, const struct mail_message *m)
{
    char id[32], at[32], hex[SHA256_HEX + 1];
    text_t domain;
    sha256_t h;
    (void)decimal_print(m->record.id, 0, 0, id);
    (void)decimal_print(m->queued_at.us, 0, 0, at);
    const text_t parts[] = { company->code, company->name, text_of(id), text_of(at) };
    sha256_parts(parts, N_ELEMENTS(parts), &h);
    sha256_hex(&h, hex);
    (void)text_split(company->mail_from, '@', &domain);
    return text_fmt(cx->arena, "%s.%.24s@%s", id, hex, domain.s);
}

/* A message never goes without what belongs to it. */
static enum err read_attachments(struct cx *cx, const struct mail_message *m, struct post *p)
{
    text_t rest = m->attachments;
    while (rest.s && rest.n) {
        text_t after, id, line = text_split(rest, '\n', &rest);
        text_t name = text_split(line, ' ', &after);
        (void)text_split(after, ' ', &id);
        int64_t number;
        const struct document *document = print_document(cx->house, name);
        if (!document || !id.s || text_to_i64(id, &number) != OK ||
            p->n_attached == ATTACHMENTS_MAX) {
            return REFUSE(cx, &mail_document_unknown, TEXT("document"), line);
        }
        p->attached[p->n_attached].document = document;
        p->attached[p->n_attached++].id = number;
    }
    return OK;
}

static enum err write_post(struct cx *cx, const struct company *company,
                           const struct mail_message *m, struct post *p)
{
    struct arena *a = cx->arena;
    text_t *to = ARENA_ARRAY(a, MAIL_RECIPIENTS_MAX, text_t);
    text_t *cc = ARENA_ARRAY(a, MAIL_RECIPIENTS_MAX, text_t);
    size_t n_to = mail_addresses(a, m->to_address, to);
    size_t n_cc = mail_addresses(a, m->cc_address, cc);
    p->message = (struct smtp_message){
        .from_name = text_copy(a, company->name),
        .from = text_copy(a, company->mail_from),
        .to = to,
        .n_to = n_to < MAIL_RECIPIENTS_MAX ? n_to : MAIL_RECIPIENTS_MAX,
        .cc = cc,
        .n_cc = n_cc < MAIL_RECIPIENTS_MAX ? n_cc : MAIL_RECIPIENTS_MAX,
        .subject = text_copy(a, m->subject),
        .text = text_copy(a, m->body),
        .message_id = message_id(cx, company, m),
        .date = m->queued_at,
        .automatic = m->automatic,
    };
    p->who = *cx->who;
    p->language[0] = (struct http_param){ TEXT("language"), text_copy(a, m->language) };
    return read_attachments(cx, m, p);
}

enum err mail_gather(struct cx *cx, const struct json *args, struct outward *o)
{
    struct mail_message m;
    struct company company;
    (void)args;
    TRY(store_get_any(cx, &mail_message_entity, o->job->subject, &m));
    TRY(company_get(cx, &company));
    /* Cancelled, or sent by an attempt that was not settled. One that failed goes again where its
     * job is tried again. */
    if (m.state != MAIL_WAITING && m.state != MAIL_FAILED) {
        o->settled = true;
        return OK;
    }
    if (text_empty(company.mail_from)) {
        o->settled = true;
        o->end = OUTWARD_HELD;
        o->said = TEXT("the company has no address that mail comes from: enter it in its record");
        return OK;
    }
    struct post *p = ARENA_NEW(cx->arena, struct post);
    o->work = p;
    return write_post(cx, &company, &m, p);
}

/* Draws what is attached. false: o says why it cannot be. */
static bool draw(struct outward *o, struct post *p)
{
    struct smtp_file *files = ARENA_ARRAY(o->arena, ATTACHMENTS_MAX, struct smtp_file);
    for (size_t i = 0; i < p->n_attached; i++) {
        struct print_request *r = ARENA_NEW(o->arena, struct print_request);
        *r = (struct print_request){
            .house = o->house,
            .arena = o->arena,
            .who = &p->who,
            .language = "en",
            .now = o->now,
            .document = p->attached[i].document,
            .id = p->attached[i].id,
            .params = p->language,
            .n_params = p->language[0].value.s ? 1 : 0,
        };
        print_wait(r);
        if (r->status != 200) {
            o->end = r->status >= 500 ? OUTWARD_LATER : OUTWARD_FAILED;
            o->said = text_fmt(o->arena, "the document %s cannot be made: %s", r->document->name,
                               flow_detail(o->arena, r->body).s);
            return false;
        }
        files[i] = (struct smtp_file){ .name = print_file_name(r, o->arena),
                                       .type = TEXT("application/pdf"),
                                       .bytes = r->body };
    }
    p->message.files = files;
    p->message.n_files = p->n_attached;
    return true;
}

void mail_reach(struct outward *o)
{
    static const enum outward_end ends[] = {
        [SMTP_SENT] = OUTWARD_DONE,       [SMTP_LATER] = OUTWARD_LATER,
        [SMTP_REFUSED] = OUTWARD_FAILED,  [SMTP_NO_SERVER] = OUTWARD_HELD,
        [SMTP_STOPPED] = OUTWARD_STOPPED,
    };
    struct post *p = o->work;
    text_t bytes;
    if (!draw(o, p)) {
        return;
    }
    enum err e = smtp_compose(&p->message, o->arena, &bytes);
    if (e != OK) {
        o->end = e == ERR_NO_MEMORY ? OUTWARD_LATER : OUTWARD_FAILED;
        o->said = text_fmt(o->arena, "the message cannot be composed (%s)", err_name(e));
        return;
    }
    if (!outward_hold(o)) { /* drawing took so long that another node has the message */
        return;
    }
    o->end = ends[smtp_send(outside_of(o->house), &p->message, bytes, o->stop, SEND_MS, o->arena,
                            &o->said)];
    if (o->end == OUTWARD_HELD) {
        o->said = text_of(mail_no_server);
    }
}

/* -- how it went ------------------------------------------------------------------------------- */

static enum err note(struct cx *cx, struct mail_message *m, const struct outward *o)
{
    const struct post *p = o->work;
    struct mail_message before = *m;
    const char *told = NULL;
    bool tried = !o->settled && o->end != OUTWARD_HELD;
    m->tries += tried;
    if (o->end == OUTWARD_DONE) { /* also what was cancelled while it was on its way */
        m->state = MAIL_SENT;
        m->sent_at = cx->now;
        m->last_error = TEXT_NONE;
        m->message_id = p->message.message_id;
        told = "mail_message.sent";
    } else {
        m->last_error = o->said;
        if (o->end == OUTWARD_FAILED && m->state == MAIL_WAITING) {
            m->state = MAIL_FAILED;
            told = "mail_message.failed";
        }
    }
    TRY(store_update(cx, &mail_message_entity, &before, m));
    return told ? event_publish(cx, told, &mail_message_entity, m, m) : OK;
}

enum err mail_settle(struct cx *cx, const struct json *args, struct job_progress *progress)
{
    const struct outward *o = progress->outward;
    struct mail_message m;
    (void)args;
    if (o->settled && o->end == OUTWARD_DONE) {
        return OK;
    }
    TRY(store_get_any(cx, &mail_message_entity, progress->job->subject, &m));
    return note(cx, &m, o);
}
