/* See server.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"
#include "kit/server.h"
#include "os/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 30000

static int free_port(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
                getsockname(fd, (struct sockaddr *)&a, &n) == 0);
    (void)close(fd);
    return ntohs(a.sin_port);
}

/* -- processes ------------------------------------------------------------------------------- */

static const char *program(void)
{
    const char *path = getenv("KONTOR");
    assert_non_null(path); /* CTest and script/test say where it is */
    return path;
}

/* In the child: runs argv with its output at the end of the file, and ends with the test. */
static _Noreturn void become(const char *const argv[], int in, int out, int ends_with)
{
    (void)prctl(PR_SET_PDEATHSIG, ends_with);
    (void)dup2(in, 0);
    (void)dup2(out, 1);
    (void)dup2(out, 2);
    if (!argv[0]) {
        _exit(127);
    }
    (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

static pid_t spawn(const char *const argv[], const char *output, int64_t file_bytes_max)
{
    const struct rlimit bytes = { (rlim_t)file_bytes_max, RLIM_INFINITY };
    int out = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(out >= 0 && in >= 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (file_bytes_max) {
            (void)setrlimit(RLIMIT_FSIZE, &bytes);
        }
        become(argv, in, out, SIGKILL);
    }
    (void)close(out);
    (void)close(in);
    assert_true(pid > 0);
    return pid;
}

/* The exit status; 128 and the signal when one ended it. */
static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *whole_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    long n = ftell(f);
    char *text = malloc((size_t)n + 1);
    assert_true(n >= 0 && text);
    rewind(f);
    text[fread(text, 1, (size_t)n, f)] = '\0';
    (void)fclose(f);
    return text;
}

/* -- the server ------------------------------------------------------------------------------ */

static bool ready(const struct server *s)
{
    struct http_client *c;
    struct http_answer a = { 0 };
    struct arena arena;
    arena_init(&arena, (size_t)1 << 20);
    assert_int_equal(http_client_open("127.0.0.1", s->port, 1000, &c), OK);
    enum err e = http_client_send(c, &arena, "GET", "/readyz", NULL, 0, TEXT_NONE, &a);
    int status = a.status;
    http_client_close(c);
    arena_free(&arena);
    return e == OK && status == 200;
}

void server_start(struct server *s, const char *url)
{
    char listen[40];
    if (s->port == 0) {
        s->port = free_port();
        (void)snprintf(s->log, sizeof s->log, "server-%d.log", s->port);
    }
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", s->port);
    const char *const argv[] = { program(), "serve", "--db", url, "--listen",
                                 listen,    "--log", "json", NULL };
    s->pid = spawn(argv, s->log, s->file_bytes_max);
    int64_t until_us = clock_monotonic_us() + READY_MS * INT64_C(1000);
    while (!ready(s)) {
        if (!server_runs(s) || clock_monotonic_us() > until_us) {
            char *log = server_log(s);
            fail_msg("the server is not ready:\n%s", log);
        }
        clock_sleep_us(5000);
    }
}

bool server_runs(struct server *s)
{
    if (s->pid && waitpid(s->pid, NULL, WNOHANG) == s->pid) {
        s->pid = 0;
    }
    return s->pid != 0;
}

void server_kill(struct server *s)
{
    assert_true(s->pid > 0 && kill(s->pid, SIGKILL) == 0);
    (void)wait_for(s->pid);
    s->pid = 0;
}

int server_stop(struct server *s)
{
    assert_true(s->pid > 0 && kill(s->pid, SIGTERM) == 0);
    int status = wait_for(s->pid);
    s->pid = 0;
    return status;
}

long server_memory_kib(const struct server *s)
{
    char path[40], line[200];
    long kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)s->pid);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    (void)fclose(f);
    return kib;
}

char *server_log(const struct server *s)
{
    return whole_file(s->log);
}

int kontor_verify(const char *url)
{
    static const char said[] = "verify.log";
    const char *const argv[] = { program(), "verify", "--db", url, NULL };
    (void)unlink(said);
    int status = wait_for(spawn(argv, said, 0));
    if (status != 0) {
        char *text = whole_file(said);
        (void)fprintf(stderr, "kontor verify --db %s: %d\n%s\n", url, status, text);
        free(text);
    }
    return status;
}

/* -- a cluster ------------------------------------------------------------------------------- */

/* PostgreSQL refuses to run as root: then nobody does it. */
static pid_t spawn_as_owner(const char *const argv[])
{
    static const char said[] = "postgres.log";
    const struct passwd *owner = geteuid() == 0 ? getpwnam("nobody") : NULL;
    int out = open(said, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(out >= 0 && in >= 0 && (geteuid() != 0 || owner));
    pid_t pid = fork();
    if (pid == 0) {
        if (chdir("/") != 0 || (owner && (setgroups(0, NULL) != 0 || setgid(owner->pw_gid) != 0 ||
                                          setuid(owner->pw_uid) != 0))) {
            _exit(126);
        }
        become(argv, in, out, SIGQUIT);
    }
    (void)close(out);
    (void)close(in);
    assert_true(pid > 0);
    return pid;
}

static void find_bin(struct cluster *c)
{
    glob_t found;
    assert_int_equal(glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found), 0);
    const char *last = found.gl_pathv[found.gl_pathc - 1];
    (void)snprintf(c->bin, sizeof c->bin, "%.*s", (int)(strlen(last) - strlen("/initdb")), last);
    globfree(&found);
}

static void postmaster_start(struct cluster *c)
{
    char program_path[300], data[100], port[16];
    int64_t until_us = clock_monotonic_us() + READY_MS * INT64_C(1000);
    (void)snprintf(program_path, sizeof program_path, "%s/postgres", c->bin);
    (void)snprintf(data, sizeof data, "%s/data", c->folder);
    (void)snprintf(port, sizeof port, "%d", c->port);
    const char *const argv[] = { program_path,
                                 "-D",
                                 data,
                                 "-p",
                                 port,
                                 "-k",
                                 c->folder,
                                 "-c",
                                 "listen_addresses=127.0.0.1",
                                 "-c",
                                 "max_connections=50",
                                 NULL };
    c->pid = spawn_as_owner(argv);
    while (PQping(c->url) != PQPING_OK) {
        assert_true(clock_monotonic_us() < until_us);
        clock_sleep_us(10000);
    }
}

void cluster_start(struct cluster *c)
{
    char initdb[300], data[100];
    find_bin(c);
    (void)snprintf(c->folder, sizeof c->folder, "/tmp/kontor-cluster.XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    if (geteuid() == 0) {
        const struct passwd *owner = getpwnam("nobody");
        assert_true(owner && chown(c->folder, owner->pw_uid, owner->pw_gid) == 0);
    }
    c->port = free_port();
    (void)snprintf(c->url, sizeof c->url, "postgresql://app@127.0.0.1:%d/postgres", c->port);
    (void)snprintf(initdb, sizeof initdb, "%s/initdb", c->bin);
    (void)snprintf(data, sizeof data, "%s/data", c->folder);
    const char *const argv[] = { initdb,
                                 "-D",
                                 data,
                                 "-U",
                                 "app",
                                 "-A",
                                 "trust",
                                 "-E",
                                 "UTF8",
                                 "--locale-provider=icu",
                                 "--icu-locale=und",
                                 "--locale=C.UTF-8",
                                 "--no-sync",
                                 NULL };
    assert_int_equal(wait_for(spawn_as_owner(argv)), 0);
    postmaster_start(c);
}

static void postmaster_end(struct cluster *c)
{
    assert_true(c->pid > 0 && kill(c->pid, SIGQUIT) == 0);
    (void)wait_for(c->pid);
    c->pid = 0;
}

void cluster_crash(struct cluster *c)
{
    postmaster_end(c);
    postmaster_start(c);
}

void cluster_stop(struct cluster *c)
{
    postmaster_end(c);
    const char *const argv[] = { "rm", "-rf", c->folder, NULL };
    (void)wait_for(spawn(argv, "postgres.log", 0));
}
