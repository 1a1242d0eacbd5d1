/* Files: whole and in pieces. Writing is by temporary neighbour, fsync, rename and fsync of the
 * folder, so that a reader (or a power cut) meets the old or the new content. */
#include "os/file.h"

#include "os/random.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <zlib.h>

static enum err err_of_errno(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case ENOSPC:
    case EDQUOT:
        return ERR_DISK_FULL;
    case ENOMEM:
        return ERR_NO_MEMORY;
    default:
        return ERR_IO;
    }
}

static enum err read_all(int fd, char *p, size_t room, size_t *got)
{
    *got = 0;
    while (*got < room) {
        ssize_t k = read(fd, p + *got, room - *got);

        if (k < 0 && errno == EINTR) {
            continue;
        }
        if (k < 0) {
            return err_of_errno();
        }
        if (k == 0) {
            break;
        }
        *got += (size_t)k;
    }
    return OK;
}

enum err file_read(struct arena *a, const char *path, size_t max, text_t *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    enum err e;

    *out = TEXT_NONE;
    if (fd < 0) {
        return err_of_errno();
    }
    if (fstat(fd, &st) != 0) {
        e = err_of_errno();
    } else if (!S_ISREG(st.st_mode)) {
        e = ERR_IO;
    } else if ((uint64_t)st.st_size > max) {
        e = ERR_RANGE;
    } else {
        size_t n = (size_t)st.st_size, got = 0;
        char *p = arena_alloc(a, n + 1);

        e = a->failed ? ERR_NO_MEMORY : read_all(fd, p, n, &got);
        if (e == OK) {
            p[got] = '\0';
            *out = (text_t){ p, got };
        }
    }
    (void)close(fd);
    return e;
}

static enum err write_all(int fd, text_t content)
{
    for (size_t done = 0; done < content.n;) {
        ssize_t k = write(fd, content.s + done, content.n - done);

        if (k < 0 && errno == EINTR) {
            continue;
        }
        if (k < 0) {
            return err_of_errno();
        }
        done += (size_t)k;
    }
    return fsync(fd) == 0 ? OK : err_of_errno();
}

/* A rename is durable once the folder is. */
static enum err sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    enum err e;

    if (n >= sizeof folder) {
        return ERR_RANGE;
    }
    memcpy(folder, path, n);
    folder[n] = '\0';
    int fd = open(slash ? (n ? folder : "/") : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return err_of_errno();
    }
    e = fsync(fd) == 0 || errno == EINVAL ? OK : err_of_errno();
    (void)close(fd);
    return e;
}

enum err file_write(const char *path, text_t content, int mode)
{
    char part[PATH_MAX];
    uint32_t r;
    enum err e;

    random_bytes(&r, sizeof r);
    int n = snprintf(part, sizeof part, "%s.%08x.part", path, (unsigned)r);
    if (n < 0 || (size_t)n >= sizeof part) {
        return ERR_RANGE;
    }
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        return err_of_errno();
    }
    e = write_all(fd, content);
    if (close(fd) != 0 && e == OK) {
        e = err_of_errno();
    }
    if (e == OK && rename(part, path) != 0) {
        e = err_of_errno();
    }
    if (e != OK) {
        (void)unlink(part);
        return e;
    }
    return sync_folder_of(path);
}

enum err file_create(const char *path, int mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);

    if (fd < 0) {
        return err_of_errno();
    }
    return close(fd) == 0 ? OK : err_of_errno();
}

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum err make_one(const char *path)
{
    if (mkdir(path, 0700) == 0) {
        return OK;
    }
    if (errno == EEXIST) {
        return file_is_folder(path) ? OK : ERR_EXISTS;
    }
    return err_of_errno();
}

enum err folder_make(const char *path)
{
    char part[PATH_MAX];
    size_t n = strlen(path);

    if (n == 0 || n >= sizeof part) {
        return ERR_RANGE;
    }
    memcpy(part, path, n + 1);
    for (size_t i = 1; i < n; i++) {
        if (part[i] == '/') {
            part[i] = '\0';
            TRY(make_one(part));
            part[i] = '/';
        }
    }
    return make_one(part);
}

enum err file_remove(const char *path)
{
    return unlink(path) == 0 ? OK : err_of_errno();
}

int64_t file_room_bytes(const char *path)
{
    struct statvfs v;

    if (statvfs(path, &v) != 0) {
        return -1;
    }
    return (int64_t)v.f_bavail * (int64_t)v.f_frsize;
}

/* -- in pieces ------------------------------------------------------------------------------- */

struct file_in {
    gzFile gz; /* reads plain files as they are */
    int64_t size;
};

enum err file_in_open(const char *path, struct file_in **out)
{
    struct file_in *f;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    *out = NULL;
    if (fd < 0) {
        return err_of_errno();
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(fd);
        return ERR_IO;
    }
    f = malloc(sizeof *f);
    if (!f) {
        (void)close(fd);
        return ERR_NO_MEMORY;
    }
    *f = (struct file_in){ .gz = gzdopen(fd, "rb"), .size = st.st_size };
    if (!f->gz) {
        (void)close(fd);
        free(f);
        return ERR_NO_MEMORY;
    }
    *out = f;
    return OK;
}

enum err file_in_read(void *file_in, char *buf, size_t room, size_t *got)
{
    struct file_in *f = file_in;
    int code = Z_OK;
    int k = gzread(f->gz, buf, room > INT_MAX ? INT_MAX : (unsigned)room);

    *got = k > 0 ? (size_t)k : 0;
    if (k > 0) {
        return OK;
    }
    /* A gzip file that ends in its middle shows itself only by this code at the end. */
    (void)gzerror(f->gz, &code);
    switch (code) {
    case Z_OK:
    case Z_STREAM_END:
        return k < 0 ? ERR_IO : OK;
    case Z_MEM_ERROR:
        return ERR_NO_MEMORY;
    case Z_ERRNO:
        return ERR_IO;
    default:
        return ERR_INVALID;
    }
}

void file_in_close(struct file_in *f)
{
    if (f) {
        (void)gzclose_r(f->gz);
        free(f);
    }
}

int file_in_permille(const struct file_in *f)
{
    z_off_t at = gzoffset(f->gz);

    if (f->size <= 0 || at < 0) {
        return 1000;
    }
    return at >= f->size ? 1000 : (int)(at * 1000 / f->size);
}
