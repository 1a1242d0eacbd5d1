/* Copying a SQLite file while it is in use. */
#include "db/copy.h"

#include "db/driver.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_BYTES_MAX ((size_t)4096)
#define BUSY_MS        15000

static enum err vacuum_into(const char *from, const char *to, char why[static 256])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_busy_timeout(db, BUSY_MS);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &st, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_bind_text(st, 1, to, -1, SQLITE_STATIC);
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
    }
    if (rc != SQLITE_DONE) {
        why_set(why, "%.200s", db ? sqlite3_errmsg(db) : "out of memory");
    }
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    return rc == SQLITE_DONE    ? OK
           : rc == SQLITE_FULL  ? ERR_DISK_FULL
           : rc == SQLITE_NOMEM ? ERR_NO_MEMORY
                                : ERR_STORE;
}

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

/* On the disk under its final name, which nobody else has taken meanwhile. */
static enum err put_in_place(const char *part, const char *to)
{
    char folder[PATH_BYTES_MAX];
    (void)snprintf(folder, sizeof folder, "%s", to);
    if (!sync_path(part, O_RDWR) || link(part, to) != 0) {
        return errno == EEXIST ? ERR_EXISTS : ERR_IO;
    }
    (void)unlink(part);
    return sync_path(dirname(folder), O_RDONLY | O_DIRECTORY) ? OK : ERR_IO;
}

enum err db_copy_file(const char *from, const char *to, char why[static 256])
{
    char part[PATH_BYTES_MAX];
    int n = snprintf(part, sizeof part, "%s.part", to);
    why[0] = '\0';
    if (n < 0 || (size_t)n >= sizeof part) {
        why_set(why, "the name is too long");
        return ERR_RANGE;
    }
    if (file_exists(to)) {
        why_set(why, "there is a file of that name already");
        return ERR_EXISTS;
    }
    (void)unlink(part); /* of a copy that was broken off */
    int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) {
        why_set(why, "the file cannot be made");
        return ERR_IO;
    }
    (void)close(fd);
    enum err e = vacuum_into(from, part, why);
    if (e == OK) {
        e = put_in_place(part, to);
        if (e != OK) {
            why_set(why, "the copy cannot be put in its place (%s)", err_name(e));
        }
    }
    if (e != OK) {
        (void)unlink(part);
    }
    return e;
}
