/* Cases found by words: the index follows the cases over whatever happens, and what was taken out of it is gone. */
#include "fixture.h"

#include "codec/case_codec.h"
#include "exchange/access/assign_calls.h"
#include "exchange/cases/casebook.h"
#include "exchange/exchange_status.h"
#include "exchange/search/search.h"
#include "exchange/search/search_calls.h"
#include "exchange/search/search_index.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/search_store.h"
#include "store/slot_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FULL SEGMENT_ENTRIES

static unsigned named; /* cases that were brought in: Zofia0000 and so on */

static void encode_name(const char *name, struct bytes *out)
{
    struct arena arena = {0};
    struct case_data c;
    struct error err;
    bool empty;

    case_init(&c, &arena);
    assert_true(case_set_text(&c, case_field_find(view_of_text("prs_FirstName")), 0, view_of_text(name), &err));
    assert_true(case_section_encode(&c, SECTION_IDENTITY, out, &empty, &err));
    arena_fini(&arena);
}

static bool take_none(void *cookie, const struct control_case_added *i, struct error *err)
{
    (void)cookie;
    (void)i;
    (void)err;
    return true;
}

static bool try_name_cases(struct fixture *s, unsigned n)
{
    struct case_sections *sections = xnew(n * sizeof *sections);
    struct bytes *encoded = xnew(n * sizeof *encoded);
    struct case_import ask = {.cases = sections, .commit = {.count = n, .again = true}};
    char name[16];
    bool ok;

    for (unsigned i = 0; i < n; i++) {
        (void)snprintf(name, sizeof name, "Zofia%04u", named + i);
        encode_name(name, &encoded[i]);
        sections[i].sections[SECTION_IDENTITY] = bytes_view(&encoded[i]);
    }
    ok = people_import(s->ngo, &ask, take_none, NULL, &s->err);
    for (unsigned i = 0; i < n; i++)
        bytes_fini(&encoded[i]);
    free(encoded);
    free(sections);
    named += ok ? n : 0;
    return ok;
}

static void name_cases(struct fixture *s, unsigned n)
{
    assert_true(try_name_cases(s, n));
    world_run_ms(s->w, MINUTES);
}

/* --- looking --- */

struct answer {
    unsigned listed;
    uint64_t found;
    bool incomplete;
    struct ident first;
};

static bool take_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    struct answer *a = cookie;

    (void)err;
    if (a->listed == 0)
        a->first = f->case_id;
    a->listed += !ident_is_zero(&f->case_id);
    a->found = f->found;
    a->incomplete = f->incomplete;
    return true;
}

static struct answer look_for(struct fixture *s, const char *words)
{
    const struct control_case_find_ask ask = {.words = view_of_text(words)};
    struct answer a = {.listed = 0};
    struct searching *searching;

    assert_true(exchange_search_begin(s->ngo, &ask, &searching, &s->err));
    if (!exchange_search_step(searching, NULL, take_found, &a, &s->err))
        fail_msg("%s", s->err.text);
    exchange_search_end(searching);
    return a;
}

/* Each is found, once, by its own name, and all together. */
static void assert_all_are_found(struct fixture *s)
{
    char name[16];

    assert_int_equal(look_for(s, "zofia").found, named);
    for (unsigned i = 0; i<named; i += named> 20 ? 17 : 1) {
        (void)snprintf(name, sizeof name, "zofia%04u", i);
        assert_int_equal(look_for(s, name).found, 1);
    }
    assert_false(look_for(s, "zofia").incomplete);
}

static void begin(struct fixture *s, uint64_t seed)
{
    named = 0;
    fixture_begin(s, seed, 1, NULL);
}

/* The best of those that WORDS find is the case NUMBER. */
static bool finds_first(struct fixture *s, const char *words, int64_t number)
{
    const struct answer a = look_for(s, words);
    struct case_row row;
    bool found;

    assert_true(case_store_get(s->ngo->db, number, &found, &row, &s->err) && found);
    return ident_equal(&a.first, &row.id);
}

static struct case_row row_of(struct fixture *s, int64_t number)
{
    struct case_row row;
    bool found;

    assert_true(case_store_get(s->ngo->db, number, &found, &row, &s->err) && found);
    return row;
}

/* --- what was taken out is gone --- */

static struct search_segment_row segment_of(struct fixture *s, int64_t case_number, struct bytes *sealed)
{
    struct search_segment_row row;
    int64_t segment;
    bool found;

    assert_true(search_store_find_entry(s->ngo->db, case_number, &found, &segment, &s->err) && found);
    assert_true(search_store_get(s->ngo->db, segment, &found, &row, sealed, &s->err) && found);
    return row;
}

static void end_case(struct fixture *s, int64_t number)
{
    assert_true(tick_begin(s->ngo, &s->err) && search_case_ended(s->ngo, number, &s->err));
}

static void check_what_was_taken_out(struct fixture *s, int64_t number, bool is_full)
{
    struct bytes sealed = {0};
    struct search_segment_row before = segment_of(s, number, &sealed);
    uint64_t left = look_for(s, "zofia").found;

    assert_int_equal(sealed.size != 0, is_full);
    end_case(s, number);
    assert_false(vault_slot_is_erased(s->ngo->vault, before.slot)); /* not before the commit */
    world_tick(s->w, NGO);
    assert_true(vault_slot_is_erased(s->ngo->vault, before.slot));
    world_run_ms(s->w, 1000);
    assert_int_equal(fixture_retired(s), 0);
    assert_int_equal(look_for(s, "zofia").found, left - 1);
    bytes_fini(&sealed);
}

static void test_who_is_taken_out_leaves_nothing_that_opens(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 311);
    name_cases(&s, FULL + 20);
    assert_all_are_found(&s);
    check_what_was_taken_out(&s, 5, true);
    check_what_was_taken_out(&s, FULL + 10, false);
    fixture_restart(&s, NGO);
    assert_int_equal(look_for(&s, "zofia").found, FULL + 18);
    fixture_end(&s);
}

static void test_a_segment_with_few_left_goes_to_the_open_one(void **state)
{
    struct bytes sealed = {0};
    struct fixture s;

    (void)state;
    begin(&s, 312);
    name_cases(&s, 2 * FULL);
    for (int64_t number = 2; number < 2 + FULL - SEGMENT_LEAST + 3; number++) {
        end_case(&s, number);
        if (number % 16 == 0)
            world_run_ms(s.w, 1000);
    }
    world_run_ms(s.w, MINUTES);
    assert_int_equal(look_for(&s, "zofia").found, 2 * FULL - (FULL - SEGMENT_LEAST + 3));
    (void)segment_of(&s, FULL, &sealed);
    assert_int_equal(sealed.size, 0); /* its segment is open */
    name_cases(&s, FULL);
    (void)segment_of(&s, FULL, &sealed);
    assert_int_not_equal(sealed.size, 0);
    bytes_fini(&sealed);
    fixture_end(&s);
}

static void test_a_case_that_changed_is_found_by_what_it_is_now(void **state)
{
    struct bytes encoded = {0};
    struct bytes sealed = {0};
    struct case_row row;
    struct fixture s;
    uint64_t slot;

    (void)state;
    begin(&s, 313);
    name_cases(&s, 3);
    row = row_of(&s, 3);
    slot = segment_of(&s, 3, &sealed).slot;
    encode_name("Оленка", &encoded);
    assert_true(tick_begin(s.ngo, &s.err) &&
                casebook_put_section(s.ngo, &row, SECTION_IDENTITY, bytes_view(&encoded), &s.err) &&
                search_case_changed(s.ngo, &row, &s.err));
    world_tick(s.w, NGO);
    assert_int_equal(look_for(&s, "zofia").found, 2);
    assert_true(finds_first(&s, "olenk", 3));
    assert_true(vault_slot_is_erased(s.ngo->vault, slot)); /* and what it was opens nowhere */
    bytes_fini(&encoded);
    fixture_end(&s);
}

/* --- ranks and bounds --- */

static void test_whole_words_stand_first_then_the_newest_and_no_more_than_the_bound(void **state)
{
    struct answer a;
    struct fixture s;

    (void)state;
    begin(&s, 314);
    name_cases(&s, BOUND_SEARCH_HITS + 5);
    a = look_for(&s, "zofia");
    assert_int_equal(a.listed, BOUND_SEARCH_HITS);
    assert_int_equal(a.found, BOUND_SEARCH_HITS + 5);
    assert_true(finds_first(&s, "zofia", 1 + BOUND_SEARCH_HITS + 5)); /* behind the fixture's */
    a = look_for(&s, "zofia000");
    assert_int_equal(a.found, 10);
    assert_true(finds_first(&s, "zofia0003", 5));
    assert_int_equal(people_records(s.ngo, RECORD_SEARCHED), 4);
    fixture_end(&s);
}

static void check_refused(struct fixture *s, const char *words)
{
    const struct control_case_find_ask ask = {.words = view_of_text(words)};
    struct searching *searching;

    assert_false(exchange_search_begin(s->ngo, &ask, &searching, &s->err));
    assert_int_equal(s->err.code, E_SEA_01);
}

static void test_words_that_would_find_everybody_are_refused(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 315);
    check_refused(&s, "");
    check_refused(&s, "- ' -");
    check_refused(&s, "a");
    check_refused(&s, "12");
    check_refused(&s, "zofia b");
    check_refused(&s, "aa bb cc dd ee ff gg hh ii");
    (void)look_for(&s, "ab bc cd de ef fg mi ni");
    fixture_end(&s);
}

/* --- whatever happens --- */

static bool bring_and_end(struct fixture *s)
{
    static int64_t ended = 2;

    return try_name_cases(s, 1) && tick_begin(s->ngo, &s->err) && search_case_ended(s->ngo, ended++, &s->err);
}

/* Cases and index agree: what is not taken out is found, once. */
static void assert_they_agree(struct fixture *s)
{
    struct bytes sealed = {0};
    int64_t last;
    uint64_t entries = 0;
    bool found;

    assert_true(case_store_last(s->ngo->db, &last, &s->err));
    for (int64_t number = 2; number <= last; number++) {
        int64_t segment;

        assert_true(search_store_find_entry(s->ngo->db, number, &found, &segment, &s->err));
        entries += found;
    }
    assert_int_equal(look_for(s, "zofia").found, entries);
    assert_int_equal(fixture_retired(s), 0);
    bytes_fini(&sealed);
}

static void test_cases_and_index_agree_whichever_statement_fails(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 316);
    name_cases(&s, 10);
    assert_in_range(fixture_at_each_statement(&s, NGO, bring_and_end, MINUTES), 5, 500);
    assert_they_agree(&s);
    fixture_end(&s);
}

static void test_an_old_home_is_indexed_in_steps_and_status_says_so(void **state)
{
    struct node_status status = {.unsearched = 0};
    struct fixture s;

    (void)state;
    begin(&s, 317);
    name_cases(&s, FULL + 10);
    fixture_edit(&s, NGO,
                 "DELETE FROM search_entry; DELETE FROM search_segment; DELETE FROM number WHERE name LIKE 'search%'");
    assert_true(exchange_status_prepare(s.ngo, &(struct walk_step){.limit = 1000}, &s.err) &&
                exchange_status(s.ngo, &status, &s.err));
    assert_in_range(status.unsearched, 1, FULL + 11);
    assert_true(look_for(&s, "zofia").incomplete);
    world_run_ms(s.w, MINUTES);
    assert_true(exchange_status(s.ngo, &status, &s.err));
    assert_int_equal(status.unsearched, 0);
    assert_all_are_found(&s);
    fixture_end(&s);
}

static void test_a_damaged_segment_is_made_anew_from_its_cases(void **state)
{
    static const char *const damages[] = {
        "UPDATE search_segment SET sealed = zeroblob(100) WHERE length(sealed) > 0",
        "UPDATE search_entry SET sealed = zeroblob(50) WHERE case_number = "
        "(SELECT max(case_number) FROM search_entry WHERE length(sealed) > 0)",
    };
    struct fixture s;

    (void)state;
    begin(&s, 318);
    name_cases(&s, FULL + 10);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        fixture_edit(&s, NGO, damages[i]);
        assert_true(look_for(&s, "zofia").incomplete);
        world_run_ms(s.w, MINUTES);
        assert_all_are_found(&s);
    }
    assert_int_equal(fixture_retired(&s), 0);
    fixture_end(&s);
}

/* Nobody looked for anything before the segment was full. */
static void test_a_segment_that_is_damaged_when_it_is_full_is_made_anew(void **state)
{
    struct fixture s;

    (void)state;
    begin(&s, 321);
    name_cases(&s, FULL - 10);
    fixture_edit(&s, NGO, "UPDATE search_entry SET sealed = zeroblob(50) WHERE case_number = 7");
    name_cases(&s, 40);
    assert_all_are_found(&s);
    fixture_end(&s);
}

/* A row that was changed, or a bit of it that the disk flipped, names another slot. */
static void test_a_segment_that_names_another_slot_costs_nobody_his_key(void **state)
{
    static const char *const slots[] = {"(SELECT slot FROM case_file WHERE number = 3)", "1000000"};
    char sql[200];
    struct fixture s;

    (void)state;
    begin(&s, 323);
    name_cases(&s, 10);
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        (void)snprintf(sql, sizeof sql, "UPDATE search_segment SET slot = %s", slots[i]);
        fixture_edit(&s, NGO, sql);
        if (i == 0)
            assert_true(look_for(&s, "zofia").incomplete);
        else
            name_cases(&s, 1);
        world_run_ms(s.w, MINUTES);
        assert_false(vault_slot_is_erased(s.ngo->vault, row_of(&s, 3).slot));
        assert_all_are_found(&s);
    }
    fixture_end(&s);
}

static void test_a_case_that_changes_while_the_index_is_made_anew_is_found_by_what_it_is(void **state)
{
    struct bytes encoded = {0};
    struct case_row row;
    struct fixture s;

    (void)state;
    begin(&s, 322);
    name_cases(&s, FULL + 10);
    fixture_edit(&s, NGO, "UPDATE search_segment SET sealed = zeroblob(100) WHERE length(sealed) > 0");
    row = row_of(&s, FULL + 5);
    encode_name("Olena", &encoded);
    assert_true(look_for(&s, "zofia").incomplete);
    assert_true(tick_begin(s.ngo, &s.err) &&
                casebook_put_section(s.ngo, &row, SECTION_IDENTITY, bytes_view(&encoded), &s.err) &&
                search_case_changed(s.ngo, &row, &s.err));
    world_run_ms(s.w, MINUTES);
    assert_int_equal(look_for(&s, "zofia").found, FULL + 9);
    assert_true(finds_first(&s, "olena", row.number));
    bytes_fini(&encoded);
    fixture_end(&s);
}

static void test_what_is_not_read_now_is_said_and_found_later(void **state)
{
    struct bytes keys = {0};
    struct fixture s;

    (void)state;
    begin(&s, 319);
    name_cases(&s, 10);
    fixture_restart(&s, NGO);
    fixture_take_keys(&s, NGO, &keys);
    assert_true(look_for(&s, "zofia").incomplete);
    assert_int_equal(look_for(&s, "zofia").found, 0);
    fixture_give_keys(&s, NGO, &keys);
    world_run_ms(s.w, 2 * MINUTES);
    assert_all_are_found(&s);
    fixture_end(&s);
}

static void test_a_question_in_steps_misses_nobody_who_is_moved_meanwhile(void **state)
{
    const struct control_case_find_ask ask = {.words = view_of_text("zofia")};
    struct walk_step step = {.limit = 1};
    struct answer a = {.listed = 0};
    struct searching *searching;
    unsigned steps = 0;
    struct fixture s;

    (void)state;
    begin(&s, 320);
    name_cases(&s, 3 * FULL + 5);
    for (int64_t number = 2 + 2 * FULL; number < 2 + 3 * FULL - SEGMENT_LEAST; number++) {
        end_case(&s, number);
        world_tick(s.w, NGO);
    }
    assert_true(exchange_search_begin(s.ngo, &ask, &searching, &s.err));
    do {
        assert_true(exchange_search_step(searching, &step, take_found, &a, &s.err));
        if (++steps == 2) /* the third segment goes to the open one, which was read */
            end_case(&s, 2 + 3 * FULL - SEGMENT_LEAST);
        world_tick(s.w, NGO);
    } while (step.more);
    exchange_search_end(searching);
    assert_int_equal(a.found, 2 * FULL + 5 + SEGMENT_LEAST - 1);
    fixture_end(&s);
}

static void test_a_question_in_steps_tells_of_nobody_who_is_given_away_meanwhile(void **state)
{
    enum { ADA = 1001, BOB };
    const struct control_staff_add_ask people[] = {
        {.uid = ADA, .roles = STAFF_ROLE_BIT(STAFF_SUPERVISOR), .account = view_of_text("ada")},
        {.uid = BOB, .roles = STAFF_ROLE_BIT(STAFF_CASEWORKER), .account = view_of_text("bob")}};
    const struct control_case_find_ask ask = {.words = view_of_text("zofia")};
    const uint32_t uids[] = {ADA, BOB};
    struct walk_step step = {.limit = 1};
    struct control_staff_person added;
    struct control_assigned assigned;
    struct answer a = {.listed = 0};
    struct searching *searching;
    struct ident given;
    struct fixture s;

    (void)state;
    begin(&s, 324);
    name_cases(&s, FULL + 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(exchange_staff_add(s.ngo, &people[i], &added, &s.err));
        world_tick(s.w, NGO);
    }
    given = row_of(&s, FULL + 3).id;
    assert_true(exchange_search_begin(s.ngo, &ask, &searching, &s.err));
    do {
        exchange_acting(s.ngo, &uids[1]);
        assert_true(exchange_search_step(searching, &step, take_found, &a, &s.err));
        world_tick(s.w, NGO);
        exchange_acting(s.ngo, &uids[0]);
        assert_true(
            exchange_case_assign(s.ngo, &(struct control_assign_ask){.object = given, .uid = ADA}, &assigned, &s.err));
        world_tick(s.w, NGO);
    } while (step.more);
    exchange_search_end(searching);
    exchange_acting(s.ngo, NULL);
    assert_int_equal(a.found, FULL + 1);
    assert_false(ident_equal(&a.first, &given));
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_taken_out_leaves_nothing_that_opens),
        cmocka_unit_test(test_a_segment_with_few_left_goes_to_the_open_one),
        cmocka_unit_test(test_a_case_that_changed_is_found_by_what_it_is_now),
        cmocka_unit_test(test_whole_words_stand_first_then_the_newest_and_no_more_than_the_bound),
        cmocka_unit_test(test_words_that_would_find_everybody_are_refused),
        cmocka_unit_test(test_cases_and_index_agree_whichever_statement_fails),
        cmocka_unit_test(test_an_old_home_is_indexed_in_steps_and_status_says_so),
        cmocka_unit_test(test_a_damaged_segment_is_made_anew_from_its_cases),
        cmocka_unit_test(test_a_segment_that_is_damaged_when_it_is_full_is_made_anew),
        cmocka_unit_test(test_a_segment_that_names_another_slot_costs_nobody_his_key),
        cmocka_unit_test(test_a_case_that_changes_while_the_index_is_made_anew_is_found_by_what_it_is),
        cmocka_unit_test(test_what_is_not_read_now_is_said_and_found_later),
        cmocka_unit_test(test_a_question_in_steps_tells_of_nobody_who_is_given_away_meanwhile),
        cmocka_unit_test(test_a_question_in_steps_misses_nobody_who_is_moved_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
