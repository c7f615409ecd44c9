#include "fixture.h"

static int64_t add_case(struct db *db, uint8_t n)
{
    struct case_row row = {.id = ident_of(n), .slot = n, .opened_ms = 1000 + n};
    int64_t number = 0;

    assert_done(case_store_add(db, &row, &number, &err));
    return number;
}

static void put_section(struct db *db, int64_t case_number, enum section section, const char *sealed)
{
    int64_t number;

    number = case_store_next_section(db);
    assert_done(case_store_put_section(db, number, case_number, section, view_of_text(sealed), &err));
}

static bool on_case(void *cookie, const struct case_row *row, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:%d ", (int)row->number, (int)row->slot);
    return true;
}

static bool on_section(void *cookie, int64_t number, enum section section, struct view sealed, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:%d:", (int)number, (int)section);
    bytes_append_view(cookie, sealed);
    bytes_append_u8(cookie, ' ');
    return true;
}

static void test_a_case_is_found_by_number_and_by_id(void **state)
{
    struct db *db = in_memory();
    struct ident id = ident_of(2);
    struct case_row out;
    struct bytes text = {0};
    int64_t number;
    bool found;

    (void)state;
    (void)add_case(db, 1);
    number = add_case(db, 2);

    assert_done(case_store_find(db, &id, &found, &out, &err));
    assert_true(found && out.number == number && out.slot == 2 && out.opened_ms == 1002 && ident_equal(&out.id, &id));
    assert_done(case_store_get(db, number, &found, &out, &err));
    assert_true(found && ident_equal(&out.id, &id));
    assert_done(case_store_walk(db, NULL, on_case, &text, &err));
    assert_bytes(&text, "1:1 2:2 ");
    bytes_fini(&text);
    db_close(db);
}

static void test_a_case_that_is_not_there_is_not_found_and_leaves_the_row_alone(void **state)
{
    struct db *db = in_memory();
    struct ident id = ident_of(2);
    struct case_row out = {.number = 99};
    bool found = true;

    (void)state;
    assert_done(case_store_find(db, &id, &found, &out, &err));
    assert_false(found);
    assert_done(case_store_get(db, 1, &found, &out, &err));
    assert_false(found);
    assert_int_equal(out.number, 99);
    db_close(db);
}

static void test_the_same_case_id_twice_is_refused(void **state)
{
    struct db *db = in_memory();
    struct case_row row = {.id = ident_of(1)};
    int64_t number = 0;

    (void)state;
    (void)add_case(db, 1);
    assert_refused(E_STO_07, case_store_add(db, &row, &number, &err));
    db_close(db);
}

static void test_sections_are_walked_in_order_and_of_one_case(void **state)
{
    struct db *db = in_memory();
    int64_t first = add_case(db, 1);
    int64_t second = add_case(db, 2);
    struct bytes text = {0};

    (void)state;
    put_section(db, first, SECTION_HEALTH, "health");
    put_section(db, first, SECTION_TRIAGE, "triage");
    put_section(db, second, SECTION_TRIAGE, "other");

    assert_done(case_store_walk_sections(db, first, on_section, &text, &err));
    assert_bytes(&text, "2:1:triage 1:9:health ");
    bytes_fini(&text);
    db_close(db);
}

static void test_a_section_put_again_takes_the_place_and_a_new_number(void **state)
{
    struct db *db = in_memory();
    int64_t number = add_case(db, 1);
    struct bytes text = {0};

    (void)state;
    put_section(db, number, SECTION_HEALTH, "before");
    put_section(db, number, SECTION_HEALTH, "after");

    assert_done(case_store_walk_sections(db, number, on_section, &text, &err));
    assert_bytes(&text, "2:9:after ");
    bytes_fini(&text);
    db_close(db);
}

static void test_a_section_without_a_case_is_refused(void **state)
{
    struct db *db = in_memory();

    (void)state;
    assert_refused(E_STO_07,
                   case_store_put_section(db, case_store_next_section(db), 5, SECTION_HEALTH, view_of_text("x"), &err));
    db_close(db);
}

static void test_a_section_of_a_newer_program_is_refused(void **state)
{
    struct db *db = in_memory();
    int64_t number = add_case(db, 1);
    struct bytes text = {0};

    (void)state;
    put_section(db, number, SECTION_HEALTH, "health");
    put_section(db, number, SECTION_END, "newer");

    assert_refused(E_STO_02, case_store_walk_sections(db, number, on_section, &text, &err));
    bytes_fini(&text);
    db_close(db);
}

static bool on_likeness(void *cookie, int64_t case_number, struct view sealed, bool *more, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:", (int)case_number);
    bytes_append_view(cookie, sealed);
    bytes_append_u8(cookie, ' ');
    *more = !view_equal(sealed, view_of_text("stop"));
    return true;
}

static void test_the_marks_in_a_bucket_are_walked_until_one_is_enough(void **state)
{
    struct db *db = in_memory();
    struct bytes text = {0};
    int64_t one = add_case(db, 1);
    int64_t two = add_case(db, 2);

    (void)state;
    assert_done(case_store_add_likeness(db, one, 65535, view_of_text("a"), &err));
    assert_done(case_store_add_likeness(db, two, 65535, view_of_text("b"), &err));
    assert_done(case_store_add_likeness(db, two, 0, view_of_text("c"), &err));
    assert_done(case_store_walk_likenesses(db, 65535, on_likeness, &text, &err));
    assert_bytes(&text, "2:b 1:a ");
    bytes_clear(&text);
    assert_done(case_store_walk_likenesses(db, 7, on_likeness, &text, &err));
    assert_int_equal(text.size, 0);
    assert_done(case_store_add_likeness(db, two, 65535, view_of_text("stop"), &err));
    assert_done(case_store_walk_likenesses(db, 65535, on_likeness, &text, &err));
    assert_bytes(&text, "2:stop ");
    assert_refused(E_STO_07, case_store_add_likeness(db, 99, 1, view_of_text("x"), &err));
    bytes_fini(&text);
    db_close(db);
}

static void assert_walked(struct db *db, int64_t from, uint32_t limit, const char *want)
{
    struct bytes text = {0};

    assert_done(case_store_walk_imported(db, from, limit, on_case, &text, &err));
    assert_bytes(&text, want);
    bytes_fini(&text);
}

static void test_the_cases_of_an_import_under_way_are_not_found(void **state)
{
    struct db *db = in_memory();
    struct case_import_row import = {.count = 3, .recorded = -1, .mark = {.at = {9}}};
    struct case_import_row out;
    struct bytes text = {0};
    struct case_row row;
    struct ident id = ident_of(2);
    bool found = true;

    (void)state;
    assert_done(case_import_store_get(db, &found, &out, &err));
    assert_false(found);
    (void)add_case(db, 1);
    import.first = add_case(db, 2);
    assert_done(case_import_store_put(db, &import, &err));
    (void)add_case(db, 3);
    import.recorded = 2;
    assert_done(case_import_store_put(db, &import, &err)); /* in its place */
    assert_done(case_import_store_get(db, &found, &out, &err));
    assert_true(found && out.first == 2 && out.count == 3 && out.recorded == 2 && hash_equal(&out.mark, &import.mark));

    assert_done(case_store_get(db, 2, &found, &row, &err));
    assert_false(found);
    assert_done(case_store_find(db, &id, &found, &row, &err));
    assert_false(found);
    assert_done(case_store_walk(db, NULL, on_case, &text, &err));
    assert_bytes(&text, "1:1 ");
    assert_walked(db, 2, 9, "2:2 3:3 ");
    assert_walked(db, 1, 2, "1:1 2:2 ");

    assert_done(case_import_store_drop(db, &err));
    assert_done(case_store_find(db, &id, &found, &row, &err));
    assert_true(found && row.number == 2);
    bytes_fini(&text);
    db_close(db);
}

static void test_a_case_is_dropped_with_what_is_its_own(void **state)
{
    struct case_request_row request = {.count = 1};
    struct db *db = in_memory();
    int64_t first = add_case(db, 1);
    int64_t second = add_case(db, 2);
    struct hash mark = {.at = {7}};
    struct bytes text = {0};

    (void)state;
    put_section(db, first, SECTION_TRIAGE, "kept");
    put_section(db, second, SECTION_TRIAGE, "a");
    put_section(db, second, SECTION_HEALTH, "b");
    assert_done(case_store_add_likeness(db, first, 7, view_of_text("kept"), &err));
    assert_done(case_store_add_likeness(db, second, 7, view_of_text("c"), &err));
    assert_done(case_store_drop(db, second, &err));
    assert_walked(db, 1, 9, "1:1 ");
    assert_done(case_store_walk_sections(db, second, on_section, &text, &err));
    assert_int_equal(text.size, 0);
    assert_done(case_store_walk_likenesses(db, 7, on_likeness, &text, &err));
    assert_bytes(&text, "1:kept ");
    request.case_number = first;
    assert_done(case_request_store_add(db, &mark, &request, view_of_text("asked"), &err));
    assert_refused(E_STO_07, case_store_drop(db, first, &err)); /* a request id names it */
    bytes_fini(&text);
    db_close(db);
}

static void test_a_request_id_of_an_import_is_found_once(void **state)
{
    struct db *db = in_memory();
    struct case_request_row row = {.case_number = add_case(db, 1), .count = 3};
    struct case_request_row out = {0};
    struct hash mark = {.at = {7}};
    struct bytes asked = {0};
    bool found;

    (void)state;
    assert_done(case_request_store_find(db, &mark, &found, &out, &asked, &err));
    assert_false(found);
    assert_done(case_request_store_add(db, &mark, &row, view_of_text("asked"), &err));
    assert_done(case_request_store_find(db, &mark, &found, &out, &asked, &err));
    assert_true(found && out.case_number == row.case_number && out.count == 3);
    assert_bytes(&asked, "asked");
    assert_refused(E_STO_07, case_request_store_add(db, &mark, &row, view_of_text("asked"), &err));
    bytes_fini(&asked);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_case_is_found_by_number_and_by_id),
        cmocka_unit_test(test_a_case_that_is_not_there_is_not_found_and_leaves_the_row_alone),
        cmocka_unit_test(test_the_same_case_id_twice_is_refused),
        cmocka_unit_test(test_sections_are_walked_in_order_and_of_one_case),
        cmocka_unit_test(test_a_section_put_again_takes_the_place_and_a_new_number),
        cmocka_unit_test(test_a_section_without_a_case_is_refused),
        cmocka_unit_test(test_a_section_of_a_newer_program_is_refused),
        cmocka_unit_test(test_the_marks_in_a_bucket_are_walked_until_one_is_enough),
        cmocka_unit_test(test_the_cases_of_an_import_under_way_are_not_found),
        cmocka_unit_test(test_a_case_is_dropped_with_what_is_its_own),
        cmocka_unit_test(test_a_request_id_of_an_import_is_found_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
