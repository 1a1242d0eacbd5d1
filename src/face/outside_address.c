/* Addresses that strangers or administrators give: what they name, and whether a connection to it
 * may be made at all. */
#include "face/outside_own.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

/* -- public or not ----------------------------------------------------------------------------- */

struct range {
    const char *net;
    int bits;
};

static bool within(const unsigned char *address, const unsigned char *net, int bits)
{
    int whole = bits / 8, rest = bits % 8;
    int mask = 0xff00 >> rest & 0xff;
    return memcmp(address, net, (size_t)whole) == 0 &&
           (rest == 0 || (address[whole] & mask) == (net[whole] & mask));
}

static bool in_ranges(int family, const unsigned char *address, const struct range *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char net[16];
        if (inet_pton(family, r[i].net, net) == 1 && within(address, net, r[i].bits)) {
            return true;
        }
    }
    return false;
}

static bool public_four(const unsigned char *address)
{
    static const struct range special[] = {
        { "0.0.0.0", 8 },      { "10.0.0.0", 8 },     { "100.64.0.0", 10 }, { "127.0.0.0", 8 },
        { "169.254.0.0", 16 }, { "172.16.0.0", 12 },  { "192.0.0.0", 24 },  { "192.0.2.0", 24 },
        { "192.88.99.0", 24 }, { "192.168.0.0", 16 }, { "198.18.0.0", 15 }, { "198.51.100.0", 24 },
        { "203.0.113.0", 24 }, { "224.0.0.0", 4 },    { "240.0.0.0", 4 },
    };
    return !in_ranges(AF_INET, address, special, N_ELEMENTS(special));
}

static bool public_six(const unsigned char *address)
{
    static const struct range special[] = {
        { "2001::", 23 },
        { "2001:db8::", 32 },
        { "2002::", 16 },
        { "3fff::", 20 },
    };
    static const struct range unicast[] = { { "2000::", 3 } };
    static const struct range mapped[] = { { "::ffff:0:0", 96 }, { "64:ff9b::", 96 } };
    if (in_ranges(AF_INET6, address, mapped, N_ELEMENTS(mapped))) {
        return public_four(address + 12);
    }
    return in_ranges(AF_INET6, address, unicast, 1) &&
           !in_ranges(AF_INET6, address, special, N_ELEMENTS(special));
}

bool outside_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof four);
        return public_four((const unsigned char *)&four.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, address, sizeof six);
        return public_six((const unsigned char *)&six.sin6_addr);
    }
    return false;
}

/* -- addresses --------------------------------------------------------------------------------- */

static const char *const schemes[] = { "https://", "http://" };

/* How many characters of it are a scheme that is spoken; 0: none. */
static size_t scheme_of(text_t url)
{
    for (size_t i = 0; i < N_ELEMENTS(schemes) && url.s; i++) {
        if (strncasecmp(url.s, schemes[i], strlen(schemes[i])) == 0) {
            return strlen(schemes[i]);
        }
    }
    return 0;
}

static bool is_printable(text_t url)
{
    for (size_t i = 0; i < url.n; i++) {
        if (url.s[i] <= ' ' || url.s[i] > '~') {
            return false;
        }
    }
    return true;
}

void outside_place_free(struct outside_place *p)
{
    curl_free(p->host);
    curl_free(p->port);
    *p = (struct outside_place){ 0 };
}

bool outside_place_read(text_t url, struct outside_place *out)
{
    char *user = NULL;
    size_t scheme = scheme_of(url);
    *out = (struct outside_place){ .tls = scheme == strlen(schemes[0]) };
    if (!scheme || url.n > OUTSIDE_ADDRESS_MAX || !is_printable(url) || url.s[scheme] == '/') {
        return false;
    }
    CURLU *u = curl_url();
    bool ok = u && curl_url_set(u, CURLUPART_URL, url.s, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &out->host, 0) == CURLUE_OK && out->host[0] &&
              curl_url_get(u, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
    curl_free(user);
    curl_url_cleanup(u);
    if (!ok) {
        outside_place_free(out);
    }
    return ok;
}

bool outside_place_allowed(const struct outside_place *p, const char *allow)
{
    size_t n = strlen(p->host);
    text_t one, rest = allow ? text_of(allow) : TEXT_NONE;
    while (rest.s) {
        one = text_trim(text_split(rest, ',', &rest));
        if (one.n > n + 1 && strncasecmp(one.s, p->host, n) == 0 && one.s[n] == ':' &&
            text_is((text_t){ one.s + n + 1, one.n - n - 1 }, p->port)) {
            return true;
        }
    }
    return false;
}

/* An address in numbers that is not a public one; a name is only known when it is asked for. */
static bool is_private_number(const char *host)
{
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    char bare[INET6_ADDRSTRLEN];
    size_t n = strlen(host);
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1) {
        return !outside_public((const struct sockaddr *)&four);
    }
    if (n < 3 || n - 2 >= sizeof bare || host[0] != '[' || host[n - 1] != ']') {
        return false;
    }
    memcpy(bare, host + 1, n - 2);
    bare[n - 2] = '\0';
    return inet_pton(AF_INET6, bare, &six.sin6_addr) == 1 &&
           !outside_public((const struct sockaddr *)&six);
}

enum outside_address outside_address(text_t url, const char *allow)
{
    struct outside_place p;
    if (!outside_place_read(url, &p)) {
        return OUTSIDE_NO_ADDRESS;
    }
    bool allowed = outside_place_allowed(&p, allow);
    bool private = is_private_number(p.host);
    bool tls = p.tls;
    outside_place_free(&p);
    return allowed   ? OUTSIDE_ADDRESS_GOOD
           : !tls    ? OUTSIDE_NO_TLS
           : private ? OUTSIDE_PRIVATE
                     : OUTSIDE_ADDRESS_GOOD;
}
