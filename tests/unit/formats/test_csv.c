/* Tables as spreadsheets save them: separators, line ends, headings, labels, empty rows and columns. */
#include "import_fixture.h"

#include "formats/csv_template.h"

#define ONE  "{\"ext_TriageGender\":\"Feminine\",\"prs_FirstName\":\"A\",\"prs_Gender\":\"Feminine\"}\n"
#define TWO  "{\"ext_TriageGender\":\"Masculine\",\"prs_FirstName\":\"B\",\"prs_Gender\":\"Masculine\"}\n"
#define BOTH ONE TWO

static void test_the_separator_is_what_the_header_has_most_of(void **state)
{
    (void)state;
    assert_imports("prs_FirstName;prs_Gender\nA;Feminine\nB;Masculine\n", BOTH, "");
    assert_imports("prs_FirstName\tprs_Gender\r\nA\tFeminine\r\nB\tMasculine\r\n", BOTH, "");
    assert_imports("\"prs_FirstName\";\"prs_Gender\"\n\"A\";\"Feminine\"\n", ONE, "");
    /* separators in quotes are no separators: three of one kind within, one of another between */
    assert_imports("\"prs_FirstName\",\"Gender\"\n\"A;;;\",Feminine\n",
                   "{\"ext_TriageGender\":\"Feminine\",\"prs_FirstName\":\"A;;;\",\"prs_Gender\":\"Feminine\"}\n", "");
    assert_refuses("\"a,b,c\";prs_Gender\nA;Feminine\n", E_IMP_01,
                   "1  refused column A (1) has a name that is none of a field\n");
    assert_imports("prs_FirstName;vic_MethodsOfControl\nA;\"DebtBondage;WithholdsDocuments\"\n",
                   "{\"prs_FirstName\":\"A\",\"vic_MethodsOfControl\":[\"DebtBondage\",\"WithholdsDocuments\"]}\n", "");
}

static void test_a_first_line_may_say_the_separator(void **state)
{
    (void)state;
    assert_imports("sep=;\r\nprs_FirstName;prs_Gender\r\nA;Feminine\r\n", ONE, "");
    assert_imports("SEP=\t\nprs_FirstName\tprs_Gender\nA\tFeminine\n", ONE, "");
    assert_imports("\"sep=;\"\nprs_FirstName;prs_Gender\nA;Feminine\n", ONE, "");
    assert_imports("sep=;\nprs_FirstName\nA,B\n", "{\"prs_FirstName\":\"A,B\"}\n", "");
    /* as the spreadsheet counts, which does not show that line */
    assert_refuses("sep=;\nprs_FirstName;prs_Gender\nA;Blue\n", E_IMP_01,
                   "2 prs_Gender refused unknown code; docs/FIELDS.md lists those of Gender\n");
}

static void test_lines_may_end_in_any_of_three_ways(void **state)
{
    (void)state;
    assert_imports("prs_FirstName,prs_Gender\rA,Feminine\rB,Masculine\r", BOTH, "");
    assert_imports("prs_FirstName,prs_Gender\rA,Feminine\rB,Masculine", BOTH, "");
    assert_imports("prs_FirstName,prs_Gender\nA,Feminine\nB,Masculine", BOTH, "");
    assert_imports("sep=;\rprs_FirstName;prs_Gender\rA;Feminine\r", ONE, "");
    assert_imports("prs_FirstName,cco_CaseComment\rA,\"one\rtwo\"\r",
                   "{\"prs_FirstName\":\"A\",\"cco_CaseComment\":\"one\\ntwo\"}\n", "");
}

static void test_rows_without_a_value_are_passed_over(void **state)
{
    (void)state;
    assert_imports("prs_FirstName,prs_Gender\nA,Feminine\n,\n  , \t\n\n,,,\nB,Masculine\n,\n", BOTH, "");
    assert_imports("\n,\nprs_FirstName,prs_Gender\nA,Feminine\n", ONE, "");
    assert_imports("prs_FirstName,prs_Gender\nA,Feminine,,\n", ONE, "");
    assert_refuses("prs_FirstName,prs_Gender\nA,Feminine,,x\n", E_IMP_01, "2  refused row has too many values\n");
    assert_refuses("prs_FirstName,prs_Gender\n,\n", E_IMP_07, "");
    assert_refuses("prs_FirstName,con_Consent\n,TRUE\n", E_IMP_01,
                   "1 con_Consent accepted left out: a box is no consent: record it with `refex consent record`\n"
                   "2  refused row has no values\n");
}

static void test_a_column_without_a_name_may_hold_nothing(void **state)
{
    (void)state;
    assert_imports("prs_FirstName,prs_Gender,,\nA,Feminine,,\n", ONE, "");
    assert_imports("prs_FirstName, ,prs_Gender\nA,,Feminine\n", ONE, "");
    assert_refuses("prs_FirstName,prs_Gender,,\nA,Feminine,,x\nB,Masculine,y,z\n", E_IMP_01,
                   "2  refused column D (4) has values and no name\n3  refused column C (3) has values and no name\n");
}

static void test_a_first_column_may_number_the_rows(void **state)
{
    static const char noted[] = "2  accepted column A (1) has no name and numbers the rows: it is left out\n";

    (void)state;
    assert_imports(",prs_FirstName,prs_Gender\n1,A,Feminine\n2,B,Masculine\n3,,\n4,,\n", BOTH, noted);
    assert_imports(",prs_FirstName,prs_Gender\n1,A,Feminine\n7,B,Masculine\n", BOTH, noted);
    /* what does not grow is no numbering: ages, phones */
    assert_refuses(",prs_FirstName,prs_Gender\n34,A,Feminine\n27,B,Masculine\n", E_IMP_01,
                   "2  accepted column A (1) has no name and numbers the rows: it is left out\n"
                   "3  refused column A (1) has values and no name\n");
    assert_refuses(",prs_FirstName\n1,A\nx,\n", E_IMP_01,
                   "2  accepted column A (1) has no name and numbers the rows: it is left out\n"
                   "3  refused column A (1) has values and no name\n");
    assert_refuses("prs_FirstName,\nA,1\nB,2\n", E_IMP_01, "2  refused column B (2) has values and no name\n");
}

static void test_headings_may_be_labels_and_have_blanks_around_them(void **state)
{
    (void)state;
    assert_imports(" prs_FirstName ,\"\xC2\xA0prs_Gender\t\"\nA,Feminine\n", ONE, "");
    assert_imports("First Name,GENDER\nA,Feminine\n", ONE, "");
    assert_imports("First  name,Mailing Zip/Postal Code\nA,1\n",
                   "{\"prs_FirstName\":\"A\",\"prs_MailingPostalCode\":\"1\"}\n", "");
    assert_refuses(
        "First Name,Type\nA,Transit\n", E_IMP_01,
        "1  refused column B (2) has the label of org_Type, hte_Type and spl_Type: write the name of the one "
        "that is meant\n");
    assert_refuses("First Name,prs_FirstName\nA,B\n", E_IMP_01,
                   "1 prs_FirstName refused column given twice: column B (2), as column A (1)\n");
    assert_refuses("prs_Title,Frist Name\nA,B\n", E_IMP_01,
                   "1  refused column B (2) has a name that is none of a field; did you mean First Name?\n");
    assert_imports("prs_Title,vic_TraffickinStatusDecisionMakingOrg\nA,Police\n",
                   "{\"prs_Title\":\"A\",\"vic_TraffickingStatusDecisionMakingOrg\":\"Police\"}\n",
                   "1 vic_TraffickingStatusDecisionMakingOrg accepted written as "
                   "vic_TraffickinStatusDecisionMakingOrg: accepted\n");
}

static void test_the_nearest_name_is_offered_not_the_first_that_is_near(void **state)
{
    (void)state;
    /* hte_Type is near, too, and stands before it */
    assert_refuses("hte_Tate\nA\n", E_IMP_01,
                   "1 hte_Tate refused column A (1) has the unknown name hte_Tate; did you mean hte_Date?\n");
    assert_refuses("Cty\nA\n", E_IMP_01, "1  refused column A (1) has a name that is none of a field\n");
}

static void test_columns_are_named_by_letters_as_spreadsheets_do(void **state)
{
    struct bytes file = {0};
    struct import_result result = {0};

    (void)state;
    bytes_append_text(&file, "prs_FirstName");
    for (int i = 1; i < 53; i++)
        bytes_append_text(&file, i == 25 || i == 26 || i == 52 ? ",xxx_Y" : ",");
    bytes_append_text(&file, "\nA\n");
    assert_false(import(&result, bytes_view(&file), 0));
    assert_string_equal((const char *)result.findings.at,
                        "1 xxx_Y refused column Z (26) has the unknown name xxx_Y\n"
                        "1 xxx_Y refused column AA (27) has the unknown name xxx_Y\n"
                        "1 xxx_Y refused column BA (53) has the unknown name xxx_Y\n");
    import_result_fini(&result);
    bytes_fini(&file);
}

static void test_a_row_of_labels_under_the_names_is_no_case(void **state)
{
    (void)state;
    assert_imports("prs_FirstName,prs_Gender\nFirst Name,Gender\nA,Feminine\n", ONE, "");
    assert_imports("prs_FirstName,prs_Gender\n,gender\nA,Feminine\n", ONE, "");
    assert_imports("First Name,Gender\nprs_FirstName,prs_Gender\nA,Feminine\n", ONE, "");
    /* no label of its own column, another value, or not under the header: a case */
    assert_imports("prs_FirstName\nCity\n", "{\"prs_FirstName\":\"City\"}\n", "");
    assert_imports("prs_FirstName,prs_Title\nFirst Name,Dr\n",
                   "{\"prs_FirstName\":\"First Name\",\"prs_Title\":\"Dr\"}\n", "");
    assert_imports("prs_FirstName,prs_Title\nA,\nFirst Name,Title\n",
                   "{\"prs_FirstName\":\"A\"}\n{\"prs_FirstName\":\"First Name\",\"prs_Title\":\"Title\"}\n", "");
}

static void test_a_column_with_the_label_of_another_may_hold_nothing(void **state)
{
    (void)state;
    assert_imports("prs_FirstName,prs_MailingCity\nFirst Name,Mailing Street\nA,\n", "{\"prs_FirstName\":\"A\"}\n", "");
    assert_refuses("prs_FirstName,prs_MailingCity\nFirst Name,Mailing Street\nA,x\nB,y\n", E_IMP_01,
                   "3 prs_MailingCity refused column B (2) is named prs_MailingCity and labelled \"Mailing Street\" "
                   "(prs_MailingStreet), and has values: correct the one that is wrong\n");
    /* a field that is left out, too: what stands there may be a field's */
    assert_refuses(
        "prs_FirstName,cas_CaseOwner\nFirst Name,Mailing Street\nA,x\n", E_IMP_01,
        "1 cas_CaseOwner accepted left out: the agency that holds a case owns it; staff are not named in what "
        "is shared\n"
        "3 cas_CaseOwner refused column B (2) is named cas_CaseOwner and labelled \"Mailing Street\" "
        "(prs_MailingStreet), and has values: correct the one that is wrong\n");
    /* of a column without a name the label is the name */
    assert_imports("prs_FirstName,\nFirst Name,Gender\nA,Feminine\n", ONE, "");
}

/* The two cases of iom-sheet.csv. */
#define SHEET                                                                                                          \
    "{\"ext_AgeBand\":\"From27To29\",\"ext_AdultOrChild\":\"Adult\",\"ext_TriageGender\":\"Feminine\","                \
    "\"prs_FirstName\":\"Marta\",\"prs_SecondName\":\"Przykładowa\",\"prs_Birthdate\":\"1999-03-04\","                \
    "\"prs_Gender\":\"Feminine\",\"prs_MobilePhone\":\"+48600000001\",\"prs_Citizenship\":[\"UA\"],"                   \
    "\"vic_TraffickingStatus\":\"PossibleVictimOfTrafficking\","                                                       \
    "\"vic_TraffickingStatusDecisionMakingOrg\":\"Police\","                                                           \
    "\"vic_MethodsOfControl\":[\"DebtBondage\",\"WithholdsDocuments\"],\"cas_Status\":\"FollowUp\"}\n"                 \
    "{\"ext_TriageGender\":\"Feminine\",\"prs_FirstName\":\"İpek\",\"prs_SecondName\":\"Örnek\","                    \
    "\"prs_Gender\":\"Feminine\",\"prs_Citizenship\":[\"TR\"]}\n"

static void assert_is_sheet(struct view file, enum encoding encoding)
{
    struct import_options options = {.encoding = encoding, .today = TODAY};
    struct import_result result = {0};

    if (!import_with(&result, file, &options))
        fail_msg("%s\n%s", result.err.text, (const char *)result.findings.at);
    assert_string_equal((const char *)result.json.at, SHEET);
    assert_non_null(strstr((const char *)result.findings.at,
                           "1 vic_TraffickingStatusDecisionMakingOrg accepted written as vic_TraffickinStatusD"));
    import_result_fini(&result);
}

/* As UTF-16 of one byte order. */
static void append_utf_16(struct bytes *out, struct view utf_8, bool little)
{
    for (size_t i = 0; i < utf_8.size; i++) {
        uint8_t c = utf_8.at[i];
        unsigned unit = c;

        if (c >= 0xC0)
            unit = (c & 0x1Fu) << 6 | (utf_8.at[++i] & 0x3Fu); /* the sheet has no higher characters */
        bytes_append_u8(out, (uint8_t)(little ? unit : unit >> 8));
        bytes_append_u8(out, (uint8_t)(little ? unit >> 8 : unit));
    }
}

static void test_the_sheet_of_the_standard_is_read_however_it_was_saved(void **state)
{
    struct bytes file = {0};
    struct bytes other = {0};

    (void)state;
    read_data("iom-sheet.csv", &file);
    assert_is_sheet(bytes_view(&file), 0);
    assert_is_sheet(bytes_view(&file), ENCODING_UTF_8);

    bytes_append_text(&other, "\xEF\xBB\xBF");
    for (size_t i = 0; i < file.size; i++) /* tabs, and CR alone */
        if (file.at[i] != '\n')
            bytes_append_u8(&other, file.at[i] == ',' ? '\t' : file.at[i]);
    assert_is_sheet(bytes_view(&other), 0);

    for (int little = 0; little < 2; little++) { /* "Unicode text", with its mark and without */
        bytes_clear(&other);
        bytes_append(&other, little != 0 ? "\xFF\xFE" : "\xFE\xFF", 2);
        append_utf_16(&other, bytes_view(&file), little != 0);
        assert_is_sheet(bytes_view(&other), 0);
        assert_is_sheet(bytes_view(&other), ENCODING_UTF_16);
        assert_is_sheet(view_of(other.at + 2, other.size - 2), ENCODING_UTF_16);
    }
    bytes_fini(&other);
    bytes_fini(&file);
}

static void test_the_template_filled_in_is_imported(void **state)
{
    struct import_result result = {0};
    struct bytes table = {0};

    (void)state;
    csv_template_append(true, &table);
    for (size_t i = 0; i < case_fields_count; i++) {
        bytes_append_text(&table, i > 0 ? "," : "");
        bytes_append_text(&table, strcmp(case_fields[i].name, "prs_FirstName") == 0 ? "A" : "");
    }
    bytes_append_text(&table, "\r\n");
    assert_true(import(&result, bytes_view(&table), 0));
    assert_string_equal((const char *)result.json.at, "{\"prs_FirstName\":\"A\"}\n");
    assert_string_equal((const char *)result.findings.at, "");
    import_result_fini(&result);
    bytes_clear(&table);
    csv_template_append(false, &table);
    assert_null(memmem(table.at, table.size, "First Name", 10));
    bytes_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_separator_is_what_the_header_has_most_of),
        cmocka_unit_test(test_a_first_line_may_say_the_separator),
        cmocka_unit_test(test_lines_may_end_in_any_of_three_ways),
        cmocka_unit_test(test_rows_without_a_value_are_passed_over),
        cmocka_unit_test(test_a_column_without_a_name_may_hold_nothing),
        cmocka_unit_test(test_a_first_column_may_number_the_rows),
        cmocka_unit_test(test_headings_may_be_labels_and_have_blanks_around_them),
        cmocka_unit_test(test_the_nearest_name_is_offered_not_the_first_that_is_near),
        cmocka_unit_test(test_columns_are_named_by_letters_as_spreadsheets_do),
        cmocka_unit_test(test_a_row_of_labels_under_the_names_is_no_case),
        cmocka_unit_test(test_a_column_with_the_label_of_another_may_hold_nothing),
        cmocka_unit_test(test_the_template_filled_in_is_imported),
        cmocka_unit_test(test_the_sheet_of_the_standard_is_read_however_it_was_saved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
