/* Unicode by ICU: normal form for what comes in, and a folded form for searching. */
#include "meta/kinds.h"
#include "meta/search.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static bool is_ascii(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        if ((unsigned char)t.s[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

bool text_misleads(uint32_t character)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        { 0xAD, 0xAD },     { 0x61C, 0x61C },     { 0x180E, 0x180E }, { 0x200B, 0x200B },
        { 0x200E, 0x200F }, { 0x2028, 0x202E },   { 0x2060, 0x206F }, { 0xFEFF, 0xFEFF },
        { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE007F },
    };
    for (size_t i = 0; i < N_ELEMENTS(ranges); i++) {
        if (character >= ranges[i].from && character <= ranges[i].to) {
            return true;
        }
    }
    return false;
}

/* UTF-8 to UTF-16 in the arena; NULL when it is not well-formed. */
static UChar *to_utf16(struct arena *a, text_t t, int32_t *n)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar *u = ARENA_ARRAY(a, t.n + 1, UChar);
    u_strFromUTF8(u, (int32_t)t.n + 1, n, t.s, (int32_t)t.n, &status);
    return U_SUCCESS(status) ? u : NULL;
}

static text_t to_utf8(struct arena *a, const UChar *u, int32_t n, text_t otherwise)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t bytes = 0;
    char *s = arena_alloc(a, (size_t)n * 3 + 1);
    u_strToUTF8(s, n * 3 + 1, &bytes, u, n, &status);
    return U_SUCCESS(status) ? (text_t){ s, (size_t)bytes } : otherwise;
}

text_t text_normal(struct arena *a, text_t t)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (t.n > 1000000 || is_ascii(t)) {
        return t;
    }
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    UChar *u = to_utf16(a, t, &n);
    if (U_FAILURE(status) || !u || (unorm2_isNormalized(nfc, u, n, &status) && U_SUCCESS(status))) {
        return t;
    }
    int32_t room = n * 3 + 16;
    UChar *out = ARENA_ARRAY(a, (size_t)room, UChar);
    int32_t m = unorm2_normalize(nfc, u, n, out, room, &status);
    return U_SUCCESS(status) ? to_utf8(a, out, m, t) : t;
}

/* Combining marks of European scripts go (é is found by e); vowel signs of Indic scripts are
 * letters and stay. */
static int32_t drop_accents(UChar *u, int32_t n)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < n; i++) {
        if (u[i] < 0x0300 || u[i] > 0x036F) {
            u[kept++] = u[i];
        }
    }
    return kept;
}

text_t search_fold(struct arena *a, text_t t)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = 0;
    if (is_ascii(t)) {
        char *s = arena_copy(a, t.s ? t.s : "", t.n);
        for (size_t i = 0; i < t.n; i++) {
            if (s[i] >= 'A' && s[i] <= 'Z') {
                s[i] = (char)(s[i] + 32);
            }
        }
        return (text_t){ s, t.n };
    }
    UChar *u = to_utf16(a, t, &n);
    if (!u) {
        return t;
    }
    int32_t room = n * 18 + 16; /* the longest compatibility decomposition has 18 units */
    UChar *folded = ARENA_ARRAY(a, (size_t)room, UChar),
          *parts = ARENA_ARRAY(a, (size_t)room, UChar);
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
    int32_t m = unorm2_normalize(nfkd, u, n, parts, room, &status);
    m = u_strFoldCase(folded, room, parts, m, U_FOLD_CASE_DEFAULT, &status);
    if (U_FAILURE(status)) {
        return t;
    }
    return to_utf8(a, folded, drop_accents(folded, m), t);
}
