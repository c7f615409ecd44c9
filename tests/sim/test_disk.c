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

#include "base/log.h"
#include "disk_story.h"

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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_acknowledged_is_there_after_a_power_cut_at_any_write),
    };

    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--points") == 0)
            points = (unsigned)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seed") == 0)
            first_seed = strtoull(argv[i + 1], NULL, 10);
    }
    if (argc == 2)
        cmocka_set_test_filter(argv[1]);
    disk_install();
    log_init("sim", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
