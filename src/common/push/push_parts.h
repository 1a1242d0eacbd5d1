/* What the files of push messages share. */
#ifndef KONTOR_PUSH_PARTS_H
#define KONTOR_PUSH_PARTS_H

#include "common/push/push_area.h"
#include "face/push.h"

enum { PUSH_KEY, PUSH_SUBSCRIBE, PUSH_UNSUBSCRIBE, PUSH_COMMANDS };
extern const struct command push_commands[PUSH_COMMANDS];

extern const struct refusal push_not_a_person, push_endpoint_wrong, push_key_wrong;

/* The house's pair of keys, from the table `secret`. ERR_NOT_FOUND before the first was made. */
MUST_USE enum err push_house_keys(struct cx *cx, struct push_keys *out);
/* The same, made if it is not there: within a command. */
MUST_USE enum err push_house_keys_ensure(struct cx *cx, struct push_keys *out);

#endif
