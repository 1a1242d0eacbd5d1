/* The outbox: messages, and the commands that put them there. */
#include "back/mail/mail_parts.h"
#include "face/print.h"
#include "face/smtp.h"
#include "meta/locale.h"

#define LIST_MAX    5400 /* MAIL_RECIPIENTS_MAX addresses with what separates them */
#define SUBJECT_MAX 200
#define BODY_MAX    20000

const char mail_no_server[] =
    "no mail server is configured: set smtp in kontor.toml, or KONTOR_SMTP, and start the program "
    "again";

static const struct choice states[] = {
    [MAIL_WAITING] = { "waiting", N_("Waiting") },
    [MAIL_SENT] = { "sent", N_("Sent") },
    [MAIL_FAILED] = { "failed", N_("Failed") },
    [MAIL_CANCELLED] = { "cancelled", N_("Cancelled") },
};

static const struct field rows[] = {
    F_TEXT(mail_message, to_address, N_("Recipients"), .flags = F_REQUIRED | F_SEARCH | F_READONLY,
           .max = LIST_MAX),
    F_TEXT(mail_message, cc_address, N_("Copy to"), .flags = F_READONLY, .max = LIST_MAX),
    F_TEXT(mail_message, subject, N_("Subject"), .flags = F_REQUIRED | F_SEARCH | F_READONLY,
           .max = SUBJECT_MAX),
    F_LONG_TEXT(mail_message, body, N_("Text"), .flags = F_READONLY | F_HIDDEN, .max = BODY_MAX),
    F_TEXT(mail_message, language, N_("Language"), .word = WORD_LANGUAGE, .flags = F_READONLY,
           .max = 2),
    F_STATE(mail_message, state, states, N_("State"), .flags = F_READONLY | F_EVENT),
    F_LONG_TEXT(mail_message, attachments, N_("Attachments"), .flags = F_READONLY, .max = 1000,
                .help = N_("Documents that are attached, as they are when the message is sent.")),
    F_TEXT(mail_message, about_entity, N_("About (kind)"), .word = WORD_ENTITY, .flags = F_READONLY,
           .max = 60),
    F_INTEGER(mail_message, about, N_("About (number)"), .flags = F_NULLABLE | F_READONLY),
    F_REF(mail_message, site, site, N_("Site"), .flags = F_READONLY),
    F_BOOLEAN(mail_message, automatic, N_("Automatic"), .flags = F_READONLY,
              .help = N_("The program wrote it.")),
    F_INTEGER(mail_message, tries, N_("Tries"), .flags = F_READONLY),
    F_TEXT(mail_message, last_error, N_("Last error"), .flags = F_READONLY, .max = 500),
    F_TIME(mail_message, queued_at, N_("Written at"), .flags = F_READONLY),
    F_TIME(mail_message, sent_at, N_("Sent at"), .flags = F_READONLY),
    F_TEXT(mail_message, message_id, N_("Message ID"), .flags = F_READONLY | F_HIDDEN, .max = 400),
};

const struct entity mail_message_entity = {
    .index = E_mail_message,
    .name = "mail_message",
    .plural = "mail_messages",
    .label = N_("Mail"),
    .label_plural = N_("Outbox"),
    .help = N_("Every message that is to be sent or has been sent, with how it went. Messages are "
               "written from a document or a customer."),
    .shape = SHAPE(mail_message, rows),
    .title = "subject",
    .read = "mail.read",
    .write = NULL,
    .site = "site",
    .flags = E_HISTORY,
    .indexes = (const struct index_def[]){ { .name = "mail_messages_about",
                                             .cols = "company, about_entity, about" } },
    .n_indexes = 1,
};

/* -- putting a message into the outbox --------------------------------------------------------- */

size_t mail_addresses(struct arena *a, text_t list, text_t out[static MAIL_RECIPIENTS_MAX])
{
    size_t n = 0;
    while (list.s && list.n) {
        text_t one = text_trim(text_split(list, ',', &list));
        if (n < MAIL_RECIPIENTS_MAX) {
            out[n] = text_copy(a, one);
        }
        n++;
    }
    return n;
}

/* Checks each and writes them in one form. *total counts over both lists. */
static enum err take_addresses(struct cx *cx, text_t list, const char *field, size_t *total,
                               text_t *out)
{
    text_t each[MAIL_RECIPIENTS_MAX];
    struct buf b;
    size_t n = mail_addresses(cx->arena, list, each);
    *total += n;
    if (*total > MAIL_RECIPIENTS_MAX) {
        return REFUSE(cx, &mail_too_many_recipients, text_of(field),
                      text_fmt(cx->arena, "%d", MAIL_RECIPIENTS_MAX));
    }
    buf_init(&b, cx->arena, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!smtp_address_ok(each[i])) {
            return REFUSE(cx, &mail_address_wrong, text_of(field), each[i]);
        }
        buf_str(&b, i ? ", " : "");
        buf_text(&b, each[i]);
    }
    *out = n ? buf_done(&b) : TEXT_NONE;
    return OK;
}

static enum err check_draft(struct cx *cx, const struct mail_draft *d)
{
    struct company company;
    TRY(company_get(cx, &company));
    if (text_empty(company.mail_from)) {
        return refuse(cx, &mail_no_sender, TEXT_NONE);
    }
    if (!text_empty(d->language) && !language_known(d->language)) {
        return REFUSE(cx, &language_unknown, TEXT("language"), d->language);
    }
    const struct document *document = d->document.s ? print_document(cx->house, d->document) : NULL;
    if (d->document.s && (!document || document->entity != d->about)) {
        return REFUSE(cx, &mail_document_unknown, TEXT("document"), d->document);
    }
    return OK;
}

enum err mail_queue(struct cx *cx, const struct mail_draft *d, struct mail_message *out)
{
    size_t total = 0;
    bool server = outside_of(cx->house)->smtp != NULL;
    *out = (struct mail_message){
        .subject = d->subject,
        .body = d->body,
        .language = d->language,
        .state = MAIL_WAITING,
        .about_entity = d->about ? text_of(d->about->name) : TEXT_NONE,
        .about = d->about ? d->record : VALUE_NONE,
        .site = d->site,
        .automatic = d->automatic,
        .last_error = server ? TEXT_NONE : text_of(mail_no_server),
        .queued_at = cx->now,
        .sent_at = INSTANT_NONE,
    };
    TRY(check_draft(cx, d));
    TRY(take_addresses(cx, d->to, "to", &total, &out->to_address));
    TRY(take_addresses(cx, d->cc, "cc", &total, &out->cc_address));
    if (!out->to_address.s) {
        return REFUSE(cx, &mail_address_wrong, TEXT("to"), d->to);
    }
    if (d->document.s) {
        out->attachments = text_fmt(cx->arena, "%s %s %lld", d->document.s, d->about->name,
                                    (long long)d->record);
    }
    TRY(store_insert(cx, &mail_message_entity, out));
    return event_publish(cx, "mail_message.queued", &mail_message_entity, out, out);
}

/* -- commands ---------------------------------------------------------------------------------- */

struct mail_send {
    text_t to, cc, subject, body, document, entity;
    int64_t record;
    text_t language;
};
static const struct field send_rows[] = {
    F_TEXT(mail_send, to, N_("Recipients"), .flags = F_REQUIRED, .max = LIST_MAX,
           .help = N_("Addresses, separated by commas.")),
    F_TEXT(mail_send, cc, N_("Copy to"), .max = LIST_MAX),
    F_TEXT(mail_send, subject, N_("Subject"), .flags = F_REQUIRED, .max = SUBJECT_MAX),
    F_LONG_TEXT(mail_send, body, N_("Text"), .flags = F_REQUIRED, .max = BODY_MAX),
    F_TEXT(mail_send, document, N_("Document"), .max = 60,
           .help = N_("The document of the record that is attached, such as receipt.")),
    F_TEXT(mail_send, entity, N_("About (kind)"), .word = WORD_ENTITY, .max = 60,
           .help = N_("What the message is about.")),
    F_INTEGER(mail_send, record, N_("About (number)"), .flags = F_NULLABLE | F_POSITIVE),
    F_TEXT(mail_send, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2,
           .help = N_("Of the attached document: en, es, hi or id.")),
};
static const struct shape send_shape = SHAPE(mail_send, send_rows);

/* The record that the message is about must be there, and the sender's to see: a message is no way
 * around what one may not read. */
static enum err find_about(struct cx *cx, const struct mail_send *in, struct mail_draft *d)
{
    const struct document *document = in->document.s ? print_document(cx->house, in->document)
                                                     : NULL;
    text_t name = in->entity.s ? in->entity
                  : document   ? text_of(document->entity->name)
                               : TEXT_NONE;
    if (in->document.s && !document) {
        return REFUSE(cx, &mail_document_unknown, TEXT("document"), in->document);
    }
    if (!name.s) {
        return OK;
    }
    const struct entity_info *info = house_entity(cx->house, name);
    if (!info || (info->entity->flags & E_LINE)) {
        return REFUSE(cx, &refusal_unknown_reference, TEXT("entity"), name);
    }
    if (in->record == VALUE_NONE) {
        return REFUSE(cx, &refusal_required, TEXT("record"),
                      text_of(cx_text(cx, send_rows[6].label)));
    }
    const char *permission = document ? document->permission : NULL;
    if (!cx_may(cx, info->entity->read) || (permission && !cx_may(cx, permission))) {
        return REFUSE(cx, &refusal_forbidden, TEXT("entity"),
                      text_of(permission ? permission : info->entity->read));
    }
    void *record = arena_alloc(cx->arena, info->entity->shape.size);
    TRY(store_get(cx, info->entity, in->record, record));
    const struct field *site = info->entity->site ? info_field(info, text_of(info->entity->site))
                                                  : NULL;
    d->about = info->entity;
    d->record = in->record;
    d->site.id = site ? *(const int64_t *)(const void *)((const char *)record + site->offset) : 0;
    return OK;
}

static enum err send_run(struct cx *cx, void *record, const void *args, void *result)
{
    const struct mail_send *in = args;
    struct mail_draft d = { .to = in->to,
                            .cc = in->cc,
                            .subject = in->subject,
                            .body = in->body,
                            .language = in->language,
                            .document = in->document };
    (void)result;
    TRY(find_about(cx, in, &d));
    return mail_queue(cx, &d, record);
}

static enum err retry_run(struct cx *cx, void *record, const void *args, void *result)
{
    struct mail_message *m = record;
    (void)args, (void)result;
    m->tries = 0;
    m->last_error = outside_of(cx->house)->smtp ? TEXT_NONE : text_of(mail_no_server);
    return event_publish(cx, "mail_message.queued", &mail_message_entity, m, m);
}

static enum err cancel_run(struct cx *cx, void *record, const void *args, void *result)
{
    (void)args, (void)result;
    return event_publish(cx, "mail_message.cancelled", &mail_message_entity, record, record);
}

const struct command mail_commands[MAIL_COMMANDS] = {
    [MAIL_SEND] = { .name = "send",
                    .entity = &mail_message_entity,
                    .label = N_("Send mail"),
                    .help = N_("Puts a message into the outbox, from where it is sent at once. A "
                               "document of the record can be attached."),
                    .permission = "mail.send",
                    .args = &send_shape,
                    .to = -1,
                    .run = send_run },
    [MAIL_RETRY] = { .name = "retry",
                     .entity = &mail_message_entity,
                     .label = N_("Try again"),
                     .help = N_("Sends a message that failed once more."),
                     .permission = "mail.send",
                     .flags = C_RECORD,
                     .from = STATE(MAIL_FAILED),
                     .to = MAIL_WAITING,
                     .run = retry_run },
    [MAIL_CANCEL] = { .name = "cancel",
                      .entity = &mail_message_entity,
                      .label = N_("Cancel"),
                      .help = N_("The message is not sent. One that is just being handed over may "
                                 "still go out and is then shown as sent."),
                      .permission = "mail.send",
                      .flags = C_RECORD,
                      .from = STATE(MAIL_WAITING) | STATE(MAIL_FAILED),
                      .to = MAIL_CANCELLED,
                      .run = cancel_run },
};
