/* A node whose machine loses power at any write: what was acknowledged is there afterwards.
 *
 * sim_disk [--points N] [--seed N]: so many power cuts; or the tests that match.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "disk_story.h"
#include "exchange/vault.h"

#define CUTS 6 /* of one story */

static uint64_t first_seed = 1;
static unsigned points = 30;

static void test_what_was_acknowledged_is_there_after_a_power_cut_at_any_write(void **state)
{
    unsigned done = 0;

    (void)state;
    for (uint64_t seed = first_seed; done < points; seed++) {
        struct story s;

        story_begin(&s, seed, 2, CUTS);
        while (!story_tell(&s))
            continue;
        story_finish(&s);
        done += s.cuts;
        story_end(&s);
    }
}

/* A kernel that could not write forgets that it had to: what a failed sync left is lost with the power, though it can
 * be read until then. */
static void test_what_was_acknowledged_is_there_after_a_sync_that_failed(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + points / 4; seed++) {
        struct story s;

        story_begin(&s, seed, 2, 2);
        s.syncs_fail = true;
        world_let_fail(s.w, s.victim);
        disk_disarm(s.disk);
        if (seed % 2 != 0 && story_tell_first(&s)) /* half of them while keys are destroyed */
            disk_arm(s.disk, DISK_SYNC_FAILS, 1 + fake_random_below(&s.random, 120));
        else
            disk_arm(s.disk, DISK_SYNC_FAILS, 1 + fake_random_below(&s.random, 300));
        while (!story_tell(&s))
            continue;
        story_finish(&s);
        story_end(&s);
    }
}

static void test_a_key_whose_overwriting_failed_to_sync_is_overwritten_again(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + 4; seed++) {
        char path[FILE_PATH_MAX];
        struct story s;
        struct error err;

        story_begin(&s, seed, 2, 0);
        s.syncs_fail = true;
        world_let_fail(s.w, s.victim);
        assert_true(story_tell_first(&s));
        assert_true(file_join_path(path, world_home(s.w, s.victim), VAULT_SLOTS, &err));
        disk_fail_sync_of(s.disk, path);
        assert_false(story_tell(&s));
        while (!story_tell(&s))
            continue;
        story_finish(&s);
        story_end(&s);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_acknowledged_is_there_after_a_power_cut_at_any_write),
        cmocka_unit_test(test_what_was_acknowledged_is_there_after_a_sync_that_failed),
        cmocka_unit_test(test_a_key_whose_overwriting_failed_to_sync_is_overwritten_again),
    };

    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--points") == 0)
            points = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seed") == 0)
            first_seed = strtoull(argv[i + 1], NULL, 10);
    }
    disk_install();
    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
