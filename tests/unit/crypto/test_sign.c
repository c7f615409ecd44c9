/* Ed25519: the vectors, key files that are refused, and public keys that are unusable. */
#include "base/file.h"
#include "base/secret.h"
#include "base/text.h"
#include "crypto/certify_pem.h"
#include "crypto/sign.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/refex-test-sign-XXXXXX";
static char path[sizeof folder + 32];
static char other[sizeof folder + 32];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/key.pem", folder);
    (void)snprintf(other, sizeof other, "%s/other.pem", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(other);
    return rmdir(folder);
}

static void write_file(const char *where, const char *text, unsigned mode)
{
    struct error err;

    (void)unlink(where);
    assert_true(file_create(where, view_of_text(text), mode, &err));
}

static void refuse_open(const char *where, enum error_code code)
{
    struct sign_key *k = NULL;
    struct error err = {0};

    assert_false(sign_key_open(where, &k, &err));
    assert_null(k);
    assert_int_equal(err.code, code);
}

/* RFC 8032 7.1, test 2. */
static void test_a_signature_is_the_standards(void **state)
{
    uint8_t seed[SIGN_SEED_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    uint8_t signature[SIGN_SIZE];
    char hex[2 * SIGN_SIZE + 1];
    struct sign_key *k;
    struct verify_key *v = NULL;
    struct error err;

    (void)state;
    assert_true(text_read_hex(view_of_text("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), seed,
                              sizeof seed));
    k = sign_key_from_seed(seed);
    sign_key_public(k, public_key);
    assert_true(sign_text(k, view_of_text("r"), signature, &err));

    text_write_hex(public_key, sizeof public_key, hex);
    assert_string_equal(hex, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    text_write_hex(signature, sizeof signature, hex);
    assert_string_equal(hex, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                             "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assert_true(verify_key_new(public_key, &v, &err));
    assert_true(verify_text(v, view_of_text("r"), signature));
    assert_false(verify_text(v, view_of_text("s"), signature));
    signature[40] ^= 1;
    assert_false(verify_text(v, view_of_text("r"), signature));
    verify_key_free(v);
    sign_key_free(k);
}

static void test_the_vectors_key_is_ours(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes seed = {0};
    struct bytes expected = {0};
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct sign_key *k;

    (void)state;
    vectors_hex(v, "checkpoint.seed", &seed);
    vectors_hex(v, "checkpoint.public", &expected);
    k = sign_key_from_seed(seed.at);
    sign_key_public(k, public_key);
    assert_memory_equal(public_key, expected.at, SIGN_PUBLIC_SIZE);
    sign_key_free(k);
    bytes_fini(&seed);
    bytes_fini(&expected);
    vectors_close(v);
}

static void test_a_saved_key_signs_as_before_and_is_never_written_over(void **state)
{
    struct sign_key *k = sign_key_new();
    struct sign_key *again = NULL;
    uint8_t a[SIGN_SIZE];
    uint8_t b[SIGN_SIZE];
    struct stat st;
    struct error err = {0};

    (void)state;
    assert_true(sign_key_save(k, path, &err));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(sign_key_open(path, &again, &err));
    assert_true(sign_text(k, view_of_text("x"), a, &err));
    assert_true(sign_text(again, view_of_text("x"), b, &err));
    assert_memory_equal(a, b, SIGN_SIZE);

    assert_false(sign_key_save(again, path, &err));
    assert_int_equal(err.code, E_KEY_04);
    sign_key_free(again);
    again = NULL;
    assert_true(sign_key_open(path, &again, &err)); /* the file is still there */
    sign_key_free(again);
    sign_key_free(k);
}

static void test_a_key_comes_from_a_store_by_its_uri(void **state)
{
    char uri[sizeof path + 8];
    struct sign_key *k = sign_key_new();
    struct sign_key *again = NULL;
    uint8_t a[SIGN_PUBLIC_SIZE];
    uint8_t b[SIGN_PUBLIC_SIZE];
    struct error err = {0};

    (void)state;
    (void)unlink(path);
    assert_true(sign_key_save(k, path, &err));
    (void)snprintf(uri, sizeof uri, "file:%s", path);
    assert_true(sign_key_open(uri, &again, &err));
    sign_key_public(k, a);
    sign_key_public(again, b);
    assert_memory_equal(a, b, sizeof a);
    sign_key_free(again);
    sign_key_free(k);
    refuse_open("nosuchtoken:object=identity", E_KEY_16);
    assert_false(sign_key_open("pkcs11:object=identity?pin-value=1234", &again, &err));
    assert_int_equal(err.code, E_KEY_16);
    assert_non_null(strstr(err.text, "pkcs11-provider"));
    assert_null(strstr(err.text, "1234"));
}

static void test_a_key_file_that_others_can_read_is_refused(void **state)
{
    struct sign_key *k = sign_key_new();
    struct error err = {0};

    (void)state;
    (void)unlink(path);
    assert_true(sign_key_save(k, path, &err));
    assert_int_equal(chmod(path, 0640), 0);
    refuse_open(path, E_KEY_02);
    sign_key_free(k);
}

/* A stick may know no owners: who can read the file matters where nothing else protects the key. */
static void test_a_key_under_a_passphrase_opens_with_it_alone(void **state)
{
    const struct view right = view_of_text("seven maples");
    struct sign_key *k = sign_key_new();
    struct sign_key *again = NULL;
    uint8_t a[SIGN_PUBLIC_SIZE];
    uint8_t b[SIGN_PUBLIC_SIZE];
    char uri[sizeof path + 8];
    struct error err = {0};
    bool is_plain;

    (void)state;
    (void)unlink(path);
    assert_true(sign_key_save_under(k, right, path, &err));
    assert_true(sign_key_is_plain(path, &is_plain, &err));
    assert_false(is_plain);
    refuse_open(path, E_KEY_20);
    assert_false(sign_key_open_under(path, view_of_text("seven maple"), &again, &err));
    assert_int_equal(err.code, E_KEY_05);
    assert_int_equal(chmod(path, 0644), 0);
    assert_true(sign_key_open_under(path, right, &again, &err));
    sign_key_public(k, a);
    sign_key_public(again, b);
    assert_memory_equal(a, b, sizeof a);
    sign_key_free(again);
    (void)snprintf(uri, sizeof uri, "file:%s", path);
    refuse_open(uri, E_KEY_20); /* a token that wants its PIN */
    assert_true(sign_key_open_under(uri, right, &again, &err));
    sign_key_free(again);
    sign_key_free(k);
}

/* RFC 7914: SEQUENCE { salt, N, r, p }. A passphrase that is guessed takes as long as these say. */
static void test_a_passphrase_is_stretched_by_what_stands_in_the_file(void **state)
{
    static const uint8_t scrypt_oid[] = {0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b, 0x30};
    static const uint8_t costs[] = {0x02, 0x02, 0x40, 0x00, 0x02, 0x01, 0x08, 0x02, 0x01, 0x05}; /* 16,384, 8, 5 */
    struct sign_key *k = sign_key_new();
    struct bytes file = {0};
    struct bytes der = {0};
    const uint8_t *at;
    struct error err;
    struct view text;

    (void)state;
    (void)unlink(path);
    assert_true(sign_key_save_under(k, view_of_text("seven maples"), path, &err));
    assert_true(file_read(path, 8192, &file, &err));
    text = bytes_view(&file);
    assert_true(certify_next_pem("ENCRYPTED PRIVATE KEY", &text, &der));
    at = memmem(der.at, der.size, scrypt_oid, sizeof scrypt_oid);
    assert_non_null(at);
    at += sizeof scrypt_oid;
    assert_true((size_t)(der.at + der.size - at) > 3 + 16 + sizeof costs);
    assert_int_equal(at[1], 0x04); /* behind the length: the salt, of 16 bytes */
    assert_int_equal(at[2], 16);
    assert_memory_equal(at + 3 + 16, costs, sizeof costs);
    assert_int_equal(at[0], 2 + 16 + sizeof costs); /* and nothing else stands there */
    bytes_fini(&file);
    bytes_fini(&der);
    sign_key_free(k);
}

static void test_a_key_is_put_under_another_passphrase_whole_or_not_at_all(void **state)
{
    const struct view old = view_of_text("one");
    const struct view new = view_of_text("two");
    struct sign_key *k = sign_key_new();
    struct sign_key *again = NULL;
    char left[sizeof path + 4];
    struct error err = {0};

    (void)state;
    (void)unlink(path);
    assert_true(sign_key_save_under(k, old, path, &err));
    (void)snprintf(left, sizeof left, "%s.new", path);
    write_file(left, "a change that was cut short", 0600);
    assert_true(sign_key_put_under(k, new, path, &err));
    assert_false(file_exists(left));
    assert_false(sign_key_open_under(path, old, &again, &err));
    assert_true(sign_key_open_under(path, new, &again, &err));
    sign_key_free(again);
    sign_key_free(k);
}

static void test_what_is_no_key_of_ours_is_refused(void **state)
{
    (void)state;
    refuse_open("/tmp/refex-there-is-no-such-key.pem", E_KEY_01);
    write_file(other, "no key at all\n", 0600);
    refuse_open(other, E_KEY_03);
    write_file(other,
               "-----BEGIN PRIVATE KEY-----\n"
               "MC4CAQAwBQYDK2VuBCIEIEBBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f\n"
               "-----END PRIVATE KEY-----\n",
               0600); /* X25519 */
    refuse_open(other, E_KEY_03);
}

static void test_the_key_for_the_link_is_pkcs8(void **state)
{
    static const uint8_t begin[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                    0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20}; /* RFC 8410 7 */
    uint8_t seed[SIGN_SEED_SIZE] = {1, 2, 3};
    struct sign_key *k = sign_key_from_seed(seed);
    struct secret der = {0};
    struct error err = {0};

    (void)state;
    assert_true(sign_key_der(k, &der, &err));
    assert_int_equal(der.size, sizeof begin + sizeof seed);
    assert_memory_equal(der.at, begin, sizeof begin);
    assert_memory_equal(der.at + sizeof begin, seed, sizeof seed);
    secret_fini(&der);
    sign_key_free(k);
}

/* With the neutral point as the public key, R = S·B holds for every text: one signature would be valid for all. */
static void test_a_key_under_which_every_text_is_signed_is_refused(void **state)
{
    uint8_t neutral[SIGN_PUBLIC_SIZE] = {1};
    uint8_t order_2[SIGN_PUBLIC_SIZE];
    struct verify_key *v = NULL;
    struct error err = {0};

    (void)state;
    memset(order_2, 0xff, sizeof order_2);
    order_2[0] = 0xec;
    order_2[31] = 0x7f;
    assert_false(verify_key_new(neutral, &v, &err));
    assert_int_equal(err.code, E_KEY_13);
    neutral[31] = 0x80;
    assert_false(verify_key_new(neutral, &v, &err));
    assert_false(verify_key_new(order_2, &v, &err));
    assert_null(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signature_is_the_standards),
        cmocka_unit_test(test_the_vectors_key_is_ours),
        cmocka_unit_test(test_a_saved_key_signs_as_before_and_is_never_written_over),
        cmocka_unit_test(test_a_key_comes_from_a_store_by_its_uri),
        cmocka_unit_test(test_a_key_file_that_others_can_read_is_refused),
        cmocka_unit_test(test_a_key_under_a_passphrase_opens_with_it_alone),
        cmocka_unit_test(test_a_passphrase_is_stretched_by_what_stands_in_the_file),
        cmocka_unit_test(test_a_key_is_put_under_another_passphrase_whole_or_not_at_all),
        cmocka_unit_test(test_what_is_no_key_of_ours_is_refused),
        cmocka_unit_test(test_the_key_for_the_link_is_pkcs8),
        cmocka_unit_test(test_a_key_under_which_every_text_is_signed_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
