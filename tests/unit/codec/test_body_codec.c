#include "base/text.h"
#include "codec/contract.h"
#include "codec/referral_messages.h"
#include "raw.h"
#include "samples.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 200

static void test_the_vector_is_a_referral_and_comes_out_in_its_bytes(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes again = {0};
    struct body b;
    struct error err;

    (void)state;
    vectors_hex(v, "body.bytes", &wire);
    assert_true(body_decode(bytes_view(&wire), &a, &b, &err));
    assert_int_equal(b.kind, MESSAGE_REFERRAL);
    assert_true(b.has_referral);
    assert_int_equal(b.referral.at[15], 15);
    assert_int_equal(b.section_count, 1);
    assert_int_equal(b.sections[0].section, SECTION_TRIAGE);
    assert_true(view_equal(b.sections[0].data, view_of("\x08\1", 2)));
    assert_int_equal(b.referral_part.urgency, URGENCY_EMERGENCY);
    assert_int_equal(b.referral_part.service_count, 0);
    body_encode(&b, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&wire)));
    bytes_fini(&wire);
    bytes_fini(&again);
    arena_fini(&a);
    vectors_close(v);
}

static void assert_same_referral(const struct referral_message *a, const struct referral_message *b)
{
    assert_int_equal(a->urgency, b->urgency);
    assert_int_equal(a->service_count, b->service_count);
    for (size_t i = 0; i < a->service_count; i++)
        assert_int_equal(a->services[i], b->services[i]);
    assert_int_equal(a->due_ms, b->due_ms);
    assert_int_equal(a->offered, b->offered);
    assert_int_equal(a->released, b->released);
    assert_true(view_equal(a->desk, b->desk));
}

static void assert_same_own_message(const struct body *a, const struct body *b)
{
    if (message_kind_has(a->kind, KIND_BEGINS)) {
        assert_same_referral(&a->referral_part, &b->referral_part);
    } else if (a->kind == MESSAGE_REPLY) {
        assert_int_equal(a->reply.state, b->reply.state);
        assert_int_equal(a->reply.reason, b->reply.reason);
        assert_true(view_equal(a->reply.note, b->reply.note));
        assert_true(ident_equal(&a->reply.in_reply_to, &b->reply.in_reply_to));
    } else if (a->kind == MESSAGE_WITHDRAWAL) {
        assert_true(ident_equal(&a->withdrawal.consent, &b->withdrawal.consent));
        assert_int_equal(a->withdrawal.state, b->withdrawal.state);
        assert_true(view_equal(a->withdrawal.record, b->withdrawal.record));
        assert_true(view_equal(a->withdrawal.path, b->withdrawal.path));
        assert_true(view_equal(a->withdrawal.checkpoint, b->withdrawal.checkpoint));
    } else if (a->kind == MESSAGE_ERASURE_STATEMENT) {
        assert_true(ident_equal(&a->erasure.consent, &b->erasure.consent));
        assert_true(view_equal(a->erasure.record, b->erasure.record));
        assert_true(view_equal(a->erasure.path, b->erasure.path));
        assert_true(view_equal(a->erasure.checkpoint, b->erasure.checkpoint));
    }
}

static void test_a_kind_that_begins_a_referral_has_its_message_and_no_other_has(void **state)
{
    (void)state;
    for (unsigned i = 0; i < body_contract.count; i++) {
        const struct contract_field *f = &body_contract.fields[i];

        if (f->number > body_contract.kinds_from)
            assert_int_equal(message_kind_has(f->number - body_contract.kinds_from, KIND_BEGINS),
                             f->sub == &referral_message_contract);
    }
}

static void test_a_body_of_every_kind_comes_back_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};

    (void)state;
    fake_random_init(&random, 29);
    for (unsigned k = 1; k < MESSAGE_KIND_END; k++)
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct body in;
            struct body out;
            struct error err;

            arena_reset(&a);
            bytes_clear(&wire);
            sample_body(&random, &a, (enum message_kind)k, &in);
            body_encode(&in, &wire);
            assert_true(body_decode(bytes_view(&wire), &a, &out, &err));
            assert_int_equal(in.kind, out.kind);
            assert_int_equal(in.has_referral, out.has_referral);
            if (in.has_referral)
                assert_true(ident_equal(&in.referral, &out.referral));
            assert_int_equal(in.section_count, out.section_count);
            for (size_t i = 0; i < in.section_count; i++) {
                assert_int_equal(in.sections[i].section, out.sections[i].section);
                assert_true(view_equal(in.sections[i].data, out.sections[i].data));
            }
            assert_same_own_message(&in, &out);
        }
    bytes_fini(&wire);
    arena_fini(&a);
}

/* --- bytes that no encoder makes --- */

static enum error_code read_body(uint32_t kind, const struct bytes *sections, unsigned own_field,
                                 const struct bytes *own)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct body b;

    raw_number(&wire, 1, kind);
    if (sections != NULL)
        bytes_append_view(&wire, bytes_view(sections));
    if (own_field != 0)
        raw_bytes(&wire, own_field, bytes_view(own));
    if (!body_decode(bytes_view(&wire), &a, &b, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static enum error_code read_own(uint32_t kind, struct bytes *own)
{
    enum error_code code = read_body(kind, NULL, 15 + kind, own);

    bytes_clear(own);
    return code;
}

static void put_section(struct bytes *b, uint32_t section, size_t size)
{
    struct bytes one = {0};

    if (section != 0)
        raw_number(&one, 1, section);
    if (size != 0)
        raw_fill(&one, 2, 'd', size);
    raw_bytes(b, 3, bytes_view(&one));
    bytes_fini(&one);
}

static enum error_code read_sections(uint32_t kind, uint32_t first, size_t first_size, uint32_t second)
{
    struct bytes b = {0};
    enum error_code code;

    put_section(&b, first, first_size);
    if (second != 0)
        put_section(&b, second, 1);
    code = read_body(kind, &b, 0, NULL);
    bytes_fini(&b);
    return code;
}

static void test_sections_ascend_hold_something_and_end_at_their_limit(void **state)
{
    struct bytes b = {0};

    (void)state;
    assert_int_equal(read_sections(MESSAGE_RELEASE, 1, 1, SECTION_END - 1), E_NONE);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 2, 1, 1), E_BYT_03);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 2, 1, 2), E_BYT_03);
    assert_int_equal(read_sections(MESSAGE_RELEASE, SECTION_END, 1, 0), E_BYT_03);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 0, 1, 0), E_BYT_03);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 1, 0, 0), E_BYT_03);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 1, BOUND_SECTION, 0), E_NONE);
    assert_int_equal(read_sections(MESSAGE_RELEASE, 1, BOUND_SECTION + 1, 0), E_BYT_02);
    for (uint32_t s = 1; s <= SECTION_END; s++)
        put_section(&b, s < SECTION_END - 1 ? s : SECTION_END - 1, 1);
    assert_int_equal(read_body(MESSAGE_RELEASE, &b, 0, NULL), E_BYT_02); /* more than there are */
    bytes_clear(&b);
    for (uint32_t s = 1; s <= 4; s++)
        put_section(&b, s, BOUND_SECTION);
    assert_int_equal(read_body(MESSAGE_RELEASE, &b, 0, NULL), E_BYT_02); /* over BOUND_BODY together */
    bytes_fini(&b);
}

static void test_an_inquiry_or_a_notification_carries_no_personal_data(void **state)
{
    struct bytes section = {0};
    struct bytes own = {0};

    (void)state;
    put_section(&section, 1, 1);
    for (uint32_t field = 1; field <= 4; field++) /* for one adult, on that day … */
        raw_number(&own, field, 1);
    raw_number(&own, 6, 1800000000000); /* … and until then */
    assert_int_equal(read_body(MESSAGE_INQUIRY, NULL, 15 + MESSAGE_INQUIRY, &own), E_NONE);
    assert_int_equal(read_body(MESSAGE_INQUIRY, &section, 15 + MESSAGE_INQUIRY, &own), E_BYT_03);
    bytes_fini(&section);
    bytes_fini(&own);
}

static enum error_code read_notification(uint64_t month, bool with_section)
{
    struct bytes section = {0};
    struct bytes own = {0};
    enum error_code code;

    if (with_section)
        put_section(&section, 1, 1);
    for (uint32_t field = 1; field <= 3; field++)
        raw_number(&own, field, 1);
    raw_text(&own, 4, "PL");
    raw_number(&own, 6, month);
    code = read_body(MESSAGE_NOTIFICATION, with_section ? &section : NULL, 15 + MESSAGE_NOTIFICATION, &own);
    bytes_fini(&section);
    bytes_fini(&own);
    return code;
}

static void test_a_notification_is_of_a_month_that_there_is(void **state)
{
    (void)state;
    assert_int_equal(read_notification(BOUND_MONTH, false), E_NONE);
    assert_int_equal(read_notification(BOUND_MONTH + 1, false), E_BYT_03);
    assert_int_equal(read_notification(680, true), E_BYT_03);
}

static enum error_code read_ping(uint64_t says, uint64_t until_ms, uint64_t reason)
{
    struct bytes own = {0};
    enum error_code code;

    raw_number(&own, 1, says);
    if (until_ms != 0)
        raw_number(&own, 2, until_ms);
    if (reason != 0)
        raw_number(&own, 3, reason);
    code = read_body(MESSAGE_PING, NULL, 15 + MESSAGE_PING, &own);
    bytes_fini(&own);
    return code;
}

static void test_a_ping_says_until_when_and_why_its_sender_is_paused_or_neither(void **state)
{
    (void)state;
    assert_int_equal(read_ping(PING_RUNS, 0, 0), E_NONE);
    assert_int_equal(read_ping(PING_PAUSED, 1795000000000, PAUSE_REASON_MOVE), E_NONE);
    assert_int_equal(read_ping(PING_LEAVES, 0, 0), E_NONE);
    assert_int_equal(read_ping(PING_LEAVES, 1795000000000, PAUSE_REASON_MOVE), E_BYT_03);
    assert_int_equal(read_ping(PING_PAUSED, 1795000000000, 0), E_BYT_03);
    assert_int_equal(read_ping(PING_PAUSED, 0, PAUSE_REASON_MOVE), E_BYT_03);
    assert_int_equal(read_ping(PING_RUNS, 1795000000000, PAUSE_REASON_MOVE), E_BYT_03);
    assert_int_equal(read_ping(PING_LEAVES + 1, 1795000000000, PAUSE_REASON_MOVE), E_BYT_03);
    assert_int_equal(read_ping(PING_PAUSED, 1795000000000, PAUSE_REASON_END), E_BYT_03);
}

static void test_a_body_has_the_message_of_its_kind_and_no_other(void **state)
{
    struct bytes own = {0};

    (void)state;
    raw_number(&own, 1, URGENCY_URGENT);
    for (uint32_t k = 1; k < MESSAGE_KIND_END; k++) {
        bool referral = message_kind_has((enum message_kind)k, KIND_BEGINS);
        bool empty = !referral && k != MESSAGE_REPLY && k != MESSAGE_UPDATE && k != MESSAGE_CANCEL &&
                     k != MESSAGE_CORRECTION && k != MESSAGE_WITHDRAWAL && k != MESSAGE_ERASURE_STATEMENT &&
                     k != MESSAGE_INQUIRY && k != MESSAGE_ANSWER && k != MESSAGE_NOTIFICATION;

        if (k <= MESSAGE_ATTACHMENT_PART) /* of a later one its field alone says it */
            assert_int_equal(read_body(k, NULL, 0, NULL), empty ? E_NONE : E_BYT_03);
        if (referral)
            assert_int_equal(read_body(k, NULL, 15 + k, &own), E_NONE);
        if (k != MESSAGE_TRACING)
            assert_int_equal(read_body(k, NULL, 15 + MESSAGE_TRACING, &own), E_BYT_03);
    }
    assert_int_equal(read_body(MESSAGE_RELEASE, NULL, 17, &own), E_BYT_01); /* it has no fields yet */
    assert_int_equal(read_body(MESSAGE_KIND_END, NULL, 0, NULL), E_BYT_03);
    assert_int_equal(read_body(4000000000u, NULL, 0, NULL), E_BYT_03);
    bytes_fini(&own);
}

static void put_referral(struct bytes *own, uint32_t urgency, const char *services, size_t desk)
{
    if (urgency != 0)
        raw_number(own, 1, urgency);
    raw_text(own, 2, services);
    if (desk != 0)
        raw_fill(own, 6, 'd', desk);
}

static void test_a_referral_asks_for_services_that_there_are(void **state)
{
    struct bytes own = {0};

    (void)state;
    put_referral(&own, 3, "\1\x1b", BOUND_ADDRESS);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_NONE);
    put_referral(&own, 0, "\1", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    put_referral(&own, 4, "\1", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    put_referral(&own, 1, "\2\1", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    put_referral(&own, 1, "\1\1", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    put_referral(&own, 1, "\x1c", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    put_referral(&own, 1, "\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_NONE);
    put_referral(&own, 1, "\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11", 0);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_02);
    put_referral(&own, 1, "\1", BOUND_ADDRESS + 1);
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_02);
    put_referral(&own, 1, "\1", 0);
    raw_text(&own, 6, "intake\n@nrm.example"); /* it would steer a terminal */
    assert_int_equal(read_own(MESSAGE_REFERRAL, &own), E_BYT_03);
    bytes_fini(&own);
}

/* What it answers from is an answer; closed says what stood before it: the outcome, or of somebody who was not found
 * the whole checklist. */
static void test_an_answer_names_what_it_answers_from(void **state)
{
    static const char *const checks[] = {NULL, "\1\2", "\1\2\4"};
    struct bytes own = {0};

    (void)state;
    for (uint32_t before = 1; before <= REFERRAL_STATE_END; before++) {
        raw_number(&own, 1, REFERRAL_ACCEPTED);
        raw_fill(&own, 4, 'm', 16);
        raw_number(&own, 18, before);
        assert_int_equal(read_own(MESSAGE_REPLY, &own), referral_state_is_answer(before) ? E_NONE : E_BYT_03);
        for (size_t i = 0; i < 6 && before < REFERRAL_STATE_END; i++) {
            bool is_unfound = before == REFERRAL_NOT_FOUND;
            bool has_outcome = i >= 3;

            raw_number(&own, 1, REFERRAL_CLOSED);
            raw_fill(&own, 4, 'm', 16);
            if (has_outcome)
                raw_number(&own, 15, SERVICE_OUTCOME_GIVEN);
            if (checks[i % 3] != NULL)
                raw_text(&own, 17, checks[i % 3]);
            raw_number(&own, 18, before);
            assert_int_equal(read_own(MESSAGE_REPLY, &own),
                             referral_state_is_answer(before) && (is_unfound ? i == 2 : has_outcome) ? E_NONE
                                                                                                     : E_BYT_03);
        }
    }
    bytes_fini(&own);
}

/* What goes with a state is the model's to say (unit_model_test_referral_state); that each part is asked about. */
static void test_an_answer_has_what_goes_with_its_state_and_nothing_else(void **state)
{
    static const unsigned parts[] = {0,           ANSWER_REASON, 0,           0,           0,
                                     ANSWER_TIME, ANSWER_DESK,   ANSWER_DESK, ANSWER_DESK, ANSWER_DESK};
    struct bytes own = {0};

    (void)state;
    for (uint32_t s = 1; s <= REFERRAL_STATE_END; s++)
        for (uint32_t field = 1; field <= 10; field++) {
            unsigned has = ANSWER_STATE | parts[field - 1];

            raw_number(&own, 1, s);
            if (field == 2)
                raw_number(&own, 2, DECLINE_AT_CAPACITY);
            raw_fill(&own, 4, 'm', 16);
            if (field == 6 || field == 7 || field == 8)
                raw_number(&own, field, 1);
            if (field == 9)
                raw_text(&own, 9, "+48221234567");
            if (field == 10)
                raw_text(&own, 10, "\1\6");
            assert_int_equal(read_own(MESSAGE_REPLY, &own),
                             referral_state_carries(s, has) && s != REFERRAL_CLOSED ? E_NONE : E_BYT_03);
        }
    bytes_fini(&own);
}

/* A state that is no answer of both agencies, a time of another, a number or a checklist without a state; closed
 * without a checklist. */
static void test_an_update_says_where_she_is_and_what_goes_with_that(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t s = 0; s <= REFERRAL_STATE_END; s++)
        for (uint32_t field = 2; field <= 6; field++) {
            bool is_said = s == 0 ? field <= 3
                                  : field != 2 && referral_state_is_said_by_both(s) &&
                                        ((field == 4) == (s == REFERRAL_EXPECTED)) &&
                                        ((field == 6) == (s == REFERRAL_CLOSED));

            raw_fill(&own, 1, 'm', 16);
            if (field == 2)
                raw_text(&own, 2, "\1");
            if (s != 0)
                raw_number(&own, 3, s);
            if (field == 4 || field == 5)
                raw_number(&own, field, 1);
            if (field == 6)
                raw_text(&own, 6, "\1\2\4");
            if (s != 0)
                raw_number(&own, 7, 1);
            assert_int_equal(read_own(MESSAGE_UPDATE, &own), is_said ? E_NONE : E_BYT_03);
        }
    bytes_fini(&own);
}

/* What goes beside it would be taken where nobody looks for it. */
static void test_where_she_is_holds_nothing_else_of_her(void **state)
{
    struct bytes sections = {0};
    struct bytes own = {0};

    (void)state;
    put_section(&sections, SECTION_HEALTH, 1);
    raw_fill(&own, 1, 'm', 16);
    assert_int_equal(read_body(MESSAGE_UPDATE, &sections, 15 + MESSAGE_UPDATE, &own), E_NONE);
    raw_number(&own, 3, REFERRAL_ARRIVED);
    raw_number(&own, 7, 1);
    assert_int_equal(read_body(MESSAGE_UPDATE, &sections, 15 + MESSAGE_UPDATE, &own), E_BYT_03);
    assert_int_equal(read_body(MESSAGE_UPDATE, NULL, 15 + MESSAGE_UPDATE, &own), E_NONE);
    bytes_fini(&sections);
    bytes_fini(&own);
}

/* It is shown to people as the one to call. */
static void test_a_number_to_call_is_one(void **state)
{
    static const char *const numbers[] = {"+48221234567", "221234567", "", "call Nova now", "22 1234567", "22+1234567"};
    struct bytes own = {0};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        raw_number(&own, 1, REFERRAL_ACCEPTED);
        raw_fill(&own, 4, 'm', 16);
        if (numbers[i][0] != '\0')
            raw_text(&own, 9, numbers[i]);
        assert_int_equal(read_own(MESSAGE_REPLY, &own), i < 3 ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

static void test_a_reason_is_one_of_the_list(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (uint32_t reason = 1; reason <= DECLINE_END; reason++) {
        raw_number(&own, 1, REFERRAL_DECLINED);
        raw_number(&own, 2, reason);
        raw_fill(&own, 4, 'm', 16);
        assert_int_equal(read_own(MESSAGE_REPLY, &own), reason < DECLINE_END ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

static void test_a_note_ends_at_its_limit(void **state)
{
    struct bytes own = {0};

    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        raw_number(&own, 1, REFERRAL_ACCEPTED);
        raw_fill(&own, 3, 'n', BOUND_REASON + over);
        raw_fill(&own, 4, 'm', 16);
        assert_int_equal(read_own(MESSAGE_REPLY, &own), over == 0 ? E_NONE : E_BYT_02);
    }
    bytes_fini(&own);
}

static void test_a_note_has_lines_and_no_other_control_character(void **state)
{
    static const char *const notes[] = {"two\n\tlines", "a bell\a", "an escape\x1b[2J", "a C1 \xc2\x9b"};
    struct bytes own = {0};

    (void)state;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        raw_number(&own, 1, REFERRAL_ACCEPTED);
        raw_text(&own, 3, notes[i]);
        raw_fill(&own, 4, 'm', 16);
        assert_int_equal(read_own(MESSAGE_REPLY, &own), i == 0 ? E_NONE : E_BYT_03);
    }
    bytes_fini(&own);
}

static void put_withdrawal(struct bytes *own, uint32_t state, size_t record, size_t path, size_t checkpoint)
{
    raw_fill(own, 1, 'c', 16);
    raw_number(own, 2, state);
    if (record != 0)
        raw_fill(own, 3, 'r', record);
    if (path != 0)
        raw_fill(own, 4, 'p', path);
    if (checkpoint != 0)
        raw_fill(own, 5, 'n', checkpoint);
}

static void test_a_withdrawal_carries_its_proof(void **state)
{
    struct bytes own = {0};

    (void)state;
    put_withdrawal(&own, CONSENT_STOP, BOUND_RECORD, BOUND_PATH * 32, BOUND_CHECKPOINT);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_NONE);
    put_withdrawal(&own, CONSENT_ERASE, 1, 0, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_NONE);
    put_withdrawal(&own, 3, 1, 0, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_03);
    put_withdrawal(&own, 6, 1, 0, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_03);
    put_withdrawal(&own, 4, 0, 0, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_03);
    put_withdrawal(&own, 4, 1, 0, 0);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_03);
    put_withdrawal(&own, 4, 1, 20, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_03);
    put_withdrawal(&own, 4, BOUND_RECORD + 1, 0, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_02);
    put_withdrawal(&own, 4, 1, BOUND_PATH * 32 + 32, 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_02);
    put_withdrawal(&own, 4, 1, 0, BOUND_CHECKPOINT + 1);
    assert_int_equal(read_own(MESSAGE_WITHDRAWAL, &own), E_BYT_02);
    bytes_fini(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vector_is_a_referral_and_comes_out_in_its_bytes),
        cmocka_unit_test(test_a_kind_that_begins_a_referral_has_its_message_and_no_other_has),
        cmocka_unit_test(test_a_body_of_every_kind_comes_back_as_it_was),
        cmocka_unit_test(test_sections_ascend_hold_something_and_end_at_their_limit),
        cmocka_unit_test(test_an_inquiry_or_a_notification_carries_no_personal_data),
        cmocka_unit_test(test_a_notification_is_of_a_month_that_there_is),
        cmocka_unit_test(test_a_ping_says_until_when_and_why_its_sender_is_paused_or_neither),
        cmocka_unit_test(test_a_body_has_the_message_of_its_kind_and_no_other),
        cmocka_unit_test(test_a_referral_asks_for_services_that_there_are),
        cmocka_unit_test(test_an_answer_names_what_it_answers_from),
        cmocka_unit_test(test_an_answer_has_what_goes_with_its_state_and_nothing_else),
        cmocka_unit_test(test_an_update_says_where_she_is_and_what_goes_with_that),
        cmocka_unit_test(test_where_she_is_holds_nothing_else_of_her),
        cmocka_unit_test(test_a_number_to_call_is_one),
        cmocka_unit_test(test_a_reason_is_one_of_the_list),
        cmocka_unit_test(test_a_note_ends_at_its_limit),
        cmocka_unit_test(test_a_note_has_lines_and_no_other_control_character),
        cmocka_unit_test(test_a_withdrawal_carries_its_proof),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
