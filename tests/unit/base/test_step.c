/* State tables: an allowed transition happens, a forbidden one aborts. */
#include "base/step.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum door { OPEN, SHUT, LOCKED, DOORS };

static const struct step_rule rules[DOORS] = {
    [OPEN] = {"open", STEP(SHUT)},
    [SHUT] = {"shut", STEP(OPEN) | STEP(LOCKED)},
    [LOCKED] = {"locked", 0},
};

static void test_what_the_table_allows_happens(void **state)
{
    int door = OPEN;

    (void)state;
    step_enter(rules, &door, SHUT);
    step_enter(rules, &door, OPEN);
    step_enter(rules, &door, SHUT);
    step_enter(rules, &door, LOCKED);
    assert_int_equal(door, LOCKED);
}

static void test_what_the_table_forbids_ends_the_process(void **state)
{
    (void)state;
    for (int from = OPEN; from < DOORS; from++) {
        for (int to = OPEN; to < DOORS; to++) {
            int status = 0;
            pid_t child = fork();

            if (child == 0) {
                int door = from;

                (void)close(STDERR_FILENO);
                (void)signal(SIGABRT, SIG_DFL);
                step_enter(rules, &door, to);
                _exit(door == to ? 0 : 1);
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            if ((rules[from].next & STEP(to)) != 0)
                assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            else
                assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_table_allows_happens),
        cmocka_unit_test(test_what_the_table_forbids_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
