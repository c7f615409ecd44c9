/* Do options take exactly what their help says? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "cli/values.h"
#include "model/consent.h"

static const struct options_syntax syntax = {
    .own = {OPTION_LIST("section", "S", ""), OPTION_VALUE("day", "D", ""), OPTION_VALUE("flag", "F", ""),
            OPTION_VALUE("seen-alone", "yes|no", ""), OPTION_VALUE("urgency", "U", "")},
};

static struct options options;

static void set_option(const char *option, const char *value)
{
    const char *argv[] = {option, value};
    struct error err = {0};

    assert_true(options_read(&syntax, NULL, 2, (char **)(uintptr_t)argv, &options, &err));
}

static void test_sections_are_gathered_from_all_values(void **state)
{
    const char *argv[] = {"--section", "identity,contact", "--section", "notes"};
    section_set set = 0;
    struct error err = {0};

    (void)state;
    assert_true(options_read(&syntax, NULL, 4, (char **)(uintptr_t)argv, &options, &err));
    assert_true(values_sections(&options, "section", &set, &err));
    assert_int_equal(set, SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT) | SECTION_BIT(SECTION_NOTES));
}

static void test_a_section_that_is_none_is_refused(void **state)
{
    static const char *const wrong[] = {"identty", "identity,", ",identity", "", "identity,,contact", "Identity"};
    section_set set = 0;
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        set_option("--section", wrong[i]);
        assert_false(values_sections(&options, "section", &set, &err));
        assert_int_equal(err.code, E_USE_04);
        assert_int_equal(set, 0);
    }
}

static void test_days_exist(void **state)
{
    static const char *const wrong[] = {"2026-02-30", "2026-2-3", "tomorrow", "1969-12-31", "", "2026-01-01 "};
    uint32_t day;
    struct error err = {0};

    (void)state;
    set_option("--day", "2027-01-31");
    assert_true(values_day(&options, "day", &day, &err));
    assert_int_equal(day, 20849);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        set_option("--day", wrong[i]);
        assert_false(values_day(&options, "day", &day, &err));
        if (i == 0)
            assert_string_equal(err.text, "--day: there is no day 2026-02-30");
        else
            assert_non_null(strstr(err.text, i == 3 ? "there is no day" : "written YYYY-MM-DD"));
    }
}

static void test_times_are_days_or_utc(void **state)
{
    static const char *const wrong[] = {"2026-11-22T24:00:00Z",
                                        "2026-11-22T14:01Z",
                                        "2026-11-22T14:01:58+01:00",
                                        "2026-11-22 14:01:58",
                                        "14:01:58",
                                        "2026-11-22T14:01:58Zx",
                                        "2026-11-22T14:01:58.12Z",
                                        "2026-11-22T14:01:58,123Z",
                                        "2026-11-22T14:01:58.12xZ",
                                        "2026-11-22T+1:+2:+3Z",
                                        "2026-11-22T 1: 2: 3Z"};
    int64_t ms;
    struct error err = {0};

    (void)state;
    set_option("--day", "2026-11-22");
    assert_true(values_time(&options, "day", &ms, &err));
    assert_int_equal(ms, 20779 * DAY_MS);
    assert_true(values_until(&options, "day", &ms, &err));
    assert_int_equal(ms, 20780 * DAY_MS - 1); /* the last day is included */
    assert_true(values_before(&options, "day", &ms, &err));
    assert_int_equal(ms, 20780 * DAY_MS);
    set_option("--day", "2026-11-22T14:01:58Z");
    assert_true(values_until(&options, "day", &ms, &err));
    assert_int_equal(ms, 20779 * DAY_MS + (14 * 3600 + 118) * 1000);
    assert_true(values_before(&options, "day", &ms, &err));
    assert_int_equal(ms, 20779 * DAY_MS + (14 * 3600 + 118) * 1000);
    assert_true(values_time(&options, "day", &ms, &err));
    assert_int_equal(ms, 20779 * DAY_MS + (14 * 3600 + 118) * 1000);
    set_option("--day", "2026-11-22T14:01:58.123Z"); /* as refex prints it */
    assert_true(values_time(&options, "day", &ms, &err));
    assert_int_equal(ms, 20779 * DAY_MS + (14 * 3600 + 118) * 1000 + 123);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        set_option("--day", wrong[i]);
        assert_false(values_time(&options, "day", &ms, &err));
    }
}

static void test_yes_is_yes_and_no_is_no(void **state)
{
    uint32_t answer;
    struct error err = {0};

    (void)state;
    set_option("--seen-alone", "yes");
    assert_true(values_seen_alone(&options, &answer, &err));
    assert_int_equal(answer, SEEN_ALONE);
    set_option("--seen-alone", "no");
    assert_true(values_seen_alone(&options, &answer, &err));
    assert_int_equal(answer, SEEN_NOT_ALONE);
    set_option("--seen-alone", "maybe");
    assert_false(values_seen_alone(&options, &answer, &err));
}

static void test_a_word_of_a_closed_list_is_found_or_suggested(void **state)
{
    uint32_t n;
    struct error err = {0};

    (void)state;
    set_option("--urgency", "urgent");
    assert_true(values_name(&options, "urgency", values_urgency, URGENCY_END, 0, &n, &err));
    assert_int_equal(n, URGENCY_URGENT);
    set_option("--urgency", "urgnt");
    assert_false(values_name(&options, "urgency", values_urgency, URGENCY_END, 0, &n, &err));
    assert_non_null(strstr(err.text, "did you mean \"urgent\""));
    set_option("--urgency", "whenever");
    assert_false(values_name(&options, "urgency", values_urgency, URGENCY_END, 0, &n, &err));
    assert_non_null(strstr(err.text, "emergency, urgent, normal"));
    set_option("--urgency", "medical");
    assert_false(values_find_number("service", "medical", values_service, SERVICE_END, &n, &err));
    assert_non_null(strstr(err.text, "did you mean \"MEDICAL\"?"));
    assert_false(values_find_number("service", "food and a bed", values_service, SERVICE_END, &n, &err));
    assert_string_equal(err.text,
                        "--service does not take \"food and a bed\"; --help lists what it takes"); /* not cut */
}

static void test_every_closed_list_has_a_name_for_every_number(void **state)
{
    (void)state;
    for (uint32_t n = 1; n < SERVICE_END; n++)
        assert_string_not_equal(values_service(n), "?");
    for (uint32_t n = 1; n < PURPOSE_END; n++)
        assert_string_not_equal(values_purpose(n), "?");
    for (uint32_t n = 1; n < DECLINE_END; n++)
        assert_string_not_equal(values_decline_reason(n), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sections_are_gathered_from_all_values),
        cmocka_unit_test(test_a_section_that_is_none_is_refused),
        cmocka_unit_test(test_days_exist),
        cmocka_unit_test(test_times_are_days_or_utc),
        cmocka_unit_test(test_yes_is_yes_and_no_is_no),
        cmocka_unit_test(test_a_word_of_a_closed_list_is_found_or_suggested),
        cmocka_unit_test(test_every_closed_list_has_a_name_for_every_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
