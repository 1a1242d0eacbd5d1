/* Sending to a push service, and to whom it may not be sent. */
#include "face/outside_own.h"
#include "face/push_own.h"
#include "os/random.h"

/* -- addresses --------------------------------------------------------------------------------- */

static bool place_read(text_t endpoint, struct outside_place *out)
{
    if (!outside_place_read(endpoint, out)) {
        return false;
    }
    if (!out->tls || endpoint.n > PUSH_ADDRESS_MAX) {
        outside_place_free(out);
        return false;
    }
    return true;
}

bool push_address_ok(text_t endpoint)
{
    struct outside_place p;
    bool ok = place_read(endpoint, &p);
    outside_place_free(&p);
    return ok;
}

text_t push_origin(struct arena *a, text_t endpoint)
{
    struct outside_place p;
    if (!place_read(endpoint, &p)) {
        return TEXT_NONE;
    }
    bool usual = strcmp(p.port, "443") == 0;
    text_t origin = text_fmt(a, "https://%s%s%s", p.host, usual ? "" : ":", usual ? "" : p.port);
    outside_place_free(&p);
    return origin;
}

/* -- sending ----------------------------------------------------------------------------------- */

#define HEADERS_MAX 6

static size_t headers(const struct push_message *m, struct arena *a, text_t out[static HEADERS_MAX])
{
    text_t signature;
    size_t n = 0;
    if (push_authorization(m->house, m->to->endpoint, m->subject, m->now, a, &signature) != OK) {
        return 0;
    }
    out[n++] = text_fmt(a, "Authorization: %s", signature.s);
    out[n++] = TEXT("Content-Type: application/octet-stream");
    out[n++] = TEXT("Content-Encoding: aes128gcm");
    out[n++] = text_fmt(a, "TTL: %d", PUSH_SECONDS);
    out[n++] = TEXT("Urgency: normal");
    if (m->topic.s) {
        out[n++] = text_fmt(a, "Topic: %s", m->topic.s);
    }
    return n;
}

static enum push_end end_of(const struct outside_answer *got, struct arena *a, text_t *said)
{
    switch (got->end) {
    case OUTSIDE_STOPPED:
        return PUSH_STOPPED;
    case OUTSIDE_REFUSED:
        *said = TEXT("the push service's address is not a public one");
        return PUSH_REFUSED;
    case OUTSIDE_UNREACHED:
        *said = got->said;
        return PUSH_LATER;
    case OUTSIDE_ANSWERED:
        break;
    }
    if (got->status >= 200 && got->status <= 299) {
        return PUSH_SENT;
    }
    *said = text_fmt(a, "the push service answered %d", got->status);
    if (got->status == 404 || got->status == 410) {
        return PUSH_GONE;
    }
    return got->status == 429 || got->status >= 500 ? PUSH_LATER : PUSH_REFUSED;
}

enum push_end push_send(const struct outside *o, const struct push_message *m,
                        const atomic_bool *stop, int64_t timeout_ms, struct arena *a, text_t *said)
{
    unsigned char salt[PUSH_SALT];
    struct push_keys once;
    text_t lines[HEADERS_MAX], body;
    *said = TEXT_NONE;
    random_bytes(salt, sizeof salt);
    enum err e = push_keys_make(&once);
    e = e == OK ? push_encrypt(m->to, &once, salt, m->plain, a, &body) : e;
    if (e != OK) {
        *said = text_fmt(a, "the message cannot be encrypted (%s)", err_name(e));
        return e == ERR_NO_MEMORY ? PUSH_LATER : PUSH_REFUSED;
    }
    size_t n = headers(m, a, lines);
    struct outside_line *line = n ? outside_open(o, stop, outside_ms() + timeout_ms) : NULL;
    if (!line) {
        *said = text_of(err_name(ERR_NO_MEMORY));
        return PUSH_LATER;
    }
    const struct outside_post post = { .url = m->to->endpoint,
                                       .allow = o->push_allow,
                                       .headers = lines,
                                       .n_headers = n,
                                       .body = body,
                                       .timeout_ms = timeout_ms };
    struct outside_answer got = outside_post(line, &post, a);
    outside_close(line);
    return end_of(&got, a, said);
}
