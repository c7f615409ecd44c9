/* Is of a message without a receipt said what is known, and no more? */
#include "cli/rendering/waiting_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check_arrival(enum arrival arrival, int64_t said_ms, const char *want)
{
    struct bytes out = {0};

    waiting_view_arrival(&out, arrival, said_ms);
    assert_true(view_equal(bytes_view(&out), view_of_text(want)));
    bytes_fini(&out);
}

/* The words of docs/AUDITOR.md: nobody reads "never left" where somebody only says that nothing came. */
static void test_what_is_known_of_a_message_without_a_receipt(void **state)
{
    (void)state;
    check_arrival(ARRIVAL_SETTLED, 0, "");
    check_arrival(ARRIVAL_UNKNOWN, 0, "may have left");
    check_arrival(ARRIVAL_DENIED, INT64_C(1795356118123), "they say it did not arrive (2026-11-22 14:01 UTC)");
    check_arrival(ARRIVAL_MISSING, INT64_C(1795356118123), "did not arrive, by their word (2026-11-22 14:01 UTC)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_known_of_a_message_without_a_receipt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
