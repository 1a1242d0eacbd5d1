/* The search table and its upkeep. */
#include "meta/search.h"

#include "meta/store.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

static const struct col_def columns[] = {
    { .name = "company", .type = COL_INT, .not_null = true },
    { .name = "entity", .type = COL_TEXT, .not_null = true },
    { .name = "word", .type = COL_TEXT, .not_null = true },
    { .name = "record", .type = COL_INT, .not_null = true },
};
static const struct index_def indexes[] = { { .name = "search_word_record", .cols = "record" } };
const struct table_def search_table = {
    .name = "search_word",
    .primary_key = "company, entity, word, record",
    .cols = columns,
    .n_cols = N_ELEMENTS(columns),
    .indexes = indexes,
    .n_indexes = N_ELEMENTS(indexes),
    .clustered = true,
};

static bool is_word_char(UChar32 c)
{
    return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) || c == 0x200C || c == 0x200D;
}

static size_t add_word(struct arena *a, text_t *words, size_t n, size_t max, const char *s,
                       size_t length)
{
    if (length == 0 || n >= max) {
        return n;
    }
    while (length > SEARCH_WORD_BYTES_MAX ||
           (length > 0 && ((unsigned char)s[length] & 0xC0) == 0x80)) {
        length--; /* cut at a character */
    }
    for (size_t i = 0; i < n; i++) {
        if (words[i].n == length && memcmp(words[i].s, s, length) == 0) {
            return n;
        }
    }
    words[n] = (text_t){ arena_copy(a, s, length), length };
    return n + 1;
}

size_t search_words(struct arena *a, text_t t, text_t *words, size_t max)
{
    text_t f = search_fold(a, t);
    size_t n = 0, begin = 0;
    int32_t at = 0, length = (int32_t)(f.n < 1000000 ? f.n : 1000000);
    const uint8_t *bytes = (const uint8_t *)f.s;
    while (at < length) {
        int32_t before = at;
        UChar32 c;
        U8_NEXT(bytes, at, length, c);
        if (c < 0 || !is_word_char(c)) {
            n = add_word(a, words, n, max, f.s + begin, (size_t)before - begin);
            begin = (size_t)at;
        }
    }
    return add_word(a, words, n, max, f.s + begin, (size_t)length - begin);
}

bool search_indexed(const struct entity_info *info)
{
    for (size_t i = 0; i < info->n_fields; i++) {
        if ((info->fields[i].flags & F_SEARCH) && info->fields[i].offset != CUSTOM_FIELD) {
            return true;
        }
    }
    return false;
}

static size_t words_of(struct cx *cx, const struct entity_info *info, const void *record,
                       text_t *words)
{
    size_t n = 0;
    for (size_t i = 0; record && i < info->n_fields; i++) {
        const struct field *f = &info->fields[i];
        if ((f->flags & F_SEARCH) && f->kind->storage == STORE_TEXT && f->offset != CUSTOM_FIELD) {
            text_t found[SEARCH_WORDS_MAX];
            size_t m = search_words(cx->arena, *(const text_t *)((const char *)record + f->offset),
                                    found, N_ELEMENTS(found));
            for (size_t k = 0; k < m; k++) {
                n = add_word(cx->arena, words, n, SEARCH_WORDS_MAX, found[k].s, found[k].n);
            }
        }
    }
    return n;
}

static bool has_word(const text_t *words, size_t n, text_t word)
{
    for (size_t i = 0; i < n; i++) {
        if (text_eq(words[i], word)) {
            return true;
        }
    }
    return false;
}

#define WORDS_PER_INSERT 8

/* Writes words of a record, several a statement: places that are left over repeat the last word,
 * which is there already and does nothing. */
static enum err insert_words(struct cx *cx, const struct record *r, const char *entity,
                             const text_t *words, size_t n)
{
    static const char sql[] =
        "INSERT INTO search_word (company, entity, record, word) VALUES "
        "($1, $2, $3, $4), ($1, $2, $3, $5), ($1, $2, $3, $6), ($1, $2, $3, $7), "
        "($1, $2, $3, $8), ($1, $2, $3, $9), ($1, $2, $3, $10), ($1, $2, $3, $11) "
        "ON CONFLICT (company, entity, word, record) DO NOTHING";
    for (size_t i = 0; i < n; i += WORDS_PER_INSERT) {
        struct value args[3 + WORDS_PER_INSERT] = { v_int(r->company), v_str(entity),
                                                    v_int(r->id) };
        for (size_t k = 0; k < WORDS_PER_INSERT; k++) {
            args[3 + k] = v_text(words[i + k < n ? i + k : n - 1]);
        }
        TRY(tx_exec(cx->tx, sql, args, N_ELEMENTS(args)));
    }
    return OK;
}

enum err search_save(struct cx *cx, const struct entity_info *info, const void *before,
                     const void *after)
{
    text_t old[SEARCH_WORDS_MAX], new[SEARCH_WORDS_MAX];
    const struct record *r = after;
    size_t n_old = words_of(cx, info, before, old), n_new = words_of(cx, info, after, new);
    for (size_t i = 0; i < n_old; i++) {
        if (!has_word(new, n_new, old[i])) {
            const struct value args[] = { v_int(r->company), v_str(info->entity->name),
                                          v_text(old[i]), v_int(r->id) };
            TRY(tx_exec(
                cx->tx,
                "DELETE FROM search_word WHERE company = $1 AND entity = $2 AND word = $3 AND "
                "record = $4",
                args, N_ELEMENTS(args)));
        }
    }
    size_t n_added = 0;
    for (size_t i = 0; i < n_new; i++) {
        if (!has_word(old, n_old, new[i])) {
            new[n_added++] = new[i];
        }
    }
    return insert_words(cx, r, info->entity->name, new, n_added);
}
