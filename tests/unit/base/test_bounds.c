/* The limits of base/bounds.h: they are consistent with one another, and each has a test at it and a test one over it
 * (bounds.def). */
#include "base/bounds.h"
#include "base/file.h"
#include "model/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *bound;
    const char *file; /* under tests/ */
    const char *at;   /* the test */
    const char *over;
} rows[] = {
#define BOUND_ROW(bound, file, at, over) {#bound, file, at, over},
#include "bounds.def"
#undef BOUND_ROW
};
#define ROWS (sizeof rows / sizeof rows[0])

static void read_source(const char *name, struct bytes *out)
{
    char path[FILE_PATH_MAX];
    struct error err;

    bytes_clear(out);
    assert_true(file_join_path(path, TEST_SOURCES, name, &err));
    if (!file_read(path, 1000000, out, &err))
        fail_msg("%s", err.text);
    bytes_append_u8(out, 0);
}

static bool has_row(const char *name, size_t size)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strlen(rows[i].bound) == size && memcmp(rows[i].bound, name, size) == 0)
            return true;
    return false;
}

static void test_each_bound_has_a_row_and_each_row_a_bound(void **state)
{
    static const char define[] = "#define BOUND_";
    struct bytes bounds = {0};
    size_t found = 0;

    (void)state;
    read_source("src/base/bounds.h", &bounds);
    for (const char *at = (const char *)bounds.at; (at = strstr(at, define)) != NULL; found++) {
        const char *name = at + sizeof "#define";
        size_t size = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

        if (!has_row(name, size))
            fail_msg("nobody stands at %.*s: write the test, and its row in bounds.def", (int)size, name);
        at = name + size;
    }
    assert_int_equal(found, ROWS); /* a surplus row names a bound that was removed, or stands twice */
    bytes_fini(&bounds);
}

/* That the test is defined and that it is run. */
static void check_test(const struct bytes *source, const char *file, const char *test)
{
    char text[256];

    (void)snprintf(text, sizeof text, "static void %s(", test);
    if (strstr((const char *)source->at, text) == NULL)
        fail_msg("%s has no %s", file, test);
    (void)snprintf(text, sizeof text, "%s,", test);
    if (strstr((const char *)source->at, text) != NULL)
        return;
    (void)snprintf(text, sizeof text, "(%s)", test);
    if (strstr((const char *)source->at, text) == NULL)
        fail_msg("%s does not run %s", file, test);
}

static void test_the_test_at_each_bound_is_there(void **state)
{
    struct bytes source = {0};

    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        char path[FILE_PATH_MAX];
        struct error err;

        assert_true(file_join_path(path, "tests", rows[i].file, &err));
        read_source(path, &source);
        check_test(&source, rows[i].file, rows[i].at);
        check_test(&source, rows[i].file, rows[i].over);
    }
    bytes_fini(&source);
}

/* The constants are armed as they are; only their relations can be wrong. */
static void test_the_times_of_a_link_fit_one_another(void **state)
{
    (void)state;
    assert_true(BOUND_CLIENT_HELLO_MS < BOUND_ACCEPT_TO_HANDSHAKE_MS);
    assert_true(BOUND_ACCEPT_TO_HANDSHAKE_MS < BOUND_HANDSHAKE_MS);
    assert_true(BOUND_HANDSHAKE_MS < BOUND_PING_MS); /* a handshake times out before the first ping */
    assert_true(2 * BOUND_PING_MS < BOUND_IDLE_MS);  /* two pings may be lost */
    assert_true(3 * BOUND_PING_MS >= BOUND_IDLE_MS); /* but not three: a dead link is noticed */
    assert_true(BOUND_FUTURE_MS > BOUND_IDLE_MS);    /* a message that waited on a slow link is not in the future */
    assert_true(3 * BOUND_LINK_OUT <= BOUND_STREAM_OUT);
    assert_true(BOUND_LINK_OUT + BOUND_FRAME <= BOUND_SEAM_OUT && BOUND_SEAM_OUT + BOUND_FRAME < BOUND_STREAM_OUT);
    assert_true(BOUND_ENVELOPE < BOUND_LINK_OUT);
}

/* A sweep may just have ended when the next member comes back. */
static void test_a_directory_goes_round_in_an_hour(void **state)
{
    (void)state;
    assert_true(BOUND_SEEK_REST_MS + BOUND_SWEEP_MS + 2 * BOUND_SEEK_MS + BOUND_RESOLVED * BOUND_HANDSHAKE_MS <
                3600000);
    assert_true(BOUND_SWEEP_MS / (BOUND_MEMBERS + 1) * BOUND_DIALS > BOUND_HANDSHAKE_MS); /* no more dials at once */
}

static void test_the_largest_message_fits_an_envelope_and_an_envelope_a_frame(void **state)
{
    size_t largest = envelope_bucket(512 * 1024);

    (void)state;
    assert_int_equal(envelope_bucket(largest + 1), 0);
    /* The ciphertext with its tag, and the header: each a field with a tag of one byte and a length of three or two. */
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
        cmocka_unit_test(test_each_bound_has_a_row_and_each_row_a_bound),
        cmocka_unit_test(test_the_test_at_each_bound_is_there),
        cmocka_unit_test(test_the_times_of_a_link_fit_one_another),
        cmocka_unit_test(test_a_directory_goes_round_in_an_hour),
        cmocka_unit_test(test_the_largest_message_fits_an_envelope_and_an_envelope_a_frame),
        cmocka_unit_test(test_a_certificate_and_a_checkpoint_fit_a_record),
        cmocka_unit_test(test_a_header_holds_two_of_the_longest_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
