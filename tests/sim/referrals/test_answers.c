/* Several answers to one referral: in whichever order they come, and whatever is lost, both nodes say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/logs/audit_calls.h"
#include "exchange/traffic/obligations.h"
#include "fixture.h"
#include "owed.h"

#define KEPT 4

static const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

static const struct reply_message acknowledged = {.state = REFERRAL_ACKNOWLEDGED};
static const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
static const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};

static struct reply_message waitlisted(const struct fixture *s, int days)
{
    return (struct reply_message){.state = REFERRAL_WAITLISTED, .time_ms = world_now(s->w) + days * DAY_MS};
}

static bool try_answer(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    return exchange_referral_answer(s->mission, &s->sent.referral, reply, &out, &s->err);
}

static void answer(struct fixture *s, const struct reply_message *reply)
{
    world_must(try_answer(s, reply), &s->err, "answer");
}

static void refuse(struct fixture *s, const struct reply_message *reply, enum error_code why, const char *text)
{
    assert_false(try_answer(s, reply));
    assert_int_equal(s->err.code, why);
    assert_non_null(strstr(s->err.text, text));
}

static struct control_referral_detail shown(struct exchange *x, const struct fixture *s)
{
    struct control_referral_detail d;
    struct error err;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &err), &err, "show");
    return d;
}

static void both_are(struct fixture *s, enum referral_state state)
{
    assert_int_equal(people_state(s->ngo, &s->sent.referral), state);
    assert_int_equal(people_state(s->mission, &s->sent.referral), state);
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &consent);
    fixture_deliver(s);
}

static void test_each_answer_is_told_and_the_newest_counts(void **state)
{
    struct fixture s;
    struct reply_message later;

    (void)state;
    begin(&s, 301);
    answer(&s, &acknowledged);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACKNOWLEDGED);
    later = waitlisted(&s, 5);
    answer(&s, &later);
    fixture_settle(&s);
    both_are(&s, REFERRAL_WAITLISTED);
    assert_true(shown(s.ngo, &s).summary.time_ms == later.time_ms);
    assert_true(shown(s.ngo, &s).summary.due_ms == later.time_ms);
    assert_true(shown(s.mission, &s).summary.due_ms == later.time_ms);
    later = waitlisted(&s, 14);
    answer(&s, &later);
    answer(&s, &accepted);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    assert_true(shown(s.ngo, &s).summary.time_ms == 0);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static void test_of_two_who_answer_the_second_sees_what_the_first_said(void **state)
{
    struct fixture s;
    struct reply_message later;

    (void)state;
    begin(&s, 302);
    later = waitlisted(&s, 5);
    answer(&s, &later);
    assert_true(try_answer(&s, &later)); /* said again */
    refuse(&s, &acknowledged, E_REF_07, "waitlisted already");
    answer(&s, &declined);
    refuse(&s, &accepted, E_REF_07, "declined already");
    refuse(&s, &(struct reply_message){.state = REFERRAL_DECLINED, .reason = DECLINE_OTHER}, E_REF_07, "otherwise");
    fixture_settle(&s);
    both_are(&s, REFERRAL_DECLINED);
    assert_int_equal(shown(s.ngo, &s).reason, DECLINE_AT_CAPACITY);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 3); /* these, and that it is erased */
    fixture_end(&s);
}

static void test_how_to_reach_the_service_goes_with_an_acceptance(void **state)
{
    const struct reply_message desk = {.state = REFERRAL_ACCEPTED,
                                       .place = DESK_PLACE_DESK,
                                       .from_ms = 1800000000000,
                                       .phone = {(const uint8_t *)"+48221234567", 12},
                                       .bring = 1U << TO_BRING_MEDICINES};
    struct reply_message wrong = desk;
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s, 303);
    wrong.phone = view_of_text("Nova 221234567");
    refuse(&s, &wrong, E_REF_08, "a plus and digits");
    wrong.phone = view_of_text("22+1234567");
    refuse(&s, &wrong, E_REF_08, "a plus and digits");
    answer(&s, &desk);
    refuse(&s, &accepted, E_REF_07, "accepted already, and otherwise");
    fixture_settle(&s);
    d = shown(s.ngo, &s);
    assert_int_equal(d.place, DESK_PLACE_DESK);
    assert_true(d.from_ms == desk.from_ms && view_equal(d.phone, desk.phone) && d.bring == desk.bring);
    fixture_end(&s);
}

static void test_a_day_is_named_in_the_next_fourteen(void **state)
{
    struct fixture s;
    struct reply_message late;

    (void)state;
    begin(&s, 304);
    late = waitlisted(&s, 0);
    refuse(&s, &late, E_REF_11, "in the next 14");
    late = waitlisted(&s, BOUND_WAITLIST_DAYS + 1);
    refuse(&s, &late, E_REF_11, "in the next 14");
    late = waitlisted(&s, BOUND_WAITLIST_DAYS);
    answer(&s, &late);
    fixture_settle(&s);
    both_are(&s, REFERRAL_WAITLISTED);
    fixture_end(&s);
}

static void test_what_was_said_of_a_day_is_said_again_behind_it(void **state)
{
    struct reply_message later;
    struct reply_message today = accepted;
    struct fixture s;

    (void)state;
    begin(&s, 311);
    later = waitlisted(&s, 1);
    answer(&s, &later);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_true(try_answer(&s, &later));
    today.from_ms = world_now(s.w) - DAY_MS;
    refuse(&s, &today, E_REF_11, "in vain");
    today.from_ms = world_now(s.w) - 1;
    answer(&s, &today);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_true(try_answer(&s, &today));
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static void test_a_place_that_was_promised_is_overdue_at_both_after_the_day(void **state)
{
    struct fixture s;
    struct reply_message later;

    (void)state;
    begin(&s, 305);
    later = waitlisted(&s, 3);
    answer(&s, &later);
    fixture_settle(&s);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_false(shown(s.ngo, &s).summary.overdue || shown(s.mission, &s).summary.overdue);
    world_run_ms(s.w, DAY_MS + HOURS);
    assert_true(shown(s.ngo, &s).summary.overdue && shown(s.mission, &s).summary.overdue);
    fixture_restart(&s, NGO); /* as it is read again */
    world_run_ms(s.w, MINUTES);
    assert_true(shown(s.ngo, &s).summary.overdue);
    answer(&s, &declined);
    fixture_settle(&s);
    assert_false(shown(s.ngo, &s).summary.overdue || shown(s.mission, &s).summary.overdue);
    fixture_end(&s);
}

/* --- orders --- */

struct envelopes {
    struct bytes kept[KEPT]; /* the mission's, as they were sent first */
    size_t count;
};

static void on_frame_sent(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    struct envelopes *e = cookie;

    (void)to;
    if (from == MISSION && kind == PEER_ENVELOPE && e->count < KEPT)
        bytes_append_view(&e->kept[e->count++], payload);
}

/* Three answers, each sealed, and none arrived; ORDER brings them. */
static void bring_in_order(const size_t order[static 3], size_t count, uint64_t seed)
{
    struct envelopes e = {.count = 0};
    struct fixture s;
    struct reply_message later;

    begin(&s, seed);
    world_watch(s.w, on_frame_sent, &e);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    later = waitlisted(&s, 4);
    for (size_t i = 0; i < 3; i++) {
        answer(&s, i == 0 ? &acknowledged : i == 1 ? &later : &accepted);
        world_tick(s.w, MISSION);
        assert_int_equal(e.count, i + 1);
    }
    for (size_t i = 0; i < count; i++) {
        assert_true(world_inject(s.w, MISSION, NGO, PEER_ENVELOPE, bytes_view(&e.kept[order[i]])));
        world_tick(s.w, NGO);
        if (order[i] == 2)
            assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    }
    world_watch(s.w, NULL, NULL);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 2 * HOURS);
    both_are(&s, REFERRAL_ACCEPTED);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
    for (size_t i = 0; i < KEPT; i++)
        bytes_fini(&e.kept[i]);
}

static void test_answers_come_in_any_order_or_not_at_all(void **state)
{
    static const size_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        for (size_t count = 1; count <= 3; count += 2)
            bring_in_order(orders[i], count, 310 + i);
}

/* --- what is owed --- */

static bool keep_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    (void)e;
    (void)err;
    *(struct record *)cookie = *r;
    return true;
}

static struct record last_withheld(struct exchange *x)
{
    const struct control_audit_list_ask ask = {.log = LOG_EXCHANGE, .kind = RECORD_WITHHELD};
    struct record r = {0};
    struct error err;

    world_must(exchange_audit_list(x, &ask, NULL, keep_record, &r, &err), &err, "list records");
    return r;
}

static void test_an_answer_that_waits_gives_way_to_a_newer_one(void **state)
{
    struct fixture s;
    struct record withheld;

    (void)state;
    begin(&s, 320);
    world_crash(s.w, NGO);
    fixture_look(&s);
    world_run_ms(s.w, MINUTES);
    answer(&s, &acknowledged);
    world_tick(s.w, MISSION);
    answer(&s, &accepted);
    world_tick(s.w, MISSION);
    assert_int_equal(owed_now(s.mission).count, 1);
    assert_int_equal(people_records(s.mission, RECORD_WITHHELD), 1);
    withheld = last_withheld(s.mission);
    assert_int_equal(withheld.withheld.reason, DENIAL_SUPERSEDED);
    fixture_restart(&s, MISSION); /* the log says the same of what is owed */
    assert_int_equal(obligations_mended(s.mission), 0);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static struct reply_message in_five_days;

static bool waitlist(struct fixture *s)
{
    return try_answer(s, &in_five_days);
}

static bool accept(struct fixture *s)
{
    return try_answer(s, &accepted);
}

static void test_answers_are_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 321);
    in_five_days = waitlisted(&s, 5);
    assert_true(fixture_at_each_statement(&s, MISSION, waitlist, MINUTES) > 3);
    assert_true(fixture_at_each_statement(&s, MISSION, accept, MINUTES) > 3);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    assert_int_equal(owed_now(s.mission).count, 0);
    fixture_end(&s);
}

static void test_she_withdraws_between_two_answers(void **state)
{
    struct fixture s;
    struct reply_message later;

    (void)state;
    begin(&s, 322);
    later = waitlisted(&s, 4);
    answer(&s, &later);
    fixture_settle(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    refuse(&s, &accepted, E_REF_07, "already");
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(owed_now(s.mission).count, 0);
    assert_int_equal(owed_now(s.ngo).count, 0);
    assert_true(shown(s.mission, &s).summary.time_ms == 0);
    fixture_end(&s);
}

static void test_a_referral_has_so_many_answers_and_no_more(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 323);
    answer(&s, &acknowledged);
    fixture_settle(&s);
    fixture_edit(&s, MISSION, "UPDATE referral SET answers = 997");
    fixture_edit(&s, NGO, "UPDATE referral SET answers = 997");
    for (int days = 1; days <= 2; days++) {
        struct reply_message later = waitlisted(&s, days);

        assert_int_equal(try_answer(&s, &later), days == 1);
    }
    assert_int_equal(s.err.code, E_REF_10);
    fixture_settle(&s);
    both_are(&s, REFERRAL_WAITLISTED);
    fixture_end(&s);
}

/* Who used up what a peer may use in a day is still heard, but not without end. */
static void test_so_many_answers_are_outside_the_share(void **state)
{
    struct fixture s;
    struct reply_message later;

    (void)state;
    begin(&s, 324);
    world_limit(s.w, NGO, 0);
    for (int n = 1; n <= BOUND_REPLIES_OPEN + 1; n++) {
        later = waitlisted(&s, n);
        answer(&s, &later);
        world_run_ms(s.w, MINUTES);
        assert_int_equal(shown(s.ngo, &s).summary.time_ms == later.time_ms, n <= BOUND_REPLIES_OPEN);
    }
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_answer_is_told_and_the_newest_counts),
        cmocka_unit_test(test_of_two_who_answer_the_second_sees_what_the_first_said),
        cmocka_unit_test(test_how_to_reach_the_service_goes_with_an_acceptance),
        cmocka_unit_test(test_a_day_is_named_in_the_next_fourteen),
        cmocka_unit_test(test_what_was_said_of_a_day_is_said_again_behind_it),
        cmocka_unit_test(test_a_place_that_was_promised_is_overdue_at_both_after_the_day),
        cmocka_unit_test(test_answers_come_in_any_order_or_not_at_all),
        cmocka_unit_test(test_an_answer_that_waits_gives_way_to_a_newer_one),
        cmocka_unit_test(test_answers_are_whole_or_not_at_all),
        cmocka_unit_test(test_she_withdraws_between_two_answers),
        cmocka_unit_test(test_a_referral_has_so_many_answers_and_no_more),
        cmocka_unit_test(test_so_many_answers_are_outside_the_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
