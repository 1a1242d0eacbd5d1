/* What ?q= finds, as a condition of a list: records in which every word that is looked for begins
 * some word. */
#include "meta/list_own.h"
#include "meta/search.h"

#define COMMON_WORD 500 /* records with the word from which on it is looked for row by row */

/* Does a word stand in so many records that gathering them all costs more than asking each row of a
 * page? range: company, entity, first word, the word behind the last. */
static enum err is_common(struct cx *cx, const struct value range[static 4], bool *common)
{
    static const char sql[] =
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM search_word WHERE company = $1 AND entity = $2 "
        "AND word >= $3 AND word < $4 LIMIT $5) c";
    const struct value args[] = { range[0], range[1], range[2], range[3], v_int(COMMON_WORD) };
    struct rows rows;
    TRY(tx_query(cx->tx, cx->arena, sql, args, N_ELEMENTS(args), &rows));
    *common = rows_int(&rows, 0, 0) >= COMMON_WORD;
    return OK;
}

enum err list_search_words(struct cx *cx, const struct entity_info *info, text_t q,
                           struct searched *out)
{
    static const char last[] =
        "\xF4\x8F\xBF\xBF"; /* U+10FFFF: after everything that begins with the word */
    text_t words[SEARCHED_WORDS_MAX];
    *out = (struct searched){ .none = false };
    if (text_empty(q)) {
        return OK;
    }
    if (!search_indexed(info)) {
        return REFUSE(cx, &refusal_unknown_filter, TEXT("q"), TEXT("q"));
    }
    out->n = search_words(cx->arena, q, words, N_ELEMENTS(words));
    out->none = out->n == 0;
    for (size_t i = 0; i < out->n; i++) {
        struct searched_word *w = &out->words[i];
        *w = (struct searched_word){ .first = words[i],
                                     .behind = text_fmt(cx->arena, "%s%s", words[i].s, last) };
        const struct value range[] = { v_int(cx->company), v_str(info->entity->name),
                                       v_text(w->first), v_text(w->behind) };
        TRY(is_common(cx, range, &w->common));
        out->leads = out->leads || !w->common;
    }
    return OK;
}

void list_search(struct statement *s, const struct entity_info *info, const struct searched *words)
{
    struct buf *b = &s->sql;
    if (words->none) { /* nothing that a word could begin with */
        buf_str(b, " AND 1 = 0");
    }
    for (size_t i = 0; i < words->n; i++) {
        const struct searched_word *w = &words->words[i];
        if (w->common) { /* nearly every row has it: ask row by row */
            buf_str(b, " AND EXISTS (SELECT 1 FROM search_word w WHERE w.record = \"id\"");
        } else {
            buf_str(b,
                    " AND \"id\" IN (SELECT w.record FROM search_word w WHERE w.company = $1 AND "
                    "w.entity = ");
            statement_bind(s, v_str(info->entity->name));
        }
        buf_str(b, " AND w.word >= ");
        statement_bind(s, v_text(w->first));
        buf_str(b, " AND w.word < ");
        statement_bind(s, v_text(w->behind));
        buf_char(b, ')');
    }
}
