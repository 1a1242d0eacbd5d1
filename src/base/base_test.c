/* Names of result codes, checked arithmetic, and that a broken invariant ends the process. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_COUNT; i++) {
        assert_true(strlen(err_name((enum err)i)) > 1);
        assert_string_not_equal(err_name((enum err)i), "unknown");
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(err_name((enum err)i), err_name((enum err)k));
        }
    }
    assert_string_equal(err_name(ERR_COUNT), "unknown");
    assert_string_equal(err_name((enum err) - 1), "unknown");
    assert_string_equal(err_name(ERR_DISK_FULL), "disk_full");
}

static void arithmetic_refuses_to_wrap(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_int_equal(add_i64(INT64_MAX, 1, &v), ERR_RANGE);
    assert_int_equal(add_i64(INT64_MAX - 1, 1, &v), OK);
    assert_true(v == INT64_MAX);
    assert_int_equal(sub_i64(INT64_MIN, 1, &v), ERR_RANGE);
    assert_int_equal(sub_i64(INT64_MIN + 1, 1, &v), OK);
    assert_true(v == INT64_MIN);
    assert_int_equal(mul_i64(INT64_MIN, -1, &v), ERR_RANGE);
    assert_int_equal(mul_i64(INT64_C(1) << 40, INT64_C(1) << 23, &v), ERR_RANGE);
    assert_int_equal(mul_i64(-(INT64_C(1) << 40), INT64_C(1) << 23, &v), OK);
    assert_true(v == INT64_MIN);
}

static void a_broken_invariant_aborts(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(null, STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        INVARIANT(child != 0);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_own_name),
        cmocka_unit_test(arithmetic_refuses_to_wrap),
        cmocka_unit_test(a_broken_invariant_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
