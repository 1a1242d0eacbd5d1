/* `kontor verify`: does everything hold that must? */
#include "app/cli.h"
#include "app/verify.h"

#include <stdio.h>

struct telling {
    struct progress progress;
    bool json;
    struct json_out out;
    struct buf buf;
    size_t proven;
};

static void tell_text(struct telling *t, const struct verify_result *r)
{
    if (r->n == 0) {
        return;
    }
    progress_end(&t->progress);
    (void)printf("BROKEN %s (company %lld, %zu rows): %s\n", r->invariant->name,
                 (long long)r->company, r->n, r->invariant->says);
    text_t rest = r->faults;
    while (rest.s) {
        text_t line = text_split(rest, '\n', &rest);
        if (line.n) {
            (void)printf("    %.*s\n", (int)line.n, line.s);
        }
    }
}

static void tell_json(struct telling *t, const struct verify_result *r)
{
    json_open(&t->out, NULL, '{');
    json_put_str(&t->out, "name", r->invariant->name);
    json_put_str(&t->out, "says", r->invariant->says);
    json_put_i64(&t->out, "company", r->company);
    json_put_bool(&t->out, "holds", r->n == 0);
    json_put_i64(&t->out, "rows", (int64_t)r->n);
    json_open(&t->out, "first", '[');
    text_t rest = r->faults;
    while (rest.s) {
        text_t line = text_split(rest, '\n', &rest);
        if (line.n) {
            json_put_text(&t->out, NULL, line);
        }
    }
    json_close(&t->out, ']');
    json_put_i64(&t->out, "microseconds", r->took_us);
    json_close(&t->out, '}');
}

static void tell(void *arg, const struct verify_result *r)
{
    struct telling *t = arg;
    t->proven++;
    if (t->json) {
        tell_json(t, r);
    } else {
        tell_text(t, r);
    }
    progress_show(&t->progress, r->permille);
}

int cli_prove(struct kontor *k, struct arena *a, bool json)
{
    struct telling t = { .json = json };
    size_t broken = 0;
    buf_init(&t.buf, a, (size_t)16 * 1024 * 1024);
    json_out_init(&t.out, &t.buf);
    json_open(&t.out, NULL, '{');
    json_open(&t.out, "invariants", '[');
    progress_begin(&t.progress, "verify");
    enum err e = verify_house(k, tell, &t, &broken);
    progress_end(&t.progress);
    json_close(&t.out, ']');
    json_put_bool(&t.out, "ok", e == OK && broken == 0);
    json_close(&t.out, '}');
    if (json) {
        (void)puts(buf_done(&t.buf).s);
    }
    if (e != OK) {
        return cli_fail("the store could not be read to the end (%s)", err_name(e));
    }
    if (!json && broken) {
        (void)printf("%zu of %zu invariants are broken.\n", broken, t.proven);
    } else if (!json && t.proven == 0) {
        (void)puts("There is no company yet, so there is nothing to prove.");
    } else if (!json) {
        (void)printf("All %zu invariants hold, hash chains included.\n", t.proven);
    }
    return broken ? CLI_NO : CLI_OK;
}

int cli_verify(struct cli *c)
{
    int status = cli_open(c, false, true);
    return status == CLI_OK ? cli_prove(&c->kontor, &c->arena, cli_option(c, "json") != NULL)
                            : status;
}
