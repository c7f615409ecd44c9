/* The log is believed, not the table: who edits the database revives no consent, moves none, hides none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/consent/consent_book.h"
#include "exchange/consent/consent_log.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/consent/withdrawal.h"
#include "exchange/logs/audit.h"
#include "exchange/restored/own_note_test.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "store/consent_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 31, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
}

/* A referral has arrived at the mission and is read there. */
static void begin_delivered(struct fixture *s)
{
    begin(s);
    fixture_deliver(s);
    assert_int_equal(people_open_sections(s->mission, &s->sent.referral, &s->err), BIT(TRIAGE));
}

static void end(struct fixture *s)
{
    world_free(s->w);
}

static struct node_status status_of(struct exchange *x)
{
    struct node_status status;
    struct error err;

    assert_true(exchange_status(x, &status, &err));
    return status;
}

/* The NGO, as if modified, refers under the consent that she withdrew: its table and its map say that it stands. */
static void forge_withdrawn(struct fixture *s)
{
    struct record given = {.kind = RECORD_CONSENT};
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(s->ngo->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    given.consent = (struct record_consent){
        .consent = s->consent,
        .commitment = consent_log_find(s->ngo->consent_log, &row.agency, &s->consent)->commitment,
        .state = CONSENT_GIVEN,
        .until = row.until};
    consent_log_apply(s->ngo->consent_log, &given);
    row.progress = CONSENT_STANDS;
    assert_true(tick_begin(s->ngo, &s->err) && consent_store_update(s->ngo->db, &row, &s->err));
    consent_book_invalidate(s->ngo, row.number);
    assert_true(fixture_try_refer(s));
}

/* The one consent that X names as differing from the log. */
static void assert_named(struct exchange *x, const struct ident *consent, enum consent_difference what)
{
    struct node_status status = status_of(x);

    assert_int_equal(status.differing_count, 1);
    assert_true(ident_equal(&status.differing[0].consent, consent));
    assert_int_equal(status.differing[0].what, what);
}

static void assert_agrees(struct exchange *x)
{
    struct node_status status = status_of(x);

    assert_int_equal(status.differing_count, 0);
    assert_false(status.consents_differ);
    assert_false(status.consents_read_again);
}

/* People who look at the consent read it, too. */
static bool is_shown_shut(struct fixture *s)
{
    struct control_consent shown;

    assert_true(exchange_consent_show(s->ngo, &s->consent, &shown, &s->err));
    return shown.shut;
}

/* --- sending --- */

static void test_a_withdrawn_consent_that_was_set_back_sends_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_agrees(s.ngo);
    fixture_edit(&s, NGO, "UPDATE consent SET progress = 1, erase_from = 0, withdrawn_index = -1");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_01);
    assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_STATE);
    assert_true(is_shown_shut(&s));
    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    assert_false(is_shown_shut(&s));
    end(&s);
}

static void test_what_waited_under_a_withdrawn_consent_does_not_leave_when_both_are_set_back(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    assert_true(fixture_try_refer(&s));
    world_run_ms(s.w, MINUTES);
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, MINUTES);
    fixture_edit(&s, NGO,
                 "UPDATE consent SET progress = 1, erase_from = 0, withdrawn_index = -1;"
                 "UPDATE message SET state = 1 WHERE kind = 1; UPDATE referral SET state = 2");
    fixture_restart(&s, MISSION);
    assert_true(world_run_until_idle(s.w, HOURS));

    assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
    assert_true(people_records(s.ngo, RECORD_WITHHELD) > 0);
    end(&s);
}

static void test_a_deleted_no_revives_no_yes(void **state)
{
    struct fixture s;
    struct node_status status;

    (void)state;
    begin(&s);
    (void)people_consent(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    assert_agrees(s.ngo);
    fixture_edit(&s, NGO,
                 "DELETE FROM consent_content WHERE number IN (SELECT number FROM consent WHERE progress = 5);"
                 "DELETE FROM consent WHERE progress = 5;"
                 "UPDATE consent SET progress = 1, erase_from = 0, withdrawn_index = -1");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_01);
    status = status_of(s.ngo);
    assert_int_equal(status.differing_count, 1);
    assert_int_equal(status.differing[0].what, CONSENT_DIFFERS_STATE);
    assert_int_equal(status.refusals_lost, 1); /* by the log the yes is withdrawn: the no shuts nothing that stands */
    end(&s);
}

/* Whose it was is never known again: it is named while it shuts a consent that stands, which a person withdraws. */
static void test_a_lost_no_is_named_while_it_shuts_a_consent_that_stands(void **state)
{
    struct node_status status;
    struct ident other;
    struct ident no;
    struct fixture s;

    (void)state;
    begin(&s);
    other = people_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &other, s.to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    no = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    assert_true(exchange_consent_show(s.ngo, &no, &s.shown, &s.err));
    fixture_edit(&s, NGO,
                 "DELETE FROM consent_content WHERE number IN (SELECT number FROM consent WHERE progress = 5);"
                 "DELETE FROM consent WHERE progress = 5");

    status = status_of(s.ngo);
    assert_int_equal(status.differing_count, 1);
    assert_int_equal(status.differing[0].what, CONSENT_REFUSAL_LOST);
    assert_int_equal(status.refusals_lost, 0);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_true(s.shown.shut);
    assert_false(exchange_consent_show(s.ngo, &no, &s.shown, &s.err));
    assert_int_equal(s.err.code, E_CON_21);

    assert_true(fixture_withdraw(&s, false));
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &other, s.to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    status = status_of(s.ngo);
    assert_int_equal(status.differing_count, 0); /* what was agreed behind it stands open */
    assert_int_equal(status.refusals_lost, 1);
    end(&s);
}

/* It may be the one about her and this agency, whatever is known of the others. */
static void test_a_lost_no_shuts_beside_others_that_are_known(void **state)
{
    static const char *const lost[] = {"1", "number = (SELECT max(number) FROM consent)",
                                       "number = (SELECT min(number) FROM consent WHERE progress = 5)"};

    (void)state;
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++) {
        struct fixture s;
        char sql[300];

        fixture_begin(&s, 32, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
        for (int n = 0; n < 2; n++) {
            (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER),
                                 &(struct people_consent){.refused = true});
            world_tick(s.w, NGO);
        }
        assert_false(is_shown_shut(&s));
        assert_true(snprintf(sql, sizeof sql, "DELETE FROM consent WHERE progress = 5 AND %s", lost[i]) > 0);
        fixture_edit(&s, NGO, sql);
        assert_true(is_shown_shut(&s));
        assert_false(fixture_try_refer(&s));
        assert_int_equal(s.err.code, E_CON_01);
        end(&s);
    }
}

static void test_a_no_to_another_agency_shuts_nothing_in_its_own_tick_either(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 33, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER), &(struct people_consent){.refused = true});
    fixture_deliver(&s); /* before the no has a row */
    end(&s);
}

static void test_a_yes_that_was_hidden_while_she_said_no_does_not_come_back(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET case_number = (SELECT max(number) FROM case_file)");
    (void)people_consent(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET case_number = (SELECT min(number) FROM case_file)");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_25);
    end(&s);
}

static void test_a_consent_whose_last_day_was_moved_is_shut(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    fixture_edit(&s, NGO, "UPDATE consent SET until = until + 30");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_01);
    assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_UNTIL);
    end(&s);
}

static uint32_t until_at(struct fixture *s, struct exchange *x)
{
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(x->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    return row.until;
}

/* After the withdrawal nothing compares its last day any more. */
static void test_a_withdrawal_sets_the_last_day_right_at_both_ends(void **state)
{
    struct fixture s;
    uint32_t until;

    (void)state;
    begin_delivered(&s);
    until = until_at(&s, s.ngo);
    fixture_edit(&s, NGO, "UPDATE consent SET until = until + 300");
    fixture_edit(&s, MISSION, "UPDATE consent SET until = until + 100");
    assert_int_not_equal(until_at(&s, s.ngo), until);

    assert_true(fixture_withdraw(&s, false));
    assert_int_equal(s.shown.until, until);
    fixture_settle(&s);
    for (size_t i = NGO; i <= MISSION; i++)
        fixture_restart(&s, i);
    assert_int_equal(until_at(&s, s.ngo), until);
    assert_int_equal(until_at(&s, s.mission), until);
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.until, until);
    end(&s);
}

static const uint8_t invented[IDENT_SIZE] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                             0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

static void test_a_consent_that_the_log_does_not_have_opens_nothing(void **state)
{
    struct node_status status;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 34, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER), &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET id = x'00112233445566778899aabbccddeeff' WHERE progress = 1");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_01);
    status = status_of(s.ngo);
    assert_int_equal(status.differing_count, 2);
    assert_int_equal(status.differing[0].what, CONSENT_NOT_IN_LOG);
    assert_int_equal(status.differing[1].what, CONSENT_HAS_NO_ROW);
    memcpy(s.consent.at, invented, IDENT_SIZE);
    assert_true(is_shown_shut(&s));
    end(&s);
}

/* It is refused before anything is written, so that the node goes on. */
static void test_a_withdrawal_that_no_record_could_prove_changes_nothing(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    assert_true(fixture_try_refer(&s));
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET id = x'00112233445566778899aabbccddeeff'");
    memcpy(s.consent.at, invented, IDENT_SIZE);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_LOG_02);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 0);
    world_tick(s.w, NGO);
    assert_non_null(world_node(s.w, NGO));
    end(&s);
}

static void test_a_consent_that_was_moved_to_another_case_is_shut(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO, "UPDATE consent SET case_number = (SELECT max(number) FROM case_file)");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_CON_01);
    assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_CASE);
    assert_true(is_shown_shut(&s));
    fixture_edit(&s, NGO, "UPDATE consent SET case_number = NULL");
    assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_CASE);
    end(&s);
}

static void test_a_section_that_was_moved_to_another_case_does_not_open(void **state)
{
    struct case_sections opened;
    struct ident other;
    struct fixture s;

    (void)state;
    begin(&s);
    other = people_case(s.ngo);
    world_tick(s.w, NGO);
    assert_true(exchange_case_show(s.ngo, &other, &opened, &s.err));
    world_tick(s.w, NGO);
    fixture_edit(&s, NGO,
                 "UPDATE case_file SET slot = (SELECT max(slot) FROM case_file);" /* its key goes with it */
                 "DELETE FROM case_section WHERE case_number = (SELECT min(number) FROM case_file);"
                 "UPDATE case_section SET case_number = (SELECT min(number) FROM case_file)");

    assert_false(fixture_try_refer(&s));

    assert_int_equal(s.err.code, E_KEY_15);
    assert_false(exchange_case_show(s.ngo, &s.person, &opened, &s.err));
    assert_int_equal(s.err.code, E_KEY_15);
    world_free(s.w);
}

static void test_a_message_is_not_released_under_another_consent(void **state)
{
    struct fixture s;
    struct ident other;

    (void)state;
    begin(&s);
    other = people_case(s.ngo);
    world_tick(s.w, NGO);
    (void)people_consent(s.ngo, &other, world_address(s.w, MISSION), &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s.w, MISSION);
    assert_true(fixture_try_refer(&s));
    world_run_ms(s.w, MINUTES);
    fixture_edit(&s, NGO, "UPDATE message SET consent = (SELECT max(number) FROM consent)");
    fixture_restart(&s, MISSION);
    assert_true(world_run_until_idle(s.w, HOURS));

    assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
    end(&s);
}

/* --- reading --- */

static void test_a_receiver_that_was_told_to_stop_reads_nothing_though_its_row_was_set_back(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    assert_true(world_run_until_idle(s.w, HOURS));
    assert_agrees(s.mission);
    fixture_edit(&s, MISSION, "UPDATE consent SET progress = 1, erase_from = 0");

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);

    assert_int_equal(s.err.code, E_CON_05);
    assert_named(s.mission, &s.consent, CONSENT_DIFFERS_STATE);
    end(&s);
}

static void test_a_receivers_consent_that_differs_is_not_read_and_not_answered(void **state)
{
    struct control_referral answered;
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    fixture_edit(&s, MISSION, "UPDATE consent SET until = until + 100");

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(s.err.code, E_CON_21);
    assert_false(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err));
    assert_int_equal(s.err.code, E_CON_21);
    end(&s);
}

static void test_a_message_whose_consent_was_struck_out_is_not_read(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    fixture_edit(&s, MISSION, "UPDATE message SET consent = 0 WHERE kind = 1");

    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);

    assert_int_equal(s.err.code, E_CON_21);
    end(&s);
}

static void test_data_is_refused_under_a_consent_whose_end_was_deleted(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_true(fixture_withdraw(&s, false));
    assert_true(world_run_until_idle(s.w, HOURS));
    assert_int_equal(people_records(s.mission, RECORD_TAKEN), 2);
    fixture_edit(&s, MISSION, "DELETE FROM consent_content; DELETE FROM consent");
    assert_named(s.mission, &s.consent, CONSENT_HAS_NO_ROW);
    forge_withdrawn(&s);
    assert_true(world_run_until_idle(s.w, HOURS));

    assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.mission, RECORD_REFUSED), 1);
    end(&s);
}

/* --- withdrawing and erasing go on --- */

static void test_a_consent_is_withdrawn_whatever_its_row_says(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent SET progress = 2, erase_from = 99999", /* it stands, and the row says that it was stopped */
        "UPDATE consent SET progress = 4",
        "UPDATE consent SET progress = 5",
        "UPDATE consent SET until = 1",
        "UPDATE consent SET case_number = NULL",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;

        begin_delivered(&s);
        fixture_edit(&s, NGO, rows[i]);
        assert_int_equal(status_of(s.ngo).differing_count, 1);

        assert_true(fixture_withdraw(&s, false));
        assert_true(world_run_until_idle(s.w, HOURS));

        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
        if (i < 4)
            assert_agrees(s.ngo);
        else
            assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_CASE); /* withdrawing cannot find its case */
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        assert_int_equal(s.err.code, E_CON_05);
        end(&s);
    }
}

static void test_a_withdrawal_is_taken_whatever_the_receivers_row_says(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent SET progress = 2, erase_from = 1",
        "UPDATE consent SET progress = 4",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;

        begin_delivered(&s);
        fixture_edit(&s, MISSION, rows[i]);
        assert_true(fixture_withdraw(&s, false));
        assert_true(world_run_until_idle(s.w, HOURS));

        assert_int_equal(people_records(s.mission, RECORD_TAKEN), 2);
        assert_agrees(s.mission);
        end(&s);
    }
}

static void test_what_is_to_be_erased_is_erased_though_its_row_was_set_back(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent SET progress = 1, erase_from = 0", "UPDATE consent SET erase_from = 99999",
        "UPDATE consent SET progress = 4",
        "UPDATE consent SET erase_from = 1", /* nor twice: it is among those whose day has come, too */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;

        begin_delivered(&s);
        assert_true(fixture_withdraw(&s, false));
        assert_true(world_run_until_idle(s.w, HOURS));
        fixture_edit(&s, MISSION, rows[i]);
        world_run_ms(s.w, 100 * HOURS);

        assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
        assert_agrees(s.mission);
        end(&s);
    }
}

static void erase_now(struct fixture *s)
{
    struct control_consent_withdraw_ask ask = {.consent = s->consent, .erase_now = true, .seen_alone = SEEN_ALONE};

    assert_true(exchange_consent_withdraw(s->ngo, &ask, &s->shown, &s->err));
    assert_true(world_run_until_idle(s->w, HOURS));
}

static void test_a_withdrawal_goes_to_whom_she_consented_whomever_the_row_names(void **state)
{
    (void)state;
    for (int before = 0; before < 2; before++) {
        struct fixture s;

        begin_delivered(&s);
        world_crash(s.w, MISSION);
        if (before)
            fixture_edit(&s, NGO, "UPDATE consent SET recipient = 'shelter@sim.example'");
        if (before)
            assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_CONTENT);
        assert_true(fixture_withdraw(&s, false));
        if (!before) { /* nor its row in the list of what is owed, which is made again */
            world_tick(s.w, NGO);
            fixture_edit(&s, NGO,
                         "UPDATE consent SET recipient = 'shelter@sim.example'; DELETE FROM obligation;"
                         "DELETE FROM message WHERE kind = 17");
        }
        fixture_restart(&s, MISSION);
        assert_true(world_run_until_idle(s.w, HOURS));

        assert_int_equal(people_records(s.mission, RECORD_TAKEN), 2);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        erase_now(&s);
        assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
        assert_int_equal(s.shown.told, RECIPIENT_ERASED);
        end(&s);
    }
}

static void test_the_key_of_a_consent_is_erased_whichever_slot_its_row_names(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent SET slot = (SELECT max(slot) FROM case_file)",
        "UPDATE consent SET slot = 0",
        "DELETE FROM slot WHERE slot IN (SELECT slot FROM consent)",
        "UPDATE consent SET slot = 0, progress = 4",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct case_sections other_case = {0};
        struct consent_row row;
        struct ident other;
        struct fixture s;
        bool found;

        begin_delivered(&s);
        other = people_case(s.ngo);
        world_tick(s.w, NGO);
        assert_true(consent_store_find(s.ngo->db, world_address(s.w, NGO), &s.consent, &found, &row, &s.err) && found);
        if (i == 3) { /* nor where it says so after she withdrew: on the day */
            assert_true(fixture_withdraw(&s, false));
            world_tick(s.w, NGO);
        }
        fixture_edit(&s, NGO, rows[i]);
        if (i != 3)
            erase_now(&s);
        world_run_ms(s.w, 100 * HOURS);

        assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
        assert_true(vault_slot_is_erased(s.ngo->vault, row.slot));
        assert_true(exchange_case_show(s.ngo, &other, &other_case, &s.err));
        world_tick(s.w, NGO);
        assert_agrees(s.ngo);
        end(&s);
    }
}

/* It is being erased, and its row names no key any more: that it is erased is said by nobody, and that is named. */
static void test_what_is_being_erased_and_whose_key_is_struck_out_is_named(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_fault(s.w, NGO, DB_FAULT_COMMIT_DONE, 1);
    assert_true(fixture_withdraw(&s, true));
    world_tick(s.w, NGO);
    assert_null(world_node(s.w, NGO)); /* between the commit and the erasure */
    fixture_edit(&s, NGO, "UPDATE consent SET slot = 0");
    assert_true(world_run_until_idle(s.w, HOURS));
    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    assert_named(s.ngo, &s.consent, CONSENT_HAS_NO_KEY);
    end(&s);
}

static void test_a_content_that_cannot_be_opened_shuts_its_consent_and_ends_no_node(void **state)
{
    static const char *const rows[] = {
        "UPDATE consent_content SET sealed = zeroblob(100)",
        "DELETE FROM consent_content",
        "UPDATE consent SET slot = 0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ident first;
        struct fixture s;

        begin_delivered(&s);
        first = s.sent.referral;
        world_crash(s.w, MISSION);
        assert_true(fixture_try_refer(&s));
        world_run_ms(s.w, MINUTES);
        fixture_edit(&s, NGO, rows[i]);
        world_start(s.w, MISSION);
        world_run_ms(s.w, HOURS);
        assert_non_null(world_node(s.w, NGO));
        s.mission = world_node(s.w, MISSION);
        assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
        assert_int_equal(people_records(s.ngo, RECORD_WITHHELD), 1);
        assert_named(s.ngo, &s.consent, CONSENT_DIFFERS_CONTENT);
        assert_int_equal(people_open_sections(s.mission, &first, &s.err), BIT(TRIAGE));
        end(&s);

        begin_delivered(&s); /* at the receiver: what comes is refused */
        fixture_edit(&s, MISSION, rows[i]);
        assert_true(fixture_try_refer(&s));
        world_run_ms(s.w, HOURS);
        assert_non_null(world_node(s.w, MISSION));
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        assert_named(s.mission, &s.consent, CONSENT_DIFFERS_CONTENT);
        end(&s);
    }
}

static void test_a_withdrawal_of_a_consent_whose_row_is_gone_is_not_answered_nothing_held(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    fixture_edit(&s, MISSION, "DELETE FROM consent_content; DELETE FROM consent");
    assert_named(s.mission, &s.consent, CONSENT_HAS_NO_ROW);
    erase_now(&s);
    world_run_ms(s.w, 100 * HOURS);

    assert_true(exchange_consent_show(s.ngo, &s.consent, &s.shown, &s.err));
    assert_int_equal(s.shown.told, RECIPIENT_ASKED);
    assert_int_equal(people_records(s.mission, RECORD_TAKEN), 2); /* it is told to stop */
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    assert_named(s.mission, &s.consent, CONSENT_HAS_NO_KEY);
    end(&s);
}

/* The NGO withdraws again at the mission, whose row of the consent is gone: how far that is then. */
static enum consent_progress withdrawn_again(struct fixture *s)
{
    struct exchange *x = s->mission;
    const struct address *ngo = world_address(s->w, NGO);
    struct record_consent w = {.consent = s->consent, .state = CONSENT_ERASE, .until = tick_record_day(x)};
    struct consent_row row;
    bool found;

    fixture_edit(s, MISSION, "DELETE FROM consent; DELETE FROM consent_content");
    x = s->mission;
    w.commitment = consent_log_find(x->consent_log, ngo, &s->consent)->commitment;
    assert_true(tick_begin(x, &s->err) && withdrawal_add_tombstone(x, ngo, &w, &s->err));
    world_tick(s->w, MISSION);
    assert_true(consent_store_find(x->db, ngo, &s->consent, &found, &row, &s->err) && found);
    return row.progress;
}

/* By the log: what is held is not called erased; of what was erased, or never came, nothing is held. */
static void test_a_withdrawal_that_finds_no_row_is_answered_by_the_log(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    assert_int_equal(withdrawn_again(&s), CONSENT_STOPPED);
    end(&s);

    begin_delivered(&s);
    erase_now(&s);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_int_equal(withdrawn_again(&s), CONSENT_ERASED);
    end(&s);

    begin(&s);
    world_link(s.w, NGO, MISSION);
    assert_true(world_run_until_idle(s.w, HOURS));
    world_conditions(s.w)->loss = 1000; /* it may have left, and does not come */
    fixture_refer(&s);
    world_tick(s.w, NGO);
    world_cut(s.w, NGO, MISSION);
    erase_now(&s);
    assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
    assert_int_equal(withdrawn_again(&s), CONSENT_ERASED);
    end(&s);
}

/* --- start --- */

/* The same map, whether it was kept, read from record 0, or from the stored entries. */
static void assert_same_map(struct exchange *x, const struct hash *before, size_t count)
{
    struct hash root;

    consent_log_root(x->consent_log, &root);
    assert_int_equal(consent_log_count(x->consent_log), count);
    assert_true(hash_equal(&root, before));
}

static void stop(struct fixture *s, size_t node)
{
    assert_true(exchange_stop(world_node(s->w, node), &s->err));
    fixture_restart(s, node);
}

static void test_a_start_reads_from_the_newest_record_of_all_consents(void **state)
{
    struct fixture s;
    struct hash root;
    uint64_t size;

    (void)state;
    begin_delivered(&s);
    consent_log_root(s.mission->consent_log, &root);
    fixture_restart(&s, MISSION);
    assert_same_map(s.mission, &root, 1);
    assert_int_equal(consent_snapshot_size(s.mission), 0);

    stop(&s, MISSION);
    size = consent_snapshot_size(s.mission);
    assert_same_map(s.mission, &root, 1);
    assert_int_equal(people_records(s.mission, RECORD_CONSENTS), 1);
    assert_int_equal(audit_size(s.mission->audit, LOG_EXCHANGE), size);
    stop(&s, MISSION); /* nothing came since */
    assert_int_equal(consent_snapshot_size(s.mission), size);

    assert_true(fixture_withdraw(&s, false));
    assert_true(world_run_until_idle(s.w, HOURS));
    consent_log_root(s.mission->consent_log, &root);
    fixture_restart(&s, MISSION);
    assert_same_map(s.mission, &root, 1);
    assert_agrees(s.mission);
    assert_true(people_log_is_good(s.mission));
    end(&s);
}

static void test_a_node_that_has_stopped_signing_states_nothing_when_it_is_stopped(void **state)
{
    struct fixture s;
    uint64_t size;

    (void)state;
    begin(&s);
    size = audit_size(s.ngo->audit, LOG_EXCHANGE);
    own_note_set_beyond(s.ngo, size + 1); /* another copy of it has gone on */

    assert_true(exchange_stop(s.ngo, &s.err));

    assert_int_equal(audit_size(s.ngo->audit, LOG_EXCHANGE), size);
    end(&s);
}

static void test_all_consents_are_stated_every_so_many_records(void **state)
{
    struct record r = {.kind = RECORD_COUNTED};
    struct fixture s;

    (void)state;
    begin(&s);
    r.counted.what = COUNTED_BUSY;
    r.counted.agency = address_view(world_address(s.w, MISSION));
    r.counted.how_many = 1;
    r.counted.day = 1;
    assert_true(tick_begin(s.ngo, &s.err));
    while (audit_size(s.ngo->audit, LOG_EXCHANGE) < BOUND_CONSENTS_EVERY - 1)
        assert_true(audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(consent_snapshot_size(s.ngo), 0);
    assert_true(tick_begin(s.ngo, &s.err) && audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);

    assert_int_equal(consent_snapshot_size(s.ngo), BOUND_CONSENTS_EVERY + 1);
    fixture_restart(&s, NGO);
    assert_int_equal(consent_snapshot_size(s.ngo), BOUND_CONSENTS_EVERY + 1);
    assert_agrees(s.ngo);
    assert_true(people_log_is_good(s.ngo));
    assert_true(fixture_try_refer(&s));
    end(&s);
}

static void test_stored_entries_that_are_not_those_of_their_record_are_not_used(void **state)
{
    static const char *const edits[] = {
        ("UPDATE consent_snapshot SET entries ="
         " CAST(substr(entries, 1, 48) || x'01' || substr(entries, 50) AS BLOB)"), /* it stands */
        "DELETE FROM consent_snapshot",
        "UPDATE number SET value = value - 1 WHERE name = 'consents_record'",
        "DELETE FROM number WHERE name = 'consents_record'",
        "UPDATE number SET value = 0 WHERE name = 'consents_record'",
        "UPDATE number SET value = value + 1000 WHERE name = 'consents_record'", /* that the log does not have yet */
        "INSERT INTO consent_snapshot SELECT 1, entries FROM consent_snapshot",  /* more than were stored */
    };

    (void)state;
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct fixture s;
        struct control_audit_verdict verdict;

        begin(&s);
        assert_true(fixture_withdraw(&s, false));
        stop(&s, NGO);
        assert_agrees(s.ngo);
        fixture_edit(&s, NGO, edits[i]);

        assert_true(status_of(s.ngo).consents_read_again);
        assert_false(fixture_try_refer(&s));
        assert_true(exchange_audit_verify(s.ngo, LOG_EXCHANGE, &verdict, &s.err));
        assert_false(verdict.good);
        world_tick(s.w, NGO);
        stop(&s, NGO); /* stored again */
        assert_agrees(s.ngo);
        assert_true(people_log_is_good(s.ngo));
        end(&s);
    }
}

/* NODE's database is edited by SQL; whether the node starts. */
static bool starts_after(struct fixture *s, const char *sql)
{
    struct exchange_options options = {
        .home = world_home(s->w, NGO), .clock = s->ngo->time.clock, .random = s->ngo->random, .post = s->ngo->post};
    struct exchange *x;
    bool ok;

    fixture_edit_down(s, NGO, sql);
    ok = exchange_open(&options, &x, &s->err);
    if (ok)
        exchange_close(x);
    return ok;
}

/* So many records that the first of them lie in a full tile, which is read without them. */
static void add_records(struct fixture *s)
{
    struct record r = {.kind = RECORD_COUNTED};

    r.counted.what = COUNTED_BUSY;
    r.counted.agency = address_view(world_address(s->w, MISSION));
    r.counted.how_many = 1;
    r.counted.day = 1;
    assert_true(tick_begin(s->ngo, &s->err));
    for (int i = 0; i < 300; i++)
        assert_true(audit_append(s->ngo->audit, &r, NULL, &s->err));
    world_tick(s->w, NGO);
}

static void begin_long(struct fixture *s)
{
    begin(s);
    assert_true(fixture_withdraw(s, false));
    add_records(s);
}

/* The records before the newest CONSENTS are not read again for what it states; for what is owed they are. */
static void test_a_withdrawal_that_was_struck_from_the_log_and_from_what_is_owed_is_missed(void **state)
{
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    world_crash(s.w, MISSION);
    assert_true(fixture_withdraw(&s, false));
    world_run_ms(s.w, MINUTES);
    add_records(&s);
    stop(&s, NGO);

    assert_false(starts_after(&s, "DROP TRIGGER exchange_record_stays; DELETE FROM obligation;"
                                  "DELETE FROM message WHERE kind = 17;"
                                  "UPDATE exchange_record SET bytes ="
                                  " (SELECT bytes FROM exchange_record WHERE kind = 18 LIMIT 1) WHERE kind = 9"));

    assert_int_equal(s.err.code, E_LOG_02);
    world_free(s.w);
}

static void test_a_node_whose_old_records_were_changed_does_not_start(void **state)
{
    struct fixture s;

    (void)state;
    begin_long(&s);

    assert_false(starts_after(&s, "DROP TRIGGER exchange_record_stays;" /* state 4 becomes 5, and the day another */
                                  "UPDATE exchange_record SET bytes ="
                                  " CAST(substr(bytes, 1, length(bytes) - 1) || x'02' AS BLOB) WHERE kind = 9"));

    assert_int_equal(s.err.code, E_LOG_02);
    world_free(s.w);
}

static void test_a_node_whose_log_was_signed_by_another_does_not_start(void **state)
{
    struct fixture s;

    (void)state;
    begin_long(&s);

    assert_false(starts_after(&s, "DROP TRIGGER exchange_checkpoint_stays;"
                                  "UPDATE exchange_checkpoint SET note = CAST(substr(note, 1, length(note) - 40) ||"
                                  " CASE substr(note, length(note) - 39, 1) WHEN x'41' THEN x'42' ELSE x'41' END ||"
                                  " substr(note, length(note) - 38) AS BLOB)"));

    assert_int_equal(s.err.code, E_STO_04);
    world_free(s.w);
}

static void test_a_record_that_states_other_consents_is_named(void **state)
{
    struct record r = {.kind = RECORD_CONSENTS};
    struct control_audit_verdict verdict;
    struct fixture s;

    (void)state;
    begin(&s);
    r.consents.entries = 1;
    assert_true(tick_begin(s.ngo, &s.err) && audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);

    assert_true(status_of(s.ngo).consents_differ);
    assert_true(exchange_audit_verify(s.ngo, LOG_EXCHANGE, &verdict, &s.err));
    assert_false(verdict.good);
    end(&s);
}

/* Beside the node, or while it is stopped. */
static struct node_status status_of_reader(struct fixture *s)
{
    struct exchange_options options = {
        .home = world_home(s->w, NGO), .clock = s->ngo->time.clock, .random = s->ngo->random, .read_only = true};
    struct node_status status;
    struct exchange *reader;

    assert_true(exchange_open(&options, &reader, &s->err));
    status = status_of(reader);
    exchange_close(reader);
    return status;
}

/* It reads the whole log, and never what is stored of it: that is no finding. */
static void test_who_reads_a_stopped_node_is_told_what_its_log_says(void **state)
{
    struct record r = {.kind = RECORD_CONSENTS};
    struct node_status status;
    struct fixture s;

    (void)state;
    begin(&s);
    stop(&s, NGO);
    status = status_of_reader(&s);
    assert_false(status.consents_read_again);
    assert_false(status.consents_differ);
    assert_int_equal(status.differing_count, 0);

    r.consents.entries = 5;
    assert_true(tick_begin(s.ngo, &s.err) && audit_append(s.ngo->audit, &r, NULL, &s.err));
    world_tick(s.w, NGO);
    status = status_of_reader(&s);
    assert_false(status.consents_read_again);
    assert_true(status.consents_differ);
    fixture_edit(&s, NGO, "DELETE FROM consent_content; DELETE FROM consent");
    status = status_of_reader(&s);
    assert_int_equal(status.differing_count, 1);
    assert_int_equal(status.differing[0].what, CONSENT_HAS_NO_ROW);
    end(&s);
}

static void add_told(struct fixture *s, unsigned count)
{
    struct record r = {.kind = RECORD_TAKEN};

    r.taken.agency = address_view(world_address(s->w, MISSION));
    r.taken.state = CONSENT_STOP;
    r.taken.until = 1;
    assert_true(tick_begin(s->ngo, &s->err));
    for (unsigned i = 0; i < count; i++) {
        random_fill(s->ngo->random, r.taken.consent.at, sizeof r.taken.consent.at);
        assert_true(audit_append(s->ngo->audit, &r, NULL, &s->err));
    }
    world_tick(s->w, NGO);
}

/* The entries of more than a chunk: those that did not change stay as they are stored. */
static void test_what_is_stored_of_many_consents_is_used_at_each_start(void **state)
{
    struct hash root;
    struct fixture s;

    (void)state;
    begin(&s);
    add_told(&s, 300);
    stop(&s, NGO);
    assert_agrees(s.ngo);
    add_told(&s, 1);
    consent_log_root(s.ngo->consent_log, &root);
    stop(&s, NGO);
    assert_same_map(s.ngo, &root, 302);
    assert_agrees(s.ngo);
    assert_true(people_log_is_good(s.ngo));
    end(&s);
}

/* Her consent lasts longer by its row than by the log. */
static void prolong(struct fixture *s, int64_t number)
{
    struct consent_row row;
    bool found;

    assert_true(consent_store_get(s->ngo->db, number, &found, &row, &s->err) && found);
    row.until++;
    assert_true(tick_begin(s->ngo, &s->err) && consent_store_update(s->ngo->db, &row, &s->err));
    consent_book_invalidate(s->ngo, number);
    consent_book_changed(s->ngo);
}

static void record_one(struct fixture *s)
{
    s->person = people_case(s->ngo);
    (void)people_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, NGO);
}

static void test_status_compares_in_steps_and_answers_from_them(void **state)
{
    struct walk_step step = {.limit = 2};
    struct fixture s;
    unsigned steps = 0;

    (void)state;
    begin(&s);
    for (unsigned i = 0; i < 5; i++)
        record_one(&s);
    prolong(&s, 3);
    do {
        assert_true(exchange_status_prepare(s.ngo, &step, &s.err));
        if (step.more)
            record_one(&s); /* others do not wait; this one is compared, too, or by the next */
        steps++;
    } while (step.more && steps < 40);
    assert_false(step.more);
    assert_true(steps >= 3);
    prolong(&s, 1); /* after the last step: nothing is compared again for it now */
    assert_int_equal(status_of(s.ngo).differing_count, 1);
    assert_int_equal(status_of(s.ngo).differing_count, 2);

    step = (struct walk_step){.limit = 2}; /* where nothing has changed there is nothing to do */
    assert_true(exchange_status_prepare(s.ngo, &step, &s.err));
    assert_false(step.more);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_compares_in_steps_and_answers_from_them),
        cmocka_unit_test(test_a_withdrawn_consent_that_was_set_back_sends_nothing),
        cmocka_unit_test(test_what_waited_under_a_withdrawn_consent_does_not_leave_when_both_are_set_back),
        cmocka_unit_test(test_a_deleted_no_revives_no_yes),
        cmocka_unit_test(test_a_lost_no_is_named_while_it_shuts_a_consent_that_stands),
        cmocka_unit_test(test_a_lost_no_shuts_beside_others_that_are_known),
        cmocka_unit_test(test_a_no_to_another_agency_shuts_nothing_in_its_own_tick_either),
        cmocka_unit_test(test_a_yes_that_was_hidden_while_she_said_no_does_not_come_back),
        cmocka_unit_test(test_a_consent_whose_last_day_was_moved_is_shut),
        cmocka_unit_test(test_a_withdrawal_sets_the_last_day_right_at_both_ends),
        cmocka_unit_test(test_a_consent_that_the_log_does_not_have_opens_nothing),
        cmocka_unit_test(test_a_withdrawal_that_no_record_could_prove_changes_nothing),
        cmocka_unit_test(test_a_consent_that_was_moved_to_another_case_is_shut),
        cmocka_unit_test(test_a_section_that_was_moved_to_another_case_does_not_open),
        cmocka_unit_test(test_a_message_is_not_released_under_another_consent),
        cmocka_unit_test(test_a_receiver_that_was_told_to_stop_reads_nothing_though_its_row_was_set_back),
        cmocka_unit_test(test_a_receivers_consent_that_differs_is_not_read_and_not_answered),
        cmocka_unit_test(test_a_message_whose_consent_was_struck_out_is_not_read),
        cmocka_unit_test(test_data_is_refused_under_a_consent_whose_end_was_deleted),
        cmocka_unit_test(test_a_consent_is_withdrawn_whatever_its_row_says),
        cmocka_unit_test(test_a_withdrawal_is_taken_whatever_the_receivers_row_says),
        cmocka_unit_test(test_what_is_to_be_erased_is_erased_though_its_row_was_set_back),
        cmocka_unit_test(test_a_withdrawal_goes_to_whom_she_consented_whomever_the_row_names),
        cmocka_unit_test(test_the_key_of_a_consent_is_erased_whichever_slot_its_row_names),
        cmocka_unit_test(test_what_is_being_erased_and_whose_key_is_struck_out_is_named),
        cmocka_unit_test(test_a_content_that_cannot_be_opened_shuts_its_consent_and_ends_no_node),
        cmocka_unit_test(test_a_withdrawal_of_a_consent_whose_row_is_gone_is_not_answered_nothing_held),
        cmocka_unit_test(test_a_withdrawal_that_finds_no_row_is_answered_by_the_log),
        cmocka_unit_test(test_a_start_reads_from_the_newest_record_of_all_consents),
        cmocka_unit_test(test_a_node_that_has_stopped_signing_states_nothing_when_it_is_stopped),
        cmocka_unit_test(test_all_consents_are_stated_every_so_many_records),
        cmocka_unit_test(test_stored_entries_that_are_not_those_of_their_record_are_not_used),
        cmocka_unit_test(test_a_withdrawal_that_was_struck_from_the_log_and_from_what_is_owed_is_missed),
        cmocka_unit_test(test_a_node_whose_old_records_were_changed_does_not_start),
        cmocka_unit_test(test_a_node_whose_log_was_signed_by_another_does_not_start),
        cmocka_unit_test(test_a_record_that_states_other_consents_is_named),
        cmocka_unit_test(test_who_reads_a_stopped_node_is_told_what_its_log_says),
        cmocka_unit_test(test_what_is_stored_of_many_consents_is_used_at_each_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
