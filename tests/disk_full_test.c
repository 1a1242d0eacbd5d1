/* The disk of a SQLite house is full: sales are refused by name, reading goes on, the books hold,
 * and with room again selling goes on, without anybody starting anything anew.
 *
 * Twice: by a limit on how long a file may grow, which works for everybody, and, where the rights
 * allow it, on a small file system of its own that is filled to the last byte. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* prlimit, unshare */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client.h"
#include "kit/server.h"
#include "kit/shop.h"
#include "os/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SALES_MAX 20000

struct full {
    char url[KIT_URL_MAX], key[100];
    struct server server;
    struct http_client *http;
    struct arena arena;
    int64_t sold; /* answered with 201 */
    struct http_answer answer;
};

static int ask(struct full *f, const char *method, const char *path, const char *again,
               const char *body)
{
    arena_reset(&f->arena);
    const struct http_header_line headers[] = {
        { "Authorization", text_fmt(&f->arena, "Bearer %s", f->key) },
        { "Content-Type", body ? TEXT("application/json") : TEXT_NONE },
        { "Idempotency-Key", text_of(again) },
    };
    f->answer = (struct http_answer){ 0 };
    enum err e = http_client_send(f->http, &f->arena, method, path, headers, N_ELEMENTS(headers),
                                  text_of(body), &f->answer);
    if (e != OK) {
        fail_msg("%s %s: %s", method, path, err_name(e));
    }
    return f->answer.status;
}

static int sell(struct full *f, const char *again)
{
    int status = ask(f, "POST", "/api/v1/sales_orders/checkout", again,
                     "{\"till\":\"T1\",\"lines\":[{\"product\":\"TEA\",\"quantity\":\"1\"}],"
                     "\"tenders\":[{\"kind\":\"cash\",\"amount\":\"10.00\"}]}");
    f->sold += status == 201;
    return status;
}

static void has_code(struct full *f, const char *code)
{
    struct json *j;
    struct json_fault fault;
    assert_int_equal(json_parse(&f->arena, f->answer.body.s, f->answer.body.n, &j, &fault), OK);
    if (!text_is(json_get_text(j, "code"), code)) {
        fail_msg("%.*s", (int)f->answer.body.n, f->answer.body.s);
    }
}

static void open_shop(struct full *f)
{
    static struct shop shop;
    shop_open(&shop, DB_SQLITE);
    (void)snprintf(f->url, sizeof f->url, "%s", shop.url);
    (void)snprintf(f->key, sizeof f->key, "%s", shop.admin.s);
    shop_shut(&shop);
    arena_init(&f->arena, (size_t)16 << 20);
}

static void open_client(struct full *f)
{
    assert_int_equal(http_client_open("127.0.0.1", f->server.port, 30000, &f->http), OK);
}

/* Sells until it is refused for want of room, and then some more. */
static void sell_until_full(struct full *f)
{
    int status = 201;
    for (int i = 0; i < SALES_MAX && status == 201; i++) {
        status = sell(f, NULL);
    }
    if (status != 507) {
        fail_msg("%d %.*s", status, (int)f->answer.body.n, f->answer.body.s);
    }
    has_code(f, "disk_full");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(sell(f, "when there is room"), 507);
        has_code(f, "disk_full");
    }
}

static void reading_goes_on(struct full *f)
{
    assert_int_equal(ask(f, "GET", "/api/v1/sales_orders?limit=20&expand=lines", NULL, NULL), 200);
    assert_int_equal(ask(f, "GET", "/api/v1/reports/stock?site=S1&product=TEA", NULL, NULL), 200);
    int health = ask(f, "GET", "/healthz", NULL, NULL);
    assert_true(health == 507 || health == 503 ||
                health == 200); /* its own small write may still find room */
    assert_true(server_runs(&f->server));
}

/* The first that is asked for is the one that was refused before: nothing of that was kept. */
static void selling_goes_on(struct full *f)
{
    int status = 507;
    for (int tries = 0; tries < 50 && status == 507; tries++) {
        status = sell(f, "when there is room");
        if (status == 507) {
            clock_sleep_us(100000);
        }
    }
    assert_int_equal(status, 201);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(sell(f, NULL), 201);
    }
    assert_int_equal(ask(f, "GET", "/healthz", NULL, NULL), 200);
}

static void end(struct full *f)
{
    http_client_close(f->http);
    assert_int_equal(server_stop(&f->server), 0);
    assert_int_equal(kontor_verify(f->url), 0);
    assert_int_equal(kit_store_sql(f->url, "SELECT COUNT(*) FROM sales_orders"), f->sold);
    assert_int_equal(kit_store_sql(f->url, "SELECT COUNT(*) FROM idempotency WHERE \"key\" = "
                                           "'when there is room'"),
                     1);
    kit_store_drop(f->url);
    arena_free(&f->arena);
}

static void files_may_not_grow(void **state)
{
    static struct full f;
    struct stat file;
    const struct rlimit any = { RLIM_INFINITY, RLIM_INFINITY };
    (void)state;
    f = (struct full){ .sold = 0 };
    open_shop(&f);
    assert_int_equal(stat(f.url + strlen("sqlite:"), &file), 0);
    f.server.file_bytes_max = file.st_size + 400000;
    server_start(&f.server, f.url);
    open_client(&f);
    sell_until_full(&f);
    reading_goes_on(&f);
    assert_int_equal(prlimit(f.server.pid, RLIMIT_FSIZE, &any, NULL), 0);
    selling_goes_on(&f);
    end(&f);
}

/* -- a small file system --------------------------------------------------------------------- */

static const char ballast[] = "small/ballast";

static void fill_the_rest(void)
{
    static char bytes[4096];
    int fd = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    while (write(fd, bytes, sizeof bytes) > 0) {}
    assert_int_equal(errno, ENOSPC);
    (void)close(fd);
}

static void move_file(const char *from, const char *to)
{
    static char bytes[65536];
    ssize_t n;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(in >= 0 && out >= 0);
    while ((n = read(in, bytes, sizeof bytes)) > 0) {
        assert_int_equal(write(out, bytes, (size_t)n), n);
    }
    assert_true(n == 0 && close(in) == 0 && close(out) == 0 && unlink(from) == 0);
}

static void disk_is_full(void **state)
{
    static struct full f;
    static const char path[] = "small/house.db";
    (void)state;
    f = (struct full){ .sold = 0 };
    assert_int_equal(mkdir("small", 0700), 0);
    /* In a view of the file systems that ends with this process. */
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("kontor-test", "small", "tmpfs", 0, "size=6m") != 0) {
        assert_true(errno == EPERM || errno == EACCES); /* not ours to do; the test before was */
        print_message("no rights to mount a file system\n");
        return;
    }
    open_shop(&f);
    move_file(f.url + strlen("sqlite:"), path);
    (void)snprintf(f.url, sizeof f.url, "sqlite:%s", path);
    server_start(&f.server, f.url);
    open_client(&f);
    sell_until_full(&f);
    fill_the_rest();
    reading_goes_on(&f);
    assert_int_equal(sell(&f, NULL), 507);
    assert_int_equal(unlink(ballast), 0);
    assert_int_equal(mount("kontor-test", "small", "tmpfs", MS_REMOUNT, "size=60m"), 0);
    selling_goes_on(&f);
    /* And full when it is stopped, and when it is started. */
    fill_the_rest();
    http_client_close(f.http);
    assert_int_equal(server_stop(&f.server), 0);
    assert_int_equal(unlink(ballast), 0);
    server_start(&f.server, f.url);
    open_client(&f);
    assert_int_equal(sell(&f, NULL), 201);
    end(&f);
    assert_int_equal(umount("small"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_may_not_grow),
        cmocka_unit_test(disk_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
