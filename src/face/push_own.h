/* What the files of Web Push share. */
#ifndef KONTOR_FACE_PUSH_OWN_H
#define KONTOR_FACE_PUSH_OWN_H

#include "base/json.h"
#include "face/push.h"

#include <sys/socket.h>

/* Is that an address of the public Internet? Not: loopback, private, link-local, shared, multicast,
 * documentation and the like (IANA's registries of special-purpose addresses), nor an IPv4 one of
 * these inside an IPv6 one. */
bool push_public(const struct sockaddr *address);
/* Does the address name exactly the host and port that are allowed beside the public ones? */
bool push_allowed(text_t endpoint, const char *allow);

#endif
