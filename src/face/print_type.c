/* Type: sizes, the fonts and their check. The fonts are Noto Sans and Noto Sans Devanagari (package
 * fonts-noto-core); Pango takes each character from the first that has it. Names from elsewhere
 * come from further ones, where they are installed: Chinese, Japanese and Korean from WenQuanYi
 * Micro Hei (fonts-wqy-microhei), signs and emoji, in black, from Symbola (fonts-symbola).
 *
 * Pango's default font map belongs to the thread, so contexts may be made on any. Metrics are not
 * rounded: a document measures the same on every surface, and both passes of the layout agree. */
#include "face/print_own.h"

#include "meta/locale.h"

#include <stdio.h>

#define FAMILIES                                                                                   \
    "Noto Sans, Noto Sans Devanagari, Noto Naskh Arabic, WenQuanYi Micro Hei, Symbola, sans-serif"

static const struct type sheet[TYPE_STYLES] = {
    [TYPE_BODY] = { 9.2, false, 0.10, 1.46 },  [TYPE_STRONG] = { 9.2, true, 0.05, 1.46 },
    [TYPE_SMALL] = { 8.0, false, 0.15, 1.46 }, [TYPE_MUTED] = { 7.8, false, 0.40, 1.46 },
    [TYPE_HEAD] = { 11.0, true, 0.05, 1.42 },  [TYPE_TITLE] = { 20.0, true, 0.05, 1.32 },
    [TYPE_FIGURE] = { 13.0, true, 0.0, 1.42 },
};
static const struct type wide_sheet[TYPE_STYLES] = {
    [TYPE_BODY] = { 7.6, false, 0.10, 1.46 },  [TYPE_STRONG] = { 7.6, true, 0.05, 1.46 },
    [TYPE_SMALL] = { 7.4, false, 0.15, 1.46 }, [TYPE_MUTED] = { 7.2, false, 0.40, 1.46 },
    [TYPE_HEAD] = { 10.0, true, 0.05, 1.42 },  [TYPE_TITLE] = { 17.0, true, 0.05, 1.32 },
    [TYPE_FIGURE] = { 11.0, true, 0.0, 1.42 },
};
/* Thermal paper knows no grey. */
static const struct type roll[TYPE_STYLES] = {
    [TYPE_BODY] = { 8.6, false, 0, 1.46 },   [TYPE_STRONG] = { 8.6, true, 0, 1.46 },
    [TYPE_SMALL] = { 7.4, false, 0, 1.46 },  [TYPE_MUTED] = { 7.4, false, 0, 1.46 },
    [TYPE_HEAD] = { 12.5, true, 0, 1.40 },   [TYPE_TITLE] = { 10.0, true, 0, 1.46 },
    [TYPE_FIGURE] = { 13.0, true, 0, 1.46 },
};
static const struct type label[TYPE_STYLES] = {
    [TYPE_BODY] = { 8.0, false, 0, 1.38 },   [TYPE_STRONG] = { 8.4, true, 0, 1.38 },
    [TYPE_SMALL] = { 6.6, false, 0, 1.38 },  [TYPE_MUTED] = { 6.2, false, 0, 1.38 },
    [TYPE_HEAD] = { 9.0, true, 0, 1.38 },    [TYPE_TITLE] = { 9.0, true, 0, 1.38 },
    [TYPE_FIGURE] = { 17.0, true, 0, 1.34 },
};

const struct type *type_of(enum paper_kind kind, enum type_style style)
{
    switch (kind) {
    case PAPER_A4_WIDE:
        return &wide_sheet[style];
    case PAPER_RECEIPT:
        return &roll[style];
    case PAPER_LABELS_24:
    case PAPER_LABELS_21:
    case PAPER_LABEL_ROLL:
        return &label[style];
    default:
        return &sheet[style];
    }
}

PangoContext *type_context(const char *language)
{
    PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *o = cairo_font_options_create();
    if (c) {
        cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
        pango_cairo_context_set_font_options(c, o);
        pango_cairo_context_set_resolution(c, 72.0); /* a unit is a point */
        pango_context_set_round_glyph_positions(c, FALSE);
        pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
        pango_context_set_language(c, pango_language_from_string(language));
    }
    cairo_font_options_destroy(o);
    return c;
}

/* Are there letters of scripts that are written from the right (U+0590 to U+08FF and the forms of
 * Arabic)? Only then the layout is asked. */
static bool may_be_turned(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        if ((c >= 0xd6 && c <= 0xdf) || c == 0xef ||
            (c == 0xe0 && i + 1 < t.n && (unsigned char)t.s[i + 1] < 0xa4)) {
            return true;
        }
    }
    return false;
}

PangoLayout *type_layout(PangoContext *context, const struct type *type, text_t t, double width,
                         enum align align, int lines_max)
{
    static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                                 PANGO_ALIGN_RIGHT };
    PangoLayout *l = pango_layout_new(context);
    PangoFontDescription *d = pango_font_description_from_string(FAMILIES);
    pango_font_description_set_absolute_size(d, type->size * PANGO_SCALE);
    pango_font_description_set_weight(d, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(l, d);
    pango_font_description_free(d);
    pango_layout_set_text(l, t.s ? t.s : "", (int)t.n);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    /* Pango turns left and right around in a text that is written from the right: its start stays
     * where the document's other texts start. */
    bool turned = may_be_turned(t) &&
                  pango_layout_get_line_readonly(l, 0)->resolved_dir == PANGO_DIRECTION_RTL;
    pango_layout_set_alignment(l, alignments[turned ? ALIGN_END - align : align]);
    if (width >= 0) {
        pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    }
    if (lines_max > 0) {
        pango_layout_set_height(l, -lines_max);
        pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
    }
    return l;
}

/* -- what the fonts hold ------------------------------------------------------------------- */

static size_t unknown(PangoContext *c, text_t t)
{
    PangoLayout *l = type_layout(c, type_of(PAPER_A4, TYPE_BODY), t, -1, ALIGN_START, 0);
    int n = pango_layout_get_unknown_glyphs_count(l);
    g_object_unref(l);
    return (size_t)n;
}

bool print_can_draw(text_t t, text_t *missing)
{
    PangoContext *c = type_context("en");
    *missing = TEXT_NONE;
    if (text_empty(t) || unknown(c, t) == 0) {
        g_object_unref(c);
        return true;
    }
    /* Which one it is: by single characters; a mark that only fails beside others names all. */
    for (size_t i = 0; i < t.n && !missing->s;) {
        size_t n = (size_t)(g_utf8_next_char(t.s + i) - (t.s + i));
        if (t.s[i] != '\n' && t.s[i] != '\t' && unknown(c, (text_t){ t.s + i, n }) > 0) {
            *missing = (text_t){ t.s + i, n };
        }
        i += n;
    }
    if (!missing->s) {
        *missing = t;
    }
    g_object_unref(c);
    return false;
}

bool print_check(char why[static 256])
{
    static const struct {
        const char *language, *sample;
    } samples[] = {
        { "en", "Receipt 0123456789 \xe2\x82\xac \xe2\x82\xb9 \xe2\x80\x93 \xc2\xb7 \xc3\x97" },
        { "es", "Número ñ Ñ ¿Qué? ¡Sí! áéíóú ü ç" },
        { "hi", "क्षत्रिय स्त्री विद्युत ट्रांसफ़ॉर्मर र्कि ष्ट्र हृदय ०१२३४५६७८९ ₹" },
        { "id", "Nomor faktur, kembalian, terima kasih" },
    };
    why[0] = '\0';
    for (size_t i = 0; i < N_ELEMENTS(samples); i++) {
        PangoContext *c = type_context(samples[i].language);
        size_t n = c ? unknown(c, text_of(samples[i].sample)) : 1;
        if (c) {
            g_object_unref(c);
        }
        if (n > 0) {
            (void)snprintf(why, 256,
                           "the fonts lack %zu characters of language %s: install fonts-noto-core",
                           n, samples[i].language);
            return false;
        }
    }
    return true;
}
