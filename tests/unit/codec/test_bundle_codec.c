/* The key bundle's text: one spelling, and every other one refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/bundle_codec.h"

#define HEAD "refex-keys/v1\nmission@nrm.example\nsequence 7\ncontent 1 1\n"
#define KEY  "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n"
#define KEY2 "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20780 20787 20808\n"

static void test_a_bundle_of_another_implementation_reads_and_writes_the_same(void **state)
{
    (void)state;
    const char *text = HEAD KEY KEY2;
    struct bundle b;
    struct error err;
    struct bytes again = {0};

    assert_true(bundle_decode(view_of_text(text), &b, &err));
    bundle_encode(&b, &again);

    assert_string_equal(b.agency.text, "mission@nrm.example");
    assert_int_equal(b.sequence, 7);
    assert_int_equal(b.key_count, 2);
    assert_int_equal(b.keys[0].suite, 1);
    assert_int_equal(b.keys[0].public_key[0], 0x79);
    assert_int_equal(b.keys[1].use_from, 20780);
    assert_true(view_equal(bytes_view(&again), view_of_text(text)));
    bytes_fini(&again);
}

static void test_every_other_spelling_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "\n",
        "refex-keys/v1\n",
        "refex-keys/v1\nmission@nrm.example\n",
        "refex-keys/v1\nmission@nrm.example\nsequence 7\n",
        HEAD,
        HEAD "key\n",
        HEAD "key 0001\n",
        HEAD KEY "\n",
        HEAD KEY KEY,
        HEAD KEY2 KEY,
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801",
        HEAD "key 1 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n",
        HEAD
        "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 208011", /* without its last byte well */
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 0 1 x\n",
        HEAD "key 0000 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n",
        HEAD "key 000A eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRp= 20773 20780 20801\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpQ== 20773 20780 20801\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 020773 20780 20801\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20780 20780 20801\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20778\n",
        HEAD "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801 1\n",
        HEAD "key 0001  eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n",
        HEAD "kex 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= 20773 20780 20801\n",
        "refex-keys/v2\nmission@nrm.example\nsequence 7\ncontent 1 1\n" KEY,
        "refex-keys/v1\nmission\nsequence 7\ncontent 1 1\n" KEY,
        "refex-keys/v1\nmission@nrm.example\nsequence 07\ncontent 1 1\n" KEY,
        "refex-keys/v1\nmission@nrm.example\nsequence 7 \ncontent 1 1\n" KEY,
        "refex-keys/v1\nmission@nrm.example\nsequence 0\ncontent 1 1\n" KEY,
        "refex-keys/v1\nmission@nrm.example\nsequence 9223372036854775808\ncontent 1 1\n" KEY, /* 2^63 */
        "refex-keys/v1\nmission@nrm.example\nsequence 7\ncontent 2 1\n" KEY,
        "refex-keys/v1\nmission@nrm.example\nsequence 7\ncontent 0 1\n" KEY,
        "refex-keys/v1\r\nmission@nrm.example\nsequence 7\ncontent 1 1\n" KEY,
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct bundle b = {0};
        struct error err = {0};

        if (bundle_decode(view_of_text(wrong[i]), &b, &err))
            fail_msg("taken: %s", wrong[i]);
        assert_int_equal(err.code, E_FED_29);
        assert_int_equal(b.key_count, 0);
    }
}

static bool is_word(char c)
{
    return c != ' ' && c != '\n';
}

static void refuse_without(const char *text, size_t from, size_t to)
{
    struct bytes cut = {0};
    struct bundle b;
    struct error err;

    bytes_append(&cut, text, from);
    bytes_append_text(&cut, text + to);
    if (bundle_decode(bytes_view(&cut), &b, &err))
        fail_msg("taken: %.*s", (int)cut.size, (const char *)cut.at);
    bytes_fini(&cut);
}

/* Each word, with the blank before it and without; each blank and line end. */
static void test_a_bundle_that_lacks_a_word_or_a_line_end_is_refused(void **state)
{
    static const char text[] = HEAD KEY KEY2;

    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        size_t end = at;

        if (!is_word(text[at])) {
            refuse_without(text, at, at + 1);
            continue;
        }
        if (at > 0 && is_word(text[at - 1]))
            continue;
        while (is_word(text[end]))
            end++;
        refuse_without(text, at, end);
        if (at > 0)
            refuse_without(text, at - 1, end);
    }
}

static void make_bundle(size_t keys, struct bytes *text)
{
    bytes_append_text(text, HEAD);
    for (size_t i = 0; i < keys; i++)
        bytes_printf(text, "key 0001 eaYx7t4b+cmPEgMs3q3Q56B5OY/HhriMyEbsia+FpRo= %zu %zu %zu\n", 7 * i, 7 * i + 7,
                     7 * i + 27);
}

static void test_a_bundle_holds_as_many_keys_as_its_bound_and_no_more(void **state)
{
    (void)state;
    struct bytes fits = {0};
    struct bytes over = {0};
    struct bundle b;
    struct error err;

    make_bundle(BOUND_BUNDLE_KEYS, &fits);
    make_bundle(BOUND_BUNDLE_KEYS + 1, &over);

    assert_true(bundle_decode(bytes_view(&fits), &b, &err));
    assert_false(bundle_decode(bytes_view(&over), &b, &err));
    assert_int_equal(err.code, E_FED_29);
    bytes_fini(&fits);
    bytes_fini(&over);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bundle_of_another_implementation_reads_and_writes_the_same),
        cmocka_unit_test(test_every_other_spelling_is_refused),
        cmocka_unit_test(test_a_bundle_that_lacks_a_word_or_a_line_end_is_refused),
        cmocka_unit_test(test_a_bundle_holds_as_many_keys_as_its_bound_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
