/* `kontor user add` and `kontor key add`. The secret goes to stdout alone, so that a script can
 * take it; what is said to people goes to stderr. */
#include "app/cli.h"
#include "app/init.h"
#include "db/db.h"
#include "flow/password.h"

#include <stdio.h>

int cli_find_user(struct cli *c, const char *name, int64_t *id)
{
    struct value v;
    const struct value args[] = { v_int(c->company), v_str(name) };
    enum err e = cli_lookup(c,
                            "SELECT id FROM user_accounts WHERE company = $1 AND code = $2"
                            " AND archived = 0",
                            args, N_ELEMENTS(args), &v);
    if (e != OK) {
        return cli_fail("the store cannot be read (%s)", err_name(e));
    }
    if (v.type != V_INT) {
        return cli_fail("there is no user \"%s\"", name);
    }
    *id = v.i;
    return CLI_OK;
}

/* One that was made and got no password yet is taken up again. */
static int half_made(struct cli *c, const char *name, int64_t *id)
{
    struct value v;
    const struct value args[] = { v_int(c->company), v_str(name) };
    enum err e = cli_lookup(c,
                            "SELECT id FROM user_accounts WHERE company = $1 AND code = $2"
                            " AND archived = 0 AND password IS NULL",
                            args, N_ELEMENTS(args), &v);
    *id = v.type == V_INT ? v.i : 0;
    return e == OK ? CLI_OK : cli_fail("the store cannot be read (%s)", err_name(e));
}

static int give_password(struct cli *c, int64_t id, text_t *password)
{
    *password = password_invent(&c->arena);
    text_t args = text_fmt(&c->arena, "{\"password\":\"%s\"}", password->s);
    return cli_call(c, "user_account", "set_password", id, args, NULL, NULL);
}

int cli_make_user(struct cli *c, const struct new_user *u, text_t *password)
{
    struct buf b;
    struct json_out o;
    int64_t id = 0;
    int status = u->again ? half_made(c, u->code, &id) : CLI_OK;
    if (status != CLI_OK || id) {
        return id ? give_password(c, id, password) : status;
    }
    buf_init(&b, &c->arena, 64 * 1024);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "code", u->code);
    json_put_str(&o, "name", u->name);
    json_put_str(&o, "roles", u->roles);
    json_put_str(&o, "language", u->language ? u->language : "en");
    json_put_bool(&o, "all_sites", u->sites == NULL);
    if (u->sites) {
        text_t rest = text_of(u->sites);
        json_open(&o, "sites", '[');
        while (rest.s) {
            text_t site = text_trim(text_split(rest, ',', &rest));
            json_open(&o, NULL, '{');
            json_put_text(&o, "site", text_copy(&c->arena, site));
            json_close(&o, '}');
        }
        json_close(&o, ']');
    }
    json_close(&o, '}');
    status = cli_call(c, "user_account", NULL, 0, buf_done(&b), &id, NULL);
    return status == CLI_OK ? give_password(c, id, password) : status;
}

int cli_user_add(struct cli *c)
{
    const char *name = cli_option(c, "name");
    struct new_user u = { .code = c->args[0],
                          .name = name ? name : c->args[0],
                          .roles = cli_option(c, "role"),
                          .sites = cli_option(c, "site"),
                          .language = cli_option(c, "language") };
    text_t password;
    if (!u.roles) {
        return cli_misused(c, "--role must be given");
    }
    int status = cli_open(c, false, true);
    status = status == CLI_OK ? cli_make_user(c, &u, &password) : status;
    if (status == CLI_OK) {
        (void)fprintf(stderr, "User %s with %s. The password, shown this once:\n", u.code, u.roles);
        (void)puts(password.s);
    }
    return status;
}

int cli_key_add(struct cli *c)
{
    const char *user = cli_option(c, "user"), *role = cli_option(c, "role");
    const char *name = cli_option(c, "name"), *expires = cli_option(c, "expires");
    struct buf b;
    struct json_out o;
    struct json *answer;
    int64_t id;
    if (!user) {
        return cli_misused(c, "--user must be given");
    }
    int status = cli_open(c, false, true);
    status = status == CLI_OK ? cli_find_user(c, user, &id) : status;
    if (status != CLI_OK) {
        return status;
    }
    buf_init(&b, &c->arena, 64 * 1024);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "name", name ? name : "made on the command line");
    json_put_i64(&o, "user_account", id);
    if (role) {
        json_put_str(&o, "roles", role);
    }
    if (expires) {
        json_put_str(&o, "expires_on", expires);
    }
    json_close(&o, '}');
    status = cli_call(c, "api_key", "create", 0, buf_done(&b), NULL, &answer);
    if (status == CLI_OK) {
        (void)fprintf(stderr, "A key that acts as %s. Shown this once:\n", user);
        (void)puts(json_get_text(answer, "key").s);
    }
    return status;
}
