/* `kontor init`: an empty company that can trade at once.
 *
 * Each step first looks whether what it makes is there, so an init that was broken off is simply
 * run again and adds the rest. The administrator comes last; with one the house counts as made. */
#include "app/init.h"

#include "db/db.h"
#include "os/file.h"

#include <stdio.h>

#define BODY_MAX ((size_t)64 * 1024)

struct init {
    struct cli *cli;
    const struct init_country *country;
    text_t country_code, currency;
    const char *name, *language, *time_zone;
    int64_t company;
};

/* Upper case letters and digits of the name, to tell companies apart: "MUSTER". */
static const char *company_code(struct arena *a, const char *name)
{
    struct buf b;
    buf_init(&b, a, 64);
    for (const char *p = name; *p && b.n < 12; p++) {
        char c = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
            buf_char(&b, c);
        }
    }
    return b.n ? b.p : "MAIN";
}

/* Is there a row? The statement's first column is an id, its first parameter the company. *id (may
 * be NULL) gets it. CLI_NO after a message when the store cannot be read. */
static int look_for(struct init *in, const char *sql, const char *code, int64_t *id, bool *there)
{
    struct value v;
    const struct value args[] = { v_int(in->company), v_str(code) };
    enum err e = cli_lookup(in->cli, sql, args, code ? 2 : 1, &v);
    *there = v.type == V_INT;
    if (id && *there) {
        *id = v.i;
    }
    return e == OK ? CLI_OK : cli_fail("the store cannot be read (%s)", err_name(e));
}

static void begin(struct init *in, struct buf *b, struct json_out *o)
{
    buf_init(b, &in->cli->arena, BODY_MAX);
    json_out_init(o, b);
    json_open(o, NULL, '{');
}

/* The company of an init that was broken off is the one that is asked for. */
static int same_company(struct init *in)
{
    struct value there;
    const struct value args[] = { v_int(in->company), v_str(in->name), v_text(in->country_code),
                                  v_text(in->currency) };
    enum err e = cli_lookup(in->cli,
                            "SELECT id FROM companies WHERE id = $1 AND name = $2 AND country = $3"
                            " AND currency = $4",
                            args, N_ELEMENTS(args), &there);
    if (e != OK) {
        return cli_fail("the store cannot be read (%s)", err_name(e));
    }
    return there.type == V_INT ? CLI_OK
                               : cli_fail("there is another company in this house already");
}

static int make_company(struct init *in)
{
    struct buf b;
    struct json_out o;
    in->company = in->cli->company;
    if (in->company) {
        return same_company(in);
    }
    begin(in, &b, &o);
    json_put_str(&o, "code", company_code(&in->cli->arena, in->name));
    json_put_str(&o, "name", in->name);
    json_put_text(&o, "country", in->country_code);
    json_put_text(&o, "currency", in->currency);
    json_put_str(&o, "language", in->language);
    json_put_str(&o, "time_zone", in->time_zone);
    json_put_bool(&o, "prices_include_tax", in->country->prices_include_tax);
    json_put_i64(&o, "cash_step", in->country->cash_step);
    json_close(&o, '}');
    int status = cli_call(in->cli, "company", NULL, 0, buf_done(&b), &in->company, NULL);
    in->cli->company = in->company;
    in->cli->who = kontor_system(in->company);
    return status;
}

static int found_books(struct init *in)
{
    const char *template = cli_option(in->cli, "template");
    text_t args = TEXT("{}");
    bool there;
    int status = look_for(in, "SELECT id FROM accounts WHERE company = $1 LIMIT 1", NULL, NULL,
                          &there);
    if (status != CLI_OK || there) {
        return status;
    }
    if (template) {
        struct buf b;
        struct json_out o;
        begin(in, &b, &o);
        json_put_str(&o, "template", template);
        json_close(&o, '}');
        args = buf_done(&b);
    }
    return cli_call(in->cli, "company", "set_up", in->company, args, NULL, NULL);
}

static const char sql_tax[] =
    "SELECT id FROM taxes WHERE company = $1 AND code = $2 ORDER BY id LIMIT 1";

/* A tax's rates are rows of one code, told apart by their first day. */
static int tax_there(struct init *in, const struct init_tax *t, bool *there)
{
    struct value v;
    date_t from = DATE_NONE;
    INVARIANT(!t->from || date_parse(t->from, strlen(t->from), &from) == OK);
    const struct value args[] = { v_int(in->company), v_str(t->code),
                                  v_int(t->from ? from.days : 0) };
    enum err e = cli_lookup(in->cli,
                            "SELECT id FROM taxes WHERE company = $1 AND code = $2"
                            " AND COALESCE(valid_from, 0) = $3",
                            args, N_ELEMENTS(args), &v);
    *there = v.type == V_INT;
    return e == OK ? CLI_OK : cli_fail("the store cannot be read (%s)", err_name(e));
}

static int make_tax(struct init *in, const struct init_tax *t)
{
    struct buf b;
    struct json_out o;
    bool there;
    int64_t whole = 0;
    int status = tax_there(in, t, &there);
    if (status != CLI_OK || there) {
        return status;
    }
    if (t->part_of) { /* by id: the whole may be one that is no longer valid today */
        status = look_for(in, sql_tax, t->part_of, &whole, &there);
        if (status != CLI_OK) {
            return status;
        }
    }
    begin(in, &b, &o);
    json_put_str(&o, "code", t->code);
    json_put_str(&o, "name", t->name);
    json_put_str(&o, "rate", t->rate);
    json_put_bool(&o, "included", in->country->prices_include_tax);
    if (t->from) {
        json_put_str(&o, "valid_from", t->from);
    }
    if (t->to) {
        json_put_str(&o, "valid_to", t->to);
    }
    if (whole) {
        json_put_i64(&o, "part_of", whole);
    }
    json_close(&o, '}');
    return cli_call(in->cli, "tax", NULL, 0, buf_done(&b), NULL, NULL);
}

static int make_taxes(struct init *in)
{
    int status = CLI_OK;
    for (size_t i = 0; i < in->country->n_taxes && status == CLI_OK; i++) {
        status = make_tax(in, &in->country->taxes[i]);
    }
    return status;
}

static int make_site(struct init *in)
{
    struct buf b;
    struct json_out o;
    bool there;
    int status = look_for(in, "SELECT id FROM sites WHERE company = $1 LIMIT 1", NULL, NULL,
                          &there);
    if (status != CLI_OK || there) {
        return status;
    }
    begin(in, &b, &o);
    json_put_str(&o, "code", "S1");
    json_put_str(&o, "name", in->name);
    json_put_str(&o, "kind", "store");
    json_put_text(&o, "currency", in->currency);
    json_put_str(&o, "time_zone", in->time_zone);
    json_put_text(&o, "country", in->country_code);
    json_close(&o, '}');
    return cli_call(in->cli, "site", NULL, 0, buf_done(&b), NULL, NULL);
}

static int make_till(struct init *in)
{
    bool there;
    int status = look_for(in, "SELECT id FROM tills WHERE company = $1 LIMIT 1", NULL, NULL,
                          &there);
    if (status != CLI_OK || there) {
        return status;
    }
    return cli_call(in->cli, "till", NULL, 0,
                    TEXT("{\"code\":\"T1\",\"name\":\"T1\",\"site\":\"S1\"}"), NULL, NULL);
}

/* Prints how to sign in, and keeps it beside the store when that is a folder of the house. */
static int tell(struct init *in, const char *admin, text_t password)
{
    struct cli *c = in->cli;
    text_t said = text_fmt(&c->arena,
                           "Sign in as: %s\nPassword:   %s\n"
                           "Set another password after the first sign-in and remove this file.\n",
                           admin, password.s);
    (void)printf("%s: %s, books in %s.\n", in->name, in->country_code.s, in->currency.s);
    (void)printf("Site S1 with till T1, %zu taxes of %s, administrator %s.\n", in->country->n_taxes,
                 in->country->code ? in->country->code : "no country in particular", admin);
    if (!in->country->code || text_is(in->country_code, "US")) {
        (void)puts("No tax rates are known for this country: set yours under taxes.");
    }
    (void)printf("\nSign in as: %s\nPassword:   %s\n", admin, password.s);
    if (c->config.data) {
        const char *path = text_fmt(&c->arena, "%s/sign-in.txt", c->config.data).s;
        if (file_write(path, said, 0600) != OK) {
            return cli_fail("%s cannot be written: note the password now", path);
        }
        (void)printf("Also in %s, which only you can read.\n", path);
    } else {
        (void)puts("Shown this once: note it now.");
    }
    (void)puts("Then: kontor serve");
    return CLI_OK;
}

/* With an administrator the house is made. */
static int must_be_empty(struct cli *c)
{
    struct value there;
    enum err e = cli_lookup(c, "SELECT id FROM user_accounts WHERE password IS NOT NULL LIMIT 1",
                            NULL, 0, &there);
    if (e != OK) {
        return cli_fail("the store cannot be read (%s)", err_name(e));
    }
    return there.type == V_INT ? cli_fail("there is a company in this house already") : CLI_OK;
}

static text_t upper(struct arena *a, const char *s)
{
    char *t = arena_copy(a, s, strlen(s));
    for (char *p = t; *p; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    return text_of(t);
}

int cli_init(struct cli *c)
{
    const char *name = cli_option(c, "company"), *country = cli_option(c, "country");
    const char *currency = cli_option(c, "currency"), *language = cli_option(c, "language");
    const char *zone = cli_option(c, "time-zone"), *admin = cli_option(c, "admin");
    text_t password;
    if (!name || !country || !currency) {
        return cli_misused(c, "--company, --country and --currency must be given");
    }
    struct init in = { .cli = c,
                       .name = name,
                       .country_code = upper(&c->arena, country),
                       .currency = upper(&c->arena, currency) };
    in.country = init_country(in.country_code);
    in.language = language ? language : in.country->language;
    in.time_zone = zone ? zone : in.country->time_zone;
    admin = admin ? admin : "admin";
    const struct new_user user = {
        .code = admin, .name = admin, .roles = "admin", .language = in.language
    };
    int status = cli_open(c, true, false);
    status = status == CLI_OK ? must_be_empty(c) : status;
    status = status == CLI_OK ? make_company(&in) : status;
    status = status == CLI_OK ? found_books(&in) : status;
    status = status == CLI_OK ? make_taxes(&in) : status;
    status = status == CLI_OK ? make_site(&in) : status;
    status = status == CLI_OK ? make_till(&in) : status;
    status = status == CLI_OK ? cli_make_user(c, &user, &password) : status;
    return status == CLI_OK ? tell(&in, admin, password) : status;
}
