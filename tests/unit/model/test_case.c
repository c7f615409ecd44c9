/* A case holds only values that its fields allow. */
#include "base/text.h"
#include "model/case.h"
#include "model/case_triage.h"
#include "model/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct case_data c;
    struct error err;
};

static int set_up(void **state)
{
    struct fixture *f = xnew(sizeof *f);

    case_init(&f->c, &f->arena);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    arena_fini(&f->arena);
    free(f);
    return 0;
}

static bool read_field(struct fixture *f, const char *name, const char *written)
{
    const struct case_field *field = case_field_find(view_of_text(name));

    assert_non_null(field);
    error_clear(&f->err);
    case_init(&f->c, &f->arena);
    return case_read_value(&f->c, field, 0, view_of_text(written), &f->err);
}

static void assert_reads_as(struct fixture *f, const char *name, const char *written, const char *back)
{
    struct bytes out = {0};

    if (!read_field(f, name, written))
        fail_msg("%s = %s: %s", name, written, f->err.text);
    case_value_write(case_get_by_name(&f->c, name, 0), &out);
    bytes_append_u8(&out, 0);
    assert_string_equal((const char *)out.at, back);
    bytes_fini(&out);
}

static void assert_refuses(struct fixture *f, const char *name, const char *written, const char *why)
{
    if (read_field(f, name, written))
        fail_msg("%s = %s was taken", name, written);
    assert_string_equal(f->err.text, why);
    assert_int_equal(f->err.code, E_CAS_02);
    assert_int_equal(f->c.count, 0);
}

static void test_values_come_back_as_they_were_written(void **state)
{
    struct fixture *f = *state;

    assert_reads_as(f, "prs_FirstName", "Прикладенко", "Прикладенко");
    assert_reads_as(f, "cco_CaseComment", "one\ntwo\t3", "one\ntwo\t3");
    assert_reads_as(f, "prs_MobilePhone", "+48000000001", "+48000000001");
    assert_reads_as(f, "prs_Email", "a@example.org", "a@example.org");
    assert_reads_as(f, "prs_Birthdate", "1900-01-01", "1900-01-01");
    assert_reads_as(f, "prs_Birthdate", "2000-02-29", "2000-02-29");
    assert_reads_as(f, "ext_PermitUntil", "9999-12-31", "9999-12-31");
    assert_reads_as(f, "prs_Deceased", "TRUE", "yes");
    assert_reads_as(f, "prs_Deceased", "no", "no");
    assert_reads_as(f, "prs_NumberOfChildren", "0", "0");
    assert_reads_as(f, "prs_NumberOfChildren", "50", "50");
    assert_reads_as(f, "prs_MailingLongitude", "-180", "-180.000000");
    assert_reads_as(f, "prs_MailingLongitude", "180.0", "180.000000");
    assert_reads_as(f, "prs_MailingLatitude", "-33.8567844", "-33.856784");
    assert_reads_as(f, "prs_MailingLatitude", "0.0000005", "0.000001");
    assert_reads_as(f, "prs_MailingLatitude", "0", "0.000000");
    assert_reads_as(f, "prs_Gender", "Feminine", "Feminine");
    assert_reads_as(f, "prs_Citizenship", "PL; PH", "PH;PL");
    assert_reads_as(f, "prs_PrimaryLanguage", "ukr", "ukr");
    assert_reads_as(f, "vic_MethodsOfControl", "Other;PhysicalThreats", "PhysicalThreats;Other");
}

static void test_values_that_a_field_may_not_hold_are_refused_without_repeating_them(void **state)
{
    struct fixture *f = *state;

    assert_refuses(f, "prs_FirstName", "", "empty");
    assert_refuses(f, "prs_FirstName", "a\nb", "control characters or line breaks");
    assert_refuses(f, "prs_FirstName", "a\x1B[2J", "control characters or line breaks");
    assert_refuses(f, "prs_FirstName", "a\xC2\x9B", "control characters or line breaks");
    assert_refuses(f, "cco_CaseComment", "a\rb", "control characters");
    assert_refuses(f, "prs_FirstName", "\xFF", "not UTF-8, or with a NUL");
    assert_refuses(f, "prs_MobilePhone", "0048 600 700 800", "phone not E.164");
    assert_refuses(f, "prs_MobilePhone", "+1234567890123456", "phone not E.164");
    assert_refuses(f, "prs_MobilePhone", "+", "phone not E.164");
    assert_refuses(f, "prs_Email", "a.example.org", "not an e-mail address");
    assert_refuses(f, "prs_Email", "a@b@example.org", "not an e-mail address");
    assert_refuses(f, "prs_Email", "a@example", "not an e-mail address");
    assert_refuses(f, "prs_Birthdate", "1999-02-30", "there is no such day");
    assert_refuses(f, "prs_Birthdate", "31.12.1999", "date not as YYYY-MM-DD");
    assert_refuses(f, "prs_Birthdate", "1899-12-31", "date before 1900");
    assert_refuses(f, "prs_Deceased", "1", "neither yes nor no");
    assert_refuses(f, "prs_NumberOfChildren", "-1", "number out of range");
    assert_refuses(f, "prs_NumberOfChildren", "51", "number out of range");
    assert_refuses(f, "prs_NumberOfChildren", "99999999999999999999999", "number out of range");
    assert_refuses(f, "vic_AgeWhenTrafficked", "26 years", "not a number");
    assert_refuses(f, "prs_MailingLongitude", "180.000001", "number out of range");
    assert_refuses(f, "prs_MailingLatitude", "90.5", "number out of range");
    assert_refuses(f, "prs_MailingLatitude", "9999999999999999999", "number out of range");
    assert_refuses(f, "prs_MailingLatitude", "1.2.3", "not a number");
    assert_refuses(f, "prs_MailingLatitude", "-", "not a number");
    assert_refuses(f, "prs_MailingLatitude", ".5", "not a number");
    assert_refuses(f, "prs_MailingLatitude", "5.", "not a number");
    assert_refuses(f, "prs_Gender", "Olha", "unknown code");
    assert_refuses(f, "prs_Gender", "Femenine", "unknown code; did you mean Feminine?");
    assert_refuses(f, "prs_Gender", "Feminine;Masculine", "unknown code");
    assert_refuses(f, "prs_Citizenship", "Ukraine", "country not ISO 3166 alpha-2");
    assert_refuses(f, "prs_Citizenship", "UA;XX", "XX is no country");
    assert_refuses(f, "prs_Citizenship", "UA;UA", "a value given twice");
    assert_refuses(f, "prs_Citizenship", "UA;", "country not ISO 3166 alpha-2");
    assert_refuses(f, "prs_PrimaryLanguage", "uk", "no language of docs/FIELDS.md, like ukr or uk");
}

static void fill(char *text, size_t size)
{
    memset(text, 'x', size);
    text[size] = '\0';
}

static void test_texts_are_taken_up_to_their_bound(void **state)
{
    static char text[BOUND_FIELD_LONG + 2];
    struct fixture *f = *state;

    fill(text, BOUND_FIELD_TEXT);
    assert_true(read_field(f, "prs_FirstName", text));
    fill(text, BOUND_FIELD_TEXT + 1);
    assert_refuses(f, "prs_FirstName", text, "longer than 1000 bytes");
    fill(text, BOUND_FIELD_LONG);
    assert_true(read_field(f, "cco_CaseComment", text));
    fill(text, BOUND_FIELD_LONG + 1);
    assert_refuses(f, "cco_CaseComment", text, "longer than 16384 bytes");
    fill(text, 101);
    assert_refuses(f, "ext_TriageRegion", text, "longer than 100 bytes");
}

static void test_a_telephone_number_and_an_address_of_e_mail_end_at_their_bounds(void **state)
{
    struct fixture *f = *state;
    char address[BOUND_EMAIL + 2];

    assert_true(read_field(f, "prs_MobilePhone", "+123456789012345"));
    assert_refuses(f, "prs_MobilePhone", "+1234567890123456", "phone not E.164");
    fill(address, BOUND_EMAIL);
    memcpy(address + 1, "@", 1);
    memcpy(address + BOUND_EMAIL - 4, ".org", 4);
    assert_true(read_field(f, "prs_Email", address));
    fill(address, BOUND_EMAIL + 1);
    memcpy(address + 1, "@", 1);
    memcpy(address + BOUND_EMAIL - 3, ".org", 4);
    assert_refuses(f, "prs_Email", address, "longer than 254 bytes");
}

static void test_a_list_is_taken_up_to_its_bound(void **state)
{
    struct fixture *f = *state;
    const struct case_field *field = case_field_find(view_of_text("prs_Citizenship"));
    uint32_t countries[BOUND_FIELD_CODES + 1];
    size_t n = 0;

    for (uint32_t letters = 0; n <= BOUND_FIELD_CODES; letters++)
        if (country_is_known(letters))
            countries[n++] = letters;
    assert_false(case_set_numbers(&f->c, field, 0, countries, n, &f->err));
    assert_true(case_set_numbers(&f->c, field, 0, countries, n - 1, &f->err));
    assert_int_equal(f->c.count, 1);
}

static void test_a_field_is_given_once_and_records_are_bounded(void **state)
{
    struct fixture *f = *state;
    const struct case_field *name = case_field_find(view_of_text("prs_FirstName"));
    const struct case_field *city = case_field_find(view_of_text("hte_City"));

    assert_true(case_read_value(&f->c, name, 0, view_of_text("A"), &f->err));
    assert_false(case_read_value(&f->c, name, 0, view_of_text("B"), &f->err));
    assert_int_equal(f->err.code, E_CAS_03);
    assert_false(case_read_value(&f->c, name, 1, view_of_text("B"), &f->err));
    for (uint32_t record = 0; record < BOUND_CASE_RECORDS; record++)
        assert_true(case_read_value(&f->c, city, record, view_of_text("C"), &f->err));
    assert_false(case_read_value(&f->c, city, BOUND_CASE_RECORDS, view_of_text("C"), &f->err));
    assert_int_equal(f->err.code, E_CAS_03);
    assert_int_equal(case_record_count(&f->c, GROUP_EVENT), BOUND_CASE_RECORDS);
    assert_int_equal(case_record_count(&f->c, GROUP_FAMILY_MEMBER), 0);
    assert_int_equal(case_sections(&f->c), SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_EXPLOITATION));
}

static void test_values_stand_in_the_order_of_the_table_however_they_came(void **state)
{
    static const char *const names[] = {"cco_CaseComment", "hte_City", "prs_Gender", "hte_Type", "prs_FirstName"};
    static const char *const values[] = {"z", "Gdynia", "Masculine", "Transit", "A"};
    static const char *const order[] = {"prs_FirstName", "prs_Gender", "hte_Type", "hte_City", "cco_CaseComment"};
    struct fixture *f = *state;

    for (size_t i = 0; i < 5; i++)
        assert_true(
            case_read_value(&f->c, case_field_find(view_of_text(names[i])), 0, view_of_text(values[i]), &f->err));

    for (size_t i = 0; i < 5; i++)
        assert_string_equal(f->c.values[i].field->name, order[i]);
}

static uint32_t day(const char *date)
{
    int32_t d;

    assert_true(text_read_date(view_of_text(date), &d));
    return (uint32_t)d;
}

static void assert_derives(struct fixture *f, const char *born, const char *today, const char *is, const char *band)
{
    struct bytes out = {0};

    assert_true(read_field(f, "prs_Birthdate", born));
    case_derive_triage(&f->c, day(today));
    case_value_write(case_get_by_name(&f->c, "ext_AdultOrChild", 0), &out);
    bytes_append_u8(&out, ' ');
    case_value_write(case_get_by_name(&f->c, "ext_AgeBand", 0), &out);
    assert_true(view_equal(view_of(out.at, strlen(is)), view_of_text(is)));
    assert_true(view_equal(view_of(out.at + strlen(is) + 1, out.size - strlen(is) - 1), view_of_text(band)));
    bytes_fini(&out);
}

static void test_a_person_is_a_child_until_the_eighteenth_birthday(void **state)
{
    struct fixture *f = *state;

    assert_derives(f, "2008-11-22", "2026-11-21", "Child", "From9To17");
    assert_derives(f, "2008-11-22", "2026-11-22", "Adult", "From18To20");
    assert_derives(f, "2008-02-29", "2026-02-28", "Child", "From9To17");
    assert_derives(f, "2008-02-29", "2026-03-01", "Adult", "From18To20");
    assert_derives(f, "2026-11-22", "2026-11-22", "Child", "From0To8");
    assert_derives(f, "1900-01-01", "2026-11-22", "Adult", "From48");
    assert_derives(f, "1979-11-23", "2026-11-22", "Adult", "From39To47");
}

static void add_field(struct fixture *f, const char *name, const char *written)
{
    assert_true(case_read_value(&f->c, case_field_find(view_of_text(name)), 0, view_of_text(written), &f->err));
}

static void assert_adult(struct fixture *f, bool is, const char *field, const char *value, const char *today)
{
    struct arena arena = {0};
    struct case_data c;

    case_init(&c, &arena);
    assert_true(case_read_value(&c, case_field_find(view_of_text(field)), 0, view_of_text(value), &f->err));
    assert_int_equal(case_says_adult(&c, day(today)), is);
    arena_fini(&arena);
}

static void test_a_case_says_that_she_is_an_adult_or_does_not(void **state)
{
    struct fixture *f = *state;

    assert_adult(f, false, "prs_Birthdate", "2008-11-22", "2026-11-21");
    assert_adult(f, true, "prs_Birthdate", "2008-11-22", "2026-11-22");
    assert_adult(f, false, "prs_Birthdate", "2030-01-01", "2026-11-22");
    assert_adult(f, true, "ext_AdultOrChild", "Adult", "2026-11-22");
    assert_adult(f, false, "ext_AdultOrChild", "Child", "2026-11-22");
    assert_adult(f, false, "ext_AdultOrChild", "NotSure", "2026-11-22");
    assert_adult(f, true, "ext_AgeBand", "From18To20", "2026-11-22");
    assert_adult(f, false, "ext_AgeBand", "From9To17", "2026-11-22");
    assert_adult(f, false, "prs_Gender", "Feminine", "2026-11-22");
    assert_true(read_field(f, "prs_Birthdate", "1990-01-01"));
    add_field(f, "ext_AdultOrChild", "Child");
    assert_true(case_says_adult(&f->c, day("2026-11-22"))); /* the birth date says it */
    add_field(f, "ext_AgeDisputed", "yes");
    assert_false(case_says_adult(&f->c, day("2026-11-22")));
}

static void test_triage_is_filled_from_the_rest_and_keeps_what_is_given(void **state)
{
    static const char *const rows[][2] = {{"prs_Gender", "Masculine"},
                                          {"prs_PrimaryLanguage", "ukr"},
                                          {"prs_SecondaryLanguage", "rus"},
                                          {"vic_TypeOfExploitation", "Servitude;Surrogacy;ForcedBegging"},
                                          {"ext_TriageGender", "NonConforming"}};
    struct fixture *f = *state;
    struct bytes out = {0};

    for (size_t i = 0; i < 5; i++)
        assert_true(
            case_read_value(&f->c, case_field_find(view_of_text(rows[i][0])), 0, view_of_text(rows[i][1]), &f->err));
    case_derive_triage(&f->c, day("2026-11-22"));

    for (size_t i = 0; i < f->c.count && f->c.values[i].field->section == SECTION_TRIAGE; i++) {
        case_value_write(&f->c.values[i], &out);
        bytes_append_u8(&out, '\n');
    }
    bytes_append_u8(&out, 0);
    assert_string_equal((const char *)out.at, "NonConforming\nrus;ukr\nLabour;Other\n");
    bytes_fini(&out);
}

static void test_a_disputed_age_is_not_sure(void **state)
{
    struct fixture *f = *state;

    assert_true(
        case_read_value(&f->c, case_field_find(view_of_text("prs_Birthdate")), 0, view_of_text("2000-01-01"), &f->err));
    assert_true(
        case_read_value(&f->c, case_field_find(view_of_text("ext_AgeDisputed")), 0, view_of_text("yes"), &f->err));
    case_derive_triage(&f->c, day("2026-11-22"));

    assert_int_equal(case_get_by_name(&f->c, "ext_AdultOrChild", 0)->numbers[0],
                     codes_find(&codes_adult_or_child, view_of_text("NotSure")));
    assert_null(case_get_by_name(&f->c, "ext_AgeBand", 0));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_values_come_back_as_they_were_written),
        CASE(test_values_that_a_field_may_not_hold_are_refused_without_repeating_them),
        CASE(test_texts_are_taken_up_to_their_bound),
        CASE(test_a_telephone_number_and_an_address_of_e_mail_end_at_their_bounds),
        CASE(test_a_list_is_taken_up_to_its_bound),
        CASE(test_a_field_is_given_once_and_records_are_bounded),
        CASE(test_values_stand_in_the_order_of_the_table_however_they_came),
        CASE(test_a_person_is_a_child_until_the_eighteenth_birthday),
        CASE(test_a_case_says_that_she_is_an_adult_or_does_not),
        CASE(test_triage_is_filled_from_the_rest_and_keeps_what_is_given),
        CASE(test_a_disputed_age_is_not_sure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
