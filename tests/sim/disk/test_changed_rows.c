/* Rows of messages and referrals that somebody changed beside a node, without its keys: nothing leaves but for whom,
 * and as what, the log says, no answer is called given that was not, and the node goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "codec/peer_messages.h"
#include "exchange/referrals/referral_calls.h"
#include "exchange/state.h"
#include "fixture.h"

#define TO_SHELTER "SET peer = (SELECT number FROM peer WHERE agency = 'shelter@sim.example')"

static void begin(struct fixture *s)
{
    fixture_begin(s, 900, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
}

/* The NGO is down, and the answer of the mission waits for it. */
static void accept_while_down(struct fixture *s)
{
    struct control_referral answer;

    fixture_deliver(s);
    world_crash(s->w, NGO);
    world_step(s->w, 0);
    world_must(exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answer, &s->err), &s->err,
               "accept");
    world_tick(s->w, MISSION);
}

static void refer_while_down(struct fixture *s)
{
    world_crash(s->w, MISSION);
    world_step(s->w, 0);
    fixture_refer(s);
    world_tick(s->w, NGO);
}

static void count_to_shelter(void *cookie, size_t from, size_t to, uint16_t kind, struct view payload)
{
    (void)from;
    (void)payload;
    *(unsigned *)cookie += to == SHELTER && kind == PEER_ENVELOPE ? 1 : 0;
}

/* --- what waits --- */

/* The mission's database is changed while it runs, or while it is down. */
static void let_answer_go(const char *sql, bool while_down)
{
    unsigned to_shelter = 0;
    struct fixture s;

    begin(&s);
    accept_while_down(&s);
    world_watch(s.w, count_to_shelter, &to_shelter);
    if (while_down) {
        fixture_edit(&s, MISSION, sql);
    } else { /* what waits is read when a link comes up */
        fixture_edit_beside(&s, MISSION, sql);
        world_cut(s.w, MISSION, SHELTER);
        world_link(s.w, MISSION, SHELTER);
    }
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(to_shelter, 0);
    fixture_end(&s);
}

static void test_an_answer_goes_to_whom_and_as_what_its_record_says(void **state)
{
    (void)state;
    for (int while_down = 0; while_down < 2; while_down++) {
        let_answer_go("UPDATE message " TO_SHELTER, while_down);
        let_answer_go("UPDATE message SET kind = 5 WHERE kind = 3", while_down);
    }
}

static void test_a_referral_goes_to_whom_and_as_what_its_record_says(void **state)
{
    static const char *const changes[] = {"UPDATE message " TO_SHELTER, "UPDATE message SET kind = 3"};

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        unsigned to_shelter = 0;
        struct fixture s;

        begin(&s);
        refer_while_down(&s);
        world_watch(s.w, count_to_shelter, &to_shelter);
        fixture_edit(&s, NGO, changes[i]);
        fixture_restart(&s, MISSION);
        fixture_settle(&s);
        assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
        assert_int_equal(to_shelter, 0);
        fixture_end(&s);
    }
}

static void test_a_referral_that_names_no_record_of_it_is_withheld(void **state)
{
    static const char *const changes[] = {
        "UPDATE message SET record_index = 0 WHERE state = 1",
        "UPDATE message SET record_index = (SELECT min(record_index) FROM message) WHERE state = 1", /* another's */
    };

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct fixture s;

        begin(&s);
        fixture_deliver(&s);
        refer_while_down(&s);
        fixture_edit(&s, NGO, changes[i]);
        fixture_restart(&s, MISSION);
        fixture_settle(&s);
        assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
        assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
        fixture_end(&s);
    }
}

/* No envelope names a last day that is none. It expires with the day. */
static void test_a_message_without_a_last_day_does_not_end_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    refer_while_down(&s);
    fixture_edit_beside(&s, NGO, "UPDATE message SET expiry = 0 WHERE state = 1");
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 0);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 1);
    fixture_end(&s);
}

static bool keep_owed(void *cookie, const struct owed_summary *o, struct error *err)
{
    (void)err;
    *(struct owed_summary *)cookie = *o;
    return true;
}

/* It is not called settled, so that somebody hears that it is late. */
static void test_an_answer_that_names_no_record_of_it_stays_owed(void **state)
{
    struct owed_summary owed = {0};
    struct fixture s;

    (void)state;
    begin(&s);
    accept_while_down(&s);
    fixture_edit(&s, MISSION, "UPDATE message SET record_index = 0 WHERE kind = 3");
    fixture_restart(&s, NGO);
    world_run_ms(s.w, HOURS);
    world_must(exchange_owed_list(s.mission, keep_owed, &owed, &s.err), &s.err, "list what is owed");
    assert_int_equal(owed.what, OWED_REPLY);
    assert_int_equal(people_records(s.mission, RECORD_SETTLED), 0);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    world_free(s.w);
}

static void lose_recipient(struct fixture *s)
{
    begin(s);
    accept_while_down(s);
    fixture_edit_beside(s, MISSION, "UPDATE obligation SET peer = 99");
}

/* It is said, and a start sets it right. */
static void test_what_is_owed_to_nobody_that_is_known_is_neither_listed_nor_settled(void **state)
{
    struct owed_summary owed = {0};
    struct fixture s;

    (void)state;
    lose_recipient(&s);
    assert_false(exchange_owed_list(s.mission, keep_owed, &owed, &s.err));
    assert_int_equal(s.err.code, E_LOG_02);
    assert_int_equal(owed.what, 0);
    fixture_restart(&s, MISSION);
    world_must(exchange_owed_list(s.mission, keep_owed, &owed, &s.err), &s.err, "list what is owed");
    assert_true(address_equal(&owed.agency, world_address(s.w, NGO)));
    world_free(s.w);

    lose_recipient(&s);
    world_let_fail(s.w, MISSION);
    fixture_restart(&s, NGO);
    world_run_ms(s.w, MINUTES);
    assert_int_equal(world_failed_with(s.w, MISSION), E_LOG_02);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

/* --- what arrived --- */

static void test_what_has_a_receipt_and_is_said_to_wait_is_receipted_again(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "UPDATE message SET state = 1");
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static void test_a_message_of_another_kind_than_its_row_says_leaves_the_log_to_be_read(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "UPDATE message SET kind = 3");
    assert_int_equal(people_records(s.ngo, RECORD_DISCLOSED), 1);
    fixture_end(&s);
}

/* --- answering --- */

static bool accept(struct fixture *s)
{
    struct control_referral answer;

    return exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &answer, &s->err);
}

static bool decline(struct fixture *s)
{
    struct control_referral answer;

    return exchange_referral_decline(s->mission, &s->sent.referral, DECLINE_OTHER, (struct view){0}, &answer, &s->err);
}

static void test_an_answer_goes_only_to_who_sent_the_referral_by_the_log(void **state)
{
    static const char *const changes[] = {"UPDATE referral " TO_SHELTER,
                                          "UPDATE referral " TO_SHELTER "; UPDATE message " TO_SHELTER,
                                          "UPDATE message SET record_index = 0"};

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        unsigned to_shelter = 0;
        struct fixture s;

        begin(&s);
        fixture_deliver(&s);
        world_watch(s.w, count_to_shelter, &to_shelter);
        fixture_edit(&s, MISSION, changes[i]);
        assert_false(accept(&s));
        assert_int_equal(s.err.code, E_LOG_02);
        fixture_settle(&s);
        assert_int_equal(people_records(s.mission, RECORD_DISCLOSED), 0);
        assert_int_equal(to_shelter, 0);
        world_free(s.w);
    }
}

/* The row alone says that it was answered, or otherwise than it was. */
static void test_no_answer_is_called_given_but_the_one_that_is_stored(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, MISSION, "UPDATE referral SET state = 6");
    assert_false(accept(&s));
    assert_int_equal(s.err.code, E_LOG_02);
    fixture_edit(&s, MISSION, "UPDATE referral SET state = 9");
    assert_false(decline(&s));
    assert_int_equal(s.err.code, E_LOG_02);

    fixture_edit(&s, MISSION, "UPDATE referral SET state = 3");
    assert_true(decline(&s));
    fixture_settle(&s);
    fixture_edit(&s, MISSION, "UPDATE referral SET state = 6");
    assert_false(accept(&s));
    assert_int_equal(s.err.code, E_LOG_02);
    fixture_edit(&s, MISSION, "UPDATE referral SET state = 9; UPDATE message SET direction = 1, kind = 3");
    assert_false(decline(&s));
    assert_int_equal(s.err.code, E_KEY_15);
    world_free(s.w);
}

/* A bit that flips passes by the checks of the schema. */
static void test_a_referral_without_a_state_keeps_no_withdrawal_back(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "PRAGMA ignore_check_constraints = ON; UPDATE referral SET state = 0");
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_STOPPED);
    world_free(s.w);
}

static bool count_due(void *cookie, const struct due_summary *d, struct error *err)
{
    (void)d;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

/* Whether an agency can still answer is remembered by its number. */
static void test_an_agency_whose_number_is_none_ends_no_list(void **state)
{
    struct fixture s;
    unsigned due = 0;

    (void)state;
    begin(&s);
    fixture_deliver(&s);
    fixture_edit(&s, NGO,
                 "UPDATE peer SET number = -1099511627776 WHERE agency = 'mission@sim.example';"
                 "UPDATE referral SET peer = -1099511627776");
    world_must(exchange_due_list(s.ngo, count_due, &due, &s.err), &s.err, "list what is due");
    assert_int_equal(due, 0);
    world_free(s.w);
}

/* --- keys --- */

/* Status says that something to be erased is not. */
static void test_a_changed_row_does_not_have_the_nodes_own_key_erased(void **state)
{
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "UPDATE slot SET state = 2 WHERE slot = 0");
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    world_must(exchange_status(s.ngo, &status, &s.err), &s.err, "status");
    assert_true(status.keys_unread);
    fixture_restart(&s, NGO);
    fixture_end(&s);
}

/* A bundle names its keys by the days from which they are used. */
static void test_keys_that_begin_on_one_day_do_not_end_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "UPDATE sealing_key SET use_from = 7");
    fixture_settle(&s);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_goes_to_whom_and_as_what_its_record_says),
        cmocka_unit_test(test_a_referral_goes_to_whom_and_as_what_its_record_says),
        cmocka_unit_test(test_a_referral_that_names_no_record_of_it_is_withheld),
        cmocka_unit_test(test_a_message_without_a_last_day_does_not_end_the_node),
        cmocka_unit_test(test_an_answer_that_names_no_record_of_it_stays_owed),
        cmocka_unit_test(test_what_is_owed_to_nobody_that_is_known_is_neither_listed_nor_settled),
        cmocka_unit_test(test_what_has_a_receipt_and_is_said_to_wait_is_receipted_again),
        cmocka_unit_test(test_a_message_of_another_kind_than_its_row_says_leaves_the_log_to_be_read),
        cmocka_unit_test(test_an_answer_goes_only_to_who_sent_the_referral_by_the_log),
        cmocka_unit_test(test_no_answer_is_called_given_but_the_one_that_is_stored),
        cmocka_unit_test(test_a_referral_without_a_state_keeps_no_withdrawal_back),
        cmocka_unit_test(test_an_agency_whose_number_is_none_ends_no_list),
        cmocka_unit_test(test_a_changed_row_does_not_have_the_nodes_own_key_erased),
        cmocka_unit_test(test_keys_that_begin_on_one_day_do_not_end_the_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
