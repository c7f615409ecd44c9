/* What a person reads of a withdrawal: what happened here, and what the recipient said, are two things. */
#include "cli/rendering/consent_view.h"
#include "cli/rendering/withdrawal_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2024-01-02 03:04:05 UTC */
#define NO_LINK "there is no link to the agency's node: it is off, or does not answer"
#define SINCE   INT64_C(1704164645000)

static char *printed(const struct control_consent *s)
{
    FILE *terminal = stdout;
    size_t size;
    char *text;

    stdout = open_memstream(&text, &size);
    assert_non_null(stdout);
    told_form_show(stdout, false, &consent_view_shown, &(struct told_shown){.answer = s});
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
    return text;
}

static void assert_says(uint32_t progress, uint32_t told, const char *words)
{
    struct control_consent s = {.case_id = {{1}},
                                .progress = progress,
                                .told = told,
                                .asked = told != RECIPIENT_NOTHING,
                                .told_since_ms = SINCE,
                                .hold = HOLD_NO_LINK};
    char *text = printed(&s);

    if (strstr(text, words) == NULL)
        fail_msg("it does not say: %s\n%s", words, text);
    free(text);
}

static void test_what_is_erased_here_and_not_confirmed_there_is_said_to_be_that(void **state)
{
    (void)state;
    assert_says(CONSENT_ERASED, RECIPIENT_ASKED,
                "erased here; asked there since 2024-01-02 03:04 UTC; not yet confirmed: no receipt, " NO_LINK "\n");
    assert_says(CONSENT_ERASING, RECIPIENT_ASKED,
                "being erased here; asked there since 2024-01-02 03:04 UTC; not yet confirmed: no receipt, " NO_LINK
                "\n");
    assert_says(CONSENT_STOPPED, RECIPIENT_ASKED,
                "stopped here; asked there since 2024-01-02 03:04 UTC; not yet confirmed: no receipt, " NO_LINK "\n");
}

static void assert_prints(const struct control_consent *s, const char *words)
{
    char *text = printed(s);

    if (strstr(text, words) == NULL)
        fail_msg("it does not say: %s\n%s", words, text);
    free(text);
}

static void test_a_receipt_says_that_it_was_told_and_by_when_it_confirms(void **state)
{
    struct control_consent s = {
        .case_id = {{1}}, .progress = CONSENT_STOPPED, .told = RECIPIENT_ASKED, .told_since_ms = SINCE};

    (void)state;
    s.hold = HOLD_NO_ROOM;
    assert_prints(&s, "not yet confirmed: no receipt, the agency's node has no room on its disk\n");
    s.next_try_ms = SINCE;
    assert_prints(&s, "the agency's node has no room on its disk; next try 2024-01-02 03:04 UTC\n");
    s.receipt_ms = SINCE;
    s.answer_by = 19726;
    assert_prints(&s, "told there 2024-01-02 03:04 UTC (receipt); not yet confirmed: it will when it has erased, by "
                      "2024-01-04\n");
    s.untold_here = true;
    assert_prints(&s, "stopped here; not told by this node, for it is a copy");
}

static void test_the_recipient_says_from_when_it_erases_and_whether_it_held_anything(void **state)
{
    struct control_consent s = {.progress = CONSENT_STOPPED, .erase_from = 19726};

    (void)state;
    assert_prints(&s, "stopped here, erased from 2024-01-04 on\n");
    s = (struct control_consent){.progress = CONSENT_ERASED, .nothing_held = true};
    assert_prints(&s, "nothing was held here\n");
    assert_prints(&s, ", nothing-held\n");
}

static void show_in_list(bool json, const struct control_consent *s)
{
    told_form_show(stdout, json, &consent_view_shown, &(struct told_shown){.answer = s});
}

static char *json_by(void (*show)(bool json, const struct control_consent *s), const struct control_consent *s)
{
    FILE *terminal = stdout;
    size_t size;
    char *text;

    stdout = open_memstream(&text, &size);
    assert_non_null(stdout);
    show(true, s);
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
    return text;
}

static char *json_of(const struct control_consent *s)
{
    return json_by(show_in_list, s);
}

static void assert_json_has(const struct control_consent *s, const char *words)
{
    char *text = json_of(s);

    if (strstr(text, words) == NULL)
        fail_msg("it does not say: %s\n%s", words, text);
    free(text);
}

static void test_programs_read_that_nothing_had_left_only_where_somebody_withdrew(void **state)
{
    struct control_consent s = {.case_id = {{1}}, .progress = CONSENT_STOPPED};

    (void)state;
    assert_json_has(&s, "\"told\":\"nothing-left\"");
    s.progress = CONSENT_SAID_NO;
    assert_json_has(&s, "\"told\":null");
    s = (struct control_consent){.progress = CONSENT_ERASED}; /* it came with data, and its agency withdrew it */
    assert_json_has(&s, "\"told\":null");
}

static void test_what_ended_by_its_last_day_is_called_ended_and_not_withdrawn(void **state)
{
    struct control_consent s = {.progress = CONSENT_ERASED, .ended = true, .erased_ms = 1704164645000};
    char *text = printed(&s);

    (void)state;
    assert_non_null(strstr(text, "ended       its last day was over, so what came under it was erased here\n"));
    assert_null(strstr(text, "withdrawn"));
    free(text);
    s = (struct control_consent){.case_id = {{1}}, .progress = CONSENT_STANDS, .until = 20000, .answered = true};
    s.answered_time_ms = 1704164645000;
    text = printed(&s);
    assert_non_null(strstr(text, "they erased what they had: 2024-01-02 03:04 UTC, by their log\n"));
    free(text);
}

static void test_of_a_no_it_is_said_who_gave_it_and_nobody_is_urged_to_ask_again(void **state)
{
    struct control_consent no = {.case_id = {{1}},
                                 .progress = CONSENT_SAID_NO,
                                 .until = 20000,
                                 .given_by = GIVEN_BY_SELF,
                                 .notice = view_of_text("none"),
                                 .language = view_of_text("und"),
                                 .seen_alone = SEEN_NOT_ALONE};
    char *text = printed(&no);

    (void)state;
    assert_non_null(strstr(text, "given       by self\n"));
    assert_null(strstr(text, "alone"));
    free(text);
    assert_json_has(&no, "\"until\":null");
}

static void test_of_a_no_that_does_not_open_it_is_said_that_how_it_was_given_is_not_known(void **state)
{
    struct control_consent no = {.case_id = {{1}}, .progress = CONSENT_SAID_NO};
    char *text = json_by(consent_view_show, &no);

    (void)state;
    assert_non_null(strstr(text, "\"grants\":[],\"given\":null"));
    free(text);
    text = json_of(&no); /* in a list */
    assert_null(strstr(text, "given\""));
    free(text);
    no.progress = CONSENT_ERASED;
    text = json_by(consent_view_show, &no);
    assert_null(strstr(text, "given\""));
    free(text);
}

static void test_what_another_agency_wrote_of_a_consent_does_not_turn_the_line(void **state)
{
    struct control_consent s = {.progress = CONSENT_STANDS,
                                .given_by = GIVEN_BY_SELF,
                                .notice = view_of_text("v1 \u202Eenola"),
                                .language = view_of_text("u\u2066")};

    (void)state;
    assert_prints(&s, "explained in u? with notice v1 ?enola\n");
}

static char *last_words(const struct control_consent *s)
{
    FILE *terminal = stdout;
    size_t size;
    char *text;

    stdout = open_memstream(&text, &size);
    assert_non_null(stdout);
    withdrawal_view_print_done(s);
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
    return text;
}

static void test_the_last_words_follow_what_has_happened(void **state)
{
    static const struct {
        struct control_consent s;
        const char *words;
    } cases[] = {
        {{.told = RECIPIENT_NOTHING}, "stopped here; nothing had left"},
        {{.told = RECIPIENT_ASKED}, "stopped here, and stop at the recipient when it is told"},
        {{.told = RECIPIENT_ASKED, .by_hand = true}, "tell it yourself"},
        {{.told = RECIPIENT_ASKED, .receipt_ms = SINCE}, "stopped here and at the recipient"},
        {{.told = RECIPIENT_ERASED}, "stopped here and at the recipient"},
        {{.told = RECIPIENT_NOTHING_HELD}, "stopped here.  states that it held nothing"},
        {{.told = RECIPIENT_CLOSED}, "is closed by hand"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = last_words(&cases[i].s);

        assert_non_null(strstr(text, cases[i].words));
        free(text);
    }
}

static void test_each_end_has_its_own_words(void **state)
{
    (void)state;
    assert_says(CONSENT_ERASED, RECIPIENT_NOTHING, "erased here; nothing had left, so nobody was asked\n");
    assert_says(CONSENT_ERASED, RECIPIENT_ERASED, "erased here; erased there\n");
    assert_says(CONSENT_ERASED, RECIPIENT_NOTHING_HELD, "erased here; there: nothing was held\n");
    assert_says(CONSENT_ERASED, RECIPIENT_KEPT, "erased here; there: some of it is kept\n");
    assert_says(CONSENT_ERASED, RECIPIENT_CLOSED,
                "erased here; asked there since 2024-01-02 03:04 UTC; closed by hand\n");
}

/* Nothing left: it is not said to be asked. */
static void test_who_was_not_asked_is_not_said_to_be(void **state)
{
    struct control_consent s = {.consent = {{2}},
                                .case_id = {{1}},
                                .recipient = {"police@nrm.example"},
                                .progress = CONSENT_STOPPED,
                                .told = RECIPIENT_OWED,
                                .told_since_ms = SINCE,
                                .hold = HOLD_NO_LINK};

    (void)state;
    assert_prints(&s, "stopped here; owed there since 2024-01-02 03:04 UTC; not asked yet: " NO_LINK "\n");
    s.by_hand = true;
    assert_prints(&s, "stopped here; not asked there: refex cannot tell it\n"
                      "            tell police@nrm.example yourself outside refex, then\n"
                      "            refex agency told police@nrm.example 02000000000000000000000000000000 "
                      "--reason told-outside\n");
    s.told = RECIPIENT_CLOSED;
    assert_prints(&s, "stopped here; refex never asked there; closed by hand\n");
}

static char *foretold(const struct control_consent *s)
{
    size_t size;
    char *text;
    FILE *to = open_memstream(&text, &size);

    assert_non_null(to);
    told_form_show(to, false, &withdrawal_view_foretold, &(struct told_shown){.answer = s});
    assert_int_equal(fclose(to), 0);
    return text;
}

static void test_police_that_cannot_be_told_sign_nothing(void **state)
{
    struct control_consent s = {
        .recipient = {"police@nrm.example"}, .may_have_left = true, .irreversible = true, .erase_from = 20000};
    char *text = foretold(&s);

    (void)state;
    assert_non_null(strstr(text, "it is told at once, and again until it answers"));
    assert_non_null(strstr(text, "then it signs that, and the ground"));
    free(text);
    s.by_hand = true;
    text = foretold(&s);
    assert_non_null(strstr(text, "refex cannot tell police@nrm.example, and it may hold data:\n"
                                 "               tell police@nrm.example yourself outside refex, then\n"));
    assert_null(strstr(text, "it is told at once"));
    assert_null(strstr(text, "signs"));
    free(text);
}

static void test_a_refusal_has_no_last_day(void **state)
{
    struct control_consent no = {.progress = 5, .until = 20800};
    struct control_consent yes = {.progress = 1, .until = 20800};
    char *text = printed(&no);

    (void)state;
    assert_non_null(strstr(text, "says        no, to that agency and for everything; a no does not end\n"));
    assert_null(strstr(text, "until"));
    free(text);
    text = printed(&yes);
    assert_non_null(strstr(text, "until       2026-12-13\n"));
    free(text);
}

static char *listed(const struct control_consent *s)
{
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table t;
    FILE *terminal = stdout;
    size_t size;
    char *text;

    stdout = open_memstream(&text, &size);
    assert_non_null(stdout);
    told_form_table(&consent_view_listed, titles, &t);
    told_form_row(&consent_view_listed, &(struct told_shown){.answer = s}, &t);
    render_table_end(&t, "");
    assert_int_equal(fclose(stdout), 0);
    stdout = terminal;
    return text;
}

static void assert_lists(const struct control_consent *s, const char *cells)
{
    char *text = listed(s);

    if (strstr(text, cells) == NULL)
        fail_msg("it does not list: %s\n%s", cells, text);
    free(text);
}

static void assert_leaves_out(const struct control_consent *s, const char *const *members, size_t count)
{
    char *text = json_of(s);

    for (size_t i = 0; i < count; i++)
        if (strstr(text, members[i]) != NULL)
            fail_msg("%s is nothing that is known: %s", members[i], text);
    free(text);
}

static void test_of_what_is_erased_it_is_said_in_words_that_it_is_and_when(void **state)
{
    static const char *const gone[] = {"sections", "purposes", "\"until\"", "grants", "given\"", "warnings"};
    struct control_consent s = {.consent = {{2}},
                                .case_id = {{1}},
                                .agency = {"ngo@nrm.example"},
                                .recipient = {"police@nrm.example"},
                                .progress = CONSENT_ERASED,
                                .given_at_ms = SINCE,
                                .erased_ms = SINCE};
    char *text = printed(&s);

    (void)state;
    assert_non_null(strstr(text, "taken by    ngo@nrm.example, 2024-01-02 03:04 UTC\n"));
    assert_non_null(strstr(text, "erased      2024-01-02 03:04 UTC: to what she agreed"));
    assert_null(strstr(text, " -\n"));
    assert_null(strstr(text, "purposes"));
    free(text);
    assert_lists(&s, "police@nrm.example  erased 2024-01-02 03:04 UTC  erased  erased    erased\n");
    assert_json_has(&s, "\"given_at\":\"2024-01-02T03:04:05.000Z\"");
    assert_json_has(&s, "\"erased_at\":\"2024-01-02T03:04:05.000Z\"");
    assert_leaves_out(&s, gone, sizeof gone / sizeof gone[0]);
    s.progress = CONSENT_ERASING;
    s.erased_ms = s.given_at_ms = 0;
    assert_prints(&s, "taken by    ngo@nrm.example\n");
    assert_prints(&s, "erased      now: ");
    assert_lists(&s, "erasing  erased  erased    erased\n");
    s.progress = CONSENT_ERASED;
    s.nothing_held = true;
    assert_prints(&s, "never here  its agency withdrew it, and nothing came under it");
    assert_lists(&s, "nothing-held  never here  never here  never here\n");
}

static void test_of_what_is_not_read_it_is_said_why(void **state)
{
    static const char *const gone[] = {"sections", "purposes", "grants", "given", "warnings"};
    struct control_consent s = {
        .case_id = {{1}}, .progress = CONSENT_STANDS, .until = 19726, .sealed = true, .given_by = GIVEN_BY_SELF};
    char *text;

    (void)state;
    assert_lists(&s, "stands  2024-01-04  sealed    sealed\n");
    assert_leaves_out(&s, gone, sizeof gone / sizeof gone[0]);
    s.sealed = false;
    s.shut = true;
    assert_prints(&s, "not read    what she agreed to does not open");
    assert_lists(&s, "shut   2024-01-04  unreadable  unreadable\n");
    assert_leaves_out(&s, gone, sizeof gone / sizeof gone[0]);
    text = foretold(&s);
    assert_non_null(strstr(text, "what she agreed to is not known here (unreadable)"));
    free(text);
    s.shut = false;
    s.purposes = 1U << PURPOSE_SERVICES; /* she may be referred, and no more */
    assert_prints(&s, "purposes    services\nuntil       2024-01-04\nsections    none\n");
    assert_lists(&s, "services  -\n");
}

static void test_programs_read_what_was_recorded_where_it_is_shown_alone(void **state)
{
    static const char *const gone[] = {"grants", "given", "warnings"};
    const struct address named[] = {{"shelter@nrm.example"}};
    const uint32_t excluded[] = {(uint32_t)SECTION_IDENTITY << 16 | 1};
    const struct control_consent_grant grants[] = {{.purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE},
                                                   {.sections = SECTION_BIT(SECTION_TRIAGE),
                                                    .excluded = excluded,
                                                    .excluded_count = 1,
                                                    .purpose = PURPOSE_RETURN,
                                                    .onward = ONWARD_NAMED,
                                                    .named = named,
                                                    .named_count = 1,
                                                    .keep_until = 19726}};
    struct control_consent s = {.progress = CONSENT_STANDS, .purposes = 1U << PURPOSE_SERVICES};

    (void)state;
    assert_leaves_out(&s, gone, 3); /* in a list */
    s.grants = grants;
    s.grant_count = 2;
    assert_json_has(&s, "\"grants\":[{\"sections\":[],\"excluded\":[],\"purpose\":\"services\",\"onward\":\"none\","
                        "\"named\":[],\"keep_until\":null},{\"sections\":[\"triage\"],\"excluded\":[\"");
    assert_json_has(&s, "\"onward\":\"named\",\"named\":[\"shelter@nrm.example\"],\"keep_until\":\"2024-01-04\"}],"
                        "\"given\":null,");
    assert_leaves_out(&s, &gone[2], 1);
    s.given_by = GIVEN_BY_GUARDIAN;
    s.language = view_of_text("uk");
    s.interpreter = INTERPRETER_OTHER;
    s.seen_alone = SEEN_NOT_ALONE;
    s.for_adult = true;
    assert_json_has(&s, "\"given\":{\"by\":\"guardian\",\"notice\":\"\",\"language\":\"uk\",\"interpreter\":\"other\","
                        "\"seen_alone\":false,\"told_irreversible\":false},\"warnings\":[\"not-alone\","
                        "\"interpreter-not-independent\",\"guardian-of-adult\"]");
}

static void test_why_a_withdrawal_waits_is_told_until_it_is_receipted(void **state)
{
    static const char *const gone[] = {"waits"};
    struct control_consent s = {.told = RECIPIENT_ASKED, .hold = HOLD_NO_ROOM, .next_try_ms = SINCE};

    (void)state;
    assert_json_has(&s, "\"waits\":{\"why\":\"no-room\",\"until\":null,\"lifted_by\":\"");
    assert_json_has(&s, "\",\"next_try\":\"2024-01-02T03:04:05.000Z\"}");
    s.receipt_ms = SINCE;
    assert_leaves_out(&s, gone, 1);
    s.told = RECIPIENT_OWED;
    assert_json_has(&s, "\"waits\":{");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_erased_here_and_not_confirmed_there_is_said_to_be_that),
        cmocka_unit_test(test_a_receipt_says_that_it_was_told_and_by_when_it_confirms),
        cmocka_unit_test(test_the_recipient_says_from_when_it_erases_and_whether_it_held_anything),
        cmocka_unit_test(test_programs_read_that_nothing_had_left_only_where_somebody_withdrew),
        cmocka_unit_test(test_what_ended_by_its_last_day_is_called_ended_and_not_withdrawn),
        cmocka_unit_test(test_of_a_no_it_is_said_who_gave_it_and_nobody_is_urged_to_ask_again),
        cmocka_unit_test(test_of_a_no_that_does_not_open_it_is_said_that_how_it_was_given_is_not_known),
        cmocka_unit_test(test_what_another_agency_wrote_of_a_consent_does_not_turn_the_line),
        cmocka_unit_test(test_the_last_words_follow_what_has_happened),
        cmocka_unit_test(test_each_end_has_its_own_words),
        cmocka_unit_test(test_who_was_not_asked_is_not_said_to_be),
        cmocka_unit_test(test_police_that_cannot_be_told_sign_nothing),
        cmocka_unit_test(test_a_refusal_has_no_last_day),
        cmocka_unit_test(test_of_what_is_erased_it_is_said_in_words_that_it_is_and_when),
        cmocka_unit_test(test_of_what_is_not_read_it_is_said_why),
        cmocka_unit_test(test_programs_read_what_was_recorded_where_it_is_shown_alone),
        cmocka_unit_test(test_why_a_withdrawal_waits_is_told_until_it_is_receipted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
