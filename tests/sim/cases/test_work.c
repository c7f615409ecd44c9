/* What is to be done, by whom and by when. */
#include "fixture.h"

#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_notes.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/tick.h"
#include "refexd/status.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct work {
    struct control_work_item last;
    unsigned count;
    unsigned declined;
};

static bool keep_item(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct work *k = cookie;

    (void)err;
    k->last = *w;
    k->count++;
    k->declined += w->state == REFERRAL_DECLINED;
    return true;
}

static struct work work_of(struct fixture *s, struct exchange *x, bool consents)
{
    const struct control_work_ask ask = {.consents = consents};
    struct walk_step step = {.limit = 1};
    struct work steps = {.count = 0};
    struct work k = {.count = 0};

    assert_true(exchange_work_list(x, &ask, NULL, keep_item, &k, &s->err));
    do
        assert_true(exchange_work_list(x, &ask, &step, keep_item, &steps, &s->err));
    while (step.more);
    assert_int_equal(steps.count, k.count);
    return k;
}

static unsigned findings(struct fixture *s, struct exchange *x, enum found what)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = x};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == what;
    arena_fini(&arena);
    return n;
}

static void answer(struct fixture *s, const struct reply_message *said)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->mission, &s->sent.referral, said, &out, &s->err), &s->err, "answer");
    world_run_ms(s->w, MINUTES);
}

static const struct people_consent of_triage = {.sections = SECTION_BIT(SECTION_TRIAGE)};

static void test_a_referral_is_work_until_it_is_answered(void **state)
{
    struct control_referral out;
    struct work here;
    struct work there;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 331, 2, &of_triage);
    assert_int_equal(work_of(&s, s.ngo, false).count, 0);
    fixture_deliver(&s);
    here = work_of(&s, s.ngo, false);
    there = work_of(&s, s.mission, false);
    assert_int_equal(here.count, 1);
    assert_int_equal(here.last.group, WORK_WAITING);
    assert_int_equal(here.last.state, REFERRAL_DELIVERED);
    assert_true(ident_equal(&here.last.case_id, &s.person));
    assert_int_equal(there.count, 1);
    assert_int_equal(there.last.group, WORK_NEW);
    assert_true(ident_equal(&there.last.referral, &s.sent.referral));
    assert_false(here.last.overdue || there.last.overdue);
    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &out, &s.err));
    world_run_ms(s.w, MINUTES);
    here = work_of(&s, s.ngo, false);
    there = work_of(&s, s.mission, false);
    assert_int_equal(here.last.group, WORK_WAITING);
    assert_int_equal(here.last.state, REFERRAL_ACCEPTED);
    assert_int_equal(there.count, 1);
    assert_int_equal(there.last.group, WORK_TO_DO);
    answer(&s, &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN});
    assert_int_equal(work_of(&s, s.mission, false).count, 0);
    assert_int_equal(work_of(&s, s.ngo, false).count, 0);
    fixture_end(&s);
}

static struct control_referral shown(struct fixture *s, struct exchange *x)
{
    struct control_referral_detail d;

    assert_true(exchange_referral_show(x, &s->sent.referral, false, &d, &s->err));
    return d.summary;
}

/* Of what was accepted more is to be said by a time, the same at both. */
static void check_silence(struct fixture *s, const struct reply_message *said, unsigned days)
{
    answer(s, said);
    assert_int_equal(shown(s, s->ngo).due_ms, shown(s, s->mission).due_ms);
    world_advance(s->w, days * DAY_MS - HOURS);
    world_publish(s->w);
    world_run_ms(s->w, 10 * MINUTES);
    assert_int_equal(findings(s, s->ngo, FOUND_SILENT) + findings(s, s->mission, FOUND_SILENT), 0);
    assert_false(work_of(s, s->ngo, false).last.overdue);
    world_run_ms(s->w, 2 * HOURS);
    assert_int_equal(findings(s, s->ngo, FOUND_SILENT), 1);
    assert_int_equal(findings(s, s->mission, FOUND_SILENT), 1);
    assert_true(work_of(s, s->ngo, false).last.overdue);
    assert_true(work_of(s, s->mission, false).last.overdue);
    fixture_restart(s, NGO);
    assert_int_equal(findings(s, s->ngo, FOUND_SILENT), 1);
}

static void test_what_was_accepted_does_not_fall_silent(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 338, 2, &of_triage);
    fixture_deliver(&s);
    check_silence(&s, &(struct reply_message){.state = REFERRAL_ACCEPTED}, 14); /* as its urgency gives */
    check_silence(&s, &(struct reply_message){.state = REFERRAL_ARRIVED}, 14);
    check_silence(&s, &(struct reply_message){.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN}, 30);
    answer(&s, &(struct reply_message){.state = REFERRAL_FINISHED, .outcome = SERVICE_OUTCOME_GIVEN});
    assert_int_equal(findings(&s, s.ngo, FOUND_SILENT) + findings(&s, s.mission, FOUND_SILENT), 0);
    fixture_end(&s);
}

static void test_after_an_appointment_more_is_said(void **state)
{
    struct reply_message said = {.state = REFERRAL_IN_PROGRESS, .progress = PROGRESS_BEGUN};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 339, 2, &of_triage);
    fixture_deliver(&s);
    answer(&s, &(struct reply_message){.state = REFERRAL_ACCEPTED});
    said.time_ms = tick_record_ms(s.mission) + 3 * DAY_MS;
    answer(&s, &said);
    assert_int_equal(shown(&s, s.mission).due_ms, said.time_ms + DAY_MS);
    assert_int_equal(shown(&s, s.ngo).due_ms, said.time_ms + DAY_MS);
    fixture_end(&s);
}

static void test_where_the_referrer_says_that_she_came_more_is_said_too(void **state)
{
    const struct reply_message arrived = {.state = REFERRAL_ARRIVED};
    struct reply_message expected = {.state = REFERRAL_EXPECTED};
    struct control_referral out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 343, 2, &of_triage);
    fixture_deliver(&s);
    answer(&s, &(struct reply_message){.state = REFERRAL_ACCEPTED});
    expected.time_ms = tick_record_ms(s.mission) + DAY_MS;
    answer(&s, &expected);
    world_crash(s.w, MISSION); /* nothing comes from there */
    fixture_look(&s);
    assert_true(exchange_referral_answer(s.ngo, &s.sent.referral, &arrived, &out, &s.err));
    assert_int_equal(out.due_ms, tick_record_ms(s.ngo) + 14 * DAY_MS);
    fixture_end(&s);
}

/* Declined, or given back: somebody asks her, and refers her elsewhere. */
static void check_came_to_nothing(struct fixture *s, enum referral_state said)
{
    struct work here;

    answer(s, &(struct reply_message){.state = said, .reason = DECLINE_AT_CAPACITY});
    here = work_of(s, s->ngo, false);
    assert_int_equal(here.count, 1);
    assert_int_equal(here.last.group, WORK_TO_DO);
    assert_int_equal(here.last.state, said);
    assert_false(here.last.overdue);
    assert_int_equal(work_of(s, s->mission, false).count, 0);
    world_advance(s->w, 15 * DAY_MS);
    world_publish(s->w);
    world_run_ms(s->w, MINUTES);
    assert_true(work_of(s, s->ngo, false).last.overdue);
}

static void test_what_was_declined_is_work_until_she_is_referred_again(void **state)
{
    struct work waiting;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 340, 2, &of_triage);
    fixture_deliver(&s);
    check_came_to_nothing(&s, REFERRAL_DECLINED);
    world_crash(s.w, MISSION);
    fixture_look(&s);
    assert_true(
        people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.service = SERVICE_SHELTER}, &s.sent, &s.err));
    world_tick(s.w, NGO);
    waiting = work_of(&s, s.ngo, false);
    assert_int_equal(waiting.count, 2);
    assert_int_equal(waiting.declined, 1); /* the new one is for something else */
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){0}, &s.sent, &s.err));
    world_tick(s.w, NGO);
    waiting = work_of(&s, s.ngo, false);
    assert_int_equal(waiting.count, 2); /* both new ones, which wait */
    assert_int_equal(waiting.declined, 0);
    fixture_end(&s);
}

static void test_what_came_to_nothing_and_is_needed_no_more_is_cancelled_here(void **state)
{
    struct control_referral out;
    unsigned sent;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 341, 2, &of_triage);
    fixture_deliver(&s);
    answer(&s, &(struct reply_message){.state = REFERRAL_ACCEPTED});
    check_came_to_nothing(&s, REFERRAL_GIVEN_BACK);
    sent = people_records(s.ngo, RECORD_DISCLOSED);
    assert_true(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err));
    assert_int_equal(out.state, REFERRAL_CANCELLED);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(work_of(&s, s.ngo, false).count, 0);
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), sent); /* nobody is told */
    assert_true(people_log_is_good(s.ngo));
    fixture_end(&s);
}

static void test_of_a_closed_case_nothing_is_to_be_done(void **state)
{
    struct control_case_close_ask ask = {.reason = CLOSE_COMPLETED};
    struct control_case_life life;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 342, 2, &of_triage);
    fixture_deliver(&s);
    check_came_to_nothing(&s, REFERRAL_DECLINED);
    ask.case_id = s.person;
    assert_true(exchange_case_close(s.ngo, &ask, &life, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(work_of(&s, s.ngo, false).count, 0);
    fixture_end(&s);
}

static void check_emergency(int64_t ran_ms, bool is_up, bool is_late)
{
    const struct people_referral emergency = {.urgency = URGENCY_EMERGENCY};
    struct work k;
    struct fixture s;

    fixture_begin(&s, 332, 2, &of_triage);
    if (!is_up)
        world_crash(s.w, MISSION);
    fixture_look(&s);
    assert_true(people_refer(s.ngo, &s.person, s.to, &emergency, &s.sent, &s.err));
    world_run_ms(s.w, ran_ms);
    k = work_of(&s, s.ngo, false);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.last.urgency, URGENCY_EMERGENCY);
    assert_int_equal(k.last.overdue, is_late);
    fixture_end(&s);
}

static void test_an_emergency_is_late_when_it_is_not_there_or_not_answered(void **state)
{
    (void)state;
    check_emergency(BOUND_EMERGENCY_UNDELIVERED_MS - MINUTES, false, false);
    check_emergency(BOUND_EMERGENCY_UNDELIVERED_MS + MINUTES, false, true);
    check_emergency(BOUND_EMERGENCY_UNDELIVERED_MS + MINUTES, true, false);
    check_emergency(BOUND_EMERGENCY_UNANSWERED_MS + MINUTES, true, true);
}

static void test_a_consent_that_ends_is_asked_for_again_once(void **state)
{
    struct people_consent longer = of_triage;
    struct work k;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 333, 2, &of_triage);
    assert_int_equal(work_of(&s, s.ngo, true).count, 0);
    world_run_ms(s.w, (BOUND_CONSENT_DAYS_DEFAULT - 15) * DAYS);
    assert_int_equal(work_of(&s, s.ngo, true).count, 0);
    world_run_ms(s.w, 1 * DAYS);
    k = work_of(&s, s.ngo, true);
    assert_int_equal(k.count, 1);
    assert_int_equal(k.last.group, WORK_TO_DO);
    assert_true(ident_equal(&k.last.consent, &s.consent) && ident_equal(&k.last.case_id, &s.person));
    assert_int_equal(work_of(&s, s.mission, true).count, 0); /* it is not theirs to ask */
    (void)people_consent(s.ngo, &s.person, s.to, &longer);
    world_tick(s.w, NGO);
    assert_int_equal(work_of(&s, s.ngo, true).count, 0);
    fixture_end(&s);
}

static void test_a_note_for_a_supervisor_is_work_until_he_has_seen_to_it(void **state)
{
    const struct control_work_ask ask = {.notes = true};
    struct control_case_note_ask note = {.text = view_of_text("one")};
    struct control_case_note out;
    struct work k = {.count = 0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 339, 1, NULL);
    note.case_id = s.person;
    note.by = tick_record_day(s.ngo) + 1;
    world_must(exchange_case_note(s.ngo, &note, &out, &s.err), &s.err, "write a note");
    world_tick(s.w, NGO);
    assert_true(exchange_work_list(s.ngo, &ask, NULL, keep_item, &k, &s.err));
    assert_true(k.count == 1 && k.last.note == 1 && k.last.group == WORK_TO_DO && !k.last.overdue);
    assert_true(ident_equal(&k.last.case_id, &s.person) && k.last.by_ms > 0);
    assert_int_equal(findings(&s, s.ngo, FOUND_NOTE_LATE), 0);
    world_run_ms(s.w, 3 * DAYS);
    assert_true(exchange_work_list(s.ngo, &ask, NULL, keep_item, &k, &s.err) && k.last.overdue);
    assert_int_equal(findings(&s, s.ngo, FOUND_NOTE_LATE), 1);
    world_must(exchange_case_done(s.ngo, &(struct control_case_done_ask){s.person, 1}, &out, &s.err), &s.err, "done");
    world_tick(s.w, NGO);
    k.count = 0;
    assert_true(exchange_work_list(s.ngo, &ask, NULL, keep_item, &k, &s.err) && k.count == 0);
    assert_int_equal(findings(&s, s.ngo, FOUND_NOTE_LATE), 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_referral_is_work_until_it_is_answered),
        cmocka_unit_test(test_what_was_accepted_does_not_fall_silent),
        cmocka_unit_test(test_after_an_appointment_more_is_said),
        cmocka_unit_test(test_where_the_referrer_says_that_she_came_more_is_said_too),
        cmocka_unit_test(test_what_was_declined_is_work_until_she_is_referred_again),
        cmocka_unit_test(test_what_came_to_nothing_and_is_needed_no_more_is_cancelled_here),
        cmocka_unit_test(test_of_a_closed_case_nothing_is_to_be_done),
        cmocka_unit_test(test_an_emergency_is_late_when_it_is_not_there_or_not_answered),
        cmocka_unit_test(test_a_consent_that_ends_is_asked_for_again_once),
        cmocka_unit_test(test_a_note_for_a_supervisor_is_work_until_he_has_seen_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
