/* Live streams of events (server-sent events, as HTML defines them): one thread looks for news and
 * wakes the streams.
 *
 * Each stream remembers how far it has read, so it misses nothing whether it is slow or the server
 * was restarted (Last-Event-ID). The key or session is checked again at every heartbeat: a stream
 * ends when its owner may no longer sign in. */
#ifndef KONTOR_FACE_LIVE_H
#define KONTOR_FACE_LIVE_H

#include "face/rest.h"

#define LIVE_STREAMS_MAX  64
#define LIVE_HEARTBEAT_US (INT64_C(15) * 1000000)
#define LIVE_LOOK_US                                                                               \
    (INT64_C(200) * 1000) /* how often the feed is looked at while someone listens */

/* Where a stream begins; made by rest.c, taken by serve.c. */
struct feed_start {
    int64_t after;
    const struct who *who; /* in the request's arena */
};

struct live;

/* Starts the thread. ERR_NO_MEMORY, ERR_IO. heartbeat_us 0: LIVE_HEARTBEAT_US. */
MUST_USE enum err live_open(struct rest_server *s, int64_t heartbeat_us, struct live **out);
/* Ends the thread; call after http_stop, when no stream is left. */
void live_close(struct live *l);

/* Answers the request with a stream. r must be as rest_call left it and, with its texts, lie in h's
 * arena. ERR_BUSY: too many streams. */
MUST_USE enum err live_stream(struct live *l, struct http_request *h, struct rest_request *r);

#endif
