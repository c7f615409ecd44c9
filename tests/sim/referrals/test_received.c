/* What is accepted is a case there: it shows what came for as long as it may be read, and keeps what was written. */
#include "fixture.h"

#include "codec/case_codec.h"
#include "codec/peer.h"
#include "codec/peer_messages.h"
#include "exchange/access/assign_calls.h"
#include "exchange/access/never_calls.h"
#include "exchange/cases/case_edit.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_received.h"
#include "exchange/consent/consent_calls.h"
#include "exchange/search/search_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "owed.h"
#include "store/consent_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SENT (BIT(TRIAGE) | BIT(IDENTITY) | BIT(CONTACT))

static const struct people_consent granted = {.sections = SENT};

static void begin(struct fixture *s)
{
    fixture_begin(s, 1, 2, &granted);
    fixture_deliver(s);
}

static struct ident accept_into(struct fixture *s, const struct ident *into)
{
    const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
    struct control_referral out;

    world_must(exchange_referral_answer_into(s->mission, &s->sent.referral, &accepted, into, &out, &s->err), &s->err,
               "accept");
    fixture_settle(s);
    return out.case_id;
}

static struct ident accept(struct fixture *s)
{
    return accept_into(s, NULL);
}

struct received {
    unsigned parts;
    section_set sections;
    int64_t erased_ms;
    struct ident consent;
    struct address agency;
};

static bool note_part(void *cookie, const struct control_case_received *r, struct error *err)
{
    struct received *is = cookie;

    (void)err;
    is->parts++;
    is->sections |= r->sections;
    is->erased_ms = r->erased_ms;
    is->consent = r->consent;
    is->agency = r->agency;
    return true;
}

/* What the mission's case shows that came. */
static struct received received_of(struct fixture *s, const struct ident *case_id)
{
    struct received is = {0};

    world_must(
        exchange_case_received(s->mission, &(struct control_case_received_ask){*case_id}, note_part, &is, &s->err),
        &s->err, "received");
    world_tick(s->w, MISSION);
    return is;
}

static section_set own_of(struct fixture *s, const struct ident *case_id)
{
    struct case_sections out = {0};
    section_set own = 0;

    world_must(exchange_case_show(s->mission, case_id, &out, &s->err), &s->err, "show");
    for (int i = SECTION_TRIAGE; i < SECTION_END; i++)
        own |= out.sections[i].size != 0 ? SECTION_BIT(i) : 0;
    world_tick(s->w, MISSION);
    return own;
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned count_cases(struct fixture *s)
{
    unsigned n = 0;

    assert_true(exchange_case_list(s->mission, &(struct control_case_list_ask){0}, NULL, count_case, &n, &s->err));
    return n;
}

static bool note_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    (void)err;
    *(unsigned *)cookie += !ident_is_zero(&f->case_id);
    return true;
}

/* How many cases of the mission are found by her name. */
static unsigned find(struct fixture *s, const char *words)
{
    const struct control_case_find_ask ask = {.words = view_of_text(words)};
    struct searching *searching;
    unsigned n = 0;

    world_run_ms(s->w, MINUTES);
    world_must(exchange_search_begin(s->mission, &ask, &searching, &s->err), &s->err, "begin");
    world_must(exchange_search_step(searching, NULL, note_found, &n, &s->err), &s->err, "find");
    exchange_search_end(searching);
    world_tick(s->w, MISSION);
    return n;
}

static bool write_own(struct fixture *s, const struct ident *case_id, enum section section, const char *field,
                      const char *value, uint32_t version)
{
    struct bytes room = {0};
    struct arena arena = {0};
    struct control_case_section one = {.section = section};
    struct control_case_edit_ask ask = {.case_id = *case_id, .version = version, .sections = &one, .section_count = 1};
    struct control_case_edited out;
    struct case_data c;
    bool empty;
    bool ok;

    case_init(&c, &arena);
    assert_true(case_read_value(&c, case_field_find(view_of_text(field)), 0, view_of_text(value), &s->err));
    assert_true(case_section_encode(&c, section, &room, &empty, &s->err));
    one.data = bytes_view(&room);
    ok = exchange_case_edit(s->mission, &ask, &out, &s->err);
    arena_fini(&arena);
    bytes_fini(&room);
    world_tick(s->w, MISSION);
    return ok;
}

static void test_what_is_accepted_is_a_case_that_shows_what_came(void **state)
{
    struct control_referral_detail d;
    struct received is;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    assert_int_equal(count_cases(&s), 0);
    assert_int_equal(find(&s, "person"), 0);
    opened = accept(&s);
    assert_int_equal(count_cases(&s), 1);
    is = received_of(&s, &opened);
    assert_true(is.parts == 1 && is.sections == SENT && ident_equal(&is.consent, &s.consent));
    assert_true(address_equal(&is.agency, exchange_agency(s.ngo)));
    assert_int_equal(own_of(&s, &opened), 0);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_true(ident_equal(&d.summary.case_id, &opened));
    assert_int_equal(find(&s, "person"), 1);
    accept(&s);
    assert_int_equal(count_cases(&s), 1);
    fixture_end(&s);
}

static void test_what_follows_the_acceptance_is_found_by(void **state)
{
    const struct people_referral later = {.now = false};
    struct ident opened;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, &granted);
    world_must(people_refer(s.ngo, &s.person, s.to, &later, &s.sent, &s.err), &s.err, "refer");
    fixture_settle(&s);
    opened = accept(&s);
    assert_int_equal(received_of(&s, &opened).sections, SENT);
    assert_int_equal(find(&s, "person"), 1);
    fixture_end(&s);
}

/* She is found by what the mission wrote, and by nothing else. */
static void test_a_withdrawal_takes_what_came_and_leaves_what_was_written(void **state)
{
    struct received is;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    opened = accept(&s);
    assert_true(write_own(&s, &opened, SECTION_IDENTITY, "prs_FirstName", "Zuzanna", 1));
    assert_true(find(&s, "person") == 1 && find(&s, "zuzanna") == 1);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    fixture_settle(&s);
    is = received_of(&s, &opened);
    assert_true(is.parts == 1 && is.sections == 0);
    assert_true(find(&s, "person") == 0 && find(&s, "zuzanna") == 1);
    assert_int_equal(own_of(&s, &opened), BIT(IDENTITY));
    fixture_end(&s);
}

static void test_an_erasure_is_stated_and_reaches_the_case(void **state)
{
    struct received is;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    opened = accept(&s);
    assert_true(write_own(&s, &opened, SECTION_HEALTH, "ext_Medication", "own words", 1));
    world_must(fixture_withdraw(&s, true), &s.err, "withdraw");
    fixture_settle(&s);
    is = received_of(&s, &opened);
    assert_true(is.parts == 1 && is.sections == 0 && is.erased_ms != 0);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(find(&s, "person"), 0);
    assert_int_equal(own_of(&s, &opened), BIT(HEALTH));
    fixture_end(&s);
}

static void test_what_has_ended_is_not_found_by(void **state)
{
    struct ident opened;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, NULL);
    s.consent = people_consent(s.ngo, &s.person, s.to,
                               &(struct people_consent){.sections = SENT, .until = day_of_ms(world_now(s.w)) + 3});
    world_tick(s.w, NGO);
    fixture_deliver(&s);
    opened = accept(&s);
    assert_int_equal(find(&s, "person"), 1);
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_int_equal(received_of(&s, &opened).sections, 0);
    assert_int_equal(find(&s, "person"), 0);
    fixture_end(&s);
}

/* --- what ended by its last day --- */

static void begin_for_days(struct fixture *s, unsigned days)
{
    fixture_begin(s, 1, 2, NULL);
    s->consent = people_consent(s->ngo, &s->person, s->to,
                                &(struct people_consent){.sections = SENT, .until = day_of_ms(world_now(s->w)) + days});
    world_tick(s->w, NGO);
    fixture_deliver(s);
}

static void answer(struct fixture *s, const struct reply_message *reply)
{
    struct control_referral out;

    world_must(exchange_referral_answer(s->mission, &s->sent.referral, reply, &out, &s->err), &s->err, "answer");
}

static struct control_consent shown_at(struct fixture *s, struct exchange *x)
{
    struct control_consent shown;

    world_must(exchange_consent_show(x, &s->consent, &shown, &s->err), &s->err, "show a consent");
    return shown;
}

static uint64_t slot_there(struct fixture *s)
{
    struct consent_row row;
    bool found;

    world_must(consent_store_find(s->mission->db, world_address(s->w, NGO), &s->consent, &found, &row, &s->err),
               &s->err, "find a consent");
    REQUIRE(found);
    return row.slot;
}

static void test_what_has_ended_is_erased_by_itself_and_said_to_who_asked_her(void **state)
{
    struct control_consent shown;
    struct received is;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin_for_days(&s, 3);
    opened = accept(&s);
    assert_true(write_own(&s, &opened, SECTION_HEALTH, "ext_Medication", "own words", 1));
    world_run_ms(s.w, 3 * 24 * HOURS);
    assert_true(received_of(&s, &opened).erased_ms == 0 && people_records(s.mission, RECORD_ERASED) == 0);
    world_run_ms(s.w, 2 * 24 * HOURS);
    is = received_of(&s, &opened);
    assert_true(is.parts == 1 && is.sections == 0 && is.erased_ms != 0);
    assert_true(vault_slot_is_erased(s.mission->vault, slot_there(&s)));
    assert_int_equal(own_of(&s, &opened), BIT(HEALTH));
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_ERASED);
    shown = shown_at(&s, s.mission);
    assert_true(shown.ended && shown.progress == CONSENT_ERASED && !shown.shut && shown.erased_ms != 0);
    shown = shown_at(&s, s.ngo); /* nobody withdrew it */
    assert_true(shown.answered && shown.answered_time_ms != 0 && shown.progress == CONSENT_STANDS &&
                shown.told == RECIPIENT_NOTHING && shown.answered_erased == SENT);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, 2 * 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

static void test_a_withdrawal_keeps_nothing_longer_than_its_last_day(void **state)
{
    struct fixture s;

    (void)state;
    begin_for_days(&s, 1);
    world_erase_after(s.w, 240);
    world_must(fixture_withdraw(&s, false), &s.err, "withdraw");
    world_run_ms(s.w, HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    world_run_ms(s.w, 3 * 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

static void test_how_it_ended_stays_known_of_what_is_erased_since(void **state)
{
    const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
    struct control_referral out;
    struct fixture s;

    (void)state;
    begin_for_days(&s, 3);
    answer(&s, &declined);
    fixture_settle(&s);
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DECLINED);
    assert_int_equal(people_state(s.ngo, &s.sent.referral), REFERRAL_DECLINED);
    assert_false(exchange_referral_answer(s.mission, &s.sent.referral, &declined, &out, &s.err));
    assert_int_equal(s.err.code, E_CON_03);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), 0);
    assert_int_equal(s.err.code, E_CON_03);
    fixture_end(&s);
}

/* What was stated of its last day has arrived, its receipt has not, and she withdraws: that is answered, too. */
static void test_a_withdrawal_that_meets_a_statement_of_the_last_day_is_answered(void **state)
{
    struct fixture s;

    (void)state;
    begin_for_days(&s, 3);
    world_run_ms(s.w, 3 * 24 * HOURS);
    world_conditions(s.w)->drop = PEER_RECEIPT;
    world_run_ms(s.w, 2 * 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    assert_true(shown_at(&s, s.ngo).answered);
    world_must(fixture_withdraw(&s, true), &s.err, "withdraw");
    world_tick(s.w, NGO);
    world_run_ms(s.w, 1000);
    world_conditions(s.w)->drop = 0;
    world_run_ms(s.w, 2 * 24 * HOURS);
    assert_int_equal(owed_now(s.ngo).count, 0);
    assert_int_equal(owed_now(s.mission).count, 0);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_end(&s);
}

/* For as long as a message may wait; then what she agreed to counts for more. */
static void test_an_answer_that_is_still_under_way_is_not_erased_with_it(void **state)
{
    const struct reply_message declined = {.state = REFERRAL_DECLINED, .reason = DECLINE_AT_CAPACITY};
    struct fixture s;

    (void)state;
    for (int late = 0; late < 2; late++) {
        begin_for_days(&s, 3);
        world_conditions(s.w)->partition = true;
        world_conditions(s.w)->drop = PEER_ENVELOPE;
        answer(&s, &declined);
        world_run_ms(s.w, (late ? 34 : 20) * 24 * HOURS);
        assert_int_equal(people_records(s.mission, RECORD_ERASED), late);
        world_conditions(s.w)->partition = false;
        world_conditions(s.w)->drop = 0;
        world_publish(s.w); /* theirs is too old by now */
        world_run_ms(s.w, 2 * 24 * HOURS);
        assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
        assert_int_equal(people_state(s.ngo, &s.sent.referral), late ? REFERRAL_DELIVERED : REFERRAL_DECLINED);
        fixture_end(&s);
    }
}

static void test_who_changes_the_last_day_in_the_table_keeps_no_key(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin_for_days(&s, 3);
    slot = slot_there(&s);
    fixture_edit(&s, MISSION, "UPDATE consent SET until = until + 300");
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_true(vault_slot_is_erased(s.mission->vault, slot));
    fixture_end(&s);
}

static bool note_outcome(void *cookie, const struct message_row *m, struct error *err)
{
    (void)err;
    if (m->kind == MESSAGE_CANCEL)
        *(uint32_t *)cookie = m->outcome;
    return true;
}

static void test_what_comes_behind_its_last_day_is_not_called_withdrawn(void **state)
{
    struct control_referral out;
    struct referral_row row;
    struct fixture s;
    uint32_t outcome = 0;
    bool found;

    (void)state;
    begin_for_days(&s, 3);
    world_run_ms(s.w, 5 * 24 * HOURS);
    world_must(exchange_referral_cancel(s.ngo, &s.sent.referral, &out, &s.err), &s.err, "cancel");
    fixture_settle(&s);
    world_must(referral_store_find(s.ngo->db, &s.sent.referral, &found, &row, &s.err) &&
                   message_store_walk_referral(s.ngo->db, row.number, note_outcome, &outcome, &s.err),
               &s.err, "look at a message");
    assert_int_equal(outcome, OUTCOME_NOT_COVERED);
    fixture_end(&s);
}

static void test_a_clock_in_doubt_erases_nothing_by_its_day(void **state)
{
    struct fixture s;

    (void)state;
    begin_for_days(&s, 3);
    world_set_clock(s.w, MISSION, 30 * 24 * HOURS);
    fixture_restart(&s, MISSION);
    world_run_ms(s.w, 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    world_set_clock(s.w, MISSION, 0);
    fixture_restart(&s, MISSION);
    fixture_settle(&s);
    assert_int_equal(people_open_sections(s.mission, &s.sent.referral, &s.err), SENT);
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

static bool let_its_day_pass(struct fixture *s)
{
    world_run_ms(s->w, 5 * MINUTES);
    return true;
}

static void test_a_failed_statement_of_that_day_leaves_the_key_for_the_next_start(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin_for_days(&s, 3);
    slot = slot_there(&s);
    world_run_ms(s.w, 4 * DAY_MS - world_now(s.w) % DAY_MS - MINUTES);
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 0);
    assert_in_range(fixture_at_each_statement(&s, MISSION, let_its_day_pass, MINUTES), 10, 400);
    world_run_ms(s.w, HOURS);
    assert_true(vault_slot_is_erased(s.mission->vault, slot));
    assert_int_equal(people_records(s.mission, RECORD_ERASED), 1);
    fixture_end(&s);
}

static void test_of_one_person_all_goes_into_one_case_where_somebody_says_so(void **state)
{
    struct control_referral_join_ask ask;
    struct control_referral out;
    struct ident first;
    struct ident second;
    struct fixture s;

    (void)state;
    begin(&s);
    first = accept(&s);
    fixture_deliver(&s);
    second = accept_into(&s, &first);
    assert_true(ident_equal(&first, &second) && count_cases(&s) == 1);
    assert_int_equal(received_of(&s, &first).parts, 2);
    fixture_deliver(&s);
    second = accept(&s);
    assert_int_equal(count_cases(&s), 2);
    ask = (struct control_referral_join_ask){s.sent.referral, first};
    for (int i = 0; i < 2; i++)
        world_must(exchange_referral_join(s.mission, &ask, &out, &s.err), &s.err, "join");
    world_tick(s.w, MISSION);
    assert_true(received_of(&s, &first).parts == 3 && received_of(&s, &second).parts == 0);
    assert_int_equal(find(&s, "person"), 1);
    ask.case_id = s.person; /* the other agency's */
    assert_false(exchange_referral_join(s.mission, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_CAS_20);
    fixture_end(&s);
}

/* Nobody works in it any more, and would see it. */
static void test_nothing_is_taken_into_a_case_that_was_merged(void **state)
{
    const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
    struct control_case_merge_ask ask;
    struct control_case_moved moved;
    struct control_referral_join_ask join;
    struct control_referral out;
    struct fixture s;

    (void)state;
    begin(&s);
    ask = (struct control_case_merge_ask){.case_id = people_case(s.mission), .from = people_case(s.mission)};
    world_tick(s.w, MISSION);
    world_must(exchange_case_merge(s.mission, &ask, &moved, &s.err), &s.err, "merge");
    world_tick(s.w, MISSION);
    assert_false(exchange_referral_answer_into(s.mission, &s.sent.referral, &accepted, &ask.from, &out, &s.err));
    assert_int_equal(s.err.code, E_MRG_03);
    (void)accept(&s);
    join = (struct control_referral_join_ask){s.sent.referral, ask.from};
    assert_false(exchange_referral_join(s.mission, &join, &out, &s.err));
    assert_int_equal(s.err.code, E_MRG_03);
    join.case_id = ask.case_id;
    assert_true(exchange_referral_join(s.mission, &join, &out, &s.err));
    fixture_end(&s);
}

static void test_what_was_not_accepted_is_of_no_case(void **state)
{
    const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
    struct control_referral_join_ask ask;
    struct control_referral out;
    struct fixture s;

    (void)state;
    begin(&s);
    ask = (struct control_referral_join_ask){.referral = s.sent.referral};
    assert_false(exchange_referral_join(s.mission, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_REF_07);
    assert_false(exchange_referral_answer_into(s.mission, &s.sent.referral, &accepted, &s.person, &out, &s.err));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_int_equal(people_state(s.mission, &s.sent.referral), REFERRAL_DELIVERED);
    fixture_end(&s);
}

/* Whoever changes rows puts what came of her into no other case. */
static void test_a_changed_row_shows_her_in_no_other_case(void **state)
{
    struct ident other;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    opened = accept(&s);
    other = people_case(s.mission);
    world_tick(s.w, MISSION);
    fixture_edit(&s, MISSION,
                 "UPDATE referral SET case_number = (SELECT max(number) FROM case_file) WHERE direction = 2");
    assert_true(received_of(&s, &other).parts == 0 && received_of(&s, &opened).parts == 0);
    fixture_end(&s);
}

/* What came is not the mission's to send on; it says so by name. */
static void test_what_came_is_not_sent_on(void **state)
{
    const struct people_consent own = {.sections = BIT(TRIAGE) | BIT(IDENTITY) | BIT(HEALTH)};
    const struct people_referral required = {.require = BIT(IDENTITY), .now = true};
    const struct people_referral partly = {.now = true};
    const struct address *to;
    struct control_referral_result out = {0};
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    opened = accept(&s);
    to = exchange_agency(s.ngo);
    assert_true(write_own(&s, &opened, SECTION_HEALTH, "ext_Medication", "own words", 1));
    (void)people_consent(s.mission, &opened, to, &own);
    world_tick(s.w, MISSION);
    assert_false(people_refer(s.mission, &opened, to, &required, &out, &s.err));
    assert_int_equal(s.err.code, E_CON_02);
    assert_non_null(strstr(s.err.text, "identity"));
    assert_non_null(strstr(s.err.text, denial_says(DENIAL_ONWARD)));
    world_must(people_refer(s.mission, &opened, to, &partly, &out, &s.err), &s.err, "refer");
    assert_int_equal(out.shared | out.offered, BIT(HEALTH));
    fixture_settle(&s);
    fixture_end(&s);
}

static bool accept_it(struct fixture *s)
{
    const struct reply_message accepted = {.state = REFERRAL_ACCEPTED};
    struct control_referral out;

    return exchange_referral_answer_into(s->mission, &s->sent.referral, &accepted, NULL, &out, &s->err);
}

static void test_an_acceptance_and_its_case_stand_together(void **state)
{
    struct control_referral_detail d;
    struct fixture s;

    (void)state;
    begin(&s);
    assert_in_range(fixture_at_each_statement(&s, MISSION, accept_it, MINUTES), 10, 500);
    fixture_settle(&s);
    world_must(exchange_referral_show(s.mission, &s.sent.referral, false, &d, &s.err), &s.err, "show");
    assert_int_equal(d.summary.state, REFERRAL_ACCEPTED);
    assert_int_equal(count_cases(&s), 1);
    assert_int_equal(received_of(&s, &d.summary.case_id).parts, 1);
    fixture_end(&s);
}

/* --- whose it is --- */

enum { OWNER = 900, ADA = 1001, BOB };

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->mission, &uid);
}

static void enter(struct fixture *s, uint32_t uid, enum staff_role role, const char *account)
{
    struct control_staff_add_ask ask = {.uid = uid, .roles = STAFF_ROLE_BIT(role), .account = view_of_text(account)};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->mission, &ask, &added, &s->err), &s->err, "enter");
    world_tick(s->w, MISSION);
}

static bool sees_both(struct fixture *s, const struct ident *case_id)
{
    struct control_referral_detail d;
    struct case_sections out = {0};
    bool one = exchange_case_show(s->mission, case_id, &out, &s->err);
    bool other = exchange_referral_show(s->mission, &s->sent.referral, false, &d, &s->err);

    world_tick(s->w, MISSION);
    assert_int_equal(one, other);
    return one;
}

static bool note_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

static void test_who_holds_one_holds_both(void **state)
{
    struct control_assigned assigned;
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    as(&s, OWNER);
    enter(&s, OWNER, STAFF_SUPERVISOR, "owner");
    enter(&s, ADA, STAFF_CASEWORKER, "ada");
    enter(&s, BOB, STAFF_CASEWORKER, "bob");
    as(&s, ADA);
    opened = accept(&s);
    assert_true(sees_both(&s, &opened));
    as(&s, BOB);
    assert_false(sees_both(&s, &opened));
    as(&s, OWNER);
    world_must(exchange_referral_assign(s.mission, &(struct control_assign_ask){.object = s.sent.referral, .uid = BOB},
                                        &assigned, &s.err),
               &s.err, "assign");
    world_tick(s.w, MISSION);
    as(&s, BOB);
    assert_true(sees_both(&s, &opened));
    as(&s, ADA);
    assert_false(sees_both(&s, &opened));
    as(&s, OWNER);
    world_must(
        exchange_case_assign(s.mission, &(struct control_assign_ask){.object = opened, .uid = ADA}, &assigned, &s.err),
        &s.err, "assign");
    world_tick(s.w, MISSION);
    as(&s, ADA);
    assert_true(sees_both(&s, &opened));
    exchange_acting(s.mission, NULL);
    fixture_end(&s);
}

static void test_who_is_kept_from_the_case_is_kept_from_what_came(void **state)
{
    struct control_case_never_ask never = {.uid = BOB};
    struct ident opened;
    struct fixture s;

    (void)state;
    begin(&s);
    opened = accept(&s); /* nobody holds it */
    as(&s, OWNER);
    enter(&s, OWNER, STAFF_SUPERVISOR, "owner");
    enter(&s, BOB, STAFF_CASEWORKER, "bob");
    as(&s, BOB);
    assert_true(sees_both(&s, &opened));
    as(&s, OWNER);
    never.case_id = opened;
    world_must(exchange_case_never(s.mission, &never, note_never, NULL, &s.err), &s.err, "never");
    world_tick(s.w, MISSION);
    as(&s, BOB);
    assert_false(sees_both(&s, &opened));
    exchange_acting(s.mission, NULL);
    fixture_end(&s);
}

/* Each key takes a sync of its own, so a tick erases some of them; the others follow on the same day. */
static void test_all_that_ends_on_one_day_is_erased_on_it(void **state)
{
    enum { MANY = 70 };
    struct people_consent one = granted;
    struct ident referrals[MANY];
    struct fixture s;
    unsigned erased = 0;

    (void)state;
    fixture_begin(&s, 19, 2, NULL);
    one.until = day_of_ms(world_now(s.w)) + 1;
    for (unsigned i = 0; i < MANY; i++) {
        struct ident person = people_case(s.ngo);

        world_tick(s.w, NGO);
        (void)people_consent(s.ngo, &person, s.to, &one);
        world_tick(s.w, NGO);
        world_must(people_refer(s.ngo, &person, s.to, &(struct people_referral){.now = true}, &s.sent, &s.err), &s.err,
                   "refer");
        referrals[i] = s.sent.referral;
        fixture_settle(&s);
    }
    for (unsigned i = 0; i < 5 * 24 && people_state(s.mission, &referrals[0]) != REFERRAL_ERASED; i++)
        world_run_ms(s.w, HOURS);
    for (unsigned i = 0; i < MANY; i++)
        erased += people_state(s.mission, &referrals[i]) == REFERRAL_ERASED;
    assert_int_equal(erased, MANY);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_accepted_is_a_case_that_shows_what_came),
        cmocka_unit_test(test_what_follows_the_acceptance_is_found_by),
        cmocka_unit_test(test_a_withdrawal_takes_what_came_and_leaves_what_was_written),
        cmocka_unit_test(test_an_erasure_is_stated_and_reaches_the_case),
        cmocka_unit_test(test_what_has_ended_is_not_found_by),
        cmocka_unit_test(test_what_has_ended_is_erased_by_itself_and_said_to_who_asked_her),
        cmocka_unit_test(test_a_withdrawal_keeps_nothing_longer_than_its_last_day),
        cmocka_unit_test(test_how_it_ended_stays_known_of_what_is_erased_since),
        cmocka_unit_test(test_a_withdrawal_that_meets_a_statement_of_the_last_day_is_answered),
        cmocka_unit_test(test_an_answer_that_is_still_under_way_is_not_erased_with_it),
        cmocka_unit_test(test_who_changes_the_last_day_in_the_table_keeps_no_key),
        cmocka_unit_test(test_what_comes_behind_its_last_day_is_not_called_withdrawn),
        cmocka_unit_test(test_a_clock_in_doubt_erases_nothing_by_its_day),
        cmocka_unit_test(test_a_failed_statement_of_that_day_leaves_the_key_for_the_next_start),
        cmocka_unit_test(test_of_one_person_all_goes_into_one_case_where_somebody_says_so),
        cmocka_unit_test(test_nothing_is_taken_into_a_case_that_was_merged),
        cmocka_unit_test(test_what_was_not_accepted_is_of_no_case),
        cmocka_unit_test(test_a_changed_row_shows_her_in_no_other_case),
        cmocka_unit_test(test_what_came_is_not_sent_on),
        cmocka_unit_test(test_an_acceptance_and_its_case_stand_together),
        cmocka_unit_test(test_who_holds_one_holds_both),
        cmocka_unit_test(test_who_is_kept_from_the_case_is_kept_from_what_came),
        cmocka_unit_test(test_all_that_ends_on_one_day_is_erased_on_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
