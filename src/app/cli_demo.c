/* `kontor demo`: a house to try everything in. */
#include "app/cli.h"
#include "app/demo.h"
#include "os/file.h"

#include <stdio.h>

#define DAYS_DEFAULT 30
#define SEED_DEFAULT 1

/* Who may sign in, for people. */
static text_t people(struct cli *c, const struct demo_report *r)
{
    struct buf b;
    buf_init(&b, &c->arena, 64 * 1024);
    buf_fmt(&b, "%-12s  %-19s  %-12s  %-8s  %s\n", "Sign in as", "Password", "Roles", "Sites",
            "Name");
    for (size_t i = 0; i < r->n_people; i++) {
        const struct demo_person *p = &r->people[i];
        buf_fmt(&b, "%-12s  %-19s  %-12s  %-8s  %s\n", p->login, p->password, p->roles, p->sites,
                p->name); /* the name last: letters of some scripts have no width to count with */
    }
    return buf_done(&b);
}

static bool read_number(const char *text, int64_t least, int64_t most, int64_t *out)
{
    return !text || (text_to_i64(text_of(text), out) == OK && *out >= least && *out <= most);
}

int cli_demo(struct cli *c)
{
    static struct demo_report report; /* large */
    struct progress p;
    char why[256];
    int64_t days = DAYS_DEFAULT, seed = SEED_DEFAULT;
    date_t today = DATE_NONE;
    const char *day = cli_option(c, "today");
    if (!read_number(cli_option(c, "days"), 0, DEMO_DAYS_MAX, &days) ||
        !read_number(cli_option(c, "seed"), 0, INT64_MAX, &seed)) {
        return cli_misused(c, "--days is 0 to %d, --seed a number", DEMO_DAYS_MAX);
    }
    if (day && date_parse(day, strlen(day), &today) != OK) {
        return cli_misused(c, "days are given as 2026-11-21");
    }
    int status = cli_open(c, true, false);
    if (status != CLI_OK) {
        return status;
    }
    progress_begin(&p, "demo house");
    enum err e = demo_build(&c->kontor, (uint64_t)seed, (int)days, today, progress_show, &p,
                            &report, why);
    progress_end(&p);
    if (e != OK) {
        return cli_fail("%s", why);
    }
    text_t table = people(c, &report);
    (void)printf("The demo house has traded for %lld days: %lld commands, %lld of them refused, "
                 "in %lld.%03lld s.\n\n%s",
                 (long long)days, (long long)report.calls, (long long)report.refused,
                 (long long)report.milliseconds / 1000, (long long)report.milliseconds % 1000,
                 table.s);
    if (c->config.data) {
        const char *path = text_fmt(&c->arena, "%s/sign-in.txt", c->config.data).s;
        if (file_write(path, table, 0600) != OK) {
            return cli_fail("%s cannot be written", path);
        }
        (void)printf("\nAlso in %s. Then: kontor serve\n", path);
    }
    return CLI_OK;
}
