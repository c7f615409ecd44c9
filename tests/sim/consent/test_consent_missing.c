/* Rows were deleted: a consent taken here is withdrawn all the same, by the log; no number or slot is used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "exchange/restored/own_note_test.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "fixture.h"
#include "store/case_store.h"
#include "store/consent_store.h"

static void begin(struct fixture *s)
{
    fixture_begin(s, 37, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
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

/* Runs SQL on the database of the NGO, which is down meanwhile. */
static void edit(struct fixture *s, const char *sql)
{
    fixture_edit(s, NGO, sql);
}

static void withdraw(struct fixture *s, bool erase_now)
{
    assert_true(fixture_withdraw(s, erase_now));
}

/* What status names as differing from the log: the consent alone, or 0 nothing. */
static void assert_differs(struct fixture *s, enum consent_difference what)
{
    struct node_status status;

    assert_true(exchange_status(s->ngo, &status, &s->err));
    assert_int_equal(status.differing_count, what != CONSENT_AGREES);
    if (what != CONSENT_AGREES) {
        assert_true(ident_equal(&status.differing[0].consent, &s->consent));
        assert_int_equal(status.differing[0].what, what);
    }
}

static void assert_refusal_lost(struct fixture *s)
{
    struct node_status status;
    size_t i = 0;

    assert_true(exchange_status(s->ngo, &status, &s->err));
    while (i < status.differing_count && !ident_equal(&status.differing[i].consent, &s->consent))
        i++;
    assert_true(i < status.differing_count && status.differing[i].what == CONSENT_REFUSAL_LOST);
}

static uint64_t slot_of_consent(struct fixture *s)
{
    struct consent_row row;
    bool found;

    assert_true(consent_store_find(s->ngo->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err) && found);
    return row.slot;
}

static void show(struct fixture *s)
{
    assert_true(exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err));
}

#define DELETE_ROW     "DELETE FROM consent;"
#define DELETE_CONTENT "DELETE FROM consent_content;"

static void test_a_consent_whose_row_was_deleted_is_withdrawn_told_and_erased(void **state)
{
    static const char *const rows[] = {
        DELETE_ROW,                /* its content is there: number, key, case and recipient */
        DELETE_ROW DELETE_CONTENT, /* what it sent is */
        DELETE_ROW "DELETE FROM message; DELETE FROM referral; DELETE FROM receipt", /* its content alone */
        DELETE_ROW "UPDATE message SET consent = 0",
        DELETE_ROW DELETE_CONTENT "UPDATE message SET consent = -1",
        DELETE_ROW "DELETE FROM slot; UPDATE message SET may_have_left = 0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;
        uint64_t slot;

        begin_delivered(&s);
        slot = slot_of_consent(&s);
        edit(&s, rows[i]);
        assert_differs(&s, CONSENT_HAS_NO_ROW);

        withdraw(&s, false);
        assert_int_equal(s.shown.told, RECIPIENT_OWED);
        assert_true(ident_equal(&s.shown.case_id, &s.person));
        fixture_settle(&s);
        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        assert_int_equal(s.err.code, E_CON_05);
        assert_false(fixture_try_refer(&s));
        world_run_ms(s.w, 100 * HOURS);

        assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
        assert_true(vault_slot_is_erased(s.ngo->vault, slot));
        show(&s);
        assert_int_equal(s.shown.told, RECIPIENT_ERASED);
        assert_true(address_equal(&s.shown.recipient, world_address(s.w, MISSION)));
        assert_differs(&s, CONSENT_AGREES);
        end(&s);
    }
}

static void test_a_consent_whose_case_was_deleted_too_is_withdrawn(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin_delivered(&s);
    slot = slot_of_consent(&s);
    edit(&s, DELETE_ROW DELETE_CONTENT "DELETE FROM case_section; DELETE FROM case_file");
    withdraw(&s, true);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    end(&s);
}

static void test_of_a_consent_whose_key_is_not_known_it_is_not_said_that_it_is_erased(void **state)
{
    struct control_consent_withdraw_ask foresee = {.erase_now = true, .seen_alone = SEEN_ALONE, .dry_run = true};
    struct fixture s;

    (void)state;
    begin_delivered(&s);
    edit(&s, DELETE_ROW DELETE_CONTENT "DELETE FROM message; DELETE FROM body; DELETE FROM referral");
    foresee.consent = s.consent;
    assert_true(exchange_consent_withdraw(s.ngo, &foresee, &s.shown, &s.err));
    assert_true(s.shown.would_change && s.shown.may_have_left && s.shown.key_unknown);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0);
    withdraw(&s, true);
    fixture_settle(&s);
    world_run_ms(s.w, 100 * HOURS);

    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 0);
    show(&s);
    assert_int_equal(s.shown.told, RECIPIENT_ERASED);
    assert_true(s.shown.key_unknown);
    assert_int_equal(s.shown.progress, CONSENT_STOPPED);
    assert_int_equal(s.shown.erase_from, 0);
    assert_differs(&s, CONSENT_HAS_NO_KEY);
    end(&s);
}

/* Somebody lets the message of the missing consent stand for that of another person. */
static void test_the_key_of_another_person_is_not_destroyed_for_a_message_that_was_exchanged(void **state)
{
    struct control_referral_result first;
    struct ident consent;
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin_delivered(&s);
    first = s.sent;
    consent = s.consent;
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                               &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    assert_true(fixture_try_refer(&s));
    fixture_settle(&s);
    slot = slot_of_consent(&s);
    s.consent = consent;
    edit(&s, "DELETE FROM consent WHERE number = 1; DELETE FROM consent_content WHERE number = 1;"
             "CREATE TEMP TABLE ids AS SELECT number, id FROM message WHERE kind = 1;"
             "UPDATE message SET id = randomblob(16) WHERE kind = 1;"
             "UPDATE message SET id = (SELECT id FROM ids WHERE number <> message.number) WHERE kind = 1");
    withdraw(&s, true);
    world_run_ms(s.w, 100 * HOURS);

    assert_true(s.shown.key_unknown);
    assert_false(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(people_open_sections(s.mission, &first.referral, &s.err), 0);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    end(&s);
}

static void test_a_withdrawal_that_is_said_again_puts_nothing_off(void **state)
{
    struct fixture s;
    uint32_t day;

    (void)state;
    begin_delivered(&s);
    withdraw(&s, false);
    world_tick(s.w, NGO);
    show(&s);
    day = s.shown.erase_from;
    world_run_ms(s.w, 24 * HOURS);
    edit(&s, "UPDATE consent SET progress = 1, erase_from = 0, withdrawn_index = -1");
    withdraw(&s, false);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_int_equal(s.shown.erase_from, day);
    end(&s);
}

static void test_a_withdrawal_that_is_said_again_on_its_day_erases_at_once(void **state)
{
    struct fixture s;
    int64_t due;

    (void)state;
    begin_delivered(&s);
    withdraw(&s, false);
    fixture_settle(&s);
    show(&s);
    due = (int64_t)s.shown.erase_from * DAY_MS;
    while (world_now(s.w) < due - DAY_MS) {
        (void)people_case(s.ngo); /* a record: its clock is not in doubt when it starts again */
        world_tick(s.w, NGO);
        world_advance(s.w, 12 * HOURS);
        world_publish(s.w);
    }
    (void)people_case(s.ngo);
    world_tick(s.w, NGO);
    edit(&s, "UPDATE consent SET progress = 1, erase_from = 0, withdrawn_index = -1");
    world_advance(s.w, due - world_now(s.w) + 1000);
    withdraw(&s, false); /* before the work of the day */
    assert_int_equal(s.shown.progress, CONSENT_ERASING);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 2);
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    end(&s);
}

static void test_a_withdrawal_whose_consent_was_deleted_afterwards_is_told(void **state)
{
    static const char *const rows[] = {
        DELETE_ROW,
        DELETE_ROW DELETE_CONTENT "DELETE FROM obligation; DELETE FROM message WHERE kind = 17",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct node_status status;
        struct fixture s;

        begin_delivered(&s);
        world_crash(s.w, MISSION);
        withdraw(&s, false);
        world_tick(s.w, NGO);
        edit(&s, rows[i]);
        assert_true(exchange_status(s.ngo, &status, &s.err));
        assert_true(status.owed_mended > 0); /* it is named */
        fixture_restart(&s, MISSION);
        fixture_settle(&s);

        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        assert_int_equal(s.err.code, E_CON_05);
        world_run_ms(s.w, 100 * HOURS);
        assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
        end(&s);
    }
}

static void test_what_is_to_be_erased_is_erased_though_the_row_of_its_consent_was_deleted(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s); /* nothing left, so nothing is owed */
    slot = slot_of_consent(&s);
    withdraw(&s, false);
    fixture_settle(&s);
    edit(&s, DELETE_ROW);
    world_run_ms(s.w, 100 * HOURS);

    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_differs(&s, CONSENT_AGREES);
    end(&s);
}

static void test_a_consent_under_which_nothing_left_is_told_to_nobody_though_its_row_was_deleted(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0);                 /* the ngo notices: with a link, it might have left */
    assert_true(fixture_try_refer(&s)); /* it waits */
    world_run_ms(s.w, MINUTES);
    edit(&s, DELETE_ROW DELETE_CONTENT);
    withdraw(&s, false);
    assert_int_equal(s.shown.told, RECIPIENT_NOTHING);
    world_start(s.w, MISSION);
    s.mission = world_node(s.w, MISSION);
    world_run_ms(s.w, HOURS);

    assert_int_equal(people_state(s.mission, &s.sent.referral), 0);
    assert_int_equal(people_records(s.mission, RECORD_TAKEN), 0);
    end(&s);
}

/* --- what the records say of what was sent --- */

/* What waits leaves or expires while the node is up, day by day. */
static void let_days_pass(struct fixture *s, unsigned days)
{
    for (unsigned i = 0; i < days; i++) {
        (void)people_case(s->ngo);
        world_tick(s->w, NGO);
        world_advance(s->w, 23 * HOURS);
        world_publish(s->w);
        world_tick(s->w, NGO);
    }
}

/* Another person, under her own consent. */
static void refer_another(struct fixture *s)
{
    struct control_referral_result sent;
    struct ident person = people_case(s->ngo);

    world_tick(s->w, NGO);
    (void)people_consent(s->ngo, &person, s->to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s->w, NGO);
    assert_true(people_refer(s->ngo, &person, s->to, &(struct people_referral){.now = true}, &sent, &s->err));
    world_tick(s->w, NGO);
}

static void test_who_may_have_got_what_waits_is_told(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    world_link(s.w, NGO, MISSION);
    fixture_settle(&s);
    world_conditions(s.w)->loss = 1000;
    assert_true(fixture_try_refer(&s));
    world_tick(s.w, NGO);
    world_crash(s.w, MISSION);
    edit(&s, DELETE_ROW DELETE_CONTENT);
    withdraw(&s, false);
    assert_int_equal(s.shown.told, RECIPIENT_OWED);
    end(&s);
}

static void test_who_got_what_expired_is_told_unless_it_never_left(void **state)
{
    (void)state;
    for (int left = 0; left < 2; left++) {
        struct fixture s;

        begin(&s);
        if (left) {
            world_link(s.w, NGO, MISSION);
            fixture_settle(&s);
            world_conditions(s.w)->loss = 1000;
        } else {
            world_crash(s.w, MISSION);
            world_step(s.w, 0);
        }
        assert_true(fixture_try_refer(&s));
        world_tick(s.w, NGO);
        if (left)
            world_crash(s.w, MISSION);
        refer_another(&s);
        let_days_pass(&s, BOUND_EXPIRY_DAYS + 2);
        assert_int_equal(people_records(s.ngo, RECORD_EXPIRED), 2);
        edit(&s, "DELETE FROM consent WHERE number = 1; DELETE FROM consent_content WHERE number = 1;"
                 "DELETE FROM message; DELETE FROM body"); /* the log alone says it */
        withdraw(&s, false);
        assert_int_equal(s.shown.told, left ? RECIPIENT_OWED : RECIPIENT_NOTHING);
        end(&s);
    }
}

/* A row that says that it waits, or that was changed otherwise, keeps nobody from being told. */
static void test_who_receipted_something_is_told_whatever_the_rows_say(void **state)
{
    static const struct {
        const char *rows;
        bool case_known;
        bool key_known;
    } cases[] = {
        {"UPDATE message SET state = 1, may_have_left = 0", true, true},
        {"UPDATE message SET referral = 0", false, true},
        {"DELETE FROM referral", false, true},
        {"UPDATE referral SET direction = 2", false, true},
        {"DELETE FROM body", true, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture s;
        char sql[200];

        begin_delivered(&s);
        assert_true(fixture_try_refer(&s)); /* another one under the same consent */
        fixture_settle(&s);
        assert_true(snprintf(sql, sizeof sql, DELETE_ROW DELETE_CONTENT "%s", cases[i].rows) > 0);
        edit(&s, sql);
        withdraw(&s, false);
        assert_int_equal(s.shown.told, RECIPIENT_OWED);
        assert_true(address_equal(&s.shown.recipient, world_address(s.w, MISSION)));
        assert_int_equal(ident_equal(&s.shown.case_id, &s.person), cases[i].case_known);
        assert_int_equal(s.shown.key_unknown, !cases[i].key_known);
        fixture_settle(&s);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        end(&s);
    }
}

/* It is in no directory any more, and no row names it: by the log something went there, or never left. */
static void test_that_something_went_to_an_agency_that_is_gone_is_said(void **state)
{
    (void)state;
    for (int delivered = 0; delivered < 2; delivered++) {
        struct fixture s;

        begin(&s);
        if (!delivered) {
            world_crash(s.w, MISSION);
            world_step(s.w, 0);
        }
        assert_true(fixture_try_refer(&s));
        world_run_ms(s.w, MINUTES);
        world_remove(s.w, MISSION);
        world_tick(s.w, NGO);
        edit(&s, DELETE_ROW DELETE_CONTENT "DELETE FROM peer WHERE agency = 'mission@sim.example'");
        withdraw(&s, false);
        assert_int_equal(s.shown.told, delivered ? RECIPIENT_OWED : RECIPIENT_NOTHING);
        assert_true(address_equal(&s.shown.recipient, world_address(s.w, MISSION)));
        end(&s);
    }
}

/* Each is found among the contents by what its record commits to. */
static void test_of_two_consents_whose_rows_are_gone_each_gets_its_own_content(void **state)
{
    struct ident persons[2];
    struct ident consents[2];
    struct fixture s;

    (void)state;
    begin(&s);
    persons[0] = s.person;
    consents[0] = s.consent;
    persons[1] = people_case(s.ngo);
    world_tick(s.w, NGO);
    consents[1] = people_consent(s.ngo, &persons[1], world_address(s.w, MISSION),
                                 &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    edit(&s, DELETE_ROW);
    for (size_t i = 2; i-- > 0;) {
        s.consent = consents[i];
        withdraw(&s, false);
        assert_true(ident_equal(&s.shown.case_id, &persons[i]));
        assert_false(s.shown.key_unknown);
    }
    end(&s);
}

static void test_a_consent_of_this_tick_is_not_taken_for_one_whose_row_is_gone(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 38, 2, NULL);
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE)});
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_06);
    world_tick(s.w, NGO);
    withdraw(&s, false);
    fixture_settle(&s);
    assert_differs(&s, CONSENT_AGREES);
    end(&s);
}

/* On a copy nothing is recorded, but who asks is told whom to tell, or that this is not known. */
static void test_a_copy_says_whom_to_tell_or_that_nobody_is_known(void **state)
{
    struct ident no;
    struct fixture s;

    (void)state;
    begin(&s);
    no = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &s.person, s.to, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    own_note_set_beyond(s.ngo, 1000);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_22);
    assert_non_null(strstr(s.err.text, s.to->text));
    db_fault(s.ngo->db, DB_FAULT_STEP, 1);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_STO_01);
    edit(&s, DELETE_ROW DELETE_CONTENT);
    own_note_set_beyond(s.ngo, 1000);
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_22);
    assert_non_null(strstr(s.err.text, "each agency it may be for"));
    s.consent = no;
    assert_false(fixture_withdraw(&s, false));
    assert_int_equal(s.err.code, E_CON_07);
    end(&s);
}

static void test_a_no_withdraws_a_yes_whose_row_was_deleted(void **state)
{
    static const char *const rows[] = {DELETE_ROW, DELETE_ROW DELETE_CONTENT};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ident other;
        struct fixture s;

        begin_delivered(&s);
        other = people_case(s.ngo);
        world_tick(s.w, NGO);
        edit(&s, rows[i]);
        (void)people_consent(s.ngo, &other, world_address(s.w, MISSION), &(struct people_consent){.refused = true});
        world_tick(s.w, NGO);
        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 0); /* it is another person's no */
        (void)people_consent(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_consent){.refused = true});
        fixture_settle(&s);

        assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
        assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
        assert_int_equal(s.err.code, E_CON_05);
        end(&s);
    }
}

static void test_the_number_of_a_deleted_consent_is_not_given_to_another(void **state)
{
    static const char *const rows[] = {DELETE_ROW DELETE_CONTENT,
                                       DELETE_ROW "DELETE FROM message; DELETE FROM referral"};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ident other;
        struct fixture s;

        begin_delivered(&s);
        edit(&s, rows[i]);
        other = people_case(s.ngo);
        world_tick(s.w, NGO);
        other = people_consent(s.ngo, &other, world_address(s.w, MISSION),
                               &(struct people_consent){.sections = BIT(TRIAGE)});
        world_tick(s.w, NGO);
        assert_true(exchange_consent_show(s.ngo, &other, &s.shown, &s.err));
        assert_false(s.shown.may_have_left);
        withdraw(&s, false);
        assert_true(ident_equal(&s.shown.case_id, &s.person));
        world_run_ms(s.w, 100 * HOURS);

        assert_int_equal(people_records(s.ngo, RECORD_ERASED), 1);
        assert_differs(&s, CONSENT_AGREES);
        end(&s);
    }
}

#define KEEP "CREATE TABLE kept AS SELECT * FROM consent; CREATE TABLE kept_content AS SELECT * FROM consent_content;"
#define PUT_BACK                                                                                                       \
    "INSERT INTO consent SELECT * FROM kept; INSERT INTO consent_content SELECT * FROM kept_content;"                  \
    "DROP TABLE kept; DROP TABLE kept_content"
/* Another row takes its place, so that what comes next gets another number. */
#define DISGUISE                                                                                                       \
    "UPDATE consent SET number = 50, id = x'00112233445566778899aabbccddeeff', recipient = 'nobody@sim.example';"
#define DELETE_EACH_YES "DELETE FROM consent WHERE progress <> 5;"
#define DELETE_SENT     "DELETE FROM message; DELETE FROM body; DELETE FROM referral; DELETE FROM receipt;"

/* Her yes is taken away before her no, and put back afterwards; of the no, what it says is changed, or its row is gone.
 */
static void test_a_yes_that_was_hidden_from_her_no_lets_nothing_out(void **state)
{
    static const char *const no[] = {
        DELETE_CONTENT DELETE_ROW PUT_BACK,
        DELETE_CONTENT DELETE_EACH_YES PUT_BACK,
        DELETE_EACH_YES "UPDATE consent SET recipient = 'nobody@sim.example';" PUT_BACK,
        DELETE_EACH_YES "UPDATE consent SET case_number = (SELECT max(number) FROM case_file);" PUT_BACK,
    };
    struct fixture s;

    (void)state;
    for (size_t i = 0; i < 2 * sizeof no / sizeof no[0]; i++) {
        bool delivered = i % 2;

        begin(&s);
        if (delivered)
            assert_true(fixture_try_refer(&s));
        fixture_settle(&s);
        edit(&s, KEEP DELETE_CONTENT DISGUISE DELETE_SENT);
        (void)people_case(s.ngo); /* another person, as whose no hers is put down */
        s.consent =
            people_consent(s.ngo, &s.person, world_address(s.w, MISSION), &(struct people_consent){.refused = true});
        fixture_settle(&s);
        edit(&s, no[i / 2]);
        assert_false(fixture_try_refer(&s));
        assert_refusal_lost(&s);
        world_run_ms(s.w, HOURS);
        assert_int_equal(people_records(s.mission, RECORD_TAKEN), delivered);
        end(&s);
    }
}

/* Of two that are to be erased the messages are said to be under one number. */
static void test_two_missing_consents_are_made_again_though_their_messages_name_one_number(void **state)
{
    static const char *const rows[] = {
        DELETE_ROW DELETE_CONTENT "UPDATE message SET consent = 1",
        DELETE_ROW DELETE_CONTENT "UPDATE referral SET case_number = 999",
        DELETE_ROW "UPDATE referral SET case_number = 999; UPDATE message SET consent = 1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;
        uint64_t slots[2];

        begin_delivered(&s);
        slots[0] = slot_of_consent(&s);
        withdraw(&s, false);
        s.person = people_case(s.ngo);
        world_tick(s.w, NGO);
        s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                                   &(struct people_consent){.sections = BIT(TRIAGE)});
        world_tick(s.w, NGO);
        assert_true(fixture_try_refer(&s));
        fixture_settle(&s);
        slots[1] = slot_of_consent(&s);
        withdraw(&s, false);
        fixture_settle(&s);
        edit(&s, rows[i]);
        world_run_ms(s.w, 100 * HOURS);

        assert_int_equal(people_records(s.ngo, RECORD_ERASED), 2);
        for (size_t n = 0; n < 2; n++)
            assert_true(vault_slot_is_erased(s.ngo->vault, slots[n]));
        end(&s);
    }
}

/* The same of two under which nothing left, so that nothing is owed. */
static void test_two_missing_consents_that_waited_under_one_number_are_made_again(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s);
    world_crash(s.w, MISSION);
    world_step(s.w, 0); /* the ngo notices: with a link, it might have left */
    assert_true(fixture_try_refer(&s));
    world_run_ms(s.w, MINUTES);
    withdraw(&s, false);
    s.person = people_case(s.ngo);
    world_tick(s.w, NGO);
    s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                               &(struct people_consent){.sections = BIT(TRIAGE)});
    world_tick(s.w, NGO);
    assert_true(fixture_try_refer(&s));
    world_run_ms(s.w, MINUTES);
    withdraw(&s, false);
    fixture_settle(&s);
    slot = slot_of_consent(&s);
    edit(&s, DELETE_ROW DELETE_CONTENT "UPDATE message SET consent = 1");
    world_run_ms(s.w, 100 * HOURS);

    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(people_records(s.ngo, RECORD_ERASED), 2);
    world_start(s.w, MISSION);
    end(&s);
}

#define SLOT_OF_OTHER "UPDATE consent SET slot = (SELECT slot FROM consent WHERE number = 2) WHERE number = 1;"
#define CONTENT_GONE  "DELETE FROM consent_content WHERE number = 1;"

/* The row names the key of another person, and the content that would say which is hers is gone. */
static void test_the_key_of_another_person_is_not_destroyed_where_a_content_is_gone(void **state)
{
    static const struct {
        const char *rows;
        bool known; /* by what was sent */
    } cases[] = {
        {SLOT_OF_OTHER "UPDATE consent_content SET sealed = randomblob(300) WHERE number = 1", true},
        {SLOT_OF_OTHER CONTENT_GONE, true},
        {CONTENT_GONE "DELETE FROM body WHERE slot = (SELECT slot FROM consent WHERE number = 1)", true},
        {SLOT_OF_OTHER CONTENT_GONE "UPDATE message SET consent = 3 - consent WHERE consent > 0", false},
        {CONTENT_GONE "DELETE FROM body; UPDATE consent SET slot = (SELECT min(slot) FROM case_file) WHERE number = 1",
         false},
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        bool known = cases[i / 2].known;
        bool withdrawn_before = i % 2 != 0;
        struct case_sections other = {0};
        struct ident first;
        struct fixture s;
        uint64_t slots[2];

        begin_delivered(&s);
        first = s.consent;
        slots[0] = slot_of_consent(&s);
        s.person = people_case(s.ngo);
        world_tick(s.w, NGO);
        s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                                   &(struct people_consent){.sections = BIT(TRIAGE)});
        world_tick(s.w, NGO);
        slots[1] = slot_of_consent(&s);
        assert_true(fixture_try_refer(&s));
        fixture_settle(&s);
        s.consent = first;
        if (withdrawn_before)
            withdraw(&s, false);
        fixture_settle(&s);
        edit(&s, cases[i / 2].rows);
        if (!withdrawn_before)
            withdraw(&s, true);
        world_run_ms(s.w, 100 * HOURS);

        assert_false(vault_slot_is_erased(s.ngo->vault, slots[1]));
        assert_true(exchange_case_show(s.ngo, &s.person, &other, &s.err));
        assert_int_equal(vault_slot_is_erased(s.ngo->vault, slots[0]), known);
        assert_int_equal(people_records(s.ngo, RECORD_ERASED), known);
        show(&s);
        assert_int_equal(s.shown.key_unknown, !known);
        end(&s);
    }
}

/* --- slots --- */

/* The slot of a new case, or -1 where none could be made. */
static int64_t slot_of_new_case(struct fixture *s)
{
    struct case_row row;
    struct ident id;
    bool found;

    if (!people_case_try(s->ngo, &id, &s->err))
        return -1;
    world_tick(s->w, NGO);
    assert_true(case_store_find(s->ngo->db, &id, &found, &row, &s->err) && found);
    return (int64_t)row.slot;
}

static void test_no_slot_is_given_out_again_whichever_rows_are_deleted(void **state)
{
    static const char *const rows[] = {
        "DELETE FROM slot;" DELETE_ROW DELETE_CONTENT "DELETE FROM body",
        "DELETE FROM slot; DELETE FROM note WHERE what = 'slots'",
        "DELETE FROM slot; UPDATE note SET sequence = 1 WHERE what = 'slots'",
        "DELETE FROM slot; DELETE FROM note WHERE what = 'slots';" DELETE_ROW DELETE_CONTENT,
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture s;
        int64_t slot;

        begin_delivered(&s);
        slot = (int64_t)slot_of_consent(&s);
        edit(&s, rows[i]);
        assert_true(slot_of_new_case(&s) > slot);
        end(&s);
    }
}

/* Its keys and its database are not of one time: it says so, and touches neither. */
static void test_a_slot_to_erase_that_the_keys_do_not_have_ends_the_node(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s);
    edit(&s, "INSERT INTO slot VALUES (9999999, 2)");
    world_let_fail(s.w, NGO);
    world_tick(s.w, NGO);
    assert_int_equal(world_failed_with(s.w, NGO), E_KEY_10);
    end(&s);
}

static void test_no_slot_is_given_out_again_after_a_tick_was_undone(void **state)
{
    struct ident id;
    struct fixture s;
    int64_t slot;

    (void)state;
    begin(&s);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    world_fault(s.w, NGO, DB_FAULT_COMMIT_FULL, 1);
    assert_true(people_case_try(s.ngo, &id, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(world_undone(s.w, NGO), 1);
    world_run_ms(s.w, HOURS);
    slot = slot_of_new_case(&s);
    edit(&s, "DELETE FROM slot");
    assert_true(slot_of_new_case(&s) > slot);
    end(&s);
}

static void test_an_erased_slot_is_not_given_out_though_nothing_names_it(void **state)
{
    struct fixture s;
    int64_t slot;

    (void)state;
    begin(&s);
    slot = (int64_t)slot_of_consent(&s);
    withdraw(&s, true);
    fixture_settle(&s);
    assert_true(vault_slot_is_erased(s.ngo->vault, (uint64_t)slot));
    edit(&s, "DELETE FROM slot; DELETE FROM note WHERE what = 'slots';" DELETE_ROW DELETE_CONTENT);
    assert_true(slot_of_new_case(&s) > slot);
    end(&s);
}

/* The note is one that this node made, before. */
static void test_an_erased_slot_is_not_given_out_where_an_older_note_is_put_back(void **state)
{
    struct fixture s;
    int64_t slot;

    (void)state;
    begin(&s);
    edit(&s, "CREATE TABLE kept AS SELECT * FROM note WHERE what = 'slots'");
    for (unsigned i = 0; i < 32; i++) { /* every other slot from the end of that note on is erased */
        s.person = people_case(s.ngo);
        world_tick(s.w, NGO);
        s.consent = people_consent(s.ngo, &s.person, world_address(s.w, MISSION),
                                   &(struct people_consent){.sections = BIT(TRIAGE)});
        world_tick(s.w, NGO);
        withdraw(&s, true);
    }
    fixture_settle(&s);
    slot = (int64_t)slot_of_consent(&s);
    assert_true(vault_slot_is_erased(s.ngo->vault, (uint64_t)slot));
    edit(&s, "DELETE FROM slot; DELETE FROM note WHERE what = 'slots'; INSERT INTO note SELECT * FROM kept;"
             "DROP TABLE kept");
    for (unsigned i = 0; i < 32; i++)
        assert_true(slot_of_new_case(&s) >= 0);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_consent_whose_row_was_deleted_is_withdrawn_told_and_erased),
        cmocka_unit_test(test_a_consent_whose_case_was_deleted_too_is_withdrawn),
        cmocka_unit_test(test_of_a_consent_whose_key_is_not_known_it_is_not_said_that_it_is_erased),
        cmocka_unit_test(test_the_key_of_another_person_is_not_destroyed_for_a_message_that_was_exchanged),
        cmocka_unit_test(test_a_withdrawal_that_is_said_again_puts_nothing_off),
        cmocka_unit_test(test_a_withdrawal_that_is_said_again_on_its_day_erases_at_once),
        cmocka_unit_test(test_a_withdrawal_whose_consent_was_deleted_afterwards_is_told),
        cmocka_unit_test(test_what_is_to_be_erased_is_erased_though_the_row_of_its_consent_was_deleted),
        cmocka_unit_test(test_a_consent_under_which_nothing_left_is_told_to_nobody_though_its_row_was_deleted),
        cmocka_unit_test(test_who_may_have_got_what_waits_is_told),
        cmocka_unit_test(test_who_got_what_expired_is_told_unless_it_never_left),
        cmocka_unit_test(test_who_receipted_something_is_told_whatever_the_rows_say),
        cmocka_unit_test(test_that_something_went_to_an_agency_that_is_gone_is_said),
        cmocka_unit_test(test_of_two_consents_whose_rows_are_gone_each_gets_its_own_content),
        cmocka_unit_test(test_a_consent_of_this_tick_is_not_taken_for_one_whose_row_is_gone),
        cmocka_unit_test(test_a_copy_says_whom_to_tell_or_that_nobody_is_known),
        cmocka_unit_test(test_a_no_withdraws_a_yes_whose_row_was_deleted),
        cmocka_unit_test(test_the_number_of_a_deleted_consent_is_not_given_to_another),
        cmocka_unit_test(test_a_yes_that_was_hidden_from_her_no_lets_nothing_out),
        cmocka_unit_test(test_two_missing_consents_are_made_again_though_their_messages_name_one_number),
        cmocka_unit_test(test_two_missing_consents_that_waited_under_one_number_are_made_again),
        cmocka_unit_test(test_the_key_of_another_person_is_not_destroyed_where_a_content_is_gone),
        cmocka_unit_test(test_no_slot_is_given_out_again_whichever_rows_are_deleted),
        cmocka_unit_test(test_a_slot_to_erase_that_the_keys_do_not_have_ends_the_node),
        cmocka_unit_test(test_no_slot_is_given_out_again_after_a_tick_was_undone),
        cmocka_unit_test(test_an_erased_slot_is_not_given_out_though_nothing_names_it),
        cmocka_unit_test(test_an_erased_slot_is_not_given_out_where_an_older_note_is_put_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
