/* Is an answer of a node shown as its contract says, to programs and to people? */
#include "cli/rendering/told_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

static void test_messages_and_lists_are_told_by_their_own_table(void **state)
{
    const struct control_finding findings[] = {{.code = view_of_text("E-FED-23"), .who = CONTROL_OPERATOR},
                                               {.text = view_of_text("two")}};
    const struct view notes[] = {view_of_text("a note"), view_of_text("another")};
    struct control_status s = {.finding_count = 2, .findings = findings, .note_count = 2, .notes = notes};
    const char *json;

    (void)state;
    begin();
    told_view_json_line(&control_status_contract, &s);
    json = end();
    assert_non_null(strstr(json, ",\"notes\":[\"a note\",\"another\"],\"findings\":[{\"code\":\"E-FED-23\","));
    assert_non_null(strstr(json, ",\"clears\":\"\"},{\"code\":null,\"who\":null,\"text\":\"two\","));
    s.finding_count = s.note_count = 0;
    begin();
    told_view_json_line(&control_status_contract, &s);
    assert_non_null(strstr(end(), ",\"notes\":[],\"findings\":[]"));
}

static void test_a_field_may_be_told_as_what_a_rule_makes_of_the_whole(void **state)
{
    struct control_agency a = {.findings = 1U << FINDING_UNLINKED, .known_key = {{1}}, .identity_key = {{2}}};
    const char *json;

    (void)state;
    begin();
    told_view_json_line(&control_agency_contract, &a);
    json = end();
    assert_null(strstr(json, "waits"));
    assert_non_null(strstr(json, "\"fingerprint\":null,\"known_fingerprint\":\"AEAA-"));
    assert_non_null(strstr(json, "\"identity_key\":\"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""));
    assert_non_null(strstr(json, "\"findings\":[\"unlinked\"]"));
    a = (struct control_agency){.self = true, .known_key = {{1}}, .hold = HOLD_NO_ROOM, .next_try_ms = NOON};
    begin();
    told_view_json_line(&control_agency_contract, &a);
    json = end();
    assert_non_null(strstr(json, "\"known_fingerprint\":null,\"identity_key\":null,\"waits\":{\"why\":\"no-room\","
                                 "\"until\":null,\"lifted_by\":\""));
    assert_non_null(strstr(json, "\",\"next_try\":\"2026-11-18T12:00:00.123Z\"},\"findings\":[]"));
}

/* A message of this test's own. */
struct made {
    bool is_known;
    bool is_right;
    int64_t at;
    uint32_t number;
    uint32_t word;
};

static bool is_known(const void *in)
{
    return ((const struct made *)in)->is_known;
}

static void null_if_unknown(const void *in, struct told_field *t)
{
    if (!is_known(in))
        t->type = TOLD_NULL;
}

static void word_of_it(const void *in, struct told_field *t)
{
    t->word = is_known(in) ? "known" : NULL;
}

#define FIELD(member, t)                                                                                               \
    .name = #member, .type = t, .at = offsetof(struct made, member), .width = CONTRACT_WIDTH(made, member)
static const struct contract_field fields[] = {
    {FIELD(is_right, CONTRACT_BOOL), .json = "right", .by = null_if_unknown, .place = 1},
    {FIELD(at, CONTRACT_NUMBER), .json = "at", .as = CONTRACT_AS_TIME, .omit_empty = true, .label = "At  ", .place = 2},
    {FIELD(number, CONTRACT_NUMBER), .json = "number", .when = is_known, .label = "No  ", .column = "NO", .place = 3},
    {FIELD(is_known, CONTRACT_BOOL), .label = "For people", .place = 4},
    {FIELD(word, CONTRACT_NUMBER), .json = "word", .by = word_of_it, .label = "Word", .column = "WORD", .place = 0},
};
static const ProtobufCMessageDescriptor descriptor = {.n_fields = sizeof fields / sizeof fields[0]};
static const struct contract_message contract = {.descriptor = &descriptor, .fields = fields};

static void test_what_is_not_told_is_left_out_and_what_has_no_value_is_null(void **state)
{
    struct made m = {.is_known = true, .at = NOON};

    (void)state;
    begin();
    told_view_json_line(&contract, &m);
    assert_string_equal(end(),
                        "{\"word\":\"known\",\"right\":false,\"at\":\"2026-11-18T12:00:00.123Z\",\"number\":0}\n");
    m = (struct made){.number = 7};
    begin();
    told_view_json_line(&contract, &m);
    assert_string_equal(end(), "{\"word\":null,\"right\":null}\n");
}

static void own_number(const struct told_field *t, struct bytes *out)
{
    bytes_printf(out, "%s", t->left_out ? "not known" : "7");
}

static void own_lines(const struct told_field *t, struct bytes *out)
{
    bytes_printf(out, "%-6s%s\n", t->label, ((const struct made *)t->in)->is_known ? "yes" : "no");
}

static void test_people_read_the_same_in_words_that_a_view_may_give(void **state)
{
    static const struct told_words cells[] = {{"number", own_number}, {0}};
    static const struct told_words lines[] = {{"number", own_lines}, {"is_known", own_lines}, {0}};
    struct made m = {.at = NOON, .number = 7};
    const char *titles[RENDER_COLUMNS_MAX];
    struct render_table t = {.titles = titles};

    (void)state;
    t.columns = told_view_titles(&contract, titles);
    told_view_row(&t, &contract, &m, NULL);
    told_view_row(&t, &contract, &m, cells);
    begin();
    render_table_end(&t, "none");
    assert_string_equal(end(), "WORD  NO\n-     -\n-     not known\n");
    begin();
    told_view_lines(stdout, 6, &contract, &m, lines);
    assert_string_equal(end(), "Word  \nAt    2026-11-18 12:00 UTC\nNo    no\nFor peopleno\n");
    m = (struct made){.is_known = true, .number = 7};
    begin();
    told_view_lines(stdout, 6, &contract, &m, NULL);
    assert_string_equal(end(), "Word  known\nNo    7\nFor peopleyes\n");
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
    told_view_lines(stdout, 22, &control_clock_contract, &k, NULL);
    assert_string_equal(end(),
                        "This machine's clock  2026-11-18 12:00 UTC\nThe log's time        2026-11-18 12:00 UTC\n");
    t.columns = told_view_titles(&control_case_summary_contract, titles);
    assert_int_equal(t.columns, 3);
    told_view_row(&t, &control_case_summary_contract, &s, NULL);
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
        cmocka_unit_test(test_messages_and_lists_are_told_by_their_own_table),
        cmocka_unit_test(test_a_field_may_be_told_as_what_a_rule_makes_of_the_whole),
        cmocka_unit_test(test_what_is_not_told_is_left_out_and_what_has_no_value_is_null),
        cmocka_unit_test(test_people_read_the_same_in_words_that_a_view_may_give),
        cmocka_unit_test(test_people_read_what_has_a_label_in_its_line_or_column),
    };

    return cmocka_run_group_tests(tests, NULL, fini);
}
