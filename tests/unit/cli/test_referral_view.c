/* How people and programs are shown a referral. */
#include "cli/rendering/referral_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What PRINT writes to the standard output of the timeline of D. */
static void capture(void (*print)(const struct control_referral_detail *d, const struct case_view *view),
                    const struct control_referral_detail *d, char *out, size_t size)
{
    FILE *file = tmpfile();
    int stdout_before = dup(STDOUT_FILENO);
    size_t n;

    assert_non_null(file);
    (void)fflush(stdout);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    print(d, NULL);
    (void)fflush(stdout);
    assert_true(dup2(stdout_before, STDOUT_FILENO) >= 0);
    (void)close(stdout_before);
    rewind(file);
    n = fread(out, 1, size - 1, file);
    out[n] = '\0';
    (void)fclose(file);
}

static void test_how_many_entries_a_timeline_leaves_out_is_said(void **state)
{
    struct control_referral_detail d = {.summary = {.direction = 1, .kind = MESSAGE_REFERRAL, .state = REFERRAL_SAVED}};
    char text[4096];

    (void)state;
    capture(referral_view_print, &d, text, sizeof text);
    assert_null(strstr(text, "refex audit list"));
    d.timeline_more = 3;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "  and 3 more: `refex audit list` has them all\n"));
    capture(referral_view_json_detail, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"timeline_more\":3"));
}

static void test_a_receipt_of_a_machine_that_was_replaced_is_no_delivery(void **state)
{
    struct control_referral_detail d = {
        .summary = {.direction = 1, .kind = MESSAGE_REFERRAL, .state = REFERRAL_DELIVERED, .lost_there = true}};
    char text[4096];

    (void)state;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     delivered (lost there)\n"));
    d.summary.lost_there = false;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     delivered\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_of_a_machine_that_was_replaced_is_no_delivery),
        cmocka_unit_test(test_how_many_entries_a_timeline_leaves_out_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
