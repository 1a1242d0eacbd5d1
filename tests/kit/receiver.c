/* See receiver.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/receiver.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void keep(struct MHD_Connection *link, const char *name, char *out, size_t room)
{
    const char *value = MHD_lookup_connection_value(link, MHD_HEADER_KIND, name);
    (void)snprintf(out, room, "%s", value ? value : "");
}

static void wait_ms(int ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    nanosleep(&t, NULL);
}

static enum MHD_Result answer(struct receiver *r, struct MHD_Connection *link)
{
    size_t n = atomic_load(&r->answers);
    void *body = calloc(1, n + 1);
    bool refuse = atomic_fetch_sub(&r->refuse, 1) > 0;
    struct MHD_Response *response = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
    if (!refuse) {
        atomic_store(&r->refuse, 0);
    }
    wait_ms(atomic_load(&r->hang_ms));
    (void)MHD_add_response_header(response, "Location", "http://127.0.0.1:9/elsewhere");
    enum MHD_Result sent = MHD_queue_response(
        link, refuse ? 500 : (unsigned)atomic_load(&r->status), response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result on_call(void *arg, struct MHD_Connection *link, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *n, void **state)
{
    struct receiver *r = arg;
    struct received *one = *state;
    (void)method, (void)version;
    if (!one) {
        *state = one = calloc(1, sizeof *one);
        keep(link, "webhook-id", one->id, sizeof one->id);
        keep(link, "webhook-timestamp", one->at, sizeof one->at);
        keep(link, "webhook-signature", one->signature, sizeof one->signature);
        keep(link, "content-type", one->type, sizeof one->type);
        (void)snprintf(one->path, sizeof one->path, "%s", url);
        return MHD_YES;
    }
    if (*n) {
        size_t take = *n < RECEIVER_BODY - 1 - one->n ? *n : RECEIVER_BODY - 1 - one->n;
        memcpy(one->body + one->n, bytes, take);
        one->n += take;
        *n = 0;
        return MHD_YES;
    }
    size_t at = atomic_fetch_add(&r->n, 1);
    if (at < RECEIVER_KEEPS) {
        r->all[at] = *one;
    }
    return answer(r, link);
}

static void on_end(void *arg, struct MHD_Connection *link, void **state,
                   enum MHD_RequestTerminationCode code)
{
    (void)arg, (void)link, (void)code;
    free(*state);
    *state = NULL;
}

static enum MHD_Result on_link(void *arg, const struct sockaddr *address, socklen_t n)
{
    (void)address, (void)n;
    atomic_fetch_add(&((struct receiver *)arg)->n_links, 1);
    return MHD_YES;
}

void receiver_start(struct receiver *r)
{
    struct sockaddr_in here = { .sin_family = AF_INET,
                                .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
    atomic_store(&r->status, 204);
    r->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0,
                                 on_link, r, on_call, r, MHD_OPTION_SOCK_ADDR, &here,
                                 MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END);
    assert_non_null(r->daemon);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(r->daemon, MHD_DAEMON_INFO_BIND_PORT);
    assert_non_null(info);
    r->port = info->port;
    (void)snprintf(r->place, sizeof r->place, "127.0.0.1:%d", r->port);
    (void)snprintf(r->url, sizeof r->url, "http://127.0.0.1:%d", r->port);
}

void receiver_stop(struct receiver *r)
{
    MHD_stop_daemon(r->daemon);
}
