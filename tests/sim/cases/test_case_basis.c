/* On which basis a case is kept, and whether she was told: the newest counts, what was said before stays. */
#include "fixture.h"

#include "exchange/cases/case_basis.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_merge.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/tick.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct said {
    unsigned count;
    struct control_case_basis first;
    struct control_case_basis last;
};

static bool keep(void *cookie, const struct control_case_basis *b, struct error *err)
{
    struct said *s = cookie;

    (void)err;
    if (s->count++ == 0)
        s->first = *b;
    s->last = *b;
    return true;
}

static bool try_set(struct fixture *s, enum keeping_basis basis, uint32_t told, enum untold_reason untold)
{
    const struct control_case_basis_ask ask = {.case_id = s->person, .basis = basis, .told = told, .untold = untold};
    struct said said = {0};
    bool ok = exchange_case_basis(s->ngo, &ask, NULL, keep, &said, &s->err);

    assert_true(!ok || (said.count == 1 && said.last.basis == basis && said.last.told == told));
    world_tick(s->w, NGO);
    return ok;
}

static struct said all(struct fixture *s)
{
    struct said said = {0};

    world_must(
        exchange_case_basis(s->ngo, &(struct control_case_basis_ask){.case_id = s->person}, NULL, keep, &said, &s->err),
        &s->err, "list what was said");
    world_tick(s->w, NGO);
    return said;
}

static struct control_case_life life(struct fixture *s)
{
    struct control_case_life out;

    world_must(exchange_case_life(s->ngo, &s->person, &out, &s->err), &s->err, "ask what counts");
    return out;
}

static void refuse(struct fixture *s, enum keeping_basis basis, uint32_t told, enum untold_reason untold,
                   enum error_code code)
{
    assert_false(try_set(s, basis, told, untold));
    assert_int_equal(s->err.code, code);
    error_clear(&s->err);
}

static void test_the_newest_counts_and_the_others_stay(void **state)
{
    struct fixture s;
    struct said said;
    uint32_t today;
    unsigned records;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    assert_true(life(&s).basis == 0 && all(&s).count == 0);
    records = people_records(s.ngo, RECORD_OPENED);
    assert_true(try_set(&s, KEPT_ON_VITAL_INTEREST, 0, UNTOLD_NOT_ABLE));
    assert_true(life(&s).basis == KEPT_ON_VITAL_INTEREST && life(&s).untold == UNTOLD_NOT_ABLE);
    assert_true(try_set(&s, KEPT_ON_CONSENT, today, 0));
    assert_true(try_set(&s, KEPT_ON_CONSENT, today, 0));                     /* said again it changes nothing */
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), records + 2 + 1); /* that the log was read is one */
    fixture_restart(&s, NGO);
    assert_true(life(&s).basis == KEPT_ON_CONSENT && life(&s).told == today && life(&s).untold == 0);
    said = all(&s);
    assert_int_equal(said.count, 2);
    assert_true(said.first.basis == KEPT_ON_VITAL_INTEREST && said.first.untold == UNTOLD_NOT_ABLE);
    assert_true(said.last.basis == KEPT_ON_CONSENT && said.first.time_ms != 0);
    assert_true(try_set(&s, KEPT_ON_VITAL_INTEREST, 0, UNTOLD_NOT_ABLE)); /* as it was once: that is news */
    assert_int_equal(all(&s).count, 3);
    fixture_end(&s);
}

static void test_what_cannot_be_is_refused(void **state)
{
    struct fixture s;
    uint32_t today;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    today = tick_record_day(s.ngo);
    refuse(&s, KEPT_ON_PUBLIC_TASK, 0, 0, E_USE_02);
    refuse(&s, KEPT_ON_PUBLIC_TASK, today, UNTOLD_OTHER, E_USE_02);
    refuse(&s, 0, today, 0, E_USE_02);
    refuse(&s, 0, 0, UNTOLD_OTHER, E_USE_02);
    refuse(&s, KEPT_ON_PUBLIC_TASK, today + 2, 0, E_CAS_29);
    refuse(&s, KEPT_ON_CONSENT, 0, UNTOLD_NOT_SAFE, E_CAS_30);
    assert_int_equal(all(&s).count, 0);
    assert_true(try_set(&s, KEPT_ON_CONSENT, today + 1, 0)); /* where it is tomorrow already */
    fixture_end(&s);
}

static void test_who_holds_the_case_says_it(void **state)
{
    enum { ADA = 61001, BOB = 61002 };
    const struct control_staff_add_ask people[] = {
        {.uid = ADA, .account = view_of_text("ada"), .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR)},
        {.uid = BOB, .account = view_of_text("bob"), .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER)}};
    const uint32_t ada = ADA;
    const uint32_t bob = BOB;
    struct control_staff_person added;
    struct fixture s;
    struct said said;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    for (size_t i = 0; i < 2; i++)
        world_must(exchange_staff_add(s.ngo, &people[i], &added, &s.err), &s.err, "enter a person");
    world_tick(s.w, NGO);
    exchange_acting(s.ngo, &bob);
    refuse(&s, KEPT_ON_LEGAL_OBLIGATION, 0, UNTOLD_NOT_MET, E_CTL_09);
    exchange_acting(s.ngo, &ada);
    assert_true(try_set(&s, KEPT_ON_LEGAL_OBLIGATION, 0, UNTOLD_NOT_MET));
    exchange_acting(s.ngo, &bob);
    said = all(&s); /* nobody holds it: he sees it, and who said it */
    assert_true(said.count == 1 && !ident_is_zero(&said.last.staff));
    fixture_end(&s);
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static void expect_lacking(struct fixture *s, unsigned cases)
{
    unsigned count = 0;

    world_must(exchange_case_list(s->ngo, &(struct control_case_list_ask){.without_basis = true}, NULL, count_case,
                                  &count, &s->err),
               &s->err, "list");
    assert_int_equal(count, cases);
}

/* One that was merged into another is no case of its own any more, until they are parted. */
static void test_those_without_one_are_listed(void **state)
{
    struct control_case_merge_ask ask = {.case_id = {{0}}};
    struct control_case_moved moved;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 8, 2, NULL);
    expect_lacking(&s, 1);
    ask.from = people_case(s.ngo);
    ask.case_id = s.person;
    world_tick(s.w, NGO);
    expect_lacking(&s, 2);
    world_must(exchange_case_merge(s.ngo, &ask, &moved, &s.err), &s.err, "merge");
    world_tick(s.w, NGO);
    expect_lacking(&s, 1);
    assert_true(try_set(&s, KEPT_ON_CONSENT, day_of_ms(world_now(s.w)), 0));
    expect_lacking(&s, 0);
    ask.part = true;
    world_must(exchange_case_merge(s.ngo, &ask, &moved, &s.err), &s.err, "part");
    world_tick(s.w, NGO);
    expect_lacking(&s, 1);
    fixture_end(&s);
}

static void test_nothing_is_said_of_a_case_that_was_merged(void **state)
{
    struct control_case_merge_ask merge = {.part = false};
    struct control_case_moved moved;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    merge.from = s.person;
    merge.case_id = people_case(s.ngo);
    world_tick(s.w, NGO);
    world_must(exchange_case_merge(s.ngo, &merge, &moved, &s.err), &s.err, "merge them");
    world_tick(s.w, NGO);
    refuse(&s, KEPT_ON_LEGITIMATE_INTEREST, tick_record_day(s.ngo), 0, E_MRG_03);
    fixture_end(&s);
}

static bool set_one(struct fixture *s)
{
    const struct control_case_basis_ask ask = {
        .case_id = s->person, .basis = KEPT_ON_CONTRACT, .told = tick_record_day(s->ngo)};
    struct said said = {0};

    return exchange_case_basis(s->ngo, &ask, NULL, keep, &said, &s->err);
}

static void test_it_is_said_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, set_one, MINUTES), 3, 500);
    assert_true(life(&s).basis == KEPT_ON_CONTRACT && all(&s).count == 1);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_counts_and_the_others_stay),
        cmocka_unit_test(test_what_cannot_be_is_refused),
        cmocka_unit_test(test_who_holds_the_case_says_it),
        cmocka_unit_test(test_those_without_one_are_listed),
        cmocka_unit_test(test_nothing_is_said_of_a_case_that_was_merged),
        cmocka_unit_test(test_it_is_said_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
