/* What a dialogue has been told is kept whole or not at all, is its maker's, and is erased when it became a case, was
 * given up, or lay for long. */
#include "fixture.h"

#include "base/text.h"
#include "exchange/drafts/draft_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/vault.h"
#include "store/case_store.h"
#include "store/draft_store.h"
#include "store/slot_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BOB = 1002, CAT = 1003 };

static struct control_draft kept; /* by KEEP, as it was answered last */

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == 0 ? NULL : &uid);
    error_clear(&s->err);
}

/* One answer in place of all that the draft of KEPT held; a new draft where that has no id. */
static bool try_keep(struct fixture *s, const char *text, bool anew)
{
    struct control_draft_answer answers[] = {
        {.question = view_of_text("danger-now"), .said = ANSWER_NOT_KNOWN},
        {.question = view_of_text("what-happened"), .said = ANSWER_GIVEN, .text = view_of_text(text)}};
    struct control_draft_put_ask ask = {.draft = kept.draft,
                                        .version = kept.version,
                                        .what = DRAFT_FOR_REFERRAL,
                                        .answers = answers,
                                        .answer_count = 2,
                                        .anew = anew};

    return exchange_draft_put(s->ngo, &ask, &kept, &s->err);
}

static void keep(struct fixture *s, const char *text, bool anew)
{
    world_must(try_keep(s, text, anew), &s->err, "keep a draft");
    world_tick(s->w, NGO);
}

static void begin(struct fixture *s, uint64_t seed)
{
    fixture_begin(s, seed, 1, NULL);
    kept = (struct control_draft){0};
}

static bool reads(struct fixture *s, const char *text)
{
    struct control_draft d;

    if (!exchange_draft_show(s->ngo, &kept.draft, &d, &s->err))
        return false;
    assert_int_equal(d.answer_count, 2);
    assert_int_equal(d.answers[0].said, ANSWER_NOT_KNOWN);
    assert_int_equal(d.answered, 2);
    return text_is(d.answers[1].text, text);
}

struct rows {
    unsigned count;
    struct draft_row last;
};

static bool on_row(void *cookie, const struct draft_row *row, struct error *err)
{
    struct rows *r = cookie;

    (void)err;
    r->count++;
    r->last = *row;
    return true;
}

static struct rows rows_of(struct fixture *s)
{
    struct rows r = {0};

    world_must(draft_store_walk(s->ngo->db, NULL, on_row, &r, &s->err), &s->err, "read the drafts");
    return r;
}

static bool on_slot(void *cookie, uint64_t slot, struct error *err)
{
    (void)slot;
    (void)err;
    ++*(unsigned *)cookie;
    return true;
}

/* Slots that drafts gave up and that are not overwritten yet. */
static unsigned given_up(struct fixture *s)
{
    unsigned count = 0;

    world_must(draft_slot_store_walk(s->ngo->db, on_slot, &count, &s->err), &s->err, "read the slots");
    return count;
}

static void test_what_was_answered_is_there_after_a_crash_and_its_opening_is_recorded(void **state)
{
    struct fixture s;
    unsigned opened;

    (void)state;
    begin(&s, 800);
    keep(&s, "first", false);
    keep(&s, "second", false);
    assert_int_equal(kept.version, 2);
    fixture_restart(&s, NGO);
    opened = people_records(s.ngo, RECORD_OPENED);
    assert_true(reads(&s, "second"));
    world_tick(s.w, NGO);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), opened + 2); /* reading the log is recorded, too */
    assert_int_equal(rows_of(&s).count, 1);
    fixture_end(&s);
}

static void test_what_another_terminal_wrote_is_not_overwritten(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 801);
    keep(&s, "first", false);
    keep(&s, "second", false);
    kept.version = 1;
    assert_false(try_keep(&s, "third", false));
    assert_int_equal(s.err.code, E_DRF_02);
    assert_true(reads(&s, "second"));
    fixture_end(&s);
}

static void test_one_person_has_as_many_drafts_as_the_bound_says(void **state)
{
    const struct control_staff_add_ask bob = {
        .uid = BOB, .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER), .account = view_of_text("bob")};
    struct control_staff_person added;
    struct fixture s;

    (void)state;
    begin(&s, 802);
    world_must(exchange_staff_add(s.ngo, &bob, &added, &s.err), &s.err, "enter a person");
    for (int i = 0; i < BOUND_DRAFTS; i++) {
        kept = (struct control_draft){0};
        keep(&s, "one", false);
    }
    keep(&s, "changed", false);
    kept = (struct control_draft){0};
    assert_false(try_keep(&s, "one more", false));
    assert_int_equal(s.err.code, E_DRF_03);
    as(&s, BOB);
    assert_true(try_keep(&s, "his first", false));
    as(&s, 0);
    world_tick(s.w, NGO);
    assert_int_equal(rows_of(&s).count, BOUND_DRAFTS + 1);
    fixture_end(&s);
}

static void test_a_draft_is_as_long_as_the_bound_says(void **state)
{
    static char page[BOUND_FIELD_LONG + 1];
    struct control_draft_answer answers[BOUND_DRAFT / BOUND_FIELD_LONG + 1];
    struct control_draft_put_ask ask = {.what = DRAFT_FOR_REFERRAL, .answers = answers};
    struct fixture s;

    (void)state;
    begin(&s, 803);
    memset(page, 'x', BOUND_FIELD_LONG);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        answers[i] = (struct control_draft_answer){
            .question = view_of_text("what-happened"), .said = ANSWER_GIVEN, .text = view_of_text(page)};
    ask.answer_count = BOUND_DRAFT / BOUND_FIELD_LONG;
    assert_true(exchange_draft_put(s.ngo, &ask, &kept, &s.err));
    answers[ask.answer_count++].text = view_of_text("x");
    assert_false(exchange_draft_put(s.ngo, &ask, &kept, &s.err));
    assert_int_equal(s.err.code, E_DRF_04);
    world_tick(s.w, NGO);
    fixture_end(&s);
}

static void test_what_is_given_up_is_erased(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 804);
    keep(&s, "first", false);
    slot = rows_of(&s).last.slot;
    world_must(exchange_draft_drop(s.ngo, &kept.draft, &s.err), &s.err, "give it up");
    fixture_settle(&s);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(given_up(&s), 0);
    assert_int_equal(rows_of(&s).count, 0);
    assert_false(reads(&s, "first"));
    assert_int_equal(s.err.code, E_DRF_01);
    fixture_end(&s);
}

static void test_what_became_a_case_is_erased_and_the_rest_is_kept(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 805);
    keep(&s, "her name", false);
    slot = rows_of(&s).last.slot;
    keep(&s, "the service", true);
    fixture_settle(&s);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_not_equal(rows_of(&s).last.slot, slot);
    assert_int_equal(given_up(&s), 0);
    assert_true(reads(&s, "the service"));
    fixture_end(&s);
}

static void test_what_was_not_changed_for_long_is_erased(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 806);
    keep(&s, "first", false);
    slot = rows_of(&s).last.slot;
    world_advance(s.w, (BOUND_DRAFT_DAYS - 1) * DAY_MS);
    world_publish(s.w);
    fixture_settle(&s);
    assert_int_equal(rows_of(&s).count, 1);
    keep(&s, "second", false);
    world_advance(s.w, (BOUND_DRAFT_DAYS - 1) * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(rows_of(&s).count, 1);
    world_advance(s.w, 2 * DAY_MS);
    fixture_settle(&s);
    assert_int_equal(rows_of(&s).count, 0);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    fixture_end(&s);
}

/* A row that was changed, or a bit of it that the disk flipped, names another slot. */
static void test_a_draft_that_names_another_slot_costs_nobody_his_key(void **state)
{
    static const char *const slots[] = {"(SELECT slot FROM case_file)", "1000000"};
    struct case_row row;
    char sql[100];
    struct fixture s;
    bool found;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        begin(&s, 810 + i);
        keep(&s, "first", false);
        (void)snprintf(sql, sizeof sql, "UPDATE draft SET slot = %s", slots[i / 2]);
        fixture_edit(&s, NGO, sql);
        assert_true(i % 2 == 0 ? exchange_draft_drop(s.ngo, &kept.draft, &s.err) : try_keep(&s, "second", true));
        fixture_settle(&s);
        assert_non_null(world_node(s.w, NGO));
        assert_true(case_store_find(s.ngo->db, &s.person, &found, &row, &s.err) && found);
        assert_false(vault_slot_is_erased(s.ngo->vault, row.slot));
        assert_true(i % 2 == 0 ? rows_of(&s).count == 0 : reads(&s, "second"));
        fixture_end(&s);
    }
}

/* --- crashes --- */

static bool keep_anew(struct fixture *s)
{
    return try_keep(s, "second", true);
}

/* KEPT is as it was before the crash. */
static void test_a_change_is_there_as_a_whole_whatever_write_fails(void **state)
{
    struct control_draft before;
    struct fixture s;
    unsigned n = 1;

    (void)state;
    begin(&s, 807);
    keep(&s, "first", false);
    before = kept;
    for (;; n += getenv("REFEX_LONG") != NULL ? 1 : 2) {
        world_fault(s.w, NGO, DB_FAULT_STEP, n);
        kept = before;
        if (!keep_anew(&s))
            assert_true(world_is_expected_fault(s.w, NGO, &s.err) || s.err.code == E_DRF_02);
        world_run_ms(s.w, 1000);
        fixture_look(&s);
        if (s.ngo == NULL)
            fixture_restart(&s, NGO);
        else if (s.err.code == E_NONE || s.err.code == E_DRF_02)
            break;
        error_clear(&s.err);
        assert_true(reads(&s, rows_of(&s).last.version == 1 ? "first" : "second"));
    }
    world_mend(s.w, NGO);
    fixture_settle(&s);
    assert_in_range(n, 4, 500);
    assert_int_equal(rows_of(&s).count, 1);
    assert_int_equal(given_up(&s), 0);
    assert_true(reads(&s, "second"));
    fixture_end(&s);
}

static bool give_up(struct fixture *s)
{
    return exchange_draft_drop(s->ngo, &kept.draft, &s->err) || s->err.code == E_DRF_01;
}

static void test_what_is_given_up_is_erased_whatever_write_fails(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 808);
    keep(&s, "first", false);
    slot = rows_of(&s).last.slot;
    assert_in_range(fixture_at_each_statement(&s, NGO, give_up, 1000), 2, 500);
    assert_int_equal(rows_of(&s).count, 0);
    assert_int_equal(given_up(&s), 0);
    assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    fixture_end(&s);
}

static void test_a_crash_before_it_is_overwritten_leaves_no_key(void **state)
{
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 809);
    keep(&s, "first", false);
    slot = rows_of(&s).last.slot;
    world_must(exchange_draft_drop(s.ngo, &kept.draft, &s.err), &s.err, "give it up");
    world_lose_power(s.w, NGO);
    world_tick(s.w, NGO);
    fixture_restart(&s, NGO);
    fixture_settle(&s);
    if (rows_of(&s).count == 0)
        assert_true(vault_slot_is_erased(s.ngo->vault, slot));
    assert_int_equal(given_up(&s), 0);
    fixture_end(&s);
}

static void enter(struct fixture *s, uint32_t uid, enum staff_role role, const char *account)
{
    const struct control_staff_add_ask ask = {
        .uid = uid, .roles = STAFF_ROLE_BIT(role), .account = view_of_text(account)};
    struct control_staff_person added;

    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static void test_what_was_typed_alone_is_a_supervisor_s_later(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 810);
    as(&s, 900); /* who runs it alone */
    keep(&s, "first", false);
    as(&s, 0);
    enter(&s, CAT, STAFF_SUPERVISOR, "cat");
    enter(&s, BOB, STAFF_CASEWORKER, "bob");
    as(&s, BOB);
    assert_false(reads(&s, "first"));
    assert_int_equal(s.err.code, E_DRF_01);
    as(&s, CAT);
    assert_true(reads(&s, "first"));
    as(&s, 0);
    fixture_end(&s);
}

static void test_a_draft_is_about_a_case_that_its_maker_sees(void **state)
{
    struct control_draft_put_ask ask = {.what = DRAFT_FOR_REFERRAL};
    struct fixture s;

    (void)state;
    begin(&s, 811);
    enter(&s, 1001, STAFF_SUPERVISOR, "ada");
    enter(&s, CAT, STAFF_CASEWORKER, "cat");
    enter(&s, BOB, STAFF_CASEWORKER, "bob");
    as(&s, CAT);
    ask.case_id = people_case(s.ngo);
    world_tick(s.w, NGO);
    assert_true(exchange_draft_put(s.ngo, &ask, &kept, &s.err));
    world_tick(s.w, NGO);
    as(&s, BOB);
    assert_false(exchange_draft_put(s.ngo, &ask, &kept, &s.err));
    assert_int_equal(s.err.code, E_CAS_20);
    ask.case_id = (struct ident){{1}}; /* that nobody has */
    assert_false(exchange_draft_put(s.ngo, &ask, &kept, &s.err));
    assert_int_equal(s.err.code, E_CAS_20);
    as(&s, 0);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_answered_is_there_after_a_crash_and_its_opening_is_recorded),
        cmocka_unit_test(test_what_another_terminal_wrote_is_not_overwritten),
        cmocka_unit_test(test_one_person_has_as_many_drafts_as_the_bound_says),
        cmocka_unit_test(test_a_draft_is_as_long_as_the_bound_says),
        cmocka_unit_test(test_what_is_given_up_is_erased),
        cmocka_unit_test(test_what_became_a_case_is_erased_and_the_rest_is_kept),
        cmocka_unit_test(test_what_was_not_changed_for_long_is_erased),
        cmocka_unit_test(test_what_was_typed_alone_is_a_supervisor_s_later),
        cmocka_unit_test(test_a_draft_is_about_a_case_that_its_maker_sees),
        cmocka_unit_test(test_a_draft_that_names_another_slot_costs_nobody_his_key),
        cmocka_unit_test(test_a_change_is_there_as_a_whole_whatever_write_fails),
        cmocka_unit_test(test_what_is_given_up_is_erased_whatever_write_fails),
        cmocka_unit_test(test_a_crash_before_it_is_overwritten_leaves_no_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
