/* What ?q= finds, as a condition of a list: records in which every word that is looked for begins
 * some word. */
#include "meta/list_own.h"
#include "meta/search.h"

#define COMMON_WORD 500 /* records with the word from which on it is looked for row by row */

/* How many records have each word, in one statement; none has the records of all when one has
 * none. A word that stands in COMMON_WORD or more costs more to gather than asking each row. */
static enum err count_words(struct cx *cx, const struct entity_info *info, struct searched *out)
{
    struct statement s = { .n = 0 };
    struct rows rows;
    buf_init(&s.sql, cx->arena, STATEMENT_MAX);
    size_t company = statement_arg(&s, v_int(cx->company));
    size_t entity = statement_arg(&s, v_str(info->entity->name));
    for (size_t i = 0; i < out->n; i++) {
        buf_fmt(&s.sql,
                "%s(SELECT COUNT(*) FROM (SELECT 1 AS one FROM search_word WHERE company = $%zu "
                "AND entity = $%zu AND word >= ",
                i ? ", " : "SELECT ", company, entity);
        statement_bind(&s, v_text(out->words[i].first));
        buf_str(&s.sql, " AND word < ");
        statement_bind(&s, v_text(out->words[i].behind));
        buf_fmt(&s.sql, " LIMIT %d) c%zu)", COMMON_WORD, i);
    }
    TRY(statement_fits(cx, &s, &s.sql));
    TRY(tx_query(cx->tx, cx->arena, buf_done(&s.sql).s, s.args, s.n, &rows));
    for (size_t i = 0; i < out->n; i++) {
        int64_t n = rows_int(&rows, 0, i);
        out->words[i].common = n >= COMMON_WORD;
        out->leads = out->leads || n < COMMON_WORD;
        out->none = out->none || n == 0;
    }
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
        out->words[i] = (struct searched_word){
            .first = words[i], .behind = text_fmt(cx->arena, "%s%s", words[i].s, last)
        };
    }
    return out->none ? OK : count_words(cx, info, out);
}

void list_search(struct statement *s, const struct entity_info *info, const struct searched *words)
{
    struct buf *b = &s->sql;
    if (words->none) {
        s->nothing = true;
        buf_str(b, " AND 1 = 0");
        return;
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
