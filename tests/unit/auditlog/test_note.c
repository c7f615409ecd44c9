/* Signed notes: one spelling only, and no key is ever mistaken for another. */
#include "auditlog/note.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/sign.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* The test vector of C2SP signed-note. */
#define FOO_NAME "example.com/foo"
#define FOO_KEY  "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" /* base64 of type and public key */
#define FOO_TEXT "This is an example message.\n"
#define FOO_LINE                                                                                                       \
    "\xE2\x80\x94 example.com/foo "                                                                                    \
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

static struct verify_key *key_of(const uint8_t public_key[32])
{
    struct verify_key *key;
    struct error err;

    assert_true(verify_key_new(public_key, &key, &err));
    return key;
}

static struct verify_key *foo_key(void)
{
    struct bytes key = {0};
    struct verify_key *out;

    assert_true(text_read_base64(view_of_text(FOO_KEY), &key));
    assert_int_equal(key.size, 33);
    assert_int_equal(key.at[0], NOTE_ED25519);
    out = key_of(key.at + 1);
    bytes_fini(&key);
    return out;
}

static struct sign_key *own_key(uint8_t first)
{
    uint8_t seed[32];

    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(first + i);
    return sign_key_from_seed(seed);
}

static struct verify_key *public_of(const struct sign_key *key)
{
    uint8_t public_key[32];

    sign_key_public(key, public_key);
    return key_of(public_key);
}

static bool opens(const char *note, const char *first_line)
{
    struct error err = {0};
    struct note n;
    bool ok = note_read(view_of_text(note), first_line, &n, &err);

    assert_true(ok || err.code == E_LOG_03);
    return ok;
}

static void test_the_published_note_verifies_with_its_key(void **state)
{
    struct verify_key *key = foo_key();
    struct error err;
    struct note n;

    (void)state;
    assert_true(note_read(view_of_text(FOO_TEXT "\n" FOO_LINE), "This is an example message.", &n, &err));

    assert_true(text_is(n.text, FOO_TEXT));
    assert_int_equal(n.line_count, 1);
    assert_memory_equal(n.lines[0].key_id, "\x53\x0d\x90\x3a", 4);
    assert_int_equal(note_check_key(&n, view_of_text(FOO_NAME), key), NOTE_SIGNED);
    assert_true(note_verify(&n, view_of_text(FOO_NAME), key, &err));
    verify_key_free(key);
}

static void test_a_note_with_another_text_is_forged(void **state)
{
    struct verify_key *key = foo_key();
    struct error err = {0};
    struct note n;

    (void)state;
    assert_true(
        note_read(view_of_text("This is an example massage.\n\n" FOO_LINE), "This is an example massage.", &n, &err));

    assert_int_equal(note_check_key(&n, view_of_text(FOO_NAME), key), NOTE_FORGED);
    assert_false(note_verify(&n, view_of_text(FOO_NAME), key, &err));
    assert_int_equal(err.code, E_LOG_05);
    verify_key_free(key);
}

static void test_a_key_that_did_not_sign_is_no_signer(void **state)
{
    struct verify_key *foo = foo_key();
    struct sign_key *other = own_key(9);
    struct verify_key *public_key = public_of(other);
    struct error err = {0};
    struct note n;

    (void)state;
    assert_true(note_read_any(view_of_text(FOO_TEXT "\n" FOO_LINE), &n, &err));

    assert_int_equal(note_check_key(&n, view_of_text(FOO_NAME), public_key), NOTE_UNSIGNED);
    assert_int_equal(note_check_key(&n, view_of_text("example.com/bar"), foo), NOTE_UNSIGNED);
    assert_false(note_verify(&n, view_of_text("example.com/bar"), foo, &err));
    assert_int_equal(err.code, E_LOG_05);
    verify_key_free(foo);
    verify_key_free(public_key);
    sign_key_free(other);
}

static void test_a_signature_under_another_name_is_no_signature(void **state)
{
    static const char note[] =
        FOO_TEXT "\n\xE2\x80\x94 example.com/bar "
                 "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1"
                 "Yu72IneyaQM=\n";
    struct verify_key *key = foo_key();
    struct error err;
    struct note n;

    (void)state;
    assert_true(note_read_any(view_of_text(note), &n, &err));
    assert_int_equal(note_check_key(&n, view_of_text(FOO_NAME), key), NOTE_UNSIGNED);
    assert_int_equal(note_check_key(&n, view_of_text("example.com/bar"), key), NOTE_UNSIGNED);
    verify_key_free(key);
}

static void test_what_was_signed_verifies_with_one_and_with_two_keys(void **state)
{
    struct sign_key *a = own_key(1);
    struct sign_key *b = own_key(2);
    struct verify_key *public_a = public_of(a);
    struct verify_key *public_b = public_of(b);
    struct bytes note = {0};
    struct view text = view_of_text("refex-succeeds/v1\nngo@nrm.example\n\nwith an empty line\n");
    struct error err;
    struct note n;

    (void)state;
    assert_true(note_sign(&note, text, "nrm.example/ngo", a, &err));
    assert_true(note_sign(&note, text, "nrm.example/ngo", b, &err));
    assert_true(note_read(bytes_view(&note), "refex-succeeds/v1", &n, &err));

    assert_true(view_equal(n.text, text)); /* split at the last empty line */
    assert_int_equal(n.line_count, 2);
    assert_int_equal(note_check_key(&n, view_of_text("nrm.example/ngo"), public_a), NOTE_SIGNED);
    assert_int_equal(note_check_key(&n, view_of_text("nrm.example/ngo"), public_b), NOTE_SIGNED);
    note.at[0] ^= 1;
    assert_int_equal(note_check_key(&n, view_of_text("nrm.example/ngo"), public_a), NOTE_FORGED);
    assert_int_equal(note_check_key(&n, view_of_text("nrm.example/ngo"), public_b), NOTE_FORGED);
    bytes_fini(&note);
    verify_key_free(public_a);
    verify_key_free(public_b);
    sign_key_free(a);
    sign_key_free(b);
}

static void test_a_note_with_another_first_line_is_never_taken(void **state)
{
    (void)state;
    assert_true(opens("refex-keys/v1\nx\n\n" FOO_LINE, "refex-keys/v1"));
    assert_false(opens("refex-keys/v1\nx\n\n" FOO_LINE, "refex-entry/v1"));
    assert_false(opens("refex-keys/v1\nx\n\n" FOO_LINE, "refex-keys/v"));
    assert_false(opens("refex-keys/v1 \nx\n\n" FOO_LINE, "refex-keys/v1"));
    assert_false(opens("\nrefex-keys/v1\nx\n\n" FOO_LINE, "refex-keys/v1"));
    assert_false(opens("Refex-keys/v1\nx\n\n" FOO_LINE, "refex-keys/v1"));
}

static void test_notes_not_written_as_they_must_be_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "a\n\n\n",
        "a\n" FOO_LINE,                               /* no empty line */
        "a\n\n" FOO_LINE "\n",                        /* an empty line at the end */
        "a\n\n" FOO_LINE FOO_LINE,                    /* the same key twice */
        "a\n\n" FOO_LINE "x",                         /* no line feed at the end */
        "a\n\n\xE2\x80\x94 x AAAAAAA=x",              /* the same: another byte */
        "a\r\n\n" FOO_LINE,                           /* a control character */
        "a\tb\n\n" FOO_LINE,                          /* another one */
        "a\xC3\n\n" FOO_LINE,                         /* no UTF-8 */
        "a\n\n- example.com/foo AAAAAAA=\n",          /* a hyphen for the dash */
        "a\n\n\xE2\x80\x94 AAAAAAA=\n",               /* no name */
        "a\n\n\xE2\x80\x94  AAAAAAA=\n",              /* an empty name */
        "a\n\n\xE2\x80\x94 x+y AAAAAAA=\n",           /* '+' in a name */
        "a\n\n\xE2\x80\x94 x\xC2\xA0y AAAAAAA=\n",    /* white space in a name */
        "a\n\n\xE2\x80\x94 x\xE3\x80\x80 AAAAAAA=\n", /* the same */
        "a\n\n\xE2\x80\x94 x\n",                      /* no signature */
        "a\n\n\xE2\x80\x94 x \n",                     /* an empty one */
        "a\n\n\xE2\x80\x94 x AAAAAA==\n",             /* only a key id */
        "a\n\n\xE2\x80\x94 x AAAAAAB=\n",             /* base64 with unused bits set */
        "a\n\n\xE2\x80\x94 x AAAAAAA\n",              /* without padding */
        "a\n\n\xE2\x80\x94 x AAAAAAA= \n",            /* with a space behind */
        "a\n\n\xE2\x80\x94 x AAAAAAA= AAAAAAA=\n",    /* two */
    };

    (void)state;
    assert_true(opens("a\n\n\xE2\x80\x94 x AAAAAAA=\n", "a"));
    assert_true(opens("a\n\n\xE2\x80\x94 x\xC3\xA9 AAAAAAA=\n", "a"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct error err = {0};
        struct note n;

        if (note_read_any(view_of_text(bad[i]), &n, &err))
            fail_msg("note %zu was taken", i);
        assert_int_equal(err.code, E_LOG_03);
    }
}

static void make_with_lines(struct bytes *note, size_t count)
{
    bytes_append_text(note, "a\n\n");
    for (size_t i = 0; i < count; i++)
        bytes_printf(note, "\xE2\x80\x94 name%zu AAAAAAA=\n", i);
}

static void test_sixteen_signatures_are_taken_and_seventeen_are_not(void **state)
{
    struct bytes note = {0};
    struct error err = {0};
    struct note n;

    (void)state;
    make_with_lines(&note, BOUND_NOTE_SIGNATURES);
    assert_true(note_read_any(bytes_view(&note), &n, &err));
    assert_int_equal(n.line_count, BOUND_NOTE_SIGNATURES);
    bytes_clear(&note);
    make_with_lines(&note, BOUND_NOTE_SIGNATURES + 1);
    assert_false(note_read_any(bytes_view(&note), &n, &err));
    bytes_fini(&note);
}

static void test_a_note_over_its_bound_is_refused(void **state)
{
    static const char tail[] = "\n\n\xE2\x80\x94 x AAAAAAA=\n";
    struct bytes note = {0};
    struct error err = {0};
    struct note n;

    (void)state;
    memset(bytes_reserve(&note, BOUND_DIRECTORY), 'a', BOUND_DIRECTORY);
    note.size = BOUND_DIRECTORY - strlen(tail);
    bytes_append_text(&note, tail);
    assert_true(note_read_any(bytes_view(&note), &n, &err));
    note.size -= strlen(tail);
    bytes_append_text(&note, "a");
    bytes_append_text(&note, tail);
    assert_false(note_read_any(bytes_view(&note), &n, &err));
    assert_int_equal(err.code, E_LOG_03);
    bytes_fini(&note);
}

static void test_a_bundle_note_of_an_independent_hand_verifies(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct view text = view_of_text(vectors_text(v, "bundle.note"));
    const char *name = vectors_text(v, "checkpoint.cosigner");
    struct bytes seed = {0};
    struct bytes made = {0};
    struct sign_key *key;
    struct verify_key *public_key;
    struct error err;
    struct note n;

    (void)state;
    vectors_hex(v, "bundle.signer_seed", &seed);
    key = sign_key_from_seed(seed.at);
    public_key = public_of(key);
    assert_true(note_read(text, "refex-keys/v1", &n, &err));

    assert_true(note_verify(&n, view_of_text(name), public_key, &err));
    assert_true(note_sign(&made, n.text, name, key, &err));
    assert_true(view_equal(bytes_view(&made), text)); /* Ed25519 has one signature: the same bytes again */
    bytes_fini(&seed);
    bytes_fini(&made);
    sign_key_free(key);
    verify_key_free(public_key);
    vectors_close(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_note_verifies_with_its_key),
        cmocka_unit_test(test_a_note_with_another_text_is_forged),
        cmocka_unit_test(test_a_key_that_did_not_sign_is_no_signer),
        cmocka_unit_test(test_a_signature_under_another_name_is_no_signature),
        cmocka_unit_test(test_what_was_signed_verifies_with_one_and_with_two_keys),
        cmocka_unit_test(test_a_note_with_another_first_line_is_never_taken),
        cmocka_unit_test(test_notes_not_written_as_they_must_be_are_refused),
        cmocka_unit_test(test_sixteen_signatures_are_taken_and_seventeen_are_not),
        cmocka_unit_test(test_a_note_over_its_bound_is_refused),
        cmocka_unit_test(test_a_bundle_note_of_an_independent_hand_verifies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
