/* Mail to customers and others: every message stands in the outbox before it goes, and stays there.
 *
 * Commands put messages into the outbox; a job hands them to the mail server, with the documents
 * attached as they are at that moment. */
#ifndef KONTOR_MAIL_H
#define KONTOR_MAIL_H

#include "common/company/company.h"
#include "common/party/party.h"
#include "flow/work.h"

#define MAIL_RECIPIENTS_MAX 20

enum mail_state { MAIL_WAITING, MAIL_SENT, MAIL_FAILED, MAIL_CANCELLED };

struct mail_message {
    struct record record;
    text_t to_address, cc_address; /* separated by ", " */
    text_t subject, body;
    text_t language;     /* of its documents; none: the customer's, else the company's */
    choice_t state;      /* enum mail_state */
    text_t attachments;  /* "document entity id", one a line; printed when it is sent */
    text_t about_entity; /* what it is about */
    int64_t about;
    site_ref site;    /* of what it is about */
    flag_t automatic; /* the program wrote it */
    int64_t tries;
    text_t last_error; /* in the mail server's words, or why it waits */
    instant_t queued_at, sent_at;
    text_t message_id; /* without the angle brackets; set when it has been sent */
};

extern const struct entity mail_message_entity;
extern const struct area mail_area;

/* A message as a program's own command writes it. */
struct mail_draft {
    text_t to, cc, subject, body, language;
    text_t document; /* name of a document to attach, or TEXT_NONE */
    const struct entity *about;
    int64_t record;
    site_ref site;
    bool automatic;
};
/* Puts a message into the outbox and tells mail_message.queued. Refuses addresses that are none.
 * out: storage for the record. */
MUST_USE enum err mail_queue(struct cx *cx, const struct mail_draft *draft,
                             struct mail_message *out);

/* Handover: an order has been placed; its customer gets a confirmation, where both have an address.
 */
MUST_USE enum err mail_confirm_order(struct cx *cx, const void *record, void *payload);

/* The job mail_send. */
bool mail_ready(struct house *h);
MUST_USE enum err mail_gather(struct cx *cx, const struct json *args, struct outward *o);
void mail_reach(struct outward *o);
MUST_USE enum err mail_settle(struct cx *cx, const struct json *args,
                              struct job_progress *progress);

#endif
