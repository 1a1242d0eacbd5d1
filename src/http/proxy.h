/* Reverse proxies that are believed when they say who asked and how: X-Forwarded-For and
 * X-Forwarded-Proto, from the addresses that were named and from no others.
 *
 * `Forwarded` (RFC 7239) is not read: a proxy writes one of the two and passes on what a client put
 * into the other. */
#ifndef KONTOR_HTTP_PROXY_H
#define KONTOR_HTTP_PROXY_H

#include "base/text.h"

#define PROXIES_MAX 32

struct proxies {
    struct {
        uint8_t address[16]; /* IPv4 mapped into IPv6 */
        int bits;
    } of[PROXIES_MAX];
    size_t n;
};

/* "127.0.0.1, 10.0.0.0/8, ::1": addresses and networks. ERR_INVALID for anything else, an address
 * with bits behind its network, and more than PROXIES_MAX. An empty list is nobody. */
MUST_USE enum err proxies_parse(text_t list, struct proxies *out);
bool proxies_trust(const struct proxies *p, text_t address);

/* One value of X-Forwarded-For, read from its end: goes on from *address, which is where the
 * request (or the part behind this value) came from, while that is trusted. *address becomes the
 * nearest that is not, without a port and as addresses are printed; it stays where what stands
 * before it is no address. Whether the line before this one is to be believed too: give the values
 * of several lines last line first. out: room for the address. */
#define PROXY_ADDRESS_MAX 46
MUST_USE bool proxies_client(const struct proxies *p, text_t forwarded_for, text_t *address,
                             char out[static PROXY_ADDRESS_MAX]);
/* Whether the nearest proxy says https: the last word of the value. */
bool proxy_says_https(text_t forwarded_proto);

#endif
