/* Reader of embedded message catalogues, and the choice of a language. */
#include "meta/locale.h"

const char *const languages[] = { "en", "es", "hi", "id" };
const size_t n_languages = N_ELEMENTS(languages);

/* cmake/locale.cmake puts them into the library. */
extern const unsigned char locale_es_mo[];
extern const uint64_t locale_es_mo_size;
extern const unsigned char locale_hi_mo[];
extern const uint64_t locale_hi_mo_size;
extern const unsigned char locale_id_mo[];
extern const uint64_t locale_id_mo_size;

static uint32_t mo_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The string at entry i of a table, or NULL when it does not lie inside the file with its NUL. */
static const char *mo_entry(const unsigned char *mo, size_t n, uint32_t table, uint32_t i)
{
    size_t at = (size_t)table + (size_t)i * 8;
    if (at + 8 > n) {
        return NULL;
    }
    size_t length = mo_u32(mo + at), offset = mo_u32(mo + at + 4);
    if (offset >= n || length >= n - offset || mo[offset + length] != 0) {
        return NULL;
    }
    return (const char *)mo + offset;
}

const char *mo_find(const unsigned char *mo, size_t n, const char *msgid)
{
    if (n < 28 || mo_u32(mo) != 0x950412deu) {
        return NULL;
    }
    uint32_t low = 0, high = mo_u32(mo + 8);
    uint32_t originals = mo_u32(mo + 12), translations = mo_u32(mo + 16);
    while (low < high) { /* the originals are sorted: at most 32 steps */
        uint32_t middle = low + (high - low) / 2;
        const char *original = mo_entry(mo, n, originals, middle);
        if (!original) {
            return NULL;
        }
        int c = strcmp(msgid, original);
        if (c == 0) {
            return mo_entry(mo, n, translations, middle);
        }
        if (c < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

const char *locale_text(const char *language, const char *msgid)
{
    const char *found = NULL;
    if (!msgid || !*msgid) {
        return "";
    }
    if (language[0] == 'e' && language[1] == 's') {
        found = mo_find(locale_es_mo, locale_es_mo_size, msgid);
    } else if (language[0] == 'h') {
        found = mo_find(locale_hi_mo, locale_hi_mo_size, msgid);
    } else if (language[0] == 'i') {
        found = mo_find(locale_id_mo, locale_id_mo_size, msgid);
    }
    return found && *found ? found : msgid;
}

const char *language_known(text_t name)
{
    for (size_t i = 0; i < n_languages; i++) {
        if (text_is(name, languages[i])) {
            return languages[i];
        }
    }
    return NULL;
}

/* "0.8" in thousandths; 1000 when absent or unreadable. */
static int quality(text_t parameters)
{
    parameters = text_trim(parameters);
    if (!text_starts(parameters, "q=") || parameters.n < 3) {
        return 1000;
    }
    int q = parameters.s[2] == '1' ? 1000 : 0;
    int place = 100;
    for (size_t i = 4;
         i < parameters.n && place > 0 && parameters.s[i] >= '0' && parameters.s[i] <= '9'; i++) {
        q += (parameters.s[i] - '0') * place;
        place /= 10;
    }
    return q > 1000 ? 1000 : q;
}

const char *language_accept(text_t header)
{
    const char *best = "en";
    int best_quality = 0;
    text_t rest = header;
    for (int i = 0; i < 20 && rest.s; i++) {
        text_t item = text_split(rest, ',', &rest), parameters;
        text_t tag = text_trim(text_split(item, ';', &parameters));
        text_t primary = tag;
        for (size_t k = 0; k < tag.n; k++) {
            if (tag.s[k] == '-') {
                primary.n = k;
                break;
            }
        }
        int q = parameters.s ? quality(parameters) : 1000;
        const char *known = language_known(primary);
        if (known && q > best_quality) {
            best = known;
            best_quality = q;
        }
    }
    return best;
}
