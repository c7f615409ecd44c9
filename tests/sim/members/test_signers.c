/* An id counts under the agency that signed it: a member that uses the ids of others changes nothing of theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/logs/audit.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "forge.h"
#include "model/refusal.h"
#include "store/consent_store.h"
#include "store/message_store.h"

/* The ngo's referral to the mission is delivered; a second one has left, and its receipt was lost. The shelter is a
 * member that knows all their ids. */
struct scene {
    struct fixture f;
    struct ident first;         /* referral that is delivered */
    struct message_row message; /* its first message, at the ngo */
    struct message_row waiting; /* of the second referral */
    struct arena arena;
    /* frames to the shelter since the last lie */
    unsigned receipts;
    unsigned missing;
    /* refusals to any node since then */
    uint32_t step;
    uint32_t reason;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct scene *s = cookie;
    struct peer_refusal refusal;
    struct peer_missing missing;
    struct arena arena = {0};
    struct error err = {0};

    (void)from;
    if (kind == PEER_REFUSAL && peer_refusal_decode(payload, &arena, &refusal, &err)) {
        s->step = refusal.step;
        s->reason = refusal.reason;
    }
    if (to == SHELTER && kind == PEER_RECEIPT)
        s->receipts++;
    if (to == SHELTER && kind == PEER_MISSING && peer_missing_decode(payload, &arena, &missing, &err))
        s->missing += (unsigned)missing.count;
    arena_fini(&arena);
}

static struct message_row row_at_ngo(struct scene *s, const struct ident *message)
{
    struct message_row row;
    struct peer_row peer;
    struct error err;
    bool found;

    assert_true(peers_find(s->f.ngo, world_address(s->f.w, MISSION), &found, &peer, &err) && found);
    assert_true(message_store_find(s->f.ngo->db, DIRECTION_OUT, peer.number, message, &found, &row, &err) && found);
    return row;
}

static void begin(struct scene *s)
{
    *s = (struct scene){0};
    fixture_begin(&s->f, 43, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_link(s->f.w, SHELTER, MISSION);
    world_link(s->f.w, SHELTER, NGO);
    fixture_deliver(&s->f);
    s->first = s->f.sent.referral;
    s->message = row_at_ngo(s, &s->f.sent.message);
    world_conditions(s->f.w)->drop = PEER_RECEIPT;
    fixture_refer(&s->f);
    world_run_ms(s->f.w, 3000);
    s->waiting = row_at_ngo(s, &s->f.sent.message);
    assert_true(s->waiting.state == MESSAGE_WAITING && s->waiting.may_have_left);
    world_watch(s->f.w, on_frame_sent, s);
}

static void end(struct scene *s)
{
    world_free(s->f.w);
    arena_fini(&s->arena);
}

static struct consent_row consent_at(struct scene *s, size_t i, size_t taker)
{
    struct consent_row row;
    struct error err;
    bool found;

    assert_true(consent_store_find(world_node(s->f.w, i)->db, world_address(s->f.w, taker), &s->f.consent, &found, &row,
                                   &err) &&
                found);
    return row;
}

/* --- what a member can send --- */

/* Her consent, as the ngo shows it to the mission. */
static struct view receipt_of_consent(struct scene *s)
{
    struct consent_entry *entry;

    assert_true(consent_book_get(s->f.ngo, consent_at(s, NGO, NGO).number, &entry, &s->f.err));
    return entry->closed;
}

/* FROM sends TO an envelope with BODY; with the id MESSAGE, if it is not zeros; with her consent, if its kind needs
 * one. */
static void put(struct scene *s, size_t from, size_t to, const struct ident *message, const struct body *body)
{
    struct bytes encoded = {0};
    struct bytes envelope = {0};
    struct forgery f = {.record = {.message = *message, .message_kind = body->kind}};

    if (message_kind_needs_permission(body->kind, false)) {
        f.record.has_consent = true;
        f.record.consent = s->f.consent;
        f.record.purpose = PURPOSE_SERVICES;
        f.record.basis = view_of_text("consent");
        f.consent = receipt_of_consent(s);
    }
    body_encode(body, &encoded);
    f.body = bytes_view(&encoded);
    forge_envelope(s->f.w, from, to, &f, &envelope);
    assert_true(world_inject(s->f.w, from, to, PEER_ENVELOPE, bytes_view(&envelope)));
    world_run_ms(s->f.w, 2000);
    bytes_fini(&encoded);
    bytes_fini(&envelope);
}

static const struct ident any_message = {{0}};

static void put_frame(struct scene *s, size_t from, size_t to, uint16_t kind, struct bytes *frame)
{
    (void)world_inject(s->f.w, from, to, kind, bytes_view(frame));
    world_run_ms(s->f.w, 500);
    bytes_fini(frame);
}

/* A withdrawal of the id of her consent, in the log of node I. */
static struct body withdrawal_by(struct scene *s, size_t i)
{
    struct record r = {.kind = RECORD_WITHDRAWN};
    struct body body = {.kind = MESSAGE_WITHDRAWAL, .withdrawal = {.consent = s->f.consent, .state = CONSENT_STOP}};
    struct audit_proof proof;

    r.consent = (struct record_consent){
        .consent = s->f.consent, .state = CONSENT_STOP, .until = day_of_ms(world_now(s->f.w)) + 3};
    memset(r.consent.commitment.at, 0x77, sizeof r.consent.commitment.at);
    forge_record(s->f.w, i, &r, &s->arena, &proof);
    body.withdrawal.record = proof.record;
    body.withdrawal.path = proof.path;
    body.withdrawal.checkpoint = proof.checkpoint;
    return body;
}

/* A statement, in the log of node I, that it erased what came under the consent with her consent's id of TAKER. */
static struct body statement_by(struct scene *s, size_t i, size_t taker)
{
    struct record r = {.kind = RECORD_ERASED};
    struct body body = {.kind = MESSAGE_ERASURE_STATEMENT, .erasure = {.consent = s->f.consent}};
    struct audit_proof proof;

    r.erased.consent = s->f.consent;
    r.erased.result = ERASURE_DONE;
    r.erased.agency = address_view(world_address(s->f.w, taker));
    forge_record(s->f.w, i, &r, &s->arena, &proof);
    body.erasure.record = proof.record;
    body.erasure.path = proof.path;
    body.erasure.checkpoint = proof.checkpoint;
    return body;
}

/* --- one lie each --- */

typedef void lie_fn(struct scene *s);

struct lie {
    const char *name;
    lie_fn *tell;
};

static void receipt_of_anothers_message(struct scene *s)
{
    struct record r = {.kind = RECORD_RECEIVED};
    struct receipt receipt = {0};
    struct bytes frame = {0};
    struct audit_proof proof;

    r.received = (struct record_received){.sender = address_view(world_address(s->f.w, NGO)),
                                          .message = s->waiting.id,
                                          .leaf = s->waiting.leaf,
                                          .outcome = OUTCOME_STORED};
    forge_record(s->f.w, SHELTER, &r, &s->arena, &proof);
    receipt.record = proof.record;
    receipt.path = proof.path;
    receipt.checkpoint = proof.checkpoint;
    receipt_encode(&receipt, &frame);
    put_frame(s, SHELTER, NGO, PEER_RECEIPT, &frame);
}

static void refusal_of_anothers_message(struct scene *s)
{
    struct peer_refusal refusal = {.has_message = true, .message = s->waiting.id, .step = STEP_MEMBER};
    struct bytes frame = {0};

    peer_refusal_encode(&refusal, &frame);
    put_frame(s, SHELTER, NGO, PEER_REFUSAL, &frame);
}

static void anothers_message_is_said_to_be_missing(struct scene *s)
{
    struct peer_missing missing = {.ids = &s->waiting.id, .count = 1};
    struct bytes frame = {0};

    peer_missing_encode(&missing, &frame);
    put_frame(s, SHELTER, NGO, PEER_MISSING, &frame);
}

static void question_about_anothers_message(struct scene *s)
{
    struct peer_asked asked = {.message = s->message.id, .leaf = s->message.leaf};
    struct bytes frame = {0};

    peer_ask_encode(&(struct peer_ask){.asked = &asked, .count = 1}, &frame);
    put_frame(s, SHELTER, MISSION, PEER_ASK, &frame);
    assert_int_equal(s->receipts, 0);
    assert_int_equal(s->missing, 1);
}

static void message_under_anothers_id(struct scene *s)
{
    struct body body = withdrawal_by(s, SHELTER);
    unsigned received = people_records(s->f.mission, RECORD_RECEIVED);

    put(s, SHELTER, MISSION, &s->message.id, &body);
    assert_int_equal(people_records(s->f.mission, RECORD_RECEIVED), received + 1); /* it is the shelter's own */
}

static void message_under_the_id_of_one_to_its_sender(struct scene *s)
{
    struct body body = withdrawal_by(s, MISSION);
    unsigned received = people_records(s->f.ngo, RECORD_RECEIVED);

    put(s, MISSION, NGO, &s->message.id, &body);
    assert_int_equal(people_records(s->f.ngo, RECORD_RECEIVED), received + 1);
}

static void assert_not_known(struct scene *s, size_t to, unsigned refused)
{
    assert_int_equal(s->step, STEP_ACTS);
    assert_int_equal(s->reason, REFUSAL_NOT_KNOWN_YET);
    assert_int_equal(people_records(world_node(s->f.w, to), RECORD_REFUSED), refused);
}

static void put_unknown(struct scene *s, size_t from, size_t to, const struct body *body)
{
    unsigned refused = people_records(world_node(s->f.w, to), RECORD_REFUSED);

    put(s, from, to, &any_message, body);
    assert_not_known(s, to, refused);
}

static struct body release_of(struct scene *s)
{
    return (struct body){.kind = MESSAGE_RELEASE, .has_referral = true, .referral = s->first};
}

static struct body reply_to(struct scene *s)
{
    return (struct body){.kind = MESSAGE_REPLY,
                         .has_referral = true,
                         .referral = s->first,
                         .reply = {.state = REFERRAL_ACCEPTED, .in_reply_to = s->message.id}};
}

static void release_to_anothers_referral(struct scene *s)
{
    struct body body = release_of(s);

    put_unknown(s, SHELTER, MISSION, &body);
}

static void release_by_the_recipient(struct scene *s)
{
    struct body body = release_of(s);

    put_unknown(s, MISSION, NGO, &body);
}

static void reply_to_anothers_referral(struct scene *s)
{
    struct body body = reply_to(s);

    put_unknown(s, SHELTER, NGO, &body);
}

static void reply_by_the_sender(struct scene *s)
{
    struct body body = reply_to(s);

    put_unknown(s, NGO, MISSION, &body);
}

static void referral_under_anothers_consent(struct scene *s)
{
    struct body body = {.kind = MESSAGE_REFERRAL, .has_referral = true, .referral_part = {.urgency = URGENCY_NORMAL}};
    unsigned refused = people_records(s->f.mission, RECORD_REFUSED);

    memset(body.referral.at, 9, sizeof body.referral.at);
    put(s, SHELTER, MISSION, &any_message, &body);
    assert_int_equal(people_records(s->f.mission, RECORD_REFUSED), refused + 1);
    assert_int_equal(people_count(s->f.mission, &body.referral), 0);
}

static bool assert_of_ngo(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    assert_int_equal(m->peer, *(const int64_t *)cookie);
    return true;
}

static void withdrawal_of_anothers_consent(struct scene *s)
{
    struct body body = withdrawal_by(s, SHELTER);
    struct peer_row peer;
    bool found;

    put(s, SHELTER, MISSION, &any_message, &body);
    assert_int_equal(people_records(s->f.mission, RECORD_ERASED), 1); /* nothing held of the shelter */
    assert_true(peers_find(s->f.mission, world_address(s->f.w, NGO), &found, &peer, &s->f.err) && found);
    assert_true(message_store_walk_consent(s->f.mission->db, consent_at(s, MISSION, NGO).number, assert_of_ngo,
                                           &peer.number, &s->f.err));
}

static void withdrawal_by_the_recipient(struct scene *s)
{
    struct body body = withdrawal_by(s, MISSION);

    put(s, MISSION, NGO, &any_message, &body);
    assert_int_equal(people_records(s->f.ngo, RECORD_ERASED), 1);
}

static void statement_about_anothers_consent(struct scene *s)
{
    struct body body = statement_by(s, SHELTER, NGO);

    put(s, SHELTER, NGO, &any_message, &body);
    assert_int_equal(s->step, STEP_ACTS);
    assert_int_equal(s->reason, REFUSAL_OF_ANOTHER);
}

#define LIE(tell)                                                                                                      \
    {                                                                                                                  \
#tell, tell                                                                                                    \
    }

static const struct lie lies[] = {
    LIE(receipt_of_anothers_message),
    LIE(refusal_of_anothers_message),
    LIE(anothers_message_is_said_to_be_missing),
    LIE(question_about_anothers_message),
    LIE(message_under_anothers_id),
    LIE(message_under_the_id_of_one_to_its_sender),
    LIE(release_to_anothers_referral),
    LIE(release_by_the_recipient),
    LIE(reply_to_anothers_referral),
    LIE(reply_by_the_sender),
    LIE(referral_under_anothers_consent),
    LIE(withdrawal_of_anothers_consent),
    LIE(withdrawal_by_the_recipient),
    LIE(statement_about_anothers_consent),
};

/* What is hers is at both ends as it was, and goes on. */
static void assert_untouched(struct scene *s)
{
    struct message_row row = row_at_ngo(s, &s->waiting.id);

    assert_int_equal(row.state, MESSAGE_WAITING);
    assert_int_equal(row.attempts, s->waiting.attempts);
    assert_int_equal(row.missing_ms, 0);
    assert_int_equal(people_state(s->f.ngo, &s->first), REFERRAL_DELIVERED);
    assert_int_equal(people_open_sections(s->f.mission, &s->first, &s->f.err), BIT(TRIAGE));
    assert_int_equal(consent_at(s, NGO, NGO).progress, CONSENT_STANDS);
    world_conditions(s->f.w)->drop = 0;
    fixture_settle(&s->f);
    assert_int_equal(people_state(s->f.ngo, &s->f.sent.referral), REFERRAL_DELIVERED);
    fixture_deliver(&s->f);
    assert_int_equal(people_open_sections(s->f.mission, &s->f.sent.referral, &s->f.err), BIT(TRIAGE));
}

static void test_lie(void **state)
{
    const struct lie *lie = *state;
    struct scene s;

    begin(&s);
    lie->tell(&s);
    assert_untouched(&s);
    end(&s);
}

/* --- after her withdrawal --- */

static void test_a_withdrawal_is_answered_by_the_agency_that_was_told(void **state)
{
    struct body body;
    struct scene s;

    (void)state;
    begin(&s);
    world_conditions(s.f.w)->drop = PEER_ENVELOPE;
    assert_true(fixture_withdraw(&s.f, false));
    world_run_ms(s.f.w, 1000);
    body = statement_by(&s, SHELTER, NGO);
    put(&s, SHELTER, NGO, &any_message, &body);
    assert_int_equal(s.reason, REFUSAL_OF_ANOTHER);
    body = statement_by(&s, MISSION, SHELTER); /* of a consent that the shelter took */
    put(&s, MISSION, NGO, &any_message, &body);
    assert_int_equal(s.reason, REFUSAL_NOT_PROVEN);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ASKED);
    end(&s);
}

static void test_another_withdrawal_with_her_consents_id_is_no_repeat_of_hers(void **state)
{
    struct body body;
    struct scene s;
    unsigned received;

    (void)state;
    begin(&s);
    world_conditions(s.f.w)->drop = 0;
    assert_true(fixture_withdraw(&s.f, true));
    fixture_settle(&s.f);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    received = people_records(s.f.mission, RECORD_RECEIVED);
    body = withdrawal_by(&s, SHELTER);
    put(&s, SHELTER, MISSION, &any_message, &body);
    assert_int_equal(people_records(s.f.mission, RECORD_RECEIVED), received + 1);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 2); /* one for each agency */
    assert_true(people_log_is_good(s.f.mission));
    end(&s);
}

/* --- two consents with one id --- */

/* Gives the id once, where one is asked for. */
struct chosen_random {
    struct random_source random;
    struct random_source *real;
    struct ident id;
    bool given;
};

static void fill_chosen(struct random_source *self, uint8_t *at, size_t size)
{
    struct chosen_random *c = (struct chosen_random *)self;

    if (size == IDENT_SIZE && !c->given) {
        memcpy(at, c->id.at, IDENT_SIZE);
        c->given = true;
        return;
    }
    random_fill(c->real, at, size);
}

/* The shelter records a consent for the mission with the id of hers, of another person, and refers that one. */
static struct control_referral_result refer_under_her_id(struct scene *s)
{
    struct exchange *x = world_node(s->f.w, SHELTER);
    struct chosen_random chosen = {.random = {fill_chosen}, .real = x->random, .id = s->f.consent};
    struct control_referral_result sent;
    struct ident person = people_case(x);
    struct ident id;

    world_tick(s->f.w, SHELTER);
    x->random = &chosen.random;
    id = people_consent(x, &person, world_address(s->f.w, MISSION), &(struct people_consent){.sections = BIT(TRIAGE)});
    x->random = chosen.real;
    assert_true(ident_equal(&id, &s->f.consent));
    world_tick(s->f.w, SHELTER);
    assert_true(people_refer(x, &person, world_address(s->f.w, MISSION), &(struct people_referral){.now = true}, &sent,
                             &s->f.err));
    fixture_settle(&s->f);
    return sent;
}

static section_set readable(struct scene *s, const struct ident *referral)
{
    return people_open_sections(s->f.mission, referral, &s->f.err);
}

static void test_two_consents_with_one_id_are_two(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct control_referral_result other;
        struct control_consent shown;
        struct scene s;

        begin(&s);
        world_conditions(s.f.w)->drop = 0;
        fixture_settle(&s.f);
        other = refer_under_her_id(&s);
        assert_int_equal(readable(&s, &other.referral), BIT(TRIAGE));
        assert_int_equal(readable(&s, &s.first), BIT(TRIAGE));

        assert_true(exchange_consent_withdraw(world_node(s.f.w, which == 0 ? NGO : SHELTER),
                                              &(struct control_consent_withdraw_ask){.consent = s.f.consent}, &shown,
                                              &s.f.err));
        fixture_settle(&s.f);
        assert_int_equal(readable(&s, &other.referral), which == 0 ? BIT(TRIAGE) : 0);
        assert_int_equal(readable(&s, &s.first), which == 0 ? 0 : BIT(TRIAGE));
        for (size_t i = 0; i < 3; i++)
            assert_true(people_log_is_good(world_node(s.f.w, i)));
        end(&s);
    }
}

/* --- tombstones --- */

/* As many of node I as the mission remembers. */
static void fill_tombstones(struct scene *s, size_t i)
{
    struct consent_row row = {.progress = CONSENT_ERASED,
                              .agency = *world_address(s->f.w, i),
                              .recipient = *world_address(s->f.w, MISSION),
                              .changed_ms = world_now(s->f.w)};

    assert_true(tick_begin(s->f.mission, &s->f.err));
    for (unsigned k = 0; k < BOUND_TOMBSTONES; k++) {
        random_fill(s->f.mission->random, row.id.at, sizeof row.id.at);
        row.number = consent_store_next_number(s->f.mission->db);
        assert_true(consent_store_add(s->f.mission->db, &row, (struct view){0}, &s->f.err));
    }
    world_tick(s->f.w, MISSION);
}

static void test_tombstones_of_one_agency_keep_out_no_withdrawal_of_another(void **state)
{
    struct body body;
    struct scene s;

    (void)state;
    begin(&s);
    fill_tombstones(&s, NGO);
    body = withdrawal_by(&s, SHELTER);
    put(&s, SHELTER, MISSION, &any_message, &body);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 1);
    end(&s);
}

static void test_the_id_of_anothers_consent_makes_no_room_for_tombstones(void **state)
{
    struct body body;
    struct scene s;
    unsigned received;

    (void)state;
    begin(&s);
    fill_tombstones(&s, SHELTER);
    received = people_records(s.f.mission, RECORD_RECEIVED);
    body = withdrawal_by(&s, SHELTER); /* hers stands at the mission, as the ngo took it */
    put(&s, SHELTER, MISSION, &any_message, &body);
    assert_int_equal(people_records(s.f.mission, RECORD_RECEIVED), received);
    assert_int_equal(people_records(s.f.mission, RECORD_ERASED), 0);
    assert_int_equal(consent_at(&s, MISSION, NGO).progress, CONSENT_STANDS);
    end(&s);
}

#define LIES (sizeof lies / sizeof lies[0])

int main(void)
{
    struct CMUnitTest tests[LIES + 5] = {
        cmocka_unit_test(test_a_withdrawal_is_answered_by_the_agency_that_was_told),
        cmocka_unit_test(test_another_withdrawal_with_her_consents_id_is_no_repeat_of_hers),
        cmocka_unit_test(test_two_consents_with_one_id_are_two),
        cmocka_unit_test(test_tombstones_of_one_agency_keep_out_no_withdrawal_of_another),
        cmocka_unit_test(test_the_id_of_anothers_consent_makes_no_room_for_tombstones),
    };
    struct lie each[LIES];

    memcpy(each, lies, sizeof each);
    for (size_t i = 0; i < LIES; i++)
        tests[5 + i] = (struct CMUnitTest){each[i].name, test_lie, NULL, NULL, &each[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
