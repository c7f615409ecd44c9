/* How a node stands with the others, in a report that leaves the agency. */
#include "cli/report_links.h"

#include "model/hold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct control_agency linked = {.linked = true};
static const struct control_agency waits = {.waiting = 3, .hold = HOLD_NO_LINK};
static const struct control_agency unlisted = {.linked = true, .unlisted = true, .waiting = 1};
static const struct control_agency self = {.self = true};

static void assert_says(const struct control_agency *const *of, size_t count, const char *text)
{
    struct report_links l = {.count = 0};
    struct bytes out = {0};

    for (size_t i = 0; i < count; i++)
        report_links_note(&l, of[i]);
    report_links_write(&l, &out);
    bytes_append_u8(&out, 0);
    assert_string_equal(out.at, text);
    bytes_fini(&out);
    report_links_fini(&l);
}

static void test_the_order_of_the_directory_is_not_told(void **state)
{
    const struct control_agency *const one[] = {&linked, &self, &waits};
    const struct control_agency *const other[] = {&waits, &linked};
    char text[200];

    (void)state;
    (void)snprintf(text, sizeof text, "agency 1 linked\nagency 2 not linked, messages wait, %s\n",
                   hold_name(HOLD_NO_LINK));
    assert_says(one, 3, text);
    assert_says(other, 2, text);
}

static void test_who_is_unlisted_is_not_counted(void **state)
{
    const struct control_agency *const of[] = {&unlisted, &linked, &unlisted};
    const struct control_agency own = {.self = true, .unlisted = true};
    const struct control_agency *const alone[] = {&own};
    const char *const text = "agency 1 linked\nsome agencies that are unlisted, of which nothing is said\n";

    (void)state;
    assert_says(of, 3, text);
    assert_says(of, 2, text);
    assert_says(alone, 1, ""); /* nor is said that this one is */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_order_of_the_directory_is_not_told),
        cmocka_unit_test(test_who_is_unlisted_is_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
