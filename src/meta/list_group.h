/* Groups and sums over a list: the same rows that list_read would page through, gathered by a field
 * or by parts of the calendar. For boards, calendars, grouped tables, footers.
 *
 * Bounded: only the newest GROUP_SCAN_MAX rows (by id) are looked at, and at most GROUPS_MAX groups
 * are answered; what is left out is said. One statement, one more when the bound was reached, and
 * one for the labels of references. */
#ifndef KONTOR_LIST_GROUP_H
#define KONTOR_LIST_GROUP_H

#include "meta/list.h"

#define GROUP_SCAN_MAX 10000
#define GROUPS_MAX     500
#define GROUP_SUMS_MAX 8

/* How values become groups. Dates and times are cut to a piece of the calendar (GROUP_VALUE: to the
 * day); other fields only take GROUP_VALUE. GROUP_HOUR is for times alone. */
enum group_cut { GROUP_VALUE, GROUP_HOUR, GROUP_DAY, GROUP_WEEK, GROUP_MONTH, GROUP_CUTS };

struct group_by {
    text_t field; /* TEXT_NONE: everything is one group, which is `total` */
    enum group_cut cut;
    text_t zone; /* IANA name whose clock cuts times; TEXT_NONE: UTC */
};

/* One group. Of rows without a value key and label are TEXT_NONE and the rest is empty. */
struct group {
    text_t key;   /* as a filter takes it: a choice's name, true, a reference's code (else its id),
                     "2026-11-01" for the first day, "2026-11-21T14" for an hour of the zone */
    text_t label; /* for people: the choice's or the reference's label in the language of the
                     answer; of dates and texts the key */
    int64_t id;   /* of the referenced record */
    date_t day;   /* the first day of the piece */
    int hour;     /* GROUP_HOUR: 0..23 */
    instant_t from, until; /* times: [from, until) is the piece, as filters take it; the hour that
                              comes twice when the clock is set back is one piece */
    int64_t n;
    int64_t sums[GROUP_SUMS_MAX]; /* minor units, millionths or pieces, as the field counts */
};

struct groups {
    const struct field *by;                   /* NULL: everything is one group */
    const struct field *sums[GROUP_SUMS_MAX]; /* in the order in which they were asked for */
    size_t n_sums;
    struct group *items; /* choices in the order of their table, dates newest first, others the most
                            rows first; rows without a value last */
    size_t n;
    struct group total;    /* over all rows that were looked at */
    bool partial;          /* there are more than GROUP_SCAN_MAX rows: older ones are left out */
    bool more;             /* there are more than GROUPS_MAX groups */
    bool other_currencies; /* rows in another currency than the company's are not in the sums of
                              amounts in the record's own currency */
};

/* sums: names of fields that hold amounts, quantities or whole numbers. Refuses unknown_filter
 * (field `group` or `sum`), what list_read refuses of filters, and out_of_range for a sum beyond 64
 * bits. Filters, search, row filter and archived count; sort, after, limit and the like do not. The
 * caller has checked the permission to read the entity. */
MUST_USE enum err list_group(struct cx *cx, const struct list_query *q, const struct group_by *by,
                             const text_t *sums, size_t n_sums, struct groups *out);

/* "month" and the like; false when it is none. */
bool group_cut_named(text_t name, enum group_cut *out);

#endif
