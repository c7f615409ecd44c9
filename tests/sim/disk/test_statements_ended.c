/* Whichever statement of the database fails while a consent ends: it is ended, told and erased once all the same. Each
 * stage begins anew for each statement, so that each fails as the first that does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "fixture.h"
#include "store/db_fault.h"

struct stage {
    size_t node; /* whose statements fail */
    void (*begin)(struct fixture *s);
    bool (*act)(struct fixture *s); /* done, though it was done before */
    int64_t rest_ms;                /* in which what follows is done */
    void (*check)(struct fixture *s);
};

/* What is known of agencies is read when it is asked for. */
static void forget_peers(struct fixture *s, size_t i)
{
    peers_free(world_node(s->w, i)->peers);
    world_node(s->w, i)->peers = peers_new();
}

/* Both homes as they were when the stage began. */
struct kept {
    char of[2][80];
};

static void keep(struct fixture *s, struct kept *k)
{
    for (size_t i = 0; i < 2; i++) {
        if (world_node(s->w, i) != NULL)
            world_crash(s->w, i);
        assert_true(snprintf(k->of[i], sizeof k->of[i], "%s-kept", world_home(s->w, i)) > 0);
        world_copy_folder(world_home(s->w, i), k->of[i]);
    }
}

static void begin_again(struct fixture *s, const struct kept *k)
{
    for (size_t i = 0; i < 2; i++)
        if (world_node(s->w, i) != NULL)
            world_crash(s->w, i);
    for (size_t i = 0; i < 2; i++) {
        world_copy_folder(k->of[i], world_home(s->w, i));
        world_start(s->w, i);
    }
    fixture_look(s);
}

static bool do_act(struct fixture *s, const struct stage *g)
{
    forget_peers(s, g->node);
    return g->act(s);
}

/* False: no statement was left to fail. */
static bool run_with_fault(struct fixture *s, const struct stage *g, unsigned n)
{
    bool failed;

    if (g->node == MISSION)
        world_link(s->w, NGO, MISSION);
    world_fault(s->w, g->node, DB_FAULT_STEP, n);
    if (!do_act(s, g))
        assert_true(world_is_expected_fault(s->w, g->node, &s->err));
    world_run_ms(s->w, g->rest_ms);
    fixture_look(s);
    failed = world_node(s->w, g->node) == NULL;
    if (failed) {
        fixture_restart(s, g->node);
        world_link(s->w, NGO, MISSION);
        assert_true(do_act(s, g));
        world_run_ms(s->w, g->rest_ms);
    } else {
        assert_true(db_fault_is_armed(world_node(s->w, g->node)->db, DB_FAULT_STEP)); /* none is passed over */
        world_mend(s->w, g->node);
    }
    g->check(s);
    for (size_t i = 0; i < 2; i++)
        assert_true(people_log_is_good(world_node(s->w, i)));
    return failed;
}

static unsigned run(const struct stage *g)
{
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 29;
    struct fixture s;
    struct kept k;
    unsigned n = 1;

    g->begin(&s);
    keep(&s, &k);
    for (begin_again(&s, &k); run_with_fault(&s, g, n); begin_again(&s, &k))
        n += step;
    world_free(s.w);
    return n;
}

/* --- stages --- */

static const struct people_consent triage = {.sections = BIT(TRIAGE)};

static void begin_delivered(struct fixture *s)
{
    fixture_begin(s, 91, 2, &triage);
    fixture_deliver(s);
}

static bool do_nothing(struct fixture *s)
{
    (void)s;
    return true;
}

static void cut_off(struct fixture *s)
{
    world_conditions(s->w)->partition = true;
    world_cut(s->w, NGO, MISSION);
}

/* Until the day on which it is erased. The clock of node I is not in doubt when it starts again then. */
static void let_its_day_come(struct fixture *s, size_t i)
{
    int64_t day;

    (void)fixture_told(s);
    day = (int64_t)s->shown.erase_from * DAY_MS;
    while (world_now(s->w) < day) {
        int64_t left = day - world_now(s->w);

        (void)people_case(world_node(s->w, i));
        world_tick(s->w, i);
        world_advance(s->w, left > 12 * HOURS ? 12 * HOURS : left > MINUTES ? left - MINUTES : 2 * MINUTES);
        world_publish(s->w);
    }
}

static void check_told_erased(struct fixture *s)
{
    assert_int_equal(fixture_told(s), RECIPIENT_ERASED);
    assert_int_equal(people_records(s->ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_records(s->mission, RECORD_ERASED), 1);
}

static bool erase_now(struct fixture *s)
{
    return fixture_withdraw(s, true);
}

/* --- at the agency that took it --- */

static void test_a_withdrawal_is_recorded_told_and_followed(void **state)
{
    static const struct stage g = {NGO, begin_delivered, erase_now, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_gone(struct fixture *s)
{
    begin_delivered(s);
    fixture_edit(s, NGO, "DELETE FROM consent");
}

static void test_a_withdrawal_of_a_row_that_is_gone_is_recorded_told_and_followed(void **state)
{
    static const struct stage g = {NGO, begin_gone, erase_now, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_gone_with_content(struct fixture *s)
{
    begin_delivered(s);
    fixture_edit(s, NGO, "DELETE FROM consent; DELETE FROM consent_content");
}

static void test_a_withdrawal_of_what_is_known_by_its_messages_is_recorded_told_and_followed(void **state)
{
    static const struct stage g = {NGO, begin_gone_with_content, erase_now, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_erased(struct fixture *s)
{
    begin_delivered(s);
    assert_true(fixture_withdraw(s, true));
    fixture_settle(s);
}

static bool ask_again(struct fixture *s)
{
    const struct control_consent_withdraw_ask foresee = {
        .consent = s->consent, .erase_now = true, .seen_alone = SEEN_ALONE, .dry_run = true};

    return exchange_consent_withdraw(s->ngo, &foresee, &s->shown, &s->err) && fixture_withdraw(s, true);
}

static void test_a_withdrawal_that_is_asked_again_changes_nothing(void **state)
{
    static const struct stage g = {NGO, begin_erased, ask_again, 0, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 5, 500);
}

static bool foresee(struct fixture *s)
{
    const struct control_consent_withdraw_ask ask = {.consent = s->consent, .dry_run = true};

    return exchange_consent_withdraw(s->ngo, &ask, &s->shown, &s->err);
}

static void check_stands(struct fixture *s)
{
    assert_int_equal(people_records(s->ngo, RECORD_WITHDRAWN), 0);
    assert_true(s->shown.would_change && s->shown.may_have_left);
}

static void test_what_a_withdrawal_would_do_is_said_whole_or_not_at_all(void **state)
{
    static const struct stage g = {NGO, begin_delivered, foresee, 0, check_stands};

    (void)state;
    assert_in_range(run(&g), 3, 500);
}

/* It is said that it is not here only where that was read. */
static bool ask_for_another(struct fixture *s)
{
    struct ident consent = s->consent;
    bool ok;

    s->consent.at[0] ^= 1;
    ok = !fixture_withdraw(s, true) && s->err.code == E_CON_06;
    s->consent = consent;
    return ok;
}

static void check_none(struct fixture *s)
{
    assert_int_equal(people_records(s->ngo, RECORD_WITHDRAWN), 0);
}

static void test_what_is_not_here_is_said_not_to_be_where_that_was_read(void **state)
{
    static const struct stage g = {NGO, begin_delivered, ask_for_another, 0, check_none};

    (void)state;
    assert_in_range(run(&g), 3, 500);
}

/* --- by its date --- */

static void begin_stopped(struct fixture *s)
{
    begin_delivered(s);
    assert_true(fixture_withdraw(s, false));
    fixture_settle(s);
    assert_int_equal(people_records(s->mission, RECORD_TAKEN), 2);
    cut_off(s);
}

static void begin_due_here(struct fixture *s)
{
    begin_stopped(s);
    let_its_day_come(s, NGO);
}

static void check_erased_here(struct fixture *s)
{
    assert_int_equal(people_records(s->ngo, RECORD_ERASED), 1);
    (void)fixture_told(s);
    assert_int_equal(s->shown.progress, CONSENT_ERASED);
}

static void test_what_is_stopped_is_erased_on_its_day(void **state)
{
    static const struct stage g = {NGO, begin_due_here, do_nothing, 3 * MINUTES, check_erased_here};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

/* Nothing left under it, so that nothing is owed by which it would be made again at the start. */
static void begin_due_and_gone(struct fixture *s)
{
    fixture_begin(s, 93, 2, &triage);
    assert_true(fixture_withdraw(s, false));
    let_its_day_come(s, NGO);
    fixture_edit(s, NGO, "DELETE FROM consent");
}

static void test_what_is_stopped_is_erased_on_its_day_though_its_row_is_gone(void **state)
{
    static const struct stage g = {NGO, begin_due_and_gone, do_nothing, 3 * MINUTES, check_erased_here};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

/* The disk did not give its key on the day, and does a minute later: that tick begins with the erasure. */
static void read_again(unsigned n, const char *sql, void check(struct fixture *s))
{
    struct bytes keys = {0};
    struct fixture s;

    begin_due_here(&s);
    fixture_edit(&s, NGO, sql);
    fixture_take_keys(&s, NGO, &keys);
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    fixture_give_keys(&s, NGO, &keys);
    world_advance(s.w, 2 * MINUTES);
    world_fault(s.w, NGO, DB_FAULT_STEP, n);
    world_tick(s.w, NGO);
    fixture_look(&s);
    if (s.ngo == NULL)
        fixture_restart(&s, NGO);
    else
        world_mend(s.w, NGO);
    world_run_ms(s.w, 3 * MINUTES);
    check(&s);
    fixture_end(&s);
}

#define NO_KEY                                                                                                         \
    "DELETE FROM consent_content; DELETE FROM body;"                                                                   \
    "UPDATE consent SET slot = (SELECT min(slot) FROM case_file)"

static void check_key_unknown(struct fixture *s);

static void test_what_could_not_be_read_on_its_day_is_erased_later(void **state)
{
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 5;

    (void)state;
    for (unsigned n = 1; n <= 21; n += step) {
        read_again(n, "", check_erased_here);
        read_again(n, NO_KEY, check_key_unknown);
    }
}

/* Its row names the key of the case, and nothing is left that would say which is its own. */
static void begin_due_without_key(struct fixture *s)
{
    begin_due_here(s);
    fixture_edit(s, NGO, NO_KEY);
}

static void check_key_unknown(struct fixture *s)
{
    struct case_sections person = {0};

    assert_true(exchange_case_show(s->ngo, &s->person, &person, &s->err));
    world_tick(s->w, NGO);
    assert_int_equal(people_records(s->ngo, RECORD_ERASED), 0);
    (void)fixture_told(s);
    assert_true(s->shown.key_unknown);
}

static void test_where_its_key_is_not_known_none_is_erased(void **state)
{
    static const struct stage g = {NGO, begin_due_without_key, do_nothing, 3 * MINUTES, check_key_unknown};

    (void)state;
    assert_in_range(run(&g), 3, 500);
}

/* The machine stopped between the commit and the erasure. */
static void begin_committed(struct fixture *s)
{
    begin_delivered(s);
    world_fault(s->w, NGO, DB_FAULT_COMMIT_DONE, 1);
    assert_true(fixture_withdraw(s, true));
    world_tick(s->w, NGO);
    assert_null(world_node(s->w, NGO));
    fixture_restart(s, NGO);
}

static void test_what_was_to_be_erased_is_after_a_start(void **state)
{
    static const struct stage g = {NGO, begin_committed, do_nothing, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 3, 500);
}

/* --- at the agency that got something --- */

static void begin_withdrawn(struct fixture *s)
{
    begin_delivered(s);
    cut_off(s);
    assert_true(fixture_withdraw(s, true));
    world_tick(s->w, NGO);
    world_conditions(s->w)->partition = false;
}

static void test_what_came_is_stopped_and_erased_when_that_is_asked(void **state)
{
    static const struct stage g = {MISSION, begin_withdrawn, do_nothing, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_due_there(struct fixture *s)
{
    begin_stopped(s);
    let_its_day_come(s, MISSION);
    world_conditions(s->w)->partition = false;
}

static void test_what_came_is_erased_on_its_day(void **state)
{
    static const struct stage g = {MISSION, begin_due_there, do_nothing, 3 * MINUTES, check_told_erased};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_due_there_alone(struct fixture *s)
{
    begin_stopped(s);
    let_its_day_come(s, MISSION);
}

static void check_erased_there(struct fixture *s)
{
    assert_int_equal(people_records(s->mission, RECORD_ERASED), 1);
    assert_int_equal(people_open_sections(s->mission, &s->sent.referral, &s->err), 0);
}

/* Whether its key is held is read, where no link has brought that into memory. */
static void test_what_came_from_who_is_not_linked_is_erased_on_its_day(void **state)
{
    static const struct stage g = {MISSION, begin_due_there_alone, do_nothing, 3 * MINUTES, check_erased_there};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

/* The message that she withdrew was lost on its way. */
static void begin_before_its_data(struct fixture *s)
{
    fixture_begin(s, 92, 2, &triage);
    world_link(s->w, NGO, MISSION);
    fixture_settle(s);
    world_conditions(s->w)->loss = 1000;
    fixture_refer(s);
    world_tick(s->w, NGO);
    cut_off(s);
    world_conditions(s->w)->loss = 0;
    assert_true(fixture_withdraw(s, true));
    world_tick(s->w, NGO);
    world_conditions(s->w)->partition = false;
}

static void check_nothing_held(struct fixture *s)
{
    assert_int_equal(fixture_told(s), RECIPIENT_NOTHING_HELD);
    assert_int_equal(people_records(s->mission, RECORD_ERASED), 1);
    assert_int_equal(people_records(s->mission, RECORD_RECEIVED), 1); /* the withdrawal */
}

static void test_a_withdrawal_before_its_data_is_answered(void **state)
{
    static const struct stage g = {MISSION, begin_before_its_data, do_nothing, 3 * MINUTES, check_nothing_held};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

static void begin_gone_there(struct fixture *s)
{
    begin_withdrawn(s);
    fixture_edit(s, MISSION, "DELETE FROM consent; DELETE FROM consent_content");
}

static void check_not_answered(struct fixture *s)
{
    assert_int_equal(fixture_told(s), RECIPIENT_ASKED);
    assert_int_equal(people_records(s->mission, RECORD_TAKEN), 2);
    assert_int_equal(people_records(s->mission, RECORD_ERASED), 0);
}

static void test_what_came_and_whose_row_is_gone_is_stopped_and_not_called_erased(void **state)
{
    static const struct stage g = {MISSION, begin_gone_there, do_nothing, 3 * MINUTES, check_not_answered};

    (void)state;
    assert_in_range(run(&g), 8, 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_withdrawal_is_recorded_told_and_followed),
        cmocka_unit_test(test_a_withdrawal_of_a_row_that_is_gone_is_recorded_told_and_followed),
        cmocka_unit_test(test_a_withdrawal_of_what_is_known_by_its_messages_is_recorded_told_and_followed),
        cmocka_unit_test(test_a_withdrawal_that_is_asked_again_changes_nothing),
        cmocka_unit_test(test_what_a_withdrawal_would_do_is_said_whole_or_not_at_all),
        cmocka_unit_test(test_what_is_not_here_is_said_not_to_be_where_that_was_read),
        cmocka_unit_test(test_what_is_stopped_is_erased_on_its_day),
        cmocka_unit_test(test_what_is_stopped_is_erased_on_its_day_though_its_row_is_gone),
        cmocka_unit_test(test_what_could_not_be_read_on_its_day_is_erased_later),
        cmocka_unit_test(test_where_its_key_is_not_known_none_is_erased),
        cmocka_unit_test(test_what_was_to_be_erased_is_after_a_start),
        cmocka_unit_test(test_what_came_is_stopped_and_erased_when_that_is_asked),
        cmocka_unit_test(test_what_came_is_erased_on_its_day),
        cmocka_unit_test(test_what_came_from_who_is_not_linked_is_erased_on_its_day),
        cmocka_unit_test(test_a_withdrawal_before_its_data_is_answered),
        cmocka_unit_test(test_what_came_and_whose_row_is_gone_is_stopped_and_not_called_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
