/* Where the house is and where it listens: by the command line, the environment (KONTOR_DB,
 * KONTOR_LISTEN, KONTOR_SMTP, KONTOR_PUSH_ALLOW, KONTOR_WEBHOOK_ALLOW, KONTOR_CA_FILE), the
 * file kontor.toml of the current folder, or by default, in this order. */
#ifndef KONTOR_CONFIG_H
#define KONTOR_CONFIG_H

#include "base/text.h"
#include "face/outside.h"

#define CONFIG_FILE   "kontor.toml"
#define CONFIG_DATA   "./kontor-data"
#define CONFIG_LISTEN "127.0.0.1:8480"

struct config {
    const char *data;   /* folder; NULL when db was given instead */
    const char *db;     /* URL of the store */
    const char *listen; /* ADDR:PORT */
    const char *tls_cert, *tls_key;
    const char *log;             /* "json", "plain", or NULL: by where stderr goes */
    const char *trusted_proxies; /* see http/proxy.h; NULL: none */
    struct outside outside;      /* the mail server and the like; never printed */
};

/* Reads one file: lines `key = "value"`, comments after #, nothing else of TOML. ERR_NOT_FOUND when
 * there is none, ERR_INVALID with a line in why. What is set in *out already stays. */
MUST_USE enum err config_read(struct arena *a, const char *path, struct config *out,
                              char why[static 256]);
/* Fills what is not set yet from the environment, the file (NULL: kontor.toml, which may be
 * missing) and the defaults, and derives db from data. */
MUST_USE enum err config_settle(struct arena *a, const char *file, struct config *out,
                                char why[static 256]);
/* "127.0.0.1:8480", "[::1]:8480", ":8480" (all addresses). ERR_INVALID. */
MUST_USE enum err config_address(struct arena *a, const char *listen, const char **address,
                                 int *port);
/* The path of a SQLite URL, or NULL. */
const char *config_sqlite_path(const char *db);

#endif
