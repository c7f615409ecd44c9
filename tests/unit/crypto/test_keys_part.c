/* The keys part of a backup: only its words open it, each changed or missing byte is refused, and what it replaces is
 * destroyed. */
#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/keys_part.h"
#include "crypto/recovery_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS                                                                                                          \
    "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass "     \
    "reopen famous sing advance salt reform"
#define MADE 1764500000000

static char folder[] = "/tmp/refex-test-keys-part-XXXXXX";
static char path[128];
static char new_path[128];
static char old_path[128];
static struct seal_key *key;

static int set_up(void **state)
{
    struct error err;

    (void)state;
    if (mkdtemp(folder) == NULL || !recovery_key_of_words(view_of_text(WORDS), &key, &err))
        return -1;
    (void)snprintf(path, sizeof path, "%s/part", folder);
    (void)snprintf(new_path, sizeof new_path, "%s/part.new", folder);
    (void)snprintf(old_path, sizeof old_path, "%s/part.old", folder);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    seal_key_free(key);
    (void)unlink(path);
    (void)unlink(new_path);
    (void)unlink(old_path);
    return rmdir(folder);
}

static void write_to(const char *where, struct view v)
{
    struct error err;

    assert_true(file_write(where, v, 0600, &err));
}

/* A part with a storage key and a file of SLOTS bytes. */
static void make_part(size_t slots, struct bytes *out)
{
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct keys_part_writer *w;
    uint8_t *content = xnew(slots + 1);
    struct error err;

    memset(content, 0xA5, slots);
    seal_key_public(key, public_key);
    assert_true(keys_part_writer_new(public_key, MADE, out, &w, &err));
    assert_true(keys_part_writer_item(w, KEYS_PART_STORAGE_KEY, 5, out, &err));
    assert_true(keys_part_writer_put(w, view_of("12345", 5), out, &err));
    assert_true(keys_part_writer_item(w, "nothing", 0, out, &err));
    assert_true(keys_part_writer_item(w, KEYS_PART_SLOTS, slots, out, &err));
    for (size_t at = 0; at < slots;) {
        size_t n = slots - at < 100000 ? slots - at : 100000;

        assert_true(keys_part_writer_put(w, view_of(content + at, n), out, &err));
        at += n;
    }
    assert_true(keys_part_writer_end(w, out, &err));
    keys_part_writer_free(w);
    free(content);
}

struct heard {
    struct bytes items; /* "name size\n" */
    uint64_t bytes;
    bool refuse;
};

static bool on_item(void *cookie, struct view name, uint64_t size, uint64_t at, struct view chunk, struct error *err)
{
    struct heard *h = cookie;

    if (h->refuse)
        return error_set(err, E_BUG_01, "asked");
    if (at == 0)
        bytes_printf(&h->items, "%.*s %llu\n", (int)name.size, (const char *)name.at, (unsigned long long)size);
    if (view_equal(name, view_of_text(KEYS_PART_SLOTS)))
        for (size_t i = 0; i < chunk.size; i++)
            assert_int_equal(chunk.at[i], 0xA5);
    h->bytes += chunk.size;
    return true;
}

static bool reads(const struct seal_key *with, struct heard *h, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct keys_part_head head = {0};
    bool ok;

    assert_true(fd >= 0);
    ok = keys_part_read(fd, with, on_item, h, &head, err);
    if (ok)
        assert_int_equal(head.made_ms, MADE);
    (void)close(fd);
    return ok;
}

static void test_what_was_written_is_read_with_the_words(void **state)
{
    static const size_t sizes[] = {0, 1, 1000, BOUND_KEYS_PIECE - 56, BOUND_KEYS_PIECE, 3 * BOUND_KEYS_PIECE + 7};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bytes part = {0};
        struct heard h = {0};
        struct error err;
        char expected[96];

        make_part(sizes[i], &part);
        write_to(path, bytes_view(&part));
        assert_true(reads(key, &h, &err));
        (void)snprintf(expected, sizeof expected, "storage-key 5\nnothing 0\nkeys %zu\n", sizes[i]);
        assert_true(view_equal(bytes_view(&h.items), view_of_text(expected)));
        assert_int_equal(h.bytes, 5 + sizes[i]);
        bytes_fini(&h.items);
        bytes_fini(&part);
    }
}

static void test_a_piece_at_its_bound_is_read_and_one_over_it_refused(void **state)
{
    struct bytes part = {0};
    struct heard h = {0};
    struct error err;

    (void)state;
    make_part(2 * BOUND_KEYS_PIECE, &part);
    assert_int_equal(read_u32(part.at + 78), BOUND_KEYS_PIECE + SEAL_TAG_SIZE);
    write_to(path, bytes_view(&part));
    assert_true(reads(key, &h, &err));
    write_u32(part.at + 78, BOUND_KEYS_PIECE + SEAL_TAG_SIZE + 1);
    write_to(path, bytes_view(&part));
    assert_false(reads(key, &h, &err));
    assert_int_equal(err.code, E_BAK_01);
    bytes_fini(&h.items);
    bytes_fini(&part);
}

/* Computed by RFC 5869 and RFC 7748 written out in another language. */
static void test_words_give_the_key_that_the_page_says(void **state)
{
    uint8_t expected[SEAL_PUBLIC_SIZE];
    uint8_t public_key[SEAL_PUBLIC_SIZE];

    (void)state;
    assert_true(
        text_read_hex(view_of_text("1aa8d8e08819635baa584766b2cc291eda054d1398ac6545ed74a5505b989d26"), expected, 32));
    seal_key_public(key, public_key);
    assert_memory_equal(public_key, expected, sizeof expected);
}

static void test_other_words_are_told_from_a_damaged_file(void **state)
{
    struct secret words = {0};
    struct seal_key *other;
    struct bytes part = {0};
    struct heard h = {0};
    struct error err;

    (void)state;
    recovery_key_make_words(&words);
    assert_true(recovery_key_of_words(secret_view(&words), &other, &err));
    make_part(100, &part);
    write_to(path, bytes_view(&part));
    assert_false(reads(other, &h, &err));
    assert_int_equal(err.code, E_BAK_02);
    assert_int_equal(h.items.size, 0);
    seal_key_free(other);
    secret_fini(&words);
    bytes_fini(&part);
}

static void assert_refused(struct view part)
{
    struct heard h = {0};
    struct error err = {0};

    write_to(path, part);
    assert_false(reads(key, &h, &err));
    assert_true(err.code == E_BAK_01 || err.code == E_BAK_02); /* the key id is in the head */
    bytes_fini(&h.items);
}

static void test_each_changed_byte_and_each_cut_is_refused(void **state)
{
    struct bytes part = {0};

    (void)state;
    make_part(40, &part);
    for (size_t i = 0; i < part.size; i++) {
        part.at[i] ^= 1;
        assert_refused(bytes_view(&part));
        part.at[i] ^= 1;
        assert_refused(view_of(part.at, i));
    }
    bytes_append_u8(&part, 0);
    assert_refused(bytes_view(&part));
    bytes_fini(&part);
}

/* The pieces are whole, and some are missing at the end, twice there, or in another order. */
static void test_pieces_are_bound_to_their_places(void **state)
{
    const size_t piece = 4 + BOUND_KEYS_PIECE + SEAL_TAG_SIZE;
    struct bytes part = {0};
    struct bytes changed = {0};

    (void)state;
    make_part(3 * BOUND_KEYS_PIECE, &part);
    assert_refused(view_of(part.at, 78 + piece));
    assert_refused(view_of(part.at, 78 + 2 * piece));
    bytes_append(&changed, part.at, 78 + piece);
    bytes_append(&changed, part.at + 78, part.size - 78);
    assert_refused(bytes_view(&changed));
    bytes_clear(&changed);
    bytes_append(&changed, part.at, 78);
    bytes_append(&changed, part.at + 78 + piece, piece);
    bytes_append(&changed, part.at + 78, piece);
    bytes_append(&changed, part.at + 78 + 2 * piece, part.size - 78 - 2 * piece);
    assert_refused(bytes_view(&changed));
    bytes_fini(&changed);
    bytes_fini(&part);
}

/* Sealed as they should be, and the last item is shorter than it says, has no name, or too long a one. */
static void test_an_item_that_is_not_whole_is_refused(void **state)
{
    static const struct view plain[] = {{(const uint8_t *)"\0\001a\0\0\0\0\0\0\0\003bb", 13},
                                        {(const uint8_t *)"\0\001a\0\0\0", 6},
                                        {(const uint8_t *)"\0\0\0\0\0\0\0\0\0\0", 10},
                                        {(const uint8_t *)"\0\041", 2}};
    uint8_t public_key[SEAL_PUBLIC_SIZE];

    (void)state;
    seal_key_public(key, public_key);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        struct bytes info = {0};
        struct bytes part = {0};
        uint8_t enc[SEAL_ENC_SIZE];
        struct seal_sender *sender;
        struct error err;
        struct bytes empty = {0};
        struct keys_part_writer *w;

        assert_true(keys_part_writer_new(public_key, MADE, &empty, &w, &err)); /* for its head */
        keys_part_writer_free(w);
        bytes_append_text(&info, "refex/backup-keys/v1\n");
        bytes_append(&info, empty.at, 46);
        assert_true(seal_sender_new(public_key, bytes_view(&info), enc, &sender, &err));
        bytes_append(&part, empty.at, 46);
        bytes_append(&part, enc, sizeof enc);
        bytes_append_u32(&part, (uint32_t)plain[i].size + SEAL_TAG_SIZE);
        assert_true(seal_sender_seal(sender, 0, view_of("\1", 1), plain[i], &part, &err));
        assert_refused(bytes_view(&part));
        seal_sender_free(sender);
        bytes_fini(&info);
        bytes_fini(&part);
        bytes_fini(&empty);
    }
}

/* An item ends where its piece does, and another one is missing. */
static void test_pieces_that_are_missing_behind_whole_items_are_missed(void **state)
{
    static uint8_t content[BOUND_KEYS_PIECE - 12];
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct keys_part_writer *w;
    struct bytes part = {0};
    struct error err;

    (void)state;
    seal_key_public(key, public_key);
    assert_true(keys_part_writer_new(public_key, MADE, &part, &w, &err));
    assert_true(keys_part_writer_item(w, "xy", sizeof content, &part, &err));
    assert_true(keys_part_writer_put(w, view_of(content, sizeof content), &part, &err));
    assert_true(keys_part_writer_item(w, "next", 1, &part, &err));
    assert_true(keys_part_writer_put(w, view_of("1", 1), &part, &err));
    assert_true(keys_part_writer_end(w, &part, &err));
    keys_part_writer_free(w);
    assert_refused(view_of(part.at, 78 + 4 + BOUND_KEYS_PIECE + SEAL_TAG_SIZE));
    bytes_fini(&part);
}

static void test_what_the_reader_says_no_to_ends_it(void **state)
{
    struct bytes part = {0};
    struct heard h = {.refuse = true};
    struct error err;

    (void)state;
    make_part(40, &part);
    write_to(path, bytes_view(&part));
    assert_false(reads(key, &h, &err));
    assert_int_equal(err.code, E_BUG_01);
    bytes_fini(&part);
}

/* --- at its place --- */

static void assert_holds(const char *where, const char *text)
{
    struct bytes b = {0};
    struct error err;

    assert_true(file_read(where, 64, &b, &err));
    assert_true(view_equal(bytes_view(&b), view_of_text(text)));
    bytes_fini(&b);
}

static void test_what_is_replaced_is_overwritten(void **state)
{
    struct error err;
    char was[8] = {0};
    int fd;

    (void)state;
    write_to(path, view_of_text("before"));
    write_to(new_path, view_of_text("after."));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(keys_part_replace(path, new_path, old_path, &err));
    assert_holds(path, "after.");
    assert_false(file_exists(new_path));
    assert_false(file_exists(old_path));
    assert_int_equal(pread(fd, was, 6, 0), 6); /* the file that had the name is still open here */
    assert_string_not_equal(was, "before");
    (void)close(fd);
    assert_int_equal(unlink(path), 0);
    write_to(new_path, view_of_text("first"));
    assert_true(keys_part_replace(path, new_path, old_path, &err));
    assert_holds(path, "first");
}

static void test_what_cannot_be_placed_leaves_what_was_there(void **state)
{
    struct error err;

    (void)state;
    write_to(path, view_of_text("good"));
    (void)unlink(new_path);
    assert_false(keys_part_replace(path, new_path, old_path, &err));
    assert_int_equal(err.code, E_BAK_03);
    assert_true(keys_part_clear(path, new_path, old_path, &err));
    assert_holds(path, "good");
}

static void test_what_a_crash_left_is_put_in_order(void **state)
{
    struct error err;

    (void)state;
    write_to(path, view_of_text("good"));
    write_to(new_path, view_of_text("half"));
    write_to(old_path, view_of_text("older"));
    assert_true(keys_part_clear(path, new_path, old_path, &err));
    assert_holds(path, "good");
    assert_false(file_exists(new_path));
    assert_false(file_exists(old_path));
    assert_int_equal(rename(path, old_path), 0); /* between two names */
    write_to(new_path, view_of_text("newer"));
    assert_true(keys_part_clear(path, new_path, old_path, &err));
    assert_holds(path, "good");
    assert_false(file_exists(new_path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_written_is_read_with_the_words),
        cmocka_unit_test(test_a_piece_at_its_bound_is_read_and_one_over_it_refused),
        cmocka_unit_test(test_words_give_the_key_that_the_page_says),
        cmocka_unit_test(test_other_words_are_told_from_a_damaged_file),
        cmocka_unit_test(test_each_changed_byte_and_each_cut_is_refused),
        cmocka_unit_test(test_pieces_are_bound_to_their_places),
        cmocka_unit_test(test_pieces_that_are_missing_behind_whole_items_are_missed),
        cmocka_unit_test(test_an_item_that_is_not_whole_is_refused),
        cmocka_unit_test(test_what_the_reader_says_no_to_ends_it),
        cmocka_unit_test(test_what_is_replaced_is_overwritten),
        cmocka_unit_test(test_what_cannot_be_placed_leaves_what_was_there),
        cmocka_unit_test(test_what_a_crash_left_is_put_in_order),
    };

    return cmocka_run_group_tests(tests, set_up, drop);
}
