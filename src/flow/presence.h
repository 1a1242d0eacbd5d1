/* Who has which record open, on this node: told every few seconds by the pages, forgotten
 * PRESENCE_US after the last time. In memory only: nothing in the store depends on it. */
#ifndef KONTOR_PRESENCE_H
#define KONTOR_PRESENCE_H

#include "base/date.h"
#include "base/text.h"

#define PRESENCE_US  (INT64_C(45) * 1000000)
#define PRESENCE_MAX 10000 /* people times records; past it nobody more is noted */

struct house;
struct entity;

struct present {
    int64_t user;
    text_t name;
    text_t field; /* that they are at, or TEXT_NONE */
};

/* Was it looked up within PRESENCE_LOOK_US that this person may see that record, which they have
 * open? now_us, here and below: a clock that only goes on (clock_monotonic_us). */
#define PRESENCE_LOOK_US (INT64_C(300) * 1000000)
bool presence_known(struct house *h, const struct entity *e, int64_t id, int64_t user,
                    int64_t now_us);
/* This person has that record open, and is at that field (TEXT_NONE: none). The texts are copied.
 * looked: the caller has just made sure that they may see it. */
void presence_touch(struct house *h, const struct entity *e, int64_t id, int64_t user, text_t name,
                    text_t field, int64_t now_us, bool looked);
/* They have closed it. */
void presence_leave(struct house *h, const struct entity *e, int64_t id, int64_t user);
/* Who else has it open, at most `max`, copied into the arena. Returns how many. */
size_t presence_others(struct house *h, const struct entity *e, int64_t id, int64_t user,
                       int64_t now_us, struct arena *a, struct present *out, size_t max);

#endif
