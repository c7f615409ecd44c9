/* A referral that came and that nobody has accepted is found by the words of what came, by who may open it, for as long
 * as it may be read; then her case is. */
#include "fixture.h"

#include "exchange/access/assign_calls.h"
#include "exchange/search/search_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/referral_store.h"
#include "store/search_store.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct people_consent granted = {.sections = BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT)};

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 2, &granted);
    fixture_deliver(s);
    world_run_ms(s->w, MINUTES);
}

struct found {
    unsigned cases;
    unsigned referrals;
    uint64_t count; /* as it says */
    bool incomplete;
    struct control_case_found last;
};

static bool take(void *cookie, const struct control_case_found *f, struct error *err)
{
    struct found *found = cookie;

    (void)err;
    found->cases += !ident_is_zero(&f->case_id);
    found->referrals += !ident_is_zero(&f->referral);
    found->count = f->found;
    found->incomplete = f->incomplete;
    found->last = *f;
    return true;
}

/* What the mission is told of her name; BETWEEN is done once the index was looked through. */
static struct found find_and(struct fixture *s, void (*between)(struct fixture *s))
{
    const struct control_case_find_ask ask = {.words = view_of_text("person")};
    struct walk_step step = {.limit = 1};
    struct found found = {0};
    struct searching *searching;

    assert_true(exchange_search_begin(s->mission, &ask, &searching, &s->err));
    for (unsigned steps = 0; steps == 0 || step.more; steps++) {
        assert_true(exchange_search_step(searching, &step, take, &found, &s->err));
        if (steps == 0 && between != NULL)
            between(s);
    }
    exchange_search_end(searching);
    world_tick(s->w, MISSION);
    return found;
}

static struct found find(struct fixture *s)
{
    return find_and(s, NULL);
}

static void assert_is_found(struct fixture *s)
{
    const struct found found = find(s);

    assert_true(found.referrals == 1 && found.cases == 0 && found.count == 1 && !found.incomplete);
    assert_true(ident_equal(&found.last.referral, &s->sent.referral));
    assert_true(address_equal(&found.last.agency, exchange_agency(s->ngo)));
    assert_int_equal(found.last.by, 1U << FOUND_BY_NAME);
}

static bool has_entry(struct fixture *s)
{
    struct referral_row row;
    int64_t segment;
    bool found;

    assert_true(referral_store_find(s->mission->db, &s->sent.referral, &found, &row, &s->err) && found);
    assert_true(search_store_find_entry(s->mission->db, -row.number, &found, &segment, &s->err));
    return found;
}

static void assert_is_gone(struct fixture *s)
{
    assert_int_equal(find(s).referrals, 0);
    assert_false(has_entry(s));
}

static void accept_only(struct fixture *s)
{
    struct control_referral out;

    assert_true(exchange_referral_accept(s->mission, &s->sent.referral, view_of_text(""), &out, &s->err));
}

static void accept(struct fixture *s)
{
    accept_only(s);
    world_tick(s->w, MISSION);
}

/* --- as long as nobody has accepted it --- */

static void test_a_referral_is_found_by_what_came_and_her_case_once_it_is_accepted(void **state)
{
    struct found found;
    struct fixture s;

    (void)state;
    begin(&s, 781);
    assert_is_found(&s);
    assert_int_equal(people_records(s.mission, RECORD_SEARCHED), 1);
    accept(&s);
    found = find(&s);
    assert_true(found.referrals == 0 && found.cases == 1 && found.count == 1);
    assert_false(has_entry(&s)); /* the case has its words */
    fixture_end(&s);
}

static void test_one_that_is_accepted_while_somebody_looks_is_found_as_her_case(void **state)
{
    struct found found;
    struct fixture s;

    (void)state;
    begin(&s, 782);
    fixture_deliver(&s);
    world_run_ms(s.w, MINUTES);
    found = find_and(&s, accept_only); /* its entry does not move before the tick ends */
    assert_true(found.referrals == 1 && found.cases == 1 && found.count == 2);
    fixture_end(&s);
}

static void test_what_was_withdrawn_is_not_found(void **state)
{
    struct fixture s;

    (void)state;
    for (unsigned erase = 0; erase < 2; erase++) {
        begin(&s, 783 + erase);
        assert_is_found(&s);
        assert_true(fixture_withdraw(&s, erase));
        fixture_settle(&s);
        assert_is_gone(&s);
        fixture_end(&s);
    }
}

static bool note_slot(void *cookie, uint64_t slot, struct error *err)
{
    (void)slot;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static void test_an_erasure_overwrites_what_she_was_found_by(void **state)
{
    struct search_segment_row row;
    unsigned left = 0;
    struct fixture s;
    bool found;

    (void)state;
    begin(&s, 785);
    assert_true(search_store_open(s.mission->db, &found, &row, &s.err) && found);
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_true(vault_slot_is_erased(s.mission->vault, row.slot));
    assert_true(search_store_walk_retired(s.mission->db, note_slot, &left, &s.err));
    assert_int_equal(left, 0);
    fixture_end(&s);
}

static void test_what_has_ended_by_its_day_is_not_found(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 786, 2, NULL);
    s.consent =
        people_consent(s.ngo, &s.person, s.to,
                       &(struct people_consent){.sections = granted.sections, .until = day_of_ms(world_now(s.w)) + 3});
    world_tick(s.w, NGO);
    fixture_deliver(&s);
    world_run_ms(s.w, MINUTES);
    assert_is_found(&s);
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_is_gone(&s);
    fixture_end(&s);
}

/* --- by whom --- */

enum { OWNER = 900, ADA = 1001, BOB };

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->mission, &uid);
}

static void enter(struct fixture *s, uint32_t uid, enum staff_role role, const char *account)
{
    struct control_staff_add_ask ask = {.uid = uid, .roles = STAFF_ROLE_BIT(role), .account = view_of_text(account)};
    struct control_staff_person added;

    assert_true(exchange_staff_add(s->mission, &ask, &added, &s->err));
    world_tick(s->w, MISSION);
}

static void give_to_ada(struct fixture *s)
{
    struct control_assigned assigned;

    as(s, OWNER);
    assert_true(exchange_referral_assign(
        s->mission, &(struct control_assign_ask){.object = s->sent.referral, .uid = ADA}, &assigned, &s->err));
    world_tick(s->w, MISSION);
    as(s, BOB);
}

static void test_it_is_found_by_who_may_open_it(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 787);
    as(&s, OWNER);
    enter(&s, OWNER, STAFF_SUPERVISOR, "owner");
    enter(&s, ADA, STAFF_CASEWORKER, "ada");
    enter(&s, BOB, STAFF_CASEWORKER, "bob");
    as(&s, BOB);
    assert_is_found(&s); /* nobody's */
    assert_int_equal(find_and(&s, give_to_ada).referrals, 0);
    assert_int_equal(find(&s).count, 0);
    as(&s, ADA);
    assert_is_found(&s);
    as(&s, OWNER);
    assert_is_found(&s);
    exchange_acting(s.mission, NULL);
    fixture_end(&s);
}

/* --- whatever happens --- */

static void test_a_home_without_it_and_a_damaged_segment_are_made_anew(void **state)
{
    static const char *const edits[] = {
        "DELETE FROM search_entry; DELETE FROM search_segment; DELETE FROM number WHERE name LIKE 'search%'",
        "UPDATE search_entry SET sealed = zeroblob(50)",
    };
    struct fixture s;

    (void)state;
    begin(&s, 788);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        fixture_edit(&s, MISSION, edits[i]);
        (void)find(&s); /* what is damaged is seen then */
        world_run_ms(s.w, MINUTES);
        assert_is_found(&s);
    }
    fixture_end(&s);
}

static void test_what_is_not_read_now_is_said_and_found_later(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    begin(&s, 789);
    fixture_edit(&s, MISSION,
                 "DELETE FROM search_entry; DELETE FROM search_segment; DELETE FROM number WHERE name LIKE 'search%'");
    fixture_take_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 1000);
    assert_true(find(&s).incomplete || find(&s).count == 0);
    fixture_give_keys(&s, MISSION, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_is_found(&s);
    fixture_end(&s);
}

static void test_each_that_came_is_found_whichever_statement_fails(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 790);
    for (unsigned n = 1; n < 60; n += 4) {
        world_mend(s.w, MISSION);
        world_fault(s.w, MISSION, DB_FAULT_STEP, n);
        assert_true(fixture_try_refer(&s));
        world_run_ms(s.w, MINUTES);
        fixture_look(&s);
        if (s.mission == NULL)
            fixture_restart(&s, MISSION);
    }
    world_mend(s.w, MISSION);
    fixture_settle(&s);
    world_run_ms(s.w, 2 * MINUTES);
    assert_int_equal(find(&s).referrals, 1 + 15);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_referral_is_found_by_what_came_and_her_case_once_it_is_accepted),
        cmocka_unit_test(test_one_that_is_accepted_while_somebody_looks_is_found_as_her_case),
        cmocka_unit_test(test_what_was_withdrawn_is_not_found),
        cmocka_unit_test(test_an_erasure_overwrites_what_she_was_found_by),
        cmocka_unit_test(test_what_has_ended_by_its_day_is_not_found),
        cmocka_unit_test(test_it_is_found_by_who_may_open_it),
        cmocka_unit_test(test_a_home_without_it_and_a_damaged_segment_are_made_anew),
        cmocka_unit_test(test_what_is_not_read_now_is_said_and_found_later),
        cmocka_unit_test(test_each_that_came_is_found_whichever_statement_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
