/* What the cache of verified checkpoints keeps, and what it must not. */
#include "auditlog/checkpoint_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct hash ngo = {{1}};
static const struct hash mission = {{2}};

static bool has(struct checkpoint_cache *c, const char *note, const struct hash *signer)
{
    return checkpoint_cache_has(c, view_of_text(note), signer);
}

static void test_a_note_is_known_with_its_own_signer_only(void **state)
{
    struct checkpoint_cache *c = checkpoint_cache_new();
    struct hash zero = {{0}};

    (void)state;
    checkpoint_cache_put(c, view_of_text("note"), &ngo);

    assert_true(has(c, "note", &ngo));
    assert_false(has(c, "note", &mission));
    assert_false(has(c, "note", &zero));
    assert_false(has(c, "nota", &ngo));
    assert_false(has(c, "", &zero));
    checkpoint_cache_free(c);
}

static void test_the_oldest_is_forgotten_when_it_is_full(void **state)
{
    struct checkpoint_cache *c = checkpoint_cache_new();
    char note[32];

    (void)state;
    for (int i = 0; i < CHECKPOINT_CACHE_SIZE; i++) {
        (void)snprintf(note, sizeof note, "note %d", i);
        checkpoint_cache_put(c, view_of_text(note), &ngo);
        checkpoint_cache_put(c, view_of_text(note), &ngo); /* takes no second entry */
    }
    assert_true(has(c, "note 0", &ngo));
    checkpoint_cache_put(c, view_of_text("one more"), &ngo);

    assert_false(has(c, "note 0", &ngo));
    assert_true(has(c, "note 1", &ngo));
    assert_true(has(c, "one more", &ngo));
    checkpoint_cache_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_note_is_known_with_its_own_signer_only),
        cmocka_unit_test(test_the_oldest_is_forgotten_when_it_is_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
