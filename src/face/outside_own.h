/* libcurl, as the files that reach outside use it. */
#ifndef KONTOR_FACE_OUTSIDE_OWN_H
#define KONTOR_FACE_OUTSIDE_OWN_H

#include "face/outside.h"

#include <curl/curl.h>
#include <sys/socket.h>

#define OUTSIDE_CONNECT_MS 10000L

/* The relay's address in parts. */
struct outside_relay {
    bool tls, starttls;
    char *url; /* smtp://host:port or smtps://host:port, without user and password */
    char *user, *password;
};
/* false for what is no relay's address. Free with outside_relay_free, also then. */
bool outside_relay_read(const char *text, struct outside_relay *out);
void outside_relay_free(struct outside_relay *r);

/* Until when one attempt may go on. */
struct outside_bounds {
    const atomic_bool *stop;
    int64_t end_ms; /* of outside_ms */
};
/* A handle with the bounds that hold for all: no signals, no redirections, no proxy, certificates
 * checked, cut off at *stop and at the end, within a second; also while the connection is closed,
 * where libcurl itself would wait for a mail server's goodbye. NULL without memory. bounds live as
 * long as the handle. */
CURL *outside_handle(const struct outside *o, const struct outside_bounds *bounds,
                     char error[static CURL_ERROR_SIZE]);

/* The host and port of an http or https address, parsed as the one who connects parses it. */
struct outside_place {
    char *host, *port; /* an IPv6 address in brackets */
    bool tls;
};
/* false for what is none: another scheme, a user in it, anything but printable ASCII, too long.
 * Free with outside_place_free, also then. */
bool outside_place_read(text_t url, struct outside_place *out);
void outside_place_free(struct outside_place *p);
/* Is it one of the places HOST:PORT[,HOST:PORT...] that are allowed beside the public ones? */
bool outside_place_allowed(const struct outside_place *p, const char *allow);

/* Is that an address of the public Internet? Not: loopback, private, link-local, shared, multicast,
 * documentation and the like (IANA's registries of special-purpose addresses), nor an IPv4 one of
 * these inside an IPv6 one. */
bool outside_public(const struct sockaddr *address);

/* The first setting that libcurl refuses stays in the result. */
#define CURL_SET(r, handle, option, value)                                                         \
    ((r) = (r) == CURLE_OK ? curl_easy_setopt((handle), (option), (value)) : (r))

#endif
