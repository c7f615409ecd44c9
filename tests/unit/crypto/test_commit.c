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

static void test_a_grant_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes grant = hex(v, "consent.grant");
    struct bytes salt_1 = hex(v, "consent.salt_1");
    struct bytes g = hex(v, "consent.g");
    struct hash h;

    (void)state;
    commit_grant(salt_1.at, bytes_view(&grant), &h);
    assert_memory_equal(h.at, g.at, HASH_SIZE);

    bytes_fini(&grant);
    bytes_fini(&salt_1);
    bytes_fini(&g);
    vectors_close(v);
}

static void test_a_consent_commits_to_each_of_its_parts(void **state)
{
    struct commit_consent_parts parts = {{{1}}, {{2}}, {{3}}, {{4}}, {{5}}};
    struct commit_consent_parts changed[5] = {parts, parts, parts, parts, parts};
    struct hash all;

    (void)state;
    changed[0].h.at[31] ^= 1;
    changed[1].w.at[31] ^= 1;
    changed[2].c.at[31] ^= 1;
    changed[3].g_0.at[31] ^= 1;
    changed[4].grants.at[31] ^= 1;
    commit_consent(&parts, &all);
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        struct hash h;

        commit_consent(&changed[i], &h);
        assert_memory_not_equal(h.at, all.at, HASH_SIZE);
    }
}

static void test_grants_commit_to_those_that_nobody_is_shown_and_to_their_number(void **state)
{
    uint8_t g[16 * HASH_SIZE] = {1, 2, 3};
    struct hash all;
    struct hash more;
    struct hash other;

    (void)state;
    commit_grants(view_of(g, 8 * HASH_SIZE), &all);
    commit_grants(view_of(g, 16 * HASH_SIZE), &more);
    g[8 * HASH_SIZE - 1] ^= 1;
    commit_grants(view_of(g, 8 * HASH_SIZE), &other);
    assert_memory_not_equal(more.at, all.at, HASH_SIZE);
    assert_memory_not_equal(other.at, all.at, HASH_SIZE);
}

static void test_the_same_words_for_another_use_are_another_commitment(void **state)
{
    static const uint8_t salt[COMMIT_SALT_SIZE] = {7};
    static const uint8_t other[COMMIT_SALT_SIZE] = {8};
    static const struct ident nobody;
    struct view words = view_of_text("words");
    struct hash h[6];

    (void)state;
    commit_body(salt, words, &h[0]);
    commit_grant(salt, words, &h[1]);
    commit_consent_header(salt, words, &h[2]);
    commit_body(other, words, &h[3]);
    commit_consent_given(salt, words, &h[4]);
    commit_consent_case(salt, ident_view(&nobody), words, &h[5]);

    for (size_t i = 0; i < 6; i++)
        for (size_t j = i + 1; j < 6; j++)
            assert_memory_not_equal(h[i].at, h[j].at, HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_body_and_a_record_are_as_in_the_vectors),
        cmocka_unit_test(test_a_grant_is_as_in_the_vectors),
        cmocka_unit_test(test_a_consent_commits_to_each_of_its_parts),
        cmocka_unit_test(test_grants_commit_to_those_that_nobody_is_shown_and_to_their_number),
        cmocka_unit_test(test_the_same_words_for_another_use_are_another_commitment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
