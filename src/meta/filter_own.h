/* What the files of typed filters share. */
#ifndef KONTOR_META_FILTER_OWN_H
#define KONTOR_META_FILTER_OWN_H

#include "meta/filter_text.h"

struct filtering {
    struct cx *cx;
    const struct entity_info *info;
    const struct field *rows;
    size_t n_rows;
    struct list_query *q;
};

/* filter_value.c: a part with its field, into q. */
MUST_USE enum err filter_apply(struct filtering *f, const struct field *field,
                               const struct filter_part *part);

/* filter_day.c: days named by a word, a date, a month or a year: [*from, *to]. Refuses bad_date. */
MUST_USE enum err filter_days(struct cx *cx, const struct field *field, text_t text, date_t *from,
                              date_t *to);

/* Adds to the words that are searched for. */
void filter_add_words(struct filtering *f, text_t words);

/* Is the text one of the program's in the reader's language or in English? */
bool filter_is(struct cx *cx, text_t text, const char *msgid);
/* Folded, with _ as blank. */
text_t filter_fold(struct cx *cx, text_t text);

/* Without quotes, "-", "empty" and the like: no value. */
bool filter_is_none(struct cx *cx, const struct filter_value *v);

#define FILTER_NONE N_("none")

#endif
