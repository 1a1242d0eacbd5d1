/* Stories from files: see story_file.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/story_file.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

#define STORY_BYTES_MAX ((size_t)256 * 1024)

void story_file(const char *path)
{
    char full[1024];
    const char *root = getenv("KONTOR_ROOT");
    snprintf(full, sizeof full, "%s/%s", root ? root : ".", path);
    FILE *f = fopen(full, "rb");
    if (!f) {
        fail_msg("cannot open %s (is KONTOR_ROOT set?)", full);
        return;
    }
    char *text = malloc(STORY_BYTES_MAX);
    assert_non_null(text);
    size_t n = fread(text, 1, STORY_BYTES_MAX, f);
    fclose(f);
    assert_true(n > 0 && n < STORY_BYTES_MAX);
    text[n] = 0;
    story_on_both_stores(path, STORY_SETUP, text);
    free(text);
}
