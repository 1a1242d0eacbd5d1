/* The event feed as callers see it: what happened, in order, less what is not theirs to read. Pages
 * and live streams stand on it. */
#ifndef KONTOR_FACE_FEED_H
#define KONTOR_FACE_FEED_H

#include "meta/house.h"

#define FEED_SCAN_MAX                                                                              \
    5000 /* events looked at for one page, so that a narrow row filter does not scan the whole     \
            feed */

struct feed_event {
    int64_t seq, at, record, version;
    text_t name, entity, data; /* data: JSON object */
};

struct feed_page {
    struct feed_event *events;
    size_t n;
    int64_t last; /* everything up to here was looked at */
    bool more;    /* there is more behind `last` now */
};

/* The events after `after` that the caller may read, at most limit; none is ever skipped by a
 * reader that goes on from `last`. */
MUST_USE enum err feed_read(struct cx *cx, int64_t after, int64_t limit, struct feed_page *out);

/* The latest events that the caller may read, newest first, at most limit. */
MUST_USE enum err feed_latest(struct cx *cx, int64_t limit, struct feed_page *out);

/* The number up to which no event can still appear. */
MUST_USE enum err feed_horizon(struct cx *cx, int64_t *out);

/* One event as an open JSON object's members. */
void feed_print(const struct feed_event *e, struct json_out *o);

#endif
