/* The server: the REST face and the pages on sockets, live streams included. */
#ifndef KONTOR_FACE_SERVE_H
#define KONTOR_FACE_SERVE_H

#include "face/rest.h"

struct serve;

struct serve_config {
    struct rest_config rest;
    struct http_config http; /* handler, arg and problem are set by serve_start */
    bool pages; /* also the office and what browsers need for it; else only the REST face */
    int64_t heartbeat_us; /* of live streams; 0: 15 s */
};

MUST_USE enum err serve_start(const struct serve_config *config, struct serve **out,
                              char why[static 256]);
int serve_port(const struct serve *s);
/* Finishes what was accepted, for at most grace_ms; then the server is gone. Before db_close. */
void serve_stop(struct serve *s, int grace_ms);

#endif
