/* Mail by gmime and libcurl. */
#include "face/smtp.h"

#include "face/outside_own.h"
#include "os/thread.h"

#include <ctype.h>
#include <gmime/gmime.h>

#define LOCAL_MAX   64
#define LABEL_MAX   63
#define WORDS_MAX   400
#define MESSAGE_MAX ((size_t)48 * 1024 * 1024)

/* -- addresses --------------------------------------------------------------------------------- */

static bool is_atom(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool local_ok(text_t t)
{
    for (size_t i = 0; i < t.n; i++) {
        bool dot = t.s[i] == '.' && i > 0 && i + 1 < t.n && t.s[i - 1] != '.';
        if (!dot && !is_atom(t.s[i])) {
            return false;
        }
    }
    return t.n > 0 && t.n <= LOCAL_MAX;
}

static bool domain_ok(text_t t)
{
    size_t labels = 0;
    while (t.s) {
        text_t label = text_split(t, '.', &t);
        labels++;
        if (label.n == 0 || label.n > LABEL_MAX || label.s[0] == '-' ||
            label.s[label.n - 1] == '-') {
            return false;
        }
        for (size_t i = 0; i < label.n; i++) {
            if (!isalnum((unsigned char)label.s[i]) && label.s[i] != '-') {
                return false;
            }
        }
    }
    return labels > 0;
}

bool smtp_address_ok(text_t address)
{
    text_t domain;
    if (address.n == 0 || address.n > SMTP_ADDRESS_MAX) {
        return false;
    }
    text_t local = text_split(address, '@', &domain);
    return domain.s && local_ok(local) && domain_ok(domain);
}

/* -- composing --------------------------------------------------------------------------------- */

static bool one_line(text_t t)
{
    return text_utf8_ok(t, false);
}

static bool sound(const struct smtp_message *m)
{
    bool ok = one_line(m->from_name) && one_line(m->subject) && one_line(m->message_id) &&
              smtp_address_ok(m->from) && m->n_to + m->n_cc > 0;
    for (size_t i = 0; ok && i < m->n_to; i++) {
        ok = smtp_address_ok(m->to[i]);
    }
    for (size_t i = 0; ok && i < m->n_cc; i++) {
        ok = smtp_address_ok(m->cc[i]);
    }
    for (size_t i = 0; ok && i < m->n_files; i++) {
        ok = one_line(m->files[i].name);
    }
    return ok;
}

static void gmime_begin(void)
{
    static mutex_t lock = MUTEX_INIT;
    static bool begun;
    mutex_lock(&lock);
    if (!begun) {
        g_mime_init();
        begun = true;
    }
    mutex_unlock(&lock);
}

/* Texts of an arena end in NUL; the functions of gmime read up to it. */
static const char *str(text_t t)
{
    return t.s ? t.s : "";
}

static GMimeObject *text_part(const char *subtype, text_t t)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, str(t));
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static void put_in(GMimeMultipart *multipart, GMimeObject *part)
{
    g_mime_multipart_add(multipart, part);
    g_object_unref(part);
}

static GMimeObject *file_part(const struct smtp_file *f, struct arena *a)
{
    text_t sub, type = text_split(f->type, '/', &sub);
    GMimePart *part = g_mime_part_new_with_type(text_copy(a, type).s, str(sub));
    GMimeStream *bytes = g_mime_stream_mem_new_with_buffer(f->bytes.s, f->bytes.n);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(bytes,
                                                                    GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    g_mime_part_set_filename(part, str(f->name));
    g_object_unref(content);
    g_object_unref(bytes);
    return GMIME_OBJECT(part);
}

static GMimeObject *body_of(const struct smtp_message *m, struct arena *a)
{
    GMimeObject *body = text_part("plain", m->text);
    if (m->html.s) {
        GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
        put_in(both, body);
        put_in(both, text_part("html", m->html));
        body = GMIME_OBJECT(both);
    }
    if (m->n_files) {
        GMimeMultipart *all = g_mime_multipart_new_with_subtype("mixed");
        put_in(all, body);
        for (size_t i = 0; i < m->n_files; i++) {
            put_in(all, file_part(&m->files[i], a));
        }
        body = GMIME_OBJECT(all);
    }
    return body;
}

static void head_of(GMimeMessage *message, const struct smtp_message *m)
{
    GDateTime *date = g_date_time_new_from_unix_utc(m->date.us / US_PER_SECOND);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM,
                               text_empty(m->from_name) ? NULL : str(m->from_name), str(m->from));
    for (size_t i = 0; i < m->n_to; i++) {
        g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, NULL, str(m->to[i]));
    }
    for (size_t i = 0; i < m->n_cc; i++) {
        g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_CC, NULL, str(m->cc[i]));
    }
    g_mime_message_set_subject(message, str(m->subject), "utf-8");
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, str(m->message_id));
    if (m->automatic) {
        g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", "auto-generated", NULL);
    }
    g_date_time_unref(date);
}

enum err smtp_compose(const struct smtp_message *m, struct arena *a, text_t *bytes)
{
    if (!sound(m)) {
        return ERR_INVALID;
    }
    gmime_begin();
    GMimeMessage *message = g_mime_message_new(FALSE);
    GMimeObject *body = body_of(m, a);
    head_of(message, m);
    g_mime_message_set_mime_part(message, body);
    g_object_unref(body);
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *out = g_mime_stream_mem_new();
    bool written = g_mime_object_write_to_stream(GMIME_OBJECT(message), options, out) >= 0;
    const GByteArray *all = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(out));
    written = written && all->len <= MESSAGE_MAX;
    if (written) {
        *bytes = (text_t){ arena_copy(a, (const char *)all->data, all->len), all->len };
    }
    g_object_unref(out);
    g_mime_format_options_free(options);
    g_object_unref(message);
    return a->failed || !written ? ERR_NO_MEMORY : OK;
}

/* -- sending ----------------------------------------------------------------------------------- */

struct sending {
    text_t rest;           /* of the message */
    bool body;             /* it was asked for */
    char words[WORDS_MAX]; /* the server's last refusal */
};

static size_t give(char *out, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    size_t take = size * n < s->rest.n ? size * n : s->rest.n;
    s->body = true;
    memcpy(out, s->rest.s, take);
    s->rest.s += take;
    s->rest.n -= take;
    return take;
}

/* Each line of an answer comes here: the last refusal stands, also behind the goodbye. */
static size_t hear(char *line, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    text_t t = text_trim((text_t){ line, size * n });
    if (t.n == 0 || (t.s[0] != '4' && t.s[0] != '5')) {
        return size * n;
    }
    size_t keep = t.n < WORDS_MAX - 1 ? t.n : WORDS_MAX - 1;
    for (size_t i = 0; i < keep; i++) {
        s->words[i] = t.s[i] >= ' ' && t.s[i] <= '~' ? t.s[i] : '?';
    }
    s->words[keep] = '\0';
    return size * n;
}

static struct curl_slist *recipients(const struct smtp_message *m)
{
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < m->n_to + m->n_cc; i++) {
        text_t one = i < m->n_to ? m->to[i] : m->cc[i - m->n_to];
        struct curl_slist *longer = curl_slist_append(list, one.s);
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* Said for good, about this message: not "wrong order" or "sign in first", which are ours to mend.
 */
static bool for_good(CURLcode result, long code, bool body)
{
    static const long ours[] = { 502, 503, 504, 530, 534, 535, 538 };
    for (size_t i = 0; i < N_ELEMENTS(ours); i++) {
        if (code == ours[i]) {
            return false;
        }
    }
    return code >= 500 && code <= 599 && (result == CURLE_SEND_ERROR || body);
}

static CURLcode prepare(CURL *c, const struct outside_relay *relay, const struct smtp_message *m,
                        struct curl_slist *to, struct sending *s)
{
    CURLcode r = CURLE_OK;
    CURL_SET(r, c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    CURL_SET(r, c, CURLOPT_URL, relay->url);
    CURL_SET(r, c, CURLOPT_USE_SSL, (long)(relay->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    if (relay->user) {
        CURL_SET(r, c, CURLOPT_USERNAME, relay->user);
        CURL_SET(r, c, CURLOPT_PASSWORD, relay->password ? relay->password : "");
    }
    CURL_SET(r, c, CURLOPT_MAIL_FROM, m->from.s);
    CURL_SET(r, c, CURLOPT_MAIL_RCPT, to);
    CURL_SET(r, c, CURLOPT_UPLOAD, 1L);
    CURL_SET(r, c, CURLOPT_READFUNCTION, give);
    CURL_SET(r, c, CURLOPT_READDATA, s);
    CURL_SET(r, c, CURLOPT_HEADERFUNCTION, hear);
    CURL_SET(r, c, CURLOPT_HEADERDATA, s);
    CURL_SET(r, c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->rest.n);
    return r;
}

static enum smtp_end end_of(CURL *c, CURLcode r, const struct sending *s, const atomic_bool *stop,
                            const char *error, struct arena *a, text_t *said)
{
    long code = 0;
    if (r == CURLE_OK) {
        return SMTP_SENT;
    }
    if (r == CURLE_ABORTED_BY_CALLBACK && atomic_load(stop)) {
        *said = TEXT("the program was stopped");
        return SMTP_STOPPED;
    }
    if (r == CURLE_ABORTED_BY_CALLBACK) {
        r = CURLE_OPERATION_TIMEDOUT;
    }
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    *said = text_fmt(a, "%s", s->words[0] ? s->words : error[0] ? error : curl_easy_strerror(r));
    return for_good(r, code, s->body) ? SMTP_REFUSED : SMTP_LATER;
}

enum smtp_end smtp_send(const struct outside *o, const struct smtp_message *m, text_t bytes,
                        const atomic_bool *stop, int64_t timeout_ms, struct arena *a, text_t *said)
{
    char error[CURL_ERROR_SIZE];
    const struct outside_bounds bounds = { stop, outside_ms() + timeout_ms };
    struct sending sending = { .rest = bytes };
    struct outside_relay relay = { 0 };
    *said = TEXT_NONE;
    if (!o->smtp || !outside_relay_read(o->smtp, &relay)) {
        outside_relay_free(&relay);
        return SMTP_NO_SERVER;
    }
    enum smtp_end end = SMTP_LATER;
    struct curl_slist *to = recipients(m);
    CURL *c = to ? outside_handle(o, &bounds, error) : NULL;
    CURLcode r = c ? prepare(c, &relay, m, to, &sending) : CURLE_OUT_OF_MEMORY;
    if (c && r == CURLE_OK) {
        r = curl_easy_perform(c);
        end = end_of(c, r, &sending, stop, error, a, said);
    } else {
        *said = text_of(curl_easy_strerror(r));
    }
    curl_easy_cleanup(c);
    curl_slist_free_all(to);
    outside_relay_free(&relay);
    return end;
}
