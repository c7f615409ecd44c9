/* How people and programs are shown a referral. */
#include "cli/rendering/referral_view.h"
#include "cli/verbs/answered_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What is shown of D on standard output. */
static void capture(bool json, const struct control_referral_detail *d, char *out, size_t size)
{
    FILE *file = tmpfile();
    int stdout_before = dup(STDOUT_FILENO);
    size_t n;

    assert_non_null(file);
    (void)fflush(stdout);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    referral_view_show(json, d, NULL);
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
    capture(false, &d, text, sizeof text);
    assert_null(strstr(text, "refex audit list"));
    d.timeline_more = 3;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "  and 3 more: `refex audit list` has them all\n"));
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"timeline_more\":3"));
}

static void test_a_receipt_of_a_machine_that_was_replaced_is_no_delivery(void **state)
{
    struct control_referral_detail d = {
        .summary = {
            .direction = DIRECTION_OUT, .kind = MESSAGE_REFERRAL, .state = REFERRAL_DELIVERED, .lost_there = true}};
    char text[4096];

    (void)state;
    d.summary.peer = d.summary.next_agency = (struct address){.text = "shelter@nrm.example"};
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "next      you: phone shelter@nrm.example\n"));
    assert_non_null(strstr(text, "state     at their computer: delivered (lost there)\n"));
    assert_non_null(strstr(text, "They do not answer it"));
    d.summary.state = REFERRAL_ACCEPTED;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "Phone them: ask who sees to her now"));
    d.summary.direction = DIRECTION_IN;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "Your answer is not known there any more, if it had come"));
    d.summary.state = REFERRAL_DELIVERED;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "An answer that you give does not reach them"));
    assert_non_null(strstr(text, "next      you: phone shelter@nrm.example\n"));
    d.summary.direction = DIRECTION_OUT;
    d.summary.state = REFERRAL_DELIVERED;
    d.summary.lost_there = false;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     at their computer: delivered\n"));
}

static void test_who_acts_next_and_who_is_responsible_stands_beside_the_word(void **state)
{
    struct control_referral_detail d = {.summary = {.direction = DIRECTION_IN,
                                                    .kind = MESSAGE_REFERRAL,
                                                    .state = REFERRAL_EXPECTED,
                                                    .urgency = URGENCY_URGENT,
                                                    .peer = {"ngo@nrm.example"},
                                                    .next_agency = {"shelter@nrm.example"},
                                                    .responsible = {"shelter@nrm.example"},
                                                    .due_ms = INT64_C(1704164645000)}};
    char text[4096];

    (void)state;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     answered: expected\n"));
    assert_non_null(strstr(text, "next      you: say whether she came, by 2024-01-02 03:04 UTC\n"));
    assert_non_null(strstr(text, "Responsible now: shelter@nrm.example\n"));
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"state\":\"expected\",\"word\":\"answered\""));
    assert_non_null(strstr(text, "\"responsible_now\":\"shelter@nrm.example\""));
    d.summary.direction = DIRECTION_OUT;
    d.summary.peer = d.summary.responsible;
    d.summary.overdue = true;
    capture(false, &d, text, sizeof text);
    assert_non_null(
        strstr(text, "next      shelter@nrm.example: say whether she came, which was due 2024-01-02 03:04"));
    d.summary.direction = DIRECTION_IN;
    d.summary.state = REFERRAL_DELIVERED;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "state     at your computer: delivered (overdue)\n"));
    assert_non_null(strstr(text, "urgency   urgent, due 2024-01-02 03:04 UTC\n"));
    d.summary.state = REFERRAL_CLOSED;
    d.summary.next_agency = (struct address){0};
    d.summary.responsible = (struct address){0};
    capture(false, &d, text, sizeof text);
    assert_null(strstr(text, "next  "));
    assert_non_null(strstr(text, "urgency   urgent\n")); /* nothing is due of what is finished */
    assert_null(strstr(text, "Responsible"));
}

/* What whoever answered R is told. */
static void capture_answered(const struct control_referral *r, char *out, size_t size)
{
    FILE *file = fmemopen(out, size, "w");

    memset(out, 0, size);
    assert_non_null(file);
    told_form_show(file, false, &answered_view, &(struct told_shown){.answer = r});
    assert_int_equal(fclose(file), 0);
}

/* A time that was named, and her consent ends before it. */
static void test_who_names_a_time_behind_her_last_day_is_told_what_to_do(void **state)
{
    struct control_referral_detail d = {.summary = {.direction = DIRECTION_OUT,
                                                    .kind = MESSAGE_REFERRAL,
                                                    .state = REFERRAL_EXPECTED,
                                                    .peer = {"shelter@nrm.example"},
                                                    .time_ms = INT64_C(1704164645000),
                                                    .consent_ends = 19723}};
    char text[4096];

    (void)state;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "consent   the last day of her consent is 2024-01-01, before that time. "));
    assert_non_null(strstr(text, "ask her again before, and refer her anew\n"));
    assert_null(strstr(text, "not told"));
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"consent_ends\":\"2024-01-01\""));
    capture_answered(&d.summary, text, sizeof text);
    assert_non_null(strstr(text, ". It goes to shelter@nrm.example.\nConsent:  the last day"));
    d.summary.direction = DIRECTION_IN;
    capture_answered(&d.summary, text, sizeof text);
    assert_non_null(strstr(text, "phone shelter@nrm.example, who ask her again"));
    d.summary.direction = DIRECTION_OUT;
    d.summary.stays_here = true;
    d.summary.next_agency = d.summary.peer;
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "not told  the last day of her consent is over, and shelter@nrm.example erased"));
    assert_null(strstr(text, "consent   "));
    capture_answered(&d.summary, text, sizeof text);
    assert_non_null(strstr(text, "this is said here alone. Phone them"));
    assert_null(strstr(text, "It goes to"));
    d.summary.consent_ends = 0;
    d.summary.stays_here = false;
    capture_answered(&d.summary, text, sizeof text);
    assert_null(strstr(text, "Consent:"));
}

static void capture_row(const struct control_referral *r, char *out, size_t size)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table t;
    FILE *terminal = stdout;

    memset(out, 0, size);
    stdout = fmemopen(out, size, "w");
    assert_non_null(stdout);
    told_form_table(&referral_view_listed, titles, &t);
    told_form_row(&referral_view_listed, &(struct told_shown){.answer = r}, &t);
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
    static const char *const gone[] = {"urgency", "purpose", "services", "\"due\"", "shared", "\"offer"};
    char text[4096];

    (void)state;
    for (size_t i = 0; i < sizeof not_known / sizeof not_known[0]; i++) {
        struct control_referral_detail d = {.summary = {.direction = DIRECTION_IN,
                                                        .kind = MESSAGE_REFERRAL,
                                                        .state = not_known[i].state,
                                                        .sealed = not_known[i].sealed,
                                                        .erased_ms = not_known[i].erased_ms}};

        capture(false, &d, text, sizeof text);
        assert_non_null(strstr(text, not_known[i].line));
        assert_null(strstr(text, "urgency  "));
        assert_null(strstr(text, ": -"));
        capture_row(&d.summary, text, sizeof text);
        if (strstr(text, not_known[i].cells) == NULL)
            fail_msg("it does not list: %s\n%s", not_known[i].cells, text);
        capture(true, &d, text, sizeof text);
        for (size_t k = 0; k < sizeof gone / sizeof gone[0]; k++)
            assert_null(strstr(text, gone[k]));
        assert_true((strstr(text, "\"erased_at\":\"2024-01-02T03:04:05.000Z\"") != NULL) == (i == 0));
    }
}

static void test_what_is_not_known_now_is_null(void **state)
{
    struct control_timeline_entry entries[] = {{.kind = RECORD_DISCLOSED, .index = 7}, {.kind = RECORD_DISCLOSED}};
    struct control_referral_detail d = {.summary = {.direction = DIRECTION_IN,
                                                    .kind = MESSAGE_REFERRAL,
                                                    .state = REFERRAL_DELIVERED,
                                                    .sealed = true,
                                                    .arrival = ARRIVAL_DENIED},
                                        .timeline = entries,
                                        .timeline_count = 2};
    char text[4096];

    (void)state;
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"overdue\":null,\"sealed\":true,"));
    assert_non_null(strstr(text, "\"arrival\":{\"known\":\"said-missing\",\"said\":null}"));
    assert_non_null(strstr(text, "\"index\":7,\"message_kind\":null,\"outcome\":null,\"arrival\":null}"));
    assert_non_null(strstr(text, "\"index\":null,"));
    d.summary.sealed = false;
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"overdue\":false,"));
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
    capture(false, &d, text, sizeof text);
    assert_non_null(strstr(text, "asks      referral: SHELTER\nurgency   urgent, due -\n"));
    capture(true, &d, text, sizeof text);
    assert_null(strstr(text, "waits"));
    d.summary.hold = HOLD_NO_LINK;
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"waits\":{\"why\":\"no-link\""));
    d.summary.answered_ms = INT64_C(1704164645000);
    capture(true, &d, text, sizeof text);
    assert_non_null(strstr(text, "\"answered_before\":\"2024-01-02T03:04:05.000Z\""));
    assert_non_null(strstr(text, "\"urgency\":\"urgent\",\"purpose\":null,\"services\":[\"SHELTER\"]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_of_a_machine_that_was_replaced_is_no_delivery),
        cmocka_unit_test(test_what_is_not_known_of_a_referral_is_said_in_words_and_is_no_member),
        cmocka_unit_test(test_what_is_not_known_now_is_null),
        cmocka_unit_test(test_who_names_a_time_behind_her_last_day_is_told_what_to_do),
        cmocka_unit_test(test_who_acts_next_and_who_is_responsible_stands_beside_the_word),
        cmocka_unit_test(test_what_was_asked_is_shown),
        cmocka_unit_test(test_how_many_entries_a_timeline_leaves_out_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
