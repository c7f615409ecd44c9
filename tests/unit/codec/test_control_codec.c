/* Do the messages of the control socket decode exactly what they encode? */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/control_codec.h"
#include "raw.h"

static void address(struct address *out, const char *text)
{
    assert_true(address_read(view_of_text(text), out));
}

static void fill_consent_ask(struct control_consent_record_ask *ask)
{
    static const uint32_t excluded[] = {FIELD_REF(SECTION_IDENTITY, 3), FIELD_REF(SECTION_CONTACT, 300)};
    static struct address to[2];
    static struct address named[1];
    static struct control_consent_grant grants[2];

    memset(ask, 0, sizeof *ask);
    memset(grants, 0, sizeof grants);
    address(&to[0], "shelter@nrm.example");
    address(&to[1], "mission@nrm.example");
    address(&named[0], "clinic@nrm.example");
    grants[0] = (struct control_consent_grant){SECTION_BIT(SECTION_IDENTITY) | SECTION_BIT(SECTION_CONTACT),
                                               excluded,
                                               2,
                                               PURPOSE_SERVICES,
                                               ONWARD_NAMED,
                                               named,
                                               1,
                                               20800};
    grants[1].sections = SECTION_BIT(SECTION_NOTES);
    grants[1].purpose = PURPOSE_RESEARCH;
    grants[1].onward = ONWARD_NONE;
    memset(ask->case_id.at, 7, IDENT_SIZE);
    ask->to = to;
    ask->to_count = 2;
    ask->grants = grants;
    ask->grant_count = 2;
    ask->until = 20790;
    ask->given_by = GIVEN_BY_SELF;
    ask->notice = view_of_text("notice-3");
    ask->language = view_of_text("uk");
    ask->seen_alone = SEEN_ALONE;
    ask->told_irreversible = true;
}

static void test_what_was_asked_is_what_is_read(void **state)
{
    struct control_consent_record_ask ask, read;
    struct bytes wire = {0};
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    fill_consent_ask(&ask);

    control_consent_record_ask_encode(&ask, &wire);
    assert_true(control_consent_record_ask_decode(bytes_view(&wire), &arena, &read, &err));

    assert_int_equal(read.to_count, 2);
    assert_string_equal(read.to[1].text, "mission@nrm.example");
    assert_int_equal(read.grants[0].sections, ask.grants[0].sections);
    assert_int_equal(read.grants[0].excluded[1], FIELD_REF(SECTION_CONTACT, 300));
    assert_string_equal(read.grants[0].named[0].text, "clinic@nrm.example");
    assert_int_equal(read.grants[1].purpose, PURPOSE_RESEARCH);
    assert_int_equal(read.until, 20790);
    assert_true(view_equal(read.notice, ask.notice));
    assert_true(read.told_irreversible);
    bytes_fini(&wire);
    arena_fini(&arena);
}

/* One encoding for each message: bytes that decode are the bytes that encode what was decoded. */
static void test_a_changed_byte_is_refused_or_means_something_else(void **state)
{
    struct control_consent_record_ask ask, read;
    struct bytes wire = {0}, again = {0};
    struct arena arena = {0};
    struct error err = {0};
    size_t taken = 0;

    (void)state;
    fill_consent_ask(&ask);
    control_consent_record_ask_encode(&ask, &wire);

    for (size_t i = 0; i < wire.size; i++)
        for (unsigned n = 0; n < 256; n++) {
            uint8_t was = wire.at[i];

            wire.at[i] = (uint8_t)n;
            arena_reset(&arena);
            if (control_consent_record_ask_decode(bytes_view(&wire), &arena, &read, &err)) {
                taken++;
                bytes_clear(&again);
                control_consent_record_ask_encode(&read, &again);
                assert_true(view_equal(bytes_view(&wire), bytes_view(&again)));
            }
            wire.at[i] = was;
        }
    assert_true(taken > wire.size); /* the unchanged bytes at least */
    bytes_fini(&wire);
    bytes_fini(&again);
    arena_fini(&arena);
}

static void test_a_message_cut_anywhere_is_refused(void **state)
{
    struct control_consent_record_ask ask, read;
    struct bytes wire = {0};
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    fill_consent_ask(&ask);
    ask.to_count = 0;
    ask.grant_count = 0;
    ask.told_irreversible = false;
    ask.seen_alone = 0;
    control_consent_record_ask_encode(&ask, &wire);

    for (size_t size = 0; size < wire.size; size++) {
        bool whole = control_consent_record_ask_decode(view_of(wire.at, size), &arena, &read, &err);

        /* What is cut off at the end of a field leaves a message only where the fields after it are optional. */
        if (whole)
            assert_true(read.given_by == GIVEN_BY_SELF && read.language.size == 0);
    }
    bytes_fini(&wire);
    arena_fini(&arena);
}

static bool refused(const char *bytes, size_t size)
{
    struct control_refer_ask read;
    struct arena arena = {0};
    struct error err = {0};
    bool taken = control_refer_ask_decode(view_of(bytes, size), &arena, &read, &err);

    arena_fini(&arena);
    return !taken && err.code == E_CTL_01;
}

#define CASE_ID                                                                                                        \
    "\x0a\x10"                                                                                                         \
    "cccccccccccccccc"
#define TO                                                                                                             \
    "\x12\x03"                                                                                                         \
    "a@b"
#define REST    "\x28\x01\x30\x01"
#define SIXTEEN "\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"

static void test_other_spellings_of_a_request_are_refused(void **state)
{
    (void)state;
    assert_false(refused(CASE_ID TO "\x18\x01" REST, 18 + 5 + 2 + 4));
    /* out of order, twice, missing */
    assert_true(refused(TO CASE_ID "\x18\x01" REST, 18 + 5 + 2 + 4));
    assert_true(refused(CASE_ID TO "\x18\x01\x18\x01" REST, 18 + 5 + 4 + 4));
    assert_true(refused(CASE_ID "\x18\x01" REST, 18 + 2 + 4));
    /* a varint that is not the shortest, a zero, one over its range, a boolean of two */
    assert_true(refused(CASE_ID TO "\x18\x81\x00" REST, 18 + 5 + 3 + 4));
    assert_true(refused(CASE_ID TO "\x18\x00" REST, 18 + 5 + 2 + 4));
    assert_true(refused(CASE_ID TO "\x18\x7f" REST, 18 + 5 + 2 + 4));
    assert_true(refused(CASE_ID TO "\x18\x01" REST "\x40\x02", 18 + 5 + 2 + 4 + 2));
    /* another wire type, an unknown field, a short name, services not ascending */
    assert_true(refused(CASE_ID TO "\x1d\x01\x00\x00\x00" REST, 18 + 5 + 5 + 4));
    assert_true(refused(CASE_ID TO "\x18\x01" REST "\x60\x01", 18 + 5 + 2 + 4 + 2));
    assert_true(refused(CASE_ID "\x12\x03"
                                "abc"
                                "\x18\x01" REST,
                        18 + 5 + 2 + 4));
    assert_true(refused(CASE_ID TO "\x18\x01\x22\x02\x02\x01" REST, 18 + 5 + 2 + 4 + 4));
    assert_false(refused(CASE_ID TO "\x18\x01\x22\x02\x01\x02" REST, 18 + 5 + 2 + 4 + 4));
    /* one more service than there may be */
    assert_false(refused(CASE_ID TO "\x18\x01\x22\x10" SIXTEEN REST, 18 + 5 + 2 + 2 + 16 + 4));
    assert_true(refused(CASE_ID TO "\x18\x01\x22\x11" SIXTEEN "\x11" REST, 18 + 5 + 2 + 2 + 17 + 4));
}

static void test_something_empty_is_left_out(void **state)
{
    struct control_referral_decline_ask read;
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    assert_true(control_referral_decline_ask_decode(view_of(CASE_ID "\x10\x01", 20), &arena, &read, &err));
    assert_true(control_referral_decline_ask_decode(view_of(CASE_ID "\x10\x01\x1a\x01x", 23), &arena, &read, &err));
    assert_false(control_referral_decline_ask_decode(view_of(CASE_ID "\x10\x01\x1a\x00", 22), &arena, &read, &err));
    assert_int_equal(err.code, E_CTL_01);
    arena_fini(&arena);
}

/* Zeros are how the struct says that there is none: no case has them, whether it may be left out or not. */
static void test_an_id_of_zeros_is_none(void **state)
{
    static const char zeros[] = "\x0a\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    struct control_consent_list_ask read;
    struct control_case_show_ask must;
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    assert_true(control_consent_list_ask_decode(view_of(CASE_ID, 18), &arena, &read, &err));
    assert_false(control_consent_list_ask_decode(view_of(zeros, 18), &arena, &read, &err));
    assert_int_equal(err.code, E_CTL_01);
    assert_true(control_case_show_ask_decode(view_of(CASE_ID, 18), &arena, &must, &err));
    assert_false(control_case_show_ask_decode(view_of(zeros, 18), &arena, &must, &err));
    assert_int_equal(err.code, E_CTL_01);
    arena_fini(&arena);
}

/* Whoever asks for all records that there will be may say so by the last moment there is. */
static bool answer_is_read(enum answer_is said, const char *text)
{
    struct control_draft_put_ask ask;
    struct bytes answer = {0};
    struct bytes wire = {0};
    struct arena arena = {0};
    struct error err;
    bool ok;

    raw_text(&answer, 1, "danger-now");
    raw_number(&answer, 2, said);
    if (text[0] != '\0')
        raw_text(&answer, 3, text);
    raw_number(&wire, 3, DRAFT_FOR_CASE);
    raw_bytes(&wire, 5, bytes_view(&answer));
    ok = control_draft_put_ask_decode(bytes_view(&wire), &arena, &ask, &err);
    bytes_fini(&answer);
    bytes_fini(&wire);
    arena_fini(&arena);
    return ok;
}

static void test_what_was_not_answered_has_no_text_and_what_was_has(void **state)
{
    (void)state;
    assert_true(answer_is_read(ANSWER_GIVEN, "yes"));
    assert_true(answer_is_read(ANSWER_NOT_KNOWN, ""));
    assert_true(answer_is_read(ANSWER_LATER, ""));
    assert_false(answer_is_read(ANSWER_GIVEN, ""));
    assert_false(answer_is_read(ANSWER_NOT_KNOWN, "yes"));
    assert_false(answer_is_read(ANSWER_LATER, "yes"));
}

static void test_a_log_is_asked_for_up_to_the_last_moment(void **state)
{
    const struct control_audit_list_ask ask = {.log = LOG_HOUSE, .since_ms = INT64_MAX, .until_ms = INT64_MAX};
    struct control_audit_list_ask read;
    struct bytes wire = {0};
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    control_audit_list_ask_encode(&ask, &wire);
    assert_true(control_audit_list_ask_decode(bytes_view(&wire), &arena, &read, &err));
    assert_true(read.since_ms == INT64_MAX && read.until_ms == INT64_MAX);
    bytes_fini(&wire);
    arena_fini(&arena);
}

static void test_a_list_ends_at_its_bound(void **state)
{
    struct control_consent_record_ask read;
    struct bytes wire = {0};
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    for (size_t count = BOUND_RECIPIENTS; count <= BOUND_RECIPIENTS + 1; count++) {
        bytes_clear(&wire);
        bytes_append(&wire, CASE_ID, 18);
        for (size_t i = 0; i < count; i++)
            bytes_append(&wire, TO, 5);
        bytes_append(&wire, "\x30\x01", 2);
        assert_int_equal(control_consent_record_ask_decode(bytes_view(&wire), &arena, &read, &err),
                         count == BOUND_RECIPIENTS);
    }
    assert_int_equal(err.code, E_CTL_01);
    bytes_fini(&wire);
    arena_fini(&arena);
}

static void test_more_than_the_bound_is_refused(void **state)
{
    struct control_case_show_ask show;
    struct control_referral_decline_ask ask = {.reason = DECLINE_OTHER}, read;
    struct bytes note = {0}, wire = {0};
    struct arena arena = {0};
    struct error err = {0};

    (void)state;
    memset(ask.referral.at, 1, IDENT_SIZE);
    for (size_t i = 0; i < BOUND_REASON; i++)
        bytes_append_u8(&note, 'x');
    ask.note = bytes_view(&note);
    control_referral_decline_ask_encode(&ask, &wire);
    assert_true(control_referral_decline_ask_decode(bytes_view(&wire), &arena, &read, &err));

    /* one byte more, written by hand: 2,001 is 0xD1 0x0F as a varint, 2,000 is 0xD0 0x0F */
    bytes_append_u8(&wire, 'x');
    for (size_t i = 0; i + 1 < wire.size; i++)
        if (wire.at[i] == 0xD0 && wire.at[i + 1] == 0x0F) {
            wire.at[i] = 0xD1;
            break;
        }
    assert_false(control_referral_decline_ask_decode(bytes_view(&wire), &arena, &read, &err));
    assert_int_equal(err.code, E_CTL_01);
    assert_false(control_case_show_ask_decode(view_of(NULL, 0), &arena, &show, &err));
    bytes_fini(&note);
    bytes_fini(&wire);
    arena_fini(&arena);
}

static void test_a_frame_without_a_request_number_is_refused(void **state)
{
    struct bytes payload = {0};
    struct view message;
    struct error err = {0};
    uint32_t number = 0;

    (void)state;
    assert_false(control_read_number(view_of("\0\0\1", 3), &number, &message, &err));
    assert_false(control_read_number(view_of("\0\0\0\0", 4), &number, &message, &err));

    control_begin(77, &payload);
    assert_true(control_read_number(bytes_view(&payload), &number, &message, &err));
    assert_int_equal(number, 77);
    assert_int_equal(message.size, 0);
    bytes_fini(&payload);
}

/* Else who may not list cases would list all their ids. */
static void test_ids_are_found_by_no_wider_span_than_a_spelling_has(void **state)
{
    struct control_id_find_ask ask = {.of = 1U << ID_OF_CASE, .first = {.at = {0x4f}}};
    struct control_id_find_ask back;
    struct bytes message = {0};
    struct arena arena = {0};
    struct error err;

    (void)state;
    memset(&ask.last, 0xff, sizeof ask.last);
    memcpy(ask.last.at, ask.first.at, BOUND_ID_DIGITS / 2);
    control_id_find_ask_encode(&ask, &message);
    assert_true(control_id_find_ask_decode(bytes_view(&message), &arena, &back, &err));
    ((uint8_t *)memmem(message.at, message.size, ask.last.at, sizeof ask.last.at))[1] = 1;
    assert_false(control_id_find_ask_decode(bytes_view(&message), &arena, &back, &err));
    assert_int_equal(err.code, E_CTL_01);
    bytes_fini(&message);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_asked_is_what_is_read),
        cmocka_unit_test(test_a_changed_byte_is_refused_or_means_something_else),
        cmocka_unit_test(test_a_message_cut_anywhere_is_refused),
        cmocka_unit_test(test_other_spellings_of_a_request_are_refused),
        cmocka_unit_test(test_something_empty_is_left_out),
        cmocka_unit_test(test_an_id_of_zeros_is_none),
        cmocka_unit_test(test_what_was_not_answered_has_no_text_and_what_was_has),
        cmocka_unit_test(test_a_log_is_asked_for_up_to_the_last_moment),
        cmocka_unit_test(test_a_list_ends_at_its_bound),
        cmocka_unit_test(test_more_than_the_bound_is_refused),
        cmocka_unit_test(test_a_frame_without_a_request_number_is_refused),
        cmocka_unit_test(test_ids_are_found_by_no_wider_span_than_a_spelling_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
