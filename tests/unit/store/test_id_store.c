/* Are the ids in a range found, each once and in order, and no others? */
#include "fixture.h"

#include "store/id_store.h"
#include "store/referral_store.h"

static struct ident id_of_bytes(uint8_t first, uint8_t last)
{
    struct ident id = {.at = {first}};

    id.at[IDENT_SIZE - 1] = last;
    return id;
}

static void add_case(struct db *db, struct ident id)
{
    struct case_row row = {.id = id, .slot = 1, .opened_ms = 1};
    int64_t number;

    assert_done(case_store_add(db, &row, &number, &err));
}

static void add_consent(struct db *db, struct ident id, const char *agency)
{
    struct consent_row row = {
        .number = consent_store_next_number(db), .id = id, .slot = 1, .progress = 1, .withdrawn_index = UINT64_MAX};

    assert_true(address_read(view_of_text(agency), &row.agency) &&
                address_read(view_of_text("b@f.example"), &row.recipient));
    assert_done(consent_store_add(db, &row, view_of_text("sealed"), &err));
}

static bool on_id(void *cookie, const struct ident *id, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%x:%x ", id->at[0], id->at[IDENT_SIZE - 1]);
    return true;
}

static void assert_ids(struct db *db, enum id_of of, uint8_t first, uint8_t last, uint32_t limit, const char *wanted)
{
    struct ident from = id_of_bytes(first, 0);
    struct ident to;
    struct bytes text = {0};

    memset(&to, 0xff, sizeof to);
    to.at[0] = last;
    assert_done(id_store_walk(db, of, &from, &to, limit, on_id, &text, &err));
    assert_bytes(&text, wanted);
    bytes_fini(&text);
}

static void test_ids_of_a_range_are_found_in_order(void **state)
{
    struct db *db = in_memory();

    (void)state;
    add_case(db, id_of_bytes(5, 2));
    add_case(db, id_of_bytes(4, 255));
    add_case(db, id_of_bytes(5, 1));
    add_case(db, id_of_bytes(6, 0));
    assert_ids(db, ID_OF_CASE, 5, 5, 9, "5:1 5:2 ");
    assert_ids(db, ID_OF_CASE, 4, 6, 9, "4:ff 5:1 5:2 6:0 ");
    assert_ids(db, ID_OF_CASE, 4, 6, 2, "4:ff 5:1 ");
    assert_ids(db, ID_OF_CASE, 7, 9, 9, "");
    assert_ids(db, ID_OF_CONSENT, 4, 6, 9, "");
    assert_ids(db, ID_OF_REFERRAL, 4, 6, 9, "");
    db_close(db);
}

static void test_ids_of_an_import_under_way_are_not_found(void **state)
{
    struct db *db = in_memory();
    struct case_import_row import = {.first = 2, .count = 1, .recorded = -1, .mark = {.at = {9}}};

    (void)state;
    add_case(db, id_of_bytes(5, 1));
    assert_done(case_import_store_put(db, &import, &err));
    add_case(db, id_of_bytes(5, 2));
    assert_ids(db, ID_OF_CASE, 5, 5, 9, "5:1 ");
    db_close(db);
}

/* Two agencies may use the same id; two referrals that came may have it, too. */
static void test_an_id_that_stands_twice_is_found_once(void **state)
{
    struct db *db = in_memory();
    struct referral_row row = {.id = id_of_bytes(5, 3), .direction = DIRECTION_IN, .peer = 1, .consent = 1, .state = 1};
    int64_t number;

    (void)state;
    add_consent(db, id_of_bytes(5, 1), "a@f.example");
    add_consent(db, id_of_bytes(5, 1), "c@f.example");
    add_consent(db, id_of_bytes(5, 2), "a@f.example");
    assert_ids(db, ID_OF_CONSENT, 5, 5, 2, "5:1 5:2 ");
    for (int i = 0; i < 2; i++) {
        row.message = i + 1;
        assert_done(referral_store_add(db, &row, &number, &err));
    }
    assert_ids(db, ID_OF_REFERRAL, 5, 5, 9, "5:3 ");
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids_of_a_range_are_found_in_order),
        cmocka_unit_test(test_ids_of_an_import_under_way_are_not_found),
        cmocka_unit_test(test_an_id_that_stands_twice_is_found_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
