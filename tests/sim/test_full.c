/* A disk that is full: the tick is undone at whatever statement it is found, and the node goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/state.h"
#include "people.h"

enum { NGO, MISSION };

#define MINUTES INT64_C(60000)

struct fixture {
    struct world *w;
    struct exchange *ngo;
    struct exchange *mission;
    struct ident person;
    struct referral_result sent;
    struct error err;
};

static void begin(struct fixture *s)
{
    *s = (struct fixture){.w = world_new(37, 2)};
    s->ngo = world_node(s->w, NGO);
    s->mission = world_node(s->w, MISSION);
    assert_true(world_run_until_idle(s->w, 60 * MINUTES));
    s->person = people_case(s->ngo);
    world_tick(s->w, NGO);
    (void)people_consent(s->ngo, &s->person, world_address(s->w, MISSION),
                         &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    world_tick(s->w, NGO);
}

static void end(struct fixture *s)
{
    assert_true(people_log_is_good(s->ngo));
    assert_true(people_log_is_good(s->mission));
    world_free(s->w);
}

/* Asks until the answer is durable. */
static void refer(struct fixture *s)
{
    for (int tries = 0;; tries++) {
        uint64_t undone = world_undone(s->w, NGO);
        bool ok = people_refer(s->ngo, &s->person, world_address(s->w, MISSION), &(struct people_referral){.now = true},
                               &s->sent, &s->err);

        assert_true(ok || s->err.code == E_STO_03);
        world_tick(s->w, NGO);
        if (ok && world_undone(s->w, NGO) == undone)
            return;
        assert_true(tries < 10);
        world_run_ms(s->w, MINUTES);
    }
}

/* Every referral arrives once, whichever statement of NODE finds no room: the first, and every STEP-th after it. */
static void find_full_at(size_t node, enum db_fault_point point)
{
    unsigned step = getenv("REFEX_LONG") != NULL || point == DB_FAULT_COMMIT_FULL ? 1 : 11;
    struct fixture s;
    unsigned n = 1;

    begin(&s);
    for (uint64_t undone = 1; undone != 0; n += step) {
        struct exchange *x = world_node(s.w, node);
        uint64_t before = world_undone(s.w, node);

        db_fault(x->db, point, n);
        refer(&s);
        world_run_ms(s.w, 3 * MINUTES);
        db_fault(x->db, point, 0);
        undone = world_undone(s.w, node) - before;
        assert_in_range(undone, 0, 2);
        assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
        assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    }
    assert_true(n > 2 * step);
    end(&s);
}

static void test_a_statement_of_the_sender_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(NGO, DB_FAULT_FULL);
}

static void test_a_statement_of_the_receiver_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(MISSION, DB_FAULT_FULL);
}

static void test_a_commit_that_finds_no_room_undoes_the_tick(void **state)
{
    (void)state;
    find_full_at(NGO, DB_FAULT_COMMIT_FULL);
    find_full_at(MISSION, DB_FAULT_COMMIT_FULL);
}

static void test_nothing_is_written_or_answered_until_there_may_be_room(void **state)
{
    struct fixture s;
    uint64_t committed;

    (void)state;
    begin(&s);
    db_fault(s.ngo->db, DB_FAULT_FULL, 3);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    committed = world_committed(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(world_undone(s.w, NGO), 1);
    assert_int_equal(world_committed(s.w, NGO), committed);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    world_tick(s.w, NGO);
    world_advance(s.w, 10000);
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_who_asks_in_a_pause_makes_it_no_longer(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    db_fault(s.ngo->db, DB_FAULT_FULL, 3);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    world_tick(s.w, NGO);
    world_advance(s.w, 9999);
    assert_false(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                              &s.sent, &s.err));
    assert_int_equal(s.err.code, E_STO_03);
    world_advance(s.w, 1); /* the pause is over before its tick */
    world_tick(s.w, NGO);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_run_ms(s.w, 3 * MINUTES);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    end(&s);
}

static void test_any_other_commit_that_fails_ends_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_fault(s.w, NGO, DB_FAULT_COMMIT, 1);
    assert_true(people_refer(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_referral){.now = true},
                             &s.sent, &s.err));
    world_tick(s.w, NGO);
    assert_null(world_node(s.w, NGO));
    world_start(s.w, NGO);
    s.ngo = world_node(s.w, NGO);
    end(&s);
}

/* Off for so long that several of its sealing keys are over at once, at whatever statement there is no room. */
static void test_sealing_keys_that_find_no_room_to_be_retired_are_kept_whole(void **state)
{
    uint64_t undone = 1;

    (void)state;
    for (unsigned n = 1; undone != 0; n++) {
        struct fixture s;
        bool changed;

        begin(&s);
        world_crash(s.w, NGO);
        world_advance(s.w, 60 * 24 * 60 * MINUTES);
        world_publish(s.w);
        world_start(s.w, NGO);
        s.ngo = world_node(s.w, NGO);
        assert_true(exchange_clock_confirm(s.ngo, &changed, &s.err));
        db_fault(s.ngo->db, DB_FAULT_FULL, n);
        world_tick(s.w, NGO);
        world_run_ms(s.w, 3 * MINUTES);
        db_fault(s.ngo->db, DB_FAULT_FULL, 0);
        undone = world_undone(s.w, NGO);
        assert_non_null(world_node(s.w, NGO));
        end(&s);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_statement_of_the_sender_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_a_statement_of_the_receiver_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_a_commit_that_finds_no_room_undoes_the_tick),
        cmocka_unit_test(test_nothing_is_written_or_answered_until_there_may_be_room),
        cmocka_unit_test(test_who_asks_in_a_pause_makes_it_no_longer),
        cmocka_unit_test(test_any_other_commit_that_fails_ends_the_node),
        cmocka_unit_test(test_sealing_keys_that_find_no_room_to_be_retired_are_kept_whole),
    };

    if (argc > 1) /* one test, or those that match: tools/mutants.py runs no more than it needs */
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
