/* One step through UTF-8 (RFC 3629), shared by the text checks and the JSON reader. */
#ifndef KONTOR_UTF8_H
#define KONTOR_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Length of the well-formed sequence at p with `left` bytes (1..4), 0 when there is none: a stray
 * or missing continuation byte, an overlong form, a surrogate, or beyond U+10FFFF. */
static inline size_t utf8_step(const unsigned char *p, size_t left)
{
    if (left == 0) {
        return 0;
    }
    unsigned char c = p[0];
    if (c < 0x80) {
        return 1;
    }
    if (c < 0xC2 || c > 0xF4) {
        return 0;
    }
    size_t n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (left < n || (p[1] & 0xC0) != 0x80) {
        return 0;
    }
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) ||
        (c == 0xF4 && p[1] > 0x8F)) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return n;
}

/* The character at p, where a well-formed sequence begins, and its length. */
static inline uint32_t utf8_next(const char *p, size_t *n)
{
    unsigned char c = (unsigned char)p[0];
    *n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    uint32_t character = *n == 1 ? c : c & (0x7Fu >> *n);
    for (size_t k = 1; k < *n; k++) {
        character = character << 6 | ((unsigned char)p[k] & 0x3F);
    }
    return character;
}

#endif
