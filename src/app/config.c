/* Settings from four places. */
#include "app/config.h"

#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>

#define FILE_BYTES_MAX ((size_t)64 * 1024)

static const struct {
    const char *key;
    size_t at;
} keys[] = {
    { "data", offsetof(struct config, data) },
    { "db", offsetof(struct config, db) },
    { "listen", offsetof(struct config, listen) },
    { "tls_cert", offsetof(struct config, tls_cert) },
    { "tls_key", offsetof(struct config, tls_key) },
    { "log", offsetof(struct config, log) },
    { "trusted_proxies", offsetof(struct config, trusted_proxies) },
    { "smtp", offsetof(struct config, outside.smtp) },
    { "push_allow", offsetof(struct config, outside.push_allow) },
    { "webhook_allow", offsetof(struct config, outside.webhook_allow) },
    { "ca_file", offsetof(struct config, outside.ca_file) },
};

static const char **member_of(struct config *c, text_t key)
{
    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        if (text_is(key, keys[i].key)) {
            return (const char **)(void *)((char *)c + keys[i].at);
        }
    }
    return NULL;
}

static bool is_blank_or_comment(text_t t)
{
    t = text_trim(t);
    return t.n == 0 || t.s[0] == '#';
}

/* A basic string of TOML with the escapes that a path or address may need: \\ and \". */
static bool read_string(struct arena *a, text_t t, text_t *value, text_t *rest)
{
    struct buf b;
    size_t i = 1;
    if (t.n < 2 || t.s[0] != '"') {
        return false;
    }
    buf_init(&b, a, FILE_BYTES_MAX);
    for (; i < t.n && t.s[i] != '"'; i++) {
        if (t.s[i] == '\\') {
            i++;
            if (i == t.n || (t.s[i] != '\\' && t.s[i] != '"')) {
                return false;
            }
        }
        buf_char(&b, t.s[i]);
    }
    if (i == t.n) {
        return false;
    }
    *value = b.n ? buf_done(&b) : TEXT("");
    *rest = (text_t){ t.s + i + 1, t.n - i - 1 };
    return true;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct arena *a, text_t line, struct config *out)
{
    text_t rest, value, after;
    if (is_blank_or_comment(line)) {
        return NULL;
    }
    text_t key = text_trim(text_split(line, '=', &rest));
    if (!rest.s) {
        return "not of the form key = \"value\"";
    }
    const char **member = member_of(out, key);
    if (!member) {
        return "an unknown key";
    }
    if (!read_string(a, text_trim(rest), &value, &after) || !is_blank_or_comment(after)) {
        return "the value must stand in double quotes";
    }
    if (!*member) {
        *member = value.s;
    }
    return NULL;
}

enum err config_read(struct arena *a, const char *path, struct config *out, char why[static 256])
{
    text_t all;
    int line = 0;
    why[0] = '\0';
    enum err e = file_read(a, path, FILE_BYTES_MAX, &all);
    if (e != OK) {
        (void)snprintf(why, 256, "%s cannot be read (%s)", path, err_name(e));
        return e;
    }
    while (all.s) {
        text_t one = text_split(all, '\n', &all);
        const char *wrong = read_line(a, one, out);
        line++;
        if (wrong) {
            (void)snprintf(why, 256, "%s, line %d: %s", path, line, wrong);
            return ERR_INVALID;
        }
    }
    return OK;
}

static const char *environment(const char *name)
{
    const char *v = getenv(name);
    return v && *v ? v : NULL;
}

/* The environment may hold what a file of many readers should not: the mail server's password. */
static void settle_outside(struct outside *o, const struct outside *from_file)
{
    const char *smtp = environment("KONTOR_SMTP"), *allow = environment("KONTOR_PUSH_ALLOW"),
               *hooks = environment("KONTOR_WEBHOOK_ALLOW"), *ca = environment("KONTOR_CA_FILE");
    o->smtp = smtp ? smtp : from_file->smtp;
    o->push_allow = allow ? allow : from_file->push_allow;
    o->webhook_allow = hooks ? hooks : from_file->webhook_allow;
    o->ca_file = ca ? ca : from_file->ca_file;
}

enum err config_settle(struct arena *a, const char *file, struct config *out, char why[static 256])
{
    if (!out->data && !out->db) {
        out->db = environment("KONTOR_DB");
    }
    if (!out->listen) {
        out->listen = environment("KONTOR_LISTEN");
    }
    struct config from_file = { 0 };
    enum err e = config_read(a, file ? file : CONFIG_FILE, &from_file, why);
    if (e != OK && (file || e != ERR_NOT_FOUND)) {
        return e;
    }
    if (!out->data && !out->db) {
        out->db = from_file.db;
        out->data = from_file.db ? NULL : from_file.data;
    }
    out->listen = out->listen ? out->listen : from_file.listen ? from_file.listen : CONFIG_LISTEN;
    out->tls_cert = out->tls_cert ? out->tls_cert : from_file.tls_cert;
    out->tls_key = out->tls_key ? out->tls_key : from_file.tls_key;
    out->log = out->log ? out->log : from_file.log;
    out->trusted_proxies = out->trusted_proxies ? out->trusted_proxies : from_file.trusted_proxies;
    settle_outside(&out->outside, &from_file.outside);
    if (!out->db) {
        out->data = out->data ? out->data : CONFIG_DATA;
        out->db = text_fmt(a, "sqlite:%s/kontor.db", out->data).s;
    }
    return OK;
}

enum err config_address(struct arena *a, const char *listen, const char **address, int *port)
{
    const char *colon = strrchr(listen, ':');
    int64_t n;
    if (!colon || text_to_i64(text_of(colon + 1), &n) != OK || n < 0 || n > 65535 ||
        colon[1] == '+' || colon[1] == '-') {
        return ERR_INVALID;
    }
    text_t host = { listen, (size_t)(colon - listen) };
    if (host.n >= 2 && host.s[0] == '[' && host.s[host.n - 1] == ']') {
        host = (text_t){ host.s + 1, host.n - 2 };
    } else if (host.n && memchr(host.s, ':', host.n)) {
        return ERR_INVALID; /* an IPv6 address must stand in brackets */
    }
    *address = text_is(host, "localhost") ? "127.0.0.1" : host.n ? text_copy(a, host).s : "::";
    *port = (int)n;
    return OK;
}

const char *config_sqlite_path(const char *db)
{
    return strncmp(db, "sqlite:", 7) == 0 ? db + 7 : NULL;
}
