/* Placeholders: one scan that both checks and fills. */
#include "back/documents/placeholder.h"

#define FILLED_MAX ((size_t)256 * 1024)

const char *const placeholder_names[PLACEHOLDERS] = {
    [PLACEHOLDER_COMPANY_NAME] = "company.name",
    [PLACEHOLDER_COMPANY_TAX_ID] = "company.tax_id",
    [PLACEHOLDER_SITE_NAME] = "site.name",
    [PLACEHOLDER_SITE_STREET] = "site.street",
    [PLACEHOLDER_SITE_CITY] = "site.city",
    [PLACEHOLDER_SITE_POSTAL_CODE] = "site.postal_code",
    [PLACEHOLDER_SITE_PHONE] = "site.phone",
    [PLACEHOLDER_DOCUMENT_NUMBER] = "document.number",
    [PLACEHOLDER_DOCUMENT_DATE] = "document.date",
    [PLACEHOLDER_CUSTOMER_NAME] = "customer.name",
    [PLACEHOLDER_CUSTOMER_CODE] = "customer.code",
    [PLACEHOLDER_CUSTOMER_TAX_ID] = "customer.tax_id",
    [PLACEHOLDER_TOTAL] = "total",
    [PLACEHOLDER_SERVED_BY] = "served_by",
};

struct scan {
    text_t rest;
    text_t plain; /* before the placeholder */
    text_t name;  /* TEXT_NONE: there is only plain text */
    bool brace;   /* one without its partner: name is what follows it */
};

static text_t first(text_t t, size_t n)
{
    return (text_t){ t.s, t.n < n ? t.n : n };
}

/* The next piece. A doubled brace ends a piece of plain text that holds one of the two. */
static bool step(struct scan *s)
{
    text_t t = s->rest;
    size_t i = 0;
    if (t.n == 0) {
        return false;
    }
    while (i < t.n && t.s[i] != '{' && t.s[i] != '}') {
        i++;
    }
    s->plain = (text_t){ t.s, i };
    s->name = TEXT_NONE;
    s->rest = (text_t){ t.s + i, t.n - i };
    if (i == t.n) {
        return true;
    }
    if (i + 1 < t.n && t.s[i + 1] == t.s[i]) {
        s->plain.n++;
        s->rest = (text_t){ t.s + i + 2, t.n - i - 2 };
        return true;
    }
    size_t end = i + 1;
    while (end < t.n && t.s[end] != '}' && t.s[end] != '{' && t.s[end] != '\n') {
        end++;
    }
    s->brace = t.s[i] == '}' || end == t.n || t.s[end] != '}';
    s->name = s->brace ? first((text_t){ t.s + i, t.n - i }, 30)
                       : text_trim((text_t){ t.s + i + 1, end - i - 1 });
    s->rest = s->brace ? (text_t){ t.s + t.n, 0 } : (text_t){ t.s + end + 1, t.n - end - 1 };
    return true;
}

static int find(text_t name)
{
    for (int i = 0; i < PLACEHOLDERS; i++) {
        if (text_is(name, placeholder_names[i])) {
            return i;
        }
    }
    return -1;
}

enum placeholder_fault placeholders_check(text_t t, text_t *which)
{
    struct scan s = { .rest = t };
    *which = TEXT_NONE;
    while (step(&s)) {
        if (s.brace || (s.name.s && find(s.name) < 0)) {
            *which = s.name;
            return s.brace ? PLACEHOLDER_BRACE : PLACEHOLDER_UNKNOWN;
        }
    }
    return PLACEHOLDERS_FINE;
}

text_t placeholders_fill(struct arena *a, text_t t, const text_t values[static PLACEHOLDERS])
{
    struct scan s = { .rest = t };
    struct buf b;
    if (text_empty(t)) {
        return TEXT_NONE;
    }
    buf_init(&b, a, FILLED_MAX);
    while (step(&s)) {
        int i = s.name.s && !s.brace ? find(s.name) : -1;
        buf_text(&b, s.plain);
        if (i >= 0) {
            buf_text(&b, values[i]);
        }
    }
    return buf_done(&b);
}

text_t placeholders_known(struct arena *a)
{
    struct buf b;
    buf_init(&b, a, 1000);
    for (int i = 0; i < PLACEHOLDERS; i++) {
        buf_fmt(&b, "%s{%s}", i ? ", " : "", placeholder_names[i]);
    }
    return buf_done(&b);
}
