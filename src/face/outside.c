/* What is reached outside, and the handles to reach it with. */
#include "face/outside_own.h"

#include "os/clock.h"
#include "os/file.h"
#include "os/thread.h"

#include <stdio.h>
#include <stdlib.h>

static const struct outside nothing;

struct kept {
    struct outside outside;
};

static void *kept_new(void)
{
    return calloc(1, sizeof(struct kept));
}

static struct kept *kept_of(struct house *h)
{
    static const char key;
    return house_attached(h, &key, kept_new, free);
}

enum err outside_set(struct house *h, const struct outside *o)
{
    struct kept *k = kept_of(h);
    if (!k) {
        return ERR_NO_MEMORY;
    }
    k->outside = *o;
    return OK;
}

const struct outside *outside_of(struct house *h)
{
    const struct kept *k = kept_of(h);
    return k ? &k->outside : &nothing;
}

int64_t outside_ms(void)
{
    return clock_monotonic_us() / 1000;
}

/* -- the relay's address ----------------------------------------------------------------------- */

static char *url_part(CURLU *u, CURLUPart part, unsigned flags)
{
    char *s = NULL;
    return curl_url_get(u, part, &s, flags) == CURLUE_OK ? s : NULL;
}

static bool read_parts(CURLU *u, const char *rest, struct outside_relay *out)
{
    char host[1024];
    int n = snprintf(host, sizeof host, "%s://%s", out->tls ? "smtps" : "smtp", rest);
    if (n < 0 || (size_t)n >= sizeof host ||
        curl_url_set(u, CURLUPART_URL, host, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return false;
    }
    char *path = url_part(u, CURLUPART_PATH, 0), *query = url_part(u, CURLUPART_QUERY, 0);
    bool bare = (!path || strcmp(path, "/") == 0) && !query;
    curl_free(path);
    curl_free(query);
    out->user = url_part(u, CURLUPART_USER, CURLU_URLDECODE);
    out->password = url_part(u, CURLUPART_PASSWORD, CURLU_URLDECODE);
    if (!bare || curl_url_set(u, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
        curl_url_set(u, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK) {
        return false;
    }
    out->url = url_part(u, CURLUPART_URL, 0);
    return out->url != NULL;
}

bool outside_relay_read(const char *text, struct outside_relay *out)
{
    static const struct {
        const char *scheme;
        bool tls, starttls;
    } schemes[] = {
        { "smtp://", false, true },
        { "smtps://", true, false },
        { "smtp+plain://", false, false },
    };
    *out = (struct outside_relay){ 0 };
    for (size_t i = 0; i < N_ELEMENTS(schemes); i++) {
        size_t n = strlen(schemes[i].scheme);
        if (strncmp(text, schemes[i].scheme, n) == 0 && text[n]) {
            out->tls = schemes[i].tls;
            out->starttls = schemes[i].starttls;
            CURLU *u = curl_url();
            bool good = u && read_parts(u, text + n, out);
            curl_url_cleanup(u);
            return good;
        }
    }
    return false;
}

void outside_relay_free(struct outside_relay *r)
{
    curl_free(r->url);
    curl_free(r->user);
    curl_free(r->password);
    *r = (struct outside_relay){ 0 };
}

/* HOST:PORT[,HOST:PORT...], where an IPv6 address stands in brackets. */
static bool hosts_and_ports(const char *s)
{
    text_t rest = text_of(s);
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ',', &rest));
        size_t n = one.n;
        int64_t port;
        while (n > 0 && one.s[n - 1] != ':') {
            n--;
        }
        if (n < 2 || text_to_i64((text_t){ one.s + n, one.n - n }, &port) != OK || port < 1 ||
            port > 65535) {
            return false;
        }
    }
    return true;
}

bool outside_good(const struct outside *o, char why[static 256])
{
    why[0] = '\0';
    if (o->smtp) {
        struct outside_relay relay;
        bool good = outside_relay_read(o->smtp, &relay);
        outside_relay_free(&relay);
        if (!good) { /* what was given may hold a password: it is not repeated */
            (void)snprintf(why, 256,
                           "the mail server is given as smtp://user:password@host:587, smtps://... "
                           "or smtp+plain://...");
        }
    }
    if (!why[0] && o->push_allow && !hosts_and_ports(o->push_allow)) {
        (void)snprintf(why, 256, "push_allow is a host and a port, such as push.internal:8443");
    }
    if (!why[0] && o->webhook_allow && !hosts_and_ports(o->webhook_allow)) {
        (void)snprintf(
            why, 256,
            "webhook_allow is hosts and ports, such as shop.internal:8080,127.0.0.1:9000");
    }
    if (!why[0] && o->ca_file && !file_exists(o->ca_file)) {
        (void)snprintf(why, 256, "the file of certificates %.180s is not there", o->ca_file);
    }
    return !why[0];
}

/* -- handles ----------------------------------------------------------------------------------- */

static int watch(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    const struct outside_bounds *bounds = arg;
    return atomic_load(bounds->stop) || outside_ms() >= bounds->end_ms;
}

/* libcurl begins once, before any of its threads. */
static bool begun(void)
{
    static mutex_t lock = MUTEX_INIT;
    static bool done;
    mutex_lock(&lock);
    done = done || curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    bool ok = done;
    mutex_unlock(&lock);
    return ok;
}

CURL *outside_handle(const struct outside *o, const struct outside_bounds *bounds,
                     char error[static CURL_ERROR_SIZE])
{
    CURL *c = begun() ? curl_easy_init() : NULL;
    CURLcode r = c ? CURLE_OK : CURLE_FAILED_INIT;
    int64_t left = bounds->end_ms - outside_ms();
    error[0] = '\0';
    CURL_SET(r, c, CURLOPT_NOSIGNAL, 1L);
    CURL_SET(r, c, CURLOPT_ERRORBUFFER, error);
    CURL_SET(r, c, CURLOPT_CONNECTTIMEOUT_MS, OUTSIDE_CONNECT_MS);
    CURL_SET(r, c, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
    CURL_SET(r, c, CURLOPT_NOPROGRESS, 0L);
    CURL_SET(r, c, CURLOPT_XFERINFOFUNCTION, watch);
    CURL_SET(r, c, CURLOPT_XFERINFODATA, (void *)(uintptr_t)bounds);
    CURL_SET(r, c, CURLOPT_QUICK_EXIT,
             1L); /* a name that is still being looked up holds up nothing */
    CURL_SET(r, c, CURLOPT_FORBID_REUSE, 1L); /* closed while the bounds still hold */
    CURL_SET(r, c, CURLOPT_FOLLOWLOCATION, 0L);
    CURL_SET(r, c, CURLOPT_PROXY, "");
    CURL_SET(r, c, CURLOPT_SSL_VERIFYPEER, 1L);
    CURL_SET(r, c, CURLOPT_SSL_VERIFYHOST, 2L);
    CURL_SET(r, c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (o->ca_file) { /* the system's stay: they are found in its folder */
        CURL_SET(r, c, CURLOPT_CAINFO, o->ca_file);
    }
    if (r != CURLE_OK) {
        curl_easy_cleanup(c);
        return NULL;
    }
    return c;
}
