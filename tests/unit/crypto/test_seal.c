/* HPKE against the vectors of RFC 9180, envelopes against those of docs/PROTOCOL.md 6, and what must be refused. */
#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "crypto/seal_test.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static struct bytes hex(const struct vectors *v, const char *fmt, size_t i)
{
    struct bytes b = {0};
    char path[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(path, sizeof path, fmt, i);
#pragma GCC diagnostic pop
    vectors_hex(v, path, &b);
    return b;
}

static void check_encryption(const struct vectors *v, size_t i, struct seal_sender *s, struct seal_recipient *o)
{
    struct bytes aad = hex(v, "vectors.0.encryptions.%zu.aad", i);
    struct bytes plain = hex(v, "vectors.0.encryptions.%zu.pt", i);
    struct bytes sealed = hex(v, "vectors.0.encryptions.%zu.ct", i);
    struct bytes out = {0};
    struct error err = {0};

    assert_true(seal_sender_seal(s, (uint32_t)i, bytes_view(&aad), bytes_view(&plain), &out, &err));
    assert_true(view_equal(bytes_view(&out), bytes_view(&sealed)));
    bytes_clear(&out);
    assert_true(seal_recipient_open(o, (uint32_t)i, bytes_view(&aad), bytes_view(&sealed), &out, &err));
    assert_true(view_equal(bytes_view(&out), bytes_view(&plain)));

    bytes_fini(&aad);
    bytes_fini(&plain);
    bytes_fini(&sealed);
    bytes_fini(&out);
}

static void test_sealing_is_rfc_9180(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/hpke_x25519_sha256_aes256gcm.json");
    size_t count = vectors_count(v, "vectors.0.encryptions");
    struct bytes info = hex(v, "vectors.0.info", 0);
    struct bytes ephemeral = hex(v, "vectors.0.skEm", 0);
    struct bytes recipient = hex(v, "vectors.0.skRm", 0);
    struct bytes public_key = hex(v, "vectors.0.pkRm", 0);
    struct bytes expected = hex(v, "vectors.0.enc", 0);
    struct seal_key *key = seal_key_from_raw(recipient.at);
    struct seal_sender *s = NULL;
    struct seal_recipient *o = NULL;
    uint8_t enc[SEAL_ENC_SIZE];
    struct error err = {0};

    (void)state;
    assert_int_equal(vectors_number(v, "vectors.0.mode"), 0);
    assert_int_equal(vectors_number(v, "vectors.0.aead_id"), 2);
    assert_int_equal(count, 257);
    assert_true(seal_sender_new_fixed(ephemeral.at, public_key.at, bytes_view(&info), enc, &s, &err));
    assert_memory_equal(enc, expected.at, SEAL_ENC_SIZE);
    assert_true(seal_recipient_new(key, enc, bytes_view(&info), &o, &err));
    for (size_t i = 0; i < count; i++)
        check_encryption(v, i, s, o);

    seal_sender_free(s);
    seal_recipient_free(o);
    seal_key_free(key);
    bytes_fini(&info);
    bytes_fini(&ephemeral);
    bytes_fini(&recipient);
    bytes_fini(&public_key);
    bytes_fini(&expected);
    vectors_close(v);
}

/* length ‖ Content ‖ zeros up to the bucket: the codec's work, done by hand here. */
static struct bytes pad(const struct bytes *content, size_t size)
{
    struct bytes b = {0};

    bytes_append_u32(&b, (uint32_t)content->size);
    bytes_append_view(&b, bytes_view(content));
    memset(bytes_reserve(&b, size - b.size), 0, size - b.size);
    b.size = size;
    return b;
}

static void test_an_envelope_is_as_in_the_vectors(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct bytes fid = hex(v, "fid.fid", 0);
    struct bytes secret_key = hex(v, "envelope.recipient_sk", 0);
    struct bytes public_key = hex(v, "envelope.recipient_pk", 0);
    struct bytes ephemeral = hex(v, "envelope.ephemeral_sk", 0);
    struct bytes expected_id = hex(v, "envelope.sealing_key_id", 0);
    struct bytes expected_info = hex(v, "envelope.info", 0);
    struct bytes header = hex(v, "envelope.header", 0);
    struct bytes content = hex(v, "envelope.content", 0);
    struct bytes envelope = hex(v, "envelope.envelope", 0);
    struct bytes plain = pad(&content, (size_t)vectors_number(v, "envelope.plaintext_length"));
    struct bytes info = {0};
    struct bytes aad = {0};
    struct bytes out = {0};
    struct hash f;
    struct ident id;
    struct seal_parties parties = {.suite = SEAL_SUITE,
                                   .sender_fid = &f,
                                   .recipient_fid = &f,
                                   .sender = view_of_text("ngo@nrm.example"),
                                   .recipient = view_of_text("mission@nrm.example"),
                                   .key = &id};
    struct seal_sender *s = NULL;
    struct seal_recipient *o = NULL;
    struct seal_key *key = seal_key_from_raw(secret_key.at);
    uint8_t enc[SEAL_ENC_SIZE];
    uint8_t derived[SEAL_PUBLIC_SIZE];
    struct error err = {0};

    (void)state;
    memcpy(f.at, fid.at, HASH_SIZE);
    seal_key_public(key, derived);
    assert_memory_equal(derived, public_key.at, SEAL_PUBLIC_SIZE);
    seal_key_id(SEAL_SUITE, public_key.at, &id);
    assert_memory_equal(id.at, expected_id.at, IDENT_SIZE);
    seal_info(&parties, &info);
    assert_true(view_equal(bytes_view(&info), bytes_view(&expected_info)));

    assert_true(seal_sender_new_fixed(ephemeral.at, public_key.at, bytes_view(&info), enc, &s, &err));
    seal_aad(bytes_view(&header), &aad);
    assert_true(seal_sender_seal(s, (uint32_t)vectors_number(v, "envelope.sequence"), bytes_view(&aad),
                                 bytes_view(&plain), &out, &err));
    assert_true(out.size < envelope.size); /* the envelope ends with its ciphertext */
    assert_memory_equal(out.at, envelope.at + envelope.size - out.size, out.size);

    assert_true(seal_recipient_new(key, enc, bytes_view(&info), &o, &err));
    bytes_clear(&aad);
    seal_aad(bytes_view(&header), &aad);
    struct bytes opened = {0};
    assert_true(seal_recipient_open(o, 1, bytes_view(&aad), bytes_view(&out), &opened, &err));
    assert_true(view_equal(bytes_view(&opened), bytes_view(&plain)));

    seal_sender_free(s);
    seal_recipient_free(o);
    seal_key_free(key);
    struct bytes *all[] = {&fid,     &secret_key, &public_key, &ephemeral, &expected_id, &expected_info, &header,
                           &content, &envelope,   &plain,      &info,      &aad,         &out,           &opened};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        bytes_fini(all[i]);
    vectors_close(v);
}

/* A recipient with the contexts that seal to it and open. */
struct pair {
    struct seal_key *key;
    struct seal_sender *sender;
    struct seal_recipient *recipient_ctx;
    uint8_t enc[SEAL_ENC_SIZE];
};

static int make_pair(void **state)
{
    static struct pair p;
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct error err;

    p.key = seal_key_new();
    seal_key_public(p.key, public_key);
    if (!seal_sender_new(public_key, view_of_text("info"), p.enc, &p.sender, &err) ||
        !seal_recipient_new(p.key, p.enc, view_of_text("info"), &p.recipient_ctx, &err))
        return -1;
    *state = &p;
    return 0;
}

static int drop_pair(void **state)
{
    struct pair *p = *state;

    seal_sender_free(p->sender);
    seal_recipient_free(p->recipient_ctx);
    seal_key_free(p->key);
    return 0;
}

static struct bytes seal(struct pair *p, uint32_t sequence, const char *text)
{
    struct bytes out = {0};
    struct error err;

    assert_true(seal_sender_seal(p->sender, sequence, view_of_text("aad"), view_of_text(text), &out, &err));
    return out;
}

static void test_a_sequence_is_used_once(void **state)
{
    struct pair *p = *state;
    struct bytes first = seal(p, 3, "one");
    struct bytes out = {0};
    struct error err = {0};

    assert_false(seal_sender_seal(p->sender, 3, view_of_text("aad"), view_of_text("two"), &out, &err));
    assert_int_equal(err.code, E_KEY_14);
    assert_false(seal_sender_seal(p->sender, 2, view_of_text("aad"), view_of_text("two"), &out, &err));
    assert_false(seal_sender_seal(p->sender, SEAL_SEQUENCE_END, view_of_text("aad"), view_of_text("two"), &out, &err));
    assert_int_equal(out.size, 0);
    assert_true(
        seal_sender_seal(p->sender, SEAL_SEQUENCE_END - 1, view_of_text("aad"), view_of_text("two"), &out, &err));
    bytes_fini(&first);
    bytes_fini(&out);
}

static void test_messages_open_in_any_order_and_again(void **state)
{
    struct pair *p = *state;
    struct bytes a = seal(p, 0, "first");
    struct bytes b = seal(p, 1, "second");
    struct bytes out = {0};
    struct error err;

    assert_true(seal_recipient_open(p->recipient_ctx, 1, view_of_text("aad"), bytes_view(&b), &out, &err));
    assert_true(seal_recipient_open(p->recipient_ctx, 0, view_of_text("aad"), bytes_view(&a), &out, &err));
    assert_true(seal_recipient_open(p->recipient_ctx, 1, view_of_text("aad"), bytes_view(&b), &out, &err));
    assert_true(view_equal(bytes_view(&out), view_of_text("secondfirstsecond")));
    bytes_fini(&a);
    bytes_fini(&b);
    bytes_fini(&out);
}

static void assert_refused(struct pair *p, uint32_t sequence, const char *aad, struct view sealed)
{
    struct bytes out = {0};
    struct error err = {0};

    bytes_append_text(&out, "before");
    memset(bytes_reserve(&out, 64), 0, 64);
    assert_false(seal_recipient_open(p->recipient_ctx, sequence, view_of_text(aad), sealed, &out, &err));
    assert_int_equal(err.code, E_KEY_12);
    assert_true(view_equal(bytes_view(&out), view_of_text("before")));
    for (size_t i = 6; i < 6 + 64; i++)
        assert_int_equal(out.at[i], 0); /* no plain text is left in the output */
    bytes_fini(&out);
}

static void test_what_was_changed_does_not_open(void **state)
{
    struct pair *p = *state;
    struct bytes sealed = seal(p, 0, "words of a person");

    assert_refused(p, 1, "aad", bytes_view(&sealed));
    assert_refused(p, 0, "aae", bytes_view(&sealed));
    assert_refused(p, 0, "aad", view_of(sealed.at, sealed.size - 1));
    assert_refused(p, 0, "aad", view_of(sealed.at, SEAL_TAG_SIZE - 1));
    assert_refused(p, 0, "aad", view_of(NULL, 0));
    for (size_t i = 0; i < sealed.size; i++) {
        sealed.at[i] ^= 0x10;
        assert_refused(p, 0, "aad", bytes_view(&sealed));
        sealed.at[i] ^= 0x10;
    }
    bytes_fini(&sealed);
}

static void test_another_info_or_key_does_not_open(void **state)
{
    struct pair *p = *state;
    struct bytes sealed = seal(p, 0, "words");
    struct seal_key *stranger = seal_key_new();
    struct pair wrong = *p;
    struct error err;

    assert_true(seal_recipient_new(p->key, p->enc, view_of_text("other info"), &wrong.recipient_ctx, &err));
    assert_refused(&wrong, 0, "aad", bytes_view(&sealed));
    seal_recipient_free(wrong.recipient_ctx);
    assert_true(seal_recipient_new(stranger, p->enc, view_of_text("info"), &wrong.recipient_ctx, &err));
    assert_refused(&wrong, 0, "aad", bytes_view(&sealed));
    seal_recipient_free(wrong.recipient_ctx);
    seal_key_free(stranger);
    bytes_fini(&sealed);
}

static void test_keys_that_lead_to_zeros_are_refused(void **state)
{
    struct pair *p = *state;
    /* RFC 7748 and its errata: the point 0, the point 1, and one of order 8. */
    static const uint8_t small[3][32] = {
        {0},
        {1},
        {0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
         0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00},
    };

    for (size_t i = 0; i < 3; i++) {
        struct seal_sender *s = NULL;
        struct seal_recipient *o = NULL;
        uint8_t enc[SEAL_ENC_SIZE];
        struct error err = {0};

        assert_false(seal_sender_new(small[i], view_of_text("info"), enc, &s, &err));
        assert_int_equal(err.code, E_KEY_13);
        assert_null(s);
        assert_false(seal_recipient_new(p->key, small[i], view_of_text("info"), &o, &err));
        assert_int_equal(err.code, E_KEY_13);
        assert_null(o);
    }
}

static void test_a_private_key_comes_back_from_its_raw_form(void **state)
{
    struct pair *p = *state;
    struct secret raw = {0};
    struct seal_key *again;
    uint8_t a[SEAL_PUBLIC_SIZE];
    uint8_t b[SEAL_PUBLIC_SIZE];

    seal_key_raw(p->key, &raw);
    again = seal_key_from_raw(raw.at);
    seal_key_public(p->key, a);
    seal_key_public(again, b);
    assert_memory_equal(a, b, sizeof a);
    seal_key_free(again);
    secret_fini(&raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sealing_is_rfc_9180),
        cmocka_unit_test(test_an_envelope_is_as_in_the_vectors),
        cmocka_unit_test_setup_teardown(test_a_sequence_is_used_once, make_pair, drop_pair),
        cmocka_unit_test_setup_teardown(test_messages_open_in_any_order_and_again, make_pair, drop_pair),
        cmocka_unit_test_setup_teardown(test_what_was_changed_does_not_open, make_pair, drop_pair),
        cmocka_unit_test_setup_teardown(test_another_info_or_key_does_not_open, make_pair, drop_pair),
        cmocka_unit_test_setup_teardown(test_keys_that_lead_to_zeros_are_refused, make_pair, drop_pair),
        cmocka_unit_test_setup_teardown(test_a_private_key_comes_back_from_its_raw_form, make_pair, drop_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
