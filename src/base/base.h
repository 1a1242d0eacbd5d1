/* What every file of Kontor stands on: result codes, compiler help, limits of integers.
 *
 * Functions that can fail return `enum err` and are must-use. Results go through the last pointer.
 * A *refusal* (ERR_REFUSED) is the business saying no: it has a name, a field and an HTTP status,
 * kept in the context (flow/cx.h). All other values are the world's: memory, disk, the store, the
 * network. */
#ifndef KONTOR_BASE_H
#define KONTOR_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum err {
    OK = 0,
    ERR_REFUSED,   /* the business said no; the reason stands in the context */
    ERR_NOT_FOUND, /* no such row, file or key, or not the caller's to see */
    ERR_INVALID,   /* input that cannot be read as what it claims to be */
    ERR_RANGE,     /* a number left its type, or a text its maximum */
    ERR_NO_MEMORY, /* an allocation failed; nothing was changed */
    ERR_CONFLICT,  /* serialization conflict: run the transaction again */
    ERR_EXISTS,    /* a unique key is taken */
    ERR_STORE,     /* the store failed: connection lost, I/O error, broken SQL */
    ERR_DISK_FULL, /* no room to write; the store is intact */
    ERR_BUSY,      /* a queue or a lock is full; try again later */
    ERR_TIMEOUT,   /* the allotted time has passed */
    ERR_IO,        /* a system call failed */
    ERR_STOPPED,   /* the program is stopping */
    ERR_COUNT
};

/* The stable lower-case name of a code ("disk_full"), for logs and metrics. Never NULL. */
const char *err_name(enum err e);

#define MUST_USE          __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define N_ELEMENTS(a)     (sizeof(a) / sizeof((a)[0]))

/* Marks a text for translation without translating it here; the reader of the table does. */
#define N_(text) text
/* The same where one English text stands for two things: the context tells translators which, and
 * is never shown (gettext's msgctxt). Print it with locale_text or, in English, locale_bare. */
#define NC_(context, text) context "\004" text

/* Passes a failure on. Use only where there is nothing to release. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (call);                                                                \
        if (try_err_ != OK) {                                                                      \
            return try_err_;                                                                       \
        }                                                                                          \
    } while (0)

/* An invariant that only a programmer can break. Stays on in release; prints and aborts. */
#define INVARIANT(cond) ((cond) ? (void)0 : invariant_broken(#cond, __FILE__, __LINE__))
_Noreturn void invariant_broken(const char *what, const char *file, int line);

/* Checked arithmetic for anything that came from outside: ERR_RANGE instead of a wrapped number. */
MUST_USE static inline enum err add_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_add_overflow(a, b, out) ? ERR_RANGE : OK;
}

MUST_USE static inline enum err sub_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_sub_overflow(a, b, out) ? ERR_RANGE : OK;
}

MUST_USE static inline enum err mul_i64(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_mul_overflow(a, b, out) ? ERR_RANGE : OK;
}

#endif
