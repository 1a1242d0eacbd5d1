/* Which form of an answer is wanted (RFC 9110 section 12.5.1). */
#include "face/rest_own.h"

#include <strings.h>

/* Quality in thousandths from parameters such as "q=0.5"; 1000 when none is given, 0 for what
 * cannot be read. */
static int quality(text_t parameters)
{
    text_t rest = parameters;
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ';', &rest));
        int64_t q;
        if (one.n > 2 && (one.s[0] == 'q' || one.s[0] == 'Q') && one.s[1] == '=') {
            return decimal_parse(one.s + 2, one.n - 2, 3, &q) == OK && q >= 0 && q <= 1000 ? (int)q
                                                                                           : 0;
        }
    }
    return 1000;
}

static bool same(text_t a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.s, b, a.n) == 0;
}

/* The quality of a type in the header: its own range counts before a wildcard. */
static int quality_of(text_t accept, const char *type, bool by_wildcard)
{
    text_t rest = accept;
    int own = -1, wild = -1;
    size_t major = strcspn(type, "/") + 1;
    while (rest.s) {
        text_t parameters;
        text_t range = text_trim(text_split(text_split(rest, ',', &rest), ';', &parameters));
        if (same(range, type)) {
            own = quality(parameters);
        } else if (same(range, "*/*") || (range.n == major + 1 && range.s[major] == '*' &&
                                          strncasecmp(range.s, type, major) == 0)) {
            wild = quality(parameters);
        }
    }
    return own >= 0 ? own : by_wildcard && wild >= 0 ? wild : 0;
}

/* JSON is what comes when nothing, or anything, is accepted. */
bool rest_wants(text_t accept, const char *type)
{
    if (!accept.s) {
        return false;
    }
    int wanted = quality_of(accept, type, false);
    return wanted > 0 && wanted >= quality_of(accept, "application/json", true);
}
