/* Secrets as words: published vectors of BIP-39 both ways, what people type, and each way to be wrong by its code. */
#include "base/text.h"
#include "crypto/secret_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#define FIVE(s) s s s s s

/* Those of the reference implementation for 16 and 32 bytes (NOTICE). */
static const struct {
    const char *hex;
    const char *words;
} vectors[] = {
    {"00000000000000000000000000000000", FIVE("abandon ") FIVE("abandon ") "abandon about"},
    {"7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f", "legal winner thank year wave sausage worth useful legal winner thank yellow"},
    {"80808080808080808080808080808080",
     "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"},
    {"ffffffffffffffffffffffffffffffff", FIVE("zoo ") FIVE("zoo ") "zoo wrong"},
    {"0000000000000000000000000000000000000000000000000000000000000000",
     FIVE("abandon ") FIVE("abandon ") FIVE("abandon ") FIVE("abandon ") "abandon abandon abandon art"},
    {"7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
     "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner "
     "thank year wave sausage worth title"},
    {"8080808080808080808080808080808080808080808080808080808080808080",
     "letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid "
     "letter advice cage absurd amount doctor acoustic bless"},
    {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     FIVE("zoo ") FIVE("zoo ") FIVE("zoo ") FIVE("zoo ") "zoo zoo zoo vote"},
    {"68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
     "hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple "
     "dilemma loan word shrug inflict delay length"},
    {"9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863",
     "panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash "
     "devote level hobby quick inner drive ghost inside"},
    {"066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad",
     "all hour make first leader extend hole alien behind guard gospel lava path output census museum junior mass "
     "reopen famous sing advance salt reform"},
    {"f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
     "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group "
     "space point ten exist slush involve unfold"},
};

#define VECTOR_COUNT (sizeof vectors / sizeof vectors[0])

static size_t vector_bytes(size_t i, uint8_t *out)
{
    size_t size = strlen(vectors[i].hex) / 2;

    assert_true(text_read_hex(view_of_text(vectors[i].hex), out, size));
    return size;
}

static void test_the_published_vectors_are_met_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < VECTOR_COUNT; i++) {
        uint8_t entropy[SECRET_WORDS_MAX_SIZE];
        size_t size = vector_bytes(i, entropy);
        struct secret words = {0};
        struct secret back = {0};
        struct error err = {0};

        secret_words_write(view_of(entropy, size), &words);
        assert_true(view_equal(secret_view(&words), view_of_text(vectors[i].words)));
        assert_true(secret_words_read(secret_view(&words), size, &back, &err));
        assert_true(view_equal(secret_view(&back), view_of(entropy, size)));
        secret_fini(&words);
        secret_fini(&back);
    }
}

static void test_eight_bytes_are_six_words(void **state)
{
    static const uint8_t entropy[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct secret words = {0};
    struct secret back = {0};
    struct error err = {0};

    (void)state;
    assert_int_equal(secret_words_count(8), 6);
    assert_int_equal(secret_words_count(32), 24);
    secret_words_write(view_of(entropy, sizeof entropy), &words);
    assert_true(view_equal(secret_view(&words), view_of_text("absurd avoid scissors anxiety gather loud")));
    assert_true(secret_words_read(secret_view(&words), sizeof entropy, &back, &err));
    assert_true(view_equal(secret_view(&back), view_of(entropy, sizeof entropy)));
    secret_fini(&words);
    secret_fini(&back);
}

static bool reads(const char *typed, size_t size, struct secret *out, struct error *err)
{
    return secret_words_read(view_of_text(typed), size, out, err);
}

static void test_people_may_type_capitals_four_letters_numbers_and_hyphens(void **state)
{
    static const char *const typed[] = {
        "absurd avoid scissors anxiety gather loud",
        "ABSU AVOI SCIS ANXI GATH LOUD",
        "absurd-avoid-scissors-anxiety-gather-loud",
        " 1. absurd 2. avoid 3. scissors\n4. anxiety\t5. gather 6. loud\r\n",
        "absurd, avoid, scisso, anxiet, gathe, loud.",
        "1 absurd 2 avoid 3 scissors 4 anxiety 5 gather 6 loud",
    };
    static const uint8_t entropy[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    (void)state;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct secret back = {0};
        struct error err = {0};

        assert_true(reads(typed[i], sizeof entropy, &back, &err));
        assert_true(view_equal(secret_view(&back), view_of(entropy, sizeof entropy)));
        secret_fini(&back);
    }
}

static void assert_refused(const char *typed, enum error_code code, const char *sentence)
{
    struct secret out = {0};
    struct error err = {0};

    assert_false(reads(typed, 8, &out, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(err.text, sentence);
    assert_null(out.at);
}

static void test_a_word_that_is_not_in_the_list_is_named_by_its_place(void **state)
{
    (void)state;
    assert_refused("absurd avoid sissors anxiety gather loud", E_WRD_01,
                   "word 3 is not in the list; did you mean \"scissors\"?");
    assert_refused("1. absurd 2. aviod 3. scissors", E_WRD_01, "word 2 is not in the list; did you mean \"avoid\"?");
    assert_refused("absurd avoid scissors anxiety gather qqqqqqqq", E_WRD_01, "word 6 is not in the list");
    assert_refused("absurd avoid scissors anxiety gather loud\xC3\xA9", E_WRD_01,
                   "word 6 is not in the list; did you mean \"loud\"?");
    assert_refused("absurd avoid scissors anxiety gather lou", E_WRD_01,
                   "word 6 is not in the list; did you mean \"loud\"?");
    assert_refused("absurdabsurdabsurd avoid", E_WRD_01, "word 1 is not in the list");
    assert_refused("absurd avoid scissorsx", E_WRD_01, "word 3 is not in the list; did you mean \"scissors\"?");
    assert_refused("absurd;avoid", E_WRD_01, "word 1 is not in the list");
    assert_refused("absurdx avoid scissors anxiety gather loud", E_WRD_01,
                   "word 1 is not in the list; did you mean \"absurd\"?");
}

static void test_another_number_of_words_is_said(void **state)
{
    (void)state;
    assert_refused("", E_WRD_02, "0 words were given, and there are 6");
    assert_refused("absurd avoid scissors anxiety gather", E_WRD_02, "5 words were given, and there are 6");
    assert_refused("absurd avoid scissors anxiety gather loud loud", E_WRD_02, "7 words were given, and there are 6");
}

static void test_words_that_changed_places_or_are_others_do_not_belong_together(void **state)
{
    struct secret out = {0};
    struct error err = {0};

    (void)state;
    assert_refused("avoid absurd scissors anxiety gather loud", E_WRD_03, "the 6 words do not belong together");
    assert_refused("absurd avoid scissors anxiety gather lounge", E_WRD_03, "the 6 words do not belong together");
    assert_false(reads(FIVE("zoo ") FIVE("zoo ") FIVE("zoo ") FIVE("zoo ") "zoo zoo zoo art", 32, &out, &err));
    assert_int_equal(err.code, E_WRD_03);
    assert_null(out.at);
}

/* What a table says by its order and by four letters must hold for each row. */
static void test_the_list_is_ordered_and_four_letters_tell_its_words_apart(void **state)
{
    static const char *const list[] = {
#define SECRET_WORD_ROW(word) word,
#include "crypto/secret_words.def"
#undef SECRET_WORD_ROW
    };
    const size_t count = sizeof list / sizeof list[0];

    (void)state;
    assert_int_equal(count, 2048);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(strlen(list[i]), 3, SECRET_WORDS_LONGEST);
        for (const char *c = list[i]; *c != 0; c++)
            assert_in_range(*c, 'a', 'z');
        if (i > 0) {
            assert_true(strcmp(list[i - 1], list[i]) < 0);
            assert_true(strncmp(list[i - 1], list[i], 4) != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_vectors_are_met_both_ways),
        cmocka_unit_test(test_eight_bytes_are_six_words),
        cmocka_unit_test(test_people_may_type_capitals_four_letters_numbers_and_hyphens),
        cmocka_unit_test(test_a_word_that_is_not_in_the_list_is_named_by_its_place),
        cmocka_unit_test(test_another_number_of_words_is_said),
        cmocka_unit_test(test_words_that_changed_places_or_are_others_do_not_belong_together),
        cmocka_unit_test(test_the_list_is_ordered_and_four_letters_tell_its_words_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
