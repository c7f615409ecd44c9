#include "fixture.h"

static struct db *with_logs(void)
{
    struct db *db = in_memory();

    make_logs(db);
    return db;
}

static void append(struct db *db, uint64_t index, enum record_kind kind, int64_t time_ms, const char *text)
{
    enum log_id log = record_kind_is_house(kind) ? LOG_HOUSE : LOG_EXCHANGE;

    assert_done(log_store_append(db, log, index, kind, time_ms, view_of_text(text), &err));
}

static void test_a_log_says_what_it_is(void **state)
{
    struct db *db = in_memory();
    struct log_row row;
    bool found = true;

    (void)state;
    assert_done(log_store_get(db, LOG_EXCHANGE, &found, &row, &err));
    assert_false(found);
    make_logs(db);

    assert_done(log_store_get(db, LOG_EXCHANGE, &found, &row, &err));
    assert_true(found);
    assert_string_equal(row.origin, "nrm.example/0123456789abcdef/haven/1");
    assert_done(log_store_get(db, LOG_HOUSE, &found, &row, &err));
    assert_string_equal(row.origin, "nrm.example/0123456789abcdef/haven/1/house");
    db_close(db);
}

static void test_a_log_is_made_once(void **state)
{
    struct db *db = with_logs();
    struct log_row again = {.origin = "other.example/0123456789abcdef/haven/1"};

    (void)state;
    assert_refused(E_STO_07, log_store_create(db, LOG_EXCHANGE, &again, &err));
    db_close(db);
}

static void test_records_come_back_by_index_and_the_logs_do_not_mix(void **state)
{
    struct db *db = with_logs();
    struct bytes bytes = {0};
    uint64_t size = 9;
    int64_t last_ms = 9;
    bool found;

    (void)state;
    assert_done(log_store_size(db, LOG_EXCHANGE, &size, &last_ms, &err));
    assert_int_equal(size, 0);
    assert_int_equal(last_ms, 0);
    append(db, 0, RECORD_CONSENT, 100, "first");
    append(db, 1, RECORD_DISCLOSED, 200, "second");
    append(db, 0, RECORD_LOGIN, 300, "house");

    assert_done(log_store_size(db, LOG_EXCHANGE, &size, &last_ms, &err));
    assert_int_equal(size, 2);
    assert_int_equal(last_ms, 200);
    assert_done(log_store_record(db, LOG_EXCHANGE, 1, &found, &bytes, &err));
    assert_true(found);
    assert_bytes(&bytes, "second");
    bytes_clear(&bytes);
    assert_done(log_store_record(db, LOG_HOUSE, 0, &found, &bytes, &err));
    assert_bytes(&bytes, "house");
    assert_done(log_store_record(db, LOG_HOUSE, 1, &found, &bytes, &err));
    assert_false(found);
    assert_bytes(&bytes, "house");
    bytes_fini(&bytes);
    db_close(db);
}

static void test_only_the_next_index_is_appended(void **state)
{
    struct db *db = with_logs();

    (void)state;
    append(db, 0, RECORD_CONSENT, 100, "first");

    assert_refused(E_STO_07, log_store_append(db, LOG_EXCHANGE, 0, RECORD_CONSENT, 1, view_of_text("again"), &err));
    assert_refused(E_STO_07, log_store_append(db, LOG_EXCHANGE, 2, RECORD_CONSENT, 1, view_of_text("gap"), &err));
    append(db, 1, RECORD_CONSENT, 101, "second");
    db_close(db);
}

static void test_nothing_is_appended_to_a_log_that_was_not_made(void **state)
{
    struct db *db = in_memory();

    (void)state;
    assert_refused(E_STO_07, log_store_append(db, LOG_EXCHANGE, 0, RECORD_CONSENT, 1, view_of_text("x"), &err));
    db_close(db);
}

static void test_a_kind_of_the_other_log_is_refused(void **state)
{
    struct db *db = with_logs();

    (void)state;
    assert_refused(E_STO_07, log_store_append(db, LOG_EXCHANGE, 0, RECORD_LOGIN, 1, view_of_text("x"), &err));
    assert_refused(E_STO_07, log_store_append(db, LOG_HOUSE, 0, RECORD_CONSENT, 1, view_of_text("x"), &err));
    append(db, 0, RECORD_CONSENT, 1, "the refusal took no index");
    db_close(db);
}

static void test_an_undone_append_gives_its_index_back(void **state)
{
    struct db *db = with_logs();

    (void)state;
    append(db, 0, RECORD_CONSENT, 1, "stays");
    assert_done(db_begin(db, &err));
    append(db, 1, RECORD_CONSENT, 2, "goes");
    append(db, 2, RECORD_CONSENT, 3, "goes");
    db_rollback(db);

    append(db, 1, RECORD_CONSENT, 4, "comes");
    db_close(db);
}

struct seen {
    uint64_t count;
    uint64_t stop_at;
    struct bytes text;
};

static bool on_record(void *cookie, const struct record_row *row, struct error *e)
{
    struct seen *seen = cookie;

    if (++seen->count == seen->stop_at)
        return error_set(e, E_BUG_01, "enough");
    bytes_printf(&seen->text, "%d:%d:%d:", (int)row->index, (int)row->kind, (int)row->time_ms);
    bytes_append_view(&seen->text, row->bytes);
    bytes_append_u8(&seen->text, ' ');
    return true;
}

static void assert_walk(struct db *db, struct record_filter filter, const char *wanted)
{
    struct seen seen = {0};

    assert_done(log_store_walk(db, LOG_EXCHANGE, &filter, on_record, &seen, &err));
    assert_bytes(&seen.text, wanted);
    bytes_fini(&seen.text);
}

static void test_a_walk_is_filtered_by_kind_time_index_and_number(void **state)
{
    struct db *db = with_logs();

    (void)state;
    append(db, 0, RECORD_CONSENT, 100, "a");
    append(db, 1, RECORD_DISCLOSED, 200, "b");
    append(db, 2, RECORD_CONSENT, 300, "c");
    append(db, 3, RECORD_RECEIVED, 400, "d");

    assert_walk(db, (struct record_filter){0}, "0:8:100:a 1:1:200:b 2:8:300:c 3:2:400:d ");
    assert_walk(db, (struct record_filter){.has_kind = true, .kind = RECORD_CONSENT}, "0:8:100:a 2:8:300:c ");
    assert_walk(db, (struct record_filter){.since_ms = 200, .until_ms = 300}, "1:1:200:b 2:8:300:c ");
    assert_walk(db, (struct record_filter){.from = 2}, "2:8:300:c 3:2:400:d ");
    assert_walk(db, (struct record_filter){.from = 1, .limit = 2}, "1:1:200:b 2:8:300:c ");
    assert_walk(db, (struct record_filter){.from = 4}, "");
    assert_walk(db, (struct record_filter){.from = (uint64_t)INT64_MAX + 1}, "");
    assert_walk(db, (struct record_filter){.from = UINT64_MAX}, "");
    db_close(db);
}

static void test_a_walk_ends_when_its_callback_says_no_and_can_begin_again(void **state)
{
    struct db *db = with_logs();
    struct record_filter all = {0};
    struct seen seen = {.stop_at = 2};

    (void)state;
    append(db, 0, RECORD_CONSENT, 100, "a");
    append(db, 1, RECORD_CONSENT, 200, "b");
    append(db, 2, RECORD_CONSENT, 300, "c");

    assert_refused(E_BUG_01, log_store_walk(db, LOG_EXCHANGE, &all, on_record, &seen, &err));
    assert_int_equal(seen.count, 2);
    bytes_fini(&seen.text);
    assert_walk(db, all, "0:8:100:a 1:8:200:b 2:8:300:c ");
    db_close(db);
}

static bool on_checkpoint(void *cookie, uint64_t size, struct view note, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%d=", (int)size);
    bytes_append_view(cookie, note);
    bytes_append_u8(cookie, ' ');
    return true;
}

static void test_the_checkpoint_over_a_record_is_that_of_its_commit(void **state)
{
    struct db *db = with_logs();
    struct bytes note = {0};
    uint64_t size = 0;
    bool found = true;

    (void)state;
    assert_done(log_store_last_checkpoint(db, LOG_EXCHANGE, &found, &size, &note, &err));
    assert_false(found);
    assert_done(log_store_put_checkpoint(db, LOG_EXCHANGE, 3, view_of_text("three"), &err));
    assert_done(log_store_put_checkpoint(db, LOG_EXCHANGE, 7, view_of_text("seven"), &err));
    assert_done(log_store_put_checkpoint(db, LOG_HOUSE, 5, view_of_text("house"), &err));

    assert_done(log_store_checkpoint_over(db, LOG_EXCHANGE, 2, &found, &size, &note, &err));
    assert_true(found && size == 3);
    assert_bytes(&note, "three");
    bytes_clear(&note);
    assert_done(log_store_checkpoint_over(db, LOG_EXCHANGE, 3, &found, &size, &note, &err));
    assert_true(found && size == 7);
    assert_bytes(&note, "seven");
    assert_done(log_store_checkpoint_over(db, LOG_EXCHANGE, 7, &found, &size, &note, &err));
    assert_false(found);
    bytes_clear(&note);
    assert_done(log_store_last_checkpoint(db, LOG_HOUSE, &found, &size, &note, &err));
    assert_true(found && size == 5);
    assert_bytes(&note, "house");
    bytes_clear(&note);
    assert_done(log_store_walk_checkpoints(db, LOG_EXCHANGE, on_checkpoint, &note, &err));
    assert_bytes(&note, "3=three 7=seven ");
    assert_refused(E_STO_07, log_store_put_checkpoint(db, LOG_EXCHANGE, 7, view_of_text("other"), &err));
    bytes_fini(&note);
    db_close(db);
}

static bool on_tile(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *e)
{
    (void)e;
    bytes_printf(cookie, "%u/%llu:%c ", level, (unsigned long long)number, hashes.at[8191]);
    return true;
}

static void test_tiles_have_their_places_in_each_log(void **state)
{
    struct db *db = with_logs();
    uint8_t tile[8192];
    struct bytes out = {0};
    uint64_t last = (UINT64_C(1) << 55) - 1;
    bool found = true;

    (void)state;
    assert_done(log_store_put_tile(db, LOG_EXCHANGE, 0, 1, view_of(memset(tile, 'b', sizeof tile), 8192), &err));
    assert_done(log_store_put_tile(db, LOG_EXCHANGE, 0, 0, view_of(memset(tile, 'a', sizeof tile), 8192), &err));
    assert_done(log_store_put_tile(db, LOG_EXCHANGE, 7, last, view_of(memset(tile, 'c', sizeof tile), 8192), &err));
    assert_done(log_store_put_tile(db, LOG_HOUSE, 0, 0, view_of(memset(tile, 'h', sizeof tile), 8192), &err));

    assert_done(log_store_walk_tiles(db, LOG_EXCHANGE, on_tile, &out, &err));
    assert_bytes(&out, "0/0:a 0/1:b 7/36028797018963967:c ");
    bytes_clear(&out);
    assert_done(log_store_walk_tiles(db, LOG_HOUSE, on_tile, &out, &err));
    assert_bytes(&out, "0/0:h ");
    bytes_clear(&out);
    assert_done(log_store_tile(db, LOG_EXCHANGE, 0, 1, &found, &out, &err));
    assert_true(found && out.size == 8192 && out.at[0] == 'b');
    assert_done(log_store_tile(db, LOG_EXCHANGE, 1, 0, &found, &out, &err));
    assert_false(found);
    assert_refused(E_STO_07, log_store_put_tile(db, LOG_HOUSE, 0, 1, view_of(tile, 8191), &err));
    bytes_fini(&out);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_log_says_what_it_is),
        cmocka_unit_test(test_a_log_is_made_once),
        cmocka_unit_test(test_records_come_back_by_index_and_the_logs_do_not_mix),
        cmocka_unit_test(test_only_the_next_index_is_appended),
        cmocka_unit_test(test_nothing_is_appended_to_a_log_that_was_not_made),
        cmocka_unit_test(test_a_kind_of_the_other_log_is_refused),
        cmocka_unit_test(test_an_undone_append_gives_its_index_back),
        cmocka_unit_test(test_a_walk_is_filtered_by_kind_time_index_and_number),
        cmocka_unit_test(test_a_walk_ends_when_its_callback_says_no_and_can_begin_again),
        cmocka_unit_test(test_the_checkpoint_over_a_record_is_that_of_its_commit),
        cmocka_unit_test(test_tiles_have_their_places_in_each_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
