/* Reading back what --json printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/json_read.h"

static const char line[] =
    "{\"error\":\"E-CON-02\",\"exit\":77,\"good\":false,\"running\":true,\"less\":-1,"
    "\"shared\":[\"triage\",\"health\"],\"link\":{\"process\":4711,\"landlock\":4},"
    "\"held_back\":[{\"section\":\"identity\",\"why\":\"refused\"},{\"section\":\"notes\",\"why\":\"not-covered\"}]}\n";

static void test_values_are_found_by_their_path(void **state)
{
    struct json_read *r = json_read_new(view_of_text(line));

    (void)state;
    assert_non_null(r);
    assert_string_equal(json_read_text(r, "error"), "E-CON-02");
    assert_int_equal(json_read_u64(r, "exit"), 77);
    assert_int_equal(json_read_u64(r, "link.process"), 4711);
    assert_true(json_read_is_true(r, "running"));
    assert_string_equal(json_read_text(r, "held_back.1.section"), "notes");
    json_read_free(r);
}

static void test_lists_and_objects_tell_their_members_in_order(void **state)
{
    struct json_read *r = json_read_new(view_of_text(line));

    (void)state;
    assert_int_equal(json_read_count(r, "shared"), 2);
    assert_string_equal(json_read_name(r, "shared", 0), "triage");
    assert_string_equal(json_read_name(r, "shared", 1), "health");
    assert_null(json_read_name(r, "shared", 2));
    assert_int_equal(json_read_count(r, "link"), 2);
    assert_string_equal(json_read_name(r, "link", 0), "process");
    assert_string_equal(json_read_name(r, "link", 1), "landlock");
    assert_null(json_read_name(r, "link", 2));
    assert_int_equal(json_read_count(r, "held_back"), 2);
    assert_null(json_read_name(r, "held_back", 0));
    json_read_free(r);
}

static void test_what_is_absent_or_of_another_type_is_nothing(void **state)
{
    struct json_read *r = json_read_new(view_of_text(line));

    (void)state;
    assert_null(json_read_text(r, "exit"));
    assert_null(json_read_text(r, "error.code"));
    assert_null(json_read_text(r, "held_back.2.section"));
    assert_null(json_read_text(r, "held_back.x.section"));
    assert_null(json_read_text(r, ""));
    assert_int_equal(json_read_u64(r, "error"), 0);
    assert_int_equal(json_read_u64(r, "less"), 0);
    assert_false(json_read_is_true(r, "good"));
    assert_false(json_read_is_true(r, "error"));
    assert_int_equal(json_read_count(r, "nothing"), 0);
    json_read_free(r);
}

static void test_only_one_whole_object_is_read(void **state)
{
    static const char *const others[] = {"", "[1]", "\"text\"", "{\"a\":1", "{\"a\":1} {\"b\":2}", "{\"a\":1,\"a\":2}"};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(json_read_new(view_of_text(others[i])));
    assert_null(json_read_new(view_of("{\"a\":\"\xFF\"}", 9)));
    json_read_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_found_by_their_path),
        cmocka_unit_test(test_lists_and_objects_tell_their_members_in_order),
        cmocka_unit_test(test_what_is_absent_or_of_another_type_is_nothing),
        cmocka_unit_test(test_only_one_whole_object_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
