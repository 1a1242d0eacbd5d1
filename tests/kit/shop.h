/* A small trading company in a store of its own, asked through the REST face without sockets: for
 * tests that break things and look at what is left.
 *
 * Sites S1, S2 (shops) and DC; tills T0..T7 in S1 and T8, T9 in S2, open; taxes IVA21, IVA10, IVA0;
 * products TEA 10.00, MUG 12.10 (first in first out), BOOK 20.00, GIFT 5.00 (a service) and ONE
 * 1.00, of which there is a single piece; plenty of TEA, MUG and BOOK in S1 and S2; customers C1
 * (card L1) and C2. A failure here is a failure of the test: cmocka's assertions are used. */
#ifndef KONTOR_KIT_SHOP_H
#define KONTOR_KIT_SHOP_H

#include "app/open.h"
#include "face/rest.h"
#include "kit/store.h"

#define SHOP_TILLS 10

struct shop {
    struct kontor kontor;
    struct rest_server *rest;
    char url[KIT_URL_MAX];
    struct arena arena; /* for as long as the shop is open */
    int64_t company;
    int64_t till_ids[SHOP_TILLS];
    instant_t clock; /* when commands run: one second later with each; INSTANT_NONE: the clock's */
    text_t admin;    /* the key of one who may do everything */
    size_t request_max;          /* bytes that a request may use; 0: plenty */
    void (*around)(bool begins); /* optional: called right before and right after each request */
};

struct shop_answer {
    struct arena arena; /* freed by shop_forget */
    int status;
    text_t body;
    const struct json *json; /* NULL when it is not JSON */
    text_t code;             /* of a problem */
    bool replayed;
};

/* A new store with the company in it. */
void shop_open(struct shop *s, enum db_store store);
/* Closes and removes the store. */
void shop_close(struct shop *s);
/* Opens a store that is there already (the company's); shop_shut closes without removing. */
void shop_open_again(struct shop *s, const char *url);
void shop_shut(struct shop *s);

/* A user who holds these roles, with a key of their own, for `sites` (codes separated by commas;
 * NULL: all of them). Returns the key. */
text_t shop_person(struct shop *s, const char *name, const char *held, const char *sites);
/* Another company in the same store, without anything in it but its books; returns the key of one
 * who may do everything there. */
text_t shop_other_company(struct shop *s, int64_t *company);

/* One request; path without /api/v1. key: of who asks (NULL: the admin's, "": nobody's). again: the
 * idempotency key, or NULL. accept may be NULL. Returns the status. */
int shop_ask_as(struct shop *s, struct shop_answer *out, const char *who, const char *method,
                const char *path, const char *again, const char *accept, const char *body);
int shop_ask(struct shop *s, struct shop_answer *out, const char *method, const char *path,
             const char *again, const char *body);
void shop_forget(struct shop_answer *a);
/* As shop_ask; anything but this status fails the test. Returns the member "id" of the answer. */
int64_t shop_must(struct shop *s, int status, const char *method, const char *path,
                  const char *body);

/* A text member of the answer, at the top; TEXT_NONE without. */
text_t shop_text(const struct shop_answer *a, const char *member);
int64_t shop_int(const struct shop_answer *a, const char *member);

/* Every invariant and every hash chain holds; otherwise the test fails with what does not. `when`
 * is told then. */
void shop_verify(struct shop *s, const char *when);

#endif
