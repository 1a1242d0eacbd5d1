/* One question over HTTP to an address that somebody gave: POST, bounded in every direction. */
#include "face/outside_own.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX ((size_t)64 * 1024)

struct outside_line {
    const struct outside *outside;
    struct outside_bounds bounds;
    CURL *curl;
    char error[CURL_ERROR_SIZE];
    bool allowed; /* a place of one's own: any address */
    bool refused; /* no address that may be reached */
    size_t taken; /* of the answer's body */
};

/* The address is looked at when the connection is made, so a name that changes its mind between two
 * questions gains nothing. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct outside_line *l = arg;
    (void)purpose;
    if (!l->allowed && !outside_public(&to->addr)) {
        l->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* What the other side says in its body is of no interest, and nobody waits for the end of it. */
static size_t forget(char *bytes, size_t size, size_t n, void *arg)
{
    struct outside_line *l = arg;
    (void)bytes;
    l->taken += size * n;
    return l->taken <= ANSWER_MAX ? size * n : CURL_WRITEFUNC_ERROR;
}

struct outside_line *outside_open(const struct outside *o, const atomic_bool *stop, int64_t end_ms)
{
    struct outside_line *l = calloc(1, sizeof *l);
    CURLcode r = CURLE_OK;
    if (!l) {
        return NULL;
    }
    l->outside = o;
    l->bounds = (struct outside_bounds){ stop, end_ms };
    l->curl = outside_handle(o, &l->bounds, l->error);
    if (!l->curl) {
        outside_close(l);
        return NULL;
    }
    CURL_SET(r, l->curl, CURLOPT_FORBID_REUSE, 0L); /* nobody waits at the end of one */
    CURL_SET(r, l->curl, CURLOPT_POST, 1L);
    CURL_SET(r, l->curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    CURL_SET(r, l->curl, CURLOPT_OPENSOCKETDATA, l);
    CURL_SET(r, l->curl, CURLOPT_WRITEFUNCTION, forget);
    CURL_SET(r, l->curl, CURLOPT_WRITEDATA, l);
    if (r != CURLE_OK) {
        outside_close(l);
        return NULL;
    }
    return l;
}

void outside_close(struct outside_line *l)
{
    if (l) {
        curl_easy_cleanup(l->curl);
        free(l);
    }
}

static struct curl_slist *list_of(const text_t *headers, size_t n)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; list && i < n; i++) {
        struct curl_slist *longer = curl_slist_append(list, headers[i].s);
        if (!longer) {
            curl_slist_free_all(list);
        }
        list = longer;
    }
    return list;
}

static CURLcode prepare(struct outside_line *l, const struct outside_post *p,
                        struct curl_slist *lines)
{
    struct outside_place place;
    CURLcode r = outside_place_read(p->url, &place) ? CURLE_OK : CURLE_URL_MALFORMAT;
    int64_t left = l->bounds.end_ms - outside_ms();
    left = left < p->timeout_ms ? left : p->timeout_ms;
    if (r == CURLE_OK) {
        l->allowed = outside_place_allowed(&place, p->allow);
        outside_place_free(&place);
    }
    CURL_SET(r, l->curl, CURLOPT_PROTOCOLS_STR, l->allowed ? "https,http" : "https");
    CURL_SET(r, l->curl, CURLOPT_URL, p->url.s);
    CURL_SET(r, l->curl, CURLOPT_POSTFIELDSIZE, (long)p->body.n);
    CURL_SET(r, l->curl, CURLOPT_POSTFIELDS, p->body.s);
    CURL_SET(r, l->curl, CURLOPT_HTTPHEADER, lines);
    CURL_SET(r, l->curl, CURLOPT_TIMEOUT_MS, left > 0 ? (long)left : 1L);
    return r;
}

static void end_of(const struct outside_line *l, CURLcode r, struct outside_answer *out)
{
    long status = 0;
    (void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &status);
    if (r == CURLE_ABORTED_BY_CALLBACK && atomic_load(l->bounds.stop)) {
        out->end = OUTSIDE_STOPPED;
    } else if (r == CURLE_OK || (r == CURLE_WRITE_ERROR && l->taken > ANSWER_MAX)) {
        out->end = OUTSIDE_ANSWERED; /* maybe by the second address of a name with two */
        out->status = (int)status;
    } else if (l->refused) {
        out->end = OUTSIDE_REFUSED;
    }
}

struct outside_answer outside_post(struct outside_line *l, const struct outside_post *p,
                                   struct arena *a)
{
    struct outside_answer out = { .end = OUTSIDE_UNREACHED };
    struct curl_slist *lines = list_of(p->headers, p->n_headers);
    l->refused = false;
    l->taken = 0;
    l->error[0] = '\0';
    CURLcode r = lines ? prepare(l, p, lines) : CURLE_OUT_OF_MEMORY;
    if (r == CURLE_OK) {
        r = curl_easy_perform(l->curl);
        end_of(l, r, &out);
    }
    if (out.end == OUTSIDE_UNREACHED) {
        out.said = text_fmt(a, "%s", l->error[0] ? l->error : curl_easy_strerror(r));
    }
    (void)curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(lines);
    return out;
}
