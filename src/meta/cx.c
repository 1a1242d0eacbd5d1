/* The context: refusals, permissions, texts. */
#include "meta/cx.h"

#include "meta/house.h"
#include "meta/locale.h"

enum err refuse_with(struct cx *cx, const struct refusal *why, text_t field, const text_t *values,
                     size_t n)
{
    if (!cx->failure.why) { /* the first one stays: it is the cause of what follows */
        cx->failure.why = why;
        cx->failure.field = text_empty(field) ? TEXT_NONE : text_copy(cx->arena, field);
        for (size_t i = 0; i < n && i < N_ELEMENTS(cx->failure.args); i++) {
            cx->failure.args[i] = text_copy(cx->arena, values[i]);
        }
    }
    return ERR_REFUSED;
}

enum err refuse(struct cx *cx, const struct refusal *why, text_t field)
{
    return refuse_with(cx, why, field, NULL, 0);
}

text_t path_at(struct cx *cx, const char *list, size_t index, const char *member)
{
    return text_fmt(cx->arena, member && *member ? "%s[%zu].%s" : "%s[%zu]", list, index, member);
}

/* "order.*" holds "order.sell"; "*" holds everything. */
static bool permission_holds(const char *held, const char *wanted)
{
    size_t n = strlen(held);
    if (n > 0 && held[n - 1] == '*') {
        return strncmp(held, wanted, n - 1) == 0;
    }
    return strcmp(held, wanted) == 0;
}

static bool role_may(const struct role *role, const char *permission)
{
    for (const char *const *p = role->permissions; *p; p++) {
        if (permission_holds(*p, permission)) {
            return true;
        }
    }
    return false;
}

bool cx_may(const struct cx *cx, const char *permission)
{
    if (cx->who->all) {
        return true;
    }
    const struct house_plan *plan = house_plan(cx->house);
    for (size_t i = 0; permission && i < plan->n_roles && i < 64; i++) {
        if ((cx->who->roles >> i & 1) && role_may(&plan->roles[i], permission)) {
            return true;
        }
    }
    return false;
}

const char *cx_text(const struct cx *cx, const char *msgid)
{
    return locale_text(cx->language, msgid);
}

enum err cx_new_id(struct cx *cx, int64_t *out)
{
    return tx_new_id(cx->tx, out);
}

void report_add(struct report *r, const struct value *row)
{
    size_t cols = r->query->n_columns;
    if (r->n == r->room) {
        size_t room = r->room ? r->room * 2 : 64;
        struct value *cells = ARENA_ARRAY(r->arena, room * cols, struct value);
        if (r->n > 0) {
            memcpy(cells, r->cells, r->n * cols * sizeof *cells);
        }
        r->cells = cells;
        r->room = room;
    }
    memcpy(r->cells + r->n * cols, row, cols * sizeof *row);
    r->n++;
}
