/* The growing tree: the same roots and proofs as the tree by definition, whatever is in memory and whatever was
 * reopened. */
#include "auditlog/tree.h"
#include "base/bytes.h"
#include "crypto/digest.h"
#include "fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LEAVES       100000
#define STORE_LEVELS 3

/* In place of a store: leaf hashes and full tiles. */
struct cache {
    struct hash *leaves;
    uint64_t leaf_count;
    struct bytes tiles[STORE_LEVELS]; /* one after the other */
    size_t loads;
    bool is_broken;
    bool is_short;
};

static bool put_tile(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err)
{
    struct cache *s = cookie;

    if (s->is_broken)
        return error_set(err, E_FIL_03, "the disk is full");
    assert_true(level < STORE_LEVELS);
    assert_int_equal(hashes.size, TREE_TILE_BYTES);
    assert_int_equal(s->tiles[level].size, number * TREE_TILE_BYTES); /* in ascending order, each once */
    bytes_append_view(&s->tiles[level], hashes);
    return true;
}

static bool load(void *cookie, unsigned level, uint64_t number, struct bytes *out, struct error *err)
{
    struct cache *s = cookie;

    if (s->is_broken || s->tiles[level].size < (number + 1) * TREE_TILE_BYTES)
        return error_set(err, E_LOG_02, "there is no tile %llu of level %u", (unsigned long long)number, level);
    s->loads++;
    bytes_append(out, s->tiles[level].at + number * TREE_TILE_BYTES, TREE_TILE_BYTES - (s->is_short ? 1 : 0));
    return true;
}

static bool read_leaves(void *cookie, uint64_t from, uint64_t end, struct bytes *out, struct error *err)
{
    struct cache *s = cookie;

    assert_true(end - from < TREE_TILE_HASHES && end == s->leaf_count);
    if (s->is_broken)
        return error_set(err, E_LOG_02, "the records are gone");
    bytes_append(out, s->leaves + from, (size_t)(end - from) * HASH_SIZE - (s->is_short ? HASH_SIZE : 0));
    return true;
}

static struct tree_options options_of(struct cache *s, uint64_t size)
{
    return (struct tree_options){.size = size, .tile = put_tile, .load = load, .leaves = read_leaves, .cookie = s};
}

static struct hash leaf_of(uint64_t i)
{
    uint8_t record[8];
    struct hash h;

    write_u64(record, i);
    digest_leaf(view_of(record, sizeof record), &h);
    return h;
}

static void tile_store_fini(struct cache *s)
{
    free(s->leaves);
    for (size_t i = 0; i < STORE_LEVELS; i++)
        bytes_fini(&s->tiles[i]);
}

static struct tree *grow_tree(struct cache *s, uint64_t size)
{
    struct tree_options with = options_of(s, 0);
    struct error err;
    struct tree *t;

    s->leaves = xnew(LEAVES * sizeof *s->leaves);
    assert_true(tree_open(&with, &t, &err));
    for (uint64_t i = 0; i < size; i++) {
        s->leaves[i] = leaf_of(i);
        s->leaf_count = i + 1;
        assert_true(tree_append(t, &s->leaves[i], &err));
    }
    return t;
}

/* A complete subtree, computed from all its leaves. */
static bool naive_node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    struct cache *s = cookie;

    (void)err;
    merkle_root_of(s->leaves + (index << level), (size_t)1 << level, out);
    return true;
}

static void assert_proves_all(struct tree *t, struct cache *s, uint64_t index, uint64_t size)
{
    struct hash expected[BOUND_PATH];
    struct bytes path = {0};
    struct hash root;
    struct error err;
    size_t count;

    merkle_root_of(s->leaves, (size_t)size, &root);
    assert_true(tree_path(t, index, size, &path, &err));
    assert_true(merkle_path(index, size, naive_node, s, expected, &count, &err));

    assert_int_equal(path.size, count * HASH_SIZE);
    assert_true(count == 0 || memcmp(path.at, expected, path.size) == 0);
    assert_true(merkle_verify_inclusion(&s->leaves[index], index, size, bytes_view(&path), &root));
    bytes_fini(&path);
}

static void test_the_root_is_right_at_every_size_over_two_tiles(void **state)
{
    struct tree_options with;
    struct merkle_edge edge = {0};
    struct cache s = {.leaves = xnew(LEAVES * sizeof *s.leaves)};
    struct hash expected;
    struct hash root;
    struct error err;
    struct tree *t;

    (void)state;
    with = options_of(&s, 0);
    assert_true(tree_open(&with, &t, &err));
    for (uint64_t i = 0; i <= 700; i++) {
        struct hash leaf = leaf_of(i);

        merkle_edge_root(&edge, &expected);
        tree_root(t, &root);
        assert_true(hash_equal(&root, &expected));
        assert_true(tree_append(t, &leaf, &err));
        merkle_edge_append(&edge, &leaf);
    }
    assert_int_equal(s.tiles[0].size, 2 * TREE_TILE_BYTES);
    tree_free(t);
    tile_store_fini(&s);
}

static void test_a_log_reopened_at_any_size_goes_on_as_if_never_closed(void **state)
{
    static const uint64_t sizes[] = {0, 1, 2, 255, 256, 257, 511, 512, 1000, 65535, 65536, 65537, 65792, 70000};
    struct cache s = {0};
    struct tree *whole = grow_tree(&s, 70001);

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        /* A store that was closed at this size: its tiles are those that were full then. */
        struct cache then = {.leaves = s.leaves, .leaf_count = sizes[i]};
        struct tree_options with = options_of(&then, sizes[i]);
        struct hash expected;
        struct hash root;
        struct error err;
        struct tree *t;

        for (unsigned level = 0; level < 2; level++)
            bytes_append(&then.tiles[level], s.tiles[level].at,
                         (size_t)(sizes[i] >> (8 * (level + 1))) * TREE_TILE_BYTES);
        assert_true(tree_open(&with, &t, &err));
        tree_root(t, &root);
        merkle_root_of(s.leaves, (size_t)sizes[i], &expected);
        assert_true(hash_equal(&root, &expected));

        assert_true(tree_append(t, &s.leaves[sizes[i]], &err));
        tree_root(t, &root);
        merkle_root_of(s.leaves, (size_t)sizes[i] + 1, &expected);
        assert_true(hash_equal(&root, &expected));

        tree_free(t);
        for (unsigned level = 0; level < STORE_LEVELS; level++)
            bytes_fini(&then.tiles[level]);
    }
    tree_free(whole);
    tile_store_fini(&s);
}

static void test_a_hundred_thousand_leaves_reopened_prove_what_the_naive_tree_proves(void **state)
{
    static const uint64_t places[] = {0, 1, 255, 256, 65535, 65536, 65537, 99839, 99840, 99999, 54321};
    struct tree_options with;
    struct fake_random random;
    struct cache s = {0};
    struct hash expected;
    struct hash root;
    struct error err;
    struct tree *t = grow_tree(&s, LEAVES);

    (void)state;
    tree_free(t);
    with = options_of(&s, LEAVES);
    assert_true(tree_open(&with, &t, &err));
    assert_true(s.loads <= 2 * 255);
    tree_root(t, &root);
    merkle_root_of(s.leaves, LEAVES, &expected);
    assert_true(hash_equal(&root, &expected));

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        assert_proves_all(t, &s, places[i], LEAVES);
        assert_proves_all(t, &s, places[i], places[i] + 1);
    }
    fake_random_init(&random, 11);
    for (int i = 0; i < 12; i++) {
        uint64_t size = 1 + fake_random_below(&random, LEAVES);
        uint64_t old = fake_random_below(&random, size + 1);
        struct bytes path = {0};
        struct hash old_root;

        assert_proves_all(t, &s, fake_random_below(&random, size), size);
        merkle_root_of(s.leaves, (size_t)size, &root);
        merkle_root_of(s.leaves, (size_t)old, &old_root);
        assert_true(tree_consistency(t, old, size, &path, &err));
        assert_true(merkle_verify_consistency(old, &old_root, size, &root, bytes_view(&path)));
        bytes_fini(&path);
    }
    tree_free(t);
    tile_store_fini(&s);
}

static void test_proofs_for_the_records_of_a_commit_load_nothing(void **state)
{
    struct cache s = {0};
    struct tree *t = grow_tree(&s, 10000);
    struct hash root;
    struct error err;

    (void)state;
    tree_root(t, &root);
    for (uint64_t i = 10000 - 1024; i < 10000; i++) {
        struct bytes path = {0};

        assert_true(tree_path(t, i, 10000, &path, &err));
        assert_true(merkle_verify_inclusion(&s.leaves[i], i, 10000, bytes_view(&path), &root));
        bytes_fini(&path);
    }
    assert_int_equal(s.loads, 0);
    tree_free(t);
    tile_store_fini(&s);
}

static void test_what_the_log_does_not_have_is_not_proved(void **state)
{
    struct cache s = {0};
    struct tree *t = grow_tree(&s, 300);
    struct bytes path = {0};
    struct error err = {0};

    (void)state;
    assert_false(tree_path(t, 300, 300, &path, &err));
    assert_int_equal(err.code, E_LOG_07);
    assert_false(tree_path(t, 5, 301, &path, &err));
    assert_false(tree_path(t, UINT64_MAX, UINT64_MAX, &path, &err));
    assert_false(tree_consistency(t, 5, 301, &path, &err));
    assert_int_equal(err.code, E_LOG_07);
    assert_false(tree_consistency(t, 6, 5, &path, &err));
    assert_int_equal(path.size, 0);
    tree_free(t);
    tile_store_fini(&s);
}

static void test_a_store_that_lost_a_part_is_named(void **state)
{
    struct cache s = {0};
    struct tree *t = grow_tree(&s, 600);
    struct tree_options with = options_of(&s, 600);
    struct error err = {0};
    struct tree *again = NULL;

    (void)state;
    tree_free(t);
    s.is_broken = true;
    assert_false(tree_open(&with, &again, &err));
    assert_int_equal(err.code, E_LOG_02);
    s.is_broken = false;
    s.is_short = true;
    error_clear(&err);
    assert_false(tree_open(&with, &again, &err));
    assert_int_equal(err.code, E_LOG_02);
    assert_non_null(strstr(err.text, "records from 512 to 599"));
    s.is_short = false;
    with.size = MERKLE_SIZE_END;
    error_clear(&err);
    assert_false(tree_open(&with, &again, &err));
    assert_int_equal(err.code, E_LOG_02);
    assert_null(again);

    with.size = 512; /* the tiles are cut short, the leaves are not asked for */
    s.is_short = true;
    error_clear(&err);
    assert_false(tree_open(&with, &again, &err));
    assert_int_equal(err.code, E_LOG_02);
    tile_store_fini(&s);
}

static void test_a_tile_that_cannot_be_stored_fails_the_append(void **state)
{
    struct cache s = {0};
    struct tree *t = grow_tree(&s, 255);
    struct hash leaf = leaf_of(255);
    struct error err = {0};

    (void)state;
    s.is_broken = true;
    assert_false(tree_append(t, &leaf, &err));
    assert_int_equal(err.code, E_FIL_03);
    tree_free(t);
    tile_store_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_root_is_right_at_every_size_over_two_tiles),
        cmocka_unit_test(test_a_log_reopened_at_any_size_goes_on_as_if_never_closed),
        cmocka_unit_test(test_a_hundred_thousand_leaves_reopened_prove_what_the_naive_tree_proves),
        cmocka_unit_test(test_proofs_for_the_records_of_a_commit_load_nothing),
        cmocka_unit_test(test_what_the_log_does_not_have_is_not_proved),
        cmocka_unit_test(test_a_store_that_lost_a_part_is_named),
        cmocka_unit_test(test_a_tile_that_cannot_be_stored_fails_the_append),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
