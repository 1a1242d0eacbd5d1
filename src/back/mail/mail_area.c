/* The area `mail`: the outbox.
 *
 * Permissions: mail.read, mail.send. */
#include "back/mail/mail_parts.h"
#include "face/page.h"

const struct refusal mail_too_many_recipients = {
    .code = "mail_too_many_recipients",
    .status = 422,
    .title = N_("Too many recipients"),
    .detail = N_("A message goes to at most {1} addresses."),
};
const struct refusal mail_document_unknown = {
    .code = "mail_document_unknown",
    .status = 422,
    .title = N_("Unknown document"),
    .detail = N_("There is no document {1} of such a record."),
};
const struct refusal mail_no_sender = {
    .code = "mail_no_sender",
    .status = 409,
    .title = N_("No sender address"),
    .detail = N_("Your company has no address that mail comes from. Enter it in the company's "
                 "record first."),
};

static const struct entity *const entities[] = { &mail_message_entity };
static const struct refusal *const refusals[] = { &mail_too_many_recipients, &mail_document_unknown,
                                                  &mail_no_sender };
static const char *const depends[] = { "company", "party", "site", "order", NULL };

static const struct area_face face = { .group = GROUP_BACK, .icon = "mail" };

const struct area mail_area = {
    .name = "mail",
    .label = N_("Mail"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .commands = mail_commands,
    .n_commands = MAIL_COMMANDS,
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .face = &face,
};
