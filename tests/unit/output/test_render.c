/* Do control characters in what others wrote never reach the terminal? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "output/render.h"

static void check_render(const char *in, const char *want)
{
    struct bytes out = {0};

    render_escaped(&out, view_of_text(in));
    assert_true(view_equal(bytes_view(&out), view_of_text(want)));
    bytes_fini(&out);
}

static void test_control_characters_are_made_visible(void **state)
{
    (void)state;
    check_render("\x1b[31mred\x1b[0m", "?[31mred?[0m");
    check_render("a\rb\tc\x7f", "a?b?c?");
    check_render("one\ntwo", "one / two");
    check_render("\xc2\x9b"
                 "31m",
                 "?31m");
    check_render("\xe2\x80\xae"
                 "gnp.exe",
                 "?gnp.exe");
    check_render("\xe2\x81\xa6x\xe2\x81\xa9", "?x?");
}

static void test_names_in_any_script_stay_as_they_are(void **state)
{
    (void)state;
    check_render("Прикладенко Żółć İğne", "Прикладенко Żółć İğne");
    check_render("", "");
}

static void test_bytes_that_are_no_text_are_not_passed_on(void **state)
{
    (void)state;
    check_render("a\xff\xfe", "a??");
}

static void test_a_time_that_is_known_as_a_day_is_a_day(void **state)
{
    char text[RENDER_TIME];

    (void)state;
    render_time_or_day(INT64_C(1795003200000), text);
    assert_string_equal(text, "2026-11-18 12:00 UTC");
    render_time_or_day(INT64_C(1794960000000), text);
    assert_string_equal(text, "2026-11-18");
    render_time_or_day(0, text);
    assert_string_equal(text, "-");
}

static void test_no_time_is_a_dash(void **state)
{
    char time[RENDER_TIME];
    char day[11];

    (void)state;
    render_time(0, time);
    assert_string_equal(time, "-");
    render_time(INT64_C(1795356118123), time);
    assert_string_equal(time, "2026-11-22 14:01 UTC");
    render_day(0, day);
    assert_string_equal(day, "-");
    render_day(20849, day);
    assert_string_equal(day, "2027-01-31");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control_characters_are_made_visible),
        cmocka_unit_test(test_names_in_any_script_stay_as_they_are),
        cmocka_unit_test(test_bytes_that_are_no_text_are_not_passed_on),
        cmocka_unit_test(test_a_time_that_is_known_as_a_day_is_a_day),
        cmocka_unit_test(test_no_time_is_a_dash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
