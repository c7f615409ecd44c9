/* Cases that belong together: said from either side, whole or not at all, and no more of it than who asks may know. */
#include "fixture.h"

#include "exchange/access/never_calls.h"
#include "exchange/cases/case_calls.h"
#include "exchange/cases/case_deletion.h"
#include "exchange/cases/case_links.h"
#include "exchange/cases/case_merge.h"
#include "exchange/search/search_calls.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/state.h"
#include "store/case_link_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CASEWORKER STAFF_ROLE_BIT(STAFF_CASEWORKER)
#define SUPERVISOR STAFF_ROLE_BIT(STAFF_SUPERVISOR)

enum { ADA = 1001, BOB, CAT, NODE = 0 }; /* a supervisor, two caseworkers */

static void as(struct fixture *s, uint32_t uid)
{
    exchange_acting(s->ngo, uid == NODE ? NULL : &uid);
    error_clear(&s->err);
}

static void enter(struct fixture *s, uint32_t uid, staff_roles roles)
{
    char account[16];
    struct control_staff_add_ask ask = {.uid = uid, .roles = roles};
    struct control_staff_person added;

    (void)snprintf(account, sizeof account, "user%u", (unsigned)uid);
    ask.account = view_of_text(account);
    world_must(exchange_staff_add(s->ngo, &ask, &added, &s->err), &s->err, "enter a person");
    world_tick(s->w, NGO);
}

static struct ident case_of(struct fixture *s, uint32_t uid)
{
    struct ident id;

    as(s, uid);
    id = people_case(s->ngo);
    as(s, NODE);
    world_tick(s->w, NGO);
    return id;
}

struct told {
    size_t count;
    size_t others;
    struct control_case_linked of[BOUND_CASE_LINKS];
};

static bool keep_linked(void *cookie, const struct control_case_linked *l, struct error *err)
{
    struct told *t = cookie;

    (void)err;
    assert_true(t->count < BOUND_CASE_LINKS);
    t->others += l->held_by_others;
    t->of[t->count++] = *l;
    return true;
}

/* RELATION 0: they are linked no more. */
static bool try_link(struct fixture *s, uint32_t by, const struct ident *one, const struct ident *other,
                     enum case_relation relation)
{
    const struct control_case_link_ask ask = {.case_id = *one, .other = *other, .relation = relation};
    struct told t = {0};
    enum error_code code;
    bool ok;

    as(s, by);
    ok = exchange_case_link(s->ngo, &ask, keep_linked, &t, &s->err);
    code = s->err.code;
    as(s, NODE);
    world_tick(s->w, NGO);
    s->err.code = code;
    return ok;
}

static void link_them(struct fixture *s, const struct ident *one, const struct ident *other,
                      enum case_relation relation)
{
    world_must(try_link(s, NODE, one, other, relation), &s->err, "link");
}

static struct told linked(struct fixture *s, uint32_t by, const struct ident *one)
{
    struct told t = {0};

    as(s, by);
    world_must(exchange_case_link(s->ngo, &(struct control_case_link_ask){.case_id = *one}, keep_linked, &t, &s->err),
               &s->err, "list links");
    as(s, NODE);
    world_tick(s->w, NGO);
    return t;
}

static void assert_one(struct fixture *s, const struct ident *one, const struct ident *other,
                       enum case_relation relation)
{
    struct told t = linked(s, NODE, one);

    assert_int_equal(t.count, 1);
    assert_true(ident_equal(&t.of[0].case_id, other) && t.of[0].relation == relation && t.of[0].since_ms > 0);
}

static void test_a_link_is_told_from_either_side_as_it_was_said_last(void **state)
{
    struct ident mother;
    struct ident child;
    struct fixture s;
    unsigned before;

    (void)state;
    fixture_begin(&s, 300, 1, NULL);
    mother = s.person;
    child = case_of(&s, NODE);
    fixture_settle(&s);
    before = people_records(s.ngo, RECORD_OPENED);
    link_them(&s, &mother, &child, CASE_RELATION_CHILD);
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), before + 2); /* and the reading of the log */
    link_them(&s, &mother, &child, CASE_RELATION_CHILD);
    link_them(&s, &child, &mother, CASE_RELATION_PARENT); /* the same, said from the other side */
    assert_int_equal(people_records(s.ngo, RECORD_OPENED), before + 3);
    assert_one(&s, &mother, &child, CASE_RELATION_CHILD);
    assert_one(&s, &child, &mother, CASE_RELATION_PARENT);
    fixture_restart(&s, NGO);
    link_them(&s, &child, &mother, CASE_RELATION_GUARDIAN);
    assert_one(&s, &mother, &child, CASE_RELATION_WARD);
    assert_one(&s, &child, &mother, CASE_RELATION_GUARDIAN);
    link_them(&s, &child, &mother, 0);
    assert_int_equal(linked(&s, NODE, &mother).count, 0);
    assert_int_equal(linked(&s, NODE, &child).count, 0);
    assert_false(try_link(&s, NODE, &mother, &mother, CASE_RELATION_SIBLING));
    assert_int_equal(s.err.code, E_USE_03);
    assert_false(try_link(&s, NODE, &mother, &(struct ident){{1}}, CASE_RELATION_SIBLING));
    assert_int_equal(s.err.code, E_CAS_20);
    fixture_end(&s);
}

static void test_who_does_not_see_the_other_case_is_told_that_others_hold_one(void **state)
{
    struct ident of_bob;
    struct ident of_cat;
    struct fixture s;
    struct told t;

    (void)state;
    fixture_begin(&s, 301, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    of_bob = case_of(&s, BOB);
    of_cat = case_of(&s, CAT);
    assert_false(try_link(&s, BOB, &of_bob, &of_cat, CASE_RELATION_SIBLING));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_true(try_link(&s, ADA, &of_bob, &of_cat, CASE_RELATION_SIBLING));
    t = linked(&s, BOB, &of_bob);
    assert_true(t.count == 1 && t.others == 1);
    assert_true(ident_is_zero(&t.of[0].case_id) && t.of[0].relation == 0 && t.of[0].since_ms == 0);
    assert_false(try_link(&s, BOB, &of_bob, &of_cat, 0));
    assert_int_equal(s.err.code, E_CAS_20);
    t = linked(&s, ADA, &of_bob);
    assert_true(t.count == 1 && t.others == 0);
    assert_true(try_link(&s, ADA, &of_bob, &s.person, CASE_RELATION_COMPANION)); /* nobody's: he sees it */
    t = linked(&s, BOB, &of_bob);
    assert_true(t.count == 2 && t.others == 1);
    fixture_end(&s);
}

static bool on_never(void *cookie, const struct control_case_never *n, struct error *err)
{
    (void)cookie;
    (void)n;
    (void)err;
    return true;
}

static void test_who_is_kept_from_the_other_case_is_told_nothing(void **state)
{
    struct ident of_bob;
    struct ident of_cat;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 302, 1, NULL);
    enter(&s, ADA, SUPERVISOR);
    enter(&s, BOB, CASEWORKER);
    enter(&s, CAT, CASEWORKER);
    of_bob = case_of(&s, BOB);
    of_cat = case_of(&s, CAT);
    assert_true(try_link(&s, ADA, &of_bob, &of_cat, CASE_RELATION_PARTNER));
    assert_int_equal(linked(&s, BOB, &of_bob).count, 1);
    as(&s, ADA);
    world_must(exchange_case_never(s.ngo, &(struct control_case_never_ask){.case_id = of_cat, .uid = BOB}, on_never,
                                   NULL, &s.err),
               &s.err, "keep him out");
    world_tick(s.w, NGO);
    assert_int_equal(linked(&s, BOB, &of_bob).count, 0);
    assert_int_equal(linked(&s, CAT, &of_cat).others, 1);
    assert_int_equal(linked(&s, ADA, &of_bob).count, 1);
    fixture_end(&s);
}

static void test_a_case_has_as_many_links_as_the_bound_says(void **state)
{
    struct ident last;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 303, 1, NULL);
    for (int i = 0; i < BOUND_CASE_LINKS; i++) {
        last = case_of(&s, NODE);
        link_them(&s, &s.person, &last, CASE_RELATION_COMPANION);
    }
    assert_int_equal(linked(&s, NODE, &s.person).count, BOUND_CASE_LINKS);
    link_them(&s, &s.person, &last, CASE_RELATION_SIBLING);
    last = case_of(&s, NODE);
    assert_false(try_link(&s, NODE, &last, &s.person, CASE_RELATION_COMPANION));
    assert_int_equal(s.err.code, E_CAS_27);
    assert_int_equal(linked(&s, NODE, &last).count, 0);
    fixture_end(&s);
}

static struct ident other_case;

static bool link_companion(struct fixture *s)
{
    const struct control_case_link_ask ask = {
        .case_id = s->person, .other = other_case, .relation = CASE_RELATION_COMPANION};
    struct told t = {0};

    return exchange_case_link(s->ngo, &ask, keep_linked, &t, &s->err);
}

static bool end_link(struct fixture *s)
{
    const struct control_case_link_ask ask = {.case_id = s->person, .other = other_case};
    struct told t = {0};

    return exchange_case_link(s->ngo, &ask, keep_linked, &t, &s->err);
}

static void test_a_link_is_there_whole_or_not_at_all(void **state)
{
    struct fixture s;

    (void)state;
    fixture_begin(&s, 304, 1, NULL);
    other_case = case_of(&s, NODE);
    assert_in_range(fixture_at_each_statement(&s, NGO, link_companion, MINUTES), 5, 500);
    assert_one(&s, &s.person, &other_case, CASE_RELATION_COMPANION);
    assert_one(&s, &other_case, &s.person, CASE_RELATION_COMPANION);
    assert_in_range(fixture_at_each_statement(&s, NGO, end_link, MINUTES), 4, 500);
    assert_int_equal(linked(&s, NODE, &s.person).count, 0);
    assert_int_equal(linked(&s, NODE, &other_case).count, 0);
    fixture_end(&s);
}

struct rows {
    size_t count;
    int64_t numbers[4];
    size_t sizes[4];
};

static bool keep_row(void *cookie, int64_t number, struct view sealed, struct error *err)
{
    struct rows *r = cookie;

    (void)err;
    assert_true(r->count < 4);
    r->numbers[r->count] = number;
    r->sizes[r->count++] = sealed.size;
    return true;
}

static void test_nothing_in_the_clear_says_which_two_are_one_link(void **state)
{
    struct ident ids[4];
    struct rows r = {0};
    struct fixture s;

    (void)state;
    fixture_begin(&s, 305, 1, NULL);
    for (size_t i = 0; i < 4; i++)
        ids[i] = case_of(&s, NODE);
    link_them(&s, &ids[0], &ids[2], CASE_RELATION_CHILD);
    link_them(&s, &ids[1], &ids[3], CASE_RELATION_COMPANION);
    for (size_t i = 0; i < 4; i++) {
        struct case_row row;
        bool found;

        assert_true(case_store_find(s.ngo->db, &ids[i], &found, &row, &s.err));
        assert_true(case_link_store_walk(s.ngo->db, row.number, keep_row, &r, &s.err));
    }
    assert_int_equal(r.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(r.sizes[i], r.sizes[0]);
        for (size_t j = 0; j < i; j++)
            assert_true(r.numbers[i] - r.numbers[j] > 4 || r.numbers[j] - r.numbers[i] > 4);
    }
    fixture_end(&s);
}

static size_t rows_of(struct fixture *s, const struct ident *id)
{
    struct rows r = {0};
    struct case_row row;
    bool found;

    assert_true(case_store_find(s->ngo->db, id, &found, &row, &s->err) && found);
    assert_true(case_link_store_walk(s->ngo->db, row.number, keep_row, &r, &s->err));
    return r.count;
}

static void test_of_a_case_that_is_gone_nothing_is_told(void **state)
{
    struct fixture s;
    struct ident gone;
    char sql[256];
    char id[IDENT_TEXT];

    (void)state;
    fixture_begin(&s, 306, 1, NULL);
    gone = case_of(&s, NODE);
    other_case = case_of(&s, NODE);
    link_them(&s, &s.person, &gone, CASE_RELATION_SIBLING);
    ident_write(&gone, id);
    (void)snprintf(sql, sizeof sql, "DELETE FROM case_file WHERE id = x'%s'", id);
    fixture_edit(&s, NGO, sql);
    assert_int_equal(linked(&s, NODE, &s.person).count, 0);
    assert_false(try_link(&s, NODE, &s.person, &gone, CASE_RELATION_SIBLING));
    assert_int_equal(s.err.code, E_CAS_20);
    assert_int_equal(rows_of(&s, &s.person), 1); /* told to nobody, and with the next change it goes */
    link_them(&s, &s.person, &other_case, CASE_RELATION_SIBLING);
    assert_int_equal(rows_of(&s, &s.person), 1);
    fixture_end(&s);
}

static void test_with_a_case_that_is_erased_goes_what_the_other_says_of_it(void **state)
{
    struct control_case_delete_ask ask = {.reason = DELETE_SHE_ASKED};
    struct control_case_life life;
    struct fixture s;
    struct ident kept;

    (void)state;
    fixture_begin(&s, 308, 1, NULL);
    ask.case_id = case_of(&s, NODE);
    kept = case_of(&s, NODE);
    link_them(&s, &s.person, &ask.case_id, CASE_RELATION_SIBLING);
    link_them(&s, &s.person, &kept, CASE_RELATION_SIBLING);
    assert_int_equal(rows_of(&s, &s.person), 2);
    world_must(exchange_case_delete(s.ngo, &ask, &life, &s.err), &s.err, "delete a case");
    world_run_ms(s.w, 5 * 24 * HOURS);
    assert_int_equal(rows_of(&s, &s.person), 1);
    assert_one(&s, &s.person, &kept, CASE_RELATION_SIBLING);
    fixture_end(&s);
}

static bool on_found(void *cookie, const struct control_case_found *f, struct error *err)
{
    size_t *count = cookie;

    (void)err;
    *count += f->linked_count;
    return true;
}

static size_t found_linked(struct fixture *s, const char *words)
{
    const struct control_case_find_ask ask = {.words = view_of_text(words)};
    struct searching *searching;
    size_t count = 0;

    world_must(exchange_search_begin(s->ngo, &ask, &searching, &s->err), &s->err, "search");
    world_must(exchange_search_step(searching, NULL, on_found, &count, &s->err), &s->err, "search");
    exchange_search_end(searching);
    world_tick(s->w, NGO);
    return count;
}

static void test_linked_cases_are_told_with_a_case_that_is_shown_found_or_referred(void **state)
{
    static const struct people_consent granted = {.sections = BIT(TRIAGE)};
    struct case_sections shown = {0};
    struct ident child;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 307, 2, &granted);
    child = case_of(&s, NODE);
    fixture_refer(&s);
    assert_int_equal(s.sent.linked_count, 0);
    link_them(&s, &s.person, &child, CASE_RELATION_CHILD);
    assert_true(exchange_case_show(s.ngo, &s.person, &shown, &s.err));
    assert_true(shown.linked_count == 1 && ident_equal(&shown.linked[0].case_id, &child));
    world_tick(s.w, NGO);
    fixture_refer(&s);
    assert_true(s.sent.linked_count == 1 && s.sent.linked[0].relation == CASE_RELATION_CHILD);
    fixture_settle(&s);
    assert_int_equal(found_linked(&s, "example"), 2); /* either one */
    fixture_end(&s);
}

static void test_what_is_linked_with_a_merged_case_is_linked_with_the_one_in_its_place(void **state)
{
    struct control_case_merge_ask ask = {.part = false};
    struct control_case_moved out;
    struct ident twice;
    struct ident child;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 308, 1, NULL);
    twice = case_of(&s, NODE);
    child = case_of(&s, NODE);
    link_them(&s, &twice, &child, CASE_RELATION_CHILD);
    link_them(&s, &twice, &s.person, CASE_RELATION_RELATIVE);
    ask.case_id = s.person;
    ask.from = twice;
    world_must(exchange_case_merge(s.ngo, &ask, &out, &s.err), &s.err, "merge");
    world_tick(s.w, NGO);
    assert_one(&s, &child, &s.person, CASE_RELATION_PARENT);
    assert_one(&s, &s.person, &child, CASE_RELATION_CHILD);
    ask.part = true;
    world_must(exchange_case_merge(s.ngo, &ask, &out, &s.err), &s.err, "part");
    world_tick(s.w, NGO);
    assert_int_equal(linked(&s, NODE, &child).count, 2); /* a person says which of both it is */
    fixture_end(&s);
}

static void test_a_merge_that_would_link_too_many_changes_nothing(void **state)
{
    struct control_case_merge_ask ask = {.part = false};
    struct control_case_moved out;
    struct ident last;
    struct fixture s;

    (void)state;
    fixture_begin(&s, 309, 1, NULL);
    ask.case_id = s.person;
    ask.from = case_of(&s, NODE);
    for (unsigned i = 0; i < BOUND_CASE_LINKS; i++) {
        last = case_of(&s, NODE);
        link_them(&s, &s.person, &last, CASE_RELATION_COMPANION);
    }
    link_them(&s, &ask.from, &last, CASE_RELATION_COMPANION);
    world_must(exchange_case_merge(s.ngo, &ask, &out, &s.err), &s.err, "merge"); /* both have that one */
    world_tick(s.w, NGO);
    ask.part = true;
    world_must(exchange_case_merge(s.ngo, &ask, &out, &s.err), &s.err, "part");
    world_tick(s.w, NGO);
    last = case_of(&s, NODE);
    link_them(&s, &ask.from, &last, CASE_RELATION_COMPANION);
    ask.part = false;
    assert_false(exchange_case_merge(s.ngo, &ask, &out, &s.err));
    assert_int_equal(s.err.code, E_CAS_27);
    world_tick(s.w, NGO); /* the node goes on */
    assert_int_equal(linked(&s, NODE, &last).count, 1);
    fixture_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_link_is_told_from_either_side_as_it_was_said_last),
        cmocka_unit_test(test_who_does_not_see_the_other_case_is_told_that_others_hold_one),
        cmocka_unit_test(test_who_is_kept_from_the_other_case_is_told_nothing),
        cmocka_unit_test(test_a_case_has_as_many_links_as_the_bound_says),
        cmocka_unit_test(test_a_link_is_there_whole_or_not_at_all),
        cmocka_unit_test(test_nothing_in_the_clear_says_which_two_are_one_link),
        cmocka_unit_test(test_of_a_case_that_is_gone_nothing_is_told),
        cmocka_unit_test(test_with_a_case_that_is_erased_goes_what_the_other_says_of_it),
        cmocka_unit_test(test_what_is_linked_with_a_merged_case_is_linked_with_the_one_in_its_place),
        cmocka_unit_test(test_a_merge_that_would_link_too_many_changes_nothing),
        cmocka_unit_test(test_linked_cases_are_told_with_a_case_that_is_shown_found_or_referred),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
