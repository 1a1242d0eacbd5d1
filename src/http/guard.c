/* The guard: what a header must be like before anything of it is believed.
 *
 * MHD is lenient where RFC 9112 leaves no room: it takes the first of two Content-Length, prefers
 * one framing when two are given, accepts names with blanks, and hands over C strings, so that a
 * NUL hides what follows it. Proxies that read the same bytes otherwise would then see another
 * request than we do (request smuggling). So the fields are judged here, and it is checked that
 * they fill the header without a gap: MHD parses in place, hence each name must begin right behind
 * the line end of the field before it. A NUL, or a value folded over lines, leaves a gap. */
#include "http/server.h"

#include <strings.h>

/* Token of RFC 9110, section 5.6.2. */
static bool is_token(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c))) {
            return false;
        }
    }
    return t.n > 0;
}

static bool is_field_value(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return true;
}

/* Enough to know that it is one name or address and perhaps a port; no more is made of it. */
static bool is_host(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alnum && (c == '\0' || !strchr("-._~%:[]", c))) {
            return false;
        }
    }
    return t.n > 0;
}

static bool same_name(text_t t, const char *name)
{
    return t.n == strlen(name) && strncasecmp(t.s, name, t.n) == 0;
}

text_t guard_field(const struct field_line *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (same_name(fields[i].name, name)) {
            return fields[i].value;
        }
    }
    return TEXT_NONE;
}

static int read_length(text_t t, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] < '0' || t.s[i] > '9') {
            return 400;
        }
        if (v > (UINT64_MAX / 2 - 9) / 10) {
            return 413;
        }
        v = v * 10 + (uint64_t)(t.s[i] - '0');
    }
    *out = v;
    return t.n ? 0 : 400;
}

int guard_fields(const struct field_line *fields, size_t n, bool http_1_0,
                 struct guard_facts *facts)
{
    size_t lengths = 0;
    size_t codings = 0;
    size_t hosts = 0;
    text_t length = TEXT_NONE;
    *facts = (struct guard_facts){ 0 };
    for (size_t i = 0; i < n; i++) {
        const struct field_line *f = &fields[i];
        if (!is_token(f->name) || !is_field_value(f->value)) {
            return 400;
        }
        if (same_name(f->name, "Content-Length")) {
            lengths++;
            length = f->value;
        } else if (same_name(f->name, "Transfer-Encoding")) {
            codings++;
            if (!same_name(f->value, "chunked")) {
                return 400;
            }
        } else if (same_name(f->name, "Host")) {
            hosts++;
            facts->host = f->value;
            if (!is_host(f->value)) {
                return 400;
            }
        }
    }
    if (lengths > 1 || codings > 1 || (lengths && codings) || (codings && http_1_0)) {
        return 400;
    }
    if (hosts > 1 || (hosts == 0 && !http_1_0)) {
        return 400;
    }
    facts->declared = codings ? HTTP_NO_LENGTH : 0;
    return lengths ? read_length(length, &facts->declared) : 0;
}

/* The fields as MHD lists them, and whether they lie in its buffer without gaps. */
struct collect {
    size_t n;
    const char *end; /* of what has been accounted for, without its line end */
    int refused;
    struct field_line at[HTTP_FIELDS_MAX]; /* in MHD's buffer */
};

/* p stands behind `line_ends` line ends (CRLF or LF) that follow `end`. */
static bool follows(const char *end, const char *p, ptrdiff_t line_ends)
{
    return p - end >= line_ends && p - end <= 2 * line_ends;
}

static enum MHD_Result collect_field(void *arg, enum MHD_ValueKind kind, const char *name,
                                     size_t name_size, const char *value, size_t value_size)
{
    struct collect *c = arg;
    (void)kind;
    if (c->n == HTTP_FIELDS_MAX) {
        c->refused = 431;
        return MHD_NO;
    }
    if (!value || !follows(c->end, name, 1) || value < name) {
        c->refused = 400;
        return MHD_NO;
    }
    c->end = value + value_size;
    while (value_size && (value[value_size - 1] == ' ' || value[value_size - 1] == '\t')) {
        value_size--;
    }
    c->at[c->n].name = (text_t){ name, name_size };
    c->at[c->n].value = (text_t){ value, value_size };
    c->n++;
    return MHD_YES;
}

/* Copies the fields into the arena: MHD's buffer does not outlive the connection, the handler may.
 */
static void keep_fields(struct exchange *x, const struct collect *c)
{
    struct arena *a = &x->request.arena;
    size_t bytes = 0;
    for (size_t i = 0; i < c->n; i++) {
        bytes += c->at[i].name.n + c->at[i].value.n + 2;
    }
    char *p = arena_take(a, bytes + 1);
    struct field_line *fields = arena_take(a, (c->n + 1) * sizeof *fields);
    if (a->failed) {
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        const text_t *from[2] = { &c->at[i].name, &c->at[i].value };
        text_t *to[2] = { &fields[i].name, &fields[i].value };
        for (int k = 0; k < 2; k++) {
            memcpy(p, from[k]->s, from[k]->n);
            p[from[k]->n] = '\0';
            *to[k] = (text_t){ p, from[k]->n };
            p += from[k]->n + 1;
        }
    }
    x->fields = fields;
    x->n_fields = c->n;
}

static int read_fields(struct exchange *x, const char *method, const char *version)
{
    const union MHD_ConnectionInfo *size = MHD_get_connection_info(
        x->link, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct collect c;
    c.n = 0;
    c.refused = 0;
    c.end = version + strlen(version);
    if (!size || size->header_size > HTTP_HEADER_MAX) {
        return 431;
    }
    MHD_get_connection_values_n(x->link, MHD_HEADER_KIND, collect_field, &c);
    if (c.refused == 0 && !follows(c.end, method + size->header_size, 2)) {
        c.refused = 400;
    }
    keep_fields(x, &c);
    return c.refused;
}

static enum http_method method_of(text_t name)
{
    static const struct {
        const char *name;
        enum http_method method;
    } known[] = {
        { "GET", HTTP_GET },         { "POST", HTTP_POST },     { "PATCH", HTTP_PATCH },
        { "PUT", HTTP_PUT },         { "DELETE", HTTP_DELETE }, { "HEAD", HTTP_HEAD },
        { "OPTIONS", HTTP_OPTIONS },
    };
    for (size_t i = 0; i < N_ELEMENTS(known); i++) {
        if (text_is(name, known[i].name)) {
            return known[i].method;
        }
    }
    return HTTP_OTHER;
}

static int read_target(struct exchange *x, text_t host)
{
    struct http_request *r = &x->request;
    struct http_target target;
    if (http_target_split(x->target, &target) != OK) {
        return 400;
    }
    if (target.authority.s &&
        (target.authority.n != host.n || strncasecmp(target.authority.s, host.s, host.n) != 0)) {
        return 400;
    }
    if (text_is(x->target, "*") && r->method != HTTP_OPTIONS) {
        return 400;
    }
    r->query = target.query;
    enum err e = http_path_decode(&r->arena, target.path, &r->path);
    return e == OK ? 0 : e == ERR_INVALID ? 400 : 503;
}

int guard_head(struct exchange *x, const char *method, const char *version)
{
    struct http_request *r = &x->request;
    struct guard_facts facts;
    bool http_1_0 = strcmp(version, "HTTP/1.0") == 0;
    int refused = read_fields(x, method, version);
    if (refused == 0) {
        refused = x->refused; /* the target was too long */
    }
    if (r->arena.failed) {
        return 503;
    }
    if (refused) {
        return refused;
    }
    x->method = text_copy(&r->arena, text_of(method));
    r->method = method_of(x->method);
    /* One blank between the three parts of the first line, and no NUL in any of them. */
    if (!is_token(x->method) || x->target_at != (uintptr_t)method + x->method.n + 1 ||
        (uintptr_t)version != x->target_at + x->target.n + 1) {
        return 400;
    }
    refused = guard_fields(x->fields, x->n_fields, http_1_0, &facts);
    if (refused) {
        return refused;
    }
    x->declared = facts.declared;
    x->framed = true;
    refused = read_target(x, facts.host);
    return refused == 0 && r->arena.failed ? 503 : refused;
}
