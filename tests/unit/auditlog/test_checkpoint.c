/* Checkpoints and cosignatures: byte for byte those of an independent implementation, and anything else is refused. */
#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "vectors.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct vectors *v;
static struct sign_key *log_key;
static struct verify_key *log_public;
static struct sign_key *witness_key;
static struct verify_key *witness_public;

static struct verify_key *public_of(const struct sign_key *key)
{
    struct verify_key *out;
    uint8_t public_key[32];
    struct error err;

    sign_key_public(key, public_key);
    assert_true(verify_key_new(public_key, &out, &err));
    return out;
}

static struct sign_key *key_of(const char *path)
{
    struct bytes seed = {0};
    struct sign_key *key;

    vectors_hex(v, path, &seed);
    key = sign_key_from_seed(seed.at);
    bytes_fini(&seed);
    return key;
}

static int set_up(void **state)
{
    (void)state;
    v = vectors_open(TEST_VECTORS "/refex-protocol.json");
    log_key = key_of("checkpoint.seed");
    log_public = public_of(log_key);
    witness_key = key_of("checkpoint.cosigner_seed");
    witness_public = public_of(witness_key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sign_key_free(log_key);
    sign_key_free(witness_key);
    verify_key_free(log_public);
    verify_key_free(witness_public);
    vectors_close(v);
    return 0;
}

/* The three leaves of the vectors: the record, an empty record, one zero byte. */
static void vector_leaves(struct hash leaves[3])
{
    struct bytes record = {0};

    vectors_hex(v, "record.bytes", &record);
    digest_leaf(bytes_view(&record), &leaves[0]);
    digest_leaf(view_of(NULL, 0), &leaves[1]);
    digest_leaf(view_of("\0", 1), &leaves[2]);
    bytes_fini(&record);
}

static bool node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    (void)err;
    merkle_root_of((const struct hash *)cookie + (index << level), (size_t)1 << level, out);
    return true;
}

static void test_the_note_is_that_of_an_independent_hand(void **state)
{
    struct hash leaves[3];
    struct bytes note = {0};
    struct hash root;
    struct error err;

    (void)state;
    vector_leaves(leaves);
    merkle_root_of(leaves, 3, &root);
    assert_true(checkpoint_sign(vectors_text(v, "checkpoint.origin"), 3, &root, log_key, &note, &err));

    assert_true(text_is(bytes_view(&note), vectors_text(v, "checkpoint.note")));
    bytes_fini(&note);
}

static void test_key_ids_are_those_of_an_independent_hand(void **state)
{
    uint8_t id[NOTE_KEY_ID];
    struct bytes expected = {0};
    struct bytes public_key = {0};

    (void)state;
    vectors_hex(v, "checkpoint.key_id", &expected);
    vectors_hex(v, "checkpoint.public", &public_key);
    note_key_id(view_of_text(vectors_text(v, "checkpoint.origin")), NOTE_ED25519, public_key.at, id);

    assert_memory_equal(id, expected.at, NOTE_KEY_ID);
    bytes_fini(&expected);
    bytes_fini(&public_key);
}

static void test_paths_are_those_of_an_independent_hand(void **state)
{
    struct hash leaves[3];
    struct hash root;
    struct hash path[BOUND_CONSISTENCY];
    struct bytes expected = {0};
    struct bytes growth = {0};
    struct error err;
    size_t count;

    (void)state;
    vector_leaves(leaves);
    merkle_root_of(leaves, 3, &root);
    vectors_hex(v, "checkpoint.path_0", &expected);
    vectors_hex(v, "checkpoint.consistency_1_3", &growth);

    assert_true(merkle_path(0, 3, node, leaves, path, &count, &err));
    assert_true(view_equal(view_of(path, count * HASH_SIZE), bytes_view(&expected)));
    assert_true(merkle_verify_inclusion(&leaves[0], 0, 3, bytes_view(&expected), &root));
    assert_true(merkle_consistency(1, 3, node, leaves, path, &count, &err));
    assert_true(view_equal(view_of(path, count * HASH_SIZE), bytes_view(&growth)));
    assert_true(merkle_verify_consistency(1, &leaves[0], 3, &root, bytes_view(&growth)));
    bytes_fini(&expected);
    bytes_fini(&growth);
}

static void test_what_was_made_is_read_and_verified(void **state)
{
    struct checkpoint c;
    struct error err;

    (void)state;
    assert_true(checkpoint_read(view_of_text(vectors_text(v, "checkpoint.note")), &c, &err));

    assert_true(text_is(c.origin, vectors_text(v, "checkpoint.origin")));
    assert_int_equal(c.size, 3);
    assert_true(checkpoint_verify(&c, log_public, &err));
    assert_false(checkpoint_verify(&c, witness_public, &err));
    assert_int_equal(err.code, E_LOG_05);
}

static void test_a_checkpoint_with_any_byte_changed_is_refused(void **state)
{
    const char *note = vectors_text(v, "checkpoint.note");
    size_t size = strlen(note);
    struct bytes changed = {0};

    (void)state;
    bytes_append_text(&changed, note);
    for (size_t i = 0; i < size * 8; i++) {
        struct checkpoint c;
        struct error err;

        changed.at[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(checkpoint_read(bytes_view(&changed), &c, &err) && checkpoint_verify(&c, log_public, &err));
        changed.at[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    bytes_fini(&changed);
}

static void test_a_cosigned_checkpoint_is_that_of_an_independent_hand(void **state)
{
    const char *cosigned = vectors_text(v, "checkpoint.cosigned");
    const char *witness = vectors_text(v, "checkpoint.cosigner");
    int64_t at = vectors_number(v, "checkpoint.cosigned_at");
    struct bytes note = {0};
    struct checkpoint c;
    struct error err;
    int64_t time_s = 0;

    (void)state;
    bytes_append_text(&note, vectors_text(v, "checkpoint.note"));
    assert_true(checkpoint_read(bytes_view(&note), &c, &err));
    {
        struct bytes line = {0};

        assert_true(checkpoint_cosign(c.note.text, witness, at, witness_key, &line, &err));
        bytes_append_view(&note, bytes_view(&line));
        bytes_fini(&line);
    }
    assert_true(text_is(bytes_view(&note), cosigned));

    assert_true(checkpoint_read_cosigned(view_of_text(cosigned), &c, &err));
    assert_true(checkpoint_verify(&c, log_public, &err));
    assert_true(checkpoint_verify_cosignature(&c, view_of_text(witness), witness_public, &time_s, &err));
    assert_int_equal(time_s, at);
    bytes_fini(&note);
}

static void test_a_cosigned_checkpoint_is_not_taken_where_one_signature_belongs(void **state)
{
    struct checkpoint c;
    struct error err = {0};

    (void)state;
    assert_false(checkpoint_read(view_of_text(vectors_text(v, "checkpoint.cosigned")), &c, &err));
    assert_int_equal(err.code, E_LOG_04);
}

static void test_a_cosignature_is_no_signature_and_the_other_way_round(void **state)
{
    const char *witness = vectors_text(v, "checkpoint.cosigner");
    const char *origin = vectors_text(v, "checkpoint.origin");
    struct checkpoint c;
    struct error err = {0};
    int64_t time_s = 42;

    (void)state;
    assert_true(checkpoint_read_cosigned(view_of_text(vectors_text(v, "checkpoint.cosigned")), &c, &err));

    assert_false(note_verify(&c.note, view_of_text(witness), witness_public, &err));
    assert_false(checkpoint_verify_cosignature(&c, view_of_text(origin), log_public, &time_s, &err));
    assert_false(checkpoint_verify_cosignature(&c, view_of_text(witness), log_public, &time_s, &err));
    assert_int_equal(err.code, E_LOG_05);
    assert_int_equal(time_s, 42);
}

static void test_a_cosignature_over_another_time_is_refused(void **state)
{
    const char *witness = vectors_text(v, "checkpoint.cosigner");
    struct bytes note = {0};
    struct bytes payload = {0};
    struct checkpoint c;
    struct error err = {0};
    int64_t time_s;
    uint8_t public_key[32];

    (void)state;
    assert_true(checkpoint_read_cosigned(view_of_text(vectors_text(v, "checkpoint.cosigned")), &c, &err));
    assert_true(text_read_base64(c.note.lines[1].base64, &payload));
    payload.at[NOTE_KEY_ID + 7] ^= 1; /* a second earlier or later */
    bytes_append_text(&note, vectors_text(v, "checkpoint.note"));
    sign_key_public(witness_key, public_key);
    note_append_line(&note, witness, NOTE_COSIGNATURE, public_key,
                     view_of(payload.at + NOTE_KEY_ID, payload.size - NOTE_KEY_ID));

    assert_true(checkpoint_read_cosigned(bytes_view(&note), &c, &err));
    assert_false(checkpoint_verify_cosignature(&c, view_of_text(witness), witness_public, &time_s, &err));
    assert_int_equal(err.code, E_LOG_05);
    bytes_fini(&note);
    bytes_fini(&payload);
}

/* What the witness signed of the checkpoint in the vectors, at TIME_S, with a line as of NAME. */
static void cosign_at(uint64_t time_s, const char *name, struct bytes *note)
{
    const char *whole = vectors_text(v, "checkpoint.note");
    uint8_t signed_by[8 + SIGN_SIZE];
    uint8_t public_key[32];
    struct bytes text = {0};
    struct checkpoint c;
    struct error err = {0};

    assert_true(checkpoint_read(view_of_text(whole), &c, &err));
    bytes_printf(&text, "cosignature/v1\ntime %" PRId64 "\n", (int64_t)time_s);
    bytes_append_view(&text, c.note.text);
    write_u64(signed_by, time_s);
    assert_true(sign_text(witness_key, bytes_view(&text), signed_by + 8, &err));
    sign_key_public(witness_key, public_key);
    bytes_append_text(note, whole);
    note_append_line(note, name, NOTE_COSIGNATURE, public_key, view_of(signed_by, sizeof signed_by));
    bytes_fini(&text);
}

static bool is_cosigned(const struct bytes *note)
{
    struct checkpoint c;
    struct error err = {0};
    int64_t time_s = 0;

    assert_true(checkpoint_read_cosigned(bytes_view(note), &c, &err));
    return checkpoint_verify_cosignature(&c, view_of_text(vectors_text(v, "checkpoint.cosigner")), witness_public,
                                         &time_s, &err);
}

static void test_a_cosignature_has_a_time(void **state)
{
    static const struct {
        uint64_t time_s;
        bool holds;
    } times[] = {{0, false}, {1, true}, {INT64_MAX, true}, {UINT64_C(1) << 63, false}};

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct bytes note = {0};

        cosign_at(times[i].time_s, vectors_text(v, "checkpoint.cosigner"), &note);
        assert_int_equal(is_cosigned(&note), times[i].holds);
        bytes_fini(&note);
    }
}

/* A line under another name, or with another key's id, is not the witness's, whoever signed it. */
static void test_a_cosignature_is_found_by_name_and_key(void **state)
{
    const char *witness = vectors_text(v, "checkpoint.cosigner");
    struct bytes note = {0};
    size_t line;

    (void)state;
    cosign_at(1, witness, &note);
    assert_true(is_cosigned(&note));
    line = strlen(vectors_text(v, "checkpoint.note")) + 4; /* behind the dash */
    note.at[line] = note.at[line] == 'x' ? 'y' : 'x';
    assert_false(is_cosigned(&note));
    note.at[line] = (uint8_t)witness[0];
    line += strlen(witness) + 1; /* the key's id */
    note.at[line] = note.at[line] == 'A' ? 'B' : 'A';
    assert_false(is_cosigned(&note));
    bytes_fini(&note);
}

#define ROOT "we/BezRiRdxCVJQQjwkRlMvKlt5wtiWITriqFxwR+Yg=\n"

static void test_texts_that_are_no_checkpoint_are_refused_though_well_signed(void **state)
{
    static const char *const bad[][2] = {
        {"o/1", "o/1\n3\n"},                                               /* two lines */
        {"o/1", "o/1\n3\n" ROOT "extension\n"},                            /* four */
        {"o/1", "o/1\n3\n" ROOT "\n"},                                     /* an empty one behind */
        {"o/1", "o/1\n03\n" ROOT},                                         /* a leading zero */
        {"o/1", "o/1\n+3\n" ROOT},                                         /* a sign */
        {"o/1", "o/1\n\n" ROOT},                                           /* no size */
        {"o/1", "o/1\n9223372036854775808\n" ROOT},                        /* 2^63 */
        {"o/1", "o/1\n3\nwe/BezRiRdxCVJQQjwkRlMvKlt5wtiWITriqFxwR+Yh=\n"}, /* non-canonical base64 */
        {"o/1", "o/1\n3\nwe/BezRiRdxCVJQQjwkRlMvKlt5wtiWITriqFxwR+YgA\n"}, /* 33 bytes */
        {"o/1", "o/2\n3\n" ROOT},                                          /* signed in another name */
        {"refex-keys/v1", "refex-keys/v1\n3\n" ROOT},                      /* the first line of another format */
        {"cosignature/v1", "cosignature/v1\n3\n" ROOT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bytes note = {0};
        struct checkpoint c;
        struct error err = {0};

        assert_true(note_sign(&note, view_of_text(bad[i][1]), bad[i][0], log_key, &err));
        if (checkpoint_read(bytes_view(&note), &c, &err))
            fail_msg("text %zu was taken for a checkpoint", i);
        assert_int_equal(err.code, E_LOG_04);
        bytes_fini(&note);
    }
}

static void test_the_largest_size_is_taken(void **state)
{
    struct bytes note = {0};
    struct checkpoint c;
    struct error err;

    (void)state;
    assert_true(note_sign(&note, view_of_text("o/1\n9223372036854775807\n" ROOT), "o/1", log_key, &err));
    assert_true(checkpoint_read(bytes_view(&note), &c, &err));
    assert_true(c.size == MERKLE_SIZE_END - 1);
    bytes_fini(&note);
}

static void test_a_checkpoint_over_its_bound_is_refused(void **state)
{
    struct error err = {0};
    char origin[BOUND_CHECKPOINT];

    (void)state;
    /* Name twice, size, root, key id and signature: with a name of LONGEST bytes the note is exactly at its bound. */
    for (size_t size = 300; size < 450; size++) {
        struct bytes text = {0};
        struct bytes note = {0};
        struct checkpoint c;
        bool taken;

        memset(origin, 'o', size);
        origin[size] = '\0';
        bytes_printf(&text, "%s\n1\n" ROOT, origin);
        assert_true(note_sign(&note, bytes_view(&text), origin, log_key, &err));
        bytes_fini(&text);
        taken = checkpoint_read(bytes_view(&note), &c, &err);
        assert_int_equal(taken, note.size <= BOUND_CHECKPOINT);
        bytes_fini(&note);
    }
}

static void test_a_cosigned_checkpoint_over_its_bound_is_refused(void **state)
{
    struct bytes note = {0};
    struct checkpoint c;
    struct error err = {0};
    char name[BOUND_NOTE / 8];

    (void)state;
    memset(name, 'o', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    bytes_append_text(&note, vectors_text(v, "checkpoint.note"));
    for (uint8_t i = 0; note.size <= BOUND_NOTE; i++) {
        uint8_t key[32] = {i};

        assert_true(checkpoint_read_cosigned(bytes_view(&note), &c, &err));
        note_append_line(&note, name, NOTE_COSIGNATURE, key, view_of_text("signed"));
    }
    assert_false(checkpoint_read_cosigned(bytes_view(&note), &c, &err));
    assert_int_equal(err.code, E_LOG_04);
    bytes_fini(&note);
}

static void test_the_longest_origin_fits_the_bound(void **state)
{
    struct federation f = {{0}, {{0}}};
    struct address agency = {{0}};
    char origin[ORIGIN_MAX];
    struct bytes note = {0};
    struct hash root = {{0}};
    struct checkpoint c;
    struct error err;

    (void)state;
    for (size_t i = 0; i < BOUND_FEDERATION; i++)
        f.name[i] = i % 64 == 63 ? '.' : 'f';
    memset(agency.text, 'a', BOUND_AGENCY);
    (void)snprintf(agency.text + BOUND_AGENCY, sizeof agency.text - BOUND_AGENCY, "@%s", f.name);
    origin_write(&f, &agency, UINT32_MAX, true, origin);
    assert_true(checkpoint_sign(origin, MERKLE_SIZE_END - 1, &root, log_key, &note, &err));

    assert_true(checkpoint_read(bytes_view(&note), &c, &err));
    bytes_fini(&note);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_note_is_that_of_an_independent_hand),
        cmocka_unit_test(test_key_ids_are_those_of_an_independent_hand),
        cmocka_unit_test(test_paths_are_those_of_an_independent_hand),
        cmocka_unit_test(test_what_was_made_is_read_and_verified),
        cmocka_unit_test(test_a_checkpoint_with_any_byte_changed_is_refused),
        cmocka_unit_test(test_a_cosigned_checkpoint_is_that_of_an_independent_hand),
        cmocka_unit_test(test_a_cosigned_checkpoint_is_not_taken_where_one_signature_belongs),
        cmocka_unit_test(test_a_cosignature_is_no_signature_and_the_other_way_round),
        cmocka_unit_test(test_a_cosignature_over_another_time_is_refused),
        cmocka_unit_test(test_a_cosignature_has_a_time),
        cmocka_unit_test(test_a_cosignature_is_found_by_name_and_key),
        cmocka_unit_test(test_texts_that_are_no_checkpoint_are_refused_though_well_signed),
        cmocka_unit_test(test_the_largest_size_is_taken),
        cmocka_unit_test(test_a_checkpoint_over_its_bound_is_refused),
        cmocka_unit_test(test_a_cosigned_checkpoint_over_its_bound_is_refused),
        cmocka_unit_test(test_the_longest_origin_fits_the_bound),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
