/* Files of cases: both formats give the same result, every faulty row is reported with its fault, nothing is added in
 * part. */
#include "import_fixture.h"

static void test_both_forms_of_the_ten_cases_are_the_same_bytes(void **state)
{
    struct bytes csv = {0};
    struct bytes json = {0};
    struct import_result from_csv = {0};
    struct import_result from_json = {0};

    (void)state;
    read_data("cases.csv", &csv);
    read_data("cases.json", &json);

    assert_true(import(&from_csv, bytes_view(&csv), 0));
    assert_true(import(&from_json, bytes_view(&json), 0));

    assert_int_equal(from_csv.cases, 10);
    assert_true(view_equal(bytes_view(&from_csv.encoded), bytes_view(&from_json.encoded)));
    assert_true(from_csv.encoded.size > 2000);
    assert_non_null(strstr((const char *)from_csv.json.at, "\"prs_SecondName\":\"Прикладенко\""));
    assert_non_null(strstr((const char *)from_csv.json.at, "\"prs_FirstName\":\"Maria \\\"Mia\\\"\""));
    assert_non_null(strstr((const char *)from_csv.json.at, "trafficked: told where asylum advice is.\\nSecond line"));
    assert_non_null(strstr((const char *)from_csv.json.at, "\"ext_AdultOrChild\":\"Child\""));
    import_result_fini(&from_csv);
    import_result_fini(&from_json);
    bytes_fini(&csv);
    bytes_fini(&json);
}

static void test_what_is_printed_is_read_back_as_the_same_bytes(void **state)
{
    struct bytes file = {0};
    struct import_result first = {0};
    struct import_result again = {0};
    struct bytes array = {0};

    (void)state;
    read_data("cases.json", &file);
    assert_true(import(&first, bytes_view(&file), IMPORT_HTCDS_JSON));
    bytes_append_u8(&array, '[');
    for (size_t i = 0; i + 2 < first.json.size; i++)
        bytes_append_u8(&array, first.json.at[i] == '\n' ? ',' : first.json.at[i]);
    bytes_append_u8(&array, ']');

    assert_true(import(&again, bytes_view(&array), IMPORT_HTCDS_JSON));

    assert_true(view_equal(bytes_view(&first.encoded), bytes_view(&again.encoded)));
    import_result_fini(&first);
    import_result_fini(&again);
    bytes_fini(&array);
    bytes_fini(&file);
}

/* One block of bad-rows.txt: header, row, and after "= " the finding, up to what follows ": accepted" for a note. */
static void check_block(char *header, char *row, char *asked)
{
    struct import_result import_result = {0};
    char file[1024];
    char sentence[512];
    bool accepted = strstr(asked, ": accepted") != NULL;
    char *said = strstr(asked, ", and said");
    bool ok;

    if (said != NULL)
        *said = '\0';
    (void)snprintf(file, sizeof file, "%s\r\n%s\r\n", header, row);
    ok = import_string(&import_result, file);

    (void)snprintf(sentence, sizeof sentence, "%s %s\n", accepted ? "accepted" : "refused", asked);
    if (strstr((const char *)import_result.findings.at, sentence) == NULL)
        fail_msg("%s: asked for %s, found %s", row, sentence, (const char *)import_result.findings.at);
    assert_int_equal(ok, accepted);
    assert_int_equal(import_result.cases, accepted ? 1 : 0);
    if (!ok)
        assert_int_equal(import_result.err.code, E_IMP_01);
    import_result_fini(&import_result);
}

static void test_every_bad_row_is_given_its_sentence(void **state)
{
    struct bytes file = {0};
    size_t blocks = 0;
    char *lines[3];
    size_t n = 0;
    char *line;
    char *rest;

    (void)state;
    read_data("bad-rows.txt", &file);
    bytes_append_u8(&file, 0);
    for (line = strtok_r((char *)file.at, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        if (*line == '#')
            continue;
        lines[n++] = line;
        if (n < 3)
            continue;
        assert_memory_equal(lines[2], "= ", 2);
        check_block(lines[0], lines[1], lines[2] + 2);
        blocks++;
        n = 0;
    }

    assert_int_equal(n, 0);
    assert_int_equal(blocks, 15);
    bytes_fini(&file);
}

static void test_aliases_are_taken_for_what_they_mean(void **state)
{
    (void)state;
    assert_imports(
        "vic_RelationshipToTrafficker,prs_PrimaryLanguage\nUnacquainted,rum\n",
        "{\"ext_TriageLanguages\":[\"ron\"],\"prs_PrimaryLanguage\":\"ron\","
        "\"vic_RelationshipToTrafficker\":\"Unaquainted\"}\n",
        "2 vic_RelationshipToTrafficker accepted code is spelled Unaquainted in the standard: accepted as alias\n"
        "2 prs_PrimaryLanguage accepted code is spelled ron in the standard: accepted as alias\n");
    assert_imports(
        "prs_Second_Name,vic_Methods_of_Control,con_Consent,__version__\nA,ThreatOfLawEnforcement,TRUE,v\n",
        "{\"prs_SecondName\":\"A\",\"vic_MethodsOfControl\":[\"ThreatsLawEnforcement\"]}\n",
        "1 prs_SecondName accepted written as prs_Second_Name: accepted\n"
        "1 vic_MethodsOfControl accepted written as vic_Methods_of_Control: accepted\n"
        "1 con_Consent accepted left out: a box is no consent: record it with `refex consent record`\n"
        "2 vic_MethodsOfControl accepted code is spelled ThreatsLawEnforcement in the standard: accepted as alias\n");
    assert_refuses("prs_FirstName,prs_First_Name\nA,B\n", E_IMP_01,
                   "1 prs_FirstName accepted written as prs_First_Name: accepted\n"
                   "1 prs_FirstName refused column given twice: column B (2), as column A (1)\n");
}

static void test_one_bad_row_keeps_all_others_out_and_all_are_named(void **state)
{
    (void)state;
    assert_refuses(
        "prs_FirstName,prs_Gender\nA,Feminine\nB,Blue\nC,Masculine\nD\n,\n", E_IMP_01,
        "3 prs_Gender refused unknown code; docs/FIELDS.md lists those of Gender\n5  refused row has too few values\n");
    assert_refuses("[{\"prs_FirstName\":\"A\"},{\"prs_Gender\":\"Blue\",\"prs_Birthdate\":\"2026-11-23\"},{}]",
                   E_IMP_01,
                   "2 prs_Gender refused unknown code; docs/FIELDS.md lists those of Gender\n2 prs_Birthdate refused "
                   "date lies in the future\n"
                   "3  refused row has no values\n");
}

static void test_a_sentence_never_repeats_what_a_person_said(void **state)
{
    (void)state;
    assert_refuses("Olha,Prykladova\nIpek,Ornek\n", E_IMP_01,
                   "1  refused column A (1) has a name that is none of a field\n"
                   "1  refused column B (2) has a name that is none of a field\n");
    assert_refuses("{\"prs_Gender\":\"Olha\"}", E_IMP_01,
                   "1 prs_Gender refused unknown code; docs/FIELDS.md lists those of Gender\n");
    assert_refuses("{\"prs_Citizenship\":[\"Olha\"]}", E_IMP_01,
                   "1 prs_Citizenship refused country not ISO 3166 alpha-2\n");
    assert_refuses("{\"prs_FirstName\":\"Olha\" \"x\"}", E_IMP_01, "1  refused not JSON (after line 1)\n");
    assert_refuses("{\"prs_FirstName\":\"Olha\",\n\"prs_FirstName\":\"Mia\"}", E_IMP_01,
                   "1  refused field given twice (after line 2)\n");
    assert_refuses(
        "prs_FirstNam\nOlha\n", E_IMP_01,
        "1 prs_FirstNam refused column A (1) has the unknown name prs_FirstNam; did you mean prs_FirstName?\n");
}

static void test_quotes_are_read_as_rfc_4180_has_them(void **state)
{
    (void)state;
    assert_imports("\xEF\xBB\xBFprs_FirstName,cco_CaseComment\r\n\"A \"\"B\"\", C\",\"one\r\ntwo, \"\"x\"\"\"\r\n\r\n",
                   "{\"prs_FirstName\":\"A \\\"B\\\", C\",\"cco_CaseComment\":\"one\\ntwo, \\\"x\\\"\"}\n", "");
    assert_imports("prs_FirstName\nA", "{\"prs_FirstName\":\"A\"}\n", "");
    assert_refuses("prs_FirstName\n\"A\n", E_IMP_01, "2  refused a quoted value does not end\n");
    assert_refuses("prs_FirstName\n\"A\"B\n", E_IMP_01, "2  refused something follows a quoted value\n");
    assert_refuses("prs_FirstName\nA\"B\n", E_IMP_01,
                   "2  refused a quote within a value that does not begin with one\n");
    assert_refuses("prs_FirstName\nA\rB\n", E_IMP_01, "2 prs_FirstName refused control characters or line breaks\n");
    assert_refuses(
        "prs_FirstName\n\xC3\x28\n", E_IMP_01,
        "2  refused column A (1): not UTF-8; where a spreadsheet saved the file otherwise, say how: --encoding "
        "cp1250 (Polish), cp1251 (Ukrainian) or cp1254 (Turkish)\n");
}

static void assert_empty(const char *file, const char *what)
{
    struct import_result r = {0};

    assert_false(import_string(&r, file));
    assert_int_equal(r.err.code, E_IMP_07);
    assert_string_equal(r.err.text, what);
    import_result_fini(&r);
}

static void test_a_file_without_a_case_is_read_and_said_to_hold_none(void **state)
{
    (void)state;
    assert_empty("", "the file is empty");
    assert_empty(" \n", "the file is empty");
    assert_empty("[]", "the list of cases is empty");
    assert_empty("prs_FirstName\n", "the header was read, and under it is no row with a case");
    assert_empty("ext_AgeBand,prs_Gender\nAge band,Gender\n",
                 "the header was read, and under it is no row with a case");
}

static void test_files_of_another_kind_are_refused_as_a_whole(void **state)
{
    struct import_result import_result = {0};
    char deep[2 * BOUND_JSON_DEPTH + 8] = "";

    (void)state;
    assert_refuses("\xFF\xFEp", E_IMP_02, "");
    assert_refuses("[{\"prs_FirstName\":\"A\"}", E_IMP_02, "");
    assert_refuses("[{\"prs_FirstName\":\"A\"}] x", E_IMP_02, "");
    assert_refuses("[{\"prs_FirstName\":\"A\"},]", E_IMP_01, "2  refused not JSON (after line 1)\n");
    assert_refuses("[1]", E_IMP_01, "1  refused not an object\n");
    assert_false(import(&import_result, view_of_text("\"A\""), IMPORT_HTCDS_JSON));
    assert_int_equal(import_result.err.code, E_IMP_02);
    import_result_fini(&import_result);

    for (size_t i = 0; i < BOUND_JSON_DEPTH; i++)
        strcat(deep, "[");
    assert_refuses(deep, E_IMP_01, "1  refused the file ends within it (after line 1)\n");
    strcat(deep, "[");
    assert_refuses(deep, E_IMP_02, "");
}

static void test_json_values_have_their_kinds(void **state)
{
    (void)state;
    assert_imports(
        "{\"prs_NumberOfChildren\":0,\"prs_Deceased\":false,\"ext_SafeToCall\":\"yes\",\"prs_MailingPostalCode\":"
        "\"123\","
        "\"prs_MailingLongitude\":18.5305,\"prs_MailingLatitude\":-54,\"prs_Email\":null,\"prs_Title\":\"\","
        "\"prs_Citizenship\":\"UA\"}",
        "{\"prs_Deceased\":false,\"ext_SafeToCall\":true,\"prs_MailingPostalCode\":\"123\","
        "\"prs_MailingLongitude\":18.530500,\"prs_MailingLatitude\":-54.000000,\"prs_Citizenship\":[\"UA\"],"
        "\"prs_NumberOfChildren\":0}\n",
        "");
    assert_refuses("{\"prs_FirstName\":1}", E_IMP_01,
                   "1 prs_FirstName refused a number where text is expected: write it in quotes\n");
    assert_refuses("{\"prs_IdentityNumber\":12.5}", E_IMP_01,
                   "1 prs_IdentityNumber refused a number where text is expected: write it in quotes\n");
    assert_refuses("{\"prs_NumberOfChildren\":1.5}", E_IMP_01, "1 prs_NumberOfChildren refused not a whole number\n");
    assert_refuses("{\"prs_NumberOfChildren\":1e300}", E_IMP_01, "1 prs_NumberOfChildren refused not a number\n");
    assert_refuses("{\"prs_FirstName\":true}", E_IMP_01,
                   "1 prs_FirstName refused not a value that the field may hold\n");
    assert_refuses("{\"prs_FirstName\":[\"A\"]}", E_IMP_01,
                   "1 prs_FirstName refused a list where one value is expected\n");
    assert_refuses("{\"prs_Citizenship\":[1]}", E_IMP_01,
                   "1 prs_Citizenship refused not a value that the field may hold\n");
    assert_refuses("{\"prs_FirstName\":{\"a\":1}}", E_IMP_01,
                   "1 prs_FirstName refused not a value that the field may hold\n");
    assert_refuses("{\"prs_FirstName\":\"a\\u0000b\"}", E_IMP_01, "1  refused a text with a NUL (after line 1)\n");
}

static void test_what_repeats_stands_flat_or_in_a_list(void **state)
{
    (void)state;
    assert_imports(
        "{\"ext_Events\":[{\"hte_City\":\"A\"},{\"hte_Type\":\"Transit\",\"hte_City\":\"B\"}],\"spl_Type\":\"Legal\","
        "\"ext_FamilyMembers\":[{\"ext_MemberName\":\"C\"}]}",
        "{\"ext_MemberName\":\"C\",\"ext_Events\":[{\"hte_City\":\"A\"},{\"hte_Type\":\"Transit\",\"hte_City\":\"B\"}],"
        "\"spl_Type\":\"Legal\"}\n",
        "");
    assert_refuses("{\"hte_City\":\"A\",\"ext_Events\":[{\"hte_Type\":\"Transit\"}]}", E_IMP_01,
                   "1 ext_Events refused stands flat and in ext_Events\n");
    assert_refuses("{\"ext_Events\":[{\"hte_Type\":\"Transit\"}],\"hte_City\":\"A\"}", E_IMP_01,
                   "1 hte_City refused stands flat and in ext_Events\n");
    assert_refuses("{\"ext_Events\":[{\"spl_Type\":\"Legal\"}]}", E_IMP_01,
                   "1 spl_Type refused does not belong in ext_Events\n");
    assert_refuses("{\"ext_Events\":[{}],\"prs_Title\":\"x\"}", E_IMP_01,
                   "1 ext_Events refused not an array of objects with values\n");
    assert_refuses("{\"ext_Events\":{\"hte_City\":\"A\"},\"prs_Title\":\"x\"}", E_IMP_01,
                   "1 ext_Events refused not an array of at most 32 objects\n");
}

static void test_texts_are_brought_to_one_form(void **state)
{
    (void)state;
    assert_imports("prs_FirstName\nAi\xCC\x88"
                   "cha\n",
                   "{\"prs_FirstName\":\"A\xC3\xAF"
                   "cha\"}\n",
                   "");
}

static void test_contact_without_a_safe_way_is_said(void **state)
{
    (void)state;
    assert_imports(
        "prs_MobilePhone\n+48000000001\n", "{\"prs_MobilePhone\":\"+48000000001\"}\n",
        "2 ext_SafeToCall accepted says how to reach the person, not how safely: contact is not sent before it does\n");
    assert_imports("prs_MobilePhone,ext_SafeToCall\n+48000000001,no\n",
                   "{\"prs_MobilePhone\":\"+48000000001\",\"ext_SafeToCall\":false}\n", "");
}

static void test_rows_and_columns_are_bounded(void **state)
{
    struct bytes file = {0};
    struct import_result import_result = {0};

    (void)state;
    bytes_append_text(&file, "prs_FirstName\n");
    for (size_t i = 0; i < BOUND_IMPORT_ROWS; i++)
        bytes_append_text(&file, "A\n");
    assert_true(import(&import_result, bytes_view(&file), IMPORT_HTCDS_CSV));
    assert_int_equal(import_result.cases, BOUND_IMPORT_ROWS);
    import_result_fini(&import_result);
    bytes_append_text(&file, "A\n");
    assert_false(import(&import_result, bytes_view(&file), IMPORT_HTCDS_CSV));
    assert_int_equal(import_result.err.code, E_IMP_03);
    import_result_fini(&import_result);

    bytes_clear(&file);
    for (size_t i = 0; i < BOUND_IMPORT_COLUMNS; i++)
        bytes_append_u8(&file, ',');
    assert_false(import(&import_result, bytes_view(&file), IMPORT_HTCDS_CSV));
    assert_int_equal(import_result.err.code, E_IMP_02);
    import_result_fini(&import_result);
    bytes_fini(&file);
}

static bool stop_at_second(void *cookie, uint32_t row, const struct case_data *c, struct error *err)
{
    size_t *cases = cookie;

    (void)row;
    (void)c;
    return ++*cases < 2 || error_set(err, E_BUG_01, "enough");
}

static void test_who_takes_the_cases_may_end_the_import(void **state)
{
    size_t given = 0;
    size_t cases = 99;
    struct error err;
    struct import_sink sink = {.cookie = &given, .on_case = stop_at_second};
    struct import_options options = {.today = TODAY};

    (void)state;
    assert_false(import_cases(view_of_text("prs_FirstName\nA\nB\nC\n"), &options, &sink, &cases, &err));
    assert_int_equal(err.code, E_BUG_01);
    assert_int_equal(given, 2);
    assert_int_equal(cases, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_forms_of_the_ten_cases_are_the_same_bytes),
        cmocka_unit_test(test_what_is_printed_is_read_back_as_the_same_bytes),
        cmocka_unit_test(test_every_bad_row_is_given_its_sentence),
        cmocka_unit_test(test_aliases_are_taken_for_what_they_mean),
        cmocka_unit_test(test_one_bad_row_keeps_all_others_out_and_all_are_named),
        cmocka_unit_test(test_a_sentence_never_repeats_what_a_person_said),
        cmocka_unit_test(test_quotes_are_read_as_rfc_4180_has_them),
        cmocka_unit_test(test_a_file_without_a_case_is_read_and_said_to_hold_none),
        cmocka_unit_test(test_files_of_another_kind_are_refused_as_a_whole),
        cmocka_unit_test(test_json_values_have_their_kinds),
        cmocka_unit_test(test_what_repeats_stands_flat_or_in_a_list),
        cmocka_unit_test(test_texts_are_brought_to_one_form),
        cmocka_unit_test(test_contact_without_a_safe_way_is_said),
        cmocka_unit_test(test_rows_and_columns_are_bounded),
        cmocka_unit_test(test_who_takes_the_cases_may_end_the_import),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
