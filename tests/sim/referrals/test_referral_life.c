/* What follows an answer: a question and its clock, opening, cancelling and giving back, her coming, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/kinds/kind_reply.h"
#include "exchange/referrals/referrals.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "fixture.h"
#include "owed.h"
#include "refexd/status.h"
#include "watcher.h"

static const struct people_consent consent = {.sections = BIT(TRIAGE) | BIT(HEALTH)};

static const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
static const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
static const struct reply_message arrived = {.state = REFERRAL_ARRIVED};
static const struct reply_message not_found = {.state = REFERRAL_NOT_FOUND};
static const struct reply_message confirmed = {.state = REFERRAL_CANCELLED};
static const struct reply_message closed = {.state = REFERRAL_CLOSED};
static const struct reply_message closed_unfound = {.state = REFERRAL_CLOSED,
                                                    .checked = 1U << CLOSING_CHECK_AGENCY |
                                                               1U << CLOSING_CHECK_BRINGER | 1U << CLOSING_CHECK_ADULT};
static const struct reply_message given_back = {.state = REFERRAL_GIVEN_BACK, .reason = DECLINE_AT_CAPACITY};
static const struct reply_message finished = {.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_PARTLY};
static const struct reply_message question = {.state = REFERRAL_INFO_REQUESTED,
                                              .asked = 1U << ASKED_FOR_HEALTH | 1U << ASKED_FOR_WHEN};

static bool try_answer(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    return exchange_referral_answer(s->mission, &s->sent.referral, reply, &out, &s->err);
}

static void answer(struct fixture *s, const struct reply_message *reply)
{
    world_must(try_answer(s, reply), &s->err, "answer");
}

static void expect(struct fixture *s, int64_t in_ms)
{
    answer(s, &(struct reply_message){.state = REFERRAL_EXPECTED, .time_ms = world_now(s->w) + in_ms});
}

static void assert_refused(struct fixture *s, bool ok, enum error_code why, const char *text)
{
    assert_false(ok);
    assert_int_equal(s->err.code, why);
    assert_non_null(strstr(s->err.text, text));
}

static bool try_cancel(struct fixture *s)
{
    struct control_referral out;

    return exchange_referral_cancel(s->ngo, &s->sent.referral, &out, &s->err);
}

static void cancel(struct fixture *s)
{
    world_must(try_cancel(s), &s->err, "cancel");
}

static bool try_update(struct fixture *s, section_set sections, uint32_t not_known)
{
    const struct control_referral_update_ask ask = {
        .referral = s->sent.referral, .sections = sections, .not_known = not_known};
    struct control_referral out;

    return exchange_referral_update(s->ngo, &ask, &out, &s->err);
}

static struct control_referral_detail shown(struct exchange *x, struct fixture *s)
{
    struct control_referral_detail d;

    world_must(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err), &s->err, "show");
    return d;
}

/* By the mission's clock, which a person confirmed, the consent is over. */
static void test_what_more_is_said_of_a_referral_that_was_not_taken_is_withheld(void **state)
{
    struct people_consent one = {.sections = BIT(TRIAGE) | BIT(HEALTH)};
    struct fixture s;
    bool changed;

    (void)state;
    fixture_begin(&s, 41, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 2;
    (void)people_consent(s.ngo, &s.person, s.to, &one);
    fixture_settle(&s);
    world_conditions(s.w)->partition = true;
    world_cut(s.w, NGO, MISSION);
    world_set_clock(s.w, MISSION, 4 * DAY_MS);
    world_tick(s.w, MISSION);
    world_must(exchange_clock_confirm(s.mission, &changed, &s.err), &s.err, "confirm");
    world_tick(s.w, MISSION);
    world_set_clock(s.w, MISSION, 0);
    fixture_refer(&s);
    world_must(try_update(&s, 0, BIT(HEALTH)), &s.err, "update");
    world_tick(s.w, NGO);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_REFUSED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

/* The update goes under another consent than the referral, which she takes back before it arrived. */
static void test_what_more_is_said_of_a_referral_that_does_not_arrive_is_withheld(void **state)
{
    const struct people_consent first = {.sections = BIT(TRIAGE)};
    const struct people_consent second = {.sections = BIT(TRIAGE) | BIT(HEALTH)};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 42, 2, &first);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    fixture_refer(&s);
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &s.person, s.to, &second);
    world_tick(s.w, NGO);
    world_must(try_update(&s, BIT(HEALTH), 0), &s.err, "update");
    world_tick(s.w, NGO);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    world_run_ms(s.w, MINUTES);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_STOPPED);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 2);
    fixture_end(&s);
}

/* What was withheld and never left is not called shared. */
static void test_what_never_left_is_not_shared(void **state)
{
    const struct people_consent first = {.sections = BIT(TRIAGE)};
    const struct people_consent second = {.sections = BIT(TRIAGE) | BIT(HEALTH)};
    struct control_referral out;

    (void)state;
    for (int cancels = 0; cancels < 2; cancels++) {
        struct control_consent_withdraw_ask ask = {.erase_now = false};
        struct fixture s;

        fixture_begin(&s, 44, 2, &first);
        fixture_deliver(&s);
        world_cut(s.w, NGO, MISSION);
        ask.consent = people_consent(s.ngo, &s.person, s.to, &second);
        world_tick(s.w, NGO);
        world_must(try_update(&s, BIT(HEALTH), 0), &s.err, "update");
        world_tick(s.w, NGO);
        assert_true((shown(s.ngo, &s).summary.shared & BIT(HEALTH)) != 0); /* it is on its way */
        if (cancels != 0)
            world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
        else
            world_must(exchange_consent_withdraw(s.ngo, &ask, &s.shown, &s.err), &s.err, "withdraw");
        world_tick(s.w, NGO);
        assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
        assert_int_equal(shown(s.ngo, &s).summary.shared, BIT(TRIAGE));
        fixture_settle(&s);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
        fixture_end(&s);
    }
}

static void test_what_more_is_said_of_a_referral_that_is_past_its_last_day_is_withheld(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 43, 2, &consent);
    world_conditions(s.w)->drop = PEER_ENVELOPE;
    fixture_refer(&s);
    for (unsigned day = 0; day < BOUND_EXPIRY_DAYS + 2; day++) {
        if (day == 5)
            world_must(try_update(&s, 0, BIT(HEALTH)), &s.err, "update");
        if (day % 7 == 0)
            world_publish(s.w);
        world_run_ms(s.w, DAY_MS);
    }
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 1);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    fixture_end(&s);
}

static enum referral_state at_ngo(struct fixture *s)
{
    return people_state(s->ngo, &s->sent.referral);
}

static enum referral_state at_mission(struct fixture *s)
{
    return people_state(s->mission, &s->sent.referral);
}

static void both_name(struct fixture *s, const struct address *responsible)
{
    assert_string_equal(shown(s->ngo, s).summary.responsible.text, responsible->text);
    assert_string_equal(shown(s->mission, s).summary.responsible.text, responsible->text);
}

/* Whose she is both compute from the state alone. */
static void both_say_who_is_responsible(struct fixture *s)
{
    const struct address here = shown(s->ngo, s).summary.responsible;
    const struct address there = shown(s->mission, s).summary.responsible;

    assert_string_equal(here.text, there.text);
    assert_int_equal(address_equal(&here, s->to), referral_state_is_accepted(at_ngo(s)));
    if (at_ngo(s) == REFERRAL_NOT_FOUND) { /* each is to act */
        assert_string_not_equal(shown(s->ngo, s).summary.next_agency.text, s->to->text);
        assert_string_equal(shown(s->mission, s).summary.next_agency.text, s->to->text);
    }
}

static void both_are(struct fixture *s, enum referral_state state)
{
    assert_string_equal(referral_state_name(at_ngo(s)), referral_state_name(state));
    assert_string_equal(referral_state_name(at_mission(s)), referral_state_name(state));
    if (state >= REFERRAL_ACCEPTED) /* who looks has opened it */
        both_say_who_is_responsible(s);
}

static void nothing_is_owed(struct fixture *s)
{
    assert_int_equal(owed_now(s->ngo).count, 0);
    assert_int_equal(owed_now(s->mission).count, 0);
}

static unsigned findings(struct fixture *s, size_t i, enum found row)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = world_node(s->w, i)};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == row;
    arena_fini(&arena);
    return n;
}

/* Triage went, and health is offered. */
static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &consent);
    world_must(people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = false}, &s->sent, &s->err),
               &s->err, "refer");
    fixture_settle(s);
    assert_int_equal(at_ngo(s), REFERRAL_DELIVERED);
}

static void begin_accepted(struct fixture *s, uint64_t seed)
{
    begin(s, seed);
    answer(s, &accepted);
    fixture_settle(s);
    both_are(s, REFERRAL_ACCEPTED);
}

/* --- a question --- */

static void test_a_question_stops_the_clock_until_it_is_answered(void **state)
{
    struct fixture s;
    int64_t due;

    (void)state;
    begin(&s, 401);
    due = shown(s.mission, &s).summary.due_ms;
    answer(&s, &question);
    fixture_settle(&s);
    both_are(&s, REFERRAL_INFO_REQUESTED);
    assert_int_equal(shown(s.ngo, &s).asked, question.asked);
    assert_true(shown(s.ngo, &s).summary.due_ms == shown(s.mission, &s).summary.due_ms);
    assert_true(shown(s.ngo, &s).summary.due_ms > world_now(s.w) + 4 * DAY_MS);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_true(try_update(&s, BIT(HEALTH), 1U << ASKED_FOR_WHEN));
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACKNOWLEDGED);
    assert_true(people_open_sections(s.mission, &s.sent.referral, &s.err) == (BIT(TRIAGE) | BIT(HEALTH)));
    assert_true(shown(s.mission, &s).summary.due_ms > due + DAY_MS);
    assert_true(shown(s.ngo, &s).summary.due_ms == shown(s.mission, &s).summary.due_ms);
    due = shown(s.mission, &s).summary.due_ms;
    answer(&s, &question); /* a second one stops nothing */
    assert_true(shown(s.mission, &s).summary.due_ms == due);
    answer(&s, &accepted);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

static void test_an_update_carries_what_her_consent_covers_and_no_more(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 402);
    assert_refused(&s, try_update(&s, BIT(IDENTITY), 0), E_CON_02, "identity");
    assert_refused(&s, try_update(&s, 0, 0), E_REF_04, "names sections");
    assert_int_equal(people_records(s.ngo, RECORD_DENIED), 1);
    answer(&s, &declined);
    fixture_settle(&s);
    assert_refused(&s, try_update(&s, BIT(HEALTH), 0), E_REF_07, "declined already");
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0); /* erased */
    fixture_end(&s);
}

/* --- opening --- */

static void test_that_an_emergency_was_opened_is_told_at_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 403, 2, &consent);
    assert_true(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.urgency = URGENCY_EMERGENCY}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_int_equal(at_ngo(&s), REFERRAL_DELIVERED);
    (void)shown(s.mission, &s);
    (void)shown(s.mission, &s);
    fixture_settle(&s);
    both_are(&s, REFERRAL_OPENED);
    assert_true(world_now(s.w) - shown(s.ngo, &s).summary.opened_ms < HOURS);
    assert_true(shown(s.ngo, &s).summary.opened_ms == shown(s.mission, &s).summary.opened_ms);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    answer(&s, &accepted);
    fixture_settle(&s);
    both_are(&s, REFERRAL_ACCEPTED);
    assert_true(shown(s.ngo, &s).summary.opened_ms != 0);
    fixture_end(&s);
}

/* Their node says REPLY as its answer NUMBER, whatever its people did. */
static void claim(struct fixture *s, uint32_t number, const struct reply_message *reply)
{
    struct referral_row row;
    uint64_t mark;
    bool found;

    world_must(referral_store_find(s->mission->db, &s->sent.referral, &found, &row, &s->err) && found &&
                   referrals_open(s->mission, &row, &s->err),
               &s->err, "find a referral");
    row.state = reply->state;
    row.answers = number - 1;
    mark = tick_call_begin(s->mission);
    world_must(tick_call_end(s->mission, mark,
                             tick_begin(s->mission, &s->err) &&
                                 kind_reply_put(s->mission, &row, world_address(s->w, NGO), reply, &s->err),
                             &s->err),
               &s->err, "claim");
    world_run_ms(s->w, MINUTES);
}

static void test_who_says_again_that_it_was_opened_puts_no_alarm_off(void **state)
{
    const struct reply_message seen = {
        .state = REFERRAL_ACKNOWLEDGED, .before = REFERRAL_OPENED, .opened_ms = INT64_MAX / 2};
    struct fixture s;
    int64_t first;

    (void)state;
    fixture_begin(&s, 403, 2, &consent);
    assert_true(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.urgency = URGENCY_EMERGENCY}, &s.sent, &s.err));
    fixture_settle(&s);
    (void)shown(s.mission, &s);
    fixture_settle(&s);
    first = shown(s.ngo, &s).summary.opened_ms;
    world_run_ms(s.w, 20 * MINUTES);
    claim(&s, 2, &seen);
    both_are(&s, REFERRAL_ACKNOWLEDGED);
    assert_true(shown(s.ngo, &s).summary.opened_ms == first);
    fixture_end(&s);
}

static void test_that_another_was_opened_is_told_as_a_day(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 404);
    (void)shown(s.mission, &s);
    fixture_settle(&s);
    assert_int_equal(at_mission(&s), REFERRAL_OPENED);
    assert_int_equal(at_ngo(&s), REFERRAL_DELIVERED);
    world_run_ms(s.w, DAY_MS + HOURS);
    both_are(&s, REFERRAL_OPENED);
    assert_true(shown(s.ngo, &s).summary.opened_ms % DAY_MS == 0);
    world_run_ms(s.w, 2 * DAY_MS); /* nor is it told again */
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

static void test_that_it_was_opened_goes_with_the_answer(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 405);
    (void)shown(s.mission, &s);
    answer(&s, &declined);
    fixture_settle(&s);
    both_are(&s, REFERRAL_DECLINED);
    assert_true(shown(s.ngo, &s).summary.opened_ms == (int64_t)day_of_ms(world_now(s.w)) * DAY_MS);
    world_run_ms(s.w, 2 * DAY_MS);
    assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 2); /* and that it is erased */
    fixture_end(&s);
}

/* --- cancelling --- */

static void test_what_has_not_left_is_never_sent(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 406, 2, &consent);
    world_crash(s.w, MISSION);
    world_run_ms(s.w, MINUTES);
    fixture_look(&s);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    cancel(&s);
    world_tick(s.w, NGO);
    assert_int_equal(at_ngo(&s), REFERRAL_CANCELLED);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    cancel(&s); /* again */
    fixture_end(&s);
}

/* Also in the tick in which it was made. */
static void test_what_is_cancelled_at_once_is_never_sent(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 407, 2, &consent);
    world_run_ms(s.w, MINUTES);
    fixture_refer(&s);
    cancel(&s);
    fixture_settle(&s);
    assert_int_equal(at_ngo(&s), REFERRAL_CANCELLED);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    fixture_end(&s);
}

static void test_what_nobody_works_on_is_cancelled_by_their_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 408);
    cancel(&s);
    assert_int_equal(at_ngo(&s), REFERRAL_CANCEL_ASKED);
    both_name(&s, world_address(s.w, NGO)); /* nobody there ever accepted it */
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCELLED);
    assert_refused(&s, try_answer(&s, &accepted), E_REF_07, "cancelled already");
    nothing_is_owed(&s);
    fixture_end(&s);
}

static void test_what_was_accepted_is_cancelled_by_a_person_there(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 409);
    cancel(&s);
    both_name(&s, s.to);
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    both_name(&s, s.to);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCEL_ASKED);
    world_run_ms(s.w, 3 * DAY_MS + HOURS);
    assert_int_equal(findings(&s, MISSION, FOUND_OVERDUE), 1);
    assert_int_equal(findings(&s, NGO, FOUND_OVERDUE), 1);
    answer(&s, &confirmed);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCELLED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

static void test_of_acceptance_and_cancelling_each_sees_the_other(void **state)
{
    struct fixture s;

    (void)state;
    for (int accept_first = 0; accept_first <= 1; accept_first++) {
        begin(&s, 410);
        if (accept_first) {
            answer(&s, &accepted);
            cancel(&s); /* before the acceptance came */
        } else {
            cancel(&s);
            world_run_ms(s.w, MINUTES);
            assert_refused(&s, try_answer(&s, &accepted), E_REF_07, "cancelled already");
        }
        fixture_settle(&s);
        both_are(&s, accept_first ? REFERRAL_CANCEL_ASKED : REFERRAL_CANCELLED);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE)); /* nothing follows */
        if (accept_first)
            answer(&s, &confirmed);
        fixture_settle(&s);
        both_are(&s, REFERRAL_CANCELLED);
        nothing_is_owed(&s);
        fixture_end(&s);
    }
}

/* Their node has it, and its receipt was lost. */
static void test_it_is_cancelled_when_the_receipt_comes(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 411, 2, &consent);
    world_run_ms(s.w, MINUTES);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    fixture_refer(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    cancel(&s);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(at_mission(&s), REFERRAL_DELIVERED);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 2 * HOURS);
    both_are(&s, REFERRAL_CANCELLED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

/* It is refused by name, which both read; here all stays as it was, and what leads there is taken. */
static void assert_not_believed(struct fixture *s, uint32_t number, const struct reply_message *reply)
{
    struct control_referral before = shown(s->ngo, s).summary;
    struct control_referral after;

    claim(s, number, reply);
    after = shown(s->ngo, s).summary;
    assert_int_equal(after.state, before.state);
    assert_true(after.due_ms == before.due_ms && after.doubted_ms != 0);
    assert_int_equal(owed_now(s->mission).last.refused_why, REFUSAL_NO_STEP);
}

static bool note_doubted(void *cookie, const struct due_summary *d, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += d->what == DUE_DOUBTED;
    return true;
}

static unsigned doubted_at_ngo(struct fixture *s)
{
    unsigned count = 0;

    world_must(exchange_due_list(s->ngo, note_doubted, &count, &s->err), &s->err, "list what is due");
    return count;
}

/* `watch` of X says of that referral that an answer was refused, and WHOSE. */
static void told_once(struct fixture *s, struct exchange *x, const char *whose)
{
    static struct watcher watcher;

    watcher_begin(&watcher, STAFF_ROLE_BIT(STAFF_CONNECTOR), "0-0");
    watcher_check(&watcher, x);
    assert_int_equal(watcher_count(&watcher, "answer-refused"), 1);
    assert_int_equal(watcher_count_how(&watcher, "answer-refused", whose), 1);
    assert_true(ident_equal(&watcher.last.referral, &s->sent.referral));
}

static void test_what_nobody_cancelled_is_not_cancelled_by_them(void **state)
{
    const struct reply_message yes = {.state = REFERRAL_CANCELLED, .before = REFERRAL_CANCEL_ASKED};
    struct fixture s;

    (void)state;
    begin(&s, 420);
    assert_not_believed(&s, 3, &yes);
    assert_int_equal(owed_now(s.mission).count, 1);
    assert_int_equal(doubted_at_ngo(&s), 1);
    fixture_restart(&s, NGO);
    assert_int_equal(doubted_at_ngo(&s), 1);
    world_run_ms(s.w, 2 * DAY_MS); /* tried again, and refused again */
    told_once(&s, s.ngo, "theirs");
    told_once(&s, s.mission, "ours");
    cancel(&s); /* now it is one that answers */
    world_run_ms(s.w, 2 * DAY_MS);
    both_are(&s, REFERRAL_CANCELLED);
    assert_int_equal(doubted_at_ngo(&s), 0);
    assert_true(shown(s.ngo, &s).summary.doubted_ms == 0);
    nothing_is_owed(&s);
    fixture_end(&s);
}

/* As if that she came and is looked after had been said before the cancellation came there, and taken here after it
 * was sent. */
static void test_a_cancellation_that_crossed_her_coming_is_confirmed(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 422);
    cancel(&s);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE referral SET state = 11");
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCEL_ASKED);
    answer(&s, &confirmed);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCELLED);
    fixture_end(&s);
}

/* However it is numbered: what it says that it answers from is what was answered, or what as many steps lead to. */
static void test_what_was_never_finished_is_not_closed_by_them(void **state)
{
    static const struct {
        uint32_t number;
        struct reply_message reply;
    } claims[] = {
        {1, {.state = REFERRAL_CLOSED, .before = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN}},
        {2, {.state = REFERRAL_CLOSED, .before = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN}},
        {3, {.state = REFERRAL_CLOSED, .before = REFERRAL_ACCEPTED, .outcome = SERVICE_OUTCOME_GIVEN}},
        {2, {.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN}},
        {3, {.state = REFERRAL_ACCEPTED, .before = REFERRAL_DECLINED}},
        {3, {.state = REFERRAL_ACKNOWLEDGED, .before = REFERRAL_INFO_REQUESTED}},
        {4, {.state = REFERRAL_ARRIVED, .before = REFERRAL_IN_PROGRESS}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        struct fixture s;

        begin(&s, 421);
        assert_not_believed(&s, claims[i].number, &claims[i].reply);
        fixture_end(&s);
    }
}

static void test_who_was_not_found_is_not_closed_without_the_checklist(void **state)
{
    const struct reply_message given = {
        .state = REFERRAL_CLOSED, .before = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN};
    struct fixture s;

    (void)state;
    begin_accepted(&s, 423);
    expect(&s, HOURS);
    fixture_settle(&s);
    world_run_ms(s.w, 2 * HOURS);
    answer(&s, &not_found);
    fixture_settle(&s);
    both_are(&s, REFERRAL_NOT_FOUND);
    assert_not_believed(&s, 4, &given);
    assert_not_believed(&s, 5, &given);
    assert_int_equal(doubted_at_ngo(&s), 1);
    fixture_end(&s);
}

/* How it ended stays with it: the answer that said so gave way before it left. */
static void test_what_is_closed_says_how_the_service_ended(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 424);
    world_crash(s.w, NGO);
    fixture_look(&s);
    answer(&s, &finished);
    world_tick(s.w, MISSION);
    answer(&s, &closed);
    answer(&s, &closed); /* said again */
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CLOSED);
    assert_int_equal(shown(s.ngo, &s).outcome, SERVICE_OUTCOME_PARTLY);
    nothing_is_owed(&s);
    fixture_end(&s);
}

static bool cancel_it(struct fixture *s)
{
    return try_cancel(s);
}

static void test_cancelling_is_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 412);
    assert_true(fixture_at_each_statement(&s, NGO, cancel_it, MINUTES) > 3);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CANCELLED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

static void test_only_who_sent_it_cancels_and_updates(void **state)
{
    const struct control_referral_update_ask ask = {.sections = BIT(HEALTH)};
    struct control_referral_update_ask of = ask;
    struct control_referral out;
    struct fixture s;

    (void)state;
    begin(&s, 413);
    of.referral = s.sent.referral;
    assert_refused(&s, exchange_referral_cancel(s.mission, &s.sent.referral, &out, &s.err), E_REF_12, "give it back");
    assert_refused(&s, exchange_referral_update(s.mission, &of, &out, &s.err), E_REF_12, "says what changed");
    fixture_end(&s);
}

static void test_she_withdraws_what_was_cancelled(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 414);
    cancel(&s);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    world_run_ms(s.w, DAY_MS);
    both_are(&s, REFERRAL_ERASED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

/* --- giving back --- */

static void test_what_was_accepted_is_given_back(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 415);
    expect(&s, 3 * DAY_MS);
    answer(&s, &given_back);
    fixture_settle(&s);
    both_are(&s, REFERRAL_GIVEN_BACK);
    assert_int_equal(shown(s.ngo, &s).reason, DECLINE_AT_CAPACITY);
    assert_refused(&s, try_answer(&s, &arrived), E_REF_07, "given-back already");
    fixture_end(&s);
}

static void test_shortly_before_she_comes_it_is_only_asked(void **state)
{
    struct fixture s;

    (void)state;
    for (int agreed = 0; agreed <= 1; agreed++) {
        begin_accepted(&s, 416);
        expect(&s, DAY_MS - HOURS);
        answer(&s, &given_back);
        fixture_settle(&s);
        both_are(&s, REFERRAL_GIVE_BACK_ASKED);
        if (agreed)
            cancel(&s);
        else
            answer(&s, &arrived);
        fixture_settle(&s);
        both_are(&s, agreed ? REFERRAL_GIVEN_BACK : REFERRAL_ARRIVED);
        nothing_is_owed(&s);
        fixture_end(&s);
    }
}

/* --- her coming --- */

static void test_who_does_not_come_alarms_both(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 417);
    expect(&s, 2 * HOURS);
    fixture_settle(&s);
    both_are(&s, REFERRAL_EXPECTED);
    world_run_ms(s.w, 2 * HOURS + 30 * MINUTES);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_ARRIVED) + findings(&s, NGO, FOUND_NOT_ARRIVED), 0);
    world_run_ms(s.w, HOURS);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_ARRIVED), 1);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    expect(&s, 5 * HOURS); /* later */
    fixture_settle(&s);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 0);
    world_run_ms(s.w, 7 * HOURS);
    answer(&s, &not_found);
    fixture_settle(&s);
    both_are(&s, REFERRAL_NOT_FOUND);
    world_run_ms(s.w, HOURS);
    assert_int_equal(findings(&s, MISSION, FOUND_NOT_FOUND), 1);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
    answer(&s, &closed_unfound);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CLOSED);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND) + findings(&s, MISSION, FOUND_NOT_FOUND), 0);
    fixture_end(&s);
}

static void test_the_service_ends_with_its_outcome(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 418);
    expect(&s, 2 * HOURS);
    world_run_ms(s.w, 2 * HOURS);
    answer(&s, &arrived);
    answer(&s, &(struct reply_message){
                   .state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_APPOINTMENT, .time_ms = world_now(s.w) + HOURS});
    fixture_settle(&s);
    both_are(&s, REFERRAL_IN_PROGRESS);
    assert_int_equal(shown(s.ngo, &s).progress, PROGRESS_APPOINTMENT);
    answer(&s, &finished);
    fixture_settle(&s);
    both_are(&s, REFERRAL_FINISHED);
    assert_int_equal(shown(s.ngo, &s).outcome, SERVICE_OUTCOME_PARTLY);
    assert_refused(&s, try_cancel(&s), E_REF_07, "finished already");
    assert_refused(&s, try_update(&s, BIT(HEALTH), 0), E_REF_07, "finished already");
    answer(&s, &closed);
    fixture_settle(&s);
    both_are(&s, REFERRAL_CLOSED);
    nothing_is_owed(&s);
    fixture_end(&s);
}

/* What it ended with is read no more: that her consent is over is the reason, not that something is damaged. */
static void test_what_is_finished_is_not_closed_behind_her_last_day(void **state)
{
    struct people_consent one = consent;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 428, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 1;
    (void)people_consent(s.ngo, &s.person, s.to, &one);
    fixture_settle(&s);
    fixture_deliver(&s);
    answer(&s, &accepted);
    answer(&s, &finished);
    fixture_settle(&s);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(at_mission(&s), REFERRAL_FINISHED);
    assert_refused(&s, try_answer(&s, &closed), E_CON_03, "");
    fixture_end(&s);
}

/* An answer says what goes with it, whoever asks the node. */
static void test_what_does_not_go_with_an_answer_is_refused(void **state)
{
    struct fixture s;

    (void)state;
    begin_accepted(&s, 419);
    assert_refused(&s, try_answer(&s, &(struct reply_message){.state = REFERRAL_FINISHED}), E_REF_04, "does not go");
    assert_refused(&s, try_answer(&s, &(struct reply_message){.state = REFERRAL_STOPPED}), E_REF_04, "does not go");
    assert_refused(&s, try_answer(&s, &(struct reply_message){.state = REFERRAL_EXPECTED}), E_REF_04, "does not go");
    assert_refused(
        &s,
        try_answer(&s, &(struct reply_message){.state = REFERRAL_EXPECTED,
                                               .time_ms = world_now(s.w) + (BOUND_EXPECTED_DAYS + 1) * DAY_MS}),
        E_REF_11, "in the next 90 days");
    expect(&s, BOUND_EXPECTED_DAYS * DAY_MS);
    fixture_end(&s);
}

/* Their receipts are lost, and then their people accept. */
static void test_nothing_follows_to_who_accepts_what_was_given_up_here(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 425, 2, &consent);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    world_must(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err), &s.err,
               "refer");
    for (unsigned day = 0; day < BOUND_EXPIRY_DAYS + 2; day++) {
        if (day % 7 == 0)
            world_publish(s.w);
        world_run_ms(s.w, DAY_MS);
    }
    assert_int_equal(at_ngo(&s), REFERRAL_EXPIRED);
    cancel(&s);
    assert_int_equal(at_ngo(&s), REFERRAL_CANCELLED);
    world_conditions(s.w)->drop = 0;
    answer(&s, &accepted);
    world_run_ms(s.w, DAY_MS);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    assert_int_equal(at_ngo(&s), REFERRAL_ACCEPTED); /* people see that they did */
    fixture_end(&s);
}

static void test_the_search_for_her_is_not_cancelled(void **state)
{
    struct fixture s;

    (void)state;
    for (int crossing = 0; crossing <= 1; crossing++) {
        begin_accepted(&s, 426);
        expect(&s, HOURS);
        fixture_settle(&s);
        world_run_ms(s.w, 2 * HOURS);
        world_conditions(s.w)->delay_ms = crossing ? 40 : 0;
        answer(&s, &not_found);
        if (!crossing)
            fixture_settle(&s);
        if (crossing)
            cancel(&s);
        else
            assert_refused(&s, try_cancel(&s), E_REF_13, "nobody knows where she is");
        fixture_settle(&s);
        both_are(&s, REFERRAL_NOT_FOUND);
        world_run_ms(s.w, HOURS);
        assert_int_equal(findings(&s, MISSION, FOUND_NOT_FOUND), 1);
        assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
        expect(&s, 2 * DAY_MS); /* she is found, and then it is cancelled */
        fixture_settle(&s);
        cancel(&s);
        fixture_settle(&s);
        both_are(&s, REFERRAL_CANCEL_ASKED);
        nothing_is_owed(&s);
        fixture_end(&s);
    }
}

static void answer_at_ngo(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->ngo, &s->sent.referral, reply, &out, &s->err), &s->err, "say");
}

/* Both read that the time is past the last day, UNTIL; 0: it is not. */
static void warned_by(struct fixture *s, uint32_t until)
{
    assert_int_equal(shown(s->ngo, s).summary.consent_ends, until);
    assert_int_equal(shown(s->mission, s).summary.consent_ends, until);
}

static void test_who_was_to_come_on_the_last_day_is_looked_for_after_it(void **state)
{
    struct people_consent one = consent;
    struct fixture s;
    unsigned sent;

    (void)state;
    fixture_begin(&s, 427, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 1;
    (void)people_consent(s.ngo, &s.person, s.to, &one);
    fixture_settle(&s);
    fixture_deliver(&s);
    answer(&s, &accepted);
    expect(&s, (int64_t)(one.until + 1) * DAY_MS - world_now(s.w) - 30 * MINUTES);
    fixture_settle(&s);
    both_are(&s, REFERRAL_EXPECTED);
    warned_by(&s, 0); /* that day is the last */
    expect(&s, (int64_t)(one.until + 1) * DAY_MS - world_now(s.w));
    fixture_settle(&s);
    warned_by(&s, one.until);
    assert_false(shown(s.ngo, &s).summary.stays_here);
    world_run_ms(s.w, 3 * DAY_MS);
    assert_int_equal(at_ngo(&s), REFERRAL_EXPECTED);
    assert_true(shown(s.ngo, &s).summary.stays_here);
    assert_int_equal(at_mission(&s), REFERRAL_ERASED);
    assert_false(shown(s.mission, &s).summary.stays_here);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    sent = people_records(s.ngo, RECORD_DISCLOSED);
    answer_at_ngo(&s, &arrived); /* by mistake, which nobody else reads either */
    assert_int_equal(at_ngo(&s), REFERRAL_ARRIVED);
    answer_at_ngo(&s, &(struct reply_message){
                          .state = REFERRAL_EXPECTED, .before = REFERRAL_ARRIVED, .time_ms = world_now(s.w) + MINUTES});
    world_run_ms(s.w, 2 * HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_ARRIVED), 1);
    answer_at_ngo(&s, &not_found);
    assert_int_equal(at_ngo(&s), REFERRAL_NOT_FOUND);
    world_run_ms(s.w, HOURS);
    fixture_restart(&s, NGO);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 1);
    answer_at_ngo(&s, &closed_unfound);
    assert_int_equal(at_ngo(&s), REFERRAL_CLOSED);
    world_run_ms(s.w, HOURS);
    assert_int_equal(findings(&s, NGO, FOUND_NOT_FOUND), 0);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), sent);
    assert_int_equal(people_records(s.ngo, RECORD_DENIED), 0);
    nothing_is_owed(&s);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_never_left_is_not_shared),
        cmocka_unit_test(test_what_more_is_said_of_a_referral_that_is_past_its_last_day_is_withheld),
        cmocka_unit_test(test_what_more_is_said_of_a_referral_that_does_not_arrive_is_withheld),
        cmocka_unit_test(test_what_more_is_said_of_a_referral_that_was_not_taken_is_withheld),
        cmocka_unit_test(test_a_question_stops_the_clock_until_it_is_answered),
        cmocka_unit_test(test_an_update_carries_what_her_consent_covers_and_no_more),
        cmocka_unit_test(test_that_an_emergency_was_opened_is_told_at_once),
        cmocka_unit_test(test_who_says_again_that_it_was_opened_puts_no_alarm_off),
        cmocka_unit_test(test_that_another_was_opened_is_told_as_a_day),
        cmocka_unit_test(test_that_it_was_opened_goes_with_the_answer),
        cmocka_unit_test(test_what_has_not_left_is_never_sent),
        cmocka_unit_test(test_what_is_cancelled_at_once_is_never_sent),
        cmocka_unit_test(test_what_nobody_works_on_is_cancelled_by_their_node),
        cmocka_unit_test(test_what_was_accepted_is_cancelled_by_a_person_there),
        cmocka_unit_test(test_of_acceptance_and_cancelling_each_sees_the_other),
        cmocka_unit_test(test_it_is_cancelled_when_the_receipt_comes),
        cmocka_unit_test(test_what_nobody_cancelled_is_not_cancelled_by_them),
        cmocka_unit_test(test_what_was_never_finished_is_not_closed_by_them),
        cmocka_unit_test(test_who_was_not_found_is_not_closed_without_the_checklist),
        cmocka_unit_test(test_what_is_closed_says_how_the_service_ended),
        cmocka_unit_test(test_a_cancellation_that_crossed_her_coming_is_confirmed),
        cmocka_unit_test(test_cancelling_is_whole_or_not_at_all),
        cmocka_unit_test(test_only_who_sent_it_cancels_and_updates),
        cmocka_unit_test(test_she_withdraws_what_was_cancelled),
        cmocka_unit_test(test_what_was_accepted_is_given_back),
        cmocka_unit_test(test_shortly_before_she_comes_it_is_only_asked),
        cmocka_unit_test(test_who_does_not_come_alarms_both),
        cmocka_unit_test(test_the_service_ends_with_its_outcome),
        cmocka_unit_test(test_what_is_finished_is_not_closed_behind_her_last_day),
        cmocka_unit_test(test_what_does_not_go_with_an_answer_is_refused),
        cmocka_unit_test(test_nothing_follows_to_who_accepts_what_was_given_up_here),
        cmocka_unit_test(test_the_search_for_her_is_not_cancelled),
        cmocka_unit_test(test_who_was_to_come_on_the_last_day_is_looked_for_after_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
