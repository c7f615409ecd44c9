/* The limits of base/bounds.h: they fit one another, and a named test stands at each.
 *
 * The table below names, for a bound, the test that tries it and one over it. A row is added with the test; that the
 * named test is there is checked here.
 */
#include "base/bounds.h"
#include "base/file.h"
#include "model/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *bound;
    const char *file; /* under tests/ */
    const char *test;
} tried[] = {
    {"BOUND_AGENCY", "unit/model/test_ident.c", "test_names_are_taken_at_their_bound_and_not_over_it"},
    {"BOUND_FEDERATION", "unit/model/test_ident.c", "test_names_are_taken_at_their_bound_and_not_over_it"},
    {"BOUND_CHECKPOINT", "unit/auditlog/test_checkpoint.c", "test_a_checkpoint_over_its_bound_is_refused"},
    {"BOUND_DIRECTORY", "unit/auditlog/test_note.c", "test_a_note_over_its_bound_is_refused"},
    {"BOUND_NOTE_SIGNATURES", "unit/auditlog/test_note.c", "test_sixteen_signatures_are_taken_and_seventeen_are_not"},
    {"BOUND_PATH", "unit/auditlog/test_merkle.c", "test_the_largest_tree_stays_within_the_bounds"},
    {"BOUND_CONSISTENCY", "unit/auditlog/test_merkle.c", "test_the_largest_tree_stays_within_the_bounds"},
};

static void read_source(const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    bytes_clear(out);
    assert_true(file_path(path, TEST_SOURCES, name, &err));
    if (!file_read(path, 1000000, out, &err))
        fail_msg("%s", err.text);
    bytes_append_u8(out, 0);
}

static void test_the_test_at_each_bound_is_there(void **state)
{
    struct bytes bounds = {0};
    struct bytes source = {0};

    (void)state;
    read_source("src/base/bounds.h", &bounds);
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        char path[FILE_PATH_MAX];
        struct error err;

        assert_true(file_path(path, "tests", tried[i].file, &err));
        read_source(path, &source);
        if (strstr((const char *)bounds.at, tried[i].bound) == NULL)
            fail_msg("%s is no bound any more", tried[i].bound);
        if (strstr((const char *)source.at, tried[i].test) == NULL)
            fail_msg("%s names %s, which is not in %s", tried[i].bound, tried[i].test, tried[i].file);
    }
    bytes_fini(&bounds);
    bytes_fini(&source);
}

static void test_the_largest_message_fits_an_envelope_and_an_envelope_a_frame(void **state)
{
    size_t largest = envelope_bucket(512 * 1024);

    (void)state;
    assert_int_equal(envelope_bucket(largest + 1), 0);
    /* The ciphertext with its tag, and the header: each a field with a tag of one byte and a length of three and two.
     */
    assert_int_equal(1 + 2 + BOUND_HEADER + 1 + 3 + largest + 16, BOUND_ENVELOPE);
    assert_true(BOUND_ENVELOPE <= BOUND_FRAME);
    assert_true(BOUND_DIRECTORY <= BOUND_FRAME);
    assert_true(BOUND_BODY + BOUND_RECORD + BOUND_PATH * 32 + BOUND_CONSISTENCY * 32 + BOUND_CHECKPOINT < largest);
}

static void test_a_certificate_and_a_checkpoint_fit_a_record(void **state)
{
    (void)state;
    assert_true(BOUND_CERTIFICATE + 100 <= BOUND_RECORD);
    assert_true(2 * BOUND_CHECKPOINT + 100 <= BOUND_RECORD); /* FORK holds two */
}

static void test_a_header_holds_two_of_the_longest_addresses(void **state)
{
    (void)state;
    assert_true(2 * (BOUND_ADDRESS + 3) + 3 * 18 + 34 + 5 * 7 <= BOUND_HEADER);
    assert_int_equal(BOUND_ADDRESS, 317);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_test_at_each_bound_is_there),
        cmocka_unit_test(test_the_largest_message_fits_an_envelope_and_an_envelope_a_frame),
        cmocka_unit_test(test_a_certificate_and_a_checkpoint_fit_a_record),
        cmocka_unit_test(test_a_header_holds_two_of_the_longest_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
