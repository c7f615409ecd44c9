/* What is to be done, by whom and by when. */
#include "fixture.h"

#include "exchange/cases/case_notes.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/tick.h"
#include "refexd/status.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAYS (24 * HOURS)

struct work {
    struct control_work_item last;
    unsigned count;
};

static bool keep_item(void *cookie, const struct control_work_item *w, struct error *err)
{
    struct work *k = cookie;

    (void)err;
    k->last = *w;
    k->count++;
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

/* Findings of them. */
static unsigned late_notes(struct fixture *s)
{
    struct control_context w = {.mode = CONTROL_NODE, .exchange = s->ngo};
    struct arena arena = {0};
    struct status status;
    unsigned n = 0;

    world_must(status_collect(&w, &arena, &status, &s->err), &s->err, "ask the status");
    for (size_t k = 0; k < status.findings.count; k++)
        n += status.findings.rows[k] == FOUND_NOTE_LATE;
    arena_fini(&arena);
    return n;
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
    assert_int_equal(work_of(&s, s.mission, false).count, 0);
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
    assert_int_equal(late_notes(&s), 0);
    world_run_ms(s.w, 3 * DAYS);
    assert_true(exchange_work_list(s.ngo, &ask, NULL, keep_item, &k, &s.err) && k.last.overdue);
    assert_int_equal(late_notes(&s), 1);
    world_must(exchange_case_done(s.ngo, &(struct control_case_done_ask){s.person, 1}, &out, &s.err), &s.err, "done");
    world_tick(s.w, NGO);
    k.count = 0;
    assert_true(exchange_work_list(s.ngo, &ask, NULL, keep_item, &k, &s.err) && k.count == 0);
    assert_int_equal(late_notes(&s), 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_referral_is_work_until_it_is_answered),
        cmocka_unit_test(test_an_emergency_is_late_when_it_is_not_there_or_not_answered),
        cmocka_unit_test(test_a_consent_that_ends_is_asked_for_again_once),
        cmocka_unit_test(test_a_note_for_a_supervisor_is_work_until_he_has_seen_to_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
