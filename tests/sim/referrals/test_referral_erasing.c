/* What came with a referral that was declined is erased there once its sender has the answer; what else came under her
 * consent stays. */
#include "fixture.h"

#include "codec/peer.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/consent_store.h"
#include "store/message_store.h"
#include "store/referral_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SENT (BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT))

static const struct people_consent granted = {.sections = SENT};
static const struct reply_message no = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};

struct scene {
    struct fixture f;
    struct bytes answer; /* the mission's last envelope */
    struct ident declined;
    struct ident other;
    int64_t message; /* number of the first of the declined one, at the mission */
    struct bytes sealed;
    uint64_t slot; /* of the consent there, at first */
};

static struct consent_row consent_there(struct scene *s)
{
    struct consent_row row;
    bool found;

    world_must(consent_store_find(s->f.mission->db, world_address(s->f.w, NGO), &s->f.consent, &found, &row, &s->f.err),
               &s->f.err, "find a consent");
    REQUIRE(found);
    return row;
}

static struct referral_row row_there(struct scene *s, const struct ident *id)
{
    struct referral_row row;
    bool found;

    world_must(referral_store_find(s->f.mission->db, id, &found, &row, &s->f.err), &s->f.err, "find a referral");
    REQUIRE(found);
    return row;
}

/* Two referrals under one consent; what came with the first is kept, as a thief of the database has it. */
static void begin(struct scene *s, uint64_t seed)
{
    uint64_t slot;
    bool found;

    *s = (struct scene){.message = 0};
    fixture_begin(&s->f, seed, 2, &granted);
    fixture_deliver(&s->f);
    s->declined = s->f.sent.referral;
    s->message = row_there(s, &s->declined).message;
    world_must(message_store_body(s->f.mission->db, s->message, &found, &slot, &s->sealed, &s->f.err), &s->f.err,
               "read a body");
    fixture_deliver(&s->f);
    s->other = s->f.sent.referral;
    s->slot = consent_there(s).slot;
    REQUIRE(found && slot == s->slot);
}

static void end(struct scene *s)
{
    bytes_fini(&s->sealed);
    bytes_fini(&s->answer);
    fixture_end(&s->f);
}

static void answer(struct scene *s, const struct ident *id, const struct reply_message *reply)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->f.mission, id, reply, &out, &s->f.err), &s->f.err, "answer");
}

/* Whether any key of the mission's home opens what came. */
static bool opens_there(struct scene *s)
{
    struct cell where = {.slot = UINT64_MAX, .section = "body", .table = "body", .row = s->message, .column = "sealed"};
    uint64_t slot = UINT64_MAX;
    struct error err;

    return vault_find_slot(s->f.mission->vault, &where, bytes_view(&s->sealed), &slot, &err) && slot != UINT64_MAX;
}

static struct control_referral_detail shown_at(struct scene *s, struct exchange *x, const struct ident *id)
{
    struct control_referral_detail out;

    world_must(exchange_referral_show(x, id, false, &out, &s->f.err), &s->f.err, "show");
    return out;
}

static void assert_gone(struct scene *s)
{
    struct control_referral_detail d = shown_at(s, s->f.mission, &s->declined);

    assert_true(d.summary.state == REFERRAL_DECLINED && d.summary.erased_ms != 0 && d.summary.urgency == 0);
    assert_int_equal(d.reason, DECLINE_AT_CAPACITY);
    assert_int_equal(people_open_sections(s->f.mission, &s->declined, &s->f.err), 0);
    assert_int_equal(row_there(s, &s->declined).sealed_size, 0);
    assert_int_equal(people_records(s->f.mission, RECORD_REFERRAL_ERASED), 1);
    assert_true(vault_slot_is_erased(s->f.mission->vault, s->slot) && !opens_there(s));
}

static void assert_rest_stays(struct scene *s)
{
    struct consent_row row = consent_there(s);

    assert_true(row.progress == CONSENT_STANDS && !vault_slot_is_erased(s->f.mission->vault, row.slot));
    assert_int_equal(people_open_sections(s->f.mission, &s->other, &s->f.err), SENT);
    assert_true(shown_at(s, s->f.mission, &s->other).summary.urgency != 0);
}

static void test_what_was_declined_is_erased_and_what_else_she_agreed_to_stays(void **state)
{
    const struct reply_message yes = {.state = REFERRAL_ACCEPTED};
    struct scene s;

    (void)state;
    begin(&s, 1);
    assert_true(opens_there(&s));
    answer(&s, &s.declined, &no);
    world_tick(s.f.w, MISSION);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 0);
    fixture_settle(&s.f);
    assert_gone(&s);
    assert_rest_stays(&s);
    assert_int_equal(people_state(s.f.ngo, &s.declined), REFERRAL_DECLINED);
    fixture_restart(&s.f, MISSION);
    fixture_settle(&s.f);
    assert_gone(&s);
    answer(&s, &s.declined, &no); /* said again, it answers what stands */
    answer(&s, &s.other, &yes);
    fixture_settle(&s.f);
    assert_int_equal(people_state(s.f.ngo, &s.other), REFERRAL_ACCEPTED);
    assert_rest_stays(&s);
    world_must(fixture_withdraw(&s.f, true), &s.f.err, "withdraw");
    fixture_settle(&s.f);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    assert_int_equal(people_state(s.f.mission, &s.other), REFERRAL_ERASED);
    end(&s);
}

static void test_nothing_is_erased_before_its_sender_has_the_answer(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 2);
    world_conditions(s.f.w)->drop = PEER_ENVELOPE;
    answer(&s, &s.declined, &no);
    world_run_ms(s.f.w, 25 * HOURS); /* it is looked for anew on each day */
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 0);
    assert_true(opens_there(&s));
    fixture_restart(&s.f, MISSION);
    world_conditions(s.f.w)->drop = 0;
    world_run_ms(s.f.w, HOURS);
    assert_gone(&s);
    assert_rest_stays(&s);
    end(&s);
}

static void test_both_may_be_declined_and_each_goes(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 3);
    answer(&s, &s.declined, &no);
    answer(&s, &s.other, &no);
    fixture_settle(&s.f);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 2);
    assert_int_equal(row_there(&s, &s.other).sealed_size, 0);
    assert_true(!opens_there(&s) && consent_there(&s).progress == CONSENT_STANDS);
    fixture_deliver(&s.f); /* she may be referred again under it */
    assert_int_equal(people_open_sections(s.f.mission, &s.f.sent.referral, &s.f.err), SENT);
    end(&s);
}

static void test_it_waits_for_a_key_that_is_not_read(void **state)
{
    struct bytes keys = {0};
    struct scene s;

    (void)state;
    begin(&s, 4);
    world_conditions(s.f.w)->drop = PEER_RECEIPT;
    answer(&s, &s.declined, &no);
    world_run_ms(s.f.w, MINUTES);
    fixture_take_keys(&s.f, MISSION, &keys);
    world_conditions(s.f.w)->drop = 0;
    world_run_ms(s.f.w, HOURS);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 0);
    assert_true(s.f.mission->read_again_ms != 0);
    fixture_give_keys(&s.f, MISSION, &keys);
    world_run_ms(s.f.w, 3 * MINUTES);
    assert_gone(&s);
    assert_rest_stays(&s);
    end(&s);
}

/* Its withdrawal erases all of it on its own day. */
static void test_a_withdrawal_that_comes_first_leaves_nothing_to_do(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 5);
    world_must(fixture_withdraw(&s.f, true), &s.f.err, "withdraw");
    answer(&s, &s.declined, &no);
    fixture_settle(&s.f);
    assert_int_equal(people_state(s.f.mission, &s.declined), REFERRAL_ERASED);
    assert_int_equal(fixture_told(&s.f), RECIPIENT_ERASED);
    assert_false(opens_there(&s));
    end(&s);
}

static void test_a_row_that_somebody_changed_erases_nothing(void **state)
{
    const struct reply_message yes = {.state = REFERRAL_ACCEPTED};
    struct scene s;

    (void)state;
    begin(&s, 6);
    answer(&s, &s.declined, &yes);
    fixture_settle(&s.f);
    fixture_edit(&s.f, MISSION, "UPDATE referral SET state = 9");
    world_run_ms(s.f.w, 25 * HOURS);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 0);
    assert_true(opens_there(&s));
    end(&s);
}

static void test_over_a_bad_wire_it_is_erased_once(void **state)
{
    struct scene s;

    (void)state;
    for (uint64_t seed = 10; seed < 16; seed++) {
        begin(&s, seed);
        answer(&s, &s.declined, &no);
        *world_conditions(s.f.w) = (struct conditions){.loss = 200, .repeat = 300, .reorder = 300, .delay_ms = 500};
        for (int i = 0; i < 200; i++)
            world_step(s.f.w, 500);
        *world_conditions(s.f.w) = (struct conditions){.loss = 0};
        world_run_ms(s.f.w, HOURS);
        assert_gone(&s);
        assert_rest_stays(&s);
        end(&s);
    }
}

/* A statement about another's referral, or of a record that says something else, is refused. */
static void test_its_sender_is_told_with_proof(void **state)
{
    struct scene s;

    (void)state;
    begin(&s, 9);
    answer(&s, &s.declined, &no);
    fixture_settle(&s.f);
    assert_true(shown_at(&s, s.f.ngo, &s.declined).erased_there_ms != 0);
    assert_true(shown_at(&s, s.f.ngo, &s.declined).erased_there_ms ==
                shown_at(&s, s.f.mission, &s.declined).summary.erased_ms);
    assert_int_equal(shown_at(&s, s.f.ngo, &s.other).erased_there_ms, 0);
    fixture_restart(&s.f, NGO);
    fixture_restart(&s.f, MISSION);
    world_run_ms(s.f.w, 25 * HOURS);
    assert_true(shown_at(&s, s.f.ngo, &s.declined).erased_there_ms != 0);
    assert_int_equal(people_records(s.f.mission, RECORD_DISCLOSED), 2); /* the answer, and this: once */
    end(&s);
}

/* Whether they need it still is said of their row alone. */
static void test_who_needs_it_no_more_is_told_all_the_same(void **state)
{
    struct control_referral out;
    struct scene s;

    (void)state;
    begin(&s, 17);
    world_conditions(s.f.w)->drop = PEER_RECEIPT;
    answer(&s, &s.declined, &no);
    world_run_ms(s.f.w, MINUTES);
    world_must(exchange_referral_cancel(s.f.ngo, &s.declined, &out, &s.f.err), &s.f.err, "say that it is not needed");
    assert_int_equal(out.state, REFERRAL_CANCELLED);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 0);
    world_conditions(s.f.w)->drop = 0;
    world_run_ms(s.f.w, HOURS);
    assert_gone(&s);
    assert_rest_stays(&s);
    assert_true(shown_at(&s, s.f.ngo, &s.declined).erased_there_ms != 0);
    assert_int_equal(people_state(s.f.ngo, &s.declined), REFERRAL_CANCELLED);
    end(&s);
}

static void keep_answer(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct scene *s = cookie;

    (void)to;
    if (from != MISSION || kind != PEER_ENVELOPE)
        return;
    bytes_clear(&s->answer);
    bytes_append_view(&s->answer, payload);
}

static bool note_came(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->direction == DIRECTION_IN && m->kind == MESSAGE_UPDATE)
        *(int64_t *)cookie = m->number;
    return true;
}

/* It was asked, and answered while the no was under way. */
static void test_what_comes_for_it_afterwards_is_receipted_and_not_kept(void **state)
{
    const struct reply_message question = {.state = REFERRAL_INFO_REQUESTED, .asked = 1U << ASKED_FOR_WHEN};
    struct control_referral_update_ask said = {.sections = BIT(CONTACT)};
    struct control_referral out;
    struct bytes body = {0};
    int64_t update = 0;
    uint64_t slot;
    struct scene s;
    bool found;

    (void)state;
    begin(&s, 8);
    answer(&s, &s.declined, &question);
    fixture_settle(&s.f);
    world_watch(s.f.w, keep_answer, &s);
    world_conditions(s.f.w)->drop = PEER_ENVELOPE;
    said.referral = s.declined;
    world_must(exchange_referral_update(s.f.ngo, &said, &out, &s.f.err), &s.f.err, "update");
    answer(&s, &s.declined, &no);
    world_run_ms(s.f.w, MINUTES);
    assert_true(world_inject(s.f.w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&s.answer)));
    world_run_ms(s.f.w, MINUTES);
    assert_int_equal(people_records(s.f.mission, RECORD_REFERRAL_ERASED), 1);
    world_conditions(s.f.w)->drop = 0;
    world_run_ms(s.f.w, HOURS);
    world_must(
        message_store_walk_referral(s.f.mission->db, row_there(&s, &s.declined).number, note_came, &update, &s.f.err) &&
            message_store_body(s.f.mission->db, update, &found, &slot, &body, &s.f.err),
        &s.f.err, "look for what came");
    assert_true(update != 0 && !found);
    assert_gone(&s);
    assert_rest_stays(&s);
    end(&s);
}

/* Statement N of the mission fails from the receipt on. False: it did not come. */
static bool fails_at(unsigned n)
{
    struct scene s;
    bool failed;

    begin(&s, 7);
    world_conditions(s.f.w)->drop = PEER_RECEIPT;
    answer(&s, &s.declined, &no);
    world_run_ms(s.f.w, 2 * MINUTES);
    world_conditions(s.f.w)->drop = 0;
    world_fault(s.f.w, MISSION, DB_FAULT_STEP, n);
    world_run_ms(s.f.w, 2 * MINUTES);
    fixture_look(&s.f);
    failed = s.f.mission == NULL;
    if (failed)
        fixture_restart(&s.f, MISSION);
    else
        world_mend(s.f.w, MISSION);
    assert_rest_stays(&s);
    assert_int_equal(row_there(&s, &s.declined).sealed_size == 0,
                     people_records(s.f.mission, RECORD_REFERRAL_ERASED) == 1);
    world_run_ms(s.f.w, 5 * MINUTES);
    assert_gone(&s);
    assert_rest_stays(&s);
    end(&s);
    return failed;
}

static void test_it_is_erased_whole_or_not_at_all(void **state)
{
    unsigned n = 1;

    (void)state;
    while (fails_at(n))
        n += 7;
    assert_in_range(n, 20, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_declined_is_erased_and_what_else_she_agreed_to_stays),
        cmocka_unit_test(test_nothing_is_erased_before_its_sender_has_the_answer),
        cmocka_unit_test(test_both_may_be_declined_and_each_goes),
        cmocka_unit_test(test_it_waits_for_a_key_that_is_not_read),
        cmocka_unit_test(test_a_withdrawal_that_comes_first_leaves_nothing_to_do),
        cmocka_unit_test(test_a_row_that_somebody_changed_erases_nothing),
        cmocka_unit_test(test_over_a_bad_wire_it_is_erased_once),
        cmocka_unit_test(test_who_needs_it_no_more_is_told_all_the_same),
        cmocka_unit_test(test_what_comes_for_it_afterwards_is_receipted_and_not_kept),
        cmocka_unit_test(test_its_sender_is_told_with_proof),
        cmocka_unit_test(test_it_is_erased_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
