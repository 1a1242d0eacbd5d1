/* Log lines as they arrive on stderr: their form, what is cut, what is replaced. */
#include "base/log.h"

#include "base/date.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "kit/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static struct arena arena;
static int kept_stderr;
static int ends[2];

/* From here on stderr is a pipe. */
static void catch_begin(void)
{
    kept_stderr = dup(STDERR_FILENO);
    assert_true(kept_stderr >= 0);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
}

/* What was written to it. */
static text_t catch_end(void)
{
    static char bytes[65536];
    size_t n = 0;
    ssize_t got;
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    while ((got = read(ends[0], bytes + n, sizeof bytes - 1 - n)) > 0) {
        n += (size_t)got;
    }
    close(ends[0]);
    bytes[n] = '\0';
    return (text_t){ bytes, n };
}

/* The one JSON object of the one line. */
static const struct json *parsed(text_t line)
{
    struct json *j = NULL;
    struct json_fault fault;
    assert_true(line.n > 0);
    assert_ptr_equal(memchr(line.s, '\n', line.n), line.s + line.n - 1);
    if (json_parse(&arena, line.s, line.n, &j, &fault) != OK) {
        fail_msg("%s at %zu: %s", fault.what, fault.at, line.s);
    }
    return j;
}

static void one_object_a_line(void **state)
{
    (void)state;
    log_setup(LOG_INFO, true);
    catch_begin();
    errno = EINTR;
    log_warn("db", "%d rows of \"%s\"\n\x01\\", 3, "stock");
    int after = errno;
    const struct json *j = parsed(catch_end());
    assert_int_equal(after, EINTR);
    assert_int_equal(j->count, 4);
    assert_string_equal(json_get_text(j, "level").s, "warn");
    assert_string_equal(json_get_text(j, "area").s, "db");
    assert_string_equal(json_get_text(j, "message").s, "3 rows of \"stock\"  \\");
    instant_t t;
    text_t time_text = json_get_text(j, "time");
    assert_int_equal(instant_parse(time_text.s, time_text.n, &t), OK);
    assert_true(t.us > INT64_C(1700000000) * US_PER_SECOND); /* the clock is UTC now, not zero */
    arena_reset(&arena);
}

static void plain_lines(void **state)
{
    (void)state;
    log_setup(LOG_INFO, false);
    catch_begin();
    log_error("http", "port %d is \"taken\"", 8080);
    text_t line = catch_end();
    static const char tail[] = "Z error http: port 8080 is \"taken\"\n";
    instant_t t;
    size_t stamp = line.n - (sizeof tail - 1) + 1; /* with the Z */
    assert_string_equal(line.s + stamp - 1, tail);
    assert_int_equal(instant_parse(line.s, stamp, &t), OK);
}

static void levels_below_are_dropped(void **state)
{
    (void)state;
    static const enum log_level levels[] = { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
    for (size_t least = 0; least < N_ELEMENTS(levels); least++) {
        log_setup(levels[least], false);
        catch_begin();
        for (size_t i = 0; i < N_ELEMENTS(levels); i++) {
            log_line(levels[i], "x", "line");
        }
        text_t all = catch_end();
        size_t lines = 0;
        for (size_t i = 0; i < all.n; i++) {
            lines += all.s[i] == '\n';
        }
        assert_int_equal(lines, N_ELEMENTS(levels) - least);
    }
}

/* Whatever the message: one line, valid JSON, cut at a whole character. */
static void long_and_dirty_messages(void **state)
{
    (void)state;
    static char message[5000];
    static const char *const fills[] = { "x",    "\"", "\\",      "\xC3\xA4", "\xF0\x9F\x98\x80",
                                         "\xFF", "\n", "\xC2\x85" };
    log_setup(LOG_INFO, true);
    for (size_t f = 0; f < N_ELEMENTS(fills); f++) {
        size_t step = strlen(fills[f]);
        for (size_t n = 1015; n < 1040; n++) {
            memset(message, 'a', n % step + 1); /* shifts the cut through the character */
            size_t at = n % step + 1;
            for (; at < n; at += step) {
                memcpy(message + at, fills[f], step);
            }
            message[at] = '\0';
            catch_begin();
            log_info("area", "%s", message);
            text_t got = json_get_text(parsed(catch_end()), "message");
            assert_true(text_utf8_ok(got, false));
            assert_true(got.n > 500 && got.n < 1100);
            bool cut = text_starts((text_t){ got.s + got.n - 3, 3 }, "...");
            assert_int_equal(cut, at >= 1024);
            arena_reset(&arena);
        }
    }
    memset(message, 'a', 3000);
    message[3000] = '\0';
    catch_begin();
    log_info(message, "a long area is cut too"); /* and the line is whole */
    text_t line = catch_end();
    assert_true(line.n < 3000);
    (void)parsed(line);
    arena_reset(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_object_a_line),
        cmocka_unit_test(plain_lines),
        cmocka_unit_test(levels_below_are_dropped),
        cmocka_unit_test(long_and_dirty_messages),
    };
    return cmocka_run_group_tests(tests, arena_begin, arena_end);
}
