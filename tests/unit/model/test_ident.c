/* Names, origins and fingerprints: what is valid, and what only looks like it. */
#include "base/text.h"
#include "fake_clock.h"
#include "model/ident.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct federation nrm(void)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct federation f = {"nrm.example", {{0}}};

    assert_true(text_read_hex(view_of_text(vectors_text(v, "fid.fid")), f.fid.at, HASH_SIZE));
    vectors_close(v);
    return f;
}

static struct address address_of(const char *text)
{
    struct address a;

    assert_true(address_read(view_of_text(text), &a));
    return a;
}

static void test_full_addresses_are_taken_apart(void **state)
{
    struct address a = address_of("shelter-2@nrm.example");

    (void)state;
    assert_string_equal(a.text, "shelter-2@nrm.example");
    assert_true(text_is(address_agency(&a), "shelter-2"));
    assert_string_equal(address_federation(&a), "nrm.example");
    assert_true(text_is(address_view(&a), "shelter-2@nrm.example"));
}

static void test_a_desk_is_what_stands_before_the_first_dot(void **state)
{
    static const struct {
        const char *text;
        const char *desk;
        const char *agency;
    } good[] = {
        {"legal.mission@nrm.example", "legal", "mission@nrm.example"},
        {"legal.mission", "legal", "mission"},
        {"mission@nrm.example", "", "mission@nrm.example"},
        {"mission", "", "mission"},
        {"", "", ""},
        {"a.b.c", "a", "b.c"},
    };
    static const char *const bad[] = {".mission", "Legal.mission", "le gal.mission", "-a.mission"};
    struct view agency;
    struct view desk;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(desk_address_split(view_of_text(good[i].text), &desk, &agency));
        assert_true(text_is(desk, good[i].desk) && text_is(agency, good[i].agency));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(desk_address_split(view_of_text(bad[i]), &desk, &agency));
}

static void test_what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "shelter",
        "@",
        "shelter@",
        "@nrm.example",
        "Shelter@nrm.example",
        "shelter@NRM.example",
        "-a@nrm.example",
        "a_b@nrm.example",
        "labour.brest@nrm.example",
        "shelter@nrm..example",
        "shelter@.nrm",
        "shelter@nrm.",
        "shelter@nrm-.example",
        "shelter@-nrm.example",
        "shelter@nrm@example",
        " shelter@nrm.example",
        "shelter@nrm.example ",
        "sh\xC3\xA9lter@nrm.example",
        "shelter@nrm.example/1",
    };
    struct address a = {"kept"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (address_read(view_of_text(bad[i]), &a))
            fail_msg("\"%s\" was taken", bad[i]);
    assert_false(address_read(view_of("a@b\0", 4), &a));
    assert_string_equal(a.text, "kept");
}

static void test_names_are_taken_at_their_bound_and_not_over_it(void **state)
{
    char name[BOUND_FEDERATION + 2];

    (void)state;
    memset(name, 'a', sizeof name);
    assert_true(agency_name_ok(view_of(name, BOUND_AGENCY)));
    assert_false(agency_name_ok(view_of(name, BOUND_AGENCY + 1)));
    assert_true(federation_name_ok(view_of(name, 63)));
    assert_false(federation_name_ok(view_of(name, 64)));
    for (size_t i = 63; i < sizeof name; i += 64)
        name[i] = '.';
    assert_true(federation_name_ok(view_of(name, BOUND_FEDERATION)));
    assert_false(federation_name_ok(view_of(name, BOUND_FEDERATION + 1)));
}

/* A URI's host is a federation or a label, never both. */
static void test_a_label_is_26_letters_and_no_federation(void **state)
{
    struct fake_random random;
    struct label a;
    struct label b;

    (void)state;
    fake_random_init(&random, 7);
    label_random(&random.random, &a);
    label_random(&random.random, &b);
    assert_string_not_equal(a.text, b.text);
    assert_true(label_read(view_of_text(a.text), &b));
    assert_string_equal(a.text, b.text);
    assert_false(federation_name_ok(view_of_text(a.text)));
    assert_false(label_read(view_of(a.text, LABEL_SIZE - 1), &b));
    assert_true(federation_name_ok(view_of(a.text, LABEL_SIZE - 1)) || (a.text[0] >= '2' && a.text[0] <= '7'));
    assert_false(label_read(view_of_text("abcdefghijklmnopqrstuvwxy1"), &b));
    assert_false(label_read(view_of_text("abcdefghijklmnopqrstuvwxyZ"), &b));
    assert_false(label_read(view_of_text("abcdefghijklm.opqrstuvwxyz"), &b));
    assert_true(federation_name_ok(view_of_text("abcdefghijklm.opqrstuvwxyz")));
}

static void test_the_short_form_is_of_the_own_federation(void **state)
{
    struct address a = {""};
    struct error err = {0};

    (void)state;
    assert_true(address_read_short(view_of_text("shelter"), "nrm.example", &a, &err));
    assert_string_equal(a.text, "shelter@nrm.example");
    assert_true(address_read_short(view_of_text("shelter@eu.example"), "nrm.example", &a, &err));
    assert_string_equal(a.text, "shelter@eu.example");
    assert_false(address_read_short(view_of_text("Shelter"), "nrm.example", &a, &err));
    assert_int_equal(err.code, E_NAM_01);
    assert_false(address_read_short(view_of_text("shelter"), "", &a, &err));
    assert_int_equal(err.code, E_NAM_02);
    assert_string_equal(a.text, "shelter@eu.example");
}

static void test_origins_are_read_as_they_are_written(void **state)
{
    struct federation f = nrm();
    struct address ngo = address_of("ngo@nrm.example");
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    char origin[ORIGIN_MAX];
    uint32_t incarnation = 0;
    bool house = true;

    (void)state;
    origin_write(&f, &ngo, 1, false, origin);
    assert_string_equal(origin, vectors_text(v, "checkpoint.origin"));
    assert_true(origin_read(view_of_text(origin), &f, &ngo, &incarnation, &house));
    assert_int_equal(incarnation, 1);
    assert_false(house);
    origin_write(&f, &ngo, UINT32_MAX, true, origin);
    assert_string_equal(origin, "nrm.example/824c89aa8efb95ef/ngo/4294967295/house");
    assert_true(origin_read(view_of_text(origin), &f, &ngo, &incarnation, &house));
    assert_true(incarnation == UINT32_MAX && house);
    note_key_name(&f, &ngo, origin);
    assert_string_equal(origin, "nrm.example/824c89aa8efb95ef/ngo");
    vectors_close(v);
}

static void test_origins_of_others_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "nrm.example/824c89aa8efb95ef/ngo",
        "nrm.example/824c89aa8efb95ef/ngo/",
        "nrm.example/824c89aa8efb95ef/ngo/0",
        "nrm.example/824c89aa8efb95ef/ngo/01",
        "nrm.example/824c89aa8efb95ef/ngo/4294967296",
        "nrm.example/824c89aa8efb95ef/ngo/1/",
        "nrm.example/824c89aa8efb95ef/ngo/1/House",
        "nrm.example/824c89aa8efb95ef/ngo/1/house/",
        "nrm.example/824c89aa8efb95ef/ngo-2/1",
        "nrm.example/824c89aa8efb95ee/ngo/1",
        "nrm.examplf/824c89aa8efb95ef/ngo/1",
        "x/nrm.example/824c89aa8efb95ef/ngo/1",
    };
    struct federation f = nrm();
    struct address ngo = address_of("ngo@nrm.example");
    uint32_t incarnation = 7;
    bool house = true;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (origin_read(view_of_text(bad[i]), &f, &ngo, &incarnation, &house))
            fail_msg("\"%s\" was taken", bad[i]);
    assert_true(incarnation == 7 && house);
}

static void test_the_fingerprint_is_that_of_an_independent_hand(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct federation f = nrm();
    struct hash zeros = {{0}};
    struct hash back = {{1}};
    char text[FINGERPRINT_TEXT];

    (void)state;
    fingerprint_write(&f.fid, text);
    assert_string_equal(text, vectors_text(v, "fid.fingerprint"));
    assert_true(fingerprint_read(view_of_text(text), &back));
    assert_true(hash_equal(&back, &f.fid));
    fingerprint_write(&zeros, text);
    assert_string_equal(text, vectors_text(v, "fid.fingerprint_of_zeros"));
    assert_true(fingerprint_read(view_of_text(text), &back));
    assert_true(hash_equal(&back, &zeros));
    vectors_close(v);
}

static void test_a_fingerprint_is_read_without_regard_to_case_and_spaces(void **state)
{
    struct federation f = nrm();
    struct hash back;

    (void)state;
    assert_true(
        fingerprint_read(view_of_text("qjgi tkuo 7ok6 74e3 ctnc rswm rfhg fm4s w2zg tbqd nzlu moo5 va6z 3tam"), &back));
    assert_true(hash_equal(&back, &f.fid));
    assert_true(fingerprint_read(view_of_text("QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAM"), &back));
    assert_true(hash_equal(&back, &f.fid));
}

static void test_one_wrong_character_anywhere_is_noticed(void **state)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char text[] = "QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAM";
    struct hash back;

    (void)state;
    for (size_t i = 0; i < strlen(text); i++) {
        char right = text[i];

        for (size_t d = 0; d < 32; d++) {
            text[i] = digits[d];
            if (digits[d] != right && fingerprint_read(view_of_text(text), &back))
                fail_msg("place %zu: %c was taken for %c", i, digits[d], right);
        }
        text[i] = right;
    }
}

static void test_two_neighbours_in_the_wrong_order_are_noticed(void **state)
{
    char text[] = "QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAM";
    struct hash back;

    (void)state;
    for (size_t i = 0; i + 1 < strlen(text); i++) {
        char a = text[i];
        char b = text[i + 1];

        text[i] = b;
        text[i + 1] = a;
        /* Luhn cannot tell the lowest value from the highest: A and 7. */
        if (a != b && !((a == 'A' && b == '7') || (a == '7' && b == 'A')))
            assert_false(fingerprint_read(view_of_text(text), &back));
        text[i] = a;
        text[i + 1] = b;
    }
}

static void test_what_is_no_fingerprint_is_refused(void **state)
{
    struct hash back = {{9}};

    (void)state;
    assert_false(fingerprint_read(view_of_text(""), &back));
    assert_false(fingerprint_read(view_of_text("QJGI"), &back));
    assert_false(fingerprint_read(view_of_text("QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TA"), &back));
    assert_false(fingerprint_read(view_of_text("QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAMA"), &back));
    assert_false(fingerprint_read(view_of_text("0JGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAM"), &back));
    assert_false(fingerprint_read(view_of_text("QJGITKUO7OK674E3CTNCRSWMRFHGFM4SW2ZGTBQDNZLUMOO5VA6Z3TAM!"), &back));
    assert_int_equal(back.at[0], 9);
}

static void test_unused_bits_of_a_fingerprint_must_be_zero(void **state)
{
    char text[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct hash back;

    (void)state;
    assert_true(fingerprint_read(view_of_text(text), &back));
    text[54] = 'B'; /* the last of the 52: its check character is -(2 x 1) mod 32 = 30 = '6' */
    text[55] = '6';
    assert_false(fingerprint_read(view_of_text(text), &back));
    text[54] = 'Q'; /* 16: the one bit of it that is used; 2 x 16 = 1 x 32 + 0, and -1 mod 32 = 31 = '7' */
    text[55] = '7';
    assert_true(fingerprint_read(view_of_text(text), &back));
    assert_int_equal(back.at[31], 1);
}

static void test_message_ids_begin_with_their_time(void **state)
{
    struct fake_random random;
    struct ident id;
    struct ident other;
    char text[IDENT_TEXT];

    (void)state;
    fake_random_init(&random, 3);
    ident_for_message(&random.random, INT64_C(0x01a1ee565e00), &id);
    ident_for_message(&random.random, INT64_C(0x01a1ee565e00), &other);

    assert_memory_equal(id.at, "\x01\xa1\xee\x56\x5e\x00", 6);
    assert_memory_equal(id.at, other.at, 6);
    assert_false(ident_equal(&id, &other));
    ident_write(&id, text);
    assert_true(ident_read(view_of_text(text), &other));
    assert_true(ident_equal(&id, &other));
    text[31] = 'G';
    assert_false(ident_read(view_of_text(text), &other));
    assert_false(ident_read(view_of_text("00"), &other));
    assert_false(ident_is_zero(&id));
    ident_random(&random.random, &other);
    assert_false(ident_is_zero(&other));
}

static void test_the_ids_that_begin_so_are_a_range(void **state)
{
    char text[IDENT_TEXT];
    struct ident first;
    struct ident last;

    (void)state;
    assert_true(ident_read_range(view_of_text("4f0"), &first, &last));
    ident_write(&first, text);
    assert_string_equal(text, "4f000000000000000000000000000000");
    ident_write(&last, text);
    assert_string_equal(text, "4f0fffffffffffffffffffffffffffff");
    assert_true(ident_read_range(view_of_text(text), &first, &last));
    assert_true(ident_equal(&first, &last));
    assert_false(ident_read_range(view_of_text("4f000000000000000000000000000000f"), &first, &last));
    assert_false(ident_read_range(view_of_text("4g"), &first, &last));
    assert_false(ident_read_range(view_of_text("4f "), &first, &last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_addresses_are_taken_apart),
        cmocka_unit_test(test_a_desk_is_what_stands_before_the_first_dot),
        cmocka_unit_test(test_what_is_no_address_is_refused),
        cmocka_unit_test(test_names_are_taken_at_their_bound_and_not_over_it),
        cmocka_unit_test(test_a_label_is_26_letters_and_no_federation),
        cmocka_unit_test(test_the_short_form_is_of_the_own_federation),
        cmocka_unit_test(test_origins_are_read_as_they_are_written),
        cmocka_unit_test(test_origins_of_others_are_refused),
        cmocka_unit_test(test_the_fingerprint_is_that_of_an_independent_hand),
        cmocka_unit_test(test_a_fingerprint_is_read_without_regard_to_case_and_spaces),
        cmocka_unit_test(test_one_wrong_character_anywhere_is_noticed),
        cmocka_unit_test(test_two_neighbours_in_the_wrong_order_are_noticed),
        cmocka_unit_test(test_what_is_no_fingerprint_is_refused),
        cmocka_unit_test(test_unused_bits_of_a_fingerprint_must_be_zero),
        cmocka_unit_test(test_message_ids_begin_with_their_time),
        cmocka_unit_test(test_the_ids_that_begin_so_are_a_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
