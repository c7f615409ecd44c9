/* Whoever looks at consents while a statement of the database fails is told all, or that it cannot be said: never a
 * part that looks whole, and no finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/state.h"
#include "fixture.h"

static bool count_item(void *cookie, const struct control_consent *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static bool look(struct fixture *s)
{
    struct node_status status;
    unsigned count = 0;

    return exchange_consent_list(s->ngo, &(struct control_consent_list_ask){.case_id = s->person}, NULL, count_item,
                                 &count, &s->err) &&
           exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err) && exchange_status(s->ngo, &status, &s->err);
}

static bool foresee(struct fixture *s)
{
    const struct control_consent_withdraw_ask ask = {.consent = s->consent, .dry_run = true};

    return exchange_consent_withdraw(s->ngo, &ask, &s->shown, &s->err);
}

/* What a withdrawal would do, and then that all was erased, with the statement that proves it. */
static void test_who_looks_at_what_ends_is_told_all_or_that_it_cannot_be_said(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 79, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, foresee, 0), 8, 500);
    assert_true(s.shown.would_change && s.shown.may_have_left && s.shown.purposes != 0);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, look, 0), 8, 500);
    assert_true(s.shown.answered && s.shown.told == RECIPIENT_ERASED);
    fixture_end(&s);
}

/* Whether she is an adult by her case is part of what is shown of a guardian's word. */
static void test_who_looks_at_a_guardians_consent_is_told_all_or_that_it_cannot_be_said(void **state)
{
    struct control_consent_record_ask ask;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 80, 2, NULL);
    ask = fixture_named_ask(&s);
    ask.given_by = GIVEN_BY_GUARDIAN;
    world_must(people_record(s.ngo, &ask, &s.consent, &s.err), &s.err, "record");
    world_tick(s.w, NGO);
    assert_in_range(fixture_at_each_statement(&s, NGO, look, 0), 8, 500);
    assert_true(s.shown.for_adult);
    fixture_end(&s);
}

/* A consent that has no key by its row is looked for among all. */
static void test_who_looks_at_what_has_no_key_is_told_all_or_that_it_cannot_be_said(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 81, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_edit(&s, NGO, "UPDATE consent SET slot = 0, until = until + 1");
    assert_in_range(fixture_at_each_statement(&s, NGO, look, 0), 8, 500);
    assert_true(s.shown.shut && !s.shown.key_unknown);
    fixture_end(&s);
}

/* That nobody was told is said by a copy that tells nobody, when it has looked. */
static void test_a_copy_says_that_nobody_was_told_or_that_it_cannot_be_said(void **state)
{
    struct fixture s;
    bool ok = false;

    (void)state;
    fixture_begin(&s, 83, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    world_crash(s.w, MISSION);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    own_note_set_beyond(s.ngo, 1000); /* another copy of it has gone on */
    for (unsigned n = 1; !ok; n++) {
        db_fault(s.ngo->db, DB_FAULT_STEP, n);
        ok = exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err);
        assert_int_equal(ok, db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
        assert_true(ok ? s.shown.untold_here : s.err.code == E_STO_01);
    }
    db_fault(s.ngo->db, DB_FAULT_STEP, 0);
    world_free(s.w);
}

/* A reader reads the log when it is first asked. */
static void test_a_reader_that_cannot_read_lists_and_shows_nothing(void **state)
{
    struct exchange_options options = {.clock = &clock_real, .random = &random_real, .read_only = true};
    struct exchange *reader;
    struct fixture s;
    unsigned count = 0;

    (void)state;
    fixture_begin(&s, 82, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    options.home = world_home(s.w, NGO);
    assert_true(exchange_open(&options, &reader, &s.err));
    db_fault(reader->db, DB_FAULT_STEP, 1);
    assert_false(
        exchange_consent_list(reader, &(struct control_consent_list_ask){0}, NULL, count_item, &count, &s.err));
    assert_int_equal(s.err.code, E_STO_01);
    db_fault(reader->db, DB_FAULT_STEP, 1);
    assert_false(exchange_consent_show(reader, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.err.code, E_STO_01);
    assert_int_equal(count, 0);
    assert_true(exchange_consent_list(reader, &(struct control_consent_list_ask){0}, NULL, count_item, &count, &s.err));
    assert_int_equal(count, 1);
    exchange_close(reader);
    fixture_end(&s);
}

/* A disk that does not answer once is no finding about the log. */
static void test_a_verification_that_cannot_read_finds_nothing(void **state)
{
    struct control_audit_verdict verdict;
    struct fixture s;
    bool ok = false;

    (void)state;
    fixture_begin(&s, 77, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    assert_true(exchange_stop(s.ngo, &s.err));
    for (unsigned n = 1; !ok; n++) {
        db_fault(s.ngo->db, DB_FAULT_STEP, n);
        ok = exchange_audit_verify(s.ngo, LOG_EXCHANGE, &verdict, &s.err);
        assert_int_equal(ok, db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
        assert_true(ok ? verdict.good : s.err.code == E_STO_01);
    }
    db_fault(s.ngo->db, DB_FAULT_STEP, 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_looks_at_what_ends_is_told_all_or_that_it_cannot_be_said),
        cmocka_unit_test(test_who_looks_at_a_guardians_consent_is_told_all_or_that_it_cannot_be_said),
        cmocka_unit_test(test_who_looks_at_what_has_no_key_is_told_all_or_that_it_cannot_be_said),
        cmocka_unit_test(test_a_copy_says_that_nobody_was_told_or_that_it_cannot_be_said),
        cmocka_unit_test(test_a_reader_that_cannot_read_lists_and_shows_nothing),
        cmocka_unit_test(test_a_verification_that_cannot_read_finds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
