/* Names of the result codes, and the end of a process whose invariants are broken. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const err_names[ERR_COUNT] = {
    [OK] = "ok",
    [ERR_REFUSED] = "refused",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_INVALID] = "invalid",
    [ERR_RANGE] = "range",
    [ERR_NO_MEMORY] = "no_memory",
    [ERR_CONFLICT] = "conflict",
    [ERR_EXISTS] = "exists",
    [ERR_STORE] = "store",
    [ERR_DISK_FULL] = "disk_full",
    [ERR_BUSY] = "busy",
    [ERR_TIMEOUT] = "timeout",
    [ERR_IO] = "io",
    [ERR_STOPPED] = "stopped",
};

const char *err_name(enum err e)
{
    const char *name = (unsigned)e < ERR_COUNT ? err_names[e] : NULL;
    return name ? name : "unknown";
}

_Noreturn void invariant_broken(const char *what, const char *file, int line)
{
    fprintf(stderr, "invariant broken: %s (%s:%d)\n", what, file, line);
    fflush(stderr);
    abort();
}
