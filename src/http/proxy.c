/* Who asked, behind proxies. Pure functions over bytes that strangers may have sent. */
#include "http/proxy.h"

#include <arpa/inet.h>
#include <strings.h>

/* Sixteen bytes in the order of the net; IPv4 mapped into IPv6, so that both compare alike. */
static bool read_address(text_t t, uint8_t out[static 16], bool *four)
{
    char z[PROXY_ADDRESS_MAX];
    struct in_addr v4;
    if (t.n == 0 || t.n >= sizeof z || memchr(t.s, '\0', t.n)) {
        return false;
    }
    memcpy(z, t.s, t.n);
    z[t.n] = '\0';
    *four = inet_pton(AF_INET, z, &v4) == 1;
    if (*four) {
        memset(out, 0, 10);
        out[10] = out[11] = 0xff;
        memcpy(out + 12, &v4, 4);
        return true;
    }
    return inet_pton(AF_INET6, z, out) == 1;
}

static bool same_network(const uint8_t a[static 16], const uint8_t b[static 16], int bits)
{
    size_t whole = (size_t)bits / 8;
    unsigned rest = (unsigned)bits % 8;
    return memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static bool read_network(text_t t, struct proxies *p)
{
    static const uint8_t zero[16];
    uint8_t host[16];
    text_t length;
    bool four;
    int64_t bits;
    text_t address = text_trim(text_split(t, '/', &length));
    if (p->n == PROXIES_MAX || !read_address(address, p->of[p->n].address, &four)) {
        return false;
    }
    bits = four ? 32 : 128;
    if (length.s &&
        (text_to_i64(text_trim(length), &bits) != OK || bits < 0 || bits > (four ? 32 : 128))) {
        return false;
    }
    bits += four ? 96 : 0;
    memcpy(host, p->of[p->n].address, 16);
    for (size_t i = 0; i < 16; i++) { /* what the network does not say */
        int64_t kept = bits - (int64_t)i * 8;
        host[i] &= (uint8_t)(kept >= 8 ? 0 : kept <= 0 ? 0xff : 0xff >> kept);
    }
    if (memcmp(host, zero, 16) != 0) {
        return false;
    }
    p->of[p->n++].bits = (int)bits;
    return true;
}

enum err proxies_parse(text_t list, struct proxies *out)
{
    *out = (struct proxies){ .n = 0 };
    list = text_trim(list);
    while (list.n > 0) {
        text_t one = text_trim(text_split(list, ',', &list));
        if (!read_network(one, out)) {
            return ERR_INVALID;
        }
    }
    return OK;
}

bool proxies_trust(const struct proxies *p, text_t address)
{
    uint8_t key[16];
    bool four;
    if (p->n == 0 || !read_address(address, key, &four)) {
        return false;
    }
    for (size_t i = 0; i < p->n; i++) {
        if (same_network(key, p->of[i].address, p->of[i].bits)) {
            return true;
        }
    }
    return false;
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80". */
static text_t without_port(text_t t)
{
    const char *colon = t.n ? memchr(t.s, ':', t.n) : NULL;
    if (t.n && t.s[0] == '[') {
        const char *end = memchr(t.s, ']', t.n);
        return end ? (text_t){ t.s + 1, (size_t)(end - t.s) - 1 } : TEXT_NONE;
    }
    if (colon && !memchr(colon + 1, ':', t.n - (size_t)(colon + 1 - t.s))) {
        return (text_t){ t.s, (size_t)(colon - t.s) };
    }
    return t;
}

/* The last of a list, which is shortened by it. */
static text_t take_last(text_t *list)
{
    size_t at = list->n;
    while (at > 0 && list->s[at - 1] != ',') {
        at--;
    }
    text_t last = text_trim((text_t){ list->s + at, list->n - at });
    list->n = at > 0 ? at - 1 : 0;
    return last;
}

static text_t printed(const uint8_t address[static 16], char out[static PROXY_ADDRESS_MAX])
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    const bool four = memcmp(address, mapped, sizeof mapped) == 0;
    const char *done = four ? inet_ntop(AF_INET, address + 12, out, PROXY_ADDRESS_MAX)
                            : inet_ntop(AF_INET6, address, out, PROXY_ADDRESS_MAX);
    return done ? text_of(out) : TEXT_NONE;
}

bool proxies_client(const struct proxies *p, text_t forwarded_for, text_t *address,
                    char out[static PROXY_ADDRESS_MAX])
{
    while (forwarded_for.n > 0 && proxies_trust(p, *address)) {
        uint8_t key[16];
        bool four;
        if (!read_address(without_port(take_last(&forwarded_for)), key, &four)) {
            return false;
        }
        *address = printed(key, out);
    }
    return proxies_trust(p, *address);
}

bool proxy_says_https(text_t forwarded_proto)
{
    text_t last = forwarded_proto.n ? take_last(&forwarded_proto) : TEXT_NONE;
    return last.n == 5 && strncasecmp(last.s, "https", 5) == 0;
}
