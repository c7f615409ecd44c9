/* Failures that have a code of their own and that nothing else makes by it: each with the input that gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "codec/audit_messages.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_received.h"
#include "exchange/logs/audit.h"
#include "exchange/logs/proofs.h"
#include "exchange/state.h"
#include "exchange/traffic/links.h"
#include "exchange/traffic/outbox.h"
#include "fixture.h"
#include "forge.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 88, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    fixture_deliver(s);
}

#define assert_code(call, expected)                                                                                    \
    do {                                                                                                               \
        assert_false(call);                                                                                            \
        assert_int_equal(s.err.code, expected);                                                                        \
    } while (0)

/* --- what people ask --- */

static void test_a_refusal_cannot_be_withdrawn(void **state)
{
    struct people_consent no = {.refused = true};
    struct control_consent shown;
    struct ident refusal;
    struct fixture s;

    (void)state;
    begin(&s);
    refusal = people_consent(s.ngo, &s.person, s.to, &no);
    world_tick(s.w, NGO);
    assert_code(
        exchange_consent_withdraw(s.ngo, &(struct control_consent_withdraw_ask){.consent = refusal}, &shown, &s.err),
        E_CON_07);
    fixture_end(&s);
}

static void test_a_consent_is_for_someone_and_for_nobody_twice(void **state)
{
    struct control_consent_grant grant = {.sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    struct control_consent_record_ask ask = {.grants = &grant,
                                             .grant_count = 1,
                                             .given_by = GIVEN_BY_SELF,
                                             .notice = view_of_text("notice-1"),
                                             .language = view_of_text("uk"),
                                             .seen_alone = SEEN_ALONE};
    struct address twice[2];
    struct ident ids[2];
    struct fixture s;

    (void)state;
    begin(&s);
    twice[0] = twice[1] = *s.to;
    ask.case_id = s.person;
    assert_code(people_record(s.ngo, &ask, ids, &s.err), E_CON_13);
    ask.to = twice;
    ask.to_count = 2;
    assert_code(people_record(s.ngo, &ask, ids, &s.err), E_CON_13);
    fixture_end(&s);
}

static void test_what_a_case_may_not_be(void **state)
{
    static uint8_t large[BOUND_SECTION + 1];
    struct case_sections sections = {0};
    struct case_import import = {.cases = &sections, .commit.count = 1};
    struct fixture s;

    (void)state;
    begin(&s);
    assert_code(people_import(s.ngo, &import, NULL, NULL, &s.err), E_CAS_22);
    sections.sections[SECTION_NOTES] = view_of(large, sizeof large);
    assert_code(people_import(s.ngo, &import, NULL, NULL, &s.err), E_CAS_21);
    fixture_end(&s);
}

static void test_what_a_referral_and_its_answer_may_not_be(void **state)
{
    struct people_referral ask = {.require = BIT(PROCEEDINGS)};
    struct control_referral answered;
    struct control_referral_result sent;
    struct fixture s;

    (void)state;
    begin(&s);
    assert_code(people_refer(s.ngo, &s.person, s.to, &ask, &sent, &s.err), E_REF_06);
    assert_non_null(strstr(s.err.text, "proceedings is required"));
    assert_int_equal(sent.held_back_count, 0);
    assert_code(exchange_referral_accept(s.mission, &s.sent.referral, view_of_text("she lives at"), &answered, &s.err),
                E_REF_08);
    fixture_end(&s);
}

/* --- what the gate does not let through --- */

static void test_a_message_that_needs_a_permission_and_has_none_does_not_leave(void **state)
{
    struct body body = {.kind = MESSAGE_UPDATE};
    struct fixture s;

    (void)state;
    begin(&s);
    assert_code(outbox_put_plain(s.ngo, s.to, &body, 0, 0, &s.err), E_CON_09);
    fixture_end(&s);
}

/* --- proofs of another agency's log --- */

static void test_what_a_proof_of_a_record_may_not_be(void **state)
{
    static uint8_t large[BOUND_RECORD + 1];
    struct record r = {.kind = RECORD_CONSENT};
    struct consent_receipt receipt = {0};
    struct arena arena = {0};
    struct proof_question q;
    struct proof_answer out;
    struct audit_proof proof;
    struct fixture s;

    (void)state;
    begin(&s);
    r.consent.consent.at[0] = 1;
    r.consent.state = CONSENT_GIVEN;
    r.consent.until = 20000;
    forge_record(s.w, NGO, &r, &arena, &proof);
    q = (struct proof_question){.agency = address_view(world_address(s.w, NGO)),
                                .record = proof.record,
                                .path = proof.path,
                                .checkpoint = proof.checkpoint};
    assert_true(proofs_check(s.mission->proofs, &q, &s.mission->tick_arena, &out, NULL, &s.err));
    q.path = view_of(q.path.at, 0);
    assert_code(proofs_check(s.mission->proofs, &q, &s.mission->tick_arena, &out, NULL, &s.err), E_LOG_23);
    q.agency = address_view(s.to);
    assert_code(proofs_check(s.mission->proofs, &q, &s.mission->tick_arena, &out, NULL, &s.err), E_LOG_21);
    q.record = view_of(large, sizeof large);
    assert_code(proofs_check(s.mission->proofs, &q, &s.mission->tick_arena, &out, NULL, &s.err), E_LOG_22);

    receipt.header.consent.at[0] = 2;
    assert_code(consent_received_check(s.mission, &s.consent, &receipt, &out, &s.err), E_CON_20);

    world_revoke(s.w, NGO, REVOKED_KEY_COMPROMISE);
    world_publish_to(s.w, MISSION);
    world_tick(s.w, MISSION);
    q = (struct proof_question){.agency = address_view(world_address(s.w, NGO)),
                                .record = proof.record,
                                .path = proof.path,
                                .checkpoint = proof.checkpoint};
    assert_code(proofs_check(s.mission->proofs, &q, &s.mission->tick_arena, &out, NULL, &s.err), E_LOG_20);
    arena_fini(&arena);
    fixture_end_forged(&s);
}

/* --- links --- */

static void test_a_node_of_another_version_or_of_a_federation_of_the_same_name_is_not_linked(void **state)
{
    struct link_opened opened = {.certificate = view_of_text("none"), .group = TLS_X25519};
    struct arena arena = {0};
    struct bytes genuine = {0};
    struct bytes changed = {0};
    struct peer_hello hello;
    struct fixture s;

    (void)state;
    begin(&s);
    exchange_hello(s.ngo, &genuine);
    assert_true(peer_hello_decode(bytes_view(&genuine), &arena, &hello, &s.err));
    hello.federation_id.at[0] ^= 1; /* another root */
    peer_hello_encode(&hello, &changed);
    opened.hello = bytes_view(&changed);
    assert_code(exchange_link_up(s.mission, 900, &opened, &s.err), E_LNK_92);
    hello.protocol_min = hello.protocol_max = PEER_PROTOCOL + 1;
    bytes_clear(&changed);
    peer_hello_encode(&hello, &changed);
    opened.hello = bytes_view(&changed);
    assert_code(exchange_link_up(s.mission, 901, &opened, &s.err), E_LNK_91);
    bytes_fini(&genuine);
    bytes_fini(&changed);
    arena_fini(&arena);
    fixture_end(&s);
}

static void test_a_frame_that_is_not_known_and_a_receipt_that_is_none_end_the_link(void **state)
{
    struct record r = {.kind = RECORD_CONSENT};
    struct receipt receipt = {0};
    struct arena arena = {0};
    struct audit_proof proof;
    struct bytes frame = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    r.consent.consent.at[0] = 1;
    r.consent.state = CONSENT_GIVEN;
    r.consent.until = 20000;
    forge_record(s.w, NGO, &r, &arena, &proof);
    receipt.record = proof.record;
    receipt.path = proof.path;
    receipt.checkpoint = proof.checkpoint;
    receipt_encode(&receipt, &frame);
    assert_non_null(s.mission->links);
    assert_code(exchange_frame(s.mission, s.mission->links->id, PEER_RECEIPT, bytes_view(&frame), &s.err), E_LNK_90);
    assert_code(exchange_frame(s.mission, s.mission->links->id, 99, bytes_view(&frame), &s.err), E_LNK_93);
    bytes_fini(&frame);
    arena_fini(&arena);
    fixture_end_forged(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_refusal_cannot_be_withdrawn),
        cmocka_unit_test(test_a_consent_is_for_someone_and_for_nobody_twice),
        cmocka_unit_test(test_what_a_case_may_not_be),
        cmocka_unit_test(test_what_a_referral_and_its_answer_may_not_be),
        cmocka_unit_test(test_a_message_that_needs_a_permission_and_has_none_does_not_leave),
        cmocka_unit_test(test_what_a_proof_of_a_record_may_not_be),
        cmocka_unit_test(test_a_node_of_another_version_or_of_a_federation_of_the_same_name_is_not_linked),
        cmocka_unit_test(test_a_frame_that_is_not_known_and_a_receipt_that_is_none_end_the_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
