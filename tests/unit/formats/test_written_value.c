/* Each spelling of a value that is taken, and each that is refused because it may mean something else. */
#include "formats/written_value.h"

#include "base/text.h"
#include "model/case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What the case has in FIELD when WRITTEN is read; the sentence where it is refused. */
static const char *read_as(const char *field, const char *written, enum date_order dates)
{
    static char out[512];
    const struct case_field *f = case_field_find(view_of_text(field));
    struct bytes spelling = {0};
    struct bytes back = {0};
    struct arena arena = {0};
    struct case_data c;
    const char *alias;
    struct error err;

    assert_non_null(f);
    case_init(&c, &arena);
    if (written_value_read(f, view_of_text(written), dates, &spelling, &alias, &err) &&
        case_read_value(&c, f, 0, bytes_view(&spelling), &err)) {
        case_value_write(case_get_value(&c, f, 0), &back);
        (void)snprintf(out, sizeof out, "%.*s", (int)back.size, (const char *)back.at);
    } else {
        (void)snprintf(out, sizeof out, "! %s", err.text);
    }
    bytes_fini(&spelling);
    bytes_fini(&back);
    arena_fini(&arena);
    return out;
}

static void assert_read(const char *field, const char *written, const char *value)
{
    assert_string_equal(read_as(field, written, DATE_ORDER_UNKNOWN), value);
}

static void test_dates_are_taken_where_only_one_day_can_be_meant(void **state)
{
    static const char *const taken[][2] = {
        {"1999-03-04", "1999-03-04"}, {"04.03.1999", "1999-03-04"}, {"4.3.1999", "1999-03-04"},
        {"25/03/1999", "1999-03-25"}, {"03/25/1999", "1999-03-25"}, {"5/5/1999", "1999-05-05"},
        {"25-3-1999", "1999-03-25"},  {"1999/3/4", "1999-03-04"},   {"1999.03.04", "1999-03-04"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        assert_read("prs_Birthdate", taken[i][0], taken[i][1]);
}

static void test_dates_that_may_mean_two_days_are_refused_until_it_is_said(void **state)
{
    static const char refused[] =
        "! whether the day or the month stands first is not certain: write YYYY-MM-DD, or say "
        "--dates dmy or --dates mdy";

    (void)state;
    assert_read("prs_Birthdate", "03/04/1999", refused);
    assert_read("prs_Birthdate", "3-4-1999", refused);
    assert_read("prs_Birthdate", "12/11/1999", refused);
    assert_string_equal(read_as("prs_Birthdate", "03/04/1999", DATE_ORDER_DMY), "1999-04-03");
    assert_string_equal(read_as("prs_Birthdate", "03/04/1999", DATE_ORDER_MDY), "1999-03-04");
    /* with points the day stands first, whatever was said */
    assert_string_equal(read_as("prs_Birthdate", "03.04.1999", DATE_ORDER_MDY), "1999-04-03");
    /* what was said is not turned round for one row */
    assert_string_equal(read_as("prs_Birthdate", "03/25/1999", DATE_ORDER_DMY), "! there is no such day");
}

static void test_what_is_no_date_is_told_from_a_day_that_does_not_exist(void **state)
{
    (void)state;
    assert_read("ext_StayUntil", "2027-02-30", "! there is no such day");
    assert_read("ext_StayUntil", "30.02.2027", "! there is no such day");
    assert_read("ext_StayUntil", "31/04/2027", "! there is no such day");
    assert_read("ext_StayUntil", "13/13/2027", "! there is no such day");
    assert_read("ext_StayUntil", "0.1.2027", "! there is no such day");
    assert_read("ext_StayUntil", "1.1.27", "! date without a year of four digits: write YYYY-MM-DD");
    assert_read("ext_StayUntil", "01/02/99",
                "! whether the day or the month stands first is not certain: write "
                "YYYY-MM-DD, or say --dates dmy or --dates mdy");
    assert_read("prs_Birthdate", "1.1.1899", "! date before 1900");
    for (size_t i = 0; i < 7; i++) {
        static const char *const none[] = {"tomorrow", "1999-03",   "1999-03-04T00:00", "1-2/1999",
                                           "1..1999",  "12345.1.1", "4 March 1999"};

        assert_read("prs_Birthdate", none[i], "! date not as YYYY-MM-DD or DD.MM.YYYY");
    }
}

static void test_a_number_is_not_judged_by_its_spelling(void **state)
{
    (void)state;
    assert_read("prs_NumberOfChildren", "3", "3");
    assert_read("prs_NumberOfChildren", "3.0", "3");
    assert_read("prs_NumberOfChildren", "3,00", "3");
    assert_read("prs_NumberOfChildren", "03", "3");
    assert_read("prs_NumberOfChildren", "0", "0");
    assert_read("prs_NumberOfChildren", "0.0", "0");
    assert_read("prs_NumberOfChildren", "10", "10");
    assert_read("prs_NumberOfChildren", "3.5", "! not a whole number");
    assert_read("prs_NumberOfChildren", "3.", "! not a whole number");
    assert_read("prs_NumberOfChildren", ".0", "! not a whole number");
    assert_read("prs_NumberOfChildren", "1,2,3", "! not a number");
    assert_read("prs_NumberOfChildren", "1,000",
                "! whether it is a whole number or thousands is not certain: write it "
                "plain");
    assert_read("prs_NumberOfChildren", "-1", "! number out of range");
    assert_read("prs_NumberOfChildren", "two", "! not a number");
    assert_read("prs_MailingLongitude", "18,5305", "18.530500");
    assert_read("prs_MailingLatitude", "-54.5", "-54.500000");
    assert_read("prs_MailingLatitude", "5,4.5", "! not a number");
}

static void test_yes_and_no_are_few_words(void **state)
{
    (void)state;
    assert_read("ext_SafeToCall", "YES", "yes");
    assert_read("ext_SafeToCall", "True", "yes");
    assert_read("ext_SafeToCall", "1", "yes");
    assert_read("ext_SafeToCall", "0", "no");
    assert_read("ext_SafeToCall", "FALSE", "no");
    assert_read("ext_SafeToCall", "no", "no");
    for (size_t i = 0; i < 5; i++) { /* a cross may mean that nobody knows */
        static const char *const neither[] = {"X", "x", "2", "?", "-"};

        assert_read("ext_SafeToCall", neither[i],
                    "! neither yes nor no: write yes, no, or nothing when it is not known");
    }
}

static void test_phones_are_brought_to_one_form(void **state)
{
    (void)state;
    assert_read("prs_MobilePhone", "+48 600-000-001", "+48600000001");
    assert_read("prs_MobilePhone", "0048 (600) 000 001", "+48600000001");
    assert_read("prs_MobilePhone",
                "+48\xC2\xA0"
                "600\xE2\x80\x93"
                "000\xE2\x80\x91"
                "001",
                "+48600000001");
    assert_read("prs_MobilePhone", "48600000001", "48600000001");
    assert_read("prs_MobilePhone", "+44 (0)20 7946 0000", "+442079460000");
    assert_read("prs_MobilePhone", "0600 000 001",
                "! a phone number that begins with 0 says no country: write + and the country's number in the place of "
                "the 0 (+48…)");
    assert_read("prs_MobilePhone", "(0)600 000 001",
                "! a phone number that begins with 0 says no country: write + and the country's number in the place of "
                "the 0 (+48…)");
    assert_read("prs_MobilePhone", "4,86007E+10",
                "! a spreadsheet has rounded this phone number: its last digits are lost");
    assert_read("prs_MobilePhone", "48600000001.0", "! phone not E.164");
    assert_read("prs_MobilePhone", "+48 600 ext. 5", "! phone not E.164");
    assert_read("prs_MobilePhone", "+0048600000001", "! phone not E.164");
    assert_read("prs_MobilePhone", "-", "! empty");
}

static void test_codes_are_taken_by_code_label_and_other_word(void **state)
{
    (void)state;
    assert_read("prs_Gender", "feminine", "Feminine");
    assert_read("prs_Gender", "Non-Conforming", "NonConforming");
    assert_read("prs_HighestLevelOfEducation", "master's or equivalent level", "MastersOrEquivalentLevel");
    assert_read("vic_ForcedLabourIndustry", "Wholesale and retail trade; repair of motor vehicles and motorcycles",
                "G_WholesaleAndRetailTradeRepairOfMotorVehicles");
    assert_read("vic_MethodsOfControl", "Debt bondage ;  ThreatOfLawEnforcement", "ThreatsLawEnforcement;DebtBondage");
    assert_read("ext_TriageLanguages", "ukr; RUM ;pol", "pol;ron;ukr");
    assert_read("prs_Citizenship", "ua; xk", "UA;XK");
    assert_read("prs_PrimaryLanguage", "uk", "ukr");
    assert_read("ext_TriageLanguages", "uk; UKR ;pl", "! a value given twice");
    assert_read("prs_PrimaryLanguage", "xx", "! no language of docs/FIELDS.md, like ukr or uk");
    assert_read("prs_Citizenship", "Ukraine", "! country not ISO 3166 alpha-2");
    assert_read("prs_Citizenship", "UA;;PL", "! country not ISO 3166 alpha-2");
}

static void test_of_an_unknown_code_the_nearest_are_offered(void **state)
{
    (void)state;
    assert_read("prs_Gender", "Feminin", "! unknown code; did you mean Feminine or TransgenderFeminine?");
    assert_read("vic_TypeOfExploitation", "sexual", "! unknown code; did you mean SexualExploitation?");
    assert_read("vic_TypeOfExploitation", "labour", "! unknown code; did you mean ForcedLabour or ChildLabour?");
    assert_read("ext_ServicesGiven", "medicine", "! unknown code; docs/FIELDS.md lists those of Service");
    assert_read("vic_MethodsOfControl", "RestrictsMovement",
                "! unknown code RestrictsMovement (it stands in the prose definitions, not in the field standard: say "
                "which is meant)");
    assert_read("prs_Gender", "Ann", "! unknown code; docs/FIELDS.md lists those of Gender");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_are_taken_where_only_one_day_can_be_meant),
        cmocka_unit_test(test_dates_that_may_mean_two_days_are_refused_until_it_is_said),
        cmocka_unit_test(test_what_is_no_date_is_told_from_a_day_that_does_not_exist),
        cmocka_unit_test(test_a_number_is_not_judged_by_its_spelling),
        cmocka_unit_test(test_yes_and_no_are_few_words),
        cmocka_unit_test(test_phones_are_brought_to_one_form),
        cmocka_unit_test(test_codes_are_taken_by_code_label_and_other_word),
        cmocka_unit_test(test_of_an_unknown_code_the_nearest_are_offered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
