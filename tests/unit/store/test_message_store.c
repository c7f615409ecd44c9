#include "fixture.h"
#include "store/evidence_store.h"
#include "store/referral_store.h"

static int64_t add_message(struct db *db, struct message_row row)
{
    assert_done(message_store_add(db, &row, &err));
    return row.number;
}

static bool on_message(void *cookie, const struct message_row *row, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d ", (int)row->number);
    return true;
}

static bool on_peer(void *cookie, int64_t peer, uint64_t waiting, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:%d ", (int)peer, (int)waiting);
    return true;
}

static void test_a_message_comes_back_as_it_was_put(void **state)
{
    struct db *db = in_memory();
    struct message_row row = {
        .direction = DIRECTION_IN,
        .id = ident_of(9),
        .peer = 3,
        .kind = MESSAGE_REPLY,
        .referral = 4,
        .consent = 5,
        .record_index = INT64_MAX,
        .leaf = {{1, 2, 3}},
        .state = MESSAGE_STORED,
        .expiry = UINT32_MAX,
        .attempts = 7,
        .next_try_ms = INT64_MAX,
        .outcome = OUTCOME_STORED,
    };
    struct message_row out;
    bool found = false;

    (void)state;
    row.number = message_store_next_number(db);
    (void)add_message(db, row);

    assert_done(message_store_get(db, row.number, &found, &out, &err));
    assert_true(found);
    assert_int_equal(out.number, row.number);
    assert_int_equal(out.direction, row.direction);
    assert_true(ident_equal(&out.id, &row.id));
    assert_int_equal(out.peer, 3);
    assert_int_equal(out.kind, MESSAGE_REPLY);
    assert_int_equal(out.referral, 4);
    assert_int_equal(out.consent, 5);
    assert_true(out.record_index == INT64_MAX);
    assert_true(hash_equal(&out.leaf, &row.leaf));
    assert_int_equal(out.state, MESSAGE_STORED);
    assert_true(out.expiry == UINT32_MAX);
    assert_int_equal(out.attempts, 7);
    assert_true(out.next_try_ms == INT64_MAX);
    assert_int_equal(out.outcome, OUTCOME_STORED);
    db_close(db);
}

static void test_a_message_is_found_by_direction_peer_and_id_together(void **state)
{
    struct db *db = in_memory();
    struct message_row row = message_of(db, 1, 1);
    struct ident other = ident_of(2);
    struct message_row out;
    bool found;

    (void)state;
    (void)add_message(db, row);

    assert_done(message_store_find(db, DIRECTION_OUT, 1, &row.id, &found, &out, &err));
    assert_true(found && out.number == row.number);
    assert_done(message_store_find(db, DIRECTION_IN, 1, &row.id, &found, &out, &err));
    assert_false(found);
    assert_done(message_store_find(db, DIRECTION_OUT, 2, &row.id, &found, &out, &err));
    assert_false(found);
    assert_done(message_store_find(db, DIRECTION_OUT, 1, &other, &found, &out, &err));
    assert_false(found);
    db_close(db);
}

static void test_the_same_message_twice_is_refused_and_of_two_peers_is_not(void **state)
{
    struct db *db = in_memory();
    struct message_row row = message_of(db, 1, 1);

    (void)state;
    row.direction = DIRECTION_IN;
    (void)add_message(db, row);
    row.number = message_store_next_number(db);

    assert_refused(E_STO_07, message_store_add(db, &row, &err));
    row.peer = 2;
    (void)add_message(db, row);
    db_close(db);
}

static void test_numbers_are_not_given_out_again_after_an_undo(void **state)
{
    struct db *db = in_memory();
    int64_t first;
    int64_t second;

    (void)state;
    assert_done(db_begin(db, &err));
    first = add_message(db, message_of(db, 1, 1));
    db_rollback(db);
    second = message_store_next_number(db);

    assert_true(second > first);
    db_close(db);
}

static void test_what_waits_is_listed_by_peer_oldest_first_and_settling_ends_it(void **state)
{
    struct db *db = in_memory();
    struct bytes text = {0};
    struct message_row out;
    uint64_t waiting = 9;
    int64_t oldest_ms = 9;
    int64_t numbers[4];
    bool found;

    (void)state;
    assert_done(message_store_waiting_count(db, &waiting, &oldest_ms, &err));
    assert_int_equal(waiting, 0);
    assert_int_equal(oldest_ms, 0);
    numbers[0] = add_message(db, message_of(db, 1, 10));
    numbers[1] = add_message(db, message_of(db, 2, 11));
    numbers[2] = add_message(db, message_of(db, 1, 12));
    numbers[3] = add_message(db, message_of(db, 1, 13));
    out = message_of(db, 1, 14);
    out.direction = DIRECTION_IN;
    out.state = MESSAGE_STORED;
    (void)add_message(db, out);

    assert_done(message_store_walk_waiting(db, 1, 0, 100, on_message, &text, &err));
    assert_bytes(&text, "1 3 4 ");
    bytes_clear(&text);
    assert_done(message_store_walk_waiting(db, 1, numbers[0], 1, on_message, &text, &err));
    assert_bytes(&text, "3 ");
    bytes_clear(&text);
    assert_done(message_store_walk_waiting_peers(db, on_peer, &text, &err));
    assert_bytes(&text, "1:3 2:1 ");
    assert_done(message_store_waiting_for(db, 1, &waiting, &err));
    assert_int_equal(waiting, 3);
    assert_done(message_store_waiting_for(db, 9, &waiting, &err));
    assert_int_equal(waiting, 0);
    assert_done(message_store_waiting_count(db, &waiting, &oldest_ms, &err));
    assert_int_equal(waiting, 4);
    assert_int_equal(oldest_ms, 10);

    assert_done(message_store_set_state(db, numbers[0], MESSAGE_RECEIPTED, OUTCOME_STORED, &err));
    assert_done(message_store_set_state(db, numbers[1], MESSAGE_REFUSED, OUTCOME_NOT_COVERED, &err));
    bytes_clear(&text);
    assert_done(message_store_walk_waiting_peers(db, on_peer, &text, &err));
    assert_bytes(&text, "1:2 ");
    assert_done(message_store_waiting_count(db, &waiting, &oldest_ms, &err));
    assert_int_equal(oldest_ms, 12);
    assert_done(message_store_get(db, numbers[1], &found, &out, &err));
    assert_true(out.state == MESSAGE_REFUSED && out.outcome == OUTCOME_NOT_COVERED);
    bytes_fini(&text);
    db_close(db);
}

static void test_a_message_that_is_not_there_can_be_neither_settled_nor_retried(void **state)
{
    struct db *db = in_memory();

    (void)state;
    assert_refused(E_STO_07, message_store_set_state(db, 5, MESSAGE_RECEIPTED, 1, &err));
    assert_refused(E_STO_07, message_store_retry(db, 5, 1, 1, 0, &err));
    db_close(db);
}

static void test_a_retry_is_remembered(void **state)
{
    struct db *db = in_memory();
    int64_t number = add_message(db, message_of(db, 1, 1));
    struct message_row out;
    bool found;

    (void)state;
    assert_done(message_store_retry(db, number, 3, 12345, 10, &err));

    assert_done(message_store_get(db, number, &found, &out, &err));
    assert_true(out.attempts == 3 && out.next_try_ms == 12345 && out.state == MESSAGE_WAITING);
    db_close(db);
}

struct settle_state {
    struct db *db;
    int met;
};

static bool on_settle(void *cookie, const struct message_row *row, struct error *e)
{
    struct settle_state *s = cookie;

    s->met++;
    return message_store_set_state(s->db, row->number, MESSAGE_WITHHELD, 0, e);
}

static void test_settling_within_the_walk_of_what_waits_meets_each_once(void **state)
{
    struct db *db = in_memory();
    struct settle_state s = {.db = db};
    uint64_t waiting;
    int64_t oldest_ms;

    (void)state;
    for (uint8_t i = 1; i <= 200; i++)
        (void)add_message(db, message_of(db, 1, i));
    assert_done(message_store_walk_waiting(db, 1, 0, 1000, on_settle, &s, &err));

    assert_int_equal(s.met, 200);
    assert_done(message_store_waiting_count(db, &waiting, &oldest_ms, &err));
    assert_int_equal(waiting, 0);
    db_close(db);
}

static void test_messages_are_listed_by_consent_and_by_referral(void **state)
{
    struct db *db = in_memory();
    struct bytes text = {0};
    struct message_row row;

    (void)state;
    for (uint8_t i = 1; i <= 6; i++) {
        row = message_of(db, 1, i);
        row.consent = i % 2;
        row.referral = i % 3;
        (void)add_message(db, row);
    }

    assert_done(message_store_walk_consent(db, 1, on_message, &text, &err));
    assert_bytes(&text, "1 3 5 ");
    bytes_clear(&text);
    assert_done(message_store_walk_referral(db, 2, on_message, &text, &err));
    assert_bytes(&text, "2 5 ");
    bytes_clear(&text);
    assert_done(message_store_walk_consent(db, 0, on_message, &text, &err));
    assert_done(message_store_walk_referral(db, 0, on_message, &text, &err));
    assert_bytes(&text, "");
    bytes_fini(&text);
    db_close(db);
}

static void test_a_body_is_kept_once_with_its_slot(void **state)
{
    struct db *db = in_memory();
    struct bytes sealed = {0};
    uint64_t slot = 0;
    bool found = true;

    (void)state;
    assert_done(message_store_body(db, 1, &found, &slot, &sealed, &err));
    assert_false(found);
    assert_done(message_store_put_body(db, 1, 77, view_of_text("sealed body"), &err));

    assert_done(message_store_body(db, 1, &found, &slot, &sealed, &err));
    assert_true(found && slot == 77);
    assert_bytes(&sealed, "sealed body");
    assert_refused(E_STO_07, message_store_put_body(db, 1, 77, view_of_text("another"), &err));
    bytes_fini(&sealed);
    db_close(db);
}

/* The number of a note of PEER. */
static int64_t add_note(struct db *db, int64_t peer)
{
    const struct peer_note note = {.peer = peer,
                                   .incarnation = 1,
                                   .size = 1,
                                   .state = NOTE_LINKED,
                                   .note = view_of_text("note"),
                                   .index = NOTE_NO_INDEX};
    int64_t number;

    assert_done(evidence_store_add(db, &note, &number, &err));
    return number;
}

static void test_a_receipt_comes_back_with_the_note_that_came_with_it(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    struct bytes record = {0};
    struct bytes path = {0};
    struct bytes note = {0};
    int64_t number;
    bool found = true;

    (void)state;
    assert_done(message_store_receipt(db, 1, &found, &record, &path, &note, &err));
    assert_false(found);
    number = add_note(db, peer);
    assert_done(message_store_put_receipt(db, 1, number, view_of_text("record"), view_of(NULL, 0), &err));
    assert_done(message_store_put_receipt(db, 2, number, view_of_text("record 2"), view_of_text("path"), &err));

    assert_done(message_store_receipt(db, 1, &found, &record, &path, &note, &err));
    assert_true(found);
    assert_bytes(&record, "record");
    assert_int_equal(path.size, 0);
    assert_bytes(&note, "note");
    assert_done(message_store_receipt(db, 2, &found, &record, &path, &note, &err));
    assert_bytes(&path, "path");
    bytes_clear(&record);
    assert_done(message_store_put_receipt(db, 1, number, view_of_text("newer"), view_of(NULL, 0), &err));
    bytes_clear(&note);
    assert_done(message_store_receipt(db, 1, &found, &record, &path, &note, &err));
    assert_bytes(&record, "newer");
    bytes_fini(&record);
    bytes_fini(&path);
    bytes_fini(&note);
    db_close(db);
}

/* Somebody deleted the rows of the messages. */
static void test_a_number_that_a_body_or_a_receipt_still_names_is_not_given_out_again(void **state)
{
    char folder[64];
    char path[80];
    struct db *db;
    int64_t note;

    (void)state;
    make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/db", folder);
    assert_done(db_open(path, DB_WRITE, &db, &err));
    assert_int_equal(message_store_next_number(db), 1);
    assert_done(message_store_put_body(db, 7, 77, view_of_text("sealed body"), &err));
    db_close(db);
    assert_done(db_open(path, DB_WRITE, &db, &err));
    assert_int_equal(message_store_next_number(db), 8);
    note = add_note(db, make_peer(db, "shelter@nrm.example"));
    assert_done(message_store_put_receipt(db, 9, note, view_of_text("record"), view_of(NULL, 0), &err));
    db_close(db);
    assert_done(db_open(path, DB_WRITE, &db, &err));
    assert_int_equal(message_store_next_number(db), 10);
    db_close(db);
    drop_folder(folder);
}

/* --- referrals ---------------------------------------------------------------------------------------------- */

static struct referral_row referral_of(int64_t peer, uint8_t n)
{
    return (struct referral_row){
        .id = ident_of(n),
        .direction = DIRECTION_OUT,
        .peer = peer,
        .case_number = 2,
        .consent = 3,
        .made_ms = 1000,
        .state = REFERRAL_SAVED,
        .message = n,
        .sealed = "sealed",
        .sealed_size = 6,
        .services = 1u << SERVICE_SHELTER | 1u << SERVICE_OTHER, /* no column */
    };
}

static void test_a_referral_comes_back_as_it_was_put(void **state)
{
    struct db *db = in_memory();
    struct referral_row row = referral_of(1, 5);
    struct referral_row out;
    int64_t number;
    bool found;

    (void)state;
    assert_done(referral_store_find(db, &row.id, &found, &out, &err));
    assert_false(found);
    assert_done(referral_store_add(db, &row, &number, &err));

    assert_done(referral_store_find(db, &row.id, &found, &out, &err));
    assert_true(found && out.number == number && ident_equal(&out.id, &row.id));
    assert_true(out.direction == DIRECTION_OUT && out.peer == 1 && out.case_number == 2 && out.consent == 3);
    assert_true(out.made_ms == 1000 && out.state == REFERRAL_SAVED && out.message == 5);
    assert_true(view_equal(view_of(out.sealed, out.sealed_size), view_of_text("sealed")));
    assert_true(!out.readable && out.services == 0);
    assert_done(referral_store_get(db, number + 1, &found, &out, &err));
    assert_false(found);
    db_close(db);
}

static void test_a_referral_moves_on(void **state)
{
    struct db *db = in_memory();
    struct referral_row row = referral_of(1, 5);
    struct referral_row out;
    bool found;

    (void)state;
    assert_done(referral_store_add(db, &row, &row.number, &err));
    row.state = REFERRAL_ACCEPTED;
    row.sealed_size = 0;
    row.consent = 8; /* is not moved */
    assert_done(referral_store_update(db, &row, &err));

    assert_done(referral_store_get(db, row.number, &found, &out, &err));
    assert_true(out.state == REFERRAL_ACCEPTED && out.sealed_size == 0 && out.consent == 3);
    row.number++;
    assert_refused(E_STO_07, referral_store_update(db, &row, &err));
    db_close(db);
}

static void test_an_id_that_two_agencies_chose_finds_the_first(void **state)
{
    struct db *db = in_memory();
    struct referral_row row = referral_of(1, 5);
    struct referral_row out;
    int64_t first;
    int64_t second;
    bool found;

    (void)state;
    assert_done(referral_store_add(db, &row, &first, &err));
    row.peer = 2;
    assert_done(referral_store_add(db, &row, &second, &err));

    assert_done(referral_store_find(db, &row.id, &found, &out, &err));
    assert_true(found && out.number == first && second != first);
    db_close(db);
}

static bool on_listing(void *cookie, const struct referral_listing *row, bool *more, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d:%d:%d ", (int)row->row.number, (int)row->row.peer, (int)row->first_message);
    *more = row->row.number != 4;
    return true;
}

static void assert_listing(struct db *db, struct list_rows rows, const char *wanted)
{
    struct bytes text = {0};

    if (rows.last == 0)
        rows.last = INT64_MAX;
    if (rows.until_ms == 0)
        rows.until_ms = INT64_MAX;
    assert_done(referral_store_list(db, &rows, on_listing, &text, &err));
    assert_bytes(&text, wanted);
    bytes_fini(&text);
}

static void test_referrals_are_listed_with_the_peer_and_what_became_of_their_message(void **state)
{
    struct db *db = in_memory();
    int64_t peer = make_peer(db, "shelter@nrm.example");
    struct referral_row row = referral_of(peer, 1);

    (void)state;
    row.message = add_message(db, message_of(db, peer, 1));
    assert_done(referral_store_add(db, &row, &row.number, &err));
    assert_done(message_store_set_state(db, row.message, MESSAGE_REFUSED, OUTCOME_WITHDRAWN, &err));
    row = referral_of(peer, 2);
    row.direction = DIRECTION_IN;
    row.message = 0;
    assert_done(referral_store_add(db, &row, &row.number, &err));
    row.id = ident_of(3);
    row.state = REFERRAL_DECLINED;
    assert_done(referral_store_add(db, &row, &row.number, &err));

    row.id = ident_of(4);
    row.peer = make_peer(db, "mission@nrm.example");
    row.made_ms += 1000;
    assert_done(referral_store_add(db, &row, &row.number, &err));
    row.id = ident_of(5);
    assert_done(referral_store_add(db, &row, &row.number, &err));

    assert_listing(db, (struct list_rows){.first = 1}, "1:1:5 2:1:0 3:1:0 4:2:0 ");
    assert_listing(db, (struct list_rows){.first = 5}, "5:2:0 ");
    assert_listing(db, (struct list_rows){.first = 2, .last = 3}, "2:1:0 3:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .is_newest_first = true}, "5:2:0 4:2:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .last = 3, .is_newest_first = true}, "3:1:0 2:1:0 1:1:5 ");
    assert_listing(db, (struct list_rows){.first = 1, .direction = DIRECTION_OUT}, "1:1:5 ");
    assert_listing(db, (struct list_rows){.first = 1, .peer = 2}, "4:2:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .until_ms = row.made_ms}, "1:1:5 2:1:0 3:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .since_ms = row.made_ms}, "4:2:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .states = 1 << REFERRAL_DECLINED}, "3:1:0 4:2:0 ");
    assert_listing(db,
                   (struct list_rows){.first = 1, .states = 1 << REFERRAL_STATE_END, .messages = 1 << MESSAGE_REFUSED},
                   "1:1:5 ");
    db_close(db);
}

static void test_referrals_of_a_case_are_listed_by_who_holds_it(void **state)
{
    struct db *db = in_memory();
    struct case_row c = {.id = ident_of(9), .slot = 1, .opened_ms = 1, .holder = 7, .desk = 2};
    struct referral_row row = referral_of(1, 5);
    struct referral_row out;
    bool found;

    (void)state;
    assert_done(case_store_add(db, &c, &row.case_number, &err));
    assert_done(referral_store_add(db, &row, &row.number, &err));
    assert_done(referral_store_get(db, row.number, &found, &out, &err));
    assert_true(found && out.holder == 7 && out.desk == 2);
    row.id = ident_of(6);
    row.direction = DIRECTION_IN;
    row.case_number = 0;
    row.desk = 3;
    assert_done(referral_store_add(db, &row, &row.number, &err));

    assert_listing(db, (struct list_rows){.first = 1, .is_of_holders = true, .holder = 7, .other = 0}, "1:1:0 2:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .is_of_holders = true, .holder = 7, .other = NO_HOLDER},
                   "1:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .is_of_holders = true, .holder = 0, .other = NO_HOLDER},
                   "2:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .is_newest_first = true, .is_of_holders = true, .other = 7},
                   "2:1:0 1:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .desk = 3}, "2:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .desk = 3, .is_of_holders = true, .other = 7}, "2:1:0 ");
    assert_done(referral_store_hold_of_case(db, 1, 8, 4, &err));
    assert_listing(db, (struct list_rows){.first = 1, .is_of_holders = true, .holder = 8, .other = 7}, "1:1:0 ");
    assert_listing(db, (struct list_rows){.first = 1, .desk = 4}, "1:1:0 ");
    db_close(db);
}

static void test_a_request_id_leads_to_the_referral_it_made(void **state)
{
    struct db *db = in_memory();
    struct referral_row row = referral_of(1, 1);
    struct bytes asked = {0};
    int64_t referral = 0;
    bool found = true;
    struct hash one = {.at = {1}};
    struct hash two = {.at = {2}};

    (void)state;
    assert_done(referral_store_add(db, &row, &row.number, &err));
    assert_done(request_store_find(db, &one, &found, &referral, &asked, &err));
    assert_false(found);
    assert_done(request_store_add(db, &one, row.number, view_of_text("asked"), 20000, &err));

    assert_done(request_store_find(db, &one, &found, &referral, &asked, &err));
    assert_true(found && referral == row.number);
    assert_bytes(&asked, "asked");
    bytes_fini(&asked);
    assert_refused(E_STO_07, request_store_add(db, &one, row.number, view_of_text("asked"), 20000, &err));
    assert_refused(E_STO_07, request_store_add(db, &two, 99, view_of_text("asked"), 20000, &err));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_comes_back_as_it_was_put),
        cmocka_unit_test(test_a_message_is_found_by_direction_peer_and_id_together),
        cmocka_unit_test(test_the_same_message_twice_is_refused_and_of_two_peers_is_not),
        cmocka_unit_test(test_numbers_are_not_given_out_again_after_an_undo),
        cmocka_unit_test(test_what_waits_is_listed_by_peer_oldest_first_and_settling_ends_it),
        cmocka_unit_test(test_a_message_that_is_not_there_can_be_neither_settled_nor_retried),
        cmocka_unit_test(test_a_retry_is_remembered),
        cmocka_unit_test(test_settling_within_the_walk_of_what_waits_meets_each_once),
        cmocka_unit_test(test_messages_are_listed_by_consent_and_by_referral),
        cmocka_unit_test(test_a_body_is_kept_once_with_its_slot),
        cmocka_unit_test(test_a_receipt_comes_back_with_the_note_that_came_with_it),
        cmocka_unit_test(test_a_number_that_a_body_or_a_receipt_still_names_is_not_given_out_again),
        cmocka_unit_test(test_a_referral_comes_back_as_it_was_put),
        cmocka_unit_test(test_a_referral_moves_on),
        cmocka_unit_test(test_an_id_that_two_agencies_chose_finds_the_first),
        cmocka_unit_test(test_referrals_are_listed_with_the_peer_and_what_became_of_their_message),
        cmocka_unit_test(test_referrals_of_a_case_are_listed_by_who_holds_it),
        cmocka_unit_test(test_a_request_id_leads_to_the_referral_it_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
