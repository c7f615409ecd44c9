#include "base/text.h"
#include "codec/contract.h"
#include "codec/envelope_codec.h"
#include "raw.h"
#include "samples.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 300
#define KIB    1024u

static void test_the_vectors_come_out_in_their_bytes(void **state)
{
    struct vectors *v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    struct arena a = {0};
    struct bytes wire = {0};
    struct bytes header = {0};
    struct bytes again = {0};
    struct envelope e;
    struct content c;
    struct error err;

    (void)state;
    vectors_hex(v, "envelope.envelope", &wire);
    vectors_hex(v, "envelope.header", &header);
    assert_true(envelope_decode(bytes_view(&wire), &a, &e, &err));
    assert_true(view_equal(e.header_bytes, bytes_view(&header)));
    assert_int_equal(e.ciphertext.size, vectors_number(v, "envelope.plaintext_length") + 16);
    assert_string_equal(e.header.sender.text, "ngo@nrm.example");
    assert_string_equal(e.header.recipient.text, "mission@nrm.example");
    assert_int_equal(e.header.expiry, 20782);
    assert_int_equal(e.header.sequence, 1);
    contract_encode_unchecked(&envelope_contract, &e, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&wire)));
    bytes_clear(&again);
    envelope_header_encode(&e.header, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&header)));

    bytes_clear(&wire);
    bytes_clear(&again);
    vectors_hex(v, "envelope.content", &wire);
    assert_true(content_decode(bytes_view(&wire), &a, &c, &err));
    assert_int_equal(c.path.size, 64);
    assert_true(view_equal(c.checkpoint, view_of_text(vectors_text(v, "checkpoint.note"))));
    assert_true(c.has_body);
    assert_int_equal(c.body_salt[0], 0x80);
    assert_int_equal(c.known_size, 0);
    contract_encode_unchecked(&content_contract, &c, &again);
    assert_true(view_equal(bytes_view(&again), bytes_view(&wire)));
    bytes_fini(&wire);
    bytes_fini(&header);
    bytes_fini(&again);
    arena_fini(&a);
    vectors_close(v);
}

static void same_header(const struct envelope_header *a, const struct envelope_header *b)
{
    assert_int_equal(a->version, b->version);
    assert_int_equal(a->suite, b->suite);
    assert_true(ident_equal(&a->message, &b->message));
    assert_string_equal(a->sender.text, b->sender.text);
    assert_string_equal(a->recipient.text, b->recipient.text);
    assert_int_equal(a->expiry, b->expiry);
    assert_true(ident_equal(&a->key, &b->key));
    assert_memory_equal(a->enc, b->enc, sizeof a->enc);
    assert_int_equal(a->sequence, b->sequence);
}

static void test_an_envelope_comes_back_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};

    (void)state;
    fake_random_init(&random, 13);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct envelope in;
        struct envelope out;
        struct error err;

        arena_reset(&a);
        bytes_clear(&wire);
        sample_envelope(&random, &a, &in);
        contract_encode_unchecked(&envelope_contract, &in, &wire);
        assert_true(envelope_decode(bytes_view(&wire), &a, &out, &err));
        assert_true(view_equal(in.header_bytes, out.header_bytes));
        same_header(&in.header, &out.header);
        assert_true(view_equal(in.ciphertext, out.ciphertext));
    }
    bytes_fini(&wire);
    arena_fini(&a);
}

static void same_content(const struct content *a, const struct content *b)
{
    assert_true(view_equal(a->record, b->record));
    assert_true(view_equal(a->path, b->path));
    assert_true(view_equal(a->checkpoint, b->checkpoint));
    assert_int_equal(a->has_body, b->has_body);
    assert_memory_equal(a->body_salt, b->body_salt, sizeof a->body_salt);
    assert_true(view_equal(a->body, b->body));
    assert_true(view_equal(a->consistency, b->consistency));
    assert_int_equal(a->known_size, b->known_size);
    assert_true(view_equal(a->consent, b->consent));
    assert_int_equal(a->version, b->version);
}

static void test_a_content_comes_back_from_its_padding_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes plaintext = {0};

    (void)state;
    fake_random_init(&random, 17);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct content in;
        struct content out;
        struct view wire;
        struct error err;

        arena_reset(&a);
        bytes_clear(&plaintext);
        sample_content(&random, &a, round % 5 == 0, &in);
        assert_true(content_pad(&in, 0, &plaintext, &err));
        assert_true(envelope_is_bucket(plaintext.size));
        assert_true(content_unpad(bytes_view(&plaintext), &wire, &err));
        assert_int_equal(envelope_bucket(wire.size + 4), plaintext.size);
        assert_true(content_decode(wire, &a, &out, &err));
        same_content(&in, &out);
    }
    bytes_fini(&plaintext);
    arena_fini(&a);
}

static void test_a_receipt_comes_back_as_it_was(void **state)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};

    (void)state;
    fake_random_init(&random, 19);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct receipt in;
        struct receipt out;
        struct error err;

        arena_reset(&a);
        bytes_clear(&wire);
        sample_receipt(&random, &a, &in);
        contract_encode_unchecked(&receipt_contract, &in, &wire);
        assert_true(receipt_decode(bytes_view(&wire), &a, &out, &err));
        assert_true(view_equal(in.record, out.record));
        assert_true(view_equal(in.path, out.path));
        assert_true(view_equal(in.checkpoint, out.checkpoint));
        assert_true(view_equal(in.consistency, out.consistency));
        assert_true(in.linked == out.linked && in.from_size == out.from_size);
    }
    bytes_fini(&wire);
    arena_fini(&a);
}

/* --- padding --- */

/* A content whose encoding is SIZE bytes long. */
static void content_of(size_t size, struct arena *a, struct content *out)
{
    struct bytes b = {0};

    *out = (struct content){
        .record = view_of_text("r"), .checkpoint = view_of_text("c"), .has_body = true, .version = CONTENT_VERSION};
    if (size > BOUND_BODY / 2)
        out->consent = view_of(arena_new(a, size), size / 2);
    out->body = view_of(arena_new(a, size), size - out->consent.size > 120 ? size - out->consent.size - 120 : 1);
    for (;;) {
        bytes_clear(&b);
        contract_encode_unchecked(&content_contract, out, &b);
        if (b.size == size)
            break;
        assert_true(b.size < size);
        out->body.size += size - b.size > 3 ? size - b.size - 3 : 1;
    }
    bytes_fini(&b);
}

static void test_padding_takes_the_smallest_bucket_that_fits(void **state)
{
    static const struct {
        size_t content, bucket;
    } cases[] = {
        {100, 4 * KIB},
        {4 * KIB - 4, 4 * KIB},
        {4 * KIB - 3, 6 * KIB},
        {6 * KIB - 4, 6 * KIB},
        {6 * KIB - 3, 8 * KIB},
        {8 * KIB - 3, 12 * KIB},
        {256 * KIB - 3, 384 * KIB},
        {384 * KIB - 4, 384 * KIB},
        {384 * KIB - 3, 512 * KIB},
    };
    struct bytes plaintext = {0};
    struct arena a = {0};
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct content c;

        content_of(cases[i].content, &a, &c);
        bytes_clear(&plaintext);
        assert_true(content_pad(&c, 0, &plaintext, &err));
        assert_int_equal(plaintext.size, cases[i].bucket);
        assert_int_equal(read_u32(plaintext.at), cases[i].content);
    }
    bytes_fini(&plaintext);
    arena_fini(&a);
}

static void test_a_content_that_does_not_fit_is_refused_and_nothing_written(void **state)
{
    struct bytes plaintext = {0};
    struct arena a = {0};
    struct content c;
    struct error err;

    (void)state;
    bytes_append_text(&plaintext, "before");
    content_of(512 * KIB - 4, &a, &c);
    assert_true(content_pad(&c, 0, &plaintext, &err));
    assert_int_equal(plaintext.size, 6 + 512 * KIB);
    plaintext.size = 6;
    content_of(512 * KIB - 3, &a, &c);
    assert_false(content_pad(&c, 0, &plaintext, &err));
    assert_int_equal(err.code, E_BYT_05);
    assert_int_equal(plaintext.size, 6);
    content_of(5 * KIB, &a, &c);
    assert_true(content_pad(&c, 256 * KIB, &plaintext, &err)); /* an attachment's part */
    assert_int_equal(plaintext.size, 6 + 256 * KIB);
    plaintext.size = 6;
    assert_false(content_pad(&c, 4 * KIB, &plaintext, &err));
    assert_int_equal(plaintext.size, 6);
    bytes_fini(&plaintext);
    arena_fini(&a);
}

static void test_padding_that_is_not_zeros_up_to_a_bucket_is_refused(void **state)
{
    uint8_t p[6 * KIB] = {0};
    struct view content;
    struct error err;

    (void)state;
    write_u32(p, 100);
    assert_true(content_unpad(view_of(p, 4 * KIB), &content, &err));
    assert_ptr_equal(content.at, p + 4);
    assert_int_equal(content.size, 100);
    assert_true(content_unpad(view_of(p, 6 * KIB), &content, &err)); /* a larger bucket than it needs */
    assert_false(content_unpad(view_of(p, 5 * KIB), &content, &err));
    assert_false(content_unpad(view_of(p, 4 * KIB - 1), &content, &err));
    assert_false(content_unpad(view_of(p, 0), &content, &err));
    for (size_t i = 104; i < 4 * KIB; i += 7) {
        p[i] = 1;
        assert_false(content_unpad(view_of(p, 4 * KIB), &content, &err));
        p[i] = 0;
    }
    p[4 * KIB - 1] = 1;
    assert_false(content_unpad(view_of(p, 4 * KIB), &content, &err));
    write_u32(p, 4 * KIB - 4); /* no padding at all */
    assert_true(content_unpad(view_of(p, 4 * KIB), &content, &err));
    write_u32(p, 4 * KIB - 3);
    assert_false(content_unpad(view_of(p, 4 * KIB), &content, &err));
    write_u32(p, UINT32_MAX);
    assert_false(content_unpad(view_of(p, 4 * KIB), &content, &err));
    write_u32(p, 0);
    assert_false(content_unpad(view_of(p, 4 * KIB), &content, &err));
}

/* --- encoded by hand --- */

static enum error_code read_header(uint32_t version, uint32_t suite, const char *sender, size_t key, size_t enc,
                                   uint32_t sequence)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct envelope_header h;

    raw_number(&wire, 1, version);
    raw_number(&wire, 2, suite);
    raw_fill(&wire, 3, 'm', 16);
    raw_text(&wire, 4, sender);
    raw_text(&wire, 5, "mission@nrm.example");
    raw_number(&wire, 6, 20782);
    raw_fill(&wire, 7, 'k', key);
    raw_fill(&wire, 8, 'e', enc);
    if (sequence != 0)
        raw_number(&wire, 9, sequence);
    if (!envelope_header_decode(bytes_view(&wire), &a, &h, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static void test_a_header_is_of_a_version_and_suite_that_we_speak(void **state)
{
    (void)state;
    assert_int_equal(read_header(1, 1, "ngo@nrm.example", 16, 32, 65535), E_NONE);
    assert_int_equal(read_header(2, 1, "ngo@nrm.example", 16, 32, 0), E_BYT_03);
    assert_int_equal(read_header(1, 2, "ngo@nrm.example", 16, 32, 0), E_BYT_03);
    assert_int_equal(read_header(1, 65537, "ngo@nrm.example", 16, 32, 0), E_BYT_03);
    assert_int_equal(read_header(1, 1, "ngo", 16, 32, 0), E_BYT_03);
    assert_int_equal(read_header(1, 1, "desk.ngo@nrm.example", 16, 32, 0), E_BYT_03); /* outside stands the agency */
    assert_int_equal(read_header(1, 1, "ngo@nrm.example", 15, 32, 0), E_BYT_03);
    assert_int_equal(read_header(1, 1, "ngo@nrm.example", 16, 33, 0), E_BYT_03);
    assert_int_equal(read_header(1, 1, "ngo@nrm.example", 16, 32, 65536), E_BYT_03);
}

static enum error_code read_envelope(size_t ciphertext)
{
    struct fake_random random;
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct envelope e;

    fake_random_init(&random, 23);
    sample_envelope(&random, &a, &e);
    raw_bytes(&wire, 1, e.header_bytes);
    raw_fill(&wire, 2, 'x', ciphertext);
    if (!envelope_decode(bytes_view(&wire), &a, &e, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static void test_a_ciphertext_is_a_bucket_and_its_tag(void **state)
{
    (void)state;
    assert_int_equal(read_envelope(4 * KIB + 16), E_NONE);
    assert_int_equal(read_envelope(512 * KIB + 16), E_NONE);
    assert_int_equal(read_envelope(4 * KIB), E_BYT_03);
    assert_int_equal(read_envelope(4 * KIB + 15), E_BYT_03);
    assert_int_equal(read_envelope(5 * KIB + 16), E_BYT_03);
    assert_int_equal(read_envelope(16), E_BYT_03);
    assert_int_equal(read_envelope(768 * KIB + 16), E_BYT_02);
}

static void test_the_largest_bucket_goes_between_the_longest_names(void **state)
{
    char name[BOUND_ADDRESS + 1];
    struct fake_random random;
    struct arena a = {0};
    struct bytes header = {0};
    struct bytes wire = {0};
    struct envelope e;
    struct error err;

    (void)state;
    fake_random_init(&random, 31);
    sample_envelope_header(&random, &e.header);
    memset(name, 'a', BOUND_ADDRESS);
    name[BOUND_AGENCY] = '@';
    for (size_t i = BOUND_AGENCY + 64; i < BOUND_ADDRESS; i += 64)
        name[i] = '.';
    assert_true(address_read(view_of(name, BOUND_ADDRESS), &e.header.sender));
    e.header.recipient = e.header.sender;
    e.header.expiry = UINT32_MAX;
    e.header.sequence = SEQUENCE_END - 1;
    envelope_header_encode(&e.header, &header);
    e.header_bytes = bytes_view(&header);
    e.ciphertext = sample_bytes(&random, &a, 512 * KIB + 16);
    contract_encode_unchecked(&envelope_contract, &e, &wire);
    assert_true(envelope_decode(bytes_view(&wire), &a, &e, &err));
    bytes_fini(&header);
    bytes_fini(&wire);
    arena_fini(&a);
}

/* A content with the fields that WITH names: b body, s salt, p consistency path, k known size, c consent receipt. */
static enum error_code read_content(const char *with, size_t record, size_t path, size_t checkpoint)
{
    struct arena a = {0};
    struct bytes wire = {0};
    struct error err = {0};
    struct content c;

    if (record != 0)
        raw_fill(&wire, 1, 'r', record);
    if (path != 0)
        raw_fill(&wire, 2, 'p', path);
    if (checkpoint != 0)
        raw_fill(&wire, 3, 'c', checkpoint);
    if (strchr(with, 's') != NULL)
        raw_fill(&wire, 4, 's', 32);
    if (strchr(with, 'b') != NULL)
        raw_text(&wire, 5, "body");
    if (strchr(with, 'p') != NULL)
        raw_fill(&wire, 6, 'p', 32);
    if (strchr(with, 'c') != NULL)
        raw_text(&wire, 7, "consent");
    raw_number(&wire, 8, 1);
    if (strchr(with, 'k') != NULL)
        raw_number(&wire, 9, 5);
    if (!content_decode(bytes_view(&wire), &a, &c, &err))
        assert_int_not_equal(err.code, E_NONE);
    bytes_fini(&wire);
    arena_fini(&a);
    return err.code;
}

static void test_what_belongs_together_in_a_content_is_there_together(void **state)
{
    static const char *const right[] = {"", "sb", "sbc", "sbpk", "sbpkc"};
    static const char *const wrong[] = {"s", "b", "sbp", "sbk", "c", "pk", "pkc", "sc"};

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_int_equal(read_content(right[i], 1, 32, 1), E_NONE);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_content(wrong[i], 1, 32, 1), E_BYT_03);
}

static void test_the_parts_of_a_content_are_there_and_end_at_their_limits(void **state)
{
    (void)state;
    assert_int_equal(read_content("", 0, 0, 1), E_BYT_03);
    assert_int_equal(read_content("", 1, 0, 0), E_BYT_03);
    assert_int_equal(read_content("", BOUND_RECORD, BOUND_PATH * 32, BOUND_CHECKPOINT), E_NONE);
    assert_int_equal(read_content("", BOUND_RECORD + 1, 0, 1), E_BYT_02);
    assert_int_equal(read_content("", 1, BOUND_PATH * 32 + 32, 1), E_BYT_02);
    assert_int_equal(read_content("", 1, 31, 1), E_BYT_03);
    assert_int_equal(read_content("", 1, 0, BOUND_CHECKPOINT + 1), E_BYT_02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_come_out_in_their_bytes),
        cmocka_unit_test(test_an_envelope_comes_back_as_it_was),
        cmocka_unit_test(test_a_content_comes_back_from_its_padding_as_it_was),
        cmocka_unit_test(test_a_receipt_comes_back_as_it_was),
        cmocka_unit_test(test_padding_takes_the_smallest_bucket_that_fits),
        cmocka_unit_test(test_a_content_that_does_not_fit_is_refused_and_nothing_written),
        cmocka_unit_test(test_padding_that_is_not_zeros_up_to_a_bucket_is_refused),
        cmocka_unit_test(test_a_header_is_of_a_version_and_suite_that_we_speak),
        cmocka_unit_test(test_a_ciphertext_is_a_bucket_and_its_tag),
        cmocka_unit_test(test_the_largest_bucket_goes_between_the_longest_names),
        cmocka_unit_test(test_what_belongs_together_in_a_content_is_there_together),
        cmocka_unit_test(test_the_parts_of_a_content_are_there_and_end_at_their_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
