/* How people and programs are shown a record of the audit log. */
#include "cli/rendering/record_view.h"

#include "samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char first[] = "nrm.example/0123456789abcdef/mission/2\n30\nAAAA\n\n- x\n";
static const char second[] = "nrm.example/0123456789abcdef/mission/2\n41\nBBBB\n\n- x\n";

static bool has_notes(enum record_kind k)
{
    return k == RECORD_INCARNATION || k == RECORD_WITNESSED || k == RECORD_FORK || k == RECORD_UNLINKED ||
           k == RECORD_HOUSE;
}

static void test_no_kind_of_record_is_a_bare_line(void **state)
{
    struct fake_random random;
    struct arena arena = {0};
    struct bytes words = {0};

    (void)state;
    fake_random_init(&random, 5);
    for (int k = 1; k < RECORD_HOUSE_END; k++) {
        struct record r;

        if (strcmp(record_kind_name((enum record_kind)k), "?") == 0)
            continue;
        sample_record(&random, &arena, (enum record_kind)k, &r);
        if (has_notes(r.kind))
            r.notes.first = view_of_text(first);
        bytes_clear(&words);
        record_view_write(&r, &words);
        if (words.size == 0)
            fail_msg("%s says nothing", record_kind_name(r.kind));
    }
    bytes_fini(&words);
    arena_fini(&arena);
}

static void test_a_fork_names_the_agency_and_both_sizes_and_roots(void **state)
{
    struct record r = {.kind = RECORD_FORK, .notes = {.first = view_of_text(first), .second = view_of_text(second)}};
    struct bytes words = {0};

    (void)state;
    record_view_write(&r, &words);
    bytes_append_u8(&words, 0);
    assert_string_equal((const char *)words.at,
                        "  agency mission@nrm.example  incarnation 2  size 30  root AAAA  size 41  root BBBB");
    bytes_fini(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_kind_of_record_is_a_bare_line),
        cmocka_unit_test(test_a_fork_names_the_agency_and_both_sizes_and_roots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
