/* Who has what of a case: what left by the log, when they had it, what they did; also after it is erased. */
#include "fixture.h"

#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_who.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct lines {
    struct control_case_share of[32];
    size_t count;
};

static bool keep(void *cookie, const struct control_case_share *share, struct error *err)
{
    struct lines *l = cookie;

    (void)err;
    assert_in_range(l->count, 0, 31);
    l->of[l->count++] = *share;
    return true;
}

static struct lines who(struct fixture *s)
{
    struct lines l = {.count = 0};

    world_must(exchange_case_who(s->ngo, &s->person, keep, &l, &s->err), &s->err, "ask who has what");
    world_tick(s->w, NGO);
    return l;
}

static struct control_case_share line_of(const struct lines *l, enum section section)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->of[i].section == section)
            return l->of[i];
    return (struct control_case_share){.section = SECTION_END};
}

static void test_each_section_is_told_from_waiting_to_erased(void **state)
{
    const struct people_consent two = {.sections = BIT(TRIAGE) | BIT(IDENTITY)};
    struct control_referral out;
    struct control_case_share line;
    struct fixture s;
    struct lines l;
    unsigned opened;

    (void)state;
    fixture_begin(&s, 1, 2, &two);
    fixture_settle(&s);
    opened = people_records(s.ngo, RECORD_OPENED);
    l = who(&s);
    assert_true(l.count == 1 && l.of[0].section == 0 && l.of[0].sent_ms == 0 && l.of[0].until != 0);
    assert_true(ident_equal(&l.of[0].consent, &s.consent) && address_equal(&l.of[0].recipient, s.to));
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), opened + 2); /* as does who counts */

    fixture_deliver(&s);
    l = who(&s);
    line = line_of(&l, SECTION_TRIAGE);
    assert_true(l.count == 2 && line.sent_ms != 0 && line.receipt_ms >= line.sent_ms && line.again_ms == 0);
    assert_true(line.state == REFERRAL_DELIVERED && ident_equal(&line.referral, &s.sent.referral));

    assert_true(exchange_referral_accept(s.mission, &s.sent.referral, view_of_text(""), &out, &s.err));
    fixture_settle(&s);
    l = who(&s);
    line = line_of(&l, SECTION_IDENTITY);
    assert_true(l.count == 2 && line.sent_ms != 0 && line.receipt_ms != 0 && line.state == REFERRAL_ACCEPTED);

    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    l = who(&s);
    line = line_of(&l, SECTION_IDENTITY); /* its key is destroyed: what left is known by the log */
    assert_true(l.count == 2 && line.progress == CONSENT_ERASED && line.told == RECIPIENT_ERASED && line.sent_ms != 0);
    fixture_end(&s);
}

static void test_what_was_sent_of_a_case_that_was_merged_is_told_of_the_one_that_took_its_place(void **state)
{
    const struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_merge_ask ask = {.part = false};
    struct control_case_moved moved;
    struct fixture s;
    struct lines l;

    (void)state;
    fixture_begin(&s, 1, 2, &one);
    fixture_deliver(&s);
    ask.from = s.person;
    ask.case_id = s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    assert_int_equal(who(&s).count, 0);
    world_must(exchange_case_merge(s.ngo, &ask, &moved, &s.err), &s.err, "merge");
    l = who(&s);
    assert_true(l.count == 1 && ident_equal(&l.of[0].consent, &s.consent) && l.of[0].sent_ms != 0);
    fixture_end(&s);
}

static void test_what_waits_here_has_not_left(void **state)
{
    const struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_share line;
    struct fixture s;
    struct lines l;

    (void)state;
    fixture_begin(&s, 1, 2, &one);
    world_crash(s.w, MISSION);
    fixture_look(&s);
    world_run_ms(s.w, MINUTES);
    fixture_refer(&s);
    l = who(&s);
    line = line_of(&l, SECTION_TRIAGE);
    assert_true(l.count == 1 && line.receipt_ms == 0 && line.sent_ms == 0);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    fixture_refer(&s);
    fixture_settle(&s);
    l = who(&s);
    line = line_of(&l, SECTION_TRIAGE);
    assert_true(l.count == 1 && line.again_ms > line.sent_ms && line.receipt_ms != 0);
    assert_true(ident_equal(&line.referral, &s.sent.referral));
    fixture_end(&s);
}

static void decline(struct fixture *s, const struct ident *referral)
{
    const struct reply_message no = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
    struct control_referral out;

    world_must(exchange_referral_answer(s->mission, referral, &no, &out, &s->err), &s->err, "decline");
    fixture_settle(s);
}

static void test_what_they_declined_is_erased_there_once_they_declined_all_with_which_it_went(void **state)
{
    const struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_share line;
    struct ident first;
    struct fixture s;
    struct lines l;

    (void)state;
    fixture_begin(&s, 1, 2, &one);
    fixture_deliver(&s);
    first = s.sent.referral;
    decline(&s, &first);
    l = who(&s);
    line = line_of(&l, SECTION_TRIAGE);
    assert_true(line.erased_there_ms > line.receipt_ms && line.state == REFERRAL_DECLINED);
    assert_true(line.progress == CONSENT_STANDS && line.told == RECIPIENT_NOTHING);

    fixture_deliver(&s);
    l = who(&s);
    assert_int_equal(line_of(&l, SECTION_TRIAGE).erased_there_ms, 0);
    decline(&s, &s.sent.referral);
    l = who(&s);
    assert_true(line_of(&l, SECTION_TRIAGE).erased_there_ms > line.erased_there_ms);
    fixture_end(&s);
}

static void test_what_ended_by_its_last_day_is_erased_there(void **state)
{
    struct people_consent one = {.sections = BIT(TRIAGE)};
    struct control_case_share line;
    struct fixture s;
    struct lines l;

    (void)state;
    fixture_begin(&s, 1, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 3;
    s.consent = people_consent(s.ngo, &s.person, s.to, &one);
    world_tick(s.w, NGO);
    fixture_deliver(&s);
    world_run_ms(s.w, 6 * DAY_MS);
    l = who(&s);
    line = line_of(&l, SECTION_TRIAGE);
    assert_true(line.progress == CONSENT_STANDS && line.erased_there_ms > line.receipt_ms);
    fixture_end(&s);
}

static void test_a_no_is_told(void **state)
{
    const struct people_consent no = {.refused = true};
    struct fixture s;
    struct lines l;

    (void)state;
    fixture_begin(&s, 1, 2, &no);
    l = who(&s);
    assert_true(l.count == 1 && l.of[0].progress == CONSENT_SAID_NO && l.of[0].until == 0 && l.of[0].section == 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_section_is_told_from_waiting_to_erased),
        cmocka_unit_test(test_what_was_sent_of_a_case_that_was_merged_is_told_of_the_one_that_took_its_place),
        cmocka_unit_test(test_what_waits_here_has_not_left),
        cmocka_unit_test(test_what_they_declined_is_erased_there_once_they_declined_all_with_which_it_went),
        cmocka_unit_test(test_what_ended_by_its_last_day_is_erased_there),
        cmocka_unit_test(test_a_no_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
