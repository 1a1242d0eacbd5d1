/* Reader of embedded message catalogues, and the choice of a language. */
#include "meta/locale.h"

const char *const languages[] = { "en", "es", "hi", "id" };
const size_t n_languages = N_ELEMENTS(languages);
/* In their own words: nobody looks for Hindi under "Hindi". */
static const char *const language_names[] = { "English", "Español", "हिन्दी", "Bahasa Indonesia" };

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

/* The string at entry i of a table, or TEXT_NONE when it does not lie inside the file with its NUL.
 * It may hold more NULs: those between forms. */
static text_t mo_entry(const unsigned char *mo, size_t n, uint32_t table, uint32_t i)
{
    size_t at = (size_t)table + (size_t)i * 8;
    if (at + 8 > n) {
        return TEXT_NONE;
    }
    size_t length = mo_u32(mo + at), offset = mo_u32(mo + at + 4);
    if (offset >= n || length >= n - offset || mo[offset + length] != 0) {
        return TEXT_NONE;
    }
    return (text_t){ (const char *)mo + offset, length };
}

/* The translation with all its forms. */
static text_t mo_forms(const unsigned char *mo, size_t n, const char *msgid)
{
    if (n < 28 || mo_u32(mo) != 0x950412deu) {
        return TEXT_NONE;
    }
    uint32_t low = 0, high = mo_u32(mo + 8);
    uint32_t originals = mo_u32(mo + 12), translations = mo_u32(mo + 16);
    while (low < high) { /* the originals are sorted: at most 32 steps */
        uint32_t middle = low + (high - low) / 2;
        text_t original = mo_entry(mo, n, originals, middle);
        if (!original.s) {
            return TEXT_NONE;
        }
        int c = strcmp(msgid, original.s); /* up to the NUL before a plural */
        if (c == 0) {
            return mo_entry(mo, n, translations, middle);
        }
        if (c < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return TEXT_NONE;
}

const char *mo_find(const unsigned char *mo, size_t n, const char *msgid)
{
    return mo_forms(mo, n, msgid).s;
}

/* The value of a line of the catalogue's header, which is the translation of "". */
static text_t mo_header(const unsigned char *mo, size_t n, const char *name)
{
    text_t rest = mo_forms(mo, n, "");
    size_t length = strlen(name);
    while (rest.s) {
        text_t line = text_split(rest, '\n', &rest);
        if (text_starts(line, name) && line.n > length && line.s[length] == ':') {
            return (text_t){ line.s + length + 1, line.n - length - 1 };
        }
    }
    return TEXT_NONE;
}

const char *mo_find_plural(const unsigned char *mo, size_t n, const char *msgid, uint64_t count)
{
    size_t form;
    text_t forms = mo_forms(mo, n, msgid);
    if (!forms.s || !plural_form(mo_header(mo, n, "Plural-Forms"), count, &form)) {
        return NULL;
    }
    for (; form > 0; form--) {
        size_t length = strlen(forms.s);
        if (length >= forms.n) {
            return NULL; /* fewer forms than the header says */
        }
        forms.s += length + 1;
        forms.n -= length + 1;
    }
    return forms.s;
}

/* The catalogue of a language; none for English. */
static const unsigned char *catalogue(const char *language, size_t *n)
{
    switch (language[0]) {
    case 'e':
        *n = language[1] == 's' ? locale_es_mo_size : 0;
        return locale_es_mo;
    case 'h':
        *n = locale_hi_mo_size;
        return locale_hi_mo;
    case 'i':
        *n = locale_id_mo_size;
        return locale_id_mo;
    default:
        *n = 0;
        return locale_es_mo;
    }
}

const char *locale_text(const char *language, const char *msgid)
{
    size_t n;
    if (!msgid || !*msgid) {
        return "";
    }
    const unsigned char *mo = catalogue(language, &n);
    const char *found = mo_find(mo, n, msgid);
    return found && *found ? found : locale_bare(msgid);
}

const char *locale_bare(const char *msgid)
{
    const char *end = msgid ? strchr(msgid, '\004') : NULL;
    return end ? end + 1 : msgid;
}

const char *locale_plural(const char *language, const char *one, const char *many, int64_t n)
{
    size_t size;
    uint64_t count = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    const unsigned char *mo = catalogue(language, &size);
    const char *found = mo_find_plural(mo, size, one, count);
    return found && *found ? found : count == 1 ? one : many;
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

text_t language_name(text_t code)
{
    for (size_t i = 0; i < n_languages; i++) {
        if (text_is(code, languages[i])) {
            return text_of(language_names[i]);
        }
    }
    return code;
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
