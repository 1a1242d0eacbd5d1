/* libcurl, as the files that reach outside use it. */
#ifndef KONTOR_FACE_OUTSIDE_OWN_H
#define KONTOR_FACE_OUTSIDE_OWN_H

#include "face/outside.h"

#include <curl/curl.h>
#include <stdatomic.h>

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

/* The first setting that libcurl refuses stays in the result. */
#define CURL_SET(r, handle, option, value)                                                         \
    ((r) = (r) == CURLE_OK ? curl_easy_setopt((handle), (option), (value)) : (r))

#endif
