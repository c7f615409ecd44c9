#include "fixture.h"

static struct consent_row consent_of(struct db *db, int64_t case_number, uint8_t n)
{
    struct consent_row row = {
        .id = ident_of(n),
        .case_number = case_number,
        .agency = address_of("haven@nrm.example"),
        .recipient = address_of("shelter@nrm.example"),
        .slot = n,
        .record_index = case_number == 0 ? 0 : 5,
        .until = 20700,
        .progress = CONSENT_STANDS,
        .changed_ms = 1000,
        .withdrawn_index = UINT64_MAX,
    };

    row.number = consent_store_next_number(db);
    return row;
}

static int64_t make_case(struct db *db)
{
    struct case_row row = {.id = ident_of(1)};
    int64_t number = 0;

    assert_done(case_store_add(db, &row, &number, &err));
    return number;
}

static bool on_consent(void *cookie, const struct consent_row *row, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d ", (int)row->number);
    return true;
}

static void assert_work(struct db *db, uint32_t today, const char *wanted)
{
    struct bytes text = {0};

    assert_done(consent_store_walk_work(db, today, on_consent, &text, &err));
    assert_bytes(&text, wanted);
    bytes_fini(&text);
}

static void test_a_consent_comes_back_as_it_was_put(void **state)
{
    struct db *db = in_memory();
    struct consent_row row = consent_of(db, make_case(db), 7);
    struct bytes sealed = {0};
    struct consent_row out;
    bool found;

    (void)state;
    row.to_tell = true;
    row.erase_from = 20800;
    assert_done(consent_store_add(db, &row, view_of_text("sealed"), &err));

    assert_done(consent_store_find(db, &row.agency, &row.id, &found, &out, &err));
    assert_true(found && out.number == row.number && ident_equal(&out.id, &row.id));
    assert_true(out.case_number == row.case_number && out.slot == 7 && out.record_index == 5 && out.until == 20700);
    assert_string_equal(out.agency.text, "haven@nrm.example");
    assert_string_equal(out.recipient.text, "shelter@nrm.example");
    assert_true(out.progress == CONSENT_STANDS && out.changed_ms == 1000 && out.erase_from == 20800 && out.to_tell);
    assert_true(out.withdrawn_index == UINT64_MAX);
    assert_done(consent_store_find(db, &row.recipient, &row.id, &found, &out, &err));
    assert_false(found); /* another agency's consent of that id is another */
    row.agency = row.recipient;
    row.case_number = 0;
    row.number = consent_store_next_number(db);
    assert_done(consent_store_add(db, &row, view_of_text("of another"), &err));
    row.number = out.number;
    row.case_number = out.case_number;
    row.agency = out.agency;
    assert_done(consent_store_find_named(db, &row.agency, &row.id, &found, &out, &err));
    assert_true(found && out.number == row.number); /* the one taken here */
    assert_done(consent_store_get(db, row.number, &found, &out, &err));
    assert_true(found);
    assert_done(consent_store_content(db, row.number, &found, &sealed, &err));
    assert_true(found);
    assert_bytes(&sealed, "sealed");
    bytes_fini(&sealed);
    db_close(db);
}

static void test_a_consent_that_came_with_data_has_no_case(void **state)
{
    struct db *db = in_memory();
    struct consent_row row = consent_of(db, 0, 7);
    struct consent_row out;
    bool found;

    (void)state;
    assert_done(consent_store_add(db, &row, view_of_text("receipt"), &err));

    assert_done(consent_store_get(db, row.number, &found, &out, &err));
    assert_true(found && out.case_number == 0);
    row = consent_of(db, 55, 8);
    assert_refused(E_STO_07, consent_store_add(db, &row, view_of_text("a case that is not there"), &err));
    db_close(db);
}

static void test_the_same_consent_id_twice_is_refused(void **state)
{
    struct db *db = in_memory();
    struct consent_row row = consent_of(db, 0, 7);

    (void)state;
    assert_done(consent_store_add(db, &row, view_of_text("x"), &err));
    row = consent_of(db, 0, 7);
    assert_refused(E_STO_07, consent_store_add(db, &row, view_of_text("x"), &err));
    db_close(db);
}

static void test_the_content_of_a_consent_is_replaced(void **state)
{
    struct db *db = in_memory();
    struct consent_row row = consent_of(db, 0, 7);
    struct bytes sealed = {0};
    bool found = true;

    (void)state;
    assert_done(consent_store_content(db, row.number, &found, &sealed, &err));
    assert_false(found);
    assert_done(consent_store_add(db, &row, view_of_text("before"), &err));
    assert_done(consent_store_set_content(db, row.number, view_of_text("after"), &err));

    assert_done(consent_store_content(db, row.number, &found, &sealed, &err));
    assert_bytes(&sealed, "after");
    bytes_fini(&sealed);
    db_close(db);
}

static void test_consents_are_listed_by_case_and_all(void **state)
{
    struct db *db = in_memory();
    int64_t number = make_case(db);
    struct bytes text = {0};
    struct consent_row row;

    (void)state;
    for (uint8_t i = 1; i <= 4; i++) {
        row = consent_of(db, i % 2 == 0 ? number : 0, i);
        assert_done(consent_store_add(db, &row, view_of_text("x"), &err));
    }

    assert_done(consent_store_walk_case(db, number, on_consent, &text, &err));
    assert_bytes(&text, "2 4 ");
    bytes_clear(&text);
    assert_done(consent_store_walk_case(db, 0, on_consent, &text, &err));
    assert_bytes(&text, "1 2 3 4 ");
    bytes_clear(&text);
    assert_done(consent_store_walk(db, NULL, on_consent, &text, &err));
    assert_bytes(&text, "1 2 3 4 ");
    bytes_fini(&text);
    db_close(db);
}

static void move_consent(struct db *db, struct consent_row *row, enum consent_progress progress, uint32_t erase_from,
                         bool to_tell)
{
    row->progress = progress;
    row->erase_from = erase_from;
    row->to_tell = to_tell;
    assert_done(consent_store_update(db, row, &err));
}

static void test_a_withdrawal_is_work_until_it_is_told_and_erased(void **state)
{
    struct db *db = in_memory();
    struct consent_row row = consent_of(db, 0, 7);
    struct consent_row other = consent_of(db, 0, 8);
    struct consent_row out;
    bool found;

    (void)state;
    assert_done(consent_store_add(db, &row, view_of_text("x"), &err));
    assert_done(consent_store_add(db, &other, view_of_text("x"), &err));
    assert_work(db, 30000, "");

    row.withdrawn_index = 12;
    row.changed_ms = 2000;
    move_consent(db, &row, CONSENT_STOPPED, 20003, true);
    assert_work(db, 20000, "1 ");
    assert_done(consent_store_get(db, row.number, &found, &out, &err));
    assert_true(out.progress == CONSENT_STOPPED && out.withdrawn_index == 12 && out.changed_ms == 2000);
    assert_true(out.erase_from == 20003 && out.to_tell);
    move_consent(db, &row, CONSENT_STOPPED, 20003, false);
    assert_work(db, 20002, "");
    assert_work(db, 20003, "1 ");
    move_consent(db, &row, CONSENT_STOPPED, 0, false);
    assert_work(db, 30000, "");
    move_consent(db, &row, CONSENT_ERASING, 20003, false);
    assert_work(db, 20000, "1 ");
    move_consent(db, &row, CONSENT_ERASED, 20003, true);
    assert_work(db, 20000, "1 ");
    move_consent(db, &row, CONSENT_ERASED, 20003, false);
    assert_work(db, 30000, "");
    row.number = 99;
    assert_refused(E_STO_07, consent_store_update(db, &row, &err));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_consent_comes_back_as_it_was_put),
        cmocka_unit_test(test_a_consent_that_came_with_data_has_no_case),
        cmocka_unit_test(test_the_same_consent_id_twice_is_refused),
        cmocka_unit_test(test_the_content_of_a_consent_is_replaced),
        cmocka_unit_test(test_consents_are_listed_by_case_and_all),
        cmocka_unit_test(test_a_withdrawal_is_work_until_it_is_told_and_erased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
