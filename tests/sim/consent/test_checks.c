/* What lets data out, and a consent in, asked directly: each check as if none stood before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/consent_messages.h"
#include "codec/referral_messages.h"
#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_commitment.h"
#include "exchange/consent/consent_gate.h"
#include "exchange/consent/consent_received.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "forge.h"
#include "store/consent_store.h"

/* She was referred to the mission, with triage, which is all that she agreed to. */
static void begin(struct fixture *s)
{
    fixture_begin(s, 61, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(s);
}

static struct consent_entry *consent_of(struct fixture *s, struct exchange *x)
{
    struct consent_entry *entry;
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(x->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    assert_true(consent_book_get(x, row.number, &entry, &s->err));
    return entry;
}

/* --- the gate --- */

static void encode_release(struct fixture *s, enum section section, struct bytes *out)
{
    struct body body = {.kind = MESSAGE_RELEASE, .has_referral = true, .referral = s->sent.referral};
    struct case_sections own;

    assert_true(exchange_case_show(s->ngo, &s->person, &own, &s->err));
    body.sections[0] = (struct body_section){.section = section, .data = own.sections[section]};
    body.section_count = 1;
    body_encode(&body, out);
}

/* What the gate says of one section of her case that is to follow to node TO under her consent; 0: it passes. */
static enum denial ask_section_for(struct fixture *s, enum section section, size_t to)
{
    static const uint8_t salt[SALT_SIZE];
    struct gate_ask ask = {.message = s->sent.message,
                           .recipient = *world_address(s->w, to),
                           .kind = MESSAGE_RELEASE,
                           .purpose = PURPOSE_SERVICES,
                           .salt = salt,
                           .expiry = day_of_ms(world_now(s->w)) + 1};
    struct disclosure *d;
    struct bytes body = {0};
    enum denial denied;

    encode_release(s, section, &body);
    ask.body = bytes_view(&body);
    ask.consent = consent_of(s, s->ngo);
    assert_true(tick_begin(s->ngo, &s->err) && consent_gate_disclose(s->ngo, &ask, &d, &denied, &s->err));
    assert_true((d != NULL) == (denied == 0));
    world_tick(s->w, NGO); /* what passed borrows from here until its tick ends */
    bytes_fini(&body);
    return denied;
}

static enum denial ask_section(struct fixture *s, enum section section)
{
    return ask_section_for(s, section, MISSION);
}

static void test_the_gate_is_shut_to_an_agency_that_the_consent_is_not_for(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(ask_section_for(&s, SECTION_TRIAGE, SHELTER), DENIAL_NO_CONSENT);
    assert_int_equal(ask_section_for(&s, SECTION_TRIAGE, MISSION), 0);
    fixture_end(&s);
}

static void test_the_gate_passes_the_sections_that_she_agreed_to_alone(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(ask_section(&s, SECTION_TRIAGE), 0);
    assert_int_equal(ask_section(&s, SECTION_HEALTH), DENIAL_SECTION);
    fixture_end(&s);
}

/* Its content stays as it was until the erasure. */
static void test_the_gate_is_shut_by_the_record_of_her_withdrawal(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_true(consent_of(&s, s.ngo)->grant_count != 0);
    assert_int_equal(ask_section(&s, SECTION_TRIAGE), DENIAL_WITHDRAWN);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_the_gate_is_shut_to_an_agency_that_left(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_revoke(s.w, MISSION, REVOKED_LEFT);
    world_tick(s.w, NGO);
    assert_int_equal(ask_section(&s, SECTION_TRIAGE), DENIAL_LEFT);
    fixture_settle(&s);
    fixture_end(&s);
}

/* An answer needs no permission: a body with her data that is called one would pass without. */
static void test_the_gate_looks_at_the_kind_that_is_sealed(void **state)
{
    static const uint8_t salt[SALT_SIZE];
    struct gate_ask ask = {.kind = MESSAGE_WITHDRAWAL, .salt = salt};
    struct body body = {.kind = MESSAGE_REPLY, .has_referral = true, .reply.state = REFERRAL_ACCEPTED};
    struct bytes encoded = {0};
    struct disclosure *d;
    struct fixture s;
    enum denial denied;

    (void)state;
    begin(&s);
    body.referral = s.sent.referral;
    body.reply.in_reply_to = s.sent.message;
    body_encode(&body, &encoded);
    ask.body = bytes_view(&encoded);
    ask.recipient = *s.to;
    ask.message = s.sent.message;
    ask.expiry = day_of_ms(world_now(s.w)) + 1;
    assert_true(tick_begin(s.ngo, &s.err));
    assert_false(consent_gate_disclose(s.ngo, &ask, &d, &denied, &s.err));
    assert_int_equal(s.err.code, E_BUG_01);
    ask.kind = MESSAGE_REPLY;
    assert_true(consent_gate_disclose(s.ngo, &ask, &d, &denied, &s.err));
    assert_non_null(d);
    world_tick(s.w, NGO);
    bytes_fini(&encoded);
    fixture_end(&s);
}

/* --- which consent --- */

/* The reason is that of what she answered for this agency, whatever she said of others later. */
static void test_why_nothing_is_shared_is_her_answer_for_this_agency(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 3, &(struct people_consent){.refused = true});
    (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER),
                         &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    assert_false(fixture_try_refer(&s));
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_REFUSED)));
    fixture_end(&s);
}

/* Whichever is newer. */
static void test_of_two_consents_the_one_that_covers_more_is_used(void **state)
{
    (void)state;
    for (int newer = 0; newer < 2; newer++) {
        const section_set sets[2] = {BIT(TRIAGE) | BIT(HEALTH), BIT(TRIAGE)};
        struct fixture s;

        fixture_begin(&s, 61, 2, &(struct people_consent){.sections = sets[1 - newer]});
        (void)people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = sets[newer]});
        world_tick(s.w, NGO);
        fixture_deliver(&s);
        assert_int_equal(s.sent.shared, sets[0]);
        fixture_end(&s);
    }
}

/* --- a consent that came --- */

/* Hers, as it lies at the mission, to be changed. */
struct came {
    struct fixture f;
    struct arena arena;
    struct consent_receipt receipt;
};

static void begin_came(struct came *c)
{
    struct view bytes;

    *c = (struct came){0};
    begin(&c->f);
    bytes = arena_copy(&c->arena, consent_of(&c->f, c->f.mission)->bytes);
    assert_true(consent_receipt_decode(bytes, &c->arena, &c->receipt, &c->f.err));
}

static void end_came(struct came *c)
{
    arena_fini(&c->arena);
    fixture_end_forged(&c->f);
}

static bool is_taken(struct came *c)
{
    struct proof_answer proof;
    bool taken;

    error_clear(&c->f.err);
    taken = consent_received_check(c->f.mission, &c->f.consent, &c->receipt, &proof, &c->f.err);
    if (!taken)
        assert_int_equal(c->f.err.code, E_CON_20);
    world_tick(c->f.w, MISSION);
    return taken;
}

/* The ngo's log has a record of the consent ID, of this state and last day, which commits to hers as it is now. */
static void record_of(struct came *c, const struct ident *id, enum consent_state state, uint32_t until)
{
    struct record r = {.kind = RECORD_CONSENT};
    struct audit_proof proof;

    r.consent = (struct record_consent){.consent = *id, .state = state, .until = until};
    assert_true(consent_commitment_of(&c->receipt, &r.consent.commitment));
    forge_record(c->f.w, NGO, &r, &c->arena, &proof);
    c->receipt.record_bytes = proof.record;
    c->receipt.path = proof.path;
    c->receipt.checkpoint = proof.checkpoint;
}

static void record(struct came *c, enum consent_state state, uint32_t until)
{
    record_of(c, &c->f.consent, state, until);
}

static void test_a_consent_that_came_is_the_one_that_its_record_commits_to(void **state)
{
    struct came c;

    (void)state;
    begin_came(&c);
    assert_true(is_taken(&c));
    c.receipt.salt_h[0] ^= 1;
    assert_false(is_taken(&c));
    end_came(&c);
}

/* A record may say one id, and what it commits to another. */
static void test_a_consent_that_came_is_the_one_that_the_message_names(void **state)
{
    struct ident other = {{1}};
    struct came c;

    (void)state;
    begin_came(&c);
    record_of(&c, &other, CONSENT_GIVEN, c.receipt.header.until);
    assert_false(is_taken(&c));
    c.f.consent = other;
    assert_false(is_taken(&c));
    end_came(&c);
}

static void test_a_consent_that_came_ends_on_the_day_of_its_record(void **state)
{
    struct came c;

    (void)state;
    begin_came(&c);
    record(&c, CONSENT_GIVEN, c.receipt.header.until);
    assert_true(is_taken(&c));
    record(&c, CONSENT_GIVEN, c.receipt.header.until - 1);
    assert_false(is_taken(&c));
    end_came(&c);
}

static void test_a_consent_that_came_was_given(void **state)
{
    struct came c;

    (void)state;
    begin_came(&c);
    record(&c, CONSENT_RENEWED, c.receipt.header.until);
    assert_true(is_taken(&c));
    record(&c, CONSENT_REFUSED, c.receipt.header.until);
    assert_false(is_taken(&c));
    end_came(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_gate_is_shut_to_an_agency_that_the_consent_is_not_for),
        cmocka_unit_test(test_the_gate_passes_the_sections_that_she_agreed_to_alone),
        cmocka_unit_test(test_the_gate_is_shut_by_the_record_of_her_withdrawal),
        cmocka_unit_test(test_the_gate_is_shut_to_an_agency_that_left),
        cmocka_unit_test(test_the_gate_looks_at_the_kind_that_is_sealed),
        cmocka_unit_test(test_why_nothing_is_shared_is_her_answer_for_this_agency),
        cmocka_unit_test(test_of_two_consents_the_one_that_covers_more_is_used),
        cmocka_unit_test(test_a_consent_that_came_is_the_one_that_its_record_commits_to),
        cmocka_unit_test(test_a_consent_that_came_is_the_one_that_the_message_names),
        cmocka_unit_test(test_a_consent_that_came_ends_on_the_day_of_its_record),
        cmocka_unit_test(test_a_consent_that_came_was_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
