/* Sealing at rest against the vectors of docs/PROTOCOL.md 9; moved, changed or cut, nothing opens. */
#include "crypto/seal_test.h"
#include "crypto/secretbox.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static struct bytes hex(const struct vectors *v, const char *path)
{
    struct bytes b = {0};

    vectors_hex(v, path, &b);
    return b;
}

static const uint8_t some_key[SECRETBOX_KEY_SIZE] = {1, 2, 3};
static const struct secretbox_place here = {"body", 5, "sealed", {(const uint8_t *)"case", 4}};

static void test_a_stored_value_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes data_key = hex(v, "storage.data_key");
    struct bytes expected_key = hex(v, "storage.section_key");
    struct bytes r = hex(v, "storage.r");
    struct bytes plain = hex(v, "storage.plain");
    struct bytes stored = hex(v, "storage.stored");
    struct bytes out = {0};
    struct bytes opened = {0};
    struct secretbox_place place = {vectors_text(v, "storage.table"),
                                    (uint64_t)vectors_number(v, "storage.row"),
                                    vectors_text(v, "storage.column"),
                                    {0}};
    uint8_t key[SECRETBOX_KEY_SIZE];
    struct error err = {0};

    (void)state;
    secretbox_section_key(data_key.at, vectors_text(v, "storage.section"), key);
    assert_memory_equal(key, expected_key.at, sizeof key);
    secretbox_seal_fixed(r.at, key, &place, bytes_view(&plain), &out);
    assert_true(view_equal(bytes_view(&out), bytes_view(&stored)));
    assert_true(secretbox_open_bytes(key, &place, bytes_view(&stored), &opened, &err));
    assert_true(view_equal(bytes_view(&opened), bytes_view(&plain)));

    struct bytes *all[] = {&data_key, &expected_key, &r, &plain, &stored, &out, &opened};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        bytes_fini(all[i]);
    vectors_close(v);
}

static void test_a_wrapped_key_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes storage_key = hex(v, "storage.wrap.storage_key");
    struct bytes data_key = hex(v, "storage.data_key");
    struct bytes r = hex(v, "storage.wrap.r");
    struct bytes expected = hex(v, "storage.wrap.wrapped");
    uint64_t g = (uint64_t)vectors_number(v, "storage.wrap.generation");
    uint64_t slot = (uint64_t)vectors_number(v, "storage.wrap.slot");
    uint8_t wrapped[SECRETBOX_WRAPPED_SIZE];
    uint8_t key[SECRETBOX_KEY_SIZE];

    (void)state;
    secretbox_wrap_fixed(r.at, storage_key.at, g, slot, data_key.at, wrapped);
    assert_int_equal(expected.size, sizeof wrapped);
    assert_memory_equal(wrapped, expected.at, sizeof wrapped);
    assert_true(secretbox_unwrap(storage_key.at, g, slot, wrapped, key));
    assert_memory_equal(key, data_key.at, sizeof key);
    assert_false(secretbox_unwrap(storage_key.at, g, slot + 1, wrapped, key));
    assert_false(secretbox_unwrap(storage_key.at, g + 1, slot, wrapped, key));

    bytes_fini(&storage_key);
    bytes_fini(&data_key);
    bytes_fini(&r);
    bytes_fini(&expected);
    vectors_close(v);
}

static void assert_refused(const uint8_t *key, const struct secretbox_place *place, struct view stored)
{
    struct bytes bytes = {0};
    struct error err = {0};

    assert_false(secretbox_open_bytes(key, place, stored, &bytes, &err));
    assert_int_equal(err.code, E_KEY_15);
    assert_int_equal(bytes.size, 0);
    bytes_fini(&bytes);
}

static void test_a_value_that_was_moved_or_changed_does_not_open(void **state)
{
    const struct view owner = view_of_text("case");
    const struct secretbox_place elsewhere[] = {
        {"bodies", 5, "sealed", owner}, {"body", 6, "sealed", owner}, {"body", 5, "other", owner},
        {"bod", 5, "sealed", owner},    {"body", 5, "sealed", {0}},   {"body", 5, "sealed", view_of_text("other")}};
    uint8_t other_key[SECRETBOX_KEY_SIZE] = {1, 2, 4};
    struct bytes stored = {0};

    (void)state;
    secretbox_seal(some_key, &here, view_of_text("words"), &stored);
    assert_int_equal(stored.size, 5 + SECRETBOX_OVERHEAD);
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        assert_refused(some_key, &elsewhere[i], bytes_view(&stored));
    assert_refused(other_key, &here, bytes_view(&stored));
    for (size_t i = 0; i < stored.size; i++) {
        assert_refused(some_key, &here, view_of(stored.at, i));
        stored.at[i] ^= 1;
        assert_refused(some_key, &here, bytes_view(&stored));
        stored.at[i] ^= 1;
    }
    bytes_fini(&stored);
}

static void test_the_same_value_twice_shows_nothing_in_common(void **state)
{
    struct bytes a = {0};
    struct bytes b = {0};

    (void)state;
    secretbox_seal(some_key, &here, view_of_text("the same words"), &a);
    secretbox_seal(some_key, &here, view_of_text("the same words"), &b);
    for (size_t i = 0; i + 8 <= a.size; i += 8)
        assert_memory_not_equal(a.at + i, b.at + i, 8);
    bytes_fini(&a);
    bytes_fini(&b);
}

static void test_sizes_from_nothing_to_the_largest_come_back(void **state)
{
    static const size_t sizes[] = {0, 1, 64, 65, 4096, 524288};
    static uint8_t plain[524288];

    (void)state;
    memset(plain, 0x5a, sizeof plain);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct bytes stored = {0};
        struct bytes b = {0};
        struct error err;

        secretbox_seal(some_key, &here, view_of(plain, sizes[i]), &stored);
        assert_true(secretbox_open_bytes(some_key, &here, bytes_view(&stored), &b, &err));
        assert_true(view_equal(bytes_view(&b), view_of(plain, sizes[i])));
        bytes_fini(&b);
        bytes_fini(&stored);
    }
}

static void test_each_section_has_a_key_of_its_own(void **state)
{
    uint8_t a[SECRETBOX_KEY_SIZE];
    uint8_t b[SECRETBOX_KEY_SIZE];

    (void)state;
    secretbox_section_key(some_key, "identity", a);
    secretbox_section_key(some_key, "contact", b);
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stored_value_is_as_in_the_vectors),
        cmocka_unit_test(test_a_wrapped_key_is_as_in_the_vectors),
        cmocka_unit_test(test_a_value_that_was_moved_or_changed_does_not_open),
        cmocka_unit_test(test_the_same_value_twice_shows_nothing_in_common),
        cmocka_unit_test(test_sizes_from_nothing_to_the_largest_come_back),
        cmocka_unit_test(test_each_section_has_a_key_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
