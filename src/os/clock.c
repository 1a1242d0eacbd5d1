/* The system's clocks. */
#include "os/clock.h"

#include <errno.h>
#include <time.h>

instant_t clock_now(void)
{
    struct timespec t;

    INVARIANT(clock_gettime(CLOCK_REALTIME, &t) == 0);
    return (instant_t){ (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000 };
}

int64_t clock_monotonic_us(void)
{
    struct timespec t;

    INVARIANT(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

int64_t clock_thread_us(void)
{
    struct timespec t;

    INVARIANT(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

void clock_sleep_us(int64_t us)
{
    struct timespec t = { .tv_sec = (time_t)(us / US_PER_SECOND),
                          .tv_nsec = (long)(us % US_PER_SECOND) * 1000 };

    if (us <= 0) {
        return;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR) {}
}
