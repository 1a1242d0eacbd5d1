/* Filters as addresses carry them. */
#include "meta/list.h"

static const struct {
    const char *name;
    enum list_op op;
} ops[] = { { "gte", LIST_GE }, { "lte", LIST_LE }, { "gt", LIST_GT }, { "lt", LIST_LT },
            { "ne", LIST_NE },  { "in", LIST_IN },  { "eq", LIST_EQ } };

enum err list_filter_param(struct cx *cx, struct list_query *q, text_t name, text_t value)
{
    text_t rest;
    text_t field = text_split(name, '[', &rest);
    enum list_op op = LIST_EQ;
    bool known = !rest.s;
    for (size_t i = 0; rest.s && i < N_ELEMENTS(ops); i++) {
        if (rest.n > 1 && rest.s[rest.n - 1] == ']' &&
            text_is((text_t){ rest.s, rest.n - 1 }, ops[i].name)) {
            op = ops[i].op;
            known = true;
        }
    }
    if (!known) {
        return REFUSE(cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                      name.n < 100 ? name : TEXT("?"));
    }
    if (q->n_filters == LIST_FILTERS_MAX) {
        return REFUSE(cx, &refusal_too_large, name,
                      text_of(cx_text(cx, N_("The number of filters"))),
                      text_fmt(cx->arena, "%d", LIST_FILTERS_MAX));
    }
    q->filters[q->n_filters++] =
        (struct list_filter){ .field = text_copy(cx->arena, field), .op = op, .value = value };
    return OK;
}
