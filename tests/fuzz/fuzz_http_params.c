/* What strangers send in targets, forms, cookies and header fields: what is accepted keeps its
 * promises, and a form or path that was accepted, written again and read again is the same. */
#include "http/server.h"

#include <stdlib.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define ARENA_MAX   ((size_t)256 << 20)
#define PARAMS_MAX  64
#define FIELDS_MAX  32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every byte escaped but those in `kept`. */
static text_t escaped(struct arena *a, text_t t, const char *kept)
{
    struct buf b;
    buf_init(&b, a, t.n * 3 + 1);
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] && strchr(kept, t.s[i])) {
            buf_char(&b, t.s[i]);
        } else {
            buf_fmt(&b, "%%%02x", (unsigned)(unsigned char)t.s[i]);
        }
    }
    return buf_done(&b);
}

static void check_path(struct arena *a, text_t raw)
{
    text_t path, again;
    if (http_path_decode(a, raw, &path) != OK) {
        return;
    }
    CHECK(path.n > 0 && path.s[0] == '/' && strlen(path.s) == path.n);
    CHECK(text_utf8_ok(path, false) && !memchr(path.s, '\\', path.n));
    text_t rest = { path.s + 1, path.n - 1 };
    while (rest.s && path.n > 1) {
        text_t segment = text_split(rest, '/', &rest);
        CHECK(segment.n > 0 && !text_is(segment, ".") && !text_is(segment, ".."));
    }
    CHECK(http_path_decode(a, escaped(a, path, "/"), &again) == OK);
    CHECK(text_eq(path, again));
}

static void check_target(struct arena *a, text_t raw)
{
    struct http_target t;
    if (http_target_split(raw, &t) == OK) {
        CHECK(t.path.n > 0 && t.path.s[0] == '/');
        CHECK(!memchr(t.path.s, '?', t.path.n) && !memchr(t.path.s, '#', t.path.n));
        CHECK(t.authority.n + t.query.n <= raw.n);
        CHECK(!t.authority.s || (t.authority.n > 0 && !memchr(t.authority.s, '/', t.authority.n)));
        check_path(a, t.path);
    }
}

static void check_form(struct arena *a, text_t raw)
{
    const struct http_param *list, *again;
    size_t n, n_again;
    struct buf b;
    if (http_form_parse(a, raw, PARAMS_MAX, &list, &n) != OK) {
        CHECK(n == 0);
        return;
    }
    CHECK(n <= PARAMS_MAX);
    buf_init(&b, a, ARENA_MAX);
    for (size_t i = 0; i < n; i++) {
        CHECK(strlen(list[i].name.s) == list[i].name.n);
        CHECK(strlen(list[i].value.s) == list[i].value.n);
        buf_text(&b, escaped(a, list[i].name, ""));
        buf_char(&b, '=');
        buf_text(&b, escaped(a, list[i].value, ""));
        buf_char(&b, '&');
    }
    CHECK(http_form_parse(a, buf_done(&b), PARAMS_MAX, &again, &n_again) == OK && n == n_again);
    for (size_t i = 0; i < n; i++) {
        CHECK(text_eq(list[i].name, again[i].name) && text_eq(list[i].value, again[i].value));
    }
}

static void check_cookie(struct arena *a, text_t raw)
{
    text_t value = http_cookie_find(a, raw, "sid");
    if (value.s) {
        CHECK(value.n <= raw.n && strlen(value.s) == value.n);
        for (size_t i = 0; i < value.n; i++) {
            CHECK(value.s[i] > 0x20 && value.s[i] < 0x7F && !strchr("\",;\\", value.s[i]));
        }
    }
}

/* Lines "name:value" as header fields. */
static void check_fields(text_t raw)
{
    struct field_line fields[FIELDS_MAX];
    struct guard_facts facts;
    size_t n = 0;
    size_t hosts = 0;
    while (raw.s && n < FIELDS_MAX) {
        text_t line = text_split(raw, '\n', &raw);
        fields[n].name = text_split(line, ':', &fields[n].value);
        if (!fields[n].value.s) {
            fields[n].value = TEXT("");
        }
        n++;
    }
    if (guard_fields(fields, n, false, &facts) == 0) {
        for (size_t i = 0; i < n; i++) {
            hosts += fields[i].name.n == 4 && (fields[i].name.s[0] | 0x20) == 'h' &&
                     text_eq(fields[i].value, facts.host);
            CHECK(fields[i].name.n > 0 && !memchr(fields[i].name.s, ' ', fields[i].name.n));
            CHECK(!memchr(fields[i].value.s, '\r', fields[i].value.n));
        }
        CHECK(hosts >= 1 && facts.host.n > 0);
        CHECK(facts.declared == HTTP_NO_LENGTH || facts.declared <= UINT64_MAX / 2);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    struct arena a;
    /* Not NUL-terminated: nothing may look behind its end. */
    text_t raw = { (const char *)data, size };
    ready = ready || arena_reserve_init() == OK;
    CHECK(ready);
    arena_init(&a, ARENA_MAX);
    check_target(&a, raw);
    check_path(&a, raw);
    check_form(&a, raw);
    check_cookie(&a, raw);
    check_fields(raw);
    CHECK(!a.failed);
    arena_free(&a);
    return 0;
}
