/* What a request's target and cookies say: pure functions over bytes that strangers sent, without
 * a server, so that they can be tested and fuzzed alone. Results lie in the arena. */
#ifndef KONTOR_HTTP_PARAMS_H
#define KONTOR_HTTP_PARAMS_H

#include "http/http.h"

/* The parts of a request target, not decoded, pointing into it. Origin form ("/a?b") and absolute
 * form ("http://host/a?b"); *authority is TEXT_NONE in the first. "*" counts as "/".
 * ERR_INVALID for anything else, for a fragment, a backslash, a blank or a control character. */
struct http_target {
    text_t authority, path, query;
};
MUST_USE enum err http_target_split(text_t target, struct http_target *out);

/* The path with its escapes resolved, once. ERR_INVALID for a broken escape, NUL, a control
 * character, an escaped '/' or '\' (the decoded path could not be told from another one), text that
 * is not UTF-8, and for an empty, "." or ".." segment. */
MUST_USE enum err http_path_decode(struct arena *a, text_t raw, text_t *out);

/* Parameters as forms send them: "a=1&b=two+words", in order; pieces without '=' have an empty
 * value, empty pieces are skipped. ERR_INVALID for a broken escape, NUL or bad UTF-8, ERR_RANGE for
 * more than max. */
MUST_USE enum err http_form_parse(struct arena *a, text_t raw, size_t max,
                                  const struct http_param **out, size_t *n);

/* The first value of the named cookie in a Cookie header, without quotes, or TEXT_NONE. A value
 * that holds what RFC 6265 does not allow in one is skipped. */
text_t http_cookie_find(struct arena *a, text_t header, const char *name);

#endif
