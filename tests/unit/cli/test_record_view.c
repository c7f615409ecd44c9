/* How people and programs are shown a record of the audit log. */
#include "cli/rendering/record_view.h"

#include "codec/told.h"
#include "codec/verbs.h"
#include "model/message_kind.h"
#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char first[] = "nrm.example/0123456789abcdef/mission/2\n30\nAAAA\n\n- x\n";
static const char second[] = "nrm.example/0123456789abcdef/mission/2\n41\nBBBB\n\n- x\n";

static void test_no_kind_of_record_is_a_bare_line(void **state)
{
    struct fake_random random;
    struct arena arena = {0};
    struct bytes words = {0};

    (void)state;
    fake_random_init(&random, 5);
    for (int k = 1; k < RECORD_HOUSE_END; k++) {
        struct record r;

        if (strcmp(record_kind_name((enum record_kind)k), "?") == 0)
            continue;
        sample_record(&random, &arena, (enum record_kind)k, &r);
        switch (r.kind) {
        case RECORD_INCARNATION:
        case RECORD_WITNESSED:
        case RECORD_FORK:
        case RECORD_HOUSE:
        case RECORD_UNLINKED:
            r.notes.first = view_of_text(first);
            break;
        default:
            break;
        }
        bytes_clear(&words);
        record_view_write(&r, &words);
        if (words.size == 0)
            fail_msg("%s says nothing", record_kind_name(r.kind));
    }
    bytes_fini(&words);
    arena_fini(&arena);
}

static void test_a_fork_names_the_agency_and_both_sizes_and_roots(void **state)
{
    struct record r = {.kind = RECORD_FORK, .notes = {.first = view_of_text(first), .second = view_of_text(second)}};
    struct bytes words = {0};

    (void)state;
    record_view_write(&r, &words);
    bytes_append_u8(&words, 0);
    assert_string_equal((const char *)words.at,
                        "  agency mission@nrm.example  incarnation 2  size 30  root AAAA  size 41  root BBBB");
    bytes_fini(&words);
}

/* The JSON of S, with a NUL behind it. */
static void write_members(const struct told_shown *s, struct bytes *text)
{
    struct json_line j;

    json_line_begin(&j, text);
    told_form_members(&record_view, s, &j);
    json_line_end(&j);
    bytes_append_u8(text, 0);
}

static void assert_members(const struct record *r, const char *json)
{
    const struct control_audit_entry entry = {0};
    struct bytes text = {0};

    write_members(&(struct told_shown){.answer = &entry, .beside = r}, &text);
    if (strncmp((const char *)text.at, json, strlen(json)) != 0)
        fail_msg("it begins otherwise than %s\n%s", json, (const char *)text.at);
    bytes_fini(&text);
}

static void test_a_program_reads_the_notes_of_a_fork_and_what_they_say(void **state)
{
    struct record r = {.kind = RECORD_FORK,
                       .index = 9,
                       .time_ms = 1795000000000,
                       .notes = {.first = view_of_text(first), .second = view_of_text(second)}};

    (void)state;
    assert_members(&r, "{\"index\":9,\"time\":\"2026-11-18T11:06:40.000Z\",\"kind\":\"FORK\","
                       "\"agency\":\"mission@nrm.example\",\"incarnation\":\"2\",\"sizes\":[\"30\",\"41\"],"
                       "\"first\":\"nrm.example/0123456789abcdef/mission/2\\n30\\nAAAA\\n\\n- x\\n\","
                       "\"second\":\"nrm.example/0123456789abcdef/mission/2\\n41\\nBBBB\\n\\n- x\\n\",\"beside\"");
    r = (struct record){.kind = RECORD_HOUSE, .has_actor = true, .notes = {.first = view_of_text("no note")}};
    r.actor.at[0] = 0xab;
    assert_members(&r, "{\"index\":0,\"time\":null,\"kind\":\"HOUSE\",\"actor\":\"ab000000000000000000000000000000\","
                       "\"first\":\"no note\",\"beside\"");
}

static void assert_says(const struct record *r, const char *words)
{
    struct bytes said = {0};

    record_view_write(r, &said);
    bytes_append_u8(&said, 0);
    assert_string_equal((const char *)said.at, words);
    bytes_fini(&said);
}

static void test_what_a_record_says_stands_in_the_order_of_its_contract(void **state)
{
    struct record r = {.kind = RECORD_DENIED};

    (void)state;
    r.denied = (struct record_denied){.recipient = view_of_text("ngo@nrm.example"),
                                      .message_kind = MESSAGE_REFERRAL,
                                      .sections = SECTION_BIT(SECTION_TRIAGE) | SECTION_BIT(SECTION_HEALTH),
                                      .purpose = PURPOSE_SERVICES,
                                      .reason = DENIAL_SECTION};
    assert_says(&r, "  to ngo@nrm.example  message_kind referral  sections triage,health  reason not-covered");
    r.denied.has_consent = true;
    memset(&r.denied.consent, 0xab, sizeof r.denied.consent);
    r.denied.sections = 0;
    assert_says(&r, "  to ngo@nrm.example  message_kind referral  reason not-covered"
                    "  consent abababababababababababababababab");
}

static void test_a_number_without_a_name_a_day_and_a_text_that_are_not_there_are_left_out(void **state)
{
    struct record r = {.kind = RECORD_EXPIRED};

    (void)state;
    r.withheld = (struct record_withheld){.recipient = view_of_text("ngo@nrm.example"), .left = LEFT_PERHAPS};
    memset(&r.withheld.message, 0x11, sizeof r.withheld.message);
    assert_says(&r, "  to ngo@nrm.example  left may-have-left  message 11111111111111111111111111111111");
    r = (struct record){.kind = RECORD_ERASED, .erased = {.result = ERASURE_NOTHING_HELD}};
    memset(&r.erased.consent, 0x22, sizeof r.erased.consent);
    assert_says(&r, "  consent 22222222222222222222222222222222  result nothing-held");
}

static void test_days_times_keys_and_sizes_are_said_as_people_read_them(void **state)
{
    struct record r = {.kind = RECORD_TAKEN};

    (void)state;
    r.taken = (struct record_taken){.agency = view_of_text("ngo@nrm.example"), .state = CONSENT_GIVEN, .until = 20000};
    memset(&r.taken.consent, 0x33, sizeof r.taken.consent);
    assert_says(&r, "  consent 33333333333333333333333333333333  of ngo@nrm.example  state taken-over"
                    "  until 2024-10-04");
    r = (struct record){.kind = RECORD_CLOCK, .clock = {CLOCK_DOUBTED, 1795000000000, 1795000001000}};
    assert_says(&r, "  event doubted  trusted 2026-11-18 11:06:40  clock 2026-11-18 11:06:41");
    r = (struct record){.kind = RECORD_CERTIFICATE, .notes = {.first = view_of_text("DER")}};
    assert_says(&r, "  bytes 3");
    r = (struct record){.kind = RECORD_KEYS, .note_hash = {.sequence = 0}};
    assert_says(&r, "  sequence 0  note 0000000000000000000000000000000000000000000000000000000000000000");
    r = (struct record){.kind = RECORD_AGENCY_KEY,
                        .agency_key = {.agency = view_of_text("ngo@nrm.example"), .event = AGENCY_KEY_BACK}};
    assert_says(&r, "  agency ngo@nrm.example  fingerprint "
                    "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA  event back");
}

static void count_told(void *cookie, const struct told_field *t)
{
    assert_int_equal(t->left_out, strcmp(t->name, "ground") == 0 || strcmp(t->name, "taken_by") == 0);
    *(unsigned *)cookie += !t->left_out;
}

/* To a program neither: there is no such member. */
static void test_a_text_that_is_not_there_is_not_told(void **state)
{
    struct record r = {.kind = RECORD_ERASED, .erased = {.result = ERASURE_NOTHING_HELD}};
    unsigned told = 0;

    (void)state;
    told_record(&r, count_told, &told);
    assert_int_equal(told, 5);
}

static void test_only_what_went_to_an_agency_has_a_recipient(void **state)
{
    struct record r = {.kind = RECORD_SETTLED, .settled = {.recipient = view_of_text("ngo@nrm.example")}};

    (void)state;
    assert_true(view_equal(told_agency(&r, "recipient"), view_of_text("ngo@nrm.example")));
    r = (struct record){.kind = RECORD_RECEIVED, .received = {.sender = view_of_text("ngo@nrm.example")}};
    assert_int_equal(told_agency(&r, "recipient").size, 0);
}

static void test_an_id_is_found_by_its_name_where_the_record_has_it(void **state)
{
    struct record r = {.kind = RECORD_DENIED};

    (void)state;
    memset(&r.denied.consent, 0xab, sizeof r.denied.consent);
    assert_null(told_ident(&r, "consent"));
    assert_null(told_ident(&r, "message"));
    r.denied.has_consent = true;
    assert_ptr_equal(told_ident(&r, "consent"), &r.denied.consent);
    r = (struct record){.kind = RECORD_RECEIVED};
    assert_ptr_equal(told_ident(&r, "message"), &r.received.message);
    assert_null(told_ident(&r, "consent"));
}

static void assert_shown(const struct control_audit_entry *e, const char *json, const char *words)
{
    const struct record r = {.kind = RECORD_OPENED, .index = 7};
    const struct told_shown shown = {.answer = e, .beside = &r};
    struct bytes text = {0};

    write_members(&shown, &text);
    assert_non_null(strstr((const char *)text.at, json));
    bytes_clear(&text);
    told_form_write(&record_view, &shown, &text);
    bytes_append_u8(&text, 0);
    assert_true((strstr((const char *)text.at, "Unix user") != NULL) == (words != NULL));
    if (words != NULL)
        assert_non_null(strstr((const char *)text.at, words));
    bytes_fini(&text);
}

static void test_a_user_is_named_where_the_node_knows_who_it_is(void **state)
{
    (void)state;
    assert_shown(&(struct control_audit_entry){.has_user = true}, "\"user\":0}", "  [by Unix user 0]");
    assert_shown(&(struct control_audit_entry){0}, "\"user\":null}", NULL);
}

static void test_roles_and_what_they_did_not_include_are_said_in_words(void **state)
{
    struct record r = {.kind = RECORD_STAFF};

    (void)state;
    r.staff = (struct record_staff){
        .staff = {{0xab}}, .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER) | STAFF_ROLE_BIT(STAFF_AUDITOR), .until = 20000};
    assert_says(&r, "  staff ab000000000000000000000000000000  roles caseworker,auditor  until 2024-10-04");
    r.staff.roles = 0;
    r.staff.until = 0;
    assert_says(&r, "  staff ab000000000000000000000000000000");
    r = (struct record){.kind = RECORD_NOT_ALLOWED, .not_allowed = {CONTROL_CASE_SHOW}};
    assert_says(&r, "  verb case show");
    r.not_allowed.verb = 1; /* of a later refex */
    assert_says(&r, "  verb ?");
}

static void assert_settled(const struct record_settled *s, const char *words, const char *json)
{
    const struct record r = {.kind = RECORD_SETTLED, .settled = *s};
    const struct control_audit_entry entry = {0};
    const struct told_shown shown = {.answer = &entry, .beside = &r};
    struct bytes text = {0};
    struct json_line j;

    record_view_write(&r, &text);
    bytes_append_u8(&text, 0);
    assert_string_equal((const char *)text.at, words);
    bytes_clear(&text);
    json_line_begin(&j, &text);
    told_form_members(&record_view, &shown, &j);
    json_line_end(&j);
    bytes_append_u8(&text, 0);
    assert_non_null(strstr((const char *)text.at, json));
    bytes_fini(&text);
}

static void test_what_is_settled_is_of_a_consent_or_of_a_referral(void **state)
{
    struct record_settled s = {.recipient = view_of_text("ngo@nrm.example"),
                               .what = OWED_WITHDRAWAL,
                               .subject = {{0xab}},
                               .step = CONSENT_ERASE,
                               .how = SETTLED_ANSWERED,
                               .result = ERASURE_DONE,
                               .has_leaf = true};

    (void)state;
    assert_settled(&s,
                   "  what withdrawal  to ngo@nrm.example  step erase  how answered  result erased"
                   "  consent ab000000000000000000000000000000"
                   "  answer 0000000000000000000000000000000000000000000000000000000000000000",
                   "\"step\":\"erase\",\"how\":\"answered\",\"result\":\"erased\",\"reason\":null,"
                   "\"consent\":\"ab000000000000000000000000000000\",\"answer\":\"0000");
    s = (struct record_settled){.recipient = view_of_text("ngo@nrm.example"),
                                .what = OWED_REPLY,
                                .subject = {{0xcd}},
                                .step = REFERRAL_DECLINED,
                                .how = SETTLED_CLOSED,
                                .reason = CLOSING_NOBODY_LEFT};
    assert_settled(
        &s,
        "  what reply  to ngo@nrm.example  step declined  how closed  reason nobody-left"
        "  referral cd000000000000000000000000000000",
        "\"result\":null,\"reason\":\"nobody-left\",\"referral\":\"cd000000000000000000000000000000\",\"beside\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_kind_of_record_is_a_bare_line),
        cmocka_unit_test(test_what_a_record_says_stands_in_the_order_of_its_contract),
        cmocka_unit_test(test_a_number_without_a_name_a_day_and_a_text_that_are_not_there_are_left_out),
        cmocka_unit_test(test_days_times_keys_and_sizes_are_said_as_people_read_them),
        cmocka_unit_test(test_a_text_that_is_not_there_is_not_told),
        cmocka_unit_test(test_only_what_went_to_an_agency_has_a_recipient),
        cmocka_unit_test(test_an_id_is_found_by_its_name_where_the_record_has_it),
        cmocka_unit_test(test_a_fork_names_the_agency_and_both_sizes_and_roots),
        cmocka_unit_test(test_a_program_reads_the_notes_of_a_fork_and_what_they_say),
        cmocka_unit_test(test_a_user_is_named_where_the_node_knows_who_it_is),
        cmocka_unit_test(test_roles_and_what_they_did_not_include_are_said_in_words),
        cmocka_unit_test(test_what_is_settled_is_of_a_consent_or_of_a_referral),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
