/* Files whole and in pieces, in the folder the test stands in. */
#include "os/file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static int entries_of(const char *folder)
{
    DIR *d = opendir(folder);
    int n = 0;

    assert_non_null(d);
    while (readdir(d)) {
        n++;
    }
    (void)closedir(d);
    return n - 2;
}

static void whole_files(void **state)
{
    struct arena a;
    struct stat st;
    text_t t;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_int_equal(folder_make("deep/er"), OK);
    assert_int_equal(folder_make("deep/er"), OK);
    assert_true(file_is_folder("deep"));
    assert_int_equal(stat("deep/er", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(file_write("deep/er/f", TEXT("one"), 0600), OK);
    assert_int_equal(file_write("deep/er/f", TEXT("other\0text"), 0640), OK);
    assert_int_equal(stat("deep/er/f", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_equal(entries_of("deep/er"), 1); /* no temporary left */
    assert_int_equal(file_read(&a, "deep/er/f", 10, &t), OK);
    assert_int_equal(t.n, 10);
    assert_memory_equal(t.s, "other\0text", 11);
    assert_int_equal(file_read(&a, "deep/er/f", 9, &t), ERR_RANGE);
    assert_int_equal(file_read(&a, "deep/er/g", 9, &t), ERR_NOT_FOUND);
    assert_int_equal(file_read(&a, "deep", 9, &t), ERR_IO);
    assert_int_equal(file_write("no/such/folder", TEXT("x"), 0600), ERR_NOT_FOUND);
    assert_int_equal(folder_make("deep/er/f"), ERR_EXISTS);
    assert_int_equal(folder_make("deep/er/f/g"), ERR_EXISTS);
    assert_int_equal(file_create("deep/er/f", 0600), ERR_EXISTS);
    assert_int_equal(file_create("deep/er/g", 0600), OK);
    assert_int_equal(file_read(&a, "deep/er/g", 9, &t), OK);
    assert_int_equal(t.n, 0);
    assert_true(file_exists("deep/er/g"));
    assert_int_equal(file_remove("deep/er/g"), OK);
    assert_int_equal(file_remove("deep/er/g"), ERR_NOT_FOUND);
    assert_false(file_exists("deep/er/g"));
    assert_true(file_room_bytes(".") > 0);
    assert_int_equal(file_room_bytes("no/such/place"), -1);
    arena_free(&a);
}

#define BYTES 300000

static char *content;

static int make_content(void **state)
{
    (void)state;
    content = malloc(BYTES);
    for (int i = 0; content && i < BYTES; i++) {
        content[i] = (char)(i * 7 + i / 1000);
    }
    return content ? 0 : -1;
}

static int free_content(void **state)
{
    (void)state;
    free(content);
    return 0;
}

/* Reads all in odd pieces and compares; returns how the reading ended. */
static enum err read_pieces(const char *path, size_t *total)
{
    struct file_in *f;
    char piece[777];
    int permille = 0;
    enum err e;

    *total = 0;
    assert_int_equal(file_in_open(path, &f), OK);
    for (;;) {
        size_t got;

        e = file_in_read(f, piece, sizeof piece, &got);
        if (e != OK || got == 0) {
            break;
        }
        assert_true(*total + got <= BYTES);
        assert_memory_equal(piece, content + *total, got);
        *total += got;
        assert_in_range(file_in_permille(f), permille, 1000);
        permille = file_in_permille(f);
    }
    if (e == OK) {
        assert_int_equal(file_in_permille(f), 1000);
    }
    file_in_close(f);
    return e;
}

static void write_gz(const char *path)
{
    gzFile gz = gzopen(path, "wb");

    assert_non_null(gz);
    assert_int_equal(gzwrite(gz, content, BYTES), BYTES);
    assert_int_equal(gzclose(gz), Z_OK);
}

static void files_in_pieces(void **state)
{
    struct file_in *f;
    struct stat st;
    size_t total;

    (void)state;
    assert_int_equal(file_write("plain", (text_t){ content, BYTES }, 0600), OK);
    assert_int_equal(read_pieces("plain", &total), OK);
    assert_int_equal(total, BYTES);
    write_gz("packed.gz");
    assert_int_equal(read_pieces("packed.gz", &total), OK);
    assert_int_equal(total, BYTES);
    /* cut short, and damaged */
    assert_int_equal(stat("packed.gz", &st), 0);
    assert_int_equal(truncate("packed.gz", st.st_size / 2), 0);
    assert_int_equal(read_pieces("packed.gz", &total), ERR_INVALID);
    assert_true(total < BYTES);
    assert_int_equal(file_write("empty", TEXT(""), 0600), OK);
    assert_int_equal(read_pieces("empty", &total), OK);
    assert_int_equal(total, 0);
    assert_int_equal(file_in_open("no such file", &f), ERR_NOT_FOUND);
    assert_int_equal(file_in_open(".", &f), ERR_IO);
    assert_null(f);
    file_in_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_files),
        cmocka_unit_test(files_in_pieces),
    };

    return cmocka_run_group_tests(tests, make_content, free_content);
}
