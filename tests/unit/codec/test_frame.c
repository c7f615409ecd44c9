#include "codec/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_frames_stand_one_behind_the_other(void **state)
{
    struct bytes b = {0};
    struct view payload;
    struct error err;
    struct view rest;
    uint16_t kind;
    size_t used;
    size_t begin;

    (void)state;
    frame_append(&b, 2, view_of_text("first"));
    begin = frame_begin(&b, 600);
    bytes_append_text(&b, "the second");
    frame_end(&b, begin);
    frame_append(&b, 15, (struct view){0});
    assert_memory_equal(b.at, "\0\0\0\5\0\2\0\0first", 13);

    rest = bytes_view(&b);
    assert_int_equal(frame_read(rest, BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    assert_int_equal(kind, 2);
    assert_true(view_equal(payload, view_of_text("first")));
    rest = view_of(rest.at + used, rest.size - used);
    assert_int_equal(frame_read(rest, BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    assert_int_equal(kind, 600);
    assert_true(view_equal(payload, view_of_text("the second")));
    rest = view_of(rest.at + used, rest.size - used);
    assert_int_equal(frame_read(rest, BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    assert_int_equal(kind, 15);
    assert_int_equal(payload.size, 0);
    assert_int_equal(used, rest.size);
    bytes_fini(&b);
}

static void test_a_frame_is_not_read_before_it_is_whole(void **state)
{
    struct bytes b = {0};
    struct view payload;
    struct error err;
    uint16_t kind;
    size_t used;

    (void)state;
    frame_append(&b, 2, view_of_text("payload"));
    for (size_t n = 0; n < b.size; n++)
        assert_int_equal(frame_read(view_of(b.at, n), BOUND_FRAME, &kind, &payload, &used, &err), FRAME_MORE);
    assert_int_equal(frame_read(bytes_view(&b), BOUND_FRAME, &kind, &payload, &used, &err), FRAME_READY);
    bytes_fini(&b);
}

static enum frame_status read_header(const char header[8], size_t max, struct error *err)
{
    struct view payload;
    uint16_t kind;
    size_t used;

    return frame_read(view_of(header, 8), max, &kind, &payload, &used, err);
}

static void test_a_frame_over_the_limit_is_refused_by_its_header(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(read_header("\0\x10\0\0\0\2\0\0", BOUND_FRAME, &err), FRAME_MORE); /* 1 MiB */
    assert_int_equal(read_header("\0\x10\0\1\0\2\0\0", BOUND_FRAME, &err), FRAME_BAD);
    assert_int_equal(err.code, E_BYT_02);
    assert_int_equal(read_header("\0\0\0\x10\0\2\0\0", 16, &err), FRAME_MORE);
    assert_int_equal(read_header("\0\0\0\x11\0\2\0\0", 16, &err), FRAME_BAD);
    assert_int_equal(read_header("\xff\xff\xff\xff\0\2\0\0", BOUND_FRAME, &err), FRAME_BAD);
}

static void test_a_header_that_nobody_writes_is_refused(void **state)
{
    struct error err;

    (void)state;
    assert_int_equal(read_header("\0\0\0\1\0\0\0\0", BOUND_FRAME, &err), FRAME_BAD); /* kind 0 */
    assert_int_equal(err.code, E_BYT_04);
    assert_int_equal(read_header("\0\0\0\1\0\2\0\1", BOUND_FRAME, &err), FRAME_BAD);
    assert_int_equal(read_header("\0\0\0\1\0\2\1\0", BOUND_FRAME, &err), FRAME_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_stand_one_behind_the_other),
        cmocka_unit_test(test_a_frame_is_not_read_before_it_is_whole),
        cmocka_unit_test(test_a_frame_over_the_limit_is_refused_by_its_header),
        cmocka_unit_test(test_a_header_that_nobody_writes_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
