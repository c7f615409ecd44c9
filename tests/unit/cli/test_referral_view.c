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
    struct control_referral_detail d = {
        .summary = {.direction = DIRECTION_OUT, .kind = MESSAGE_REFERRAL, .state = REFERRAL_SAVED}};
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
        .summary = {
            .direction = DIRECTION_OUT, .kind = MESSAGE_REFERRAL, .state = REFERRAL_DELIVERED, .lost_there = true}};
    char text[4096];

    (void)state;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     delivered (lost there)\n"));
    assert_non_null(strstr(text, "They do not answer it"));
    d.summary.state = REFERRAL_ACCEPTED;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "Phone them: ask who sees to her now"));
    d.summary.direction = DIRECTION_IN;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "Your answer is not known there any more, if it had come"));
    d.summary.state = REFERRAL_DELIVERED;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "An answer that you give does not reach them"));
    d.summary.direction = DIRECTION_OUT;
    d.summary.state = REFERRAL_DELIVERED;
    d.summary.lost_there = false;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     delivered\n"));
}

static void capture_row(const struct control_referral *r, char *out, size_t size)
{
    struct render_table t = {.columns = REFERRAL_VIEW_COLUMNS, .titles = referral_view_titles};
    FILE *terminal = stdout;

    memset(out, 0, size);
    stdout = fmemopen(out, size, "w");
    assert_non_null(stdout);
    referral_view_row(r, &t);
    render_table_end(&t, "");
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
}

static const struct {
    enum referral_state state;
    bool sealed;
    int64_t erased_ms;
    const char *line;
    const char *cells;
} not_known[] = {
    {REFERRAL_ERASED, false, INT64_C(1704164645000), "erased    2024-01-02 03:04 UTC: what was asked",
     "-       -         erased   erased  erased    erased"},
    {REFERRAL_ERASED, false, 0, "erased    now: what was asked", "erased   erased  erased    erased"},
    {REFERRAL_STOPPED, false, 0, "stopped   her consent was withdrawn", "stopped  stopped  stopped   stopped"},
    {REFERRAL_DELIVERED, true, 0, "sealed    what was asked", "sealed   sealed  sealed    sealed"},
    {REFERRAL_DELIVERED, false, 0, "not read  what was asked does not open",
     "unreadable  unreadable  unreadable  unreadable"},
};

static void test_what_is_not_known_of_a_referral_is_said_in_words_and_is_no_member(void **state)
{
    static const char *const gone[] = {"urgency", "purpose", "services", "\"due\"", "shared", "offer"};
    char text[4096];

    (void)state;
    for (size_t i = 0; i < sizeof not_known / sizeof not_known[0]; i++) {
        struct control_referral_detail d = {.summary = {.direction = DIRECTION_IN,
                                                        .kind = MESSAGE_REFERRAL,
                                                        .state = not_known[i].state,
                                                        .sealed = not_known[i].sealed,
                                                        .erased_ms = not_known[i].erased_ms}};

        capture(referral_view_print, &d, text, sizeof text);
        assert_non_null(strstr(text, not_known[i].line));
        assert_null(strstr(text, "urgency  "));
        assert_null(strstr(text, ": -"));
        capture_row(&d.summary, text, sizeof text);
        if (strstr(text, not_known[i].cells) == NULL)
            fail_msg("it does not list: %s\n%s", not_known[i].cells, text);
        capture(referral_view_json_detail, &d, text, sizeof text);
        for (size_t k = 0; k < sizeof gone / sizeof gone[0]; k++)
            assert_null(strstr(text, gone[k]));
        assert_true((strstr(text, "\"erased_at\":\"2024-01-02T03:04:05.000Z\"") != NULL) == (i == 0));
    }
}

static void test_what_was_asked_is_shown(void **state)
{
    struct control_referral_detail d = {.summary = {.direction = DIRECTION_IN,
                                                    .kind = MESSAGE_REFERRAL,
                                                    .state = REFERRAL_DELIVERED,
                                                    .urgency = URGENCY_URGENT,
                                                    .services = 1U << SERVICE_SHELTER}};
    char text[4096];

    (void)state;
    capture(referral_view_print, &d, text, sizeof text);
    assert_non_null(strstr(text, "asks      referral: SHELTER\nurgency   urgent, due -\n"));
    capture(referral_view_json_detail, &d, text, sizeof text);
    assert_null(strstr(text, "waits"));
    d.summary.hold = HOLD_NO_LINK;
    capture(referral_view_json_detail, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"waits\":{\"why\":\"no-link\""));
    d.summary.answered_ms = INT64_C(1704164645000);
    capture(referral_view_json_detail, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"answered_before\":\"2024-01-02T03:04:05.000Z\""));
    assert_non_null(strstr(text, "\"urgency\":\"urgent\",\"purpose\":null,\"services\":[\"SHELTER\"]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_of_a_machine_that_was_replaced_is_no_delivery),
        cmocka_unit_test(test_what_is_not_known_of_a_referral_is_said_in_words_and_is_no_member),
        cmocka_unit_test(test_what_was_asked_is_shown),
        cmocka_unit_test(test_how_many_entries_a_timeline_leaves_out_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
