/* Sending to a push service, and to whom it may not be sent. */
#include "face/outside_own.h"
#include "face/push_own.h"
#include "os/random.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <unistd.h>

/* -- addresses --------------------------------------------------------------------------------- */

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

bool push_public(const struct sockaddr *address)
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

/* The host and port of an address, parsed as the one who connects parses it. */
struct place {
    char *host, *port;
};

static void place_free(struct place *p)
{
    curl_free(p->host);
    curl_free(p->port);
}

static bool place_read(text_t endpoint, struct place *out)
{
    char *user = NULL;
    CURLU *u = curl_url();
    *out = (struct place){ 0 };
    bool ok = u && endpoint.s && strncasecmp(endpoint.s, "https://", 8) == 0 &&
              endpoint.s[8] != '/' && curl_url_set(u, CURLUPART_URL, endpoint.s, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &out->host, 0) == CURLUE_OK && out->host[0] &&
              curl_url_get(u, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
    curl_free(user);
    curl_url_cleanup(u);
    if (!ok) {
        place_free(out);
        *out = (struct place){ 0 };
    }
    return ok;
}

bool push_address_ok(text_t endpoint)
{
    struct place p;
    if (endpoint.n > PUSH_ADDRESS_MAX) {
        return false;
    }
    for (size_t i = 0; i < endpoint.n; i++) {
        if (endpoint.s[i] <= ' ' || endpoint.s[i] > '~') {
            return false;
        }
    }
    bool ok = place_read(endpoint, &p);
    if (ok) {
        place_free(&p);
    }
    return ok;
}

text_t push_origin(struct arena *a, text_t endpoint)
{
    struct place p;
    if (!place_read(endpoint, &p)) {
        return TEXT_NONE;
    }
    bool usual = strcmp(p.port, "443") == 0;
    text_t origin = text_fmt(a, "https://%s%s%s", p.host, usual ? "" : ":", usual ? "" : p.port);
    place_free(&p);
    return origin;
}

bool push_allowed(text_t endpoint, const char *allow)
{
    struct place p;
    if (!allow || !place_read(endpoint, &p)) {
        return false;
    }
    size_t n = strlen(p.host);
    bool same = strncasecmp(allow, p.host, n) == 0 && allow[n] == ':' &&
                strcmp(allow + n + 1, p.port) == 0;
    place_free(&p);
    return same;
}

/* -- sending ----------------------------------------------------------------------------------- */

struct sending {
    bool allowed; /* a service of one's own: any address */
    bool refused; /* no address that may be reached */
};

/* The address is looked at when the connection is made, so a name that changes its mind between two
 * questions gains nothing. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct sending *s = arg;
    (void)purpose;
    if (!s->allowed && !push_public(&to->addr)) {
        s->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* What the service says in its body is of no interest. */
static size_t forget(char *bytes, size_t size, size_t n, void *arg)
{
    (void)bytes, (void)arg;
    return size * n;
}

static bool add(struct curl_slist **list, text_t line)
{
    struct curl_slist *longer = curl_slist_append(*list, line.s);
    if (longer) {
        *list = longer;
    }
    return longer != NULL;
}

static struct curl_slist *headers(const struct push_message *m, struct arena *a)
{
    struct curl_slist *list = NULL;
    text_t signature;
    bool ok = push_authorization(m->house, m->to->endpoint, m->subject, m->now, a, &signature) ==
                  OK &&
              add(&list, text_fmt(a, "Authorization: %s", signature.s)) &&
              add(&list, TEXT("Content-Type: application/octet-stream")) &&
              add(&list, TEXT("Content-Encoding: aes128gcm")) &&
              add(&list, text_fmt(a, "TTL: %d", PUSH_SECONDS)) &&
              add(&list, TEXT("Urgency: normal")) && add(&list, TEXT("Expect:")) &&
              (!m->topic.s || add(&list, text_fmt(a, "Topic: %s", m->topic.s)));
    if (!ok) {
        curl_slist_free_all(list);
        return NULL;
    }
    return list;
}

static CURLcode prepare(CURL *c, const struct push_message *m, text_t body,
                        struct curl_slist *lines, struct sending *s)
{
    CURLcode r = CURLE_OK;
    CURL_SET(r, c, CURLOPT_PROTOCOLS_STR, "https");
    CURL_SET(r, c, CURLOPT_URL, m->to->endpoint.s);
    CURL_SET(r, c, CURLOPT_POST, 1L);
    CURL_SET(r, c, CURLOPT_POSTFIELDSIZE, (long)body.n);
    CURL_SET(r, c, CURLOPT_POSTFIELDS, body.s);
    CURL_SET(r, c, CURLOPT_HTTPHEADER, lines);
    CURL_SET(r, c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    CURL_SET(r, c, CURLOPT_OPENSOCKETDATA, s);
    CURL_SET(r, c, CURLOPT_WRITEFUNCTION, forget);
    return r;
}

static enum push_end end_of(CURL *c, CURLcode r, const struct sending *s, const atomic_bool *stop,
                            const char *error, struct arena *a, text_t *said)
{
    long status = 0;
    if (r == CURLE_ABORTED_BY_CALLBACK && atomic_load(stop)) {
        return PUSH_STOPPED;
    }
    if (s->refused) {
        *said = TEXT("the push service's address is not a public one");
        return PUSH_REFUSED;
    }
    if (r != CURLE_OK) {
        *said = text_fmt(a, "%s", error[0] ? error : curl_easy_strerror(r));
        return PUSH_LATER;
    }
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status <= 299) {
        return PUSH_SENT;
    }
    *said = text_fmt(a, "the push service answered %ld", status);
    if (status == 404 || status == 410) {
        return PUSH_GONE;
    }
    return status == 429 || status >= 500 ? PUSH_LATER : PUSH_REFUSED;
}

enum push_end push_send(const struct outside *o, const struct push_message *m,
                        const atomic_bool *stop, int64_t timeout_ms, struct arena *a, text_t *said)
{
    char error[CURL_ERROR_SIZE];
    const struct outside_bounds bounds = { stop, outside_ms() + timeout_ms };
    unsigned char salt[PUSH_SALT];
    struct push_keys once;
    text_t body;
    struct sending s = { .allowed = push_allowed(m->to->endpoint, o->push_allow) };
    *said = TEXT_NONE;
    random_bytes(salt, sizeof salt);
    enum err e = push_keys_make(&once);
    e = e == OK ? push_encrypt(m->to, &once, salt, m->plain, a, &body) : e;
    if (e != OK) {
        *said = text_fmt(a, "the message cannot be encrypted (%s)", err_name(e));
        return e == ERR_NO_MEMORY ? PUSH_LATER : PUSH_REFUSED;
    }
    enum push_end end = PUSH_LATER;
    struct curl_slist *lines = headers(m, a);
    CURL *c = lines ? outside_handle(o, &bounds, error) : NULL;
    CURLcode r = c ? prepare(c, m, body, lines, &s) : CURLE_OUT_OF_MEMORY;
    if (c && r == CURLE_OK) {
        end = end_of(c, curl_easy_perform(c), &s, stop, error, a, said);
    } else {
        *said = text_of(curl_easy_strerror(r));
    }
    curl_easy_cleanup(c);
    curl_slist_free_all(lines);
    return end;
}
