/* `kontor serve`: the order in which the house is opened and closed. */
#include "app/cli.h"
#include "base/log.h"
#include "db/db.h"
#include "face/print.h"
#include "face/serve.h"
#include "flow/account.h"
#include "flow/work.h"
#include "os/file.h"
#include "os/process.h"

#include <stdio.h>

#define GRACE_MS 10000

static void tell_address(const struct cli *c, const char *address, int port)
{
    const char *host = strcmp(address, "::") == 0 || strcmp(address, "0.0.0.0") == 0 ? "localhost"
                                                                                     : address;
    const char *scheme = c->config.tls_cert ? "https" : "http";
    bool six = strchr(host, ':') != NULL;
    (void)printf("Kontor " KONTOR_VERSION " at %s://%s%s%s:%d/\n", scheme, six ? "[" : "", host,
                 six ? "]" : "", port);
}

static void tell_sign_in(struct cli *c)
{
    const char *path = c->config.data ? text_fmt(&c->arena, "%s/sign-in.txt", c->config.data).s
                                      : NULL;
    if (c->company == 0) {
        (void)puts("There is no company yet: `kontor init` makes one, also while this runs.");
    } else if (path && file_exists(path)) {
        (void)printf("Sign in with a name and password of %s\n", path);
    } else {
        (void)puts("Sign in with your name and password; `kontor user add` makes another user.");
    }
    (void)fflush(stdout);
}

static int serve(struct cli *c, const char *address, int port, const struct proxies *trusted)
{
    char why[256];
    struct worker *worker = NULL;
    struct serve *server = NULL;
    const struct serve_config config = {
        .rest = { .house = c->kontor.house,
                  .authenticate = account_authenticate,
                  .form_token_good = account_form_token_good },
        .http = { .address = address,
                  .port = port,
                  .tls_cert = c->config.tls_cert,
                  .tls_key = c->config.tls_key,
                  .trusted = *trusted },
        .pages = true,
    };
    if (outside_set(c->kontor.house, &c->config.outside) != OK) {
        return cli_fail("there is no memory");
    }
    if (worker_start(c->kontor.house, &worker) != OK) {
        return cli_fail("the thread for background work cannot be started");
    }
    if (serve_start(&config, &server, why) != OK) {
        worker_stop(worker);
        return cli_fail("%s", why);
    }
    if (!print_check(why)) {
        log_warn("serve", "documents will not print well: %s", why);
    }
    tell_address(c, address, serve_port(server));
    tell_sign_in(c);
    int signal = process_wait_stop();
    log_info("serve", "signal %d: finishing what was accepted", signal);
    serve_stop(server, GRACE_MS);
    worker_stop(worker);
    log_info("serve", "stopped");
    return CLI_OK;
}

int cli_serve(struct cli *c)
{
    const char *log, *address;
    char why[256];
    int port;
    struct proxies proxies;
    struct config *k = &c->config;
    k->listen = cli_option(c, "listen") ? cli_option(c, "listen") : k->listen;
    k->tls_cert = cli_option(c, "tls-cert") ? cli_option(c, "tls-cert") : k->tls_cert;
    k->tls_key = cli_option(c, "tls-key") ? cli_option(c, "tls-key") : k->tls_key;
    k->trusted_proxies = cli_option(c, "trusted-proxies") ? cli_option(c, "trusted-proxies")
                                                          : k->trusted_proxies;
    log = cli_option(c, "log") ? cli_option(c, "log") : k->log;
    if (config_address(&c->arena, k->listen, &address, &port) != OK) {
        return cli_misused(c, "\"%s\" is no address: give one such as 127.0.0.1:8480", k->listen);
    }
    if (log && strcmp(log, "json") != 0 && strcmp(log, "plain") != 0) {
        return cli_misused(c, "the log is json or plain");
    }
    if (!k->tls_cert != !k->tls_key) {
        return cli_misused(c, "a certificate and its key belong together");
    }
    if (proxies_parse(text_of(k->trusted_proxies), &proxies) != OK) {
        return cli_misused(c, "\"%s\" is no list of addresses such as 127.0.0.1, 10.0.0.0/8",
                           k->trusted_proxies);
    }
    if (!outside_good(&k->outside, why)) {
        return cli_misused(c, "%s", why);
    }
    log_setup(LOG_INFO, log ? strcmp(log, "json") == 0 : !process_at_terminal(2));
    process_hold_signals();
    int status = cli_open(c, false, false);
    return status == CLI_OK ? serve(c, address, port, &proxies) : status;
}
