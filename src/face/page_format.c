/* Values as texts in the page's arena, in the person's format. */
#include "face/page.h"

#define VALUE_LONGEST 4096

static struct buf begin(struct page_cx *p)
{
    struct buf b;
    buf_init(&b, p->cx->arena, VALUE_LONGEST);
    return b;
}

text_t page_money_in(struct page_cx *p, money_t m, text_t currency)
{
    struct buf b = begin(p);
    format_money(p->format, &b, m, currency);
    return buf_done(&b);
}

text_t page_money(struct page_cx *p, money_t m)
{
    return page_money_in(p, m, p->cx->currency);
}

text_t page_quantity(struct page_cx *p, qty_t q)
{
    struct buf b = begin(p);
    format_quantity(p->format, &b, q);
    return buf_done(&b);
}

text_t page_integer(struct page_cx *p, int64_t v)
{
    struct buf b = begin(p);
    format_integer(p->format, &b, v);
    return buf_done(&b);
}

text_t page_date(struct page_cx *p, date_t d, enum date_style style)
{
    struct buf b = begin(p);
    format_date(p->format, &b, d, style);
    return buf_done(&b);
}

text_t page_time(struct page_cx *p, instant_t t, enum time_style style)
{
    struct buf b = begin(p);
    format_time(p->format, &b, t, p->zone, style);
    return buf_done(&b);
}

text_t page_ago(struct page_cx *p, instant_t t)
{
    struct buf b = begin(p);
    format_ago(p->format, &b, t, p->cx->now);
    return buf_done(&b);
}
