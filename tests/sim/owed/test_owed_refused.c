/* What is owed and was finally refused, for a reason that does not end it, goes again in a new message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "exchange/logs/audit.h"
#include "exchange/retry.h"
#include "exchange/state.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/releasing_times.h"
#include "fixture.h"
#include "forge.h"
#include "store/consent_store.h"
#include "store/referral_store.h"

static const struct people_consent granted = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

/* The message that carries what X owes about SUBJECT. */
static struct message_row message_of(struct exchange *x, enum owed what, int64_t subject)
{
    struct obligation_row o;
    struct message_row m;
    struct error err = {0};
    bool found;

    assert_true(obligation_store_find(x->db, what, subject, &found, &o, &err) && found);
    assert_true(message_store_get(x->db, o.message, &found, &m, &err) && found);
    return m;
}

/* Node I, which is down, knows the id of M from another record of node FROM; then it starts. */
static void know_otherwise(struct fixture *s, size_t i, size_t from, const struct message_row *m)
{
    char sql[400];
    char id[IDENT_TEXT];

    ident_write(&m->id, id);
    assert_true(snprintf(sql, sizeof sql,
                         "INSERT INTO message VALUES (90000, x'%s', 2, (SELECT number FROM peer WHERE agency = '%s'), "
                         "%d, 0, 0, 0, zeroblob(32), 0, 6, 1, 0, 0, 0, 0, 0, 0, 0)",
                         id, world_address(s->w, from)->text, (int)m->kind) < (int)sizeof sql);
    fixture_edit(s, i, sql);
}

/* Until X has a receipt more. */
static void wait_for_receipt(struct fixture *s, struct exchange *x)
{
    unsigned before = people_records(x, RECORD_RECEIPTED);

    for (int i = 0; i < 6000 && people_records(x, RECORD_RECEIPTED) == before; i++)
        world_step(s->w, 100);
    assert_int_equal(people_records(x, RECORD_RECEIPTED), before + 1);
}

static struct obligation_row owed_reply(struct fixture *s)
{
    struct referral_row referral;
    struct obligation_row o;
    bool found;

    assert_true(referral_store_find(s->mission->db, &s->sent.referral, &found, &referral, &s->err) && found);
    assert_true(obligation_store_find(s->mission->db, OWED_REPLY, referral.number, &found, &o, &s->err) && found);
    return o;
}

struct logged {
    struct record record;
    struct hash leaf;
};

static bool keep_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)err;
    *(struct logged *)cookie = (struct logged){*r, e->leaf};
    return true;
}

/* The newest of KIND in the log of X; what it borrows is gone. */
static struct logged newest_entry(struct exchange *x, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = kind};
    struct logged e = {0};
    struct error err = {0};

    assert_true(exchange_audit_list(x, &filter, NULL, keep_record, &e, &err));
    return e;
}

/* The mission has accepted, and its answer was refused: the ngo knows its id from something else. */
static void begin_refused(struct fixture *s)
{
    struct control_referral answer;
    struct message_row m;

    fixture_begin(s, 47, 2, &granted);
    fixture_deliver(s);
    world_crash(s->w, NGO);
    fixture_settle(s);
    assert_true(exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answer, &s->err));
    fixture_settle(s);
    m = message_of(s->mission, OWED_REPLY, owed_reply(s).subject);
    know_otherwise(s, NGO, MISSION, &m);
    wait_for_receipt(s, s->mission);
    assert_int_equal(message_of(s->mission, OWED_REPLY, m.referral).state, MESSAGE_REFUSED);
    assert_int_equal(owed_reply(s).settled, 0);
    assert_int_equal(people_records(s->mission, RECORD_DISCLOSED), 1);
}

static void test_a_reply_goes_again_in_a_new_message_after_a_pause(void **state)
{
    static struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin_refused(&s);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_int_equal(d.summary.waits, MESSAGE_REPLY); /* between two messages, too */
    assert_int_equal(d.summary.hold, HOLD_REFUSED_THERE);
    assert_true(d.summary.next_try_ms > world_now(s.w) && d.summary.next_try_ms <= world_now(s.w) + 10 * SECONDS);
    world_run_ms(s.w, 9 * SECONDS);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    world_run_ms(s.w, 2 * SECONDS);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 2);
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(owed_reply(&s).settled, SETTLED_ANSWERED);
    fixture_end(&s);
}

/* A key that is not read, for now, is not one that was erased. */
static void test_a_reply_whose_key_is_not_read_waits(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    begin_refused(&s);
    fixture_take_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 5 * 60 * SECONDS);
    assert_int_equal(owed_reply(&s).settled, 0);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    fixture_give_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 2 * 60 * SECONDS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(owed_reply(&s).settled, SETTLED_ANSWERED);
    fixture_end(&s);
}

/* The ngo, which does not get any envelope, says in its log that it refuses M as OUTCOME. */
static void refuse_by_record(struct fixture *s, const struct message_row *m, enum outcome outcome)
{
    struct record r = {.kind = RECORD_REFUSED};
    struct receipt receipt = {0};
    struct arena arena = {0};
    struct bytes frame = {0};
    struct audit_proof proof;

    r.received =
        (struct record_received){.sender = address_view(s->to), .message = m->id, .leaf = m->leaf, .outcome = outcome};
    forge_record(s->w, NGO, &r, &arena, &proof);
    receipt.record = proof.record;
    receipt.path = proof.path;
    receipt.checkpoint = proof.checkpoint;
    receipt_encode(&receipt, &frame);
    assert_true(world_inject(s->w, NGO, MISSION, PEER_RECEIPT, bytes_view(&frame)));
    bytes_fini(&frame);
    arena_fini(&arena);
}

static void test_a_reply_that_is_refused_for_good_ends_and_names_the_refusal(void **state)
{
    static const enum outcome outcomes[] = {OUTCOME_WITHDRAWN, OUTCOME_NOT_COVERED, OUTCOME_CONSENT_WRONG};

    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        struct control_referral answer;
        struct logged refused;
        struct logged settled;
        struct message_row m;
        struct fixture s;

        fixture_begin(&s, 59, 2, &granted);
        fixture_deliver(&s);
        world_conditions(s.w)->drop = PEER_ENVELOPE;
        assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answer, &s.err));
        world_run_ms(s.w, 5 * SECONDS);
        m = message_of(s.mission, OWED_REPLY, owed_reply(&s).subject);
        refuse_by_record(&s, &m, outcomes[i]);
        world_run_ms(s.w, 5 * SECONDS);

        refused = newest_entry(s.ngo, RECORD_REFUSED);
        settled = newest_entry(s.mission, RECORD_SETTLED);
        assert_int_equal(settled.record.settled.what, OWED_REPLY);
        assert_int_equal(settled.record.settled.how, SETTLED_REFUSED);
        assert_true(hash_equal(&settled.record.settled.leaf, &refused.leaf));
        assert_int_equal(settled.record.settled.index, refused.record.index);
        assert_int_equal(owed_reply(&s).settled, SETTLED_REFUSED);
        world_conditions(s.w)->drop = 0;
        world_run_ms(s.w, 25 * HOURS);
        assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1); /* it is not said again */
        assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
        fixture_restart(&s, MISSION);
        assert_int_equal(obligations_mended(s.mission), 0);
        fixture_end_forged(&s);
    }
}

static void test_a_reply_ends_where_what_it_lies_under_is_erased(void **state)
{
    struct fixture s;

    (void)state;
    begin_refused(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);

    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(owed_reply(&s).settled, SETTLED_ERASED);
    assert_int_equal(owed_reply(&s).settled_by,
                     (int64_t)newest_entry(s.mission, RECORD_ERASED).record.index + 1); /* in the same commit */
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 2); /* the answer that was refused, and a statement */
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_a_withdrawal_goes_again_in_a_new_message_after_a_pause(void **state)
{
    struct consent_row consent;
    struct message_row m;
    struct fixture s;
    bool found;

    (void)state;
    fixture_begin(&s, 53, 2, &granted);
    fixture_deliver(&s);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_true(consent_store_find(s.ngo->db, world_address(s.w, NGO), &s.consent, &found, &consent, &s.err) && found);
    m = message_of(s.ngo, OWED_WITHDRAWAL, consent.number);
    know_otherwise(&s, MISSION, NGO, &m);
    wait_for_receipt(&s, s.ngo);
    world_run_ms(s.w, 9 * SECONDS);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 2);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    world_run_ms(s.w, 2 * SECONDS);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 3);
    fixture_settle(&s);

    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_the_pause_is_10_s_doubled_up_to_a_day_resealed_or_new(void **state)
{
    struct message_row m = {.kind = MESSAGE_WITHDRAWAL};

    (void)state;
    for (uint32_t tries = 0; tries <= 13; tries++) {
        assert_int_equal(retry_pause_ms(RETRY_OWED, tries), (10 * SECONDS) << tries);
        assert_int_equal(releasing_pause_ms(&m, tries), (10 * SECONDS) << tries);
    }
    assert_int_equal(retry_pause_ms(RETRY_OWED, 14), DAY_MS);
    assert_int_equal(retry_pause_ms(RETRY_OWED, UINT32_MAX), DAY_MS);
    assert_int_equal(releasing_pause_ms(&m, 100), DAY_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reply_goes_again_in_a_new_message_after_a_pause),
        cmocka_unit_test(test_a_reply_whose_key_is_not_read_waits),
        cmocka_unit_test(test_a_reply_that_is_refused_for_good_ends_and_names_the_refusal),
        cmocka_unit_test(test_a_reply_ends_where_what_it_lies_under_is_erased),
        cmocka_unit_test(test_a_withdrawal_goes_again_in_a_new_message_after_a_pause),
        cmocka_unit_test(test_the_pause_is_10_s_doubled_up_to_a_day_resealed_or_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
