#include "fixture.h"
#include "store/note_store.h"
#include "store/number_store.h"
#include "store/sealing_key_store.h"
#include "store/slot_store.h"

static void test_a_peer_is_made_once_and_remembered(void **state)
{
    struct db *db = in_memory();
    int64_t number = make_peer(db, "shelter@nrm.example");
    struct peer_row out;
    bool found;

    (void)state;
    assert_int_equal(make_peer(db, "shelter@nrm.example"), number);
    assert_int_not_equal(make_peer(db, "mission@nrm.example"), number);

    assert_done(peer_store_get(db, number, &found, &out, &err));
    assert_true(found && out.fid.at[0] == 7 && out.incarnation == 0 && out.linked_size == 0);
    out.incarnation = 2;
    out.begun_index = 20;
    out.linked_size = 30;
    out.last_receipt_ms = 50;
    assert_done(peer_store_update(db, &out, &err));
    memset(&out, 0, sizeof out);
    assert_done(peer_store_find(db, view_of_text("shelter@nrm.example"), &found, &out, &err));
    assert_true(found && out.number == number && out.incarnation == 2 && out.begun_index == 20 &&
                out.linked_size == 30);
    assert_int_equal(out.last_receipt_ms, 50);
    assert_done(peer_store_find(db, view_of_text("shelter"), &found, &out, &err));
    assert_false(found);
    out.number = 9;
    assert_refused(E_STO_07, peer_store_update(db, &out, &err));
    db_close(db);
}

static void test_a_peer_under_another_federation_id_is_refused(void **state)
{
    struct db *db = in_memory();
    struct address agency = address_of("shelter@nrm.example");
    struct hash other = {{8}};
    struct peer_row out = {.number = 77};

    (void)state;
    (void)make_peer(db, "shelter@nrm.example");

    assert_refused(E_STO_08, peer_store_find_or_add(db, &agency, &other, &out, &err));
    assert_int_equal(out.number, 77);
    db_close(db);
}

static bool on_note(void *cookie, struct view agency, uint64_t sequence, struct view note, struct error *e)
{
    (void)e;
    bytes_append_view(cookie, agency);
    bytes_printf(cookie, "=%d:", (int)sequence);
    bytes_append_view(cookie, note);
    bytes_append_u8(cookie, ' ');
    return true;
}

static void test_a_signed_text_is_kept_by_name_and_agency_and_replaced(void **state)
{
    struct db *db = in_memory();
    struct view nobody = view_of(NULL, 0);
    struct bytes note = {0};
    uint64_t sequence = 0;
    bool found = true;

    (void)state;
    assert_done(note_store_get(db, "directory", nobody, &found, &sequence, &note, &err));
    assert_false(found);
    assert_done(note_store_put(db, "directory", nobody, 1, view_of_text("one"), &err));
    assert_done(note_store_put(db, "directory", nobody, 2, view_of_text("two"), &err));
    assert_done(note_store_put(db, "bundle", view_of_text("b@x.example"), 4, view_of_text("bb"), &err));
    assert_done(note_store_put(db, "bundle", view_of_text("a@x.example"), 3, view_of_text("aa"), &err));

    assert_done(note_store_get(db, "directory", nobody, &found, &sequence, &note, &err));
    assert_true(found && sequence == 2);
    assert_bytes(&note, "two");
    bytes_clear(&note);
    assert_done(note_store_walk(db, "bundle", on_note, &note, &err));
    assert_bytes(&note, "a@x.example=3:aa b@x.example=4:bb ");
    bytes_fini(&note);
    db_close(db);
}

static void test_a_small_number_is_kept_by_name_and_replaced(void **state)
{
    struct db *db = in_memory();
    int64_t value = 0;
    bool found = true;

    (void)state;
    assert_done(number_store_get(db, "directory_logged", &found, &value, &err));
    assert_false(found);
    assert_done(number_store_put(db, "directory_logged", INT64_MIN, &err));
    assert_done(number_store_get(db, "directory_logged", &found, &value, &err));
    assert_true(found && value == INT64_MIN);
    assert_done(number_store_put(db, "directory_logged", 7, &err));
    assert_done(number_store_get(db, "directory_logged", &found, &value, &err));
    assert_int_equal(value, 7);
    db_close(db);
}

static bool on_slot(void *cookie, uint64_t slot, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d ", (int)slot);
    return true;
}

static void assert_slots(struct db *db, enum slot_state state, const char *wanted)
{
    struct bytes text = {0};

    assert_done(slot_store_walk(db, state, on_slot, &text, &err));
    assert_bytes(&text, wanted);
    bytes_fini(&text);
}

static void test_slots_are_taken_from_0_on_and_never_twice(void **state)
{
    struct db *db = in_memory();
    uint64_t slot = 99;

    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        assert_done(slot_store_allocate(db, &slot, &err));
        assert_int_equal(slot, i);
    }
    assert_done(slot_store_set_state(db, 1, SLOT_TO_ERASE, &err));
    assert_done(slot_store_set_state(db, 3, SLOT_ERASED, &err));

    assert_slots(db, SLOT_USED, "0 2 ");
    assert_slots(db, SLOT_TO_ERASE, "1 ");
    assert_slots(db, SLOT_ERASED, "3 ");
    assert_done(slot_store_allocate(db, &slot, &err));
    assert_int_equal(slot, 4);
    assert_done(db_begin(db, &err));
    assert_done(slot_store_allocate(db, &slot, &err));
    db_rollback(db);
    assert_done(slot_store_allocate(db, &slot, &err));
    assert_int_equal(slot, 6);
    assert_done(slot_store_set_state(db, 5, SLOT_TO_ERASE, &err)); /* its row is gone */
    assert_slots(db, SLOT_TO_ERASE, "1 5 ");
    db_close(db);
}

static bool on_key(void *cookie, const struct sealing_key_row *row, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%u-%u-%u:%02x%02x ", row->use_from, row->use_until, row->keep_until, row->id.at[5],
                 row->public_key[31]);
    return true;
}

static void test_sealing_keys_are_listed_by_their_first_day_and_dropped(void **state)
{
    struct db *db = in_memory();
    struct sealing_key_row row = {.id = ident_of(1), .use_from = 20, .use_until = 27, .keep_until = 48};
    struct bytes text = {0};

    (void)state;
    row.public_key[31] = 0xAA;
    assert_done(sealing_key_store_add(db, &row, &err));
    assert_refused(E_STO_07, sealing_key_store_add(db, &row, &err));
    row = (struct sealing_key_row){.id = ident_of(2), .use_from = 13, .use_until = 20, .keep_until = 41};
    assert_done(sealing_key_store_add(db, &row, &err));
    assert_done(sealing_key_store_walk(db, on_key, &text, &err));
    assert_bytes(&text, "13-20-41:0200 20-27-48:01aa ");

    assert_done(sealing_key_store_drop(db, &row.id, &err));
    assert_refused(E_STO_07, sealing_key_store_drop(db, &row.id, &err));
    bytes_clear(&text);
    assert_done(sealing_key_store_walk(db, on_key, &text, &err));
    assert_bytes(&text, "20-27-48:01aa ");
    bytes_fini(&text);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_peer_is_made_once_and_remembered),
        cmocka_unit_test(test_a_peer_under_another_federation_id_is_refused),
        cmocka_unit_test(test_a_signed_text_is_kept_by_name_and_agency_and_replaced),
        cmocka_unit_test(test_a_small_number_is_kept_by_name_and_replaced),
        cmocka_unit_test(test_slots_are_taken_from_0_on_and_never_twice),
        cmocka_unit_test(test_sealing_keys_are_listed_by_their_first_day_and_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
