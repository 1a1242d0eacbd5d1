/* Filters as people type them: `customer: Sharma, total > 100, state: late, "green tea"`.
 *
 * Parts stand between commas (a comma between two digits belongs to its number). A part with an
 * operator (: = != < <= > >=, also their mathematical signs) is a filter, anything else words to
 * search for. Fields are named by their label in the reader's language, by the English label or by
 * their name, without regard to case and accents.
 *
 *     state: placed | paid         one of several
 *     total: 100..200              a range, also open: 100..
 *     sold at: this month          today, yesterday, this/last week, month, year; 2026-11; 2026
 *     sold at: 2026-11-01..2026-11-21
 *     note: -                      has none;  note != -  has one
 *     customer: Sharma             a code, #7 for the number, else whom the words find
 *     name: green                  a searchable text has a word that begins so;  name = Green tea
 * is it
 *
 * Days are those of the company's clock. */
#ifndef KONTOR_FILTER_TEXT_H
#define KONTOR_FILTER_TEXT_H

#include "meta/list.h"

#define FILTER_TEXT_MAX    2000 /* bytes */
#define FILTER_PARTS_MAX   32
#define FILTER_VALUES_MAX  50
#define FILTER_MATCHES_MAX 20 /* records that the words of a reference may find */

/* Adds what the text says to the query's filters and q. Texts lie in cx's arena. Refuses, always
 * with the field `filter`: filter_unknown_field (naming the nearest there is), filter_no_field
 * (naming some), filter_words (words alone where nothing is indexed), required, filter_no_match
 * (nothing or too much is found for a reference, or no such choice), bad_number, bad_date,
 * too_large. */
MUST_USE enum err filter_text_take(struct cx *cx, const struct entity_info *info, text_t text,
                                   struct list_query *q);

/* A filter as one reads it: "Customer: Sharma", "Total > 100.00", "Note: -". Asks the store for the
 * label of a reference that is not loaded yet. */
text_t filter_text_show(struct cx *cx, const struct entity_info *info,
                        const struct list_filter *filter);

extern const struct refusal refusal_filter_unknown_field, refusal_filter_no_field,
    refusal_filter_words, refusal_filter_no_match;

/* -- the grammar alone, without fields or store --------------------------------------------------
 */

struct filter_value {
    text_t from; /* the value, or where a range begins (TEXT_NONE: open) */
    text_t to;
    bool range;
    bool quoted; /* stood in quotes: is never a word for "none" */
};

struct filter_part {
    text_t name; /* TEXT_NONE: words to search for */
    enum list_op op;
    bool loose; /* ":" */
    text_t words;
    struct filter_value values[FILTER_VALUES_MAX];
    size_t n_values;
};

/* Takes a text apart; everything lies in the arena. ERR_RANGE: longer than FILTER_TEXT_MAX, or more
 * parts or values than there may be. */
MUST_USE enum err filter_split(struct arena *a, text_t text, struct filter_part *parts, size_t max,
                               size_t *n);
/* Writes parts so that filter_split reads the same. */
void filter_join(struct buf *b, const struct filter_part *parts, size_t n);

#endif
