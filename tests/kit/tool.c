/* See tool.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)8 << 20)

text_t tool_output(struct arena *a, const char *const argv[])
{
    posix_spawn_file_actions_t actions;
    int ends[2], status = 0;
    pid_t pid;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO), 0);
    int e = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[1]);
    if (e != 0) {
        fail_msg("%s: %s", argv[0], strerror(e));
    }
    struct buf b;
    char piece[4096];
    ssize_t n;
    buf_init(&b, a, OUTPUT_MAX);
    while ((n = read(ends[0], piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)) {
        buf_add(&b, piece, n > 0 ? (size_t)n : 0);
    }
    (void)close(ends[0]);
    while (waitpid(pid, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    text_t output = buf_done(&b);
    if (status != 0) {
        fail_msg("%s ended with %d: %.*s", argv[0], status, (int)output.n,
                 output.s ? output.s : "");
    }
    return output;
}
