/* Numbers that have a name: sections, purposes, records, messages, services. */
#include "model/message_kind.h"
#include "model/record.h"
#include "model/referral.h"
#include "model/referral_state.h"
#include "model/refusal.h"
#include "model/section.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ALL_READ_BACK(type, end, name, find)                                                                           \
    do {                                                                                                               \
        for (unsigned i_ = 1; i_ < (end); i_++) {                                                                      \
            type out_ = (type)0;                                                                                       \
            assert_string_not_equal(name((type)i_), "?");                                                              \
            assert_true(find(view_of_text(name((type)i_)), &out_));                                                    \
            assert_int_equal(out_, i_);                                                                                \
        }                                                                                                              \
        type none_;                                                                                                    \
        assert_string_equal(name((type)0), "?");                                                                       \
        assert_string_equal(name((type)(end)), "?");                                                                   \
        assert_false(find(view_of_text(""), &none_));                                                                  \
        assert_false(find(view_of_text("?"), &none_));                                                                 \
    } while (0)

static void test_every_number_reads_back_from_its_name(void **state)
{
    (void)state;
    ALL_READ_BACK(enum section, SECTION_END, section_name, section_find);
    ALL_READ_BACK(enum purpose, PURPOSE_END, purpose_name, purpose_find);
}

static void test_numbers_are_those_of_the_protocol(void **state)
{
    static const char *const sections[] = {"triage", "identity",     "contact",      "whereabouts", "status",
                                           "family", "exploitation", "perpetrators", "health",      "risk",
                                           "plan",   "proceedings",  "return",       "child",       "notes"};

    (void)state;
    for (unsigned i = 0; i < 15; i++)
        assert_string_equal(section_name((enum section)(i + 1)), sections[i]);
}

static void test_records_read_back_and_the_gap_has_no_name(void **state)
{
    enum record_kind k;

    (void)state;
    for (unsigned i = 0; i < RECORD_HOUSE_END + 5; i++) {
        bool ours = (i >= 1 && i < RECORD_EXCHANGE_END) || (i >= RECORD_OPENED && i < RECORD_HOUSE_END);

        if (ours) {
            assert_true(record_kind_find(view_of_text(record_kind_name((enum record_kind)i)), &k));
            assert_int_equal(k, i);
        } else {
            assert_string_equal(record_kind_name((enum record_kind)i), "?");
        }
        assert_int_equal(record_kind_is_house((enum record_kind)i), i >= 64 && i < RECORD_HOUSE_END);
    }
    assert_int_equal(RECORD_SETTLED, 20);
    assert_int_equal(RECORD_RESTORED, 70);
    assert_int_equal(RECORD_NOT_OPENED, 71);
    assert_int_equal(RECORD_NOT_ALLOWED, 72);
}

static void test_a_value_is_told_by_its_word_and_a_sentence(void **state)
{
    (void)state;
    assert_string_equal(denial_name(DENIAL_SECTION), "not-covered");
    assert_string_equal(denial_says(DENIAL_SECTION), "consent does not cover this section");
    assert_string_equal(denial_name(DENIAL_END), "?");
    for (unsigned i = 1; i < REFUSAL_END; i++)
        assert_string_not_equal(refusal_reason_name((enum refusal_reason)i), "?");
    for (unsigned i = 1; i < REFERRAL_STATE_END; i++)
        assert_string_not_equal(referral_state_name((enum referral_state)i), "?");
}

static void test_a_list_of_sections_is_read_and_written(void **state)
{
    struct bytes text = {0};
    struct error err = {0};
    section_set set = 0;

    (void)state;
    assert_true(section_set_read(view_of_text("contact,identity"), &set, &err));
    assert_int_equal(set, SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT));
    section_set_write(set, &text);
    assert_true(view_equal(bytes_view(&text), view_of_text("identity,contact")));
    bytes_clear(&text);
    section_set_write(SECTION_ALL, &text);
    assert_true(section_set_read(bytes_view(&text), &set, &err));
    assert_int_equal(set, SECTION_ALL);
    bytes_clear(&text);
    section_set_write(0, &text);
    assert_int_equal(text.size, 0);
    bytes_fini(&text);
}

static void test_an_unknown_section_is_named_with_the_nearest(void **state)
{
    static const char *const bad[] = {"",
                                      ",",
                                      "identity,",
                                      ",identity",
                                      "identity,,contact",
                                      "identity contact",
                                      "Ivan Petrenko",
                                      "a-very-long-word-that-nobody-should-see-again"};
    struct error err = {0};
    section_set set = 5;

    (void)state;
    assert_false(section_set_read(view_of_text("identity,helth"), &set, &err));
    assert_int_equal(err.code, E_USE_04);
    assert_non_null(strstr(err.text, "\"helth\""));
    assert_non_null(strstr(err.text, "did you mean \"health\""));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(section_set_read(view_of_text(bad[i]), &set, &err));
        assert_int_equal(err.code, E_USE_04);
        assert_null(strstr(err.text, "Petrenko"));
    }
    assert_int_equal(set, 5);
}

static void test_urgency_says_when_an_answer_is_due(void **state)
{
    (void)state;
    assert_int_equal(urgency_due_ms(URGENCY_EMERGENCY), 24 * INT64_C(3600000));
    assert_int_equal(urgency_due_ms(URGENCY_URGENT), 72 * INT64_C(3600000));
    assert_int_equal(urgency_due_ms(URGENCY_NORMAL), 14 * DAY_MS);
}

static void test_six_kinds_of_message_are_referrals(void **state)
{
    unsigned count = 0;

    (void)state;
    for (unsigned k = 0; k <= MESSAGE_KIND_END; k++)
        count += message_kind_has((enum message_kind)k, KIND_BEGINS);
    assert_int_equal(count, 6);
    assert_true(message_kind_has(MESSAGE_SUB_REFERRAL, KIND_BEGINS));
    assert_false(message_kind_has(MESSAGE_RELEASE, KIND_BEGINS));
    assert_false(message_kind_has(MESSAGE_STATUS_DECISION, KIND_BEGINS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number_reads_back_from_its_name),
        cmocka_unit_test(test_numbers_are_those_of_the_protocol),
        cmocka_unit_test(test_records_read_back_and_the_gap_has_no_name),
        cmocka_unit_test(test_a_value_is_told_by_its_word_and_a_sentence),
        cmocka_unit_test(test_a_list_of_sections_is_read_and_written),
        cmocka_unit_test(test_an_unknown_section_is_named_with_the_nearest),
        cmocka_unit_test(test_urgency_says_when_an_answer_is_due),
        cmocka_unit_test(test_six_kinds_of_message_are_referrals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
