/* The office: pages for people at a desk, made from the tables. A face like REST: a request is a
 * struct and so is its answer (serve.c fills and sends them; tests call office_call). */
#ifndef KONTOR_FACE_OFFICE_H
#define KONTOR_FACE_OFFICE_H

#include "face/rest.h"

struct office;

/* The office of the house that the REST face serves; uses its way to tell who asks. The server must
 * outlive it. NULL without memory. */
struct office *office_new(struct rest_server *rest);
void office_free(struct office *o);

/* Answers a page: done is called exactly once, on any thread, maybe before the return. Who is not
 * signed in is sent to the door; what does not exist, or is not the caller's, is a page that says
 * so. */
void office_submit(struct office *o, struct rest_request *r,
                   void (*done)(struct rest_request *r, void *arg), void *arg);
/* Submits and waits. Not from a thread of the store. */
void office_call(struct office *o, struct rest_request *r);

/* A path of this server that is safe to go to after signing in, as given, or "/": never another
 * host. */
text_t office_next(text_t wanted);

#endif
