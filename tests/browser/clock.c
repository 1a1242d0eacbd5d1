/* Loaded before a program (LD_PRELOAD), it sets the clock on the wall: KONTOR_TEST_CLOCK is what it
 * shows, in seconds since 1970, when the program starts; from there it goes on. The clock that
 * deadlines are taken from is left alone. So a day of the demo house looks the same at any hour. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t shift; /* seconds */

__attribute__((constructor)) static void set(void)
{
    const char *shown = getenv("KONTOR_TEST_CLOCK");
    struct timespec now;
    if (shown && syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) == 0) {
        shift = strtoll(shown, NULL, 10) - now.tv_sec;
    }
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int failed = (int)syscall(SYS_clock_gettime, id, out);
    if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        out->tv_sec += shift;
    }
    return failed;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000 };
    return 0;
}
