/* Why something is as it is: what people read of a referral without opening it, and what is recorded where they may
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/state.h"
#include "fixture.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 23, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
}

/* The reason that node AT shows of the newest referral, without opening it; 0: none. */
static enum decline_reason reason_at(struct fixture *s, size_t at)
{
    static struct control_referral_detail d;

    world_must(exchange_referral_show(world_node(s->w, at), &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d.reason;
}

static void decline(struct fixture *s, enum decline_reason reason)
{
    struct control_referral answered;

    world_must(exchange_referral_decline(s->mission, &s->sent.referral, reason, (struct view){0}, &answered, &s->err),
               &s->err, "decline");
    fixture_settle(s);
}

static bool count_house(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)r;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned house_records(struct exchange *x, enum record_kind kind)
{
    struct control_audit_list_ask filter = {.log = LOG_HOUSE, .kind = kind};
    unsigned count = 0;
    struct error err;

    world_must(exchange_audit_list(x, &filter, NULL, count_house, &count, &err), &err, "list the house log");
    return count;
}

/* --- declined --- */

static void test_why_it_was_declined_is_shown_without_opening_it_until_the_erasure(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    assert_int_equal(reason_at(&s, NGO), 0);
    decline(&s, DECLINE_NOT_ELIGIBLE);
    assert_int_equal(reason_at(&s, NGO), DECLINE_NOT_ELIGIBLE);
    assert_int_equal(reason_at(&s, MISSION), DECLINE_NOT_ELIGIBLE);
    assert_int_equal(house_records(s.ngo, RECORD_NOT_OPENED), 0);

    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(reason_at(&s, NGO), DECLINE_NOT_ELIGIBLE);

    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ERASED);
    assert_int_equal(reason_at(&s, NGO), 0);
    assert_int_equal(reason_at(&s, MISSION), 0);
    fixture_end(&s);
}

/* --- answered again --- */

static bool answer(struct fixture *s, enum decline_reason reason, struct control_referral *out)
{
    const struct ident *id = &s->sent.referral;

    return reason == 0 ? exchange_referral_accept(s->mission, id, (struct view){0}, out, &s->err)
                       : exchange_referral_decline(s->mission, id, reason, (struct view){0}, out, &s->err);
}

/* FIRST, said again, answers what stands; OTHER is refused. Reason 0 accepts. */
static void answer_twice(enum decline_reason first, enum decline_reason other, enum referral_state state)
{
    struct control_referral out;
    struct fixture s;
    unsigned records;
    int64_t at_ms;

    begin(&s);
    fixture_deliver(&s);
    at_ms = world_now(s.w);
    assert_true(answer(&s, first, &out));
    assert_int_equal(out.answered_ms, 0);
    fixture_settle(&s);
    world_advance(s.w, HOURS);
    records = people_records(s.mission, RECORD_DISCLOSED);
    for (int i = 0; i < 2; i++) {
        assert_true(answer(&s, first, &out));
        assert_int_equal(out.state, state);
        assert_in_range(out.answered_ms, at_ms, at_ms + MINUTES);
        fixture_restart(&s, MISSION);
    }
    assert_false(answer(&s, other, &out));
    assert_int_equal(s.err.code, E_REF_07);
    fixture_settle(&s);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), records);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), state);
    fixture_end(&s);
}

static void test_an_answer_said_again_says_since_when_it_stands_and_another_is_refused(void **state)
{
    (void)state;
    answer_twice(0, DECLINE_OTHER, REFERRAL_ACCEPTED);
    answer_twice(DECLINE_OTHER, 0, REFERRAL_DECLINED);
    answer_twice(DECLINE_OTHER, DECLINE_AT_CAPACITY, REFERRAL_DECLINED);
}

/* --- refused openings --- */

static void test_who_asks_to_open_what_consent_does_not_allow_is_recorded(void **state)
{
    static struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    assert_true(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err));
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 0);

    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_false(exchange_referral_show(s.mission, &s.sent.referral, true, &d, &s.err));
    assert_int_equal(s.err.code, E_CON_05);
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 1);
    assert_true(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err)); /* opens nothing */
    world_tick(s.w, MISSION);
    assert_int_equal(house_records(s.mission, RECORD_NOT_OPENED), 1);
    fixture_end(&s);
}

/* --- what waits --- */

static struct control_referral summary_at(struct fixture *s, size_t at)
{
    static struct control_referral_detail d;

    world_must(exchange_referral_show(world_node(s->w, at), &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d.summary;
}

/* What the newest referral waits for at node AT; the next try is no further than PAUSE_MS. */
static void assert_waits(struct fixture *s, size_t at, enum message_kind kind, enum hold why, int64_t pause_ms)
{
    struct control_referral r = summary_at(s, at);

    assert_int_equal(r.waits, kind);
    assert_int_equal(r.hold, why);
    assert_true(r.next_try_ms >= world_now(s->w) && r.next_try_ms <= world_now(s->w) + pause_ms);
    if (kind == MESSAGE_REPLY)
        assert_int_equal(r.hold_until_ms, 0);
    else
        assert_true(r.hold_until_ms > world_now(s->w) + (BOUND_EXPIRY_DAYS - 1) * DAY_MS);
}

static struct node_status status_at(struct fixture *s, size_t at)
{
    struct node_status status;

    world_must(exchange_status(world_node(s->w, at), &status, &s->err), &s->err, "status");
    return status;
}

static bool keep_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)err;
    ((struct control_agency *)cookie)[a->self] = *a;
    return true;
}

/* Of the two agencies, the other one, or itself. */
static struct control_agency agency_at(struct fixture *s, size_t at, bool self)
{
    struct control_agency a[2];

    world_must(exchange_agency_list(world_node(s->w, at), keep_agency, a, &s->err), &s->err, "list agencies");
    return a[self];
}

static struct control_agency other_at(struct fixture *s, size_t at)
{
    return agency_at(s, at, false);
}

static void test_what_waits_has_a_reason_and_a_next_try(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);
    fixture_refer(&s);
    world_run_ms(s.w, 10 * MINUTES);
    assert_waits(&s, NGO, MESSAGE_REFERRAL, HOLD_NO_LINK, MINUTES);
    assert_int_equal(status_at(&s, NGO).shown.next_try_ms, summary_at(&s, NGO).next_try_ms);
    assert_int_equal(other_at(&s, NGO).hold, HOLD_NO_LINK);
    assert_int_equal(other_at(&s, NGO).next_try_ms, summary_at(&s, NGO).next_try_ms);
    assert_int_equal(other_at(&s, NGO).transport_until_ms, 0); /* no link stands */
    assert_int_equal(other_at(&s, NGO).tls_group, 0);
    assert_int_equal(agency_at(&s, NGO, true).transport_until_ms, status_at(&s, NGO).shown.transport_until_ms);

    world_conditions(s.w)->drop = PEER_ENVELOPE;
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, 2 * MINUTES);
    assert_waits(&s, NGO, MESSAGE_REFERRAL, HOLD_ON_ITS_WAY, MINUTES);
    assert_true(other_at(&s, NGO).transport_until_ms > world_now(s.w));
    assert_int_equal(other_at(&s, NGO).tls_group, TLS_X25519); /* as the simulator has it */

    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    assert_int_equal(summary_at(&s, NGO).hold, HOLD_NONE);
    assert_int_equal(summary_at(&s, NGO).waits, 0);
    assert_int_equal(summary_at(&s, NGO).next_try_ms, 0);
    assert_int_equal(status_at(&s, NGO).shown.next_try_ms, 0);
    fixture_end(&s);
}

static void test_what_was_refused_without_a_reason_says_so_and_when_it_goes_again(void **state)
{
    struct peer_refusal refusal = {.step = STEP_OPENS, .has_message = true};
    struct bytes frame = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    fixture_settle(&s);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    fixture_refer(&s);
    world_step(s.w, 0);
    refusal.message = s.sent.message;
    peer_refusal_encode(&refusal, &frame);
    assert_true(world_inject(s.w, MISSION, NGO, PEER_REFUSAL, bytes_view(&frame)));
    world_tick(s.w, NGO);
    assert_waits(&s, NGO, MESSAGE_REFERRAL, HOLD_REFUSED_THERE, 10000);
    bytes_fini(&frame);
    world_conditions(s.w)->drop = 0;
    fixture_end(&s);
}

static void test_an_answer_that_waits_says_so_and_has_no_last_day(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    world_crash(s.w, NGO);
    fixture_look(&s);
    decline(&s, DECLINE_AT_CAPACITY);
    world_run_ms(s.w, 10 * MINUTES);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DECLINED);
    assert_waits(&s, MISSION, MESSAGE_REPLY, HOLD_NO_LINK, MINUTES);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(summary_at(&s, MISSION).hold, HOLD_NONE);
    fixture_end(&s);
}

static void test_what_a_person_or_a_directory_lifts_has_no_next_try(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_advance(s.w, 15 * DAY_MS);
    fixture_refer(&s);
    assert_int_equal(summary_at(&s, NGO).hold, HOLD_DIRECTORY_ENDED);
    assert_int_equal(summary_at(&s, NGO).next_try_ms, 0);
    fixture_end(&s);
}

/* --- what stands beside a record --- */

struct beside {
    unsigned of_referral; /* records */
    unsigned of_consent;
    enum referral_state answer; /* of the reply's record */
    enum referral_state settled;
    bool for_mission;
    const struct fixture *s;
};

static bool look_beside(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct beside *b = cookie;
    bool is_reply = e->message_kind == MESSAGE_REPLY;

    (void)err;
    b->of_referral += ident_equal(&e->referral, &b->s->sent.referral);
    b->of_consent += ident_equal(&e->consent, &b->s->consent);
    if (is_reply && (r->kind == RECORD_RECEIVED || r->kind == RECORD_DISCLOSED))
        b->answer = e->answer;
    if (r->kind == RECORD_SETTLED && r->settled.what == OWED_REPLY)
        b->settled = (enum referral_state)r->settled.step;
    if (r->kind == RECORD_CONSENT)
        b->for_mission = address_equal(&e->recipient, b->s->to);
    return true;
}

static struct beside beside_at(struct fixture *s, struct exchange *x)
{
    static const struct control_audit_list_ask all = {.log = LOG_EXCHANGE};
    struct beside b = {.s = s};

    world_must(exchange_audit_list(x, &all, NULL, look_beside, &b, &s->err), &s->err, "list the log");
    return b;
}

static void test_beside_a_record_stands_what_it_belongs_to_and_which_answer_came(void **state)
{
    struct beside ngo;
    struct beside mission;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    decline(&s, DECLINE_AT_CAPACITY);
    ngo = beside_at(&s, s.ngo);
    mission = beside_at(&s, s.mission);
    assert_int_equal(ngo.answer, REFERRAL_DECLINED);
    assert_int_equal(mission.answer, REFERRAL_DECLINED);
    assert_int_equal(mission.settled, REFERRAL_DECLINED);
    assert_true(ngo.for_mission);
    assert_int_equal(ngo.of_referral, 4);     /* DISCLOSED, RECEIPTED, RECEIVED, and that it is erased */
    assert_int_equal(mission.of_referral, 7); /* RECEIVED, DISCLOSED, RECEIPTED, SETTLED; the same, erased */
    assert_int_equal(ngo.of_consent, 5);      /* with CONSENT */

    s.ngo->read_only = true; /* nothing sealed is opened */
    assert_int_equal(beside_at(&s, s.ngo).answer, REFERRAL_DECLINED);
    s.ngo->read_only = false;
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(beside_at(&s, s.ngo).answer, REFERRAL_DECLINED);
    s.ngo->read_only = true;
    assert_int_equal(beside_at(&s, s.ngo).answer, 0);
    s.ngo->read_only = false;
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(beside_at(&s, s.ngo).answer, 0);
    fixture_end(&s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_it_was_declined_is_shown_without_opening_it_until_the_erasure),
        cmocka_unit_test(test_an_answer_said_again_says_since_when_it_stands_and_another_is_refused),
        cmocka_unit_test(test_who_asks_to_open_what_consent_does_not_allow_is_recorded),
        cmocka_unit_test(test_what_waits_has_a_reason_and_a_next_try),
        cmocka_unit_test(test_what_was_refused_without_a_reason_says_so_and_when_it_goes_again),
        cmocka_unit_test(test_an_answer_that_waits_says_so_and_has_no_last_day),
        cmocka_unit_test(test_what_a_person_or_a_directory_lifts_has_no_next_try),
        cmocka_unit_test(test_beside_a_record_stands_what_it_belongs_to_and_which_answer_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
