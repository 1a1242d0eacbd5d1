/* The demo house: a small trading company, built by trading. */
#ifndef KONTOR_DEMO_H
#define KONTOR_DEMO_H

#include "app/open.h"

#define DEMO_PEOPLE_MAX 24
#define DEMO_DAYS_MAX   400

struct demo_person {
    char name[80]; /* of the person, UTF-8 */
    char login[40];
    char password[40];
    char roles[80]; /* "manager, cashier" */
    char sites[80]; /* "MAD, BCN", or "all" */
};

struct demo_report {
    struct demo_person people[DEMO_PEOPLE_MAX]; /* who may sign in, in the order of the roles */
    size_t n_people;
    int64_t calls;   /* commands run */
    int64_t refused; /* of them, by the business: out of stock and the like */
    int64_t milliseconds;
};

/* Builds the company and lets it trade for `days` days up to and including `today` (DATE_NONE: the
 * day it is, as far as it is over; 0 days: nothing is sold yet). The same seed, days and today make
 * the same trade; passwords are made anew each time. Needs a store without a company (ERR_EXISTS
 * otherwise). progress may be NULL. why[] gets one plain line on failure. */
MUST_USE enum err demo_build(struct kontor *k, uint64_t seed, int days, date_t today,
                             void (*progress)(void *arg, int permille), void *arg,
                             struct demo_report *out, char why[static 256]);

#endif
