/* What the bytes of a file are: an encoding that was said, one that a mark says, or no text at all. */
#include "import_fixture.h"

static void assert_reads(enum encoding encoding, const char *file, const char *name)
{
    struct import_options options = {.encoding = encoding, .today = TODAY};
    struct import_result result = {0};
    char json[128];

    (void)snprintf(json, sizeof json, "{\"prs_FirstName\":\"%s\"}\n", name);
    if (!import_with(&result, view_of_text(file), &options))
        fail_msg("%s\n%s", result.err.text, (const char *)result.findings.at);
    assert_string_equal((const char *)result.json.at, json);
    import_result_fini(&result);
}

/* The whole file is refused with this. */
static void assert_refused(enum encoding encoding, struct view file, enum error_code code, const char *sentence)
{
    struct import_options options = {.encoding = encoding, .today = TODAY};
    struct import_result result = {0};

    assert_false(import_with(&result, file, &options));
    assert_int_equal(result.err.code, code);
    assert_string_equal(result.err.text, sentence);
    import_result_fini(&result);
}

static void test_a_code_page_is_read_when_it_is_said(void **state)
{
    (void)state;
    assert_reads(ENCODING_CP1250, "prs_FirstName\n\xA3ucja \xAFr\xF3\x9Flak\n", "Łucja Żróźlak");
    assert_reads(ENCODING_CP1251, "prs_FirstName\n\xAF\xE2\xE3\xE0 \xB2\xBA\n", "Ївга Іє");
    assert_reads(ENCODING_CP1254, "prs_FirstName\n\xDDpek \xD0\xFE\n", "İpek Ğş");
    assert_reads(ENCODING_CP1250, "prs_FirstName\nA\n", "A");
}

static void test_bytes_that_are_not_utf_8_are_named_by_row_and_column(void **state)
{
    (void)state;
    assert_refuses("prs_Title,prs_FirstName\nA,B\nA,\xA3ucja\nB,\xAF\n", E_IMP_01,
                   "3  refused column B (2): not UTF-8; where a spreadsheet saved the file otherwise, say how: "
                   "--encoding cp1250 (Polish), cp1251 (Ukrainian) or cp1254 (Turkish)\n"
                   "4  refused column B (2): not UTF-8; where a spreadsheet saved the file otherwise, say how: "
                   "--encoding cp1250 (Polish), cp1251 (Ukrainian) or cp1254 (Turkish)\n");
    assert_refuses("prs_Title,\xA3\nA,B\n", E_IMP_01,
                   "1  refused column B (2): not UTF-8; where a spreadsheet saved the file otherwise, say how: "
                   "--encoding cp1250 (Polish), cp1251 (Ukrainian) or cp1254 (Turkish)\n");
    assert_refuses("{\"prs_FirstName\":\"\xA3\"}", E_IMP_01,
                   "1  refused not UTF-8: if it was saved otherwise, say how by --encoding (after line 1)\n");
}

static void test_what_contradicts_the_file_is_refused(void **state)
{
    (void)state;
    /* read as cp1250 the name would be another, and nobody would see it */
    assert_refused(ENCODING_CP1250, view_of_text("prs_FirstName\nŁucja\n"), E_IMP_02,
                   "the file is UTF-8, not cp1250: leave out --encoding");
    assert_refused(ENCODING_CP1254, view_of_text("\xEF\xBB\xBFprs_FirstName\nA\n"), E_IMP_02,
                   "the file begins with the mark of UTF-8, not of cp1254: leave out --encoding");
    assert_refused(ENCODING_UTF_8, view_of("\xFF\xFEp\0", 4), E_IMP_02,
                   "the file begins with the mark of UTF-16, not of utf-8: leave out --encoding");
    assert_refused(ENCODING_UTF_16, view_of_text("prs_FirstName\nA\n"), E_IMP_02, "the file is not UTF-16");
    assert_refused(ENCODING_CP1250, view_of_text("prs_FirstName\n\x81\n"), E_IMP_02,
                   "the file is not CP1250: byte 15 is none of its characters");
    assert_refused(0, view_of("\xFF\xFEp\0q", 5), E_IMP_02,
                   "the file is not UTF-16LE: byte 3 is none of its characters");
    assert_refused(0, view_of("\xFF\xFE", 2), E_IMP_07, "the file is empty");
    assert_refused(ENCODING_CP1250, view_of_text(""), E_IMP_07, "the file is empty");
    assert_refused(0, view_of("p\0q\0", 4), E_IMP_02,
                   "the file holds zero bytes: it is no text, or UTF-16 without its mark (--encoding utf-16)");
}

static void test_a_spreadsheet_is_named_as_what_it_is(void **state)
{
    (void)state;
    assert_refused(0, view_of_text("PK\x03\x04\x14 [Content_Types].xml xl/workbook.xml"), E_IMP_04,
                   "the file is an Excel spreadsheet (.xlsx: it holds xl/workbook.xml)");
    assert_refused(0, view_of_text("PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"), E_IMP_04,
                   "the file is an OpenDocument spreadsheet (.ods)");
    assert_refused(ENCODING_CP1250, view_of_text("PK\x03\x04 word/document.xml"), E_IMP_04,
                   "the file is a ZIP archive");
    assert_refused(0, view_of_text("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), E_IMP_04,
                   "the file is an old Excel spreadsheet (.xls), or another Office file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_code_page_is_read_when_it_is_said),
        cmocka_unit_test(test_bytes_that_are_not_utf_8_are_named_by_row_and_column),
        cmocka_unit_test(test_what_contradicts_the_file_is_refused),
        cmocka_unit_test(test_a_spreadsheet_is_named_as_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
