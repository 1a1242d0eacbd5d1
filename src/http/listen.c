/* The listening socket. It is made here and not by MHD, so that a failure has a reason that can be
 * told, port 0 is known at once, and "::" serves both families. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dup3 */
#endif
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define BACKLOG 4096

struct place {
    struct sockaddr_storage address;
    socklen_t length;
};

static bool place_of(const char *address, int port, struct place *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out->address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->address;
    *out = (struct place){ 0 };
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        out->length = sizeof *v4;
        return true;
    }
    if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        out->length = sizeof *v6;
        return true;
    }
    return false;
}

/* The step that failed, or NULL. errno tells why. */
static const char *prepare(int fd, const struct place *at)
{
    int on = 1;
    int off = 0;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
        return "SO_REUSEADDR";
    }
    if (at->address.ss_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0) {
        return "IPV6_V6ONLY";
    }
    if (bind(fd, (const struct sockaddr *)&at->address, at->length) != 0) {
        return "bind";
    }
    return listen(fd, BACKLOG) != 0 ? "listen" : NULL;
}

static int port_of(int fd)
{
    struct sockaddr_storage bound = { 0 };
    socklen_t n = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &n) != 0) {
        return 0;
    }
    return bound.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&bound)->sin6_port)
                                       : ntohs(((struct sockaddr_in *)&bound)->sin_port);
}

enum err listen_open(const char *address, int port, int *fd, int *bound_port, char why[static 256])
{
    struct place at;
    if (port < 0 || port > 65535 || !place_of(address, port, &at)) {
        snprintf(why, 256, "%s port %d is not an address to listen on", address, port);
        return ERR_INVALID;
    }
    *fd = socket(at.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const char *failed = *fd < 0 ? "socket" : prepare(*fd, &at);
    if (failed) {
        snprintf(why, 256, "cannot listen on %s port %d: %s: %s", address, port, failed,
                 strerror(errno));
        if (*fd >= 0) {
            close(*fd);
        }
        *fd = -1;
        return ERR_IO;
    }
    *bound_port = port_of(*fd);
    return OK;
}

void listen_end(int fd)
{
    int nothing = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (nothing < 0 || dup3(nothing, fd, O_CLOEXEC) < 0) {
        /* Refuses too, but keeps MHD's threads awake. */
        shutdown(fd, SHUT_RDWR);
    }
    if (nothing >= 0) {
        close(nothing);
    }
}

void listen_abandon(int fd, int bound_port)
{
    if (fd >= 0 && port_of(fd) == bound_port) {
        close(fd);
    }
}

void listen_raise_file_limit(int n)
{
    const rlim_t others = 256; /* stores, logs, the program's own */
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return;
    }
    rlim_t wanted = (rlim_t)n + others;
    if (limit.rlim_cur >= wanted) {
        return;
    }
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
        log_warn("http", "the limit of open files is too low for %d connections", n);
    }
}
