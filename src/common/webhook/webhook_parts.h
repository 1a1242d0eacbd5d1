/* What the files of webhooks share. */
#ifndef KONTOR_WEBHOOK_PARTS_H
#define KONTOR_WEBHOOK_PARTS_H

#include "common/webhook/webhook.h"

enum {
    WEBHOOK_CREATE,
    WEBHOOK_ROTATE,
    WEBHOOK_TEST,
    WEBHOOK_TURN_ON,
    WEBHOOK_TURN_OFF,
    WEBHOOK_RESEND,
    WEBHOOK_COMMANDS
};
extern const struct command webhook_commands[WEBHOOK_COMMANDS];

extern const struct refusal webhook_address_wrong, webhook_address_plain, webhook_address_private,
    webhook_events_wrong;

/* Is the name among the patterns? */
bool webhook_listens(text_t patterns, text_t event);

#endif
