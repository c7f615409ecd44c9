/* Is an answer of a node shown as its contract says, to programs and to people? */
#include "cli/rendering/told_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "codec/control_messages.h"

static struct bytes shown;

/* What was written to standard output meanwhile; with a NUL. */
static int before;
static int ends[2];

static void begin(void)
{
    assert_int_equal(pipe(ends), 0);
    (void)fflush(stdout);
    before = dup(STDOUT_FILENO);
    (void)dup2(ends[1], STDOUT_FILENO);
}

static const char *end(void)
{
    ssize_t n;

    (void)fflush(stdout);
    (void)dup2(before, STDOUT_FILENO);
    (void)close(before);
    (void)close(ends[1]);
    bytes_clear(&shown);
    while ((n = read(ends[0], bytes_reserve(&shown, 4096), 4096)) > 0)
        shown.size += (size_t)n;
    (void)close(ends[0]);
    bytes_append_u8(&shown, 0);
    return (const char *)shown.at;
}

#define NOON INT64_C(1795003200123) /* 2026-11-18T12:00:00.123Z */

static void test_a_program_reads_each_field_by_its_type(void **state)
{
    struct control_clock k = {.in_doubt = true, .clock_ms = NOON, .peers = 7, .agree = 1};
    struct control_enrol_result r = {.federation = view_of_text("nrm.example"), .directory_sequence = 3};

    (void)state;
    begin();
    told_view_json_line(&control_clock_contract, &k);
    assert_string_equal(end(), "{\"in_doubt\":true,\"behind\":false,\"clock\":\"2026-11-18T12:00:00.123Z\","
                               "\"trusted\":null,\"since\":null,\"peers\":7,\"answered\":0,\"agree\":1,"
                               "\"confirmed\":false}\n");
    assert_true(address_read(view_of_text("ngo@nrm.example"), &r.agency));
    begin();
    told_view_json_line(&control_enrol_result_contract, &r);
    assert_string_equal(end(), "{\"agency\":\"ngo@nrm.example\",\"federation\":\"nrm.example\",\"fingerprint\":"
                               "\"AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA\","
                               "\"directory\":3,\"offered_directory\":0}\n");
}

/* "link.process" is process in link. */
static void test_fields_of_an_object_stand_in_it(void **state)
{
    const struct control_status s = {.kind = KIND_SHELTER, .link_running = true, .link_process = 5, .process = 6};
    const char *json;

    (void)state;
    begin();
    told_view_json_line(&control_status_contract, &s);
    json = end();
    assert_non_null(strstr(json, "\"kind\":\"Shelter\""));
    assert_non_null(strstr(json, "\"listen\":null,\"links\":0"));
    assert_non_null(strstr(json, ",\"link\":{\"running\":true,\"landlock\":0,\"seccomp\":false,\"restarts\":0,"
                                 "\"process\":5},\"process\":6,\"started\":null,"));
}

static bool own(struct json_line *j, const struct told_field *t, const void *in)
{
    assert_non_null(in);
    if (strcmp(t->name, "behind") != 0)
        return false;
    json_line_text(j, t->name, "mine");
    return true;
}

static void test_a_field_can_be_written_by_who_knows_more_of_it(void **state)
{
    const struct control_clock k = {.is_behind = true};
    struct bytes line = {0};
    struct json_line j;

    (void)state;
    json_line_begin(&j, &line);
    told_view_json(&j, &control_clock_contract, &k, own);
    json_line_end(&j);
    bytes_append_u8(&line, 0);
    assert_non_null(strstr((const char *)line.at, "{\"in_doubt\":false,\"behind\":\"mine\",\"clock\":null,"));
    bytes_fini(&line);
}

static void test_people_read_what_has_a_label_in_its_line_or_column(void **state)
{
    const struct control_clock k = {.clock_ms = NOON, .trusted_ms = NOON, .peers = 7};
    const struct control_case_summary s = {
        .case_id = {{0xab}}, .opened_ms = NOON, .sections = SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_HEALTH)};
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table t = {.titles = titles};

    (void)state;
    begin();
    told_view_lines(stdout, 22, &control_clock_contract, &k);
    assert_string_equal(end(),
                        "This machine's clock  2026-11-18 12:00 UTC\nThe log's time        2026-11-18 12:00 UTC\n");
    t.columns = told_view_titles(&control_case_summary_contract, titles);
    assert_int_equal(t.columns, 3);
    told_view_row(&t, &control_case_summary_contract, &s);
    begin();
    render_table_end(&t, "none");
    assert_string_equal(end(), "CASE                              OPENED                SECTIONS\n"
                               "ab000000000000000000000000000000  2026-11-18 12:00 UTC  triage,health\n");
    bytes_fini(&t.cells);
}

static int fini(void **state)
{
    (void)state;
    bytes_fini(&shown);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_program_reads_each_field_by_its_type),
        cmocka_unit_test(test_fields_of_an_object_stand_in_it),
        cmocka_unit_test(test_a_field_can_be_written_by_who_knows_more_of_it),
        cmocka_unit_test(test_people_read_what_has_a_label_in_its_line_or_column),
    };

    return cmocka_run_group_tests(tests, NULL, fini);
}
