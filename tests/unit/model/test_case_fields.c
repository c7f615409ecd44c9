/* Every field and code of HTCDS 2.0 is mapped or left out for a stated reason, and the table is consistent. */
#include "base/file.h"
#include "base/text.h"
#include "model/case_fields.h"
#include "model/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void read_data(const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    assert_true(file_join_path(path, TEST_DATA, name, &err));
    assert_true(file_read(path, 1 << 20, out, &err));
}

/* The cells of the next line that is no header. */
static bool next_line(struct view *rest, struct view *first, struct view *second)
{
    struct view line;

    if (!text_split(rest, '\n', &line) || line.size == 0)
        return false;
    if (line.at[line.size - 1] == '\r')
        line.size--;
    assert_true(text_split(&line, ',', first));
    assert_true(text_split(&line, ',', second));
    return true;
}

static void test_every_field_of_the_standard_has_a_home_or_a_reason(void **state)
{
    struct bytes file = {0};
    struct view rest;
    struct view section;
    struct view name;
    size_t count = 0;

    (void)state;
    read_data("htcds/fields.csv", &file);
    rest = bytes_view(&file);
    assert_true(next_line(&rest, &section, &name));

    for (; next_line(&rest, &section, &name); count++)
        if ((case_field_find(name) != NULL) == (case_left_out_find(name) != NULL))
            fail_msg("%.*s must stand in one of the two lists", (int)name.size, (const char *)name.at);

    assert_int_equal(count, 84);
    bytes_fini(&file);
}

static void test_fields_that_are_not_ours_are_the_standards(void **state)
{
    struct bytes file = {0};
    size_t homes = 0;

    (void)state;
    read_data("htcds/fields.csv", &file);
    bytes_append_u8(&file, 0);

    for (size_t i = 0; i < case_fields_count + case_left_out_count; i++) {
        const char *name = i < case_fields_count ? case_fields[i].name : case_left_out[i - case_fields_count].name;
        char cell[80];

        (void)snprintf(cell, sizeof cell, ",%s,", name);
        if (strncmp(name, "ext_", 4) == 0)
            assert_null(strstr((const char *)file.at, cell));
        else if (strstr((const char *)file.at, cell) == NULL)
            fail_msg("%s is no field of the standard", name);
        else
            homes++;
    }

    assert_int_equal(homes, 84);
    bytes_fini(&file);
}

static void test_every_code_of_the_standard_stands_in_its_place(void **state)
{
    struct bytes file = {0};
    struct view rest;
    struct view name;
    struct view code;
    struct view before = {0};
    uint32_t place = 0;
    size_t count = 0;

    (void)state;
    read_data("htcds/codes.csv", &file);
    rest = bytes_view(&file);
    assert_true(next_line(&rest, &name, &code));

    for (; next_line(&rest, &name, &code); count++) {
        const struct case_field *f = case_field_find(name);

        place = view_equal(name, before) ? place + 1 : 1;
        before = name;
        if (f == NULL)
            assert_non_null(case_left_out_find(name));
        else if (codes_find(f->codes, code) != place)
            fail_msg("%s: %.*s is not number %u", f->name, (int)code.size, (const char *)code.at, (unsigned)place);
    }

    assert_int_equal(count, 182);
    bytes_fini(&file);
}

static void test_lists_of_the_standard_hold_no_more_than_it_has(void **state)
{
    static const char *const fields[] = {"prs_Gender", "vic_MethodsOfControl", "vic_ForcedLabourIndustry",
                                         "spl_Type",   "per_RoleInProcess",    "vic_RelationshipToTrafficker"};
    static const uint32_t counts[] = {6, 16, 21, 9, 15, 3};

    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        assert_int_equal(case_field_find(view_of_text(fields[i]))->codes->count, counts[i]);
    assert_int_equal(codes_find(&codes_control, view_of_text("RestrictsMovement")), 0);
    assert_int_not_equal(codes_find(&codes_relationship, view_of_text("Unaquainted")), 0);
}

static void test_a_list_has_the_codes_from_1_to_its_last(void **state)
{
    (void)state;
    assert_false(codes_has(&codes_gender, 0));
    assert_true(codes_has(&codes_gender, 1));
    assert_true(codes_has(&codes_gender, codes_gender.count));
    assert_false(codes_has(&codes_gender, codes_gender.count + 1));
    assert_false(codes_has(&codes_gender, UINT32_MAX));
}

static void test_the_table_is_ordered_and_names_are_found(void **state)
{
    size_t in_section[SECTION_END] = {0};
    uint32_t last_ref = 0;

    (void)state;
    for (size_t i = 0; i < case_fields_count; i++) {
        const struct case_field *f = &case_fields[i];
        uint32_t ref = case_field_ref(f);

        assert_true(ref > last_ref || (ref == last_ref && f->group != GROUP_NONE && f->number > f[-1].number));
        in_section[f->section] += ref != last_ref;
        last_ref = ref;
        assert_ptr_equal(case_field_find(view_of_text(f->name)), f);
        assert_ptr_equal(case_field_by_number(f->section, f->group, f->number), f);
        assert_int_equal(case_field_ref_find(view_of_text(f->name)), ref);
        assert_true((f->codes != NULL) == (f->type == FIELD_CODE || f->type == FIELD_CODES));
        assert_true((f->max != 0) == (case_field_is_text(f) || f->type == FIELD_NUMBER));
        assert_true(f->max <= BOUND_FIELD_LONG);
    }
    for (enum section s = SECTION_TRIAGE; s < SECTION_END; s++)
        assert_in_range(in_section[s], 1, CASE_SECTION_FIELDS);
    assert_non_null(case_field_by_number(SECTION_EXPLOITATION, GROUP_EVENT, 1));
    assert_null(case_field_by_number(SECTION_PLAN, GROUP_EVENT, 1));
    assert_null(case_field_by_number(SECTION_EXPLOITATION, GROUP_NONE, 9)); /* the group itself */
    assert_null(case_field_by_number(SECTION_TRIAGE, GROUP_NONE, 0));
    assert_null(case_field_by_number(SECTION_TRIAGE, GROUP_NONE, CASE_SECTION_FIELDS + 1));
    assert_null(case_field_by_number(SECTION_END, GROUP_NONE, 1));
}

static void test_a_reference_names_its_field_or_its_group(void **state)
{
    (void)state;
    assert_string_equal(case_field_ref_name(FIELD_REF(SECTION_IDENTITY, 2)), "prs_FirstName");
    assert_string_equal(case_field_ref_name(case_field_ref_find(view_of_text("hte_City"))), "ext_Events");
    assert_int_equal(case_field_ref_find(view_of_text("ext_Events")), FIELD_REF(SECTION_EXPLOITATION, 9));
    assert_int_equal(case_field_ref_find(view_of_text("prs_Colour")), 0);
    assert_null(case_field_ref_name(FIELD_REF(SECTION_IDENTITY, 99)));
    assert_null(case_field_ref_name(0));
}

static void test_contact_without_a_safe_way_is_told_apart(void **state)
{
    static const char *const ways[] = {"prs_Email", "prs_HomePhone", "prs_MobilePhone", "ext_AlternatePhone",
                                       "ext_AlternateEmail"};
    static const char *const rules[] = {"ext_SafeToCall", "ext_SafeToWrite", "ext_SafeToLeaveMessage",
                                        "ext_DoNotContact"};
    uint32_t language = case_field_ref_find(view_of_text("prs_PrimaryLanguage"));

    (void)state;
    assert_true(case_fields_have_safe_contact(&language, 1));
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        uint32_t refs[3] = {case_field_ref_find(view_of_text(ways[w])), language};

        assert_false(case_fields_have_safe_contact(refs, 2));
        for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
            refs[2] = case_field_ref_find(view_of_text(rules[r]));
            assert_true(case_fields_have_safe_contact(refs, 3));
        }
    }
}

static void test_a_way_to_reach_her_keeps_every_rule_that_is_known(void **state)
{
    uint32_t whole[4] = {
        case_field_ref_find(view_of_text("prs_MobilePhone")), case_field_ref_find(view_of_text("prs_PrimaryLanguage")),
        case_field_ref_find(view_of_text("ext_SafeToCall")), case_field_ref_find(view_of_text("ext_DoNotContact"))};
    uint32_t one_rule[3] = {whole[0], whole[1], whole[2]};

    (void)state;
    assert_true(case_fields_keep_safe_contact(whole, 4, whole, 4));
    assert_false(case_fields_keep_safe_contact(whole, 4, one_rule, 3));
    assert_true(case_fields_keep_safe_contact(one_rule, 3, one_rule, 3));
    assert_false(case_fields_keep_safe_contact(whole, 2, whole, 2));    /* without a rule from the start */
    assert_true(case_fields_keep_safe_contact(whole, 4, &whole[1], 1)); /* a language is no means of contact */
}

static void test_countries_and_languages_are_those_of_the_lists(void **state)
{
    static const char *const countries[] = {"AD", "UA", "PL", "BY", "TR", "XK", "ZW"};
    static const char *const languages[] = {"aar", "ukr", "ron", "tgl", "zza"};
    static const char *const neither[] = {"", "XX", "ua", "UK", "UKR", "rum", "uk", "A", "A "};
    size_t known = 0;

    (void)state;
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++)
        assert_int_not_equal(country_find(view_of_text(countries[i])), 0);
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
        assert_int_not_equal(language_find(view_of_text(languages[i])), 0);
    for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++) {
        assert_int_equal(country_find(view_of_text(neither[i])), 0);
        assert_int_equal(language_find(view_of_text(neither[i])), 0);
    }
    for (uint32_t n = 0; n <= 0xFFFF; n++)
        known += country_is_known(n);
    assert_int_equal(known, 250); /* ISO 3166 and XK */
    known = 0;
    for (uint32_t n = 0x616161; n <= 0x7A7A7A; n++)
        known += language_is_known(n);
    assert_int_equal(known, 486);
}

static void test_every_way_to_write_a_language_means_one_code(void **state)
{
    static const char *const means[][2] = {{"ukr", "ukr"}, {"uk", "ukr"},  {"UK", "ukr"},  {"rum", "ron"},
                                           {"ro", "ron"},  {"ron", "ron"}, {"Rum", "ron"}, {"cnr", "cnr"},
                                           {"zu", "zul"},  {"rom", "rom"}};
    static const char *const neither[] = {"", "u", "ua", "xx", "ukrainian", "u\0", "qaa", "uk ", "br-"};

    (void)state;
    for (size_t i = 0; i < sizeof means / sizeof means[0]; i++)
        assert_string_equal(language_code(view_of_text(means[i][0])), means[i][1]);
    for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
        assert_null(language_code(view_of_text(neither[i])));
    assert_null(language_code(view_of("uk", 3))); /* a NUL is no blank */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_of_the_standard_has_a_home_or_a_reason),
        cmocka_unit_test(test_fields_that_are_not_ours_are_the_standards),
        cmocka_unit_test(test_every_code_of_the_standard_stands_in_its_place),
        cmocka_unit_test(test_lists_of_the_standard_hold_no_more_than_it_has),
        cmocka_unit_test(test_a_list_has_the_codes_from_1_to_its_last),
        cmocka_unit_test(test_the_table_is_ordered_and_names_are_found),
        cmocka_unit_test(test_a_reference_names_its_field_or_its_group),
        cmocka_unit_test(test_contact_without_a_safe_way_is_told_apart),
        cmocka_unit_test(test_a_way_to_reach_her_keeps_every_rule_that_is_known),
        cmocka_unit_test(test_countries_and_languages_are_those_of_the_lists),
        cmocka_unit_test(test_every_way_to_write_a_language_means_one_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
