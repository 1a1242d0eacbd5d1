/* Files and folders. Paths are NUL-terminated. */
#ifndef KONTOR_FILE_H
#define KONTOR_FILE_H

#include "base/text.h"

/* The whole file, at most max bytes (ERR_RANGE when longer). ERR_NOT_FOUND, ERR_IO. */
MUST_USE enum err file_read(struct arena *a, const char *path, size_t max, text_t *out);
/* Writes to a temporary neighbour, syncs, renames: the file has the old or the new content, never a
 * part. */
MUST_USE enum err file_write(const char *path, text_t content, int mode);
/* Makes an empty file; ERR_EXISTS when there is one, which is left alone. */
MUST_USE enum err file_create(const char *path, int mode);
bool file_exists(const char *path);
bool file_is_folder(const char *path);
/* Makes the folder and its parents, mode 0700. OK when it is there already. */
MUST_USE enum err folder_make(const char *path);
MUST_USE enum err file_remove(const char *path);
/* Bytes free on the file system of the path, or -1. */
int64_t file_room_bytes(const char *path);

/* A file read in pieces; gunzips when the content is gzip. */
struct file_in;
MUST_USE enum err file_in_open(const char *path, struct file_in **out);
/* Fits csv_read_fn. */
enum err file_in_read(void *file_in, char *buf, size_t room, size_t *got);
void file_in_close(struct file_in *f);
/* Share of the (compressed) file read so far, 0..1000. */
int file_in_permille(const struct file_in *f);

#endif
