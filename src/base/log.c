/* One log line: composed in a buffer on the stack, so that running out of memory can still be
 * logged, and written with one write(2), so that the lines of two threads do not mix. A line past
 * the buffer is cut. */
#include "base/log.h"

#include "base/date.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX 1024
#define LINE_BYTES  (2 * MESSAGE_MAX + 256) /* room for a message of nothing but quotes */

enum form { FORM_BY_STDERR, FORM_PLAIN, FORM_JSON };

static enum log_level level_least = LOG_INFO;
static enum form form = FORM_BY_STDERR;

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

struct line {
    size_t n;
    char s[LINE_BYTES];
};

void log_setup(enum log_level least, bool json)
{
    level_least = least;
    form = json ? FORM_JSON : FORM_PLAIN;
}

static void add(struct line *l, const char *s)
{
    size_t n = strlen(s);
    INVARIANT(n < sizeof l->s - l->n);
    memcpy(l->s + l->n, s, n);
    l->n += n;
}

/* The message as one line of well-formed UTF-8: control characters become blanks, bad bytes '?'. */
static void add_clean(struct line *l, const char *s, bool json)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = strlen(s), k;
    for (size_t i = 0; i < n && sizeof l->s - l->n > 64; i += k ? k : 1) {
        char c = s[i];
        k = utf8_step(p + i, n - i);
        bool c1 = k == 2 && p[i] == 0xC2 && p[i + 1] < 0xA0;
        if (json && (c == '"' || c == '\\')) {
            l->s[l->n++] = '\\';
        }
        if (k == 0) {
            l->s[l->n++] = '?';
        } else if (p[i] < 0x20 || p[i] == 0x7F || c1) {
            l->s[l->n++] = ' ';
        } else {
            memcpy(l->s + l->n, s + i, k);
            l->n += k;
        }
    }
}

/* Cuts a message that did not fit, at a whole character, and shows that it was cut. */
static void shorten(char message[static MESSAGE_MAX])
{
    size_t end = MESSAGE_MAX - 4;
    while (end > 0 && ((unsigned char)message[end] & 0xC0) == 0x80) {
        end--;
    }
    memcpy(message + end, "...", 4);
}

static void compose(struct line *l, enum log_level level, const char *area, const char *message,
                    bool json)
{
    struct timespec now;
    char time_text[INSTANT_TEXT_MAX];
    clock_gettime(CLOCK_REALTIME, &now);
    instant_print((instant_t){ now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000 }, time_text);
    l->n = 0;
    add(l, json ? "{\"time\":\"" : "");
    add(l, time_text);
    add(l, json ? "\",\"level\":\"" : " ");
    add(l, level_names[level]);
    add(l, json ? "\",\"area\":\"" : " ");
    add_clean(l, area, json);
    add(l, json ? "\",\"message\":\"" : ": ");
    add_clean(l, message, json);
    add(l, json ? "\"}\n" : "\n");
}

void log_line(enum log_level level, const char *area, const char *fmt, ...)
{
    char message[MESSAGE_MAX];
    struct line line;
    int saved = errno; /* the caller may still want to look at it */
    if (level < level_least || level > LOG_ERROR) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    if (n < 0) {
        memcpy(message, "?", 2);
    } else if ((size_t)n >= sizeof message) {
        shorten(message);
    }
    bool json = form == FORM_BY_STDERR ? !isatty(STDERR_FILENO) : form == FORM_JSON;
    compose(&line, level, area, message, json);
    for (size_t done = 0; done < line.n;) {
        ssize_t k = write(STDERR_FILENO, line.s + done, line.n - done);
        if (k < 0 && errno == EINTR) {
            continue;
        }
        if (k <= 0) {
            break; /* nowhere to complain */
        }
        done += (size_t)k;
    }
    errno = saved;
}
