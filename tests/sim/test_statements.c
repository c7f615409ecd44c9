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
#include "exchange/state.h"
#include "fixture.h"
#include "store/consent_store.h"

typedef bool act_fn(struct fixture *s);

static bool do_nothing(struct fixture *s)
{
    (void)s;
    return true;
}

/* Does ACT, and lets REST_MS pass, until no statement of node I fails meanwhile: each third one does, with REFEX_LONG
 * each. Returns which one did not come. */
static unsigned at_each_statement(struct fixture *s, size_t i, act_fn *act, int64_t rest_ms)
{
    for (unsigned n = 1;; n += getenv("REFEX_LONG") != NULL ? 1 : 3) {
        world_fault(s->w, i, DB_FAULT_STEP, n);
        if (!act(s))
            assert_true(world_is_expected_fault(s->w, i, &s->err));
        world_run_ms(s->w, rest_ms);
        fixture_look(s);
        if (world_node(s->w, i) == NULL) {
            fixture_restart(s, i);
            continue;
        }
        assert_true(db_fault_is_armed(world_node(s->w, i)->db, DB_FAULT_STEP)); /* none was passed over in silence */
        world_fault(s->w, i, DB_FAULT_STEP, 0);
        return n;
    }
}

struct count {
    struct fixture *s;
    enum consent_progress progress;
    unsigned count;
};

static bool count_consent(void *cookie, const struct consent_summary *c, struct error *err)
{
    struct count *n = cookie;

    (void)err;
    n->count += c->progress == n->progress;
    return true;
}

static bool count_consents(struct fixture *s, struct count *out)
{
    return exchange_consent_list(s->ngo, &s->person, NULL, count_consent, out, &s->err);
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
    assert_in_range(at_each_statement(&s, NGO, record_yes, MINUTES), 8, 500);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 1);
    fixture_deliver(&s);
    assert_in_range(at_each_statement(&s, NGO, record_no, MINUTES), 8, 500);
    assert_int_equal(consents_of(&s, CONSENT_SAID_NO), 1);
    assert_int_equal(consents_of(&s, CONSENT_STANDS), 0);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), TOLD_ASKED);
    fixture_end(&s);
}

static bool ask_with_request_id(struct fixture *s, struct ident *id)
{
    const struct consent_grant_ask grant = {
        .sections = BIT(TRIAGE), .purpose = PURPOSE_SERVICES, .onward = ONWARD_NONE};
    const struct consent_ask ask = {.case_id = s->person,
                                    .to = s->to,
                                    .to_count = 1,
                                    .grants = &grant,
                                    .grant_count = 1,
                                    .given_by = GIVEN_BY_SELF,
                                    .notice = view_of_text("notice-1"),
                                    .language = view_of_text("uk"),
                                    .seen_alone = SEEN_ALONE,
                                    .request_id = view_of_text("one"),
                                    .asked = view_of_text("the ask")};
    bool repeated;

    return exchange_consent_repeat(s->ngo, &ask, id, &repeated, &s->err) &&
           (repeated || exchange_consent_record(s->ngo, &ask, id, &s->err));
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
    assert_in_range(at_each_statement(&s, NGO, record_once, MINUTES), 8, 500);
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
    assert_in_range(at_each_statement(&s, NGO, refer_once, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

static bool accept(struct fixture *s)
{
    struct referral_summary out;

    return exchange_referral_accept(s->mission, &s->sent.referral, (struct view){0}, &out, &s->err) ||
           s->err.code == E_REF_07;
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
    assert_in_range(at_each_statement(&s, NGO, refer_once, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_count(s.mission, &s.sent.referral), 1);
    fixture_refer(&s);
    assert_in_range(at_each_statement(&s, MISSION, do_nothing, MINUTES), 8, 500);
    assert_in_range(at_each_statement(&s, MISSION, accept, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_ACCEPTED);
    assert_int_equal(people_count(s.ngo, &s.sent.referral), 1);
    fixture_end(&s);
}

static void test_a_withdrawal_is_told_and_followed_once(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 64, 2, &(struct people_consent){.sections = BIT(TRIAGE)});
    fixture_deliver(&s);
    world_conditions(s.w)->partition = true;
    world_cut(s.w, NGO, MISSION);
    assert_in_range(at_each_statement(&s, NGO, withdraw, MINUTES), 8, 500);
    world_conditions(s.w)->partition = false;
    assert_in_range(at_each_statement(&s, MISSION, do_nothing, 3 * MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), TOLD_ERASED);
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
    assert_in_range(at_each_statement(&s, NGO, withdraw_lost, MINUTES), 8, 500);
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), TOLD_ERASED);
    fixture_end(&s);
}

/* --- agencies --- */

static bool confirm(struct fixture *s)
{
    char text[FINGERPRINT_TEXT];
    struct peer p;
    bool changed;
    bool held_there;

    assert_true(membership_find_peer(s->ngo->membership, address_view(s->to), &p));
    fingerprint_write(&p.fingerprint, text);
    return exchange_agency_confirm(s->ngo, s->to, view_of_text(text), &changed, &held_there, &s->err);
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
    (void)at_each_statement(&s, NGO, do_nothing, MINUTES);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 1);
    assert_in_range(at_each_statement(&s, NGO, confirm, MINUTES), 8, 500);
    assert_int_equal(people_records(s.ngo, RECORD_AGENCY_KEY), 2);
    fixture_end(&s);
}

/* --- what people are shown --- */

static bool list_agency(void *cookie, const struct agency_summary *a, struct error *err)
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
    assert_in_range(at_each_statement(&s, NGO, look, 0), 8, 500);
    fixture_end(&s);
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
        assert_true(ok ? !s.ngo->consents_read_again : s.err.code == E_STO_01);
    }
    db_fault(s.ngo->db, DB_FAULT_STEP, 0);
    fixture_end(&s);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_yes_and_a_no_are_recorded_whole_or_not_at_all),
        cmocka_unit_test(test_a_yes_after_a_no_lets_through_or_says_that_it_could_not_be_read),
        cmocka_unit_test(test_a_request_id_is_one_consent_whatever_failed),
        cmocka_unit_test(test_a_referral_and_its_answer_come_once),
        cmocka_unit_test(test_a_withdrawal_is_told_and_followed_once),
        cmocka_unit_test(test_a_consent_whose_row_is_gone_is_withdrawn_all_the_same),
        cmocka_unit_test(test_a_directory_with_another_key_is_taken_whole_and_the_key_confirmed),
        cmocka_unit_test(test_who_looks_is_told_all_or_that_it_cannot_be_said),
        cmocka_unit_test(test_a_stopped_node_that_cannot_be_read_is_not_said_to_differ),
        cmocka_unit_test(test_a_start_that_cannot_read_the_log_blames_nothing_that_is_stored),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
