/* What the files that print and ask for values share. */
#ifndef KONTOR_FACE_PAGE_OWN_H
#define KONTOR_FACE_PAGE_OWN_H

#include "face/page.h"

/* A member's value: a number of any kind, or text. */
union page_member {
    int64_t number;
    text_t text;
};

/* The member of a record, or the value of a field added by users; lines have none. false: no value.
 */
bool page_member(struct page_cx *p, const struct field *f, const void *record,
                 union page_member *out);
/* The same from its text form: a fallback. */
bool page_member_of_text(struct page_cx *p, const struct field *f, text_t t,
                         union page_member *out);
/* The currency of an amount: its sibling's, else the company's. */
text_t page_currency(struct page_cx *p, const struct field *f, const struct field *rows,
                     size_t n_rows, const void *record);
/* A whole number that names something (a till's number, a record's) and counts nothing: it is
 * written without grouping. */
bool page_is_number_name(const struct field *f);
/* A state's tone: what has failed (cancelled, rejected, ...) is bad, what waits too long (late, on
 * hold, ...) warns, whichever place they have; of the others the first one is plain, the last one
 * good, and those between are busy. */
enum tone page_state_tone(const struct field *f, int64_t state);

/* The proof of a report in words; figures[n - 1] is the difference when compared. */
struct page_figure {
    text_t label, value;
};
struct page_proof {
    bool compared, proven;
    text_t verdict; /* TEXT_NONE: nothing is compared */
    struct page_figure *figures;
    size_t n;
};
/* false: the report proves nothing. */
bool page_proof_read(struct page_cx *p, text_t tie_out, const struct choice *ties, size_t n,
                     struct page_proof *out);

/* A QR code of at most 1,000 bytes; label: what it is, for those who cannot see it. ERR_INVALID
 * when it cannot hold them. */
MUST_USE enum err page_qr(struct page_cx *p, text_t data, const char *label);

#endif
