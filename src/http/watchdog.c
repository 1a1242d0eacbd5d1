/* The watchdog: a thread that measures total times, which MHD does not (its own limit is for
 * silence, so a client that sends a byte now and then holds a connection for ever). It closes by
 * shutdown(2), which wakes the I/O thread as if the client had gone. */
/* linux/tcp.h, not netinet/tcp.h: only the former knows tcpi_bytes_received. */
#include "http/server.h"

#include <linux/tcp.h>

#define TICK_MIN_US ((int64_t)10 * 1000)
#define TICK_MAX_US ((int64_t)250 * 1000)

static uint64_t bytes_received(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t n = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0 ||
        n < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(uint64_t)) {
        return 0;
    }
    return info.tcpi_bytes_received;
}

/* Between two requests a connection may be silent for long, but once it sends, its header has no
 * more time than any other. MHD tells us of a header only when its first line is complete, so look
 * at what the socket has received. The first request of a connection is timed from its start. */
static bool header_overdue(struct conn *c, uint64_t turn, int64_t now_us)
{
    if (turn == 0) {
        return false;
    }
    uint64_t bytes = bytes_received(c->fd);
    if (turn != c->seen_turn) {
        c->seen_turn = turn;
        c->seen_bytes = bytes;
        c->grown_us = 0;
    }
    if (bytes > c->seen_bytes && c->grown_us == 0) {
        c->grown_us = now_us;
    }
    return c->grown_us && now_us - c->grown_us > (int64_t)c->server->config.header_ms * 1000;
}

static void watch_conn(struct conn *c, int64_t now_us)
{
    uint64_t seen = atomic_load(&c->phase);
    enum phase phase = (enum phase)(seen & ((1u << PHASE_BITS) - 1));
    uint64_t turn = seen >> PHASE_BITS;
    if (phase == PHASE_WORK || phase == PHASE_CUT) {
        return;
    }
    bool begun = phase == PHASE_HEADER && header_overdue(c, turn, now_us);
    if (now_us <= atomic_load(&c->deadline_us) && !begun) {
        return;
    }
    if (!atomic_compare_exchange_strong(&c->phase, &seen, turn << PHASE_BITS | PHASE_CUT)) {
        return; /* it moved on just now */
    }
    if (phase == PHASE_HEADER && turn == 0) {
        begun = bytes_received(c->fd) > 0;
    }
    if (begun || phase == PHASE_BODY) {
        atomic_fetch_add(&c->server->refused, 1);
        if (!c->server->secure) {
            reply_refuse_raw(c->server, c->fd, 408);
        }
    }
    shutdown(c->fd, SHUT_RDWR);
}

static int64_t tick_us(const struct http_server *s)
{
    int least_ms = s->config.header_ms < s->config.body_ms ? s->config.header_ms
                                                           : s->config.body_ms;
    least_ms = least_ms < s->config.idle_ms ? least_ms : s->config.idle_ms;
    int64_t tick = (int64_t)least_ms * 1000 / 8;
    return tick < TICK_MIN_US ? TICK_MIN_US : tick > TICK_MAX_US ? TICK_MAX_US : tick;
}

void watchdog_round(struct http_server *s, int64_t now_us)
{
    mutex_lock(&s->table_lock);
    for (struct conn *c = s->conns; c; c = c->next) {
        watch_conn(c, now_us);
    }
    mutex_unlock(&s->table_lock);
    streams_watch(s, now_us);
}

static void watch(void *arg)
{
    struct http_server *s = arg;
    const int64_t tick = tick_us(s);
    mutex_lock(&s->stop_lock);
    while (!s->watchdog_ends) {
        (void)cond_wait_us(&s->stop_cond, &s->stop_lock, tick);
        mutex_unlock(&s->stop_lock);
        watchdog_round(s, clock_monotonic_us());
        mutex_lock(&s->stop_lock);
    }
    mutex_unlock(&s->stop_lock);
}

enum err watchdog_start(struct http_server *s)
{
    return thread_start(&s->watchdog, "http-watch", watch, s);
}

void watchdog_stop(struct http_server *s)
{
    mutex_lock(&s->stop_lock);
    s->watchdog_ends = true;
    cond_broadcast(&s->stop_cond);
    mutex_unlock(&s->stop_lock);
    thread_join(&s->watchdog);
}
