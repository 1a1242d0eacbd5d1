/* The write-ahead log in large pieces.
 *
 * SQLite writes each page of a commit with two calls: a head of 24 bytes and the page. A batch of
 * sales is hundreds of pages, so a sixth of the writer's time went into these calls. This layer
 * over the system's own file functions gathers writes that follow one another and hands them on as
 * one, at the latest when the log is synced. Only the log of a database goes through it.
 *
 * Why nobody can see the difference: other connections read a page of the log only when the index
 * in shared memory names it, and SQLite puts a commit there after xSync (synchronous = FULL), which
 * hands everything on first. The connection itself reads through xRead, which does so too. When the
 * system refuses a write, the bytes stay and are tried again by the next call that needs them on
 * disk; that call and every one like it fails until it works, as if the write had been made only
 * then. */
#include "db/sqlite_conn.h"

#include <stdlib.h>

#define GATHER_MAX ((size_t)1 << 20)
#define PIECE_MAX                                                                                  \
    ((size_t)1 << 16) /* SQLite's own function takes no more than 128 KiB less one byte */

struct log_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
    char *bytes;        /* GATHER_MAX, from the first write on; NULL: nothing is gathered */
    size_t n;
    sqlite3_int64 at; /* where bytes belong */
};

static struct log_file *log_of(sqlite3_file *f)
{
    return (struct log_file *)(void *)f;
}

static int hand_on(struct log_file *f)
{
    int rc = SQLITE_OK;

    for (size_t done = 0; done < f->n && rc == SQLITE_OK;) {
        size_t n = f->n - done < PIECE_MAX ? f->n - done : PIECE_MAX;

        rc = f->real->pMethods->xWrite(f->real, f->bytes + done, (int)n,
                                       f->at + (sqlite3_int64)done);
        done += n;
    }
    f->n = rc == SQLITE_OK ? 0 : f->n;
    return rc;
}

static int log_close(sqlite3_file *file)
{
    struct log_file *f = log_of(file);
    int rc = hand_on(f), closed = f->real->pMethods->xClose(f->real);

    free(f->bytes);
    f->bytes = NULL;
    return rc == SQLITE_OK ? closed : rc;
}

static int log_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
    struct log_file *f = log_of(file);
    int rc = hand_on(f);

    return rc == SQLITE_OK ? f->real->pMethods->xRead(f->real, out, n, at) : rc;
}

static int log_write(sqlite3_file *file, const void *in, int n, sqlite3_int64 at)
{
    struct log_file *f = log_of(file);
    size_t size = (size_t)n;

    if (f->n > 0 && (at != f->at + (sqlite3_int64)f->n || f->n + size > GATHER_MAX)) {
        int rc = hand_on(f);

        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    if (!f->bytes) {
        f->bytes = malloc(GATHER_MAX);
    }
    if (!f->bytes || size > PIECE_MAX) {
        return f->real->pMethods->xWrite(f->real, in, n, at);
    }
    if (f->n == 0) {
        f->at = at;
    }
    memcpy(f->bytes + f->n, in, size);
    f->n += size;
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *f = log_of(file);
    int rc = hand_on(f);

    return rc == SQLITE_OK ? f->real->pMethods->xTruncate(f->real, size) : rc;
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *f = log_of(file);
    int rc = hand_on(f);

    return rc == SQLITE_OK ? f->real->pMethods->xSync(f->real, flags) : rc;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *out)
{
    struct log_file *f = log_of(file);
    int rc = hand_on(f);

    return rc == SQLITE_OK ? f->real->pMethods->xFileSize(f->real, out) : rc;
}

static int log_lock(sqlite3_file *file, int level)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xLock(f->real, level);
}

static int log_unlock(sqlite3_file *file, int level)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xUnlock(f->real, level);
}

static int log_check_lock(sqlite3_file *file, int *out)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xCheckReservedLock(f->real, out);
}

static int log_control(sqlite3_file *file, int op, void *arg)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xFileControl(f->real, op, arg);
}

static int log_sector(sqlite3_file *file)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xSectorSize(f->real);
}

static int log_device(sqlite3_file *file)
{
    struct log_file *f = log_of(file);

    return f->real->pMethods->xDeviceCharacteristics(f->real);
}

/* Version 1: no shared memory and no mapping, which SQLite asks of the database's own file only. */
static const sqlite3_io_methods log_methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_lock,
    .xFileControl = log_control,
    .xSectorSize = log_sector,
    .xDeviceCharacteristics = log_device,
};

static sqlite3_vfs *below; /* the system's own */
static sqlite3_vfs layer;

static int open_below(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *out_flags)
{
    struct log_file *f = log_of(file);
    int rc;

    (void)vfs;
    if (!(flags & SQLITE_OPEN_WAL)) {
        return below->xOpen(below, name, file, flags, out_flags);
    }
    *f = (struct log_file){ .real = (sqlite3_file *)(void *)(f + 1) };
    rc = below->xOpen(below, name, f->real, flags, out_flags);
    if (rc == SQLITE_OK) {
        f->base.pMethods = &log_methods;
    } else if (f->real->pMethods) { /* SQLite closes what has methods, even after a failure */
        (void)f->real->pMethods->xClose(f->real);
    }
    return rc;
}

void sqlite_log_register(void)
{
    below = sqlite3_vfs_find(NULL);
    if (below) {
        layer = *below; /* all other functions are the system's, with its data */
        layer.pNext = NULL;
        layer.zName = SQLITE_LOG_VFS;
        layer.szOsFile = (int)sizeof(struct log_file) + below->szOsFile;
        layer.xOpen = open_below;
        (void)sqlite3_vfs_register(&layer, 0);
    }
}
