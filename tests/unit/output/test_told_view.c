/* Is an answer of a node shown as its contract says, to programs and to people? */
#include "output/told_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

#include <cmocka.h>

#include "base/text.h"
#include "codec/control_messages.h"

static struct bytes shown;

static const char *json_of(const struct contract_message *m, const void *in)
{
    struct json_line j;

    bytes_clear(&shown);
    json_line_begin(&j, &shown);
    told_view_json(&j, m, in);
    json_line_end(&j);
    bytes_append_u8(&shown, 0);
    return (const char *)shown.at;
}

#define NOON INT64_C(1795003200123) /* 2026-11-18T12:00:00.123Z */

static void test_a_program_reads_each_field_by_its_type(void **state)
{
    struct control_clock k = {.in_doubt = true, .clock_ms = NOON, .peers = 7, .agree = 1};
    struct control_enrol_result r = {.federation = view_of_text("nrm.example"), .directory_sequence = 3};

    (void)state;
    assert_string_equal(json_of(&control_clock_contract, &k),
                        "{\"in_doubt\":true,\"behind\":false,\"clock\":\"2026-11-18T12:00:00.123Z\","
                        "\"trusted\":null,\"since\":null,\"peers\":7,\"answered\":0,\"agree\":1,"
                        "\"confirmed\":false}\n");
    assert_true(address_read(view_of_text("ngo@nrm.example"), &r.agency));
    assert_string_equal(json_of(&control_enrol_result_contract, &r),
                        "{\"agency\":\"ngo@nrm.example\",\"federation\":\"nrm.example\",\"fingerprint\":"
                        "\"AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA\","
                        "\"directory\":3,\"offered_directory\":0,\"backup_unsaid\":false}\n");
}

/* "link.process" is process in link. */
static void test_fields_of_an_object_stand_in_it(void **state)
{
    const struct control_status s = {.kind = KIND_SHELTER, .link_running = true, .link_process = 5, .process = 6};
    const char *json;

    (void)state;
    json = json_of(&control_status_contract, &s);
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
    json = json_of(&control_status_contract, &s);
    assert_non_null(strstr(json, ",\"notes\":[\"a note\",\"another\"],\"findings\":[{\"code\":\"E-FED-23\","));
    assert_non_null(strstr(json, ",\"clears\":\"\",\"about\":null},{\"code\":null,\"who\":null,\"text\":\"two\","));
    s.finding_count = s.note_count = 0;
    assert_non_null(strstr(json_of(&control_status_contract, &s), ",\"notes\":[],\"findings\":[]"));
}

static void test_people_read_a_list_of_values_with_commas(void **state)
{
    const struct view notes[] = {view_of_text("a note"), view_of_text("another")};
    const struct control_status s = {.note_count = 2, .notes = notes};
    struct told_field t;

    (void)state;
    assert_true(told_one(&control_status_contract, &s, view_of_text("notes"), &t));
    bytes_clear(&shown);
    told_view_value(&t, &shown);
    assert_true(view_equal(bytes_view(&shown), view_of_text("a note, another")));
}

static void test_a_field_may_be_told_as_what_a_rule_makes_of_the_whole(void **state)
{
    struct control_agency a = {
        .findings = 1U << FINDING_FORK | 1U << FINDING_UNLINKED, .known_key = {{1}}, .identity_key = {{2}}};
    const char *json;

    (void)state;
    json = json_of(&control_agency_contract, &a);
    assert_null(strstr(json, "waits"));
    assert_non_null(strstr(json, "\"fingerprint\":null,\"known_fingerprint\":\"AEAA-"));
    assert_non_null(strstr(json, "\"identity_key\":\"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""));
    assert_non_null(strstr(json, "\"findings\":[\"fork\",\"unlinked\"]"));
    a = (struct control_agency){.self = true, .known_key = {{1}}, .hold = HOLD_NO_ROOM, .next_try_ms = NOON};
    json = json_of(&control_agency_contract, &a);
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
    struct part {
        uint32_t one;
        struct view texts[2];
        size_t text_count;
    } part;
    struct ident id;
    bool has_id;
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

#define FIELD(S, member, t)                                                                                            \
    .name = #member, .type = t, .at = offsetof(struct S, member), .width = CONTRACT_WIDTH(S, member)

static const struct contract_field part_fields[] = {
    {FIELD(part, one, CONTRACT_NUMBER), .json = "one", .place = 1},
    {.name = "texts",
     .type = CONTRACT_TEXT,
     .at = offsetof(struct part, texts),
     .width = CONTRACT_ELEMENT(part, texts),
     .items = 2,
     .beside = offsetof(struct part, text_count),
     .in_place = true,
     .json = "texts",
     .place = 0},
};
static const ProtobufCMessageDescriptor part_descriptor = {.n_fields = sizeof part_fields / sizeof part_fields[0]};
static const struct contract_message part = {
    .descriptor = &part_descriptor, .fields = part_fields, .count = sizeof part_fields / sizeof part_fields[0]};

static const struct contract_field fields[] = {
    {FIELD(made, is_right, CONTRACT_BOOL), .json = "right", .by = null_if_unknown, .place = 1},
    {FIELD(made, at, CONTRACT_NUMBER), .json = "at", .meaning = CONTRACT_AS_TIME, .omit_empty = true, .place = 2},
    {FIELD(made, number, CONTRACT_NUMBER), .json = "number", .when = is_known, .place = 3},
    {FIELD(made, is_known, CONTRACT_BOOL), .place = 4},
    {FIELD(made, word, CONTRACT_NUMBER), .json = "word", .by = word_of_it, .place = 0},
    {FIELD(made, part, CONTRACT_MESSAGE), .meaning = CONTRACT_AS_MEMBERS, .sub = &part, .place = 5},
    {FIELD(made, id, CONTRACT_FIXED), .has = true, .beside = offsetof(struct made, has_id), .json = "id", .place = 6},
};
static const ProtobufCMessageDescriptor descriptor = {.n_fields = sizeof fields / sizeof fields[0]};
static const struct contract_message contract = {
    .descriptor = &descriptor, .fields = fields, .count = sizeof fields / sizeof fields[0]};

static void test_what_is_not_told_is_left_out_and_what_has_no_value_is_null(void **state)
{
    struct made m = {.is_known = true, .at = NOON};

    (void)state;
    assert_string_equal(json_of(&contract, &m),
                        "{\"word\":\"known\",\"right\":false,\"at\":\"2026-11-18T12:00:00.123Z\",\"number\":0,"
                        "\"texts\":[],\"one\":0}\n");
    m = (struct made){.number = 7};
    assert_string_equal(json_of(&contract, &m), "{\"word\":null,\"right\":null,\"texts\":[],\"one\":0}\n");
}

static void test_members_of_a_message_may_stand_among_those_of_its_parent(void **state)
{
    const struct made m = {.part = {.one = 5, .texts = {view_of_text("a"), view_of_text("b")}, .text_count = 2}};

    (void)state;
    assert_string_equal(json_of(&contract, &m), "{\"word\":null,\"right\":null,\"texts\":[\"a\",\"b\"],\"one\":5}\n");
}

static void test_what_may_be_zero_is_told_where_it_is_there(void **state)
{
    struct made m = {.id = {{1}}};

    (void)state;
    assert_null(strstr(json_of(&contract, &m), "\"id\""));
    m.has_id = true;
    assert_non_null(strstr(json_of(&contract, &m), ",\"id\":\"01000000000000000000000000000000\""));
}

static void test_of_a_no_that_was_recorded_nothing_is_warned(void **state)
{
    struct control_recorded_consent r = {.refused = true, .warnings = 1U << CONSENT_WARNING_NOT_ALONE};

    (void)state;
    assert_null(strstr(json_of(&control_recorded_consent_contract, &r), "warnings"));
    r.refused = false;
    assert_non_null(strstr(json_of(&control_recorded_consent_contract, &r), "\"warnings\":[\"not-alone\"]"));
}

static void test_of_a_node_that_is_not_read_it_is_not_said_whether_it_is_well(void **state)
{
    const struct control_node_state unread = {0};
    const struct control_node_state stopped = {.is_read = true};

    (void)state;
    assert_string_equal(json_of(&control_node_state_contract, &unread), "{\"running\":false}\n");
    assert_string_equal(json_of(&control_node_state_contract, &stopped), "{\"running\":false,\"well\":false}\n");
}

/* A text of another agency may hold what moves the cursor, or turns the line. */
static void test_a_terminal_is_given_no_control_character(void **state)
{
    const struct control_referral_detail d = {.note = view_of_text("a\x1b[2Jb\u202Ec\xC2\x9B"
                                                                   "d")};
    struct told_field t;

    (void)state;
    assert_true(told_one(&control_referral_detail_contract, &d, view_of_text("note"), &t));
    bytes_clear(&shown);
    told_view_value(&t, &shown);
    assert_true(text_is(bytes_view(&shown), "a?[2Jb?c?d"));
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
        cmocka_unit_test(test_people_read_a_list_of_values_with_commas),
        cmocka_unit_test(test_a_field_may_be_told_as_what_a_rule_makes_of_the_whole),
        cmocka_unit_test(test_what_is_not_told_is_left_out_and_what_has_no_value_is_null),
        cmocka_unit_test(test_members_of_a_message_may_stand_among_those_of_its_parent),
        cmocka_unit_test(test_what_may_be_zero_is_told_where_it_is_there),
        cmocka_unit_test(test_of_a_no_that_was_recorded_nothing_is_warned),
        cmocka_unit_test(test_of_a_node_that_is_not_read_it_is_not_said_whether_it_is_well),
        cmocka_unit_test(test_a_terminal_is_given_no_control_character),
    };

    return cmocka_run_group_tests(tests, NULL, fini);
}
