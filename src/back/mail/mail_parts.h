/* What the files of mail share. */
#ifndef KONTOR_MAIL_PARTS_H
#define KONTOR_MAIL_PARTS_H

#include "back/mail/mail.h"

extern const struct refusal mail_too_many_recipients, mail_document_unknown, mail_no_sender;

enum { MAIL_SEND, MAIL_RETRY, MAIL_CANCEL, MAIL_COMMANDS };
extern const struct command mail_commands[MAIL_COMMANDS];

/* The addresses of a list separated by commas, at most MAIL_RECIPIENTS_MAX; each may be anything.
 * Returns how many there are, also beyond that. */
size_t mail_addresses(struct arena *a, text_t list, text_t out[static MAIL_RECIPIENTS_MAX]);

/* "no mail server is configured: ...": as the outbox says it. */
extern const char mail_no_server[];

#endif
