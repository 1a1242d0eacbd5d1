/* Problem documents (RFC 9457) in the caller's language. */
#include "base/log.h"
#include "flow/own.h"
#include "os/random.h"

#define PROBLEM_MAX ((size_t)16 * 1024)

static const struct refusal *refusal_for(enum err outcome)
{
    switch (outcome) {
    case ERR_NOT_FOUND:
        return &refusal_not_found;
    case ERR_NO_MEMORY:
        return &refusal_out_of_memory;
    case ERR_DISK_FULL:
        return &refusal_disk_full;
    case ERR_STORE:
    case ERR_IO:
        return &refusal_store_unavailable;
    case ERR_BUSY:
    case ERR_CONFLICT:
        return &refusal_store_busy;
    case ERR_TIMEOUT:
        return &refusal_timeout;
    case ERR_STOPPED:
        return &refusal_stopping;
    case ERR_EXISTS:
        return &refusal_taken;
    case ERR_RANGE:
        return &refusal_out_of_range;
    default:
        return &refusal_internal;
    }
}

/* "{1}" stands for the first value, and so on. */
static void put_detail(struct buf *b, const char *text, const text_t *values)
{
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
            buf_text(b, values[p[1] - '1']);
            p += 2;
        } else {
            buf_char(b, *p);
        }
    }
}

static text_t trace_of(struct cx *cx)
{
    unsigned char bytes[8];
    struct buf b;
    random_bytes(bytes, sizeof bytes);
    buf_init(&b, cx->arena, 40);
    buf_hex(&b, bytes, sizeof bytes);
    return buf_done(&b);
}

static text_t document(struct cx *cx, const struct failure *f, enum err outcome, int *status)
{
    /* What was refused after memory had run out may have been refused for want of it. */
    const bool doubtful = cx->arena->failed;
    const struct refusal *why = doubtful ? &refusal_out_of_memory
                                : f->why ? f->why
                                         : refusal_for(outcome);
    struct buf b, detail;
    struct json_out o;
    text_t trace = trace_of(cx);
    *status = why->status;
    buf_init(&detail, cx->arena, PROBLEM_MAX);
    put_detail(&detail, cx_text(cx, why->detail), f->args);
    buf_init(&b, cx->arena, PROBLEM_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "type", "about:blank");
    json_put_i64(&o, "status", why->status);
    json_put_str(&o, "title", cx_text(cx, why->title));
    json_put_text(&o, "detail", buf_done(&detail));
    json_put_str(&o, "code", why->code);
    if (f->field.s && !doubtful) {
        json_put_text(&o, "field", f->field);
    }
    json_put_text(&o, "trace", trace);
    json_close(&o, '}');
    if (why->status >= 500 && !b.failed) {
        log_error("flow", "%s (%s), trace %s", why->code, err_name(outcome), trace.s);
    }
    return buf_done(&b);
}

text_t flow_problem(struct cx *cx, const struct failure *f, enum err outcome, int *status)
{
    text_t made = document(cx, f, outcome, status);
    /* When memory has run out only here, the second try has the reserve. */
    return made.n ? made : document(cx, f, outcome, status);
}

text_t flow_detail(struct arena *a, text_t problem)
{
    struct json *j = NULL;
    struct json_fault fault;
    bool read = problem.n > 0 && json_parse(a, problem.s, problem.n, &j, &fault) == OK;
    text_t detail = read ? json_get_text(j, "detail") : TEXT_NONE;
    return detail.n ? detail : problem;
}
