/* A case is deleted: asked for, undone, done after 72 hours or on the day of one that was closed; with its keys, whole
 * or not at all. */
#include "fixture.h"

#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_ending.h"
#include "exchange/cases/case_hold.h"
#include "exchange/cases/case_merge.h"
#include "exchange/cases/case_notes.h"
#include "exchange/drafts/draft_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/consent_store.h"
#include "store/search_store.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ADA = 61001, BOB = 61002 };

static const struct people_consent two = {.sections = BIT(TRIAGE) | BIT(IDENTITY)};

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == 0 ? NULL : &uid);
    error_clear(&s->err);
}

static bool try_delete(struct fixture *s, const struct ident *id, enum delete_reason reason, bool leave,
                       struct control_case_life *out)
{
    const struct control_case_delete_ask ask = {.case_id = *id, .reason = reason, .leave = leave};
    bool ok = exchange_case_delete(s->ngo, &ask, out, &s->err);

    world_tick(s->w, NGO);
    return ok;
}

static struct case_row row_of(struct fixture *s)
{
    struct case_row row = {.number = 0};
    bool found;

    world_must(case_store_get(s->ngo->db, 1, &found, &row, &s->err), &s->err, "read a case");
    assert_true(found);
    return row;
}

static bool is_here(struct fixture *s)
{
    struct control_case_life out;
    bool here = exchange_case_life(s->ngo, &s->person, &out, &s->err);

    assert_true(here || s->err.code == E_CAS_20);
    return here;
}

static bool slot_is(struct fixture *s, uint64_t slot, bool erased)
{
    return vault_slot_is_erased(s->ngo->vault, slot) == erased;
}

static bool count_note(void *cookie, const struct control_case_note *n, struct error *err)
{
    (void)n;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static bool count_draft(void *cookie, const struct control_draft *d, struct error *err)
{
    (void)d;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

static unsigned drafts(struct fixture *s)
{
    struct walk_step step = {.limit = UINT32_MAX};
    unsigned count = 0;

    world_must(exchange_draft_list(s->ngo, &step, count_draft, &count, &s->err), &s->err, "list drafts");
    return count;
}

/* What lies beside it: a note that waits for a supervisor, a draft that names it, one that does not. */
static void write_beside(struct fixture *s)
{
    const struct control_case_note_ask note = {
        .case_id = s->person, .text = view_of_text("Zorislava"), .by = tick_record_day(s->ngo) + 9};
    struct control_draft_answer answer = {
        .question = view_of_text("what-happened"), .said = ANSWER_GIVEN, .text = view_of_text("Zorislava")};
    struct control_draft_put_ask put = {
        .what = DRAFT_FOR_REFERRAL, .case_id = s->person, .answers = &answer, .answer_count = 1};
    struct control_case_note noted;
    struct control_draft kept;

    world_must(exchange_case_note(s->ngo, &note, &noted, &s->err), &s->err, "write a note");
    world_must(exchange_draft_put(s->ngo, &put, &kept, &s->err), &s->err, "keep a draft");
    put.case_id = (struct ident){{0}};
    world_must(exchange_draft_put(s->ngo, &put, &kept, &s->err), &s->err, "keep another");
    world_tick(s->w, NGO);
}

/* A referral of her that has ended. */
static void decline(struct fixture *s)
{
    struct control_referral out;

    assert_true(
        exchange_referral_decline(s->mission, &s->sent.referral, DECLINE_OTHER, view_of_text(""), &out, &s->err));
    fixture_settle(s);
}

static void test_it_is_gone_with_its_keys_and_what_was_sent_of_it(void **state)
{
    struct control_case_delete_ask look;
    struct control_case_life out;
    struct case_row row;
    struct consent_row consent;
    struct ident referral;
    struct fixture s;
    uint64_t sent;
    bool found;
    int64_t segment;

    (void)state;
    fixture_begin(&s, 1, 2, &two);
    fixture_deliver(&s);
    referral = s.sent.referral;
    write_beside(&s);
    row = row_of(&s);
    world_must(consent_store_get(s.ngo->db, 1, &found, &consent, &s.err), &s.err, "read a consent");
    sent = consent.slot;
    look = (struct control_case_delete_ask){.case_id = s.person, .reason = DELETE_SHE_ASKED, .dry_run = true};
    assert_true(exchange_case_delete(s.ngo, &look, &out, &s.err)); /* what is still out there is said first */
    assert_true(out.standing == 1 && out.open_referrals == 1 && address_equal(&out.stands[0].recipient, s.to));
    assert_false(try_delete(&s, &s.person, DELETE_SHE_ASKED, false, &out));
    assert_int_equal(s.err.code, E_END_04);
    assert_false(try_delete(&s, &s.person, DELETE_SHE_ASKED, true, &out));
    assert_int_equal(s.err.code, E_END_05);
    decline(&s);
    assert_true(try_delete(&s, &s.person, DELETE_SHE_ASKED, true, &out));
    assert_true(out.asked_ms != 0 && (int64_t)out.delete_from * DAY_MS >= out.asked_ms + 72 * HOURS);
    assert_false(fixture_try_refer(&s));
    assert_int_equal(s.err.code, E_END_01);
    world_run_ms(s.w, (int64_t)out.delete_from * DAY_MS - tick_record_ms(s.ngo) - MINUTES);
    assert_true(is_here(&s));
    world_run_ms(s.w, 5 * MINUTES);
    assert_false(is_here(&s));
    assert_true(slot_is(&s, row.slot, true) && slot_is(&s, sent, true));
    assert_int_equal(drafts(&s), 1);
    assert_true(search_store_find_entry(s.ngo->db, 1, &found, &segment, &s.err) && !found);
    assert_true(row_of(&s).ended_ms != 0);
    assert_int_equal(people_records(s.ngo, RECORD_CASE_END), 2);
    assert_int_equal(people_state(s.ngo, &referral), REFERRAL_ERASED);
    /* She can still take back what stands there. */
    assert_true(fixture_withdraw(&s, true));
    fixture_settle(&s);
    assert_int_equal(fixture_told(&s), RECIPIENT_ERASED);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    fixture_end(&s);
}

static void test_until_then_it_is_undone_by_a_word(void **state)
{
    struct control_case_life out;
    struct fixture s;
    struct walk_step step = {.limit = UINT32_MAX};
    unsigned notes = 0;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    write_beside(&s);
    assert_true(try_delete(&s, &s.person, DELETE_IN_ERROR, false, &out));
    world_run_ms(s.w, 71 * HOURS);
    fixture_restart(&s, NGO);
    assert_true(try_delete(&s, &s.person, 0, false, &out));
    assert_true(out.asked_ms == 0 && out.delete_from == 0);
    world_run_ms(s.w, 5 * DAYS);
    assert_true(is_here(&s));
    assert_true(try_delete(&s, &s.person, DELETE_IN_ERROR, false, &out));
    assert_true(exchange_case_reopen(s.ngo, &s.person, &out, &s.err)); /* that undoes it, too */
    world_tick(s.w, NGO);
    world_run_ms(s.w, 5 * DAYS);
    assert_true(
        exchange_case_notes(s.ngo, &(struct control_case_notes_ask){s.person}, &step, count_note, &notes, &s.err));
    assert_int_equal(notes, 1);
    fixture_end(&s);
}

static void test_one_that_was_closed_goes_on_its_day_and_not_before_it_was_told(void **state)
{
    struct control_case_life out;
    struct fixture s;
    uint64_t slot;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    slot = row_of(&s).slot;
    s.ngo->keep_closed_days = CASE_NOTICE_DAYS + 3;
    assert_true(exchange_case_close(s.ngo, &(struct control_case_close_ask){s.person, CLOSE_COMPLETED}, &out, &s.err));
    world_tick(s.w, NGO);
    world_run_ms(s.w, 31 * DAYS);
    assert_true(is_here(&s) && slot_is(&s, slot, false));
    world_run_ms(s.w, 4 * DAYS);
    assert_true(!is_here(&s) && slot_is(&s, slot, true));
    fixture_end(&s);
}

static void test_one_whose_day_is_past_is_told_first_and_goes_then(void **state)
{
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    s.ngo->keep_closed_days = 1; /* as where the node was off when it was to be told */
    assert_true(exchange_case_close(s.ngo, &(struct control_case_close_ask){s.person, CLOSE_COMPLETED}, &out, &s.err));
    world_tick(s.w, NGO);
    world_run_ms(s.w, 29 * DAYS);
    assert_true(is_here(&s));
    world_run_ms(s.w, 2 * DAYS);
    assert_false(is_here(&s));
    fixture_end(&s);
}

static void test_who_changes_the_day_in_the_table_deletes_nothing(void **state)
{
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    assert_true(try_delete(&s, &s.person, DELETE_IN_ERROR, false, &out));
    fixture_edit(&s, NGO, "UPDATE case_end SET due = 1");
    world_run_ms(s.w, 2 * DAYS);
    assert_true(is_here(&s));
    fixture_edit(&s, NGO, "UPDATE case_end SET sealed = zeroblob(64)");
    world_run_ms(s.w, 5 * DAYS);
    assert_false(row_of(&s).ended_ms != 0);
    fixture_end(&s);
}

static void test_it_waits_for_a_key_that_is_not_read(void **state)
{
    struct control_case_life out;
    struct bytes keys = {0};
    struct fixture s;
    uint64_t slot;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    slot = row_of(&s).slot;
    assert_true(try_delete(&s, &s.person, DELETE_IN_ERROR, false, &out));
    fixture_take_keys(&s, NGO, &keys);
    world_run_ms(s.w, 5 * DAYS);
    assert_int_equal(row_of(&s).ended_ms, 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 10 * MINUTES);
    assert_true(row_of(&s).ended_ms != 0 && slot_is(&s, slot, true));
    fixture_end(&s);
}

static void test_what_a_court_holds_is_not_deleted_until_that_has_ended(void **state)
{
    struct control_case_hold_ask ask = {.reference = view_of_text("Regional court, 12/2026"),
                                        .scope = view_of_text("all of it")};
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.case_id = s.person;
    ask.until = tick_record_day(s.ngo) - 1;
    assert_false(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_END_08);
    ask.until = tick_record_day(s.ngo) + 10;
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    assert_true(out.held_ms != 0 && out.held_until == ask.until && out.closed_ms == 0);
    assert_true(try_delete(&s, &s.person, DELETE_SHE_ASKED, false, &out));
    assert_true(exchange_case_reopen(s.ngo, &s.person, &out, &s.err) && out.held_ms != 0); /* it stands on */
    assert_true(try_delete(&s, &s.person, DELETE_SHE_ASKED, false, &out));
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 8 * DAYS);
    assert_true(is_here(&s));
    world_run_ms(s.w, 4 * DAYS); /* it has ended by itself, which the log says */
    assert_false(is_here(&s));
    assert_int_equal(people_records(s.ngo, RECORD_CASE_END), 6);
    fixture_end(&s);
}

static void test_a_hold_without_an_end_is_lifted_by_a_person(void **state)
{
    struct control_case_hold_ask ask = {.reference = view_of_text("Regional court, 12/2026")};
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.case_id = s.person;
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    assert_true(try_delete(&s, &s.person, DELETE_SHE_ASKED, false, &out));
    world_run_ms(s.w, 40 * DAYS);
    assert_true(is_here(&s));
    ask.reference = (struct view){0};
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err) && out.held_ms == 0);
    world_run_ms(s.w, 2 * DAYS);
    assert_false(is_here(&s));
    fixture_end(&s);
}

static void test_what_others_keep_is_told_before(void **state)
{
    const struct control_case_life *l;
    struct control_referral answered;
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 2, &two);
    fixture_deliver(&s);
    world_must(exchange_case_life(s.ngo, &s.person, &out, &s.err), &s.err, "ask what becomes of it");
    assert_int_equal(out.accepted_elsewhere, 0);
    world_must(exchange_referral_accept(s.mission, &s.sent.referral, (struct view){0}, &answered, &s.err), &s.err,
               "accept");
    fixture_settle(&s);
    world_must(exchange_case_life(s.ngo, &s.person, &out, &s.err), &s.err, "ask what becomes of it");
    l = &out;
    assert_true(l->accepted_elsewhere == 1 && l->accepted_count == 1 && l->letters == 0 && l->paper_count == 0);
    assert_true(address_equal(&l->accepted[0].agency, s.to) && l->accepted[0].state == REFERRAL_ACCEPTED);
    fixture_end(&s);
}

/* Her first case into another. */
static struct ident merged_into(struct fixture *s)
{
    struct ident other = people_case(s->ngo);
    const struct control_case_merge_ask ask = {.case_id = other, .from = s->person};
    struct control_case_moved moved;

    world_tick(s->w, NGO);
    world_must(exchange_case_merge(s->ngo, &ask, &moved, &s->err), &s->err, "merge");
    world_tick(s->w, NGO);
    return other;
}

static int64_t asked(struct fixture *s)
{
    struct control_case_life out;

    world_must(exchange_case_life(s->ngo, &s->person, &out, &s->err), &s->err, "ask what becomes of it");
    return out.asked_ms;
}

static void test_what_was_merged_into_a_case_is_deleted_with_it_where_it_is_about_her(void **state)
{
    struct control_case_life out;
    struct fixture s;
    struct ident other;

    (void)state;
    fixture_begin(&s, 1, 2, &two);
    other = merged_into(&s);
    assert_true(try_delete(&s, &other, DELETE_DUPLICATE, false, &out)); /* that one alone */
    assert_true(out.standing == 0 && asked(&s) == 0);
    assert_true(try_delete(&s, &other, 0, false, &out));
    assert_false(try_delete(&s, &other, DELETE_SHE_ASKED, false, &out));
    assert_int_equal(s.err.code, E_END_04); /* what was sent is of the other */
    assert_true(try_delete(&s, &other, DELETE_SHE_ASKED, true, &out) && out.standing == 1 && asked(&s) != 0);
    assert_true(try_delete(&s, &other, 0, false, &out) && asked(&s) == 0);
    assert_true(try_delete(&s, &other, DELETE_SHE_ASKED, true, &out));
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 5 * DAYS);
    assert_false(is_here(&s));
    s.person = other;
    assert_false(is_here(&s));
    fixture_end(&s);
}

static void test_what_was_merged_into_a_case_that_a_court_holds_is_not_deleted(void **state)
{
    struct control_case_hold_ask ask = {.reference = view_of_text("Regional court, 12/2026")};
    struct control_case_life out;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    ask.case_id = merged_into(&s);
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    assert_true(try_delete(&s, &s.person, DELETE_DUPLICATE, false, &out));
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 8 * DAYS);
    assert_true(is_here(&s));
    ask.reference = (struct view){0};
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    world_run_ms(s.w, 2 * DAYS);
    assert_false(is_here(&s));
    fixture_end(&s);
}

static void test_a_case_is_kept_while_a_court_holds_one_that_was_merged_into_it(void **state)
{
    struct control_case_hold_ask ask = {.reference = view_of_text("Regional court, 12/2026")};
    struct control_case_life out;
    struct ident into;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    into = merged_into(&s);
    ask.case_id = s.person;
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    assert_true(try_delete(&s, &into, DELETE_SHE_ASKED, false, &out));
    fixture_restart(&s, NGO);
    world_run_ms(s.w, 8 * DAYS);
    assert_true(is_here(&s) && exchange_case_life(s.ngo, &into, &out, &s.err));
    ask.reference = (struct view){0};
    assert_true(exchange_case_hold(s.ngo, &ask, &out, &s.err));
    world_run_ms(s.w, 2 * DAYS);
    assert_false(is_here(&s) || exchange_case_life(s.ngo, &into, &out, &s.err));
    fixture_end(&s);
}

static void test_a_caseworker_asks_for_three_a_day(void **state)
{
    const struct control_staff_add_ask people[] = {
        {.uid = ADA, .account = view_of_text("ada"), .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR)},
        {.uid = BOB, .account = view_of_text("bob"), .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER)}};
    struct control_staff_person added;
    struct control_case_life out;
    struct ident id[4];
    struct fixture s;

    (void)state;
    fixture_begin(&s, 1, 1, NULL);
    for (size_t i = 0; i < 2; i++)
        world_must(exchange_staff_add(s.ngo, &people[i], &added, &s.err), &s.err, "enter a person");
    world_tick(s.w, NGO);
    as(&s, BOB);
    for (size_t i = 0; i < 4; i++)
        id[i] = people_case(s.ngo);
    world_tick(s.w, NGO);
    as(&s, BOB);
    assert_false(try_delete(&s, &s.person, DELETE_IN_ERROR, false, &out)); /* nobody holds it */
    assert_int_equal(s.err.code, E_CTL_09);
    for (size_t i = 0; i < 4; i++) {
        as(&s, BOB);
        assert_int_equal(try_delete(&s, &id[i], DELETE_IN_ERROR, false, &out), i < 3);
    }
    assert_int_equal(s.err.code, E_END_06);
    as(&s, ADA);
    assert_true(try_delete(&s, &id[3], DELETE_IN_ERROR, false, &out));
    as(&s, 0);
    world_run_ms(s.w, 5 * DAYS);
    assert_true(is_here(&s));
    fixture_end(&s);
}

/* Its day comes, and statement N of the node fails. False: it did not come. */
static bool fails_at(unsigned n)
{
    struct control_case_life out;
    struct fixture s;
    uint64_t slot;
    bool failed;

    fixture_begin(&s, 1, 2, &two);
    fixture_deliver(&s);
    write_beside(&s);
    decline(&s);
    slot = row_of(&s).slot;
    assert_true(try_delete(&s, &s.person, DELETE_SHE_ASKED, true, &out));
    world_run_ms(s.w, (int64_t)out.delete_from * DAY_MS - tick_record_ms(s.ngo) - MINUTES);
    world_fault(s.w, NGO, DB_FAULT_STEP, n);
    world_run_ms(s.w, 2 * MINUTES);
    failed = world_node(s.w, NGO) == NULL;
    if (!failed)
        world_mend(s.w, NGO);
    else
        fixture_restart(&s, NGO);
    fixture_look(&s);
    assert_true(row_of(&s).ended_ms != 0 || (is_here(&s) && slot_is(&s, slot, false)));
    world_run_ms(s.w, 5 * MINUTES);
    assert_true(!is_here(&s) && slot_is(&s, slot, true) && drafts(&s) == 1);
    assert_int_equal(people_records(s.ngo, RECORD_CASE_END), 2);
    fixture_end(&s);
    return failed;
}

static void test_it_is_deleted_whole_or_not_at_all(void **state)
{
    unsigned n = 1;

    (void)state;
    while (fails_at(n))
        n += 13;
    assert_in_range(n, 20, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_is_gone_with_its_keys_and_what_was_sent_of_it),
        cmocka_unit_test(test_until_then_it_is_undone_by_a_word),
        cmocka_unit_test(test_one_that_was_closed_goes_on_its_day_and_not_before_it_was_told),
        cmocka_unit_test(test_one_whose_day_is_past_is_told_first_and_goes_then),
        cmocka_unit_test(test_who_changes_the_day_in_the_table_deletes_nothing),
        cmocka_unit_test(test_it_waits_for_a_key_that_is_not_read),
        cmocka_unit_test(test_what_a_court_holds_is_not_deleted_until_that_has_ended),
        cmocka_unit_test(test_a_hold_without_an_end_is_lifted_by_a_person),
        cmocka_unit_test(test_what_others_keep_is_told_before),
        cmocka_unit_test(test_what_was_merged_into_a_case_is_deleted_with_it_where_it_is_about_her),
        cmocka_unit_test(test_what_was_merged_into_a_case_that_a_court_holds_is_not_deleted),
        cmocka_unit_test(test_a_case_is_kept_while_a_court_holds_one_that_was_merged_into_it),
        cmocka_unit_test(test_a_caseworker_asks_for_three_a_day),
        cmocka_unit_test(test_it_is_deleted_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
