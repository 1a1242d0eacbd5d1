/* Message catalogues: whatever the bytes of one, nothing outside it is read, what is found ends
 * inside it, and a plural form is one of those that its header has. The first byte is the number of
 * things; without the magic number the rest is read as a Plural-Forms header. */
#include "meta/locale.h"

#include <stdlib.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_found(const unsigned char *mo, size_t n, const char *found)
{
    if (found) {
        const unsigned char *at = (const unsigned char *)found;
        CHECK(at >= mo && at < mo + n);
        CHECK(memchr(at, 0, (size_t)(mo + n - at)) != NULL);
    }
}

static void check_header(text_t header, uint64_t count)
{
    size_t form = 99, again = 99;
    if (plural_form(header, count, &form)) {
        CHECK(form < 8);
        CHECK(plural_form(header, count, &again) && again == form);
    }
    (void)plural_form(header, UINT64_MAX - count, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const asked[] = { "", "a", "b", "{1} file", "zzz" };
    if (size < 1) {
        return 0;
    }
    uint64_t count = data[0];
    size_t n = size - 1;
    unsigned char *mo = malloc(n ? n : 1); /* exactly as long, so that the sanitizer sees its end */
    CHECK(mo);
    memcpy(mo, data + 1, n);
    check_header((text_t){ (const char *)mo, n }, count);
    for (size_t i = 0; i < N_ELEMENTS(asked); i++) {
        const char *plain = mo_find(mo, n, asked[i]);
        const char *plural = mo_find_plural(mo, n, asked[i], count);
        check_found(mo, n, plain);
        check_found(mo, n, plural);
        CHECK(plain || !plural);
    }
    free(mo);
    return 0;
}
