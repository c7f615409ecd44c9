#include "codec/folding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void add_word(void *cookie, struct view word)
{
    bytes_append_view(cookie, word);
    bytes_append_u8(cookie, ' ');
}

/* The words of TEXT, each with a blank behind it. */
static void fold(const char *text, struct bytes *out)
{
    bytes_clear(out);
    folding_each_word(view_of_text(text), add_word, out);
    bytes_append_u8(out, 0);
}

static void assert_folded(const char *text, const char *wanted)
{
    struct bytes got = {0};

    fold(text, &got);
    assert_string_equal((const char *)got.at, wanted);
    bytes_fini(&got);
}

static void test_one_name_has_one_form_in_each_alphabet_and_spelling(void **state)
{
    static const char *const same[][6] = {
        {"Olena", "Олена", "OLENA", "олена"},
        {"Łukasz", "Lukasz", "Lukash", "Лукаш"},
        {"Fedor", "Фёдор", "Федор"},
        {"Yıldız", "YILDIZ", "yildiz", "Йылдыз"},
        {"Ayşe", "Aishe", "Айше"},
        {"Mykhailo", "Mihajlo", "Михайло"},
        {"Ganna", "Hanna", "Ганна"},
        {"Nataliia", "Natalia", "Natalija", "Наталія", "Наталья"},
        {"Yevhen", "Ievgen", "Євген"},
        {"Юлія", "Yuliia", "Julia", "Юлия"},
        {"Щербань", "Shcherban", "Szczerbań"},
        {"Зоўчанка", "Zouchanka", "Zoŭčanka"},
        {"Mar'yana", "Mar’iana", "Мар'яна", "Мар’яна"},
        {"Żaneta", "Zhaneta", "Жанета"},
        {"Güneş", "Gunes"},
        {"Ґжицький", "Gzhytskyi", "Gżycki"},
        {"Xenia", "Ksenia", "Ксенія", "Ксения"},
    };
    struct bytes first = {0};
    struct bytes other = {0};

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        fold(same[i][0], &first);
        for (size_t k = 1; k < 6 && same[i][k] != NULL; k++) {
            fold(same[i][k], &other);
            assert_string_equal((const char *)other.at, (const char *)first.at);
        }
    }
    bytes_fini(&first);
    bytes_fini(&other);
}

static void test_words_end_at_what_is_no_letter_or_digit(void **state)
{
    (void)state;
    assert_folded("Anna-Maria  de la Cruz, 2", "ana maria de la cruz 2 ");
    assert_folded("+380 50 111-22-33", "380 50 111 22 33 ");
    assert_folded("\xff\xfe"
                  "Eva\x80"
                  "Nova",
                  "eva nova ");
    assert_folded("", "");
    assert_folded(" - ", "");
    assert_folded("ьЪ'", "");
    assert_folded("\u00c9va e\u0301va", "eva eva ");
    assert_folded("\u10dc\u10d8\u10dc\u10dd", "\u10dc\u10d8\u10dc\u10dd "); /* of another alphabet: as it is */
    assert_folded("1100", "1100 ");
}

static void test_a_long_word_is_kept_to_its_bound_and_no_character_is_cut(void **state)
{
    struct bytes text = {0};
    struct bytes got = {0};

    (void)state;
    for (int i = 0; i < 200; i++)
        bytes_append_text(&text, i % 2 == 0 ? "a" : "b");
    bytes_append_u8(&text, 0);
    fold((const char *)text.at, &got);
    assert_int_equal(got.size, FOLDED_WORD_MAX + 2);
    bytes_clear(&text);
    bytes_append_text(&text, "a");
    for (int i = 0; i < 50; i++)
        bytes_append_text(&text, i % 2 == 0 ? "\u10dc" : "\u10d8");
    bytes_append_u8(&text, 0);
    fold((const char *)text.at, &got);
    assert_int_equal(got.size, FOLDED_WORD_MAX - 1 + 2); /* 31: ten of three bytes, and one */
    bytes_fini(&text);
    bytes_fini(&got);
}

static void assert_begins(const char *word, const char *typed, bool wanted)
{
    struct bytes one = {0};
    struct bytes other = {0};

    fold(word, &one);
    fold(typed, &other);
    assert_int_equal(folding_begins(view_of(one.at, one.size - 2), view_of(other.at, other.size - 2)), wanted);
    bytes_fini(&one);
    bytes_fini(&other);
}

static void test_the_beginning_of_a_word_is_found_also_in_the_middle_of_two_letters(void **state)
{
    (void)state;
    assert_begins("Олена", "Ol", true);
    assert_begins("Олена", "olena", true);
    assert_begins("Олена", "olenan", false);
    assert_begins("Олена", "len", false);
    assert_begins("Mikhail", "Mik", true);
    assert_begins("Михаил", "Mik", true);
    assert_begins("Kutsenko", "Kut", true);
    assert_begins("Куценко", "Kut", true);
    assert_begins("Куценко", "Kus", false);
    assert_begins("Shevchenko", "Sh", true);
    assert_begins("Шевченко", "S", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_name_has_one_form_in_each_alphabet_and_spelling),
        cmocka_unit_test(test_words_end_at_what_is_no_letter_or_digit),
        cmocka_unit_test(test_a_long_word_is_kept_to_its_bound_and_no_character_is_cut),
        cmocka_unit_test(test_the_beginning_of_a_word_is_found_also_in_the_middle_of_two_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
