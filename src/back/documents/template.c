/* Templates: the entity, what is refused before a template is accepted, and which one is taken. */
#include "back/documents/document_parts.h"

#include "meta/locale.h"

#define TEXT_ROOM 2000
#define LOGO_ROOM 280000 /* base64 of PRINT_LOGO_MAX, with line breaks */

static const struct choice kinds[] = {
    [TEMPLATE_RECEIPT] = { "receipt", N_("Receipt") },
    [TEMPLATE_INVOICE] = { "invoice", N_("Invoice") },
    [TEMPLATE_CREDIT_NOTE] = { "credit_note", N_("Credit note") },
    [TEMPLATE_ORDER_CONFIRMATION] = { "order_confirmation", N_("Order confirmation") },
    [TEMPLATE_STATEMENT] = { "statement", N_("Statement of account") },
    [TEMPLATE_LABEL] = { "label", N_("Label") },
};

static const struct choice papers[] = {
    [TEMPLATE_PAPER_USUAL] = { "usual", N_("The usual for its kind") },
    [TEMPLATE_PAPER_A4] = { "a4", N_("A4") },
    [TEMPLATE_PAPER_LETTER] = { "letter", N_("Letter") },
    [TEMPLATE_PAPER_RECEIPT] = { "receipt", N_("Receipt roll, 80 mm") },
    [TEMPLATE_PAPER_LABELS_24] = { "labels_24", N_("A4 with 24 labels, 70 x 37 mm") },
    [TEMPLATE_PAPER_LABELS_21] = { "labels_21", N_("A4 with 21 labels, 63.5 x 38.1 mm") },
    [TEMPLATE_PAPER_LABEL_ROLL] = { "label_roll", N_("Label roll, 57 x 32 mm") },
};
_Static_assert((int)TEMPLATE_PAPER_A4 == (int)PAPER_A4 + 1 &&
                   (int)TEMPLATE_PAPER_LABEL_ROLL == (int)PAPER_LABEL_ROLL + 1 &&
                   (int)TEMPLATE_PAPERS == (int)PAPER_A4_WIDE + 1,
               "the papers of print.h in their order, but for the lying one of reports");

static const struct field fields[] = {
    F_TEXT(document_template, code, N_("Code"), .flags = F_REQUIRED | F_SEARCH, .max = 40),
    F_CHOICE(document_template, kind, kinds, N_("Kind"), .flags = F_REQUIRED | F_CREATE_ONLY),
    F_TEXT(document_template, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2,
           .help = N_("en, es, hi or id. Empty: for all languages.")),
    F_REF(document_template, site, site, N_("Site"), .help = N_("Empty: for all sites.")),
    F_TEXT(document_template, title, N_("Title"), .flags = F_SEARCH, .max = 80,
           .help = N_("Instead of the usual one.")),
    F_LONG_TEXT(document_template, header, N_("Text at the top"), .max = TEXT_ROOM,
                .help = N_("Texts may hold placeholders such as {company.name}, {site.street}, "
                           "{document.number}, {customer.name} and {total}.")),
    F_LONG_TEXT(document_template, note, N_("Text below the lines"), .max = TEXT_ROOM),
    F_LONG_TEXT(document_template, footer, N_("Text at the foot"), .max = TEXT_ROOM),
    F_CHOICE(document_template, paper, papers, N_("Paper")),
    F_BOOLEAN(document_template, show_taxes, N_("Show a summary of taxes"), .fallback = "true"),
    F_BOOLEAN(document_template, show_why, N_("Show why a price is what it is")),
    F_BOOLEAN(document_template, show_points, N_("Show loyalty points"), .fallback = "true"),
    F_BOOLEAN(document_template, show_code, N_("Show a bar code of the number"),
              .fallback = "true"),
    F_BOOLEAN(document_template, show_person, N_("Show who sold or issued it"), .fallback = "true"),
    F_LONG_TEXT(document_template, logo, N_("Logo"), .flags = F_HIDDEN, .max = LOGO_ROOM,
                .help = N_("A PNG or JPEG picture of at most 200 kB and 2000 x 2000 pixels, as "
                           "base64.")),
    F_BOOLEAN(document_template, active, N_("Active"), .fallback = "true"),
};

/* -- what is refused ----------------------------------------------------------------------- */

static enum err check_text(struct cx *cx, const char *field, text_t t)
{
    text_t which;
    switch (placeholders_check(t, &which)) {
    case PLACEHOLDER_UNKNOWN:
        return REFUSE(cx, &refusal_unknown_placeholder, text_of(field), text_copy(cx->arena, which),
                      placeholders_known(cx->arena));
    case PLACEHOLDER_BRACE:
        return REFUSE(cx, &refusal_lone_brace, text_of(field), text_copy(cx->arena, which));
    case PLACEHOLDERS_FINE:
        break;
    }
    if (!print_can_draw(t, &which)) {
        return REFUSE(cx, &refusal_cannot_be_drawn, text_of(field), text_copy(cx->arena, which));
    }
    return OK;
}

static enum err check_paper(struct cx *cx, const struct document_template *t)
{
    static const uint32_t sheets = 1u << TEMPLATE_PAPER_A4 | 1u << TEMPLATE_PAPER_LETTER;
    static const uint32_t labels = 1u << TEMPLATE_PAPER_LABELS_24 | 1u << TEMPLATE_PAPER_LABELS_21 |
                                   1u << TEMPLATE_PAPER_LABEL_ROLL;
    uint32_t fits = t->kind == TEMPLATE_LABEL     ? labels
                    : t->kind == TEMPLATE_RECEIPT ? 1u << TEMPLATE_PAPER_RECEIPT
                                                  : sheets;
    if (t->paper == TEMPLATE_PAPER_USUAL || (fits >> t->paper & 1)) {
        return OK;
    }
    return REFUSE(cx, &refusal_paper_not_for_kind, TEXT("paper"),
                  text_of(cx_text(cx, papers[t->paper].label)),
                  text_of(cx_text(cx, kinds[t->kind].label)));
}

static enum err check_logo(struct cx *cx, text_t logo)
{
    text_t png;
    if (text_empty(logo)) {
        return OK;
    }
    switch (print_logo_decode(cx->arena, logo, &png)) {
    case OK:
        return OK;
    case ERR_NO_MEMORY:
        return ERR_NO_MEMORY;
    case ERR_RANGE:
        return refuse(cx, &refusal_logo_too_large, TEXT("logo"));
    default:
        return refuse(cx, &refusal_logo_unreadable, TEXT("logo"));
    }
}

static enum err check(struct cx *cx, const void *before, void *after)
{
    const struct document_template *was = before, *t = after;
    if (!text_empty(t->language) && !language_known(t->language)) {
        return REFUSE(cx, &language_unknown, TEXT("language"), t->language);
    }
    TRY(check_paper(cx, t));
    TRY(check_text(cx, "title", t->title));
    TRY(check_text(cx, "header", t->header));
    TRY(check_text(cx, "note", t->note));
    TRY(check_text(cx, "footer", t->footer));
    return was && text_eq(was->logo, t->logo) ? OK : check_logo(cx, t->logo);
}

const struct entity document_template_entity = {
    .index = E_document_template,
    .name = "document_template",
    .plural = "document_templates",
    .label = N_("Document template"),
    .label_plural = N_("Document templates"),
    .help = N_("How receipts, invoices, statements and labels look. Without a template they have "
               "the look that is built in."),
    .shape = SHAPE(document_template, fields),
    .code = "code",
    .read = "document.read",
    .write = "document.write",
    .sort = "code",
    .flags = E_CACHED | E_HISTORY,
    .check = check,
};

enum err documents_show_person(struct tx *tx, struct arena *a)
{
    (void)a;
    return tx_exec(tx, "UPDATE document_templates SET show_person = 1", NULL, 0);
}

/* -- which one is taken -------------------------------------------------------------------- */

/* Built in. */
static const struct document_template usual = { .show_taxes = 1,
                                                .show_points = 1,
                                                .show_code = 1,
                                                .show_person = 1,
                                                .active = 1 };

static int fit(const struct document_template *t, int64_t site, const char *language)
{
    bool other_site = t->site.id != 0 && t->site.id != site;
    bool other_language = !text_empty(t->language) && !text_is(t->language, language);
    if (other_site || other_language) {
        return -1;
    }
    return (t->site.id != 0 ? 2 : 0) + (text_empty(t->language) ? 0 : 1);
}

/* The one asked for by code or number, if it is of this kind; also one that is not active, so that
 * it can be tried first. */
static enum err asked_for(struct cx *cx, text_t wanted, enum template_kind kind,
                          struct document_template *out)
{
    int64_t id;
    enum err e = store_find(cx, &document_template_entity, "code", wanted, out);
    if (e == ERR_NOT_FOUND && text_to_i64(wanted, &id) == OK) {
        e = store_get_any(cx, &document_template_entity, id, out);
    }
    if (e == ERR_NOT_FOUND || (e == OK && out->kind != (choice_t)kind)) {
        return REFUSE(cx, &refusal_unknown_reference, TEXT("template"), wanted,
                      text_of(cx_text(cx, kinds[kind].label)));
    }
    return e;
}

enum err template_choose(struct cx *cx, text_t wanted, enum template_kind kind, int64_t site,
                         const char *language, struct document_template *out)
{
    struct document_template *list;
    size_t n;
    int best = -1;
    const struct value args[] = { v_int(kind) };
    *out = usual;
    if (!text_empty(wanted)) {
        return asked_for(cx, wanted, kind, out);
    }
    TRY(store_select(cx, &document_template_entity,
                     "kind = $1 AND active = 1 AND archived = 0 ORDER BY id", args, 1, &list, &n));
    for (size_t i = 0; i < n; i++) {
        int f = fit(&list[i], site, language);
        if (f > best) {
            best = f;
            *out = list[i];
        }
    }
    return OK;
}
