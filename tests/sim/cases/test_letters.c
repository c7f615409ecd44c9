/* Letters to somebody outside the federation: what the consent that names them covers, once it is durable, and nothing
 * after she withdrew. */
#include "fixture.h"
#include "people.h"

#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_who.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/exchange_status.h"
#include "exchange/referrals/letter_calls.h"
#include "exchange/referrals/work_calls.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char who[] = "Dr Example, City Clinic, +48 22 000";

static struct control_consent_record_ask asked(const struct fixture *s, const struct control_consent_grant *grant)
{
    return (struct control_consent_record_ask){.case_id = s->person,
                                               .grants = grant,
                                               .grant_count = 1,
                                               .given_by = GIVEN_BY_SELF,
                                               .notice = view_of_text("leaflet-3"),
                                               .language = view_of_text("ukr"),
                                               .seen_alone = SEEN_ALONE,
                                               .told_irreversible = true,
                                               .outside = view_of_text(who)};
}

static const struct control_consent_grant identity = {
    .sections = SECTION_BIT(SECTION_IDENTITY), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};

static bool no_end(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)cookie;
    (void)c;
    (void)err;
    return false;
}

static bool try_record(struct fixture *s, const struct control_consent_record_ask *ask, struct ident *id)
{
    struct control_consent_recorded out[BOUND_RECIPIENTS];
    bool ok = exchange_consent_record(s->ngo, ask, no_end, NULL, out, &s->err);

    if (ok)
        *id = out[0].consent;
    world_tick(s->w, NGO);
    return ok;
}

static struct ident record(struct fixture *s)
{
    const struct control_consent_record_ask ask = asked(s, &identity);
    struct ident id;

    world_must(try_record(s, &ask, &id), &s->err, "record a consent for somebody outside");
    return id;
}

static const uint32_t medical[] = {SERVICE_MEDICAL};

static bool try_print(struct fixture *s, const struct ident *consent, bool dry_run, struct control_letter *out)
{
    const struct control_referral_print_ask ask = {
        .consent = *consent, .services = medical, .service_count = 1, .urgency = URGENCY_URGENT, .dry_run = dry_run};

    return exchange_referral_print(s->ngo, &ask, out, &s->err);
}

static void print(struct fixture *s, const struct ident *consent, uint32_t number)
{
    struct control_letter l;

    world_must(try_print(s, consent, false, &l), &s->err, "print a letter");
    assert_int_equal(l.letter, number);
    assert_true(l.data_count == 1 && l.data[0].section == SECTION_IDENTITY && l.shared == identity.sections);
    assert_true(view_equal(l.outside, view_of_text(who)));
    world_tick(s->w, NGO);
}

static struct control_consent show(struct fixture *s, const struct ident *consent)
{
    struct control_consent out;

    world_must(exchange_consent_show(s->ngo, consent, &out, &s->err), &s->err, "show a consent");
    return out;
}

static void test_a_letter_holds_what_she_agreed_and_is_listed(void **state)
{
    struct control_letter dry;
    struct control_consent c;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    assert_true(try_print(&s, &id, true, &dry));
    assert_true(dry.shared == identity.sections && dry.data_count == 0 && dry.held_back_count > 0);
    world_tick(s.w, NGO);
    assert_int_equal(show(&s, &id).letter_count, 0);
    print(&s, &id, 1);
    print(&s, &id, 2);
    c = show(&s, &id);
    assert_true(c.letter_count == 2 && c.letters[1].urgency == URGENCY_URGENT && c.letters[1].answer == 0);
    assert_true(view_equal(c.outside, view_of_text(who)));
    fixture_end(&s);
}

static void test_the_newest_answer_counts(void **state)
{
    struct control_referral_answer_outside_ask ask = {.answer = LETTER_WAITLISTED};
    struct control_consent_letter out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.consent = record(&s);
    assert_false(exchange_referral_answer_outside(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_OUT_04);
    print(&s, &ask.consent, 1);
    print(&s, &ask.consent, 2);
    assert_true(exchange_referral_answer_outside(s.ngo, &ask, &out, &s.err) && out.letter == 2);
    ask.answer = LETTER_ACCEPTED;
    assert_true(exchange_referral_answer_outside(s.ngo, &ask, &out, &s.err) && out.answer == LETTER_ACCEPTED);
    ask.letter = 3;
    assert_false(exchange_referral_answer_outside(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_OUT_04);
    world_tick(s.w, NGO);
    assert_true(show(&s, &ask.consent).letters[0].answer == 0);
    assert_true(show(&s, &ask.consent).letters[1].answer == LETTER_ACCEPTED);
    fixture_end(&s);
}

static void test_nothing_is_printed_after_she_withdrew_and_whom_to_phone_is_known(void **state)
{
    struct control_consent_withdraw_ask ask = {.seen_alone = SEEN_ALONE, .erase_now = true};
    struct control_consent out;
    struct control_letter l;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.consent = record(&s);
    print(&s, &ask.consent, 1);
    world_must(exchange_consent_withdraw(s.ngo, &ask, &out, &s.err), &s.err, "withdraw");
    assert_false(out.may_have_left || out.letter_count != 1);
    world_tick(s.w, NGO);
    assert_false(try_print(&s, &ask.consent, false, &l));
    assert_int_equal(s.err.code, E_CON_01);
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_WITHDRAWN)));
    world_run_ms(s.w, 2 * HOURS);
    out = show(&s, &ask.consent);
    assert_true(out.progress == CONSENT_ERASED && out.letter_count == 1);
    assert_true(view_equal(out.outside, view_of_text(who)));
    fixture_end(&s);
}

/* With the case it went what was printed; that nothing was is not said. */
static void test_when_her_case_is_deleted_it_is_not_said_that_nothing_was_printed(void **state)
{
    struct control_case_delete_ask ask = {.reason = DELETE_SHE_ASKED, .leave = true};
    struct control_consent_withdraw_ask withdraw = {.seen_alone = SEEN_ALONE, .dry_run = true};
    struct control_case_life life;
    struct control_consent out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.case_id = s.person;
    withdraw.consent = record(&s);
    print(&s, &withdraw.consent, 1);
    assert_false(show(&s, &withdraw.consent).letters_unknown);
    world_must(exchange_case_delete(s.ngo, &ask, &life, &s.err), &s.err, "delete the case");
    assert_true(life.letters == 1 && life.paper_count == 1 && life.paper[0].printed == 1);
    assert_true(view_equal(life.paper[0].outside, view_of_text(who))); /* told before it is gone */
    assert_int_equal(life.standing, 0);                                /* no agency holds anything by it */
    world_run_ms(s.w, 5 * DAY_MS);
    fixture_look(&s);
    out = show(&s, &withdraw.consent);
    assert_true(out.letters_unknown && out.letter_count == 0);
    world_must(exchange_consent_withdraw(s.ngo, &withdraw, &out, &s.err), &s.err, "ask what withdrawing does");
    assert_true(out.letters_unknown);
    fixture_end(&s);
}

static bool keep_share(void *cookie, const struct control_case_share *share, struct error *err)
{
    (void)err;
    *(struct control_case_share *)cookie = *share;
    return true;
}

static void test_who_has_what_says_what_is_on_paper(void **state)
{
    struct control_case_share line;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    world_must(exchange_case_who(s.ngo, &s.person, keep_share, &line, &s.err), &s.err, "ask who has what");
    assert_true(line.section == 0 && view_equal(line.outside, view_of_text(who)));
    world_tick(s.w, NGO);
    print(&s, &id, 1);
    world_must(exchange_case_who(s.ngo, &s.person, keep_share, &line, &s.err), &s.err, "ask who has what");
    assert_true(line.section == SECTION_IDENTITY && line.sent_ms != 0 && line.receipt_ms == 0);
    assert_true(view_equal(line.outside, view_of_text(who)));
    world_tick(s.w, NGO);
    fixture_end(&s);
}

static void test_a_letter_whose_entry_is_taken_away_is_named(void **state)
{
    static const uint32_t gone[] = {1, 3};
    struct control_referral_answer_outside_ask ask = {.letter = 3, .answer = LETTER_ACCEPTED};
    struct control_consent_letter answered;
    struct control_case_share line;
    struct control_consent c;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    for (uint32_t i = 1; i <= 3; i++)
        print(&s, &id, i);
    fixture_edit(&s, NGO,
                 "DELETE FROM case_entry WHERE kind = 4 AND number <> (SELECT number FROM case_entry "
                 "WHERE kind = 4 ORDER BY number LIMIT 1 OFFSET 1)"); /* the last one, too */
    c = show(&s, &id);
    assert_true(c.letter_count == 1 && c.letters[0].letter == 2 && c.letters_missing_count == 2);
    assert_memory_equal(c.letters_missing, gone, sizeof gone);
    ask.consent = id;
    assert_false(exchange_referral_answer_outside(s.ngo, &ask, &answered, &s.err));
    assert_int_equal(s.err.code, E_OUT_04);
    print(&s, &id, 4); /* no number is given twice */
    fixture_edit(&s, NGO, "DELETE FROM case_entry WHERE kind = 4");
    world_must(exchange_case_who(s.ngo, &s.person, keep_share, &line, &s.err), &s.err, "ask who has what");
    assert_true(line.section == 0 && line.missing == 4);
    fixture_end(&s);
}

static bool keep_work(void *cookie, const struct control_work_item *w, struct error *err)
{
    (void)err;
    *(struct control_work_item *)cookie = *w;
    return true;
}

/* The newest; zeros: there is none. */
static struct control_work_item work_of(struct fixture *s)
{
    struct control_work_item w = {.letter = 0};

    world_must(exchange_work_list(s->ngo, &(struct control_work_ask){.letters = true}, NULL, keep_work, &w, &s->err),
               &s->err, "ask what is to be done");
    return w;
}

static void answer(struct fixture *s, const struct ident *consent, enum letter_answer said)
{
    const struct control_referral_answer_outside_ask ask = {.consent = *consent, .answer = said};
    struct control_consent_letter out;

    world_must(exchange_referral_answer_outside(s->ngo, &ask, &out, &s->err), &s->err, "enter an answer");
    world_tick(s->w, NGO);
}

static uint64_t late_letters(struct fixture *s)
{
    struct node_status status;

    world_must(exchange_status(s->ngo, &status, &s->err), &s->err, "ask the status");
    return status.letters_late;
}

static void test_a_letter_is_waited_for_until_it_is_answered(void **state)
{
    struct control_consent_withdraw_ask withdraw = {.seen_alone = SEEN_ALONE};
    struct control_work_item w;
    struct control_consent out;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    withdraw.consent = id = record(&s);
    assert_int_equal(work_of(&s).letter, 0);
    print(&s, &id, 1);
    w = work_of(&s);
    assert_true(w.letter == 1 && w.group == WORK_WAITING && w.urgency == URGENCY_URGENT && !w.overdue);
    assert_true(ident_equal(&w.consent, &id) && ident_equal(&w.case_id, &s.person));
    assert_int_equal(w.by_ms, ((int64_t)tick_record_day(s.ngo) + 4) * DAY_MS - 1000); /* urgent: 72 hours */
    answer(&s, &id, LETTER_WAITLISTED);
    assert_false(work_of(&s).overdue);
    world_run_ms(s.w, (BOUND_WAITLIST_DAYS + 2) * DAY_MS);
    fixture_look(&s);
    w = work_of(&s);
    assert_true(w.letter == 1 && w.group == WORK_TO_DO && w.overdue);
    assert_int_equal(late_letters(&s), 1);
    answer(&s, &id, LETTER_DECLINED);
    assert_int_equal(work_of(&s).letter, 0);
    assert_int_equal(late_letters(&s), 0);
    print(&s, &id, 2);
    assert_int_equal(work_of(&s).letter, 2);
    world_must(exchange_consent_withdraw(s.ngo, &withdraw, &out, &s.err), &s.err, "withdraw");
    world_tick(s.w, NGO);
    assert_int_equal(work_of(&s).letter, 0); /* it is asked that it is destroyed */
    fixture_end(&s);
}

static void test_after_its_last_day_nothing_is_printed(void **state)
{
    struct control_letter l;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    world_run_ms(s.w, (BOUND_CONSENT_DAYS_DEFAULT + 1) * 24 * HOURS);
    assert_false(try_print(&s, &id, false, &l));
    assert_int_equal(s.err.code, E_CON_01);
    fixture_end(&s);
}

/* What has changed since stands in the other case, how to reach her safely, too. */
static void test_of_a_case_that_was_merged_nothing_is_printed(void **state)
{
    struct control_case_merge_ask ask;
    struct control_case_moved moved;
    struct control_letter l;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    print(&s, &id, 1);
    ask = (struct control_case_merge_ask){.case_id = people_case(s.ngo), .from = s.person};
    world_tick(s.w, NGO);
    world_must(exchange_case_merge(s.ngo, &ask, &moved, &s.err), &s.err, "merge");
    world_tick(s.w, NGO);
    assert_false(try_print(&s, &id, false, &l));
    assert_int_equal(s.err.code, E_MRG_03);
    assert_int_equal(show(&s, &id).letter_count, 1);
    fixture_end(&s);
}

static void test_as_many_letters_as_there_can_be(void **state)
{
    struct control_letter l;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    for (uint32_t i = 1; i <= BOUND_LETTERS; i++)
        print(&s, &id, i);
    assert_false(try_print(&s, &id, false, &l));
    assert_int_equal(s.err.code, E_OUT_03);
    fixture_end(&s);
}

static void test_a_copy_of_the_home_prints_nothing(void **state)
{
    struct control_letter l;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    id = record(&s);
    own_note_set_beyond(s.ngo, 1000); /* where the log went on she may have withdrawn */
    assert_false(try_print(&s, &id, false, &l));
    assert_int_equal(s.err.code, E_LOG_27);
    own_note_set_beyond(s.ngo, 0);
    print(&s, &id, 1);
    fixture_end(&s);
}

static struct ident printed; /* which consent, for what is tried at each statement */

static bool print_one(struct fixture *s)
{
    struct control_letter l;

    return try_print(s, &printed, false, &l);
}

static bool answer_one(struct fixture *s)
{
    const struct control_referral_answer_outside_ask ask = {.consent = printed, .letter = 1, .answer = LETTER_ACCEPTED};
    struct control_consent_letter out;

    return exchange_referral_answer_outside(s->ngo, &ask, &out, &s->err);
}

/* Of each letter that was printed there is a record, and the other way round. */
static void test_a_letter_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    printed = record(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, print_one, MINUTES), 5, 500);
    assert_int_equal(show(&s, &printed).letter_count, people_records(s.ngo, RECORD_EXPORTED));
    assert_in_range(fixture_at_each_statement(&s, NGO, answer_one, MINUTES), 3, 500);
    assert_int_equal(show(&s, &printed).letters[0].answer, LETTER_ACCEPTED);
    fixture_end(&s);
}

static void refuse(struct fixture *s, const struct control_consent_record_ask *ask)
{
    struct ident id;

    s->err = (struct error){0};
    assert_false(try_record(s, ask, &id));
    assert_int_equal(s->err.code, E_OUT_01);
}

static void test_it_is_for_one_who_keeps_it_and_she_was_told(void **state)
{
    struct control_consent_grant onward = identity;
    struct control_consent_record_ask ask;
    char words[BOUND_OUTSIDE + 1];
    struct address member;
    struct fixture s;
    struct ident id;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    memset(words, 'w', sizeof words);
    ask = asked(&s, &identity);
    ask.outside = view_of(words, BOUND_OUTSIDE);
    assert_true(try_record(&s, &ask, &id));
    ask.outside = view_of(words, sizeof words);
    refuse(&s, &ask);
    ask.outside = view_of_text("two\nlines");
    refuse(&s, &ask);
    ask = asked(&s, &identity);
    ask.told_irreversible = false;
    refuse(&s, &ask);
    ask = asked(&s, &identity);
    ask.refused = true;
    ask.grant_count = 0;
    refuse(&s, &ask);
    onward.onward = ONWARD_ASK_FIRST;
    ask = asked(&s, &onward);
    refuse(&s, &ask);
    world_must(address_read(view_of_text("shelter@nrm.example"), &member), &s.err, "read a name");
    ask = asked(&s, &identity);
    ask.to = &member;
    ask.to_count = 1;
    refuse(&s, &ask);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_letter_holds_what_she_agreed_and_is_listed),
        cmocka_unit_test(test_the_newest_answer_counts),
        cmocka_unit_test(test_nothing_is_printed_after_she_withdrew_and_whom_to_phone_is_known),
        cmocka_unit_test(test_when_her_case_is_deleted_it_is_not_said_that_nothing_was_printed),
        cmocka_unit_test(test_who_has_what_says_what_is_on_paper),
        cmocka_unit_test(test_a_letter_whose_entry_is_taken_away_is_named),
        cmocka_unit_test(test_a_letter_is_waited_for_until_it_is_answered),
        cmocka_unit_test(test_after_its_last_day_nothing_is_printed),
        cmocka_unit_test(test_of_a_case_that_was_merged_nothing_is_printed),
        cmocka_unit_test(test_as_many_letters_as_there_can_be),
        cmocka_unit_test(test_a_copy_of_the_home_prints_nothing),
        cmocka_unit_test(test_a_letter_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_it_is_for_one_who_keeps_it_and_she_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
