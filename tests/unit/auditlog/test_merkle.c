/* Proofs over the tree: every size and index up to 70, and every single bit changed. */
#include "auditlog/merkle.h"
#include "base/bytes.h"
#include "crypto/digest.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SIZES 70

static struct hash leaves[SIZES];
static struct hash roots[SIZES + 1];

/* The definition of RFC 6962 2.1 taken literally: the tree of N leaves is split at the largest power of two below N. */
static struct hash by_definition(const struct hash *from, size_t n)
{
    struct hash left;
    struct hash right;
    size_t k = 1;

    if (n == 0) {
        digest_sha256(view_of(NULL, 0), &left);
        return left;
    }
    if (n == 1)
        return from[0];
    while (k * 2 < n)
        k *= 2;
    left = by_definition(from, k);
    right = by_definition(from + k, n - k);
    digest_node(&left, &right, &left);
    return left;
}

static bool node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    size_t size = *(const size_t *)cookie;
    size_t width = (size_t)1 << level;

    (void)err;
    assert_true((index + 1) * width <= size); /* only complete subtrees are read */
    *out = by_definition(leaves + index * width, width);
    return true;
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        uint8_t record[2] = {(uint8_t)i, 7};

        digest_leaf(view_of(record, sizeof record), &leaves[i]);
    }
    for (size_t n = 0; n <= SIZES; n++)
        roots[n] = by_definition(leaves, n);
    return 0;
}

static struct view path_view(const struct hash *path, size_t count)
{
    return view_of(path, count * HASH_SIZE);
}

static void test_roots_are_those_of_the_published_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/merkle_roots.json");
    struct hash published[16];
    size_t count = vectors_count(v, "leaves");

    (void)state;
    assert_int_equal(vectors_count(v, "roots"), count + 1);
    for (size_t n = 0; n <= count; n++) {
        struct bytes expected = {0};
        struct bytes leaf = {0};
        struct hash root;
        char path[32];

        (void)snprintf(path, sizeof path, "roots.%zu", n);
        vectors_hex(v, path, &expected);
        merkle_root_of(published, n, &root);
        assert_memory_equal(root.at, expected.at, HASH_SIZE);
        if (n < count) {
            (void)snprintf(path, sizeof path, "leaves.%zu", n);
            vectors_hex(v, path, &leaf);
            digest_leaf(bytes_view(&leaf), &published[n]);
        }
        bytes_fini(&expected);
        bytes_fini(&leaf);
    }
    vectors_close(v);
}

static void test_root_of_each_size_is_the_definition(void **state)
{
    struct merkle_edge edge = {0};
    struct error err;

    (void)state;
    for (size_t n = 0; n <= SIZES; n++) {
        struct hash streamed;
        struct hash asked;

        merkle_edge_root(&edge, &streamed);
        assert_true(merkle_root(n, node, &n, &asked, &err));

        assert_true(hash_equal(&streamed, &roots[n]));
        assert_true(hash_equal(&asked, &roots[n]));
        if (n < SIZES)
            merkle_edge_append(&edge, &leaves[n]);
    }
}

static void test_every_record_of_every_size_is_proved(void **state)
{
    struct error err;

    (void)state;
    for (size_t n = 1; n <= SIZES; n++) {
        for (size_t i = 0; i < n; i++) {
            struct hash path[BOUND_PATH];
            size_t count;

            assert_true(merkle_path(i, n, node, &n, path, &count, &err));

            assert_true(merkle_verify_inclusion(&leaves[i], i, n, path_view(path, count), &roots[n]));
            for (size_t other = 0; other < n; other++)
                assert_true(other == i ||
                            !merkle_verify_inclusion(&leaves[i], other, n, path_view(path, count), &roots[n]));
        }
    }
}

static void test_an_inclusion_proof_with_any_bit_changed_is_refused(void **state)
{
    struct error err;
    size_t n = 70;

    (void)state;
    for (size_t i = 0; i < n; i += 23) {
        struct hash path[BOUND_PATH];
        uint8_t *at = path[0].at;
        struct hash leaf = leaves[i];
        struct hash root = roots[n];
        size_t count;

        assert_true(merkle_path(i, n, node, &n, path, &count, &err));
        for (size_t bit = 0; bit < count * HASH_SIZE * 8; bit++) {
            at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_inclusion(&leaf, i, n, path_view(path, count), &root));
            at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (size_t bit = 0; bit < HASH_SIZE * 8; bit++) {
            leaf.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_inclusion(&leaf, i, n, path_view(path, count), &root));
            leaf.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_inclusion(&leaf, i, n, path_view(path, count), &root));
            root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        assert_true(merkle_verify_inclusion(&leaf, i, n, path_view(path, count), &root));
    }
}

static void test_a_path_too_long_too_short_or_cut_is_refused(void **state)
{
    struct hash path[BOUND_PATH + 1] = {{{0}}};
    struct error err;
    size_t n = 13;
    size_t count;

    (void)state;
    assert_true(merkle_path(4, n, node, &n, path, &count, &err));

    assert_false(merkle_verify_inclusion(&leaves[4], 4, n, path_view(path, count - 1), &roots[n]));
    assert_false(merkle_verify_inclusion(&leaves[4], 4, n, path_view(path, count + 1), &roots[n]));
    assert_false(merkle_verify_inclusion(&leaves[4], 4, n, view_of(path, count * HASH_SIZE - 1), &roots[n]));
    assert_false(merkle_verify_inclusion(&leaves[4], 4, n, view_of(path, count * HASH_SIZE + 1), &roots[n]));
    assert_true(merkle_verify_inclusion(&leaves[4], 4, n, path_view(path, count), &roots[n]));
}

/* A signer might write a size that is too small beside the root of a larger tree. */
static void test_a_path_beyond_the_size_is_refused_though_it_leads_to_the_root(void **state)
{
    struct hash root;

    (void)state;
    digest_node(&leaves[0], &leaves[1], &root);
    assert_true(merkle_verify_inclusion(&leaves[1], 1, 2, path_view(&leaves[0], 1), &root));
    assert_false(merkle_verify_inclusion(&leaves[1], 0, 1, path_view(&leaves[0], 1), &root));
}

static void test_a_place_outside_the_tree_is_refused(void **state)
{
    (void)state;
    assert_true(merkle_verify_inclusion(&leaves[0], 0, 1, view_of(NULL, 0), &roots[1]));
    assert_false(merkle_verify_inclusion(&leaves[0], 1, 1, view_of(NULL, 0), &roots[1]));
    assert_false(merkle_verify_inclusion(&leaves[0], 0, 0, view_of(NULL, 0), &roots[1]));
    assert_false(merkle_verify_inclusion(&leaves[0], UINT64_MAX, 0, view_of(NULL, 0), &roots[1]));
    assert_false(merkle_verify_inclusion(&leaves[0], 0, MERKLE_SIZE_END, view_of(NULL, 0), &roots[1]));
}

static void test_every_growth_is_proved(void **state)
{
    struct error err;

    (void)state;
    for (size_t n = 0; n <= SIZES; n++) {
        for (size_t m = 0; m <= n; m++) {
            struct hash path[BOUND_CONSISTENCY];
            size_t count;

            assert_true(merkle_consistency(m, n, node, &n, path, &count, &err));

            assert_true(merkle_verify_consistency(m, &roots[m], n, &roots[n], path_view(path, count)));
            if (m > 0 && m < n) {
                assert_false(merkle_verify_consistency(m, &roots[m - 1], n, &roots[n], path_view(path, count)));
                assert_false(merkle_verify_consistency(m, &roots[m], n, &roots[n - 1], path_view(path, count)));
                assert_false(merkle_verify_consistency(m, &roots[m], n, &roots[n], path_view(path, count - 1)));
            }
        }
    }
}

static void test_a_growth_proof_with_any_bit_changed_is_refused(void **state)
{
    static const size_t pairs[][2] = {{1, 70}, {8, 70}, {37, 70}, {64, 70}, {69, 70}, {5, 8}, {6, 7}};
    struct error err;

    (void)state;
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
        struct hash path[BOUND_CONSISTENCY];
        uint8_t *at = path[0].at;
        size_t m = pairs[p][0];
        size_t n = pairs[p][1];
        struct hash old_root = roots[m];
        struct hash new_root = roots[n];
        size_t count;

        assert_true(merkle_consistency(m, n, node, &n, path, &count, &err));
        for (size_t bit = 0; bit < count * HASH_SIZE * 8; bit++) {
            at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_consistency(m, &old_root, n, &new_root, path_view(path, count)));
            at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (size_t bit = 0; bit < HASH_SIZE * 8; bit++) {
            old_root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_consistency(m, &old_root, n, &new_root, path_view(path, count)));
            old_root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            new_root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(merkle_verify_consistency(m, &old_root, n, &new_root, path_view(path, count)));
            new_root.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

static void test_a_log_that_lost_or_changed_a_record_has_no_growth_proof(void **state)
{
    struct hash changed[SIZES];
    struct hash path[BOUND_CONSISTENCY];
    struct hash changed_root;
    struct error err;
    size_t n = 40;
    size_t count;

    (void)state;
    memcpy(changed, leaves, sizeof changed);
    changed[11].at[0] ^= 1;
    merkle_root_of(changed, n, &changed_root);
    assert_true(merkle_consistency(20, n, node, &n, path, &count, &err));

    assert_false(merkle_verify_consistency(20, &roots[20], n, &changed_root, path_view(path, count)));
    assert_false(merkle_verify_consistency(20, &roots[20], 20, &changed_root, view_of(NULL, 0)));
    assert_false(merkle_verify_consistency(n, &roots[n], 20, &roots[20], path_view(path, count)));
}

static void test_growth_from_nothing_needs_no_proof_and_takes_none(void **state)
{
    (void)state;
    assert_true(merkle_verify_consistency(0, &roots[0], 5, &roots[5], view_of(NULL, 0)));
    assert_false(merkle_verify_consistency(0, &roots[1], 5, &roots[5], view_of(NULL, 0)));
    assert_false(merkle_verify_consistency(0, &roots[0], 5, &roots[5], path_view(leaves, 1)));
    assert_false(merkle_verify_consistency(5, &roots[5], 5, &roots[5], path_view(leaves, 1)));
    assert_false(merkle_verify_consistency(4, &roots[4], 5, &roots[5], view_of(NULL, 0)));
    assert_false(merkle_verify_consistency(3, &roots[3], 5, &roots[5], view_of(NULL, 0)));
    assert_false(merkle_verify_consistency(4, &roots[4], MERKLE_SIZE_END, &roots[5], path_view(leaves, 1)));
}

static struct hash one_for_all = {{1}};

static bool same_node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    uint64_t size = *(const uint64_t *)cookie;

    (void)err;
    assert_true(index < size >> level);
    *out = one_for_all;
    return true;
}

static void test_the_largest_tree_stays_within_the_bounds(void **state)
{
    static const uint64_t sizes[] = {MERKLE_SIZE_END - 1, (MERKLE_SIZE_END >> 1) + 1, MERKLE_SIZE_END - 2};
    struct hash path[BOUND_CONSISTENCY];
    struct error err;
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t size = sizes[i];

        assert_true(merkle_path(0, size, same_node, &size, path, &count, &err));
        assert_true(count <= BOUND_PATH);
        assert_true(merkle_path(size - 1, size, same_node, &size, path, &count, &err));
        assert_true(count <= BOUND_PATH);
        assert_true(merkle_consistency(1, size, same_node, &size, path, &count, &err));
        assert_true(count <= BOUND_CONSISTENCY);
        assert_true(merkle_consistency(size - 1, size, same_node, &size, path, &count, &err));
        assert_true(count <= BOUND_CONSISTENCY);
    }
}

static bool no_node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    (void)cookie;
    (void)level;
    (void)index;
    (void)out;
    return error_set(err, E_LOG_02, "the tile is gone");
}

static void test_a_hash_that_cannot_be_had_fails_the_proof(void **state)
{
    struct hash path[BOUND_CONSISTENCY];
    struct hash root;
    struct error err = {0};
    size_t count = 77;

    (void)state;
    assert_false(merkle_path(1, 5, no_node, NULL, path, &count, &err));
    assert_int_equal(err.code, E_LOG_02);
    assert_false(merkle_consistency(1, 5, no_node, NULL, path, &count, &err));
    assert_false(merkle_root(5, no_node, NULL, &root, &err));
    assert_int_equal(count, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots_are_those_of_the_published_vectors),
        cmocka_unit_test(test_root_of_each_size_is_the_definition),
        cmocka_unit_test(test_every_record_of_every_size_is_proved),
        cmocka_unit_test(test_an_inclusion_proof_with_any_bit_changed_is_refused),
        cmocka_unit_test(test_a_path_too_long_too_short_or_cut_is_refused),
        cmocka_unit_test(test_a_path_beyond_the_size_is_refused_though_it_leads_to_the_root),
        cmocka_unit_test(test_a_place_outside_the_tree_is_refused),
        cmocka_unit_test(test_every_growth_is_proved),
        cmocka_unit_test(test_a_growth_proof_with_any_bit_changed_is_refused),
        cmocka_unit_test(test_a_log_that_lost_or_changed_a_record_has_no_growth_proof),
        cmocka_unit_test(test_growth_from_nothing_needs_no_proof_and_takes_none),
        cmocka_unit_test(test_the_largest_tree_stays_within_the_bounds),
        cmocka_unit_test(test_a_hash_that_cannot_be_had_fails_the_proof),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
