/* Whichever statement of the database fails: the node ends without a word to anybody and starts again, and what people
 * ask and what agencies send is done once all the same, and whole. Each stage of a consent's life is tried again and
 * again; each time a later statement fails, from the first on, until none does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "crypto/random.h"
#include "exchange/consent/consent_snapshot.h"
#include "exchange/logs/audit.h"
#include "exchange/members/holds.h"
#include "exchange/members/peers.h"
#include "exchange/state.h"
#include "fixture.h"
#include "store/consent_store.h"

static bool do_nothing(struct fixture *s)
{
    (void)s;
    return true;
}

struct count {
    struct fixture *s;
    enum consent_progress progress;
    unsigned count;
};

static bool count_consent(void *cookie, const struct control_consent *c, struct error *err)
{
    struct count *n = cookie;

    (void)err;
    n->count += c->progress == n->progress;
    return true;
}

static bool count_consents(struct fixture *s, struct count *out)
{
    return exchange_consent_list(s->ngo, &(struct control_consent_list_ask){.case_id = s->person}, NULL, count_consent,
                                 out, &s->err);
}

static unsigned consents_of(struct fixture *s, enum consent_progress progress)
{
    struct count c = {.s = s, .progress = progress};

    assert_true(count_consents(s, &c));
    return c.count;
}

/* --- a person records --- */

static bool record(struct fixture *s, enum consent_progress becomes, const struct people_consent *c, struct ident *id)
{
    struct count there = {.s = s, .progress = becomes};

    if (!count_consents(s, &there))
        return false;
    return there.count > 0 || people_may_consent(s->ngo, &s->person, s->to, c, id, &s->err);
}

static bool record_yes(struct fixture *s)
{
    return record(s, CONSENT_STANDS, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)}, &s->consent);
}

static bool record_no(struct fixture *s)
{
    struct ident no;

    return record(s, CONSENT_SAID_NO, &(struct people_consent){.refused = true}, &no);
}

static void test_a_yes_and_a_no_are_recorded_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 61, 2, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, record_yes, MINUTES), 8, 500);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 1);
    fixture_deliver(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, record_no, MINUTES), 8, 500);
    assert_int_equal(consents_of(&s, CONSENT_SAID_NO), 1);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 0);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    fixture_end(&s);
}

/* The yes is not in the store when the no ends it. */
static bool record_yes_and_no(struct fixture *s)
{
    struct count no = {.s = s, .progress = CONSENT_SAID_NO};
    struct ident yes;

    if (!count_consents(s, &no))
        return false;
    if (no.count > 0)
        return true;
    return people_may_consent(s->ngo, &s->person, s->to, &(struct people_consent){.sections = BIT(TRIAGE)}, &yes,
                              &s->err) &&
           record_no(s);
}

static void test_a_yes_and_a_no_of_one_tick_are_recorded_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 80, 2, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, record_yes_and_no, MINUTES), 8, 500);
    assert_int_equal(consents_of(&s, CONSENT_SAID_NO), 1);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 0);
    fixture_end(&s);
}

static bool take_ended(void *cookie, const struct control_consent *c, struct error *err)
{
    struct fixture *s = cookie;

    (void)err;
    assert_true(ident_equal(&c->consent, &s->consent));
    return true;
}

/* A no, and a yes of a guardian, for whom the age in the case is read. */
static bool foresee(struct fixture *s)
{
    struct control_consent_record_ask ask = fixture_named_ask(s);
    struct control_consent_recorded out;

    ask.refused = true;
    if (!people_foresee(s->ngo, &ask, take_ended, s, &out, &s->err))
        return false;
    ask.refused = false;
    ask.given_by = GIVEN_BY_GUARDIAN;
    return people_foresee(s->ngo, &ask, take_ended, s, &out, &s->err) && out.for_adult;
}

static void test_what_is_foreseen_is_said_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 81, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, foresee, 0), 5, 500);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 1);
    fixture_end(&s);
}

static bool ask_with_request_id(struct fixture *s, struct ident *id)
{
    const struct control_consent_record_ask ask = fixture_named_ask(s);

    return people_record(s->ngo, &ask, id, &s->err);
}

static bool record_once(struct fixture *s)
{
    return ask_with_request_id(s, &s->consent);
}

static void test_a_request_id_is_one_consent_whatever_failed(void **state)
{
    struct fixture s;
    struct ident again;

    (void)state;
    fixture_begin(&s, 62, 2, NULL);
    assert_in_range(fixture_at_each_statement(&s, NGO, record_once, MINUTES), 8, 500);
    assert_in_range(fixture_at_each_statement(&s, NGO, record_once, MINUTES), 3, 500); /* when it is asked again */
    assert_true(ask_with_request_id(&s, &again));
    assert_true(ident_equal(&again, &s.consent));
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 1);
    fixture_end(&s);
}

/* --- what she agreed to, there and back --- */

static bool refer_once(struct fixture *s)
{
    return people_refer(s->ngo, &s->person, s->to, &(struct people_referral){.now = true, .request_id = "first"},
                        &s->sent, &s->err);
}

/* It is not about the mission: but that has to be read. */
static void test_a_yes_after_a_no_lets_through_or_says_that_it_could_not_be_read(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 68, 3, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    (void)people_consent(s.ngo, &s.person, world_address(s.w, SHELTER), &(struct people_consent){.refused = true});
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO); /* it knows of no refusal yet whom it was about */
    assert_in_range(fixture_at_each_statement(&s, NGO, refer_once, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static bool accept(struct fixture *s)
{
    struct control_referral out;

    return exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &out, &s->err);
}

static bool withdraw(struct fixture *s)
{
    return exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err) &&
           (s->shown.progress != CONSENT_STANDS || fixture_withdraw(s, true));
}

static void test_a_referral_and_its_answer_come_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 63, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    assert_in_range(fixture_at_each_statement(&s, NGO, refer_once, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_refer(&s);
    assert_in_range(fixture_at_each_statement(&s, MISSION, do_nothing, MINUTES), 8, 500);
    assert_in_range(fixture_at_each_statement(&s, MISSION, accept, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_count(s.ngo, &s.sent.referral), 1);
    fixture_end(&s);
}

/* What she shows of her consent with them is stored in place of what was shown before. */
static void test_what_follows_an_acceptance_comes_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 78, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    assert_true(people_refer(s.ngo, &s.person, s.to, &(struct people_referral){.now = false}, &s.sent, &s.err));
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE));
    assert_in_range(fixture_at_each_statement(&s, MISSION, accept, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), BIT(TRIAGE) | BIT(HEALTH));
    assert_int_equal(people_records(s.mission, RECORD_TAKEN), 1);
    fixture_end(&s);
}

/* Each side has never seen what comes: the receipt of a consent, its first answer. */
static void test_the_first_message_under_a_consent_arrives_once_and_so_does_its_answer(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 72, 2, &(struct people_consent){.sections = BIT(TRIAGE) | BIT(HEALTH)});
    world_conditions(s.w)->partition = true;
    world_cut(s.w, NGO, MISSION);
    fixture_refer(&s);
    world_tick(s.w, NGO);
    world_conditions(s.w)->partition = false;
    assert_in_range(fixture_at_each_statement(&s, MISSION, do_nothing, 3 * MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    world_conditions(s.w)->partition = true;
    world_cut(s.w, NGO, MISSION);
    assert_true(accept(&s));
    world_tick(s.w, MISSION);
    world_conditions(s.w)->partition = false;
    assert_in_range(fixture_at_each_statement(&s, NGO, do_nothing, 3 * MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    fixture_end(&s);
}

static void test_a_withdrawal_is_told_and_followed_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 64, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    world_crash(s.w, MISSION);
    assert_in_range(fixture_at_each_statement(&s, NGO, withdraw, MINUTES), 8, 500);
    fixture_restart(&s, MISSION);
    assert_in_range(fixture_at_each_statement(&s, MISSION, do_nothing, 3 * MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static bool withdraw_lost(struct fixture *s)
{
    return fixture_withdraw(s, true);
}

/* Its row is gone: it is made again by the log, its messages and its content. */
static void test_a_consent_whose_row_is_gone_is_withdrawn_all_the_same(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 66, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent");
    assert_in_range(fixture_at_each_statement(&s, NGO, withdraw_lost, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_a_no_ends_a_yes_whose_row_is_gone_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 82, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "DELETE FROM consent");
    assert_in_range(fixture_at_each_statement(&s, NGO, record_no, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_records(s.ngo, RECORD_WITHDRAWN), 1);
    assert_int_equal(fixture_told(&s), RECIPIENT_ASKED);
    fixture_end(&s);
}

/* --- agencies --- */

static uint64_t compared_again; /* answered yes where the key counted already: that is a record of its own */

static bool confirm(struct fixture *s)
{
    char text[FINGERPRINT_TEXT];
    struct peer p;
    bool changed = true;
    bool held_there;
    bool ok;

    assert_true(membership_find_peer(s->ngo->membership, address_view(s->to), &p));
    fingerprint_write(&p.fingerprint, text);
    ok = exchange_agency_confirm(s->ngo, s->to, view_of_text(text), &changed, &held_there, &s->err);
    compared_again += ok && !changed;
    return ok;
}

static void test_a_directory_with_another_key_is_taken_whole_and_the_key_confirmed(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 67, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    world_conditions(s.w)->partition = true; /* it gets the directory by the mission's link alone */
    world_crash(s.w, NGO);
    world_replace(s.w, MISSION);
    fixture_restart(&s, NGO);
    world_conditions(s.w)->partition = false;
    (void)fixture_at_each_statement(&s, NGO, do_nothing, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 1);
    compared_again = 0;
    assert_in_range(fixture_at_each_statement(&s, NGO, confirm, MINUTES), 8, 500);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 2 + compared_again);
    fixture_end(&s);
}

static struct bytes other_key; /* a certificate of the mission for a key that nobody has */
static bool other_is_listed;

/* The directory lists the mission with the other key and its own, in turn. */
static bool change_key(struct fixture *s)
{
    other_is_listed = !other_is_listed;
    world_list_with(s->w, MISSION, other_is_listed ? bytes_view(&other_key) : (struct view){0});
    return true;
}

static enum hold hold_of(struct fixture *s, size_t i)
{
    struct held held;

    assert_true(holds_ask(s->ngo, world_address(s->w, i), MESSAGE_REFERRAL, &held, &s->err));
    return held.hold;
}

/* The NGO alone is up. */
static void begin_with_keys(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 3, &(struct people_consent){.sections = BIT(TRIAGE)});
    world_crash(s->w, MISSION);
    world_crash(s->w, SHELTER);
    world_certify(s->w, MISSION, &other_key);
    other_is_listed = false;
}

static void end_with_keys(struct fixture *s)
{
    bytes_fini(&other_key);
    fixture_end(s);
}

static void test_a_key_that_changes_and_comes_back_is_held_and_not(void **state)
{
    struct fixture s;

    (void)state;
    begin_with_keys(&s, 73);
    assert_in_range(fixture_at_each_statement(&s, NGO, change_key, MINUTES), 4, 500);
    assert_int_equal(hold_of(&s, MISSION), other_is_listed ? HOLD_KEY_CHANGED : HOLD_NONE);
    assert_true(change_key(&s));
    world_tick(s.w, NGO);
    assert_in_range(fixture_at_each_statement(&s, NGO, change_key, MINUTES), 4, 500);
    assert_int_equal(hold_of(&s, MISSION), other_is_listed ? HOLD_KEY_CHANGED : HOLD_NONE);
    end_with_keys(&s);
}

static void test_a_hold_that_is_over_ends_once(void **state)
{
    struct fixture s;
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 3;

    (void)state;
    begin_with_keys(&s, 74);
    for (unsigned n = 1;; n += step) {
        assert_true(change_key(&s));
        world_tick(s.w, NGO);
        assert_int_equal(hold_of(&s, MISSION), HOLD_KEY_CHANGED);
        world_run_ms(s.w, 24 * HOURS - MINUTES);
        (void)people_case(s.ngo); /* its newest record is of now: a restart does not put the end off */
        world_tick(s.w, NGO);
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        world_run_ms(s.w, 5 * MINUTES);
        fixture_look(&s);
        if (s.ngo != NULL)
            break;
        fixture_restart(&s, NGO);
        world_run_ms(s.w, 10 * MINUTES);
        assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    }
    assert_true(db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
    world_mend(s.w, NGO);
    assert_int_equal(hold_of(&s, MISSION), HOLD_NONE);
    end_with_keys(&s);
}

/* Of whom there is no row, a disk that does not answer says neither that it is held nor that it is not. */
static void assert_cannot_be_asked(struct fixture *s, size_t i)
{
    const struct address *agency = world_address(s->w, i);
    struct held held;
    bool is_held;

    db_fault(s->ngo->db, DB_FAULT_STEP, 1);
    assert_false(holds_ask(s->ngo, agency, MESSAGE_REFERRAL, &held, &s->err));
    assert_int_equal(s->err.code, E_STO_01);
    db_fault(s->ngo->db, DB_FAULT_STEP, 1);
    assert_false(holds_key_is_held(s->ngo, agency, &is_held, &s->err));
    assert_int_equal(s->err.code, E_STO_01);
    assert_true(holds_key_is_held(s->ngo, agency, &is_held, &s->err) && !is_held);
}

/* Of the shelter nothing is known before. */
static void test_the_first_key_of_an_agency_is_taken_once(void **state)
{
    static const struct view junk = {(const uint8_t *)"no certificate", 14};
    struct fixture s;
    unsigned step = getenv("REFEX_LONG") != NULL ? 1 : 3;

    (void)state;
    begin_with_keys(&s, 75);
    for (unsigned n = 1;; n += step) {
        world_list_with(s.w, SHELTER, junk);
        world_tick(s.w, NGO);
        fixture_edit(&s, NGO, "DELETE FROM peer WHERE agency = 'shelter@sim.example'");
        assert_cannot_be_asked(&s, SHELTER);
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        world_list_with(s.w, SHELTER, (struct view){0});
        world_run_ms(s.w, MINUTES);
        fixture_look(&s);
        if (s.ngo != NULL)
            break;
        fixture_restart(&s, NGO);
        assert_int_equal(hold_of(&s, SHELTER), HOLD_NONE);
    }
    assert_true(db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
    world_mend(s.w, NGO);
    assert_int_equal(hold_of(&s, SHELTER), HOLD_NONE);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 0);
    end_with_keys(&s);
}

/* --- clocks --- */

static bool set_ahead(struct fixture *s)
{
    world_set_clock(s->w, NGO, 3 * DAY_MS);
    return true;
}

static bool set_right(struct fixture *s)
{
    world_set_clock(s->w, NGO, 0);
    return true;
}

static bool confirm_clock(struct fixture *s)
{
    bool changed;

    return exchange_clock_confirm(s->ngo, &changed, &s->err);
}

static bool is_in_doubt(struct fixture *s)
{
    struct node_status status;

    assert_true(exchange_status(s->ngo, &status, &s->err));
    return status.clock.in_doubt;
}

static void test_a_doubt_of_the_clock_begins_and_ends_on_record(void **state)
{
    struct fixture s;
    unsigned records;

    (void)state;
    fixture_begin(&s, 78, 2, NULL);
    world_crash(s.w, MISSION); /* it could end the doubt */
    assert_in_range(fixture_at_each_statement(&s, NGO, set_ahead, MINUTES), 3, 500);
    assert_true(is_in_doubt(&s));
    records = people_records(s.ngo, RECORD_CLOCK);
    assert_true(records > 0);
    assert_true(set_right(&s));
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CLOCK), records + 1);
    assert_true(set_ahead(&s));
    world_tick(s.w, NGO);
    assert_in_range(fixture_at_each_statement(&s, NGO, confirm_clock, MINUTES), 3, 500);
    fixture_restart(&s, NGO);
    assert_false(is_in_doubt(&s)); /* by its log */
    fixture_end(&s);
}

/* --- what people are shown --- */

static bool list_agency(void *cookie, const struct control_agency *a, struct error *err)
{
    (void)cookie;
    (void)a;
    (void)err;
    return true;
}

static bool look(struct fixture *s)
{
    struct count all = {.s = s};
    struct node_status status;

    return count_consents(s, &all) && exchange_consent_show(s->ngo, &s->consent, &s->shown, &s->err) &&
           exchange_agency_list(s->ngo, list_agency, NULL, &s->err) && exchange_status(s->ngo, &status, &s->err);
}

static void test_who_looks_is_told_all_or_that_it_cannot_be_said(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 65, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    assert_true(fixture_withdraw(&s, false));
    fixture_settle(&s);
    assert_in_range(fixture_at_each_statement(&s, NGO, look, 0), 8, 500);
    fixture_end(&s);
}

static bool show_referral(struct fixture *s)
{
    struct control_referral_detail shown;

    peers_free(s->ngo->peers); /* with whom it is, is read */
    s->ngo->peers = peers_new();
    return exchange_referral_show(s->ngo, &s->sent.referral, false, &shown, &s->err);
}

static void test_with_whom_a_referral_is_is_read_or_not_said(void **state)
{
    struct fixture s;
    bool ok = false;

    (void)state;
    fixture_begin(&s, 77, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    for (unsigned n = 1; !ok; n++) {
        db_fault(s.ngo->db, DB_FAULT_STEP, n);
        ok = show_referral(&s);
        assert_int_equal(ok, db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
        assert_true(ok || s.err.code == E_STO_01);
    }
    db_fault(s.ngo->db, DB_FAULT_STEP, 0);
    fixture_end(&s);
}

static void test_a_referral_whose_agency_is_gone_is_not_shown_as_anothers(void **state)
{
    struct control_referral_detail shown;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 79, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    fixture_edit(&s, NGO, "UPDATE referral SET peer = 99");
    assert_false(exchange_referral_show(s.ngo, &s.sent.referral, false, &shown, &s.err));
    assert_int_equal(s.err.code, E_LOG_02);
    world_free(s.w);
}

/* A stopped node's own state is not in doubt because its disk does not answer once. */
static void test_a_stopped_node_that_cannot_be_read_is_not_said_to_differ(void **state)
{
    struct exchange_options options = {.clock = &clock_real, .random = &random_real, .read_only = true};
    struct node_status status;
    struct exchange *reader;
    struct fixture s;
    bool ok = false;

    (void)state;
    fixture_begin(&s, 69, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    options.home = world_home(s.w, NGO);
    for (unsigned n = 1; !ok; n++) {
        assert_true(exchange_open(&options, &reader, &s.err));
        db_fault(reader->db, DB_FAULT_STEP, n);
        ok = exchange_status(reader, &status, &s.err);
        assert_int_equal(ok, db_fault_is_armed(reader->db, DB_FAULT_STEP));
        assert_true(ok ? !status.consents_differ : s.err.code == E_STO_01);
        exchange_close(reader);
    }
    fixture_end(&s);
}

static bool reads_again(const struct exchange *x)
{
    bool differs;
    bool read_again;

    consent_snapshot_status(x, &differs, &read_again);
    return read_again;
}

/* It is not read again from its beginning, as one would be beside which something was changed. */
static void test_a_start_that_cannot_read_the_log_blames_nothing_that_is_stored(void **state)
{
    struct fixture s;
    bool ok = false;

    (void)state;
    fixture_begin(&s, 70, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    assert_true(exchange_stop(s.ngo, &s.err)); /* what the log says of all consents is stored */
    fixture_restart(&s, NGO);
    for (unsigned n = 1; !ok; n++) {
        consent_log_free(s.ngo->consent_log);
        s.ngo->consent_log = NULL;
        db_fault(s.ngo->db, DB_FAULT_STEP, n);
        ok = consent_snapshot_open(s.ngo, &s.err);
        assert_int_equal(ok, db_fault_is_armed(s.ngo->db, DB_FAULT_STEP));
        assert_true(ok ? !reads_again(s.ngo) : s.err.code == E_STO_01);
    }
    db_fault(s.ngo->db, DB_FAULT_STEP, 0);
    fixture_end(&s);
}

static bool stop_node(struct fixture *s)
{
    return exchange_stop(s->ngo, &s->err);
}

/* What all consents come to is recorded and stored together, or neither is. */
static void test_a_stop_that_fails_leaves_what_is_stored_as_its_record_says(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 76, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    assert_in_range(fixture_at_each_statement(&s, NGO, stop_node, 0), 4, 500);
    fixture_restart(&s, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_CONSENTS), 1);
    assert_int_equal(consent_snapshot_size(s.ngo), audit_size(s.ngo->audit, LOG_EXCHANGE));
    assert_false(reads_again(s.ngo));
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_yes_and_a_no_are_recorded_whole_or_not_at_all),
        cmocka_unit_test(test_a_yes_and_a_no_of_one_tick_are_recorded_whole_or_not_at_all),
        cmocka_unit_test(test_what_is_foreseen_is_said_whole_or_not_at_all),
        cmocka_unit_test(test_a_yes_after_a_no_lets_through_or_says_that_it_could_not_be_read),
        cmocka_unit_test(test_a_request_id_is_one_consent_whatever_failed),
        cmocka_unit_test(test_a_referral_and_its_answer_come_once),
        cmocka_unit_test(test_what_follows_an_acceptance_comes_once),
        cmocka_unit_test(test_the_first_message_under_a_consent_arrives_once_and_so_does_its_answer),
        cmocka_unit_test(test_a_withdrawal_is_told_and_followed_once),
        cmocka_unit_test(test_a_consent_whose_row_is_gone_is_withdrawn_all_the_same),
        cmocka_unit_test(test_a_no_ends_a_yes_whose_row_is_gone_once),
        cmocka_unit_test(test_a_directory_with_another_key_is_taken_whole_and_the_key_confirmed),
        cmocka_unit_test(test_a_key_that_changes_and_comes_back_is_held_and_not),
        cmocka_unit_test(test_a_hold_that_is_over_ends_once),
        cmocka_unit_test(test_the_first_key_of_an_agency_is_taken_once),
        cmocka_unit_test(test_a_doubt_of_the_clock_begins_and_ends_on_record),
        cmocka_unit_test(test_who_looks_is_told_all_or_that_it_cannot_be_said),
        cmocka_unit_test(test_with_whom_a_referral_is_is_read_or_not_said),
        cmocka_unit_test(test_a_referral_whose_agency_is_gone_is_not_shown_as_anothers),
        cmocka_unit_test(test_a_stopped_node_that_cannot_be_read_is_not_said_to_differ),
        cmocka_unit_test(test_a_start_that_cannot_read_the_log_blames_nothing_that_is_stored),
        cmocka_unit_test(test_a_stop_that_fails_leaves_what_is_stored_as_its_record_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
