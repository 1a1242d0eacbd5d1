/* GET /api/v1/events: a page of what happened, or the live stream. */
#include "face/feed.h"
#include "face/live.h"
#include "face/rest_own.h"

#define EVENTS_LIMIT_MAX 1000

struct asked {
    int64_t after, limit;
};

static enum err take_params(struct rest_work *w, struct asked *out)
{
    *out = (struct asked){ .limit = LIST_LIMIT_DEFAULT };
    for (size_t i = 0; i < w->n_params; i++) {
        text_t name = w->params[i].name, value = w->params[i].value;
        if (text_is(name, "after")) {
            TRY(text_empty(value) ? OK : rest_number(w, "after", value, 0, INT64_MAX, &out->after));
        } else if (text_is(name, "limit")) {
            TRY(rest_number(w, "limit", value, 1, EVENTS_LIMIT_MAX, &out->limit));
        } else {
            return REFUSE(&w->cx, &refusal_unknown_filter, name.n < 100 ? name : TEXT_NONE,
                          name.n < 100 ? name : TEXT("?"));
        }
    }
    return OK;
}

static enum err read_page(struct rest_work *w)
{
    struct asked asked;
    struct feed_page page;
    struct buf b;
    struct json_out o;
    TRY(take_params(w, &asked));
    TRY(feed_read(&w->cx, asked.after, asked.limit, &page));
    buf_init(&b, w->arena, REST_BODY_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_open(&o, "items", '[');
    for (size_t i = 0; i < page.n; i++) {
        json_open(&o, NULL, '{');
        feed_print(&page.events[i], &o);
        json_close(&o, '}');
    }
    json_close(&o, ']');
    json_put_text(&o, "next",
                  page.more ? text_fmt(w->arena, "%lld", (long long)page.last) : TEXT_NONE);
    json_put_i64(&o, "last", page.last); /* go on from here when there is no next */
    json_close(&o, '}');
    rest_json(w, 200, buf_done(&b));
    return b.failed ? ERR_NO_MEMORY : OK;
}

/* Where a stream begins: Last-Event-ID says where the last one broke off (HTML, "Server-sent
 * events"), else after=, else now. */
static enum err stream_start(struct rest_work *w, struct feed_start *out)
{
    struct asked asked;
    TRY(take_params(w, &asked));
    *out = (struct feed_start){ .after = asked.after };
    bool given = false;
    for (size_t i = 0; i < w->n_params; i++) {
        given = given || text_is(w->params[i].name, "after");
    }
    if (w->request->last_event_id.s) {
        return rest_number(w, "after", w->request->last_event_id, 0, INT64_MAX, &out->after);
    }
    return given ? OK : feed_horizon(&w->cx, &out->after);
}

static enum err read_start(struct rest_work *w)
{
    struct feed_start *start = ARENA_NEW(w->arena, struct feed_start);
    TRY(stream_start(w, start));
    start->who = &w->who;
    w->request->answer.status = 200;
    w->request->answer.content_type = "text/event-stream";
    w->request->answer.stream = start;
    return OK;
}

void rest_events(struct rest_work *w)
{
    bool live = w->request->method == HTTP_GET &&
                rest_wants(w->request->accept, "text/event-stream");
    rest_read(w, live ? read_start : read_page);
}
