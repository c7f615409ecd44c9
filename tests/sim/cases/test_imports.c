/* An import of many cases in steps: whole or nothing for everybody, whoever goes and whatever ends in between. */
#include "fixture.h"

#include "codec/case_codec.h"
#include "exchange/cases/case_staging.h"
#include "exchange/logs/audit.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"
#include "store/slot_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MANY 300 /* cases: more than a tick records, or drops */

/* An import of COUNT people, each with a phone of her own, and what it was answered. */
struct story {
    struct fixture f;
    size_t count;
    const char *request_id;
    bool again;
    struct bytes texts[MANY];
    char phones[MANY][16];
    struct case_sections cases[MANY];
    struct control_case_likeness likenesses[MANY];
    struct importing *m;
    bool more;
    struct control_case_added answers[MANY];
    size_t answer_count;
};

static struct story *begin(size_t count)
{
    struct story *s = xnew(sizeof *s);

    fixture_begin(&s->f, 7, 2, &(struct people_consent){.sections = SECTION_BIT(SECTION_TRIAGE)});
    s->count = count;
    for (size_t i = 0; i < count; i++) {
        struct arena arena = {0};
        struct case_data c;
        bool empty;

        assert_true(snprintf(s->phones[i], sizeof s->phones[i], "48600%zu", i) < (int)sizeof s->phones[i]);
        case_init(&c, &arena);
        assert_true(case_set_text(&c, case_field_find(view_of_text("prs_FirstName")), 0, view_of_text(s->phones[i]),
                                  &s->f.err));
        assert_true(case_section_encode(&c, SECTION_IDENTITY, &s->texts[i], &empty, &s->f.err));
        s->cases[i].sections[SECTION_IDENTITY] = bytes_view(&s->texts[i]);
        s->likenesses[i] = (struct control_case_likeness){(uint32_t)i, LIKENESS_PHONE, view_of_text(s->phones[i])};
        arena_fini(&arena);
    }
    return s;
}

static void end(struct story *s)
{
    exchange_import_end(s->m);
    fixture_settle(&s->f);
    fixture_end(&s->f);
    for (size_t i = 0; i < s->count; i++)
        bytes_fini(&s->texts[i]);
    free(s);
}

static bool keep_answer(void *cookie, const struct control_case_added *i, struct error *err)
{
    struct story *s = cookie;

    (void)err;
    assert_true(s->answer_count < MANY);
    s->answers[s->answer_count++] = *i;
    return true;
}

static void ask(struct story *s)
{
    struct case_import import = {.cases = s->cases,
                                 .likenesses = s->likenesses,
                                 .likeness_count = s->count,
                                 .commit = {.count = (uint32_t)s->count,
                                            .text_size = 9,
                                            .again = s->again,
                                            .request_id = view_of_text(s->request_id != NULL ? s->request_id : "")}};

    s->answer_count = 0;
    s->more = true;
    assert_true(exchange_import_begin(s->f.ngo, &import, &s->m, &s->f.err));
}

/* A step of at most so many rows, and a tick. */
static void step(struct story *s, uint32_t limit)
{
    struct walk_step w = {.limit = limit};

    assert_true(exchange_import_step(s->m, &w, keep_answer, s, &s->f.err));
    s->more = w.more;
    world_tick(s->f.w, NGO);
}

static void finish(struct story *s)
{
    for (size_t steps = 0; s->more; steps++) {
        assert_true(steps < MANY);
        step(s, 64);
    }
    exchange_import_end(s->m);
    s->m = NULL;
}

static bool count_case(void *cookie, const struct control_case_summary *c, struct error *err)
{
    (void)c;
    (void)err;
    ++*(size_t *)cookie;
    return true;
}

/* As people see them, but for the one of the fixture. */
static size_t cases_seen(struct story *s)
{
    size_t count = 0;

    assert_true(exchange_case_list(s->f.ngo, &(struct control_case_list_ask){0}, NULL, count_case, &count, &s->f.err));
    return count - 1;
}

static bool keep_row(void *cookie, const struct case_row *row, struct error *err)
{
    struct bytes *rows = cookie;

    (void)err;
    bytes_append(rows, row, sizeof *row);
    return true;
}

/* What is stored, whether or not they are cases yet, but for the one of the fixture: struct case_row each. */
static struct bytes rows_stored(struct story *s)
{
    struct bytes rows = {0};

    assert_true(case_store_walk_imported(s->f.ngo->db, 2, MANY, keep_row, &rows, &s->f.err));
    return rows;
}

static size_t count_stored(struct story *s)
{
    struct bytes rows = rows_stored(s);
    size_t count = rows.size / sizeof(struct case_row);

    bytes_fini(&rows);
    return count;
}

struct records {
    const struct story *s;
    size_t count;
    size_t of[MANY];
};

static bool count_record(void *cookie, const struct control_audit_entry *e, const struct record *r, struct error *err)
{
    struct records *records = cookie;

    (void)e;
    (void)err;
    if (r->kind != RECORD_OPENED || r->house.what != HOUSE_IMPORTED)
        return true;
    records->count++;
    for (size_t i = 0; i < records->s->answer_count; i++)
        records->of[i] += ident_equal(&r->house.object, &records->s->answers[i].case_id);
    return true;
}

/* Records of imported cases in the house log, but for the one of the fixture. */
static size_t records_made(struct story *s)
{
    struct control_audit_list_ask all = {.log = LOG_HOUSE};
    struct records r = {.s = s};

    assert_true(exchange_audit_list(s->f.ngo, &all, NULL, count_record, &r, &s->f.err));
    for (size_t i = 0; i < s->answer_count; i++)
        assert_int_equal(r.of[i], 1);
    return r.count - 1;
}

/* All are cases, each was answered and recorded once. */
static void assert_whole(struct story *s)
{
    assert_int_equal(s->answer_count, s->count);
    for (size_t i = 0; i < s->count; i++) {
        assert_int_equal(s->answers[i].case_number, i);
        assert_int_equal(s->answers[i].likeness, LIKENESS_NONE);
    }
    assert_int_equal(cases_seen(s), s->count);
    assert_int_equal(records_made(s), s->count);
    assert_false(case_staging_is_taken(s->f.ngo));
}

/* Nothing is stored, or recorded, and no key is left of what was (ROWS, which are freed). */
static void assert_nothing(struct story *s, struct bytes rows)
{
    bool any = false;

    fixture_settle(&s->f);
    assert_int_equal(cases_seen(s), 0);
    assert_int_equal(count_stored(s), 0);
    assert_int_equal(records_made(s), 0);
    assert_false(case_staging_is_taken(s->f.ngo));
    for (size_t at = 0; at < rows.size; at += sizeof(struct case_row)) {
        struct case_row row;

        memcpy(&row, rows.at + at, sizeof row);
        assert_true(vault_slot_is_erased(s->f.ngo->vault, row.slot));
        any = true;
    }
    assert_true(any);
    bytes_fini(&rows);
}

/* Steps until so many are stored. */
static void store(struct story *s, size_t count)
{
    ask(s);
    for (size_t steps = 0; count_stored(s) < count; steps++) {
        assert_true(steps < MANY);
        step(s, 8);
    }
    assert_true(s->more && !exchange_import_stands(s->m) && !exchange_import_is_decided(s->m));
}

static void decide(struct story *s)
{
    bool before_it_stands = false;

    ask(s);
    for (size_t steps = 0; !exchange_import_stands(s->m); steps++) {
        assert_true(steps < MANY);
        step(s, 64);
        before_it_stands = before_it_stands || (exchange_import_is_decided(s->m) && !exchange_import_stands(s->m));
    }
    assert_true(s->more && before_it_stands && exchange_import_is_decided(s->m));
}

static void assert_unknown(struct story *s, const struct ident *id)
{
    struct case_sections shown;
    struct case_row row;
    bool found = true;

    assert_false(exchange_case_show(s->f.ngo, id, &shown, &s->f.err));
    assert_int_equal(s->f.err.code, E_CAS_20);
    assert_true(case_store_find(s->f.ngo->db, id, &found, &row, &s->f.err));
    assert_false(found);
}

static void test_nobody_finds_a_case_before_all_are_there(void **state)
{
    struct story *s = begin(MANY);
    size_t steps = 0;
    size_t before = 0;

    (void)state;
    ask(s);
    while (s->more && s->answer_count == 0) {
        struct bytes rows = rows_stored(s);
        size_t count = rows.size / sizeof(struct case_row);
        struct case_row row;
        bool found = true;

        assert_true(count - before <= 16); /* no step does more than it may */
        before = count;
        if (count > 0 && case_staging_is_taken(s->f.ngo)) {
            assert_int_equal(cases_seen(s), 0);
            memcpy(&row, rows.at, sizeof row);
            assert_unknown(s, &row.id);
            assert_true(case_store_get(s->f.ngo->db, row.number, &found, &row, &s->f.err));
            assert_false(found);
        }
        bytes_fini(&rows);
        step(s, 16);
        steps++;
    }
    assert_true(steps > MANY / 16);
    finish(s);
    assert_whole(s);
    end(s);
}

/* Small ones are done in the tick in which they are asked. */
static void test_an_import_of_one_step_is_one_tick(void **state)
{
    struct story *s = begin(3);

    (void)state;
    ask(s);
    step(s, 256);
    assert_false(s->more);
    assert_whole(s);
    end(s);
}

static void test_other_work_goes_on_meanwhile(void **state)
{
    struct story *s = begin(40);

    (void)state;
    store(s, 10);
    fixture_deliver(&s->f); /* out, and its receipt in */
    assert_true(fixture_withdraw(&s->f, true));
    fixture_settle(&s->f);
    assert_int_equal(fixture_told(&s->f), RECIPIENT_ERASED);
    assert_int_equal(cases_seen(s), 0);
    assert_true(count_stored(s) < 40);
    finish(s);
    assert_whole(s);
    end(s);
}

static void test_who_goes_before_it_is_decided_leaves_nothing(void **state)
{
    struct story *s = begin(MANY);
    struct bytes rows;

    (void)state;
    store(s, 200);
    rows = rows_stored(s);
    exchange_import_end(s->m);
    s->m = NULL;
    world_tick(s->f.w, NGO);
    assert_in_range(count_stored(s), 1, 199); /* no tick drops them all */
    assert_nothing(s, rows);
    /* nor is the next one like it */
    ask(s);
    finish(s);
    assert_whole(s);
    end(s);
}

static void test_a_crash_before_it_is_decided_leaves_nothing(void **state)
{
    struct story *s = begin(MANY);
    struct bytes rows;

    (void)state;
    store(s, 200);
    rows = rows_stored(s);
    exchange_import_end(s->m);
    s->m = NULL;
    fixture_restart(&s->f, NGO); /* before a tick */
    assert_int_equal(count_stored(s), rows.size / sizeof(struct case_row));
    assert_int_equal(cases_seen(s), 0);
    world_tick(s->f.w, NGO);
    fixture_restart(&s->f, NGO); /* while they are dropped */
    assert_nothing(s, rows);
    end(s);
}

/* All ids are known by its request id. */
static void assert_finished(struct story *s)
{
    fixture_settle(&s->f);
    assert_int_equal(cases_seen(s), MANY);
    ask(s);
    finish(s);
    assert_whole(s);
}

static void test_what_is_decided_is_finished_whoever_goes(void **state)
{
    struct story *s = begin(MANY);

    (void)state;
    s->request_id = "r";
    decide(s);
    assert_int_equal(cases_seen(s), 0);
    assert_in_range(records_made(s), 1, MANY - 1);
    exchange_import_end(s->m);
    assert_finished(s);
    end(s);
}

static void test_what_is_decided_is_finished_after_a_crash(void **state)
{
    struct story *s = begin(MANY);

    (void)state;
    s->request_id = "r";
    decide(s);
    exchange_import_end(s->m);
    fixture_restart(&s->f, NGO);
    assert_int_equal(cases_seen(s), 0);
    assert_finished(s);
    end(s);
}

/* Who asked is told that nothing of it is kept. */
static void test_a_full_disk_before_it_is_decided_leaves_nothing(void **state)
{
    struct story *s = begin(MANY);
    struct bytes rows;

    (void)state;
    store(s, 200);
    rows = rows_stored(s);
    db_fault(s->f.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    step(s, 8);
    assert_int_equal(world_undone(s->f.w, NGO), 1);
    assert_int_equal(count_stored(s), rows.size / sizeof(struct case_row));
    exchange_import_end(s->m); /* as control_door does */
    s->m = NULL;
    assert_nothing(s, rows);
    end(s);
}

/* What others asked is undone, not what was stored of this before. */
static void test_another_tick_that_is_undone_is_nothing_to_an_import(void **state)
{
    struct story *s = begin(40);

    (void)state;
    store(s, 10);
    db_fault(s->f.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    fixture_refer(&s->f);
    world_tick(s->f.w, NGO);
    assert_int_equal(world_undone(s->f.w, NGO), 1);
    fixture_settle(&s->f);
    finish(s);
    assert_whole(s);
    end(s);
}

/* Where all of it is in the tick that is undone nothing was ever stored. */
static void test_a_full_disk_as_it_is_decided_leaves_nothing(void **state)
{
    struct story *s = begin(3);

    (void)state;
    ask(s);
    db_fault(s->f.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    step(s, 256);
    exchange_import_end(s->m);
    s->m = NULL;
    fixture_settle(&s->f);
    assert_int_equal(cases_seen(s), 0);
    assert_int_equal(count_stored(s), 0);
    s->answer_count = 0;
    assert_int_equal(records_made(s), 0);
    end(s);
}

/* Nobody is told that nothing of it is kept: it goes on when there is room. */
static void test_a_full_disk_after_it_is_decided_is_waited_out(void **state)
{
    struct story *s = begin(MANY);

    (void)state;
    decide(s);
    db_fault(s->f.ngo->db, DB_FAULT_COMMIT_FULL, 1);
    step(s, 64);
    assert_int_equal(world_undone(s->f.w, NGO), 1);
    assert_true(s->more && exchange_import_stands(s->m));
    assert_int_equal(s->answer_count, 0);
    fixture_settle(&s->f);
    finish(s);
    assert_whole(s);
    end(s);
}

static void test_the_next_import_waits_for_its_turn_and_finds_the_first(void **state)
{
    struct story *s = begin(40);
    struct importing *first;

    (void)state;
    store(s, 10);
    first = s->m;
    ask(s);
    for (int i = 0; i < 20; i++)
        step(s, 64);
    assert_true(s->more && exchange_import_waits(s->m));
    assert_in_range(count_stored(s), 1, 39);
    for (struct walk_step w = {.more = true}; w.more; world_tick(s->f.w, NGO)) {
        w.limit = 64;
        assert_true(exchange_import_step(first, &w, keep_answer, s, &s->f.err));
    }
    exchange_import_end(first);
    assert_whole(s);

    s->answer_count = 0;
    finish(s);
    assert_int_equal(s->answer_count, 40); /* it is the same file */
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(s->answers[i].likeness, LIKENESS_FILE);
    assert_int_equal(cases_seen(s), 40);
    end(s);
}

/* Who is to be told whom it seems to have here already may take his time: nobody waits for him. */
static void test_who_is_answered_keeps_nobody_waiting(void **state)
{
    struct story *s = begin(20);
    struct importing *first;

    (void)state;
    ask(s);
    finish(s);
    ask(s);
    while (s->answer_count == 0)
        step(s, 1);
    first = s->m;
    s->again = true;
    ask(s);
    finish(s);
    assert_int_equal(s->answer_count, 20);
    assert_int_equal(cases_seen(s), 40);
    exchange_import_end(first);
    end(s);
}

static void test_a_turn_ends_with_who_goes_while_he_looks(void **state)
{
    struct story *s = begin(20);

    (void)state;
    ask(s);
    while (s->f.ngo->importing == NULL)
        step(s, 1);
    assert_int_equal(count_stored(s), 0);
    exchange_import_end(s->m);
    ask(s);
    finish(s);
    assert_whole(s);
    end(s);
}

/* Whatever fails comes before anything is stored. */
static void test_one_wrong_case_among_many_stores_none(void **state)
{
    struct walk_step w = {.limit = 8, .more = true};
    struct story *s = begin(40);

    (void)state;
    s->cases[39].sections[SECTION_IDENTITY] = view_of_text("no section");
    ask(s);
    while (exchange_import_step(s->m, &w, keep_answer, s, &s->f.err)) {
        assert_true(w.more);
        world_tick(s->f.w, NGO);
        assert_int_equal(count_stored(s), 0);
    }
    assert_non_null(strstr(s->f.err.text, "case 40"));
    assert_false(w.more);
    end(s);
}

static const char *const edits[] = {
    "UPDATE case_import SET first = 1",
    "UPDATE case_import SET count = 41",
    "UPDATE case_import SET recorded = 0",
};

/* Cases of people would vanish with their keys. */
static void test_a_row_that_this_node_did_not_write_stops_the_start(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        struct story *s = begin(40);
        struct error err = {0};

        store(s, 10);
        exchange_import_end(s->m);
        s->m = NULL;
        fixture_edit_down(&s->f, NGO, edits[i]);
        assert_false(world_try_start(s->f.w, NGO, &err));
        assert_int_equal(err.code, E_STO_04);
        world_free(s->f.w);
        for (size_t k = 0; k < s->count; k++)
            bytes_fini(&s->texts[k]);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_finds_a_case_before_all_are_there),
        cmocka_unit_test(test_an_import_of_one_step_is_one_tick),
        cmocka_unit_test(test_other_work_goes_on_meanwhile),
        cmocka_unit_test(test_who_goes_before_it_is_decided_leaves_nothing),
        cmocka_unit_test(test_a_crash_before_it_is_decided_leaves_nothing),
        cmocka_unit_test(test_what_is_decided_is_finished_whoever_goes),
        cmocka_unit_test(test_what_is_decided_is_finished_after_a_crash),
        cmocka_unit_test(test_a_full_disk_before_it_is_decided_leaves_nothing),
        cmocka_unit_test(test_another_tick_that_is_undone_is_nothing_to_an_import),
        cmocka_unit_test(test_a_full_disk_as_it_is_decided_leaves_nothing),
        cmocka_unit_test(test_a_full_disk_after_it_is_decided_is_waited_out),
        cmocka_unit_test(test_the_next_import_waits_for_its_turn_and_finds_the_first),
        cmocka_unit_test(test_who_is_answered_keeps_nobody_waiting),
        cmocka_unit_test(test_a_turn_ends_with_who_goes_while_he_looks),
        cmocka_unit_test(test_one_wrong_case_among_many_stores_none),
        cmocka_unit_test(test_a_row_that_this_node_did_not_write_stops_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
