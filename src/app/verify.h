/* Proving the house: every invariant of app/invariants.c and every hash chain, over every company
 * of the store. Reads only; may run beside the server. */
#ifndef KONTOR_VERIFY_H
#define KONTOR_VERIFY_H

#include "app/open.h"

#define VERIFY_ROWS_SHOWN 5

/* What one invariant came to in one company. */
struct verify_result {
    const struct invariant *invariant;
    int64_t company;
    size_t n;      /* rows or links that break it; 0: it holds */
    text_t faults; /* one line for each of the first ones: the row's first columns */
    int64_t took_us;
    int permille; /* of all work, with this one done */
};

/* Calls told for each invariant and company, and counts those that do not hold. Each is read in a
 * snapshot of its own. The texts of a result are valid during the call. told may be NULL. */
MUST_USE enum err verify_house(struct kontor *k,
                               void (*told)(void *arg, const struct verify_result *r), void *arg,
                               size_t *broken);

/* One invariant of one company: *n rows or links break it, faults has a line for each of the first
 * ones, in the arena. */
MUST_USE enum err verify_one(struct house *h, const struct invariant *v, int64_t company,
                             struct arena *a, size_t *n, text_t *faults);

/* The job `verify`: one invariant of the job's company a step, over a snapshot of its own. Its args
 * are the result so far: {"done", "of", "broken", "results": [{"name", "says", "holds", "rows",
 * "faults"}]}. */
struct outward;
struct job_progress;
struct json;
MUST_USE enum err verify_gather(struct cx *cx, const struct json *args, struct outward *o);
void verify_reach(struct outward *o);
MUST_USE enum err verify_settle(struct cx *cx, const struct json *args,
                                struct job_progress *progress);

#endif
