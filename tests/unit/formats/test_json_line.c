/* Lines of JSON that no value can break or add to. */
#include "formats/json_line.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_a_line_holds_every_kind_of_value(void **state)
{
    struct bytes out = {0};
    struct json_line j;

    (void)state;
    json_line_begin(&j, &out);
    json_line_text(&j, "text", "a");
    json_line_text(&j, "none", NULL);
    json_line_u64(&j, "most", UINT64_MAX);
    json_line_bool(&j, "yes", true);
    json_line_array(&j, "list");
    json_line_text(&j, NULL, "x");
    json_line_object(&j, NULL);
    json_line_close(&j);
    json_line_close(&j);
    json_line_object(&j, "open");
    json_line_bool(&j, "no", false);
    json_line_end(&j);
    bytes_append_u8(&out, 0);

    assert_string_equal((const char *)out.at, "{\"text\":\"a\",\"none\":null,\"most\":18446744073709551615,"
                                              "\"yes\":true,\"list\":[\"x\",{}],\"open\":{\"no\":false}}\n");
    bytes_fini(&out);
}

static void test_what_could_break_a_line_or_steer_a_terminal_is_escaped(void **state)
{
    static const char text[] = "\"\\\n\x1B\0\x7F\xC2\x9B\xC2\xA0\xC3\xBC\xF0\x9F\x90\xA6\xFF\xED\xA0\x80";
    struct bytes out = {0};
    struct json_line j;

    (void)state;
    json_line_begin(&j, &out);
    json_line_view(&j, "a\"b", view_of(text, sizeof text - 1));
    json_line_end(&j);
    bytes_append_u8(&out, 0);

    assert_string_equal((const char *)out.at,
                        "{\"a\\\"b\":\"\\\"\\\\\\n\\u001b\\u0000\\u007f\\u009b\xC2\xA0\xC3\xBC\xF0\x9F\x90\xA6"
                        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}\n");
    bytes_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_holds_every_kind_of_value),
        cmocka_unit_test(test_what_could_break_a_line_or_steer_a_terminal_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
