/* Commitments and the leaf of a record against the vectors of an independent implementation. */
#include "crypto/commit.h"
#include "crypto/digest.h"
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

static void assert_hash(const struct vectors *v, const char *path, const struct hash *h)
{
    struct bytes expected = hex(v, path);

    assert_int_equal(expected.size, HASH_SIZE);
    assert_memory_equal(h->at, expected.at, HASH_SIZE);
    bytes_fini(&expected);
}

static void test_a_body_and_a_record_are_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes body = hex(v, "body.bytes");
    struct bytes salt = hex(v, "body.salt");
    struct bytes record = hex(v, "record.bytes");
    struct hash h;

    (void)state;
    commit_body(salt.at, bytes_view(&body), &h);
    assert_hash(v, "body.commitment", &h);
    digest_leaf(bytes_view(&record), &h);
    assert_hash(v, "record.leaf", &h);

    bytes_fini(&body);
    bytes_fini(&salt);
    bytes_fini(&record);
    vectors_close(v);
}

static void test_a_consent_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes header = hex(v, "consent.header");
    struct bytes salt_h = hex(v, "consent.salt_h");
    struct bytes grant = hex(v, "consent.grant");
    struct bytes salt_1 = hex(v, "consent.salt_1");
    struct bytes g = hex(v, "consent.g");
    struct hash h;
    struct hash all;

    (void)state;
    commit_grant(salt_1.at, bytes_view(&grant), &h);
    assert_memory_equal(h.at, g.at, HASH_SIZE);
    commit_consent_header(salt_h.at, bytes_view(&header), &h);
    commit_consent(&h, bytes_view(&g), &all);
    assert_hash(v, "consent.commitment", &all);

    g.at[g.size - 1] ^= 1; /* a grant that is disclosed to nobody is committed to as well */
    commit_consent(&h, bytes_view(&g), &h);
    assert_memory_not_equal(h.at, all.at, HASH_SIZE);

    bytes_fini(&header);
    bytes_fini(&salt_h);
    bytes_fini(&grant);
    bytes_fini(&salt_1);
    bytes_fini(&g);
    vectors_close(v);
}

static void test_the_same_words_for_another_use_are_another_commitment(void **state)
{
    static const uint8_t salt[COMMIT_SALT_SIZE] = {7};
    static const uint8_t other[COMMIT_SALT_SIZE] = {8};
    struct view words = view_of_text("words");
    struct hash h[5];

    (void)state;
    commit_body(salt, words, &h[0]);
    commit_text(salt, words, &h[1]);
    commit_grant(salt, words, &h[2]);
    commit_consent_header(salt, words, &h[3]);
    commit_body(other, words, &h[4]);

    for (size_t i = 0; i < 5; i++)
        for (size_t j = i + 1; j < 5; j++)
            assert_memory_not_equal(h[i].at, h[j].at, HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_body_and_a_record_are_as_in_the_vectors),
        cmocka_unit_test(test_a_consent_is_as_in_the_vectors),
        cmocka_unit_test(test_the_same_words_for_another_use_are_another_commitment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
