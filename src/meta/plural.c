/* Plural forms: the expression of C in n that a catalogue's header has, read and computed in one
 * pass.
 *
 * Catalogues are compiled into the program, but a header is text: nothing in it may read outside
 * it, nest without end or divide by zero. Numbers are unsigned and wrap, as the manual's are. */
#include "meta/locale.h"

#define DEEPEST    32
#define FORMS_MOST 8

struct reader {
    text_t t; /* what is left */
    uint64_t n;
    int depth;
    bool fault;
};

static uint64_t read_choice(struct reader *r);

static void skip_blanks(struct reader *r)
{
    while (r->t.n && (r->t.s[0] == ' ' || r->t.s[0] == '\t')) {
        r->t.s++;
        r->t.n--;
    }
}

/* Takes the sign when it stands there. */
static bool take(struct reader *r, const char *sign)
{
    skip_blanks(r);
    if (!text_starts(r->t, sign)) {
        return false;
    }
    r->t.s += strlen(sign);
    r->t.n -= strlen(sign);
    return true;
}

static uint64_t read_number(struct reader *r)
{
    uint64_t v = 0;
    size_t i = 0;
    for (; i < r->t.n && r->t.s[i] >= '0' && r->t.s[i] <= '9'; i++) {
        v = v * 10 + (uint64_t)(r->t.s[i] - '0');
    }
    r->fault |= i == 0 || i > 18;
    r->t.s += i;
    r->t.n -= i;
    return v;
}

static uint64_t read_value(struct reader *r)
{
    uint64_t v = 0;
    if (r->fault || ++r->depth > DEEPEST) {
        r->fault = true;
    } else if (take(r, "!")) {
        v = !read_value(r);
    } else if (take(r, "(")) {
        v = read_choice(r);
        r->fault |= !take(r, ")");
    } else if (take(r, "n")) {
        v = r->n;
    } else {
        v = read_number(r);
    }
    r->depth--;
    return v;
}

/* The operators with two sides, those that bind closest last. A sign that begins another one's
 * stands behind it. */
enum sign { OR, AND, EQ, NE, LE, GE, LT, GT, PLUS, MINUS, TIMES, DIVIDED, REST };
static const struct {
    const char *text;
    int level;
} signs[] = {
    [OR] = { "||", 0 },  [AND] = { "&&", 1 },  [EQ] = { "==", 2 },   [NE] = { "!=", 2 },
    [LE] = { "<=", 3 },  [GE] = { ">=", 3 },   [LT] = { "<", 3 },    [GT] = { ">", 3 },
    [PLUS] = { "+", 4 }, [MINUS] = { "-", 4 }, [TIMES] = { "*", 5 }, [DIVIDED] = { "/", 5 },
    [REST] = { "%", 5 },
};
#define LEVELS 6

/* Both sides are computed whether they count or not, so a division by zero is 0 and no fault. */
static uint64_t compute(enum sign sign, uint64_t a, uint64_t b)
{
    switch (sign) {
    case OR:
        return a || b;
    case AND:
        return a && b;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LE:
        return a <= b;
    case GE:
        return a >= b;
    case LT:
        return a < b;
    case GT:
        return a > b;
    case PLUS:
        return a + b;
    case MINUS:
        return a - b;
    case TIMES:
        return a * b;
    case DIVIDED:
        return b ? a / b : 0;
    case REST:
        return b ? a % b : 0;
    }
    return 0;
}

static uint64_t read_level(struct reader *r, int level)
{
    if (level == LEVELS) {
        return read_value(r);
    }
    uint64_t v = read_level(r, level + 1);
    for (size_t i = 0; !r->fault && i < N_ELEMENTS(signs); i++) {
        if (signs[i].level == level && take(r, signs[i].text)) {
            v = compute((enum sign)i, v, read_level(r, level + 1));
            i = SIZE_MAX; /* from the first sign again: they group from the left */
        }
    }
    return v;
}

/* a ? b : c, which groups from the right. */
static uint64_t read_choice(struct reader *r)
{
    uint64_t v = 0;
    if (++r->depth > DEEPEST) {
        r->fault = true;
    } else {
        v = read_level(r, 0);
        if (!r->fault && take(r, "?")) {
            uint64_t yes = read_choice(r);
            r->fault |= !take(r, ":");
            uint64_t no = r->fault ? 0 : read_choice(r);
            v = v ? yes : no;
        }
    }
    r->depth--;
    return v;
}

bool plural_form(text_t header, uint64_t n, size_t *form)
{
    struct reader r = { .t = header, .n = n };
    if (!header.s || !take(&r, "nplurals") || !take(&r, "=")) {
        return false;
    }
    skip_blanks(&r);
    uint64_t forms = read_number(&r);
    if (r.fault || forms == 0 || forms > FORMS_MOST || !take(&r, ";") || !take(&r, "plural") ||
        !take(&r, "=")) {
        return false;
    }
    uint64_t v = read_choice(&r);
    (void)take(&r, ";");
    skip_blanks(&r);
    if (r.fault || r.t.n || v >= forms) {
        return false;
    }
    *form = (size_t)v;
    return true;
}
