/* The server of a benchmark: this very program, started as `kontor serve` on a free port of the
 * loopback. */
#include "app/bench.h"
#include "http/client.h"
#include "os/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MAX_US INT64_C(120000000)
#define TRY_EVERY_US 2000

static int free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;
    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, n) == 0 &&
        getsockname(fd, (struct sockaddr *)&at, &n) == 0) {
        port = ntohs(at.sin_port);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return port;
}

static _Noreturn void become_server(const char *url, const char *listen)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDOUT_FILENO);
    }
    (void)execl("/proc/self/exe", "kontor", "serve", "--db", url, "--listen", listen, "--log",
                "plain", (char *)NULL);
    _exit(127);
}

static bool answers(int port)
{
    struct http_client *client;
    struct http_answer answer = { 0 };
    struct arena a;
    bool well = false;
    arena_init(&a, (size_t)1 << 20);
    if (http_client_open("127.0.0.1", port, 5000, &client) == OK) {
        well = http_client_send(client, &a, "GET", "/healthz", NULL, 0, TEXT_NONE, &answer) == OK &&
               answer.status == 200;
        http_client_close(client);
    }
    arena_free(&a);
    return well;
}

int bench_server_start(const char *url, struct bench_server *out)
{
    char listen[40];
    int64_t began = clock_monotonic_us();
    out->port = free_port();
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", out->port);
    (void)fflush(stdout);
    out->pid = fork();
    if (out->pid == 0) {
        become_server(url, listen);
    }
    if (out->pid < 0 || out->port == 0) {
        return cli_fail("the server cannot be started");
    }
    while (!answers(out->port)) {
        int status;
        if (waitpid(out->pid, &status, WNOHANG) == out->pid ||
            clock_monotonic_us() - began > START_MAX_US) {
            return cli_fail("the server does not answer");
        }
        clock_sleep_us(TRY_EVERY_US);
    }
    out->start_us = clock_monotonic_us() - began;
    return CLI_OK;
}

void bench_server_stop(struct bench_server *s)
{
    int status;
    (void)kill(s->pid, SIGTERM);
    (void)waitpid(s->pid, &status, 0);
}

/* A small file of /proc/PID as text. */
static bool proc_text(pid_t pid, const char *name, char *out, size_t room)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(out, 1, room - 1, f) : 0;
    out[n] = '\0';
    if (f) {
        (void)fclose(f);
    }
    return n > 0;
}

int64_t bench_server_rss(const struct bench_server *s)
{
    char text[4096];
    const char *at = proc_text(s->pid, "status", text, sizeof text) ? strstr(text, "VmRSS:") : NULL;
    return at ? strtoll(at + 6, NULL, 10) : 0;
}

int64_t bench_server_cpu_us(const struct bench_server *s)
{
    char text[1024];
    char *at = proc_text(s->pid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
    int64_t ticks = 0;
    for (int field = 3; at && field <= 15; field++) { /* 14 and 15: user and system time */
        at = strchr(at + 1, ' ');
        ticks += at && field >= 14 ? strtoll(at, NULL, 10) : 0;
    }
    return ticks * (1000000 / sysconf(_SC_CLK_TCK));
}
