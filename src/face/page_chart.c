/* Charts: the rows of a table as a picture, made here as SVG.
 *
 * Everything is whole numbers: the drawing is 720 units wide, a value's place is its share of the
 * axis. Colours, widths and fonts are the style sheet's: there is not one style in the
 * drawing. A chart knows its values only as proportions and as the texts that the points have, so
 * the lines of the axis stand at round values without figures, and the figures stand at the points:
 * at all where there is room, else at the greatest and the least. Those who do not see it hear a
 * summary; all figures stand in the table beside it. */
#include "face/page.h"

#include "meta/field.h"

#define POINTS_MAX      60 /* of more the last ones are drawn */
#define WIDTH           720
#define HEIGHT          240
#define SIDE            28 /* room for half a label */
#define TOP             24 /* for a figure above the highest bar */
#define BOTTOM          44 /* for the labels, and a figure below the lowest bar */
#define GRID_MAX        8
#define LABEL_LONGEST   12 /* characters */
#define CHARACTER_UNITS 8  /* what one takes at most */

#define PLOT_WIDTH  (WIDTH - 2 * SIDE)
#define PLOT_HEIGHT (HEIGHT - TOP - BOTTOM)

struct drawing {
    struct page_cx *p;
    enum chart_kind kind;
    const struct chart_point *points;
    size_t n;
    bool compares;           /* some point has something to compare with */
    int64_t low, high, step; /* of the axis; low <= 0 <= high */
};

static bool there(int64_t v)
{
    return v != VALUE_NONE;
}

/* -- the axis ------------------------------------------------------------------------------------
 */

/* The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `least`; the largest there is when none
 * is. */
static int64_t round_step(uint64_t least)
{
    static const int64_t times[] = { 1, 2, 5 };
    for (int power = 0; power <= 18; power++) {
        for (size_t i = 0; i < N_ELEMENTS(times); i++) {
            int64_t step;
            if (!__builtin_mul_overflow(times[i], decimal_pow10(power), &step) &&
                (uint64_t)step >= least) {
                return step;
            }
        }
    }
    return 5 * decimal_pow10(18);
}

static void take_range(struct drawing *d)
{
    for (size_t i = 0; i < d->n; i++) {
        const int64_t values[] = { d->points[i].value, d->points[i].compare };
        for (size_t k = 0; k < 2; k++) {
            if (there(values[k])) {
                d->low = values[k] < d->low ? values[k] : d->low;
                d->high = values[k] > d->high ? values[k] : d->high;
            }
        }
        d->compares |= there(d->points[i].compare);
    }
}

/* Four steps or so from a multiple of the step below the least value (or 0) to one above the
 * greatest. */
static void make_axis(struct drawing *d)
{
    take_range(d);
    uint64_t range = (uint64_t)d->high - (uint64_t)d->low;
    d->step = round_step(range / 4 + (range % 4 > 0));
    if (range == 0) {
        d->high = d->step; /* nothing to be seen, on an axis all the same */
    }
    if (d->high % d->step > 0 && d->high <= INT64_MAX - d->step) {
        d->high += d->step - d->high % d->step;
    }
    if (d->low % d->step < 0 && d->low >= INT64_MIN + 1 + d->step) {
        d->low -= d->step + d->low % d->step;
    }
}

/* The place of a value, from the top. */
static int64_t y_of(const struct drawing *d, int64_t v)
{
    uint64_t range = (uint64_t)d->high - (uint64_t)d->low, above = (uint64_t)d->high - (uint64_t)v;
    while (range > UINT64_MAX / PLOT_HEIGHT) { /* as good as exact */
        range /= 2;
        above /= 2;
    }
    return TOP + (int64_t)(above * PLOT_HEIGHT / range);
}

/* The left edge of a point's share of the width, in tenths so that bars stand evenly. */
static int64_t x_of(const struct drawing *d, size_t i)
{
    return SIDE * 10 + (int64_t)i * PLOT_WIDTH * 10 / (int64_t)d->n;
}

/* Tenths as SVG has them. */
static text_t tenths(const struct drawing *d, int64_t v)
{
    return text_fmt(d->p->cx->arena, "%lld.%lld", (long long)(v / 10), (long long)(v % 10));
}

static text_t units(const struct drawing *d, int64_t v)
{
    return text_fmt(d->p->cx->arena, "%lld", (long long)v);
}

static void put_grid(const struct drawing *d)
{
    int64_t v = d->low;
    for (int i = 0; i <= GRID_MAX; i++) {
        text_t y = units(d, y_of(d, v));
        EMPTY(d->p->h, v == 0 ? "line.axis" : "line.grid", { "x1", units(d, SIDE) },
              { "x2", units(d, WIDTH - SIDE) }, { "y1", y }, { "y2", y });
        if (__builtin_add_overflow(v, d->step, &v) || v > d->high) {
            break;
        }
    }
}

/* -- labels --------------------------------------------------------------------------------------
 */

/* At most so many characters, not cut within one. */
static text_t shortened(const struct drawing *d, text_t t, size_t most)
{
    size_t n = 0, characters = 0;
    if (text_utf8_length(t) <= most) {
        return t;
    }
    while (n < t.n && (characters < most - 1 || ((unsigned char)t.s[n] & 0xC0) == 0x80)) {
        characters += ((unsigned char)t.s[n] & 0xC0) != 0x80;
        n++;
    }
    return text_fmt(d->p->cx->arena, "%.*s\u2026", (int)n, t.s);
}

/* Every so-manieth point has its label, so that they do not touch. */
static void put_labels(const struct drawing *d)
{
    size_t longest = 1, every;
    for (size_t i = 0; i < d->n; i++) {
        size_t n = text_utf8_length(d->points[i].label);
        longest = n > longest ? n : longest;
    }
    longest = longest > LABEL_LONGEST ? LABEL_LONGEST : longest;
    every = (d->n * (longest + 1) * CHARACTER_UNITS + PLOT_WIDTH - 1) / PLOT_WIDTH;
    every = every ? every : 1;
    for (size_t i = 0; i < d->n; i += every) {
        EL(d->p->h, "text.chart-label", shortened(d, d->points[i].label, LABEL_LONGEST),
           { "x", tenths(d, (x_of(d, i) + x_of(d, i + 1)) / 2) }, { "y", units(d, HEIGHT - 8) },
           { "text-anchor", TEXT("middle") });
    }
}

/* The first point with the greatest (or least) value; d->n when none has one. */
static size_t extreme(const struct drawing *d, bool least)
{
    size_t found = d->n;
    for (size_t i = 0; i < d->n; i++) {
        int64_t v = d->points[i].value;
        if (there(v) &&
            (found == d->n || (least ? v < d->points[found].value : v > d->points[found].value))) {
            found = i;
        }
    }
    return found;
}

static void put_figure(const struct drawing *d, size_t i)
{
    const struct chart_point *point = &d->points[i];
    bool below = point->value < 0;
    text_t shown = point->shown;
    int64_t middle = (x_of(d, i) + x_of(d, i + 1)) / 2;
    /* At the edges it is written inwards. */
    int64_t half = (int64_t)text_utf8_length(shown) * CHARACTER_UNITS * 10 / 2;
    const char *anchor = middle < half ? "start" : middle > WIDTH * 10 - half ? "end" : "middle";
    EL(d->p->h, "text.chart-figure", shown, { "x", tenths(d, middle) },
       { "y", units(d, y_of(d, point->value) + (below ? 14 : -5)) },
       { "text-anchor", text_of(anchor) });
}

static void put_figures(const struct drawing *d)
{
    size_t longest = 0, most = extreme(d, false), least = extreme(d, true);
    for (size_t i = 0; i < d->n; i++) {
        size_t n = text_utf8_length(d->points[i].shown);
        longest = n > longest ? n : longest;
    }
    bool all = d->n * (longest + 1) * CHARACTER_UNITS <= PLOT_WIDTH;
    for (size_t i = 0; i < d->n; i++) {
        bool told = i == most || (i == least && d->points[i].value < 0);
        if (there(d->points[i].value) && d->points[i].value != 0 && (all || told)) {
            put_figure(d, i);
        }
    }
}

/* What a mouse over a point is told. */
static void put_tip(const struct drawing *d, size_t i, bool compare)
{
    const struct chart_point *point = &d->points[i];
    text_t shown = compare ? point->compare_shown : point->shown;
    EL(d->p->h, "title",
       text_fmt(d->p->cx->arena, "%s: %s", point->label.s ? point->label.s : "",
                shown.s ? shown.s : ""));
}

/* -- bars ----------------------------------------------------------------------------------------
 */

/* A value that is not nothing is seen, be it one unit high. */
static void put_bar(const struct drawing *d, size_t i, bool compare)
{
    int64_t v = compare ? d->points[i].compare : d->points[i].value;
    if (!there(v) || v == 0) {
        return;
    }
    int64_t share = x_of(d, i + 1) - x_of(d, i),
            width = d->compares ? share * 2 / 5 : share * 7 / 10;
    int64_t x = x_of(d, i) + (d->compares ? share / 10 + (compare ? 0 : width) : share * 3 / 20);
    int64_t zero = y_of(d, 0), y = y_of(d, v);
    int64_t height = y < zero ? zero - y : y - zero;
    height = height ? height : 1;
    OPEN(d->p->h, "g");
    put_tip(d, i, compare);
    EMPTY(d->p->h, compare ? "rect.bar.compare" : "rect.bar", { "x", tenths(d, x) },
          { "y", units(d, v > 0 ? zero - height : zero) }, { "width", tenths(d, width) },
          { "height", units(d, height) });
    html_close(d->p->h, "g");
}

static void put_bars(const struct drawing *d)
{
    for (size_t i = 0; i < d->n; i++) {
        put_bar(d, i, true);
        put_bar(d, i, false);
    }
}

/* -- lines ---------------------------------------------------------------------------------------
 */

/* The line is broken where a value is missing. */
static void put_line(const struct drawing *d, bool compare)
{
    struct buf b;
    size_t run = 0;
    buf_init(&b, d->p->cx->arena, 4096);
    for (size_t i = 0; i <= d->n; i++) {
        int64_t v = i == d->n ? VALUE_NONE : compare ? d->points[i].compare : d->points[i].value;
        if (there(v)) {
            buf_fmt(&b, run ? " %s,%lld" : "%s,%lld",
                    tenths(d, (x_of(d, i) + x_of(d, i + 1)) / 2).s, (long long)y_of(d, v));
            run++;
            continue;
        }
        if (run > 1) {
            EMPTY(d->p->h, compare ? "polyline.line.compare" : "polyline.line",
                  { "points", buf_done(&b) }, { "fill", TEXT("none") });
        }
        run = 0;
        buf_init(&b, d->p->cx->arena, 4096);
    }
}

static void put_dots(const struct drawing *d)
{
    for (size_t i = 0; i < d->n; i++) {
        if (there(d->points[i].value)) {
            OPEN(d->p->h, "g");
            put_tip(d, i, false);
            EMPTY(d->p->h, "circle.dot", { "cx", tenths(d, (x_of(d, i) + x_of(d, i + 1)) / 2) },
                  { "cy", units(d, y_of(d, d->points[i].value)) }, { "r", TEXT("3") });
            html_close(d->p->h, "g");
        }
    }
}

/* -- the whole -----------------------------------------------------------------------------------
 */

static text_t summary(const struct drawing *d)
{
    const struct chart_point *most = &d->points[extreme(d, false)],
                             *least = &d->points[extreme(d, true)], *last = &d->points[d->n - 1];
    return PAGE_TEXT(d->p,
                     N_("From {1} to {2}. Highest: {3} with {4}. Lowest: {5} with {6}. The last "
                        "is {7}."),
                     d->points[0].label, last->label, most->label, most->shown, least->label,
                     least->shown, there(last->value) ? last->shown : TEXT("\u2013"));
}

static void put_caption(const struct drawing *d, const char *title, const char *series,
                        const char *compared)
{
    OPEN(d->p->h, "figcaption");
    EL(d->p->h, "span", page_text(d->p, title));
    if (d->compares && series && compared) {
        EL(d->p->h, "span.key", page_text(d->p, series));
        EL(d->p->h, "span.key.compare", page_text(d->p, compared));
    }
    html_close(d->p->h, "figcaption");
}

static void put_drawing(struct drawing *d, const char *title)
{
    struct html *h = d->p->h;
    text_t name = page_text(d->p, title), says = summary(d);
    OPEN(h, "svg", { "viewBox", text_fmt(d->p->cx->arena, "0 0 %d %d", WIDTH, HEIGHT) },
         { "role", TEXT("img") },
         { "aria-label", text_fmt(d->p->cx->arena, "%s. %s", name.s, says.s) });
    EL(h, "title", name);
    EL(h, "desc", says);
    put_grid(d);
    if (d->kind == CHART_BARS) {
        put_bars(d);
    } else {
        put_line(d, true);
        put_line(d, false);
        put_dots(d);
    }
    put_figures(d);
    put_labels(d);
    html_close(h, "svg");
}

void page_chart(struct page_cx *p, enum chart_kind kind, const char *title,
                const struct chart_point *points, size_t n, const char *series,
                const char *compared)
{
    size_t left_out = n > POINTS_MAX ? n - POINTS_MAX : 0;
    struct drawing d = { .p = p, .kind = kind, .points = points + left_out, .n = n - left_out };
    OPEN(p->h, "figure.chart");
    if (extreme(&d, false) == d.n) {
        EL(p->h, "p.empty", page_text(p, N_("There is nothing to draw yet.")));
        EL(p->h, "figcaption", page_text(p, title));
    } else {
        make_axis(&d);
        put_drawing(&d, title);
        put_caption(&d, title, series, compared);
    }
    html_close(p->h, "figure");
}
