/* What a sender that is modified sends under a consent: receipts that are sound but for one lie, data after she ended
 * it, or by a clock that is wrong. What is sound, or shows more of a consent than the receipt before, is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auditlog/checkpoint.h"
#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/envelope_codec.h"
#include "codec/frame.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/meter_test.h"
#include "fixture.h"
#include "forge.h"

struct scene {
    struct fixture f;
    struct consent_receipt true_one; /* of her consent, open; in ARENA */
    struct arena arena;
    unsigned answers; /* receipts of the mission */
    enum outcome outcome;
    struct peer_refusal refusal; /* its last */
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct scene *s = cookie;
    struct arena arena = {0};
    struct receipt receipt;
    struct record r;
    struct error err;

    (void)to;
    if (from == MISSION && kind == PEER_RECEIPT) {
        assert_true(receipt_decode(payload, &arena, &receipt, &err) && record_decode(receipt.record, &arena, &r, &err));
        s->answers++;
        s->outcome = r.received.outcome;
    }
    if (from == MISSION && kind == PEER_REFUSAL)
        assert_true(peer_refusal_decode(payload, &arena, &s->refusal, &err));
    arena_fini(&arena);
}

/* The consent ID, as it is stored at X. */
static const struct consent_entry *entry_at(struct scene *s, struct exchange *x, const struct ident *id)
{
    struct consent_entry *entry;
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(x->db, world_address(s->f.w, NGO), id, &found, &row, &s->f.err) && found);
    assert_true(consent_book_get(x, row.number, &entry, &s->f.err));
    return entry;
}

static void begin(struct scene *s, uint64_t seed)
{
    struct view bytes;

    *s = (struct scene){.answers = 0};
    fixture_begin(&s->f, seed, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    fixture_deliver(&s->f); /* they are linked */
    bytes = arena_copy(&s->arena, entry_at(s, s->f.ngo, &s->f.consent)->bytes);
    assert_true(consent_receipt_decode(bytes, &s->arena, &s->true_one, &s->f.err));
    world_watch(s->f.w, on_frame_sent, s);
}

static void end(struct scene *s)
{
    arena_fini(&s->arena);
    fixture_end_forged(&s->f);
}

static const uint32_t service = 1;

/* A referral without sections, under the consent CONSENT. */
static struct forgery offer(struct scene *s, const struct ident *consent)
{
    struct body b = {
        .kind = MESSAGE_REFERRAL,
        .has_referral = true,
        .referral_part = {
            .urgency = URGENCY_NORMAL, .services = &service, .service_count = 1, .due_ms = world_now(s->f.w) + DAY_MS}};
    struct bytes body = {0};
    struct forgery f = {.record = {.message_kind = MESSAGE_REFERRAL,
                                   .purpose = PURPOSE_SERVICES,
                                   .basis = view_of_text("consent"),
                                   .has_consent = true,
                                   .consent = *consent}};

    ident_random(&world_random(s->f.w)->random, &b.referral);
    body_encode(&b, &body);
    f.body = arena_copy(&s->arena, bytes_view(&body));
    bytes_fini(&body);
    return f;
}

/* Sends it with RECEIPT; returns the outcome that the mission signs. */
static enum outcome send_under(struct scene *s, const struct ident *consent, struct view receipt)
{
    struct forgery f = offer(s, consent);
    struct bytes envelope = {0};
    unsigned before = s->answers;

    f.consent = receipt;
    forge_envelope(s->f.w, NGO, MISSION, &f, &envelope);
    assert_true(world_inject(s->f.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
    world_tick(s->f.w, MISSION);
    assert_int_equal(s->answers, before + 1);
    bytes_fini(&envelope);
    return s->outcome;
}

static struct view encoded(struct scene *s, const struct consent_receipt *r)
{
    struct bytes bytes = {0};
    struct view kept;

    consent_receipt_encode(r, &bytes);
    kept = arena_copy(&s->arena, bytes_view(&bytes));
    bytes_fini(&bytes);
    return kept;
}

/* What is untrue of a receipt; NULL: nothing. */
struct lie {
    void (*in_receipt)(struct scene *s, struct consent_receipt *r); /* the record commits to it */
    void (*in_record)(struct record *r);
    void (*after)(struct scene *s, struct consent_receipt *r); /* when the record is proven */
};

/* A new consent of her, with the LIE; *ID is the one that the true part of it has. */
static struct view make_receipt(struct scene *s, const struct lie *lie, struct ident *id)
{
    struct consent_receipt r = s->true_one;
    struct record record = {.kind = RECORD_CONSENT};
    struct audit_proof proof;
    struct bytes header = {0};

    ident_random(&world_random(s->f.w)->random, id);
    r.header.consent = *id;
    if (lie->in_receipt != NULL)
        lie->in_receipt(s, &r);
    consent_header_encode(&r.header, &header);
    r.header_bytes = arena_copy(&s->arena, bytes_view(&header));
    bytes_fini(&header);
    record.consent = (struct record_consent){.consent = *id, .state = CONSENT_GIVEN, .until = r.header.until};
    assert_true(consent_commitment_of(&r, &record.consent.commitment));
    if (lie->in_record != NULL)
        lie->in_record(&record);
    forge_record(s->f.w, NGO, &record, &s->arena, &proof);
    r.record_bytes = proof.record;
    r.path = proof.path;
    r.checkpoint = proof.checkpoint;
    if (lie->after != NULL)
        lie->after(s, &r);
    return encoded(s, &r);
}

static enum outcome outcome_of(struct scene *s, const struct lie *lie)
{
    struct ident id;
    struct view receipt = make_receipt(s, lie, &id);

    return send_under(s, &id, receipt);
}

static void show_none(struct scene *s, struct consent_receipt *r)
{
    (void)s;
    r->shown_count = 0;
}

static void name_another_taker(struct scene *s, struct consent_receipt *r)
{
    r->header.agency = address_view(world_address(s->f.w, SHELTER));
}

/* How it was given says so, and that was committed to. */
static void for_somebody_outside(struct scene *s, struct consent_receipt *r)
{
    struct bytes given = {0};

    r->given.outside = view_of_text("a doctor");
    consent_given_encode(&r->given, &given);
    r->given_bytes = arena_copy(&s->arena, bytes_view(&given));
    commit_consent_given(r->salt_w, r->given_bytes, &r->w);
    bytes_fini(&given);
}

static void of_another_consent(struct record *r)
{
    r->consent.consent.at[0] ^= 1;
}

static void commit_to_another(struct record *r)
{
    r->consent.commitment.at[0] ^= 1;
}

static void until_another_day(struct record *r)
{
    r->consent.until--;
}

static void of_another_kind(struct record *r)
{
    r->kind = RECORD_WITHDRAWN;
    r->consent.state = CONSENT_STOP;
}

static void of_a_refusal(struct record *r)
{
    r->consent.state = CONSENT_REFUSED;
}

static void of_a_renewal(struct record *r)
{
    r->consent.state = CONSENT_RENEWED;
}

static void prove_nothing(struct scene *s, struct consent_receipt *r)
{
    struct view path = arena_copy(&s->arena, r->path);

    assert_true(path.size > 0);
    ((uint8_t *)(uintptr_t)path.at)[0] ^= 1;
    r->path = path;
}

static void test_each_lie_in_a_receipt_is_refused_as_one(void **state)
{
    static const struct lie lies[] = {
        {.in_receipt = for_somebody_outside}, {.in_receipt = show_none},        {.in_receipt = name_another_taker},
        {.in_record = of_another_consent},    {.in_record = commit_to_another}, {.in_record = until_another_day},
        {.in_record = of_another_kind},       {.in_record = of_a_refusal},      {.after = prove_nothing},
    };
    struct scene s;
    struct ident id;
    struct view receipt;

    (void)state;
    begin(&s, 91);
    assert_int_equal(outcome_of(&s, &(struct lie){.after = NULL}), OUTCOME_STORED);
    assert_int_equal(outcome_of(&s, &(struct lie){.in_record = of_a_renewal}), OUTCOME_STORED);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++)
        assert_int_equal(outcome_of(&s, &lies[i]), OUTCOME_CONSENT_WRONG);
    receipt = make_receipt(&s, &(struct lie){.after = NULL}, &id);
    id.at[0] ^= 1; /* the message names another */
    assert_int_equal(send_under(&s, &id, receipt), OUTCOME_CONSENT_WRONG);
    id.at[0] ^= 1;
    assert_int_equal(send_under(&s, &id, view_of_text("no receipt")), OUTCOME_CONSENT_WRONG);
    assert_int_equal(send_under(&s, &id, receipt), OUTCOME_STORED); /* what was refused before took nothing */
    end(&s);
}

/* --- which of two true ones is kept --- */

/* The same record, proven by the newest checkpoint. */
static void prove_anew(struct scene *s, uint64_t index, struct consent_receipt *r)
{
    struct audit_proof proof;

    world_must(audit_prove(s->f.ngo->audit, index, AUDIT_NEWEST, &s->arena, &proof, &s->f.err), &s->f.err, "prove");
    r->path = proof.path;
    r->checkpoint = proof.checkpoint;
}

static bool keeps(struct scene *s, const struct ident *id, struct view receipt)
{
    return view_equal(entry_at(s, s->f.mission, id)->bytes, receipt);
}

static void test_of_two_receipts_of_a_consent_the_one_that_shows_more_is_kept(void **state)
{
    struct scene s;
    struct ident id;
    struct consent_receipt open;
    struct consent_receipt closed;
    struct view bytes[4];
    uint64_t index;

    (void)state;
    begin(&s, 92);
    index = audit_size(s.f.ngo->audit, LOG_EXCHANGE);
    bytes[3] = make_receipt(&s, &(struct lie){.after = NULL}, &id);
    assert_true(consent_receipt_decode(bytes[3], &s.arena, &open, &s.f.err));
    consent_commitment_close(&open, &closed);
    bytes[0] = encoded(&s, &closed);
    assert_int_equal(send_under(&s, &id, bytes[0]), OUTCOME_STORED);
    assert_true(keeps(&s, &id, bytes[0]));

    prove_anew(&s, index, &closed); /* closed like the first */
    bytes[1] = encoded(&s, &closed);
    assert_false(view_equal(bytes[0], bytes[1]));
    assert_int_equal(send_under(&s, &id, bytes[1]), OUTCOME_STORED);
    assert_true(keeps(&s, &id, bytes[0]));

    open.shown_count = 1; /* as many grants as a closed one, and how it was given */
    bytes[2] = encoded(&s, &open);
    assert_int_equal(send_under(&s, &id, bytes[2]), OUTCOME_STORED);
    assert_true(keeps(&s, &id, bytes[2]));
    assert_int_equal(send_under(&s, &id, bytes[0]), OUTCOME_STORED);
    assert_true(keeps(&s, &id, bytes[2]));
    assert_int_equal(send_under(&s, &id, bytes[3]), OUTCOME_STORED);
    assert_true(keeps(&s, &id, bytes[3]));
    end(&s);
}

/* The first grant is that for no section, and permits alone. */
static void hide_the_first(struct scene *s, struct consent_receipt *r)
{
    (void)s;
    assert_int_equal(r->shown[0].grant.sections, 0);
    r->shown++;
    r->shown_count--;
}

static void test_a_receipt_that_hides_its_first_grant_lets_nothing_in_and_nothing_out(void **state)
{
    const struct lie lie = {.in_receipt = hide_the_first};
    struct consent_receipt part;
    struct consent_entry *kept;
    struct consent_row row;
    struct view receipt;
    struct ident id;
    struct scene s;
    bool found;

    (void)state;
    begin(&s, 97);
    receipt = make_receipt(&s, &lie, &id);
    assert_int_equal(send_under(&s, &id, receipt), OUTCOME_NOT_COVERED);
    assert_true(consent_store_find(s.f.mission->db, world_address(s.f.w, NGO), &id, &found, &row, &s.f.err));
    assert_false(found);

    part = s.true_one; /* as if it had been stored */
    hide_the_first(&s, &part);
    receipt = encoded(&s, &part);
    row = entry_at(&s, s.f.mission, &s.f.consent)->row;
    assert_true(tick_begin(s.f.mission, &s.f.err) &&
                consent_book_replace_content(s.f.mission, &row, receipt, &kept, &s.f.err));
    assert_true(view_equal(kept->closed, receipt)); /* there is none that shows less */
    assert_int_equal(consent_entry_purpose(kept), 0);
    world_tick(s.f.w, MISSION);
    receipt = encoded(&s, &s.true_one); /* the whole takes its place */
    assert_int_equal(send_under(&s, &s.f.consent, receipt), OUTCOME_STORED);
    assert_true(keeps(&s, &s.f.consent, receipt));
    assert_int_equal(consent_entry_purpose(entry_at(&s, s.f.mission, &s.f.consent)), PURPOSE_SERVICES);
    end(&s);
}

/* --- what she ended, by the log --- */

static void test_a_row_that_was_put_back_lets_nothing_in(void **state)
{
    struct scene s;
    struct view receipt;

    (void)state;
    begin(&s, 93);
    receipt = encoded(&s, &s.true_one);
    assert_true(fixture_withdraw(&s.f, false));
    fixture_settle(&s.f);
    assert_int_equal(send_under(&s, &s.f.consent, receipt), OUTCOME_WITHDRAWN);
    fixture_edit(&s.f, MISSION, "UPDATE consent SET progress = 1");
    assert_int_equal(send_under(&s, &s.f.consent, receipt), OUTCOME_WITHDRAWN);
    end(&s);
}

static void test_who_has_used_up_its_lines_is_refused_without_one(void **state)
{
    struct scene s;
    struct ident id;

    (void)state;
    begin(&s, 94);
    (void)make_receipt(&s, &(struct lie){.after = NULL}, &id);
    meter_set_share(s.f.mission->meter, RESOURCE_LINES, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(send_under(&s, &id, view_of_text("no receipt")), OUTCOME_CONSENT_WRONG);
    end(&s);
}

/* --- by a clock that is wrong --- */

static void set_clock(struct scene *s, size_t i, int64_t ahead_ms)
{
    world_set_clock(s->f.w, i, ahead_ms);
    fixture_restart(&s->f, i);
    world_tick(s->f.w, i);
}

static void confirm_clock(struct scene *s, size_t i)
{
    bool changed;

    assert_true(exchange_clock_confirm(world_node(s->f.w, i), &changed, &s->f.err) && changed);
    world_tick(s->f.w, i);
}

/* Sends what says what it is for itself; true where the mission signed for it, else ->refusal says why not. */
static bool is_answered(struct scene *s, struct view envelope)
{
    unsigned before = s->answers;

    s->refusal = (struct peer_refusal){.step = 0};
    assert_true(world_inject(s->f.w, NGO, MISSION, PEER_ENVELOPE, envelope));
    world_tick(s->f.w, MISSION);
    return s->answers != before;
}

static void forge(struct scene *s, const struct forgery *f, struct bytes *envelope)
{
    bytes_clear(envelope);
    forge_envelope(s->f.w, NGO, MISSION, f, envelope);
}

/* Only what the wrong clock alone ends waits; what no clock allows is refused for good. */
static void test_a_clock_in_doubt_excuses_no_message_that_its_consent_never_covered(void **state)
{
    struct scene s;
    struct bytes envelope = {0};
    struct forgery f;
    uint32_t tomorrow;

    (void)state;
    begin(&s, 95);
    tomorrow = day_of_ms(world_now(s.f.w)) + 1;
    s.f.consent = people_consent(s.f.ngo, &s.f.person, s.f.to, &(struct people_consent){.until = tomorrow});
    world_tick(s.f.w, NGO);
    set_clock(&s, MISSION, 3 * DAY_MS);
    f = offer(&s, &s.f.consent);
    f.consent = arena_copy(&s.arena, entry_at(&s, s.f.ngo, &s.f.consent)->bytes);
    f.expiry = tomorrow + 10;
    forge(&s, &f, &envelope);
    assert_false(is_answered(&s, bytes_view(&envelope)));
    assert_int_equal(s.refusal.step, STEP_CONSENT);
    assert_int_equal(s.refusal.hold, HOLD_CLOCK);
    f.record.purpose = PURPOSE_RETURN;
    forge(&s, &f, &envelope);
    assert_true(is_answered(&s, bytes_view(&envelope)));
    assert_int_equal(s.outcome, OUTCOME_NOT_COVERED);
    bytes_fini(&envelope);
    end(&s);
}

/* Both clocks were five days ahead when it was taken. The mission's was set right since. */
static void test_what_was_taken_is_signed_for_again_though_it_is_of_the_future_now(void **state)
{
    struct scene s;
    struct bytes envelope = {0};
    struct bytes other = {0};
    struct forgery f;
    uint64_t taken;

    (void)state;
    begin(&s, 96);
    for (size_t i = NGO; i <= MISSION; i++) {
        set_clock(&s, i, 5 * DAY_MS);
        confirm_clock(&s, i);
    }
    f = offer(&s, &s.f.consent);
    f.consent = encoded(&s, &s.true_one);
    f.expiry = day_of_ms(world_now(s.f.w)) + 6;
    ident_random(&world_random(s.f.w)->random, &f.record.message);
    forge(&s, &f, &envelope);
    assert_true(is_answered(&s, bytes_view(&envelope)));
    assert_int_equal(s.outcome, OUTCOME_STORED);
    forge(&s, &f, &other); /* the same id under a second record */
    set_clock(&s, MISSION, 0);
    confirm_clock(&s, MISSION);
    taken = people_records(s.f.mission, RECORD_RECEIVED);

    assert_true(is_answered(&s, bytes_view(&envelope)));
    assert_int_equal(s.outcome, OUTCOME_STORED);
    assert_false(is_answered(&s, bytes_view(&other)));
    assert_int_equal(s.refusal.step, STEP_RECORD);
    assert_int_equal(s.refusal.hold, HOLD_CLOCK);
    ident_random(&world_random(s.f.w)->random, &f.record.message);
    forge(&s, &f, &other); /* one that was not seen before */
    assert_false(is_answered(&s, bytes_view(&other)));
    assert_int_equal(s.refusal.step, STEP_RECORD);
    for (unsigned n = 1;; n++) { /* nor is it taken again where the database does not say that it was */
        world_fault(s.f.w, MISSION, DB_FAULT_STEP, n);
        assert_true(world_inject(s.f.w, NGO, MISSION, PEER_ENVELOPE, bytes_view(&envelope)));
        if (world_node(s.f.w, MISSION) != NULL)
            world_tick(s.f.w, MISSION);
        fixture_look(&s.f);
        if (s.f.mission == NULL)
            fixture_restart(&s.f, MISSION);
        else if (db_fault_is_armed(s.f.mission->db, DB_FAULT_STEP))
            break;
    }
    world_mend(s.f.w, MISSION);
    assert_true(is_answered(&s, bytes_view(&envelope)));
    assert_int_equal(people_records(s.f.mission, RECORD_RECEIVED), taken);
    bytes_fini(&envelope);
    bytes_fini(&other);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_lie_in_a_receipt_is_refused_as_one),
        cmocka_unit_test(test_of_two_receipts_of_a_consent_the_one_that_shows_more_is_kept),
        cmocka_unit_test(test_a_receipt_that_hides_its_first_grant_lets_nothing_in_and_nothing_out),
        cmocka_unit_test(test_a_row_that_was_put_back_lets_nothing_in),
        cmocka_unit_test(test_who_has_used_up_its_lines_is_refused_without_one),
        cmocka_unit_test(test_a_clock_in_doubt_excuses_no_message_that_its_consent_never_covered),
        cmocka_unit_test(test_what_was_taken_is_signed_for_again_though_it_is_of_the_future_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
