/* What is not acted on is refused by name and takes no id; whose record it is decides what a withdrawal ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/audit_messages.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "crypto/commit.h"
#include "crypto/random.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/outbox.h"
#include "model/refusal.h"
#include "people.h"
#include "store/consent_store.h"
#include "store/message_store.h"

enum { NGO, MISSION, SHELTER };

#define BIT(s) SECTION_BIT(SECTION_##s)

struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    struct ident person;
    struct ident consent;
    struct control_referral_result sent;
    struct error err;
    /* the last refusal, from any node */
    uint32_t step;
    uint32_t reason;
    unsigned refusals;
    struct arena arena; /* of proofs */
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct fixture *s = cookie;
    struct peer_refusal refusal;
    struct arena arena = {0};
    struct error err = {0};

    (void)from;
    (void)to;
    if (kind == PEER_REFUSAL && peer_refusal_decode(payload, &arena, &refusal, &err)) {
        s->step = refusal.step;
        s->reason = refusal.reason;
        s->refusals++;
    }
    arena_fini(&arena);
}

/* An NGO whose referral has arrived at the mission, readable. */
static void begin(struct fixture *s, size_t nodes)
{
    *s = (struct fixture){.w = world_new(11, nodes)};
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    assert_true(world_run_until_idle(s->w, 10 * MINUTES));
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    s->consent = people_consent(s->ngo, &s->person, world_address(s->w, MISSION),
                                &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, NGO);
    world_watch(s->w, on_frame_sent, s);
}

static void refer(struct fixture *s)
{
    assert_true(people_refer(s->ngo, &s->person, world_address(s->w, MISSION), &(struct people_referral){.now = true},
                             &s->sent, &s->err));
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
    assert_int_equal(people_open_sections(s->mission, &s->sent.referral, &s->err), BIT(TRIAGE));
}

static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        assert_true(people_log_is_good(world_node(s->w, i)));
    world_free(s->w);
    arena_fini(&s->arena);
}

/* Of a test that wrote records into a log by hand. */
static void end_forged(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++)
        assert_true(people_forged_log_is_good(world_node(s->w, i)));
    world_free(s->w);
    arena_fini(&s->arena);
}

static struct ident some_id(uint8_t n)
{
    struct ident id;

    memset(id.at, n, sizeof id.at);
    return id;
}

/* A consent of node FROM for node TO: her own, else that of another case. */
static struct consent_entry *permission_of(struct fixture *s, size_t from, size_t to)
{
    struct exchange *x = world_node(s->w, from);
    struct consent_entry *entry;
    struct consent_row row;
    struct ident id = s->consent;
    struct ident person;
    bool found;

    if (from != NGO) {
        person = people_case(x);
        world_tick(s->w, from);
        id = people_consent(x, &person, world_address(s->w, to), &(struct people_consent){.sections = BIT(TRIAGE)});
        world_tick(s->w, from);
    }
    assert_true(consent_store_find(x->db, world_address(s->w, from), &id, &found, &row, &s->err) && found);
    assert_true(consent_book_get(x, row.number, &entry, &s->err));
    return entry;
}

/* The same as outbox_put_plain for a kind that needs a permission. */
static void put_permitted(struct fixture *s, size_t from, size_t to, const struct body *body)
{
    struct exchange *x = world_node(s->w, from);
    struct consent_entry *consent = permission_of(s, from, to);
    struct outbox_item item = {.consent = consent->row.number};
    uint8_t salt[SALT_SIZE] = {7};
    struct bytes encoded = {0};
    struct gate_ask ask = {.recipient = *world_address(s->w, to),
                           .kind = body->kind,
                           .consent = consent,
                           .purpose = PURPOSE_SERVICES,
                           .salt = salt,
                           .expiry = day_of_ms(world_now(s->w)) + BOUND_EXPIRY_DAYS};
    enum denial denied;

    body_encode(body, &encoded);
    ask.body = bytes_view(&encoded);
    ident_for_message(x->random, world_now(s->w), &ask.message);
    assert_true(tick_begin(x, &s->err) && consent_gate_disclose(x, &ask, &item.disclosure, &denied, &s->err));
    assert_non_null(item.disclosure);
    item.number = message_store_next_number(x->db);
    assert_true(outbox_put(x, &item, &s->err));
    world_tick(s->w, from); /* what passed borrows from here until its tick ends */
    bytes_fini(&encoded);
}

/* FROM sends BODY to TO, past what its own verbs would say. */
static void put(struct fixture *s, size_t from, size_t to, const struct body *body)
{
    if (message_kind_needs_permission(body->kind, false))
        put_permitted(s, from, to, body);
    else
        assert_true(outbox_put_plain(world_node(s->w, from), world_address(s->w, to), body, 0, 0, &s->err));
    world_run_ms(s->w, 2000);
}

static void assert_refused(struct fixture *s, size_t from, size_t to, const struct body *body,
                           enum refusal_reason reason)
{
    unsigned received = people_records(world_node(s->w, to), RECORD_RECEIVED);
    unsigned refused = people_records(world_node(s->w, to), RECORD_REFUSED);
    unsigned receipted = people_records(world_node(s->w, from), RECORD_RECEIPTED);

    s->step = s->reason = 0;
    put(s, from, to, body);
    assert_int_equal(s->step, STEP_ACTS);
    assert_int_equal(s->reason, reason);
    assert_int_equal(people_records(world_node(s->w, to), RECORD_RECEIVED), received);
    assert_int_equal(people_records(world_node(s->w, to), RECORD_REFUSED), refused);
    assert_int_equal(people_records(world_node(s->w, from), RECORD_RECEIPTED), receipted);
}

/* A record in node I's log, and its proof. */
static struct audit_proof append(struct fixture *s, size_t i, struct record *record)
{
    struct exchange *x = world_node(s->w, i);
    struct audit_proof proof;
    uint64_t index;

    assert_true(tick_begin(x, &s->err));
    index = audit_size(x->audit, LOG_EXCHANGE);
    assert_true(audit_append(x->audit, record, NULL, &s->err));
    world_tick(s->w, i);
    assert_true(audit_prove(x->audit, index, AUDIT_OF_COMMIT, &s->arena, &proof, &s->err));
    return proof;
}

static struct body withdrawal_of(struct fixture *s, size_t i, const struct ident *consent,
                                 const struct hash *commitment)
{
    struct record r = {.kind = RECORD_WITHDRAWN};
    struct body body = {.kind = MESSAGE_WITHDRAWAL, .withdrawal = {.consent = *consent, .state = CONSENT_STOP}};
    struct audit_proof proof;

    r.consent =
        (struct record_consent){.consent = *consent, .state = CONSENT_STOP, .until = day_of_ms(world_now(s->w)) + 3};
    if (commitment != NULL)
        r.consent.commitment = *commitment;
    else
        memset(r.consent.commitment.at, 0x77, sizeof r.consent.commitment.at);
    proof = append(s, i, &r);
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    return body;
}

static void test_a_kind_that_is_not_acted_on_is_refused(void **state)
{
    static const enum message_kind kinds[] = {MESSAGE_STATUS_DECISION, MESSAGE_AUTHORITY_REQUEST};
    struct fixture s;

    (void)state;
    begin(&s, 2);
    refer(&s);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_refused(&s, NGO, MISSION,
                       &(struct body){.kind = kinds[i], .has_referral = true, .referral = s.sent.referral},
                       REFUSAL_NOT_ACTED_ON);
    end(&s);
}

static void test_a_correction_and_its_answer_are_of_something(void **state)
{
    struct fixture s;
    struct body answer = {.kind = MESSAGE_CORRECTION_ANSWER, .has_referral = true};

    (void)state;
    begin(&s, 2);
    refer(&s);
    answer.referral = s.sent.referral;
    answer.corrected =
        (struct correction_answer_message){.in_reply_to = s.sent.message, .answer = CORRECTION_ANSWER_TAKEN_OVER};
    assert_refused(&s, MISSION, NGO, &answer, REFUSAL_OF_ANOTHER); /* that is the referral */
    end(&s);
}

static void test_what_became_of_her_is_in_its_own_sections_alone(void **state)
{
    static const uint8_t children[] = {0x38, 2};
    struct body body = {.kind = MESSAGE_OUTCOME, .has_referral = true};
    struct fixture s;

    (void)state;
    begin(&s, 2);
    refer(&s);
    body.referral = s.sent.referral;
    body.outcome.in_reply_to = s.sent.message;
    assert_refused(&s, MISSION, NGO, &body, REFUSAL_OF_ANOTHER); /* it says nothing */
    body.sections[body.section_count++] =
        (struct body_section){.section = SECTION_TRIAGE, .data = view_of(children, sizeof children)};
    assert_refused(&s, MISSION, NGO, &body, REFUSAL_OF_ANOTHER);
    body.section_count = 0;
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_NOT_KNOWN_YET); /* whoever refers does not say it */
    end(&s);
}

/* For a referral of ours, in the log of who declined it, and for this agency. */
static void test_that_a_referral_is_erased_there_is_proven(void **state)
{
    struct body b = {.kind = MESSAGE_REFERRAL_ERASED, .has_referral = true};
    struct record r = {.kind = RECORD_REFERRAL_ERASED};
    struct audit_proof proof;
    struct fixture s;

    (void)state;
    begin(&s, 2);
    refer(&s);
    b.referral = s.sent.referral;
    for (int wrong = 0; wrong < 4; wrong++) {
        b.referral_erased.in_reply_to = wrong == 0 ? s.sent.referral : s.sent.message;
        r.referral_erased.referral = wrong == 1 ? s.consent : s.sent.referral;
        r.referral_erased.agency = address_view(world_address(s.w, wrong == 2 ? MISSION : NGO));
        proof = append(&s, wrong == 3 ? NGO : MISSION, &r);
        b.referral_erased.record = proof.record;
        b.referral_erased.path = proof.path;
        b.referral_erased.checkpoint = proof.checkpoint;
        assert_refused(&s, MISSION, NGO, &b, wrong == 0 ? REFUSAL_OF_ANOTHER : REFUSAL_NOT_PROVEN);
    }
    end(&s);
}

static void test_a_referral_has_an_id_that_nothing_else_has(void **state)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .referral_part = {.urgency = 3}};
    struct fixture s;

    (void)state;
    begin(&s, 3);
    refer(&s);
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_NO_REFERRAL);
    body.has_referral = true;
    body.referral = s.sent.referral;
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_ID_IN_USE);
    assert_refused(&s, SHELTER, MISSION, &body, REFUSAL_ID_IN_USE);
    assert_refused(&s, MISSION, NGO, &body, REFUSAL_ID_IN_USE);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_what_overtook_its_referral_waits_and_arrives(void **state)
{
    const struct ident id = some_id(9);
    struct body release = {.kind = MESSAGE_RELEASE};
    struct body first = {
        .kind = MESSAGE_REFERRAL, .has_referral = true, .referral = id, .referral_part = {.urgency = 3}};
    struct fixture s;
    unsigned received;

    (void)state;
    begin(&s, 2);
    refer(&s);
    assert_refused(&s, NGO, MISSION, &release, REFUSAL_NO_REFERRAL);
    end(&s);
    begin(&s, 2);
    refer(&s);
    release.has_referral = true;
    release.referral = id;
    assert_refused(&s, NGO, MISSION, &release, REFUSAL_NOT_KNOWN_YET);
    received = people_records(s.mission, RECORD_RECEIVED);
    put(&s, NGO, MISSION, &first);
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    assert_int_equal(people_records(s.mission, RECORD_RECEIVED), received + 2);
    assert_int_equal(people_count(s.mission, &id), 1);
    end(&s);
}

static void test_a_reply_names_the_message_that_it_answers(void **state)
{
    struct body reply = {.kind = MESSAGE_REPLY, .has_referral = true, .reply = {.state = REFERRAL_ACCEPTED}};
    struct fixture s;

    (void)state;
    begin(&s, 2);
    refer(&s);
    reply.reply.in_reply_to = some_id(3);
    reply.referral = some_id(4);
    assert_refused(&s, MISSION, NGO, &reply, REFUSAL_NOT_KNOWN_YET);
    reply.referral = s.sent.referral;
    assert_refused(&s, MISSION, NGO, &reply, REFUSAL_OF_ANOTHER);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    reply.reply.in_reply_to = s.sent.message;
    put(&s, MISSION, NGO, &reply);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    end(&s);
}

static void test_a_withdrawal_is_proven_and_commits_to_what_was_given(void **state)
{
    struct body body;
    struct fixture s;

    (void)state;
    begin(&s, 2);
    refer(&s);
    body = withdrawal_of(&s, NGO, &s.consent, NULL);
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_NOT_PROVEN); /* it commits to other bytes */
    body.withdrawal.consent = some_id(1);
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_NOT_PROVEN); /* its record is of another consent */
    body = withdrawal_of(&s, MISSION, &s.consent, NULL);
    assert_refused(&s, NGO, MISSION, &body, REFUSAL_NOT_PROVEN); /* it is in another log */
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end_forged(&s);
}

static void test_a_withdrawal_that_is_early_leaves_a_tombstone_and_is_answered(void **state)
{
    struct control_consent_withdraw_ask ask;
    struct control_consent consent;
    struct fixture s;
    struct body body;

    (void)state;
    begin(&s, 2);
    body = withdrawal_of(&s, NGO, &s.consent, NULL); /* proven; nothing is here to compare it with */
    put(&s, NGO, MISSION, &body);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    assert_int_equal(s.refusals, 0);
    ask = (struct control_consent_withdraw_ask){.consent = s.consent};
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err)); /* the answer is about a consent of ours */
    world_tick(s.w, NGO);
    end(&s);
}

static struct consent_row consent_at_mission(struct fixture *s)
{
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(s->mission->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) &&
                found);
    return row;
}

static void test_a_withdrawal_said_again_does_not_put_the_erasure_off(void **state)
{
    struct body body = {.kind = MESSAGE_WITHDRAWAL};
    struct control_consent consent;
    struct control_consent_withdraw_ask ask;
    struct consent_row row;
    struct audit_proof proof;
    struct record r;
    struct fixture s;
    uint32_t day;

    (void)state;
    begin(&s, 2);
    refer(&s);
    ask = (struct control_consent_withdraw_ask){.consent = s.consent};
    assert_true(exchange_consent_withdraw(s.ngo, &ask, &consent, &s.err));
    world_run_ms(s.w, 10000);
    row = consent_at_mission(&s);
    day = row.erase_from;
    assert_int_equal(row.progress, CONSENT_STOPPED);

    /* The same consent and commitment, a later day. */
    assert_true(consent_store_find(s.ngo->db, world_address(s.w, NGO), &s.consent, &(bool){false}, &row, &s.err));
    assert_true(audit_prove(s.ngo->audit, row.withdrawn_index, AUDIT_OF_COMMIT, &s.arena, &proof, &s.err));
    assert_true(record_decode(proof.record, &s.arena, &r, &s.err));
    r.consent.until = day + 9;
    proof = append(&s, NGO, &r);
    body.withdrawal.consent = s.consent;
    body.withdrawal.state = CONSENT_STOP;
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    put(&s, NGO, MISSION, &body);
    assert_int_equal(s.refusals, 0);
    row = consent_at_mission(&s);
    assert_int_equal(row.erase_from, day);
    assert_int_equal(row.progress, CONSENT_STOPPED);

    r.consent.until = day - 1; /* a nearer day counts */
    proof = append(&s, NGO, &r);
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    put(&s, NGO, MISSION, &body);
    assert_int_equal(consent_at_mission(&s).erase_from, day - 1);
    end(&s);
}

static void test_a_consent_is_its_takers_whoever_else_uses_its_id(void **state)
{
    struct fixture s;
    struct body body;

    (void)state;
    begin(&s, 3);
    body = withdrawal_of(&s, SHELTER, &s.consent, NULL);
    put(&s, SHELTER, MISSION, &body); /* it is the first that the mission hears of this id */
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    refer(&s); /* arrives, and is read */
    put(&s, SHELTER, MISSION, &body);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_a_statement_is_proven_and_about_a_consent_between_the_two(void **state)
{
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT};
    struct record r = {.kind = RECORD_ERASED};
    struct audit_proof proof;
    struct fixture s;

    (void)state;
    begin(&s, 3);
    refer(&s);
    r.erased.consent = s.consent;
    r.erased.result = ERASURE_DONE;
    r.erased.agency = address_view(world_address(s.w, NGO));
    proof = append(&s, SHELTER, &r);
    body.erasure.consent = s.consent;
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    assert_refused(&s, MISSION, NGO, &body, REFUSAL_NOT_PROVEN); /* in the shelter's log */
    assert_refused(&s, SHELTER, NGO, &body, REFUSAL_OF_ANOTHER); /* she never gave it for the shelter */
    end(&s);
}

static bool ask_again(struct fixture *s, section_set require, bool partial, bool now,
                      struct control_referral_result *out)
{
    static const uint32_t services[] = {SERVICE_MEDICAL};
    const struct control_refer_ask ask = {.case_id = s->person,
                                          .to = *world_address(s->w, MISSION),
                                          .kind = MESSAGE_REFERRAL,
                                          .services = services,
                                          .service_count = 1,
                                          .urgency = URGENCY_NORMAL,
                                          .purpose = PURPOSE_SERVICES,
                                          .require = require,
                                          .partial = partial,
                                          .release_now = now,
                                          .request_id = view_of_text("r-1")};
    bool ok = exchange_refer(s->ngo, &ask, out, &s->err);

    assert_true(ok || s->err.code == E_REF_09);
    world_tick(s->w, NGO);
    return ok;
}

static void test_a_request_id_stands_for_all_that_was_asked(void **state)
{
    struct control_consent_withdraw_ask withdraw;
    struct control_consent consent;
    struct control_referral_result first;
    struct control_referral_result again;
    struct fixture s;

    (void)state;
    begin(&s, 2);
    assert_true(ask_again(&s, BIT(TRIAGE), true, true, &first));
    assert_true(ask_again(&s, BIT(TRIAGE), true, true, &again));
    assert_true(again.repeated && ident_equal(&again.referral, &first.referral));
    assert_false(ask_again(&s, 0, true, true, &again));
    assert_false(ask_again(&s, BIT(TRIAGE) | BIT(HEALTH), true, true, &again));
    assert_false(ask_again(&s, BIT(TRIAGE), false, true, &again));
    assert_false(ask_again(&s, BIT(TRIAGE), true, false, &again));
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    withdraw = (struct control_consent_withdraw_ask){.consent = s.consent, .erase_now = true, .seen_alone = SEEN_ALONE};
    assert_true(exchange_consent_withdraw(s.ngo, &withdraw, &consent, &s.err));
    assert_true(world_run_until_idle(s.w, 60 * MINUTES));
    assert_true(ask_again(&s, BIT(TRIAGE), true, false, &again)); /* erased: the same referral, and nothing is sent */
    assert_true(again.repeated && ident_equal(&again.referral, &first.referral));
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_kind_that_is_not_acted_on_is_refused),
        cmocka_unit_test(test_a_correction_and_its_answer_are_of_something),
        cmocka_unit_test(test_that_a_referral_is_erased_there_is_proven),
        cmocka_unit_test(test_what_became_of_her_is_in_its_own_sections_alone),
        cmocka_unit_test(test_a_referral_has_an_id_that_nothing_else_has),
        cmocka_unit_test(test_what_overtook_its_referral_waits_and_arrives),
        cmocka_unit_test(test_a_reply_names_the_message_that_it_answers),
        cmocka_unit_test(test_a_withdrawal_is_proven_and_commits_to_what_was_given),
        cmocka_unit_test(test_a_withdrawal_that_is_early_leaves_a_tombstone_and_is_answered),
        cmocka_unit_test(test_a_withdrawal_said_again_does_not_put_the_erasure_off),
        cmocka_unit_test(test_a_request_id_stands_for_all_that_was_asked),
        cmocka_unit_test(test_a_consent_is_its_takers_whoever_else_uses_its_id),
        cmocka_unit_test(test_a_statement_is_proven_and_about_a_consent_between_the_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
