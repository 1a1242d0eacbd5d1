/* The clients of a benchmark: connections that are kept alive, driven by one thread with poll, each
 * sending a sale and waiting for its answer. One thread, so that the clients take as little as can
 * be of the processors that they share with the server. */
#include "app/bench.h"
#include "http/client.h"
#include "os/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 16384
#define WARM_UP_US 500000
#define TIMES_MAX  4000000

struct client {
    int fd;
    int64_t sent_us;
    size_t n; /* bytes of the answer so far */
    char answer[ANSWER_MAX];
};

struct load {
    const struct bench_house *house;
    struct client *clients;
    struct pollfd *polls;
    int n;
    uint64_t sale;
    int64_t began_us; /* of what is counted */
    int32_t *times;
    size_t n_times;
    char run[24]; /* part of the keys: no run repeats another's */
    struct bench_result *out;
};

static int connect_to(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        (void)close(fd);
        return -1;
    }
    if (fd >= 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return fd;
}

static bool send_sale(struct load *l, struct client *c)
{
    char body[500], request[1500];
    int n = bench_sale(l->house, l->sale, body, sizeof body);
    n = snprintf(request, sizeof request,
                 "POST /api/v1/sales_orders/checkout HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                 "Bearer %s\r\n"
                 "Content-Type: application/json\r\nIdempotency-Key: %s-%08llu\r\nContent-Length: "
                 "%d\r\n\r\n%s",
                 l->house->key, l->run, (unsigned long long)l->sale, n, body);
    l->sale++;
    c->n = 0;
    c->sent_us = clock_monotonic_us();
    return send(c->fd, request, (size_t)n, MSG_NOSIGNAL) == n;
}

/* The length of the answer when it is complete, else 0. */
static size_t complete(const struct client *c)
{
    const char *body = strstr(c->answer, "\r\n\r\n"),
               *length = strstr(c->answer, "Content-Length: ");
    if (!body || !length || length > body) {
        return 0;
    }
    size_t total = (size_t)(body + 4 - c->answer) + strtoul(length + 16, NULL, 10);
    return c->n >= total ? total : 0;
}

static void count(struct load *l, const struct client *c)
{
    int64_t now = clock_monotonic_us();
    if (strncmp(c->answer, "HTTP/1.1 201", 12) != 0) {
        const char *body = strstr(c->answer, "\r\n\r\n");
        l->out->refused++;
        (void)snprintf(l->out->problem, sizeof l->out->problem, "%.12s %.280s", c->answer,
                       body ? body + 4 : "");
    } else if (c->sent_us >= l->began_us && l->n_times < TIMES_MAX) {
        l->times[l->n_times++] = (int32_t)(now - c->sent_us);
    }
}

/* Reads what is there; true to go on. */
static bool receive(struct load *l, struct client *c, bool more)
{
    ssize_t n = recv(c->fd, c->answer + c->n, ANSWER_MAX - 1 - c->n, MSG_DONTWAIT);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    c->n += (size_t)n;
    c->answer[c->n] = '\0';
    if (complete(c)) {
        count(l, c);
        if (!more) {
            c->n = 0;
            c->sent_us = 0; /* done */
            return true;
        }
        return send_sale(l, c);
    }
    return c->n < ANSWER_MAX - 1;
}

static int by_time(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static int64_t share(const struct load *l, int64_t per_mille)
{
    return l->n_times ? l->times[((int64_t)l->n_times - 1) * per_mille / 1000] : 0;
}

static int64_t own_cpu_us(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (int64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
           u.ru_stime.tv_usec;
}

/* One look at all connections. false: one broke. */
static bool turn(struct load *l, bool more)
{
    if (poll(l->polls, (nfds_t)l->n, 1000) < 0) {
        return errno == EINTR;
    }
    for (int i = 0; i < l->n; i++) {
        if (l->polls[i].revents && !receive(l, &l->clients[i], more)) {
            return false;
        }
    }
    return true;
}

static bool busy(const struct load *l)
{
    for (int i = 0; i < l->n; i++) {
        if (l->clients[i].sent_us) {
            return true;
        }
    }
    return false;
}

static int drive(struct load *l, const struct bench_server *s, int seconds)
{
    int64_t cpu = 0, server_cpu = 0, end = 0, warm = clock_monotonic_us() + WARM_UP_US;
    l->began_us = INT64_MAX;
    for (int64_t now = 0; !end || now < end;) {
        if (!turn(l, true)) {
            return cli_fail("a connection broke: %s", l->out->problem);
        }
        now = clock_monotonic_us();
        if (!end && now >= warm) {
            l->began_us = now;
            end = now + (int64_t)seconds * 1000000;
            cpu = own_cpu_us();
            server_cpu = bench_server_cpu_us(s);
        }
    }
    l->out->us = clock_monotonic_us() - l->began_us;
    l->out->sales = (int64_t)l->n_times;
    l->out->client_cpu_us = own_cpu_us() - cpu;
    l->out->server_cpu_us = bench_server_cpu_us(s) - server_cpu;
    l->out->server_rss = bench_server_rss(s);
    qsort(l->times, l->n_times, sizeof *l->times, by_time);
    l->out->p50_us = share(l, 500);
    l->out->p99_us = share(l, 990);
    l->out->p999_us = share(l, 999);
    l->out->max_us = share(l, 1000);
    for (int64_t until = clock_monotonic_us() + 5000000; busy(l) && clock_monotonic_us() < until;) {
        if (!turn(l, false)) {
            break;
        }
    }
    return CLI_OK;
}

int bench_sales(const struct bench_house *h, const struct bench_server *s, int clients, int seconds,
                struct bench_result *out)
{
    struct load l = { .house = h, .n = clients, .out = out };
    int status = CLI_OK;
    *out = (struct bench_result){ 0 };
    l.clients = calloc((size_t)clients, sizeof *l.clients);
    l.polls = calloc((size_t)clients, sizeof *l.polls);
    l.times = calloc(TIMES_MAX, sizeof *l.times);
    (void)snprintf(l.run, sizeof l.run, "%lld", (long long)clock_now().us);
    if (!l.clients || !l.polls || !l.times) {
        free(l.clients);
        free(l.polls);
        free(l.times);
        return cli_fail("no memory");
    }
    for (int i = 0; i < clients && status == CLI_OK; i++) {
        l.clients[i].fd = connect_to(s->port);
        l.polls[i] = (struct pollfd){ .fd = l.clients[i].fd, .events = POLLIN };
        if (l.clients[i].fd < 0 || !send_sale(&l, &l.clients[i])) {
            status = cli_fail("cannot connect");
        }
    }
    status = status ? status : drive(&l, s, seconds);
    for (int i = 0; i < clients; i++) {
        if (l.clients[i].fd > 0) {
            (void)close(l.clients[i].fd);
        }
    }
    free(l.clients);
    free(l.polls);
    free(l.times);
    return status;
}

int64_t bench_get(const struct bench_house *h, const struct bench_server *s, const char *target,
                  int times)
{
    struct http_client *client;
    int32_t took[64] = { 0 };
    char bearer[120];
    bool well = times > 0 && times <= 64 &&
                http_client_open("127.0.0.1", s->port, 120000, &client) == OK;
    if (!well) {
        return -1;
    }
    (void)snprintf(bearer, sizeof bearer, "Bearer %s", h->key);
    for (int i = 0; i < times && well; i++) {
        struct arena a;
        struct http_answer answer = { 0 };
        const struct http_header_line headers[] = { { "Authorization", text_of(bearer) } };
        arena_init(&a, (size_t)64 << 20);
        int64_t began = clock_monotonic_us();
        well = http_client_send(client, &a, "GET", target, headers, 1, TEXT_NONE, &answer) == OK &&
               answer.status == 200;
        took[i] = (int32_t)(clock_monotonic_us() - began);
        if (!well) {
            (void)cli_fail("%s: %d %.*s", target, answer.status,
                           (int)(answer.body.n < 300 ? answer.body.n : 300),
                           answer.body.s ? answer.body.s : "");
        }
        arena_free(&a);
    }
    http_client_close(client);
    qsort(took, (size_t)times, sizeof *took, by_time);
    return well ? took[times / 2] : -1;
}
