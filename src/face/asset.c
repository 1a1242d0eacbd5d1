/* Answers what the build put into the binary (web/build.mjs) and the texts of the scripts, which
 * are made once from the message catalogues, each under a name that holds a hash of its bytes.
 *
 * What is at such an address never changes, so it is kept by browsers for a year and never asked
 * for again; an address of an older program is simply not there any more. */
#include "face/asset.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "face/script_texts.h"
#include "meta/locale.h"

#include <pthread.h>
#include <strings.h>
#include <zlib.h>

#define TEXTS_MAX       ((size_t)1024 * 1024)
#define N_TEXTS_MAX     8
#define GZIP_WINDOW     (15 + 16) /* zlib: the largest window, with gzip's head and tail */
#define GZIP_MEMORY     9
#define ACCEPTED        1000 /* thousandths */
#define HASH_HEX_DIGITS 8

static struct {
    pthread_once_t once;
    struct arena arena; /* for the life of the process */
    struct asset assets[N_TEXTS_MAX];
    size_t n;
} texts = { .once = PTHREAD_ONCE_INIT };

/* -- the texts of the scripts ------------------------------------------------------------------ */

/* window.kontorTexts = { English: translation }: only what differs. */
static text_t texts_of(struct arena *a, const char *language)
{
    struct buf b;
    buf_init(&b, a, TEXTS_MAX);
    buf_str(&b, "window.kontorTexts={");
    bool first = true;
    for (size_t i = 0; i < n_script_texts; i++) {
        const char *said = locale_text(language, script_texts[i]);
        if (strcmp(said, script_texts[i]) != 0) {
            buf_str(&b, first ? "" : ",");
            buf_json(&b, text_of(script_texts[i]));
            buf_char(&b, ':');
            buf_json(&b, text_of(said));
            first = false;
        }
    }
    buf_str(&b, "};\n");
    INVARIANT(!b.failed);
    return buf_done(&b);
}

/* The gzip form, or TEXT_NONE where it is not shorter. */
static text_t gzip_of(struct arena *a, text_t t)
{
    z_stream z = { 0 };
    unsigned char *out = arena_alloc(a, t.n + 64);
    INVARIANT(deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                           Z_DEFAULT_STRATEGY) == Z_OK);
    unsigned char *in = arena_alloc(a, t.n + 1);
    memcpy(in, t.s, t.n);
    z.next_in = in;
    z.avail_in = (uInt)t.n;
    z.next_out = out;
    z.avail_out = (uInt)(t.n + 64);
    bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
    size_t n = z.total_out;
    (void)deflateEnd(&z);
    return whole && n < t.n ? (text_t){ (const char *)out, n } : TEXT_NONE;
}

static void texts_make(void)
{
    struct arena *a = &texts.arena;
    arena_init(a, 8 * TEXTS_MAX);
    INVARIANT(n_languages <= N_TEXTS_MAX);
    for (size_t i = 0; i < n_languages; i++) {
        sha256_t hash;
        char hex[SHA256_HEX + 1];
        text_t plain = texts_of(a, languages[i]);
        text_t packed = gzip_of(a, plain);
        sha256(plain.s, plain.n, &hash);
        sha256_hex(&hash, hex);
        texts.assets[texts.n++] = (struct asset){
            .name = text_fmt(a, "texts-%s.js", languages[i]).s,
            .address =
                text_fmt(a, "/assets/texts-%s-%.*s.js", languages[i], HASH_HEX_DIGITS, hex).s,
            .type = "text/javascript; charset=utf-8",
            .bytes = (const unsigned char *)plain.s,
            .n = plain.n,
            .gzip = (const unsigned char *)packed.s,
            .n_gzip = packed.n,
        };
    }
    INVARIANT(!a->failed);
}

/* -- by name and address ------------------------------------------------------------------------
 */

/* The asset with this name, or with this address when by_address. There are some twenty: a walk is
 * quick enough. */
static const struct asset *find(text_t what, bool by_address)
{
    INVARIANT(pthread_once(&texts.once, texts_make) == 0);
    for (size_t i = 0; i < n_assets; i++) {
        if (text_is(what, by_address ? assets[i].address : assets[i].name)) {
            return &assets[i];
        }
    }
    for (size_t i = 0; i < texts.n; i++) {
        if (text_is(what, by_address ? texts.assets[i].address : texts.assets[i].name)) {
            return &texts.assets[i];
        }
    }
    return NULL;
}

const struct asset *asset_named(const char *name)
{
    return find(text_of(name), false);
}

text_t asset_address(const char *name)
{
    const struct asset *a = asset_named(name);
    INVARIANT(a);
    return text_of(a->address);
}

/* -- answering -----------------------------------------------------------------------------------
 */

/* Quality in thousandths of "gzip;q=0.5": 1000 when none is given, 0 for what cannot be read. */
static int64_t quality(text_t parameters)
{
    while (parameters.s) {
        text_t one = text_trim(text_split(parameters, ';', &parameters));
        int64_t q;
        if (one.n > 2 && (one.s[0] == 'q' || one.s[0] == 'Q') && one.s[1] == '=') {
            bool read = decimal_parse(one.s + 2, one.n - 2, 3, &q) == OK;
            return read && q >= 0 && q <= ACCEPTED ? q : 0;
        }
    }
    return ACCEPTED;
}

static bool same(text_t a, const char *b)
{
    return a.n == strlen(b) && strncasecmp(a.s, b, a.n) == 0;
}

bool asset_gzip_accepted(text_t accept)
{
    int64_t gzip = -1, plain = -1, other = -1;
    while (accept.s) {
        text_t parameters;
        text_t one = text_split(text_split(accept, ',', &accept), ';', &parameters);
        one = text_trim(one);
        if (same(one, "gzip") || same(one, "x-gzip")) {
            gzip = quality(parameters);
        } else if (same(one, "identity")) {
            plain = quality(parameters);
        } else if (same(one, "*")) {
            other = quality(parameters);
        }
    }
    gzip = gzip >= 0 ? gzip : other;
    return gzip > 0 && gzip >= plain;
}

/* What browsers ask for by themselves, under a name that cannot hold a hash. */
static const struct asset *well_known(text_t path)
{
    if (text_is(path, "/favicon.ico") || text_is(path, "/favicon.svg")) {
        return asset_named(path.s + 1);
    }
    return NULL;
}

bool asset_answer(struct http_request *r)
{
    const struct asset *a = find(r->path, true);
    const struct asset *known = a ? NULL : well_known(r->path);
    a = a ? a : known;
    if (!a) {
        return false;
    }
    if (r->method != HTTP_GET && r->method != HTTP_HEAD) {
        const struct http_header_line allow = { "Allow", TEXT("GET, HEAD") };
        http_reply(r, 405, NULL, TEXT_NONE, &allow, 1);
        return true;
    }
    bool packed = a->gzip && asset_gzip_accepted(http_header(r, "Accept-Encoding"));
    const struct http_header_line headers[] = {
        { "Cache-Control",
          known ? TEXT("public, max-age=86400") : TEXT("public, max-age=31536000, immutable") },
        { "Content-Encoding", packed ? TEXT("gzip") : TEXT_NONE },
        { "Vary", a->gzip ? TEXT("Accept-Encoding") : TEXT_NONE },
    };
    const unsigned char *bytes = packed ? a->gzip : a->bytes;
    http_reply(r, 200, a->type, (text_t){ (const char *)bytes, packed ? a->n_gzip : a->n }, headers,
               N_ELEMENTS(headers));
    return true;
}
