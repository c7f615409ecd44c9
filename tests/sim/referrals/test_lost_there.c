/* What an agency does not know any more after its machine was replaced, and who answers it then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/traffic/obligations.h"
#include "exchange/traffic/obligations_answers.h"
#include "exchange/traffic/outbox.h"
#include "fixture.h"
#include "store/referral_store.h"

static unsigned envelopes[2]; /* that each of them sent */
static struct control_referral answer;

static void on_frame(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)cookie;
    (void)to;
    (void)payload;
    envelopes[from] += kind == PEER_ENVELOPE;
}

/* The ngo refers a person of its own, with what is granted at once or on acceptance. */
static void refer(struct fixture *s, bool now)
{
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    s->consent =
        people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    world_tick(s->w, NGO);
    assert_true(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = now}, &s->sent, &s->err));
}

static void begin(struct fixture *s, bool now)
{
    fixture_begin(s, 41, 2, NULL);
    world_watch(s->w, on_frame, NULL);
    refer(s, now);
    fixture_settle(s);
    assert_int_equal(people_state(s->ngo, &s->sent.referral), REFERRAL_DELIVERED);
}

/* What is owed is as the log says, after a restart too. */
static void end(struct fixture *s)
{
    for (size_t i = 0; i < 2; i++) {
        assert_true(people_log_is_good(world_node(s->w, i)));
        fixture_restart(s, i);
        assert_int_equal(obligations_mended(world_node(s->w, i)), 0);
    }
    fixture_end(s);
}

/* An empty machine, whose new key is held for a day. */
static void replace(struct fixture *s, size_t i)
{
    world_replace(s->w, i);
    fixture_look(s);
    world_run_ms(s->w, 10 * MINUTES);
    world_advance(s->w, 2 * DAY_MS);
    world_publish(s->w);
    world_run_ms(s->w, 10 * MINUTES);
}

static bool keep_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)err;
    *(struct record *)cookie = *r;
    return true;
}

static struct record last_of(struct exchange *x, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = LOG_EXCHANGE, .kind = kind};
    struct record r = {0};
    struct error err = {0};

    assert_true(exchange_audit_list(x, &filter, NULL, keep_record, &r, &err));
    return r;
}

struct owed_look {
    unsigned open;
    unsigned lost;
    struct owed_summary last;
};

static bool keep_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    struct owed_look *l = cookie;

    (void)err;
    l->open += !o->doubted && !o->lost;
    l->lost += o->lost;
    l->last = *o;
    return true;
}

static struct owed_look owed(struct exchange *x)
{
    struct owed_look l = {0};
    struct error err = {0};

    assert_true(exchange_owed_list(x, keep_owed, &l, &err));
    return l;
}

static bool is_lost_there(struct exchange *x, const struct ident *id)
{
    struct control_referral_detail d;
    struct error err = {0};

    assert_true(exchange_referral_show(x, id, false, &d, &err));
    return d.summary.lost_there;
}

static bool accept(struct fixture *s)
{
    return exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answer, &s->err);
}

/* --- answers --- */

static void test_an_answer_given_after_the_sender_lost_the_referral_is_for_a_person_to_tell(void **state)
{
    struct record settled;
    struct owed_look l;
    struct fixture s;

    (void)state;
    begin(&s, true);
    assert_false(is_lost_there(s.mission, &s.sent.referral));
    replace(&s, NGO);
    assert_true(is_lost_there(s.mission, &s.sent.referral));
    envelopes[MISSION] = 0;
    assert_true(accept(&s));
    assert_true(answer.lost_there);
    assert_int_equal(answer.state, REFERRAL_ACCEPTED);
    world_tick(s.w, MISSION);
    world_run_ms(s.w, 3 * DAY_MS);

    assert_int_equal(envelopes[MISSION], 0);
    settled = last_of(s.mission, RECORD_SETTLED);
    assert_int_equal(settled.settled.what, OWED_REPLY);
    assert_int_equal(settled.settled.how, SETTLED_LOST);
    assert_int_equal(settled.settled.step, REFERRAL_ACCEPTED);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.reason, DENIAL_LOST);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.left, LEFT_NEVER);
    l = owed(s.mission);
    assert_int_equal(l.open, 0);
    assert_int_equal(l.lost, 1);
    assert_false(l.last.by_hand);
    assert_int_equal(l.last.step, REFERRAL_ACCEPTED);
    assert_true(ident_equal(&l.last.subject, &s.sent.referral));
    end(&s);
}

static void test_what_a_person_told_of_it_is_recorded_once_and_not_listed_any_more(void **state)
{
    struct record settled;
    unsigned records;
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, NGO);
    assert_true(accept(&s));
    world_tick(s.w, MISSION);
    assert_true(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.sent.referral, CLOSING_TOLD, &s.err));
    world_tick(s.w, MISSION);

    settled = last_of(s.mission, RECORD_SETTLED);
    assert_int_equal(settled.settled.how, SETTLED_CLOSED);
    assert_int_equal(settled.settled.reason, CLOSING_TOLD);
    assert_int_equal(owed(s.mission).lost, 0);
    records = people_records(s.mission, RECORD_SETTLED);
    assert_true(exchange_owed_close(s.mission, world_address(s.w, NGO), &s.sent.referral, CLOSING_TOLD, &s.err));
    world_tick(s.w, MISSION);
    assert_int_equal(people_records(s.mission, RECORD_SETTLED), records);
    fixture_restart(&s, MISSION);
    assert_int_equal(obligations_mended(s.mission), 0);
    assert_int_equal(owed(s.mission).lost, 0);
    end(&s);
}

static void test_an_answer_that_waited_when_the_referral_was_lost_is_for_a_person_too(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    world_crash(s.w, NGO);
    fixture_settle(&s);
    assert_true(accept(&s));
    fixture_settle(&s);
    assert_int_equal(owed(s.mission).open, 1);
    replace(&s, NGO);

    assert_int_equal(owed(s.mission).open, 0);
    assert_int_equal(owed(s.mission).lost, 1);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.reason, DENIAL_LOST);
    end(&s);
}

static void test_a_referral_of_the_new_machine_is_answered_as_ever(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, NGO);
    refer(&s, true);
    fixture_settle(&s);
    assert_false(is_lost_there(s.mission, &s.sent.referral));
    assert_true(accept(&s));
    fixture_settle(&s);

    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(last_of(s.mission, RECORD_SETTLED).settled.how, SETTLED_ANSWERED);
    assert_int_equal(owed(s.mission).lost, 0);
    end(&s);
}

static void test_who_only_says_that_it_does_not_know_the_referral_is_told_on(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    fixture_edit(&s, NGO, "UPDATE referral SET direction = 2");
    envelopes[MISSION] = 0;
    assert_true(accept(&s));
    world_tick(s.w, MISSION);
    world_run_ms(s.w, 60 * MINUTES);

    assert_true(envelopes[MISSION] > 1);
    assert_int_equal(owed(s.mission).open, 1);
    assert_int_equal(owed(s.mission).lost, 0);
    fixture_edit(&s, NGO, "UPDATE referral SET direction = 1");
    world_run_ms(s.w, 2 * 60 * MINUTES);
    assert_int_equal(owed(s.mission).open, 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    end(&s);
}

static void test_an_answer_that_ends_in_its_own_tick_never_leaves(void **state)
{
    struct peer_row peer;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s, true);
    envelopes[MISSION] = 0;
    assert_true(accept(&s));
    assert_true(peers_find(s.mission, world_address(s.w, NGO), &found, &peer, &s.err));
    assert_true(obligations_begin_anew(s.mission, peer.number, &s.err));
    world_tick(s.w, MISSION);
    fixture_settle(&s);

    assert_int_equal(envelopes[MISSION], 0);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.left, LEFT_NEVER);
    end(&s);
}

/* --- statements --- */

static void test_a_statement_for_a_consent_that_its_taker_lost_ends_without_a_person(void **state)
{
    struct record settled;
    struct fixture s;

    (void)state;
    begin(&s, true);
    assert_true(fixture_withdraw(&s, false)); /* it is erased in three days */
    fixture_settle(&s);
    replace(&s, NGO);
    envelopes[MISSION] = 0;
    for (int day = 0; day < 5; day++) {
        world_advance(s.w, DAY_MS);
        world_publish(s.w);
        world_run_ms(s.w, 10 * MINUTES);
    }

    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    settled = last_of(s.mission, RECORD_SETTLED);
    assert_int_equal(settled.settled.what, OWED_STATEMENT);
    assert_int_equal(settled.settled.how, SETTLED_LOST);
    assert_int_equal(envelopes[MISSION], 0);
    assert_int_equal(owed(s.mission).open + owed(s.mission).lost, 0);
    assert_false(is_lost_there(s.mission, &s.sent.referral)); /* it is erased, and no more is said of it */
    end(&s);
}

static void test_an_answer_under_what_was_erased_since_is_told_to_nobody(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, NGO);
    assert_true(accept(&s));
    world_tick(s.w, MISSION);
    assert_int_equal(owed(s.mission).lost, 1);
    fixture_edit(&s, MISSION, "UPDATE referral SET state = 19");
    assert_int_equal(owed(s.mission).lost, 0);
    end(&s);
}

/* --- who was asked lost it --- */

static void test_what_was_to_follow_is_withheld_where_the_referral_was_lost(void **state)
{
    struct record withheld;
    struct fixture s;

    (void)state;
    begin(&s, false);
    assert_true(accept(&s));
    world_tick(s.w, MISSION);
    while (people_state(s.ngo, &s.sent.referral) != REFERRAL_ACCEPTED)
        world_step(s.w, 1);
    world_crash(s.w, MISSION); /* the release does not arrive */
    fixture_settle(&s);
    assert_false(is_lost_there(s.ngo, &s.sent.referral));
    replace(&s, MISSION);

    withheld = last_of(s.ngo, RECORD_WITHHELD);
    assert_int_equal(withheld.withheld.reason, DENIAL_LOST);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    assert_true(is_lost_there(s.ngo, &s.sent.referral));
    end(&s);
}

static void cancel(struct fixture *s)
{
    struct control_referral out;

    assert_true(exchange_referral_cancel(s->ngo, &s->sent.referral, &out, &s->err));
    world_tick(s->w, NGO);
}

static void test_a_cancellation_of_what_was_lost_there_is_for_a_person_to_tell(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, MISSION);
    assert_true(is_lost_there(s.ngo, &s.sent.referral));
    cancel(&s);

    assert_int_equal(owed(s.ngo).open, 0);
    assert_int_equal(owed(s.ngo).lost, 1);
    assert_int_equal(owed(s.ngo).last.what, OWED_CANCELLATION);
    assert_int_equal(owed(s.ngo).last.step, REFERRAL_CANCELLED);
    end(&s);
}

static bool update(struct fixture *s)
{
    struct control_referral_update_ask ask = {.referral = s->sent.referral, .not_known = SECTION_BIT(SECTION_HEALTH)};
    struct control_referral out;

    return exchange_referral_update(s->ngo, &ask, &out, &s->err);
}

static void test_nothing_more_is_sent_of_what_was_lost_there(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, MISSION);
    assert_false(update(&s));
    assert_int_equal(s.err.code, E_REF_14);
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    end(&s);
}

static void correct(struct fixture *s)
{
    struct body body = {.kind = MESSAGE_CORRECTION_ANSWER,
                        .has_referral = true,
                        .referral = s->sent.referral,
                        .corrected = {.answer = CORRECTION_ANSWER_TAKEN_OVER}};
    struct referral_row row;
    bool found;

    assert_true(referral_store_find(s->mission->db, &s->sent.referral, &found, &row, &s->err));
    assert_true(found);
    assert_true(outbox_put_plain(s->mission, world_address(s->w, NGO), &body, row.number, row.consent, &s->err));
    world_tick(s->w, MISSION);
}

static void test_a_message_that_is_made_afterwards_never_leaves(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, NGO);
    envelopes[MISSION] = 0;
    correct(&s);
    fixture_settle(&s);

    assert_int_equal(envelopes[MISSION], 0);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.reason, DENIAL_LOST);
    assert_int_equal(last_of(s.mission, RECORD_WITHHELD).withheld.left, LEFT_NEVER);
    end(&s);
}

static void test_a_referral_that_waited_for_the_new_machine_is_known_there(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    world_crash(s.w, MISSION);
    fixture_settle(&s);
    refer(&s, true);
    fixture_settle(&s);
    replace(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_false(is_lost_there(s.ngo, &s.sent.referral));
    cancel(&s);

    assert_int_equal(owed(s.ngo).open, 1);
    assert_int_equal(owed(s.ngo).lost, 0);
    end(&s);
}

/* --- what became of her data --- */

static void test_who_holds_nothing_after_its_machine_was_replaced_is_said_to_have_a_new_one(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, true);
    replace(&s, MISSION);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_true(owed(s.ngo).last.doubted);
    assert_true(owed(s.ngo).last.replaced);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_given_after_the_sender_lost_the_referral_is_for_a_person_to_tell),
        cmocka_unit_test(test_what_a_person_told_of_it_is_recorded_once_and_not_listed_any_more),
        cmocka_unit_test(test_an_answer_that_waited_when_the_referral_was_lost_is_for_a_person_too),
        cmocka_unit_test(test_a_referral_of_the_new_machine_is_answered_as_ever),
        cmocka_unit_test(test_who_only_says_that_it_does_not_know_the_referral_is_told_on),
        cmocka_unit_test(test_an_answer_that_ends_in_its_own_tick_never_leaves),
        cmocka_unit_test(test_a_statement_for_a_consent_that_its_taker_lost_ends_without_a_person),
        cmocka_unit_test(test_an_answer_under_what_was_erased_since_is_told_to_nobody),
        cmocka_unit_test(test_what_was_to_follow_is_withheld_where_the_referral_was_lost),
        cmocka_unit_test(test_a_cancellation_of_what_was_lost_there_is_for_a_person_to_tell),
        cmocka_unit_test(test_who_holds_nothing_after_its_machine_was_replaced_is_said_to_have_a_new_one),
        cmocka_unit_test(test_nothing_more_is_sent_of_what_was_lost_there),
        cmocka_unit_test(test_a_message_that_is_made_afterwards_never_leaves),
        cmocka_unit_test(test_a_referral_that_waited_for_the_new_machine_is_known_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
