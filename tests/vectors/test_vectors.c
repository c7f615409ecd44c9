/* What make.py made, refex decodes, encodes again byte for byte, and opens; what make.py broke, refex refuses.
 *
 * tests/vectors/make.py says how the vectors are made: an implementation of docs/PROTOCOL.md that shares no code with
 * refex.
 */
#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "base/text.h"
#include "codec/audit_messages.h"
#include "codec/bundle_codec.h"
#include "codec/consent_messages.h"
#include "codec/directory_codec.h"
#include "codec/envelope_codec.h"
#include "codec/peer_messages.h"
#include "codec/referral_messages.h"
#include "codec/succession_codec.h"
#include "crypto/commit.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "crypto/secretbox.h"
#include "crypto/sign.h"
#include "vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct vectors *v;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    v = vectors_open(TEST_VECTORS "/refex.json");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vectors_close(v);
    arena_fini(&arena);
    return 0;
}

static int reset_arena(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

/* "LIST.I.KEY", valid until the next call; with an empty KEY the item itself. */
static const char *path_of(const char *list, size_t i, const char *key)
{
    static char path[128];

    (void)snprintf(path, sizeof path, "%s.%zu.%s", list, i, key);
    return path;
}

/* Bytes that are freed when the test ends. */
static struct view hex(const char *path)
{
    struct bytes b = {0};
    struct view copy;

    vectors_hex(v, path, &b);
    copy = arena_copy(&arena, bytes_view(&b));
    bytes_fini(&b);
    return copy;
}

static struct view hex_at(const char *list, size_t i, const char *key)
{
    return hex(path_of(list, i, key));
}

static struct view text_at(const char *list, size_t i, const char *key)
{
    return view_of_text(vectors_text(v, path_of(list, i, key)));
}

static int64_t number_at(const char *list, size_t i, const char *key)
{
    return vectors_number(v, path_of(list, i, key));
}

static struct hash hash_of(struct view bytes)
{
    struct hash h;

    assert_int_equal(bytes.size, HASH_SIZE);
    memcpy(h.at, bytes.at, HASH_SIZE);
    return h;
}

static void assert_same(struct view made, struct view given)
{
    assert_int_equal(made.size, given.size);
    if (made.size != 0)
        assert_memory_equal(made.at, given.at, made.size);
}

static struct federation federation_of_vectors(void)
{
    struct federation f = {"nrm.example", {{0}}};

    f.fid = hash_of(hex("fid.fid"));
    return f;
}

/* --- names --- */

typedef bool name_fn(struct view name);

static void assert_names(const char *what, name_fn *ok)
{
    char list[64];

    for (int valid = 0; valid < 2; valid++) {
        (void)snprintf(list, sizeof list, "names.%s.%s", what, valid ? "valid" : "invalid");
        for (size_t i = 0; i < vectors_count(v, list); i++) {
            char path[96];
            const char *name;

            (void)snprintf(path, sizeof path, "%s.%zu", list, i);
            name = vectors_text(v, path);
            if (ok(view_of_text(name)) != (valid == 1))
                fail_msg("%s: \"%s\"", list, name);
        }
    }
}

static void test_names_are_told_from_what_is_none(void **state)
{
    (void)state;
    assert_names("agencies", agency_name_ok);
    assert_names("federations", federation_name_ok);
    assert_names("addresses", address_ok);
}

static void test_origins_and_key_names_are_the_same(void **state)
{
    struct federation f = federation_of_vectors();

    (void)state;
    for (size_t i = 0; i < vectors_count(v, "names.origins"); i++) {
        struct address agency;
        char made[ORIGIN_MAX];

        assert_true(address_read(text_at("names.origins", i, "agency"), &agency));
        origin_write(&f, &agency, (uint32_t)number_at("names.origins", i, "incarnation"),
                     strstr(vectors_text(v, path_of("names.origins", i, "origin")), "/house") != NULL, made);
        assert_string_equal(made, vectors_text(v, path_of("names.origins", i, "origin")));
        note_key_name(&f, &agency, made);
        assert_string_equal(made, vectors_text(v, path_of("names.origins", i, "key_name")));
    }
}

static void test_fingerprints_are_the_same_and_slips_are_noticed(void **state)
{
    struct hash fid;

    (void)state;
    digest_sha256(hex("fid.spki"), &fid);
    assert_same(hash_view(&fid), hex("fid.fid"));
    for (size_t i = 0; i < vectors_count(v, "fid.fingerprints"); i++) {
        struct hash given = hash_of(hex_at("fid.fingerprints", i, "fid"));
        char made[FINGERPRINT_TEXT];

        fingerprint_write(&given, made);
        assert_string_equal(made, vectors_text(v, path_of("fid.fingerprints", i, "fingerprint")));
        assert_true(fingerprint_read(view_of_text(made), &fid));
        assert_true(hash_equal(&fid, &given));
    }
    for (size_t i = 0; i < vectors_count(v, "fid.read_too"); i++)
        assert_true(fingerprint_read(text_at("fid.read_too", i, ""), &fid));
    for (size_t i = 0; i < vectors_count(v, "fid.invalid"); i++)
        if (fingerprint_read(text_at("fid.invalid", i, ""), &fid))
            fail_msg("fid.invalid %zu was taken", i);
}

/* --- trees and notes --- */

static bool node(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    (void)err;
    merkle_root_of((const struct hash *)cookie + (index << level), (size_t)1 << level, out);
    return true;
}

static void test_roots_and_proofs_are_the_same(void **state)
{
    struct hash leaves[20];
    struct hash path[BOUND_CONSISTENCY];
    struct hash roots[21];
    struct error err;
    size_t count;

    (void)state;
    for (uint8_t i = 0; i < 20; i++)
        digest_leaf(view_of(&i, 1), &leaves[i]);
    for (size_t n = 0; n <= 20; n++) {
        merkle_root_of(leaves, n, &roots[n]);
        assert_same(hash_view(&roots[n]), hex_at("tree.roots", n, ""));
    }
    for (size_t i = 0; i < vectors_count(v, "tree.inclusion"); i++) {
        uint64_t index = (uint64_t)number_at("tree.inclusion", i, "index");
        uint64_t size = (uint64_t)number_at("tree.inclusion", i, "size");
        struct view given = hex_at("tree.inclusion", i, "path");

        assert_true(merkle_path(index, size, node, leaves, path, &count, &err));
        assert_same(view_of(path, count * HASH_SIZE), given);
        assert_true(merkle_verify_inclusion(&leaves[index], index, size, given, &roots[size]));
    }
    for (size_t i = 0; i < vectors_count(v, "tree.consistency"); i++) {
        uint64_t from = (uint64_t)number_at("tree.consistency", i, "old");
        uint64_t to = (uint64_t)number_at("tree.consistency", i, "new");
        struct view given = hex_at("tree.consistency", i, "path");

        assert_true(merkle_consistency(from, to, node, leaves, path, &count, &err));
        assert_same(view_of(path, count * HASH_SIZE), given);
        assert_true(merkle_verify_consistency(from, &roots[from], to, &roots[to], given));
    }
}

static struct verify_key *public_of(const struct sign_key *key)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct verify_key *out;
    struct error err;

    sign_key_public(key, public_key);
    assert_true(verify_key_new(public_key, &out, &err));
    return out;
}

static void test_checkpoints_and_cosignatures_are_the_same(void **state)
{
    struct sign_key *log = sign_key_from_seed(hex("checkpoint.seed").at);
    struct sign_key *witness = sign_key_from_seed(hex("checkpoint.cosigner_seed").at);
    struct verify_key *log_public = public_of(log);
    struct verify_key *witness_public = public_of(witness);
    const char *cosigner = vectors_text(v, "checkpoint.cosigner");
    struct hash root = hash_of(hex("checkpoint.root"));
    struct bytes note = {0};
    struct bytes line = {0};
    struct checkpoint c;
    struct error err;
    int64_t at = 0;

    (void)state;
    assert_true(checkpoint_sign(vectors_text(v, "checkpoint.origin"), (uint64_t)vectors_number(v, "checkpoint.size"),
                                &root, log, &note, &err));
    assert_same(bytes_view(&note), view_of_text(vectors_text(v, "checkpoint.note")));
    assert_true(checkpoint_read(bytes_view(&note), &c, &err));
    assert_true(checkpoint_verify(&c, log_public, &err));
    assert_true(
        checkpoint_cosign(c.note.text, cosigner, vectors_number(v, "checkpoint.cosigned_at"), witness, &line, &err));
    bytes_append_view(&note, bytes_view(&line));
    assert_same(bytes_view(&note), view_of_text(vectors_text(v, "checkpoint.cosigned")));
    assert_true(checkpoint_read_cosigned(bytes_view(&note), &c, &err));
    assert_true(checkpoint_verify_cosignature(&c, view_of_text(cosigner), witness_public, &at, &err));
    assert_int_equal(at, vectors_number(v, "checkpoint.cosigned_at"));
    for (size_t i = 0; i < vectors_count(v, "checkpoint.invalid"); i++)
        if (checkpoint_read(text_at("checkpoint.invalid", i, "note"), &c, &err))
            fail_msg("%s", vectors_text(v, path_of("checkpoint.invalid", i, "why")));
    bytes_fini(&note);
    bytes_fini(&line);
    sign_key_free(log);
    sign_key_free(witness);
    verify_key_free(log_public);
    verify_key_free(witness_public);
}

static void assert_statement(const char *which, const char *first_line, const char *seed_of, const char *second_seed)
{
    char path[64];
    struct bytes made = {0};
    struct note n;
    struct error err;
    const char *const seeds[2] = {seed_of, second_seed};
    const char *text;
    const char *name;

    (void)snprintf(path, sizeof path, "statements.%s.text", which);
    text = vectors_text(v, path);
    (void)snprintf(path, sizeof path, "statements.%s.name", which);
    name = vectors_text(v, path);
    for (size_t i = 0; i < 2 && seeds[i] != NULL; i++) {
        struct sign_key *key;

        (void)snprintf(path, sizeof path, "statements.%s.%s", which, seeds[i]);
        key = sign_key_from_seed(hex(path).at);
        assert_true(note_sign(&made, view_of_text(text), name, key, &err));
        sign_key_free(key);
    }
    (void)snprintf(path, sizeof path, "statements.%s.note", which);
    assert_same(bytes_view(&made), view_of_text(vectors_text(v, path)));
    assert_true(note_read(bytes_view(&made), first_line, &n, &err));
    assert_false(note_read(bytes_view(&made), "refex-keys/v1", &n, &err));
    bytes_fini(&made);
}

static void test_statements_are_signed_the_same(void **state)
{
    (void)state;
    assert_statement("succeeds", "refex-succeeds/v1", "old_seed", "new_seed");
    assert_statement("custody", "refex-custody/v1", "seed", NULL);
    assert_statement("collected", "refex-collected/v1", "seed", NULL);
}

static void test_successions_are_read_and_written_the_same(void **state)
{
    const struct view text = view_of_text(vectors_text(v, "statements.succeeds.text"));
    struct bytes again = {0};
    struct succession s;
    struct error err;

    (void)state;
    assert_true(succession_decode(text, &s, &err));
    assert_string_equal(s.agency.text, "ngo@nrm.example");
    succession_encode(&s, &again);
    assert_same(bytes_view(&again), text);
    bytes_fini(&again);
}

static void test_bundle_notes_are_the_same(void **state)
{
    struct sign_key *key = sign_key_from_seed(hex("bundle.signer_seed").at);
    struct bytes text = {0};
    struct bytes note = {0};
    struct bundle b;
    struct error err;

    (void)state;
    assert_true(bundle_decode(view_of_text(vectors_text(v, "bundle.text")), &b, &err));
    assert_int_equal(b.key_count, vectors_count(v, "bundle.keys"));
    for (size_t i = 0; i < b.key_count; i++) {
        assert_same(view_of(b.keys[i].public_key, KEY_SIZE), hex_at("bundle.keys", i, "public"));
        assert_int_equal(b.keys[i].use_from, number_at("bundle.keys", i, "use_from"));
        assert_int_equal(b.keys[i].use_until, number_at("bundle.keys", i, "use_until"));
        assert_int_equal(b.keys[i].keep_until, number_at("bundle.keys", i, "keep_until"));
    }
    bundle_encode(&b, &text);
    assert_same(bytes_view(&text), view_of_text(vectors_text(v, "bundle.text")));
    assert_true(note_sign(&note, bytes_view(&text), vectors_text(v, "bundle.name"), key, &err));
    assert_same(bytes_view(&note), view_of_text(vectors_text(v, "bundle.note")));
    for (size_t i = 0; i < vectors_count(v, "bundle.invalid"); i++)
        if (bundle_decode(text_at("bundle.invalid", i, "text"), &b, &err))
            fail_msg("%s", vectors_text(v, path_of("bundle.invalid", i, "why")));
    sign_key_free(key);
    bytes_fini(&text);
    bytes_fini(&note);
}

static void test_directory_notes_are_the_same(void **state)
{
    struct bytes text = {0};
    struct directory d;
    struct note n;
    struct error err;

    (void)state;
    assert_true(note_read(view_of_text(vectors_text(v, "directory.note")), "refex-directory/v1", &n, &err));
    for (size_t i = 0; i < vectors_count(v, "directory.signers"); i++) {
        struct verify_key *key;

        assert_true(verify_key_new(hex_at("directory.signers", i, "public").at, &key, &err));
        assert_true(note_verify(&n, text_at("directory.signers", i, "name"), key, &err));
        verify_key_free(key);
    }
    assert_true(directory_decode(n.text, &arena, &d, &err));
    assert_int_equal(d.sequence, vectors_number(v, "directory.sequence"));
    assert_int_equal(d.refresh_after_s, vectors_number(v, "directory.refresh_after"));
    assert_int_equal(d.hard_expiry_s, vectors_number(v, "directory.hard_expiry"));
    assert_int_equal(d.member_count, vectors_number(v, "directory.members"));
    assert_true(directory_encode(&d, &text, &err));
    assert_same(bytes_view(&text), n.text);
    for (size_t i = 0; i < vectors_count(v, "directory.invalid"); i++)
        if (directory_decode(text_at("directory.invalid", i, "text"), &arena, &d, &err))
            fail_msg("%s", vectors_text(v, path_of("directory.invalid", i, "why")));
    bytes_fini(&text);
}

/* --- bytes that are hashed or signed --- */

static void test_records_are_read_and_made_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors_count(v, "records"); i++) {
        struct view given = hex_at("records", i, "bytes");
        struct bytes made = {0};
        struct record r;
        struct hash leaf;
        struct error err;

        if (!record_decode(given, &arena, &r, &err))
            fail_msg("%s: %s", vectors_text(v, path_of("records", i, "name")), err.text);
        assert_int_equal(r.kind, number_at("records", i, "kind"));
        assert_int_equal(r.index, number_at("records", i, "index"));
        assert_int_equal(r.time_ms, number_at("records", i, "time"));
        assert_int_equal(r.has_actor, number_at("records", i, "has_actor"));
        record_encode(&r, &made);
        assert_same(bytes_view(&made), given);
        digest_leaf(given, &leaf);
        assert_same(hash_view(&leaf), hex_at("records", i, "leaf"));
        bytes_fini(&made);
    }
}

static void test_bodies_are_read_and_made_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors_count(v, "bodies"); i++) {
        struct view given = hex_at("bodies", i, "bytes");
        struct bytes made = {0};
        struct body b;
        struct error err;

        if (!body_decode(given, &arena, &b, &err))
            fail_msg("%s: %s", vectors_text(v, path_of("bodies", i, "name")), err.text);
        assert_int_equal(b.kind, number_at("bodies", i, "kind"));
        body_encode(&b, &made);
        assert_same(bytes_view(&made), given);
        bytes_fini(&made);
    }
}

typedef bool decode_fn(struct view wire, struct error *err);

static bool decode_record(struct view wire, struct error *err)
{
    struct record out;

    return record_decode(wire, &arena, &out, err);
}

static bool decode_header(struct view wire, struct error *err)
{
    struct envelope_header out;

    return envelope_header_decode(wire, &arena, &out, err);
}

static bool decode_envelope(struct view wire, struct error *err)
{
    struct envelope out;

    return envelope_decode(wire, &arena, &out, err);
}

static bool decode_content(struct view wire, struct error *err)
{
    struct content out;

    return content_decode(wire, &arena, &out, err);
}

static bool decode_body(struct view wire, struct error *err)
{
    struct body out;

    return body_decode(wire, &arena, &out, err);
}

static bool decode_consent_header(struct view wire, struct error *err)
{
    struct consent_header out;

    return consent_header_decode(wire, &arena, &out, err);
}

static bool decode_consent_given(struct view wire, struct error *err)
{
    struct consent_given out;

    return consent_given_decode(wire, &arena, &out, err);
}

static bool decode_grant(struct view wire, struct error *err)
{
    struct grant out;

    return grant_decode(wire, &arena, &out, err);
}

static bool decode_receipt(struct view wire, struct error *err)
{
    struct receipt out;

    return receipt_decode(wire, &arena, &out, err);
}

static bool decode_witness(struct view wire, struct error *err)
{
    struct peer_witness out;

    return peer_witness_decode(wire, &arena, &out, err);
}

static bool decode_cosigned(struct view wire, struct error *err)
{
    struct peer_cosigned out;

    return peer_cosigned_decode(wire, &arena, &out, err);
}

static bool decode_consent_receipt(struct view wire, struct error *err)
{
    struct consent_receipt out;

    return consent_receipt_decode(wire, &arena, &out, err);
}

static bool decode_hello(struct view wire, struct error *err)
{
    struct peer_hello out;

    return peer_hello_decode(wire, &arena, &out, err);
}

static bool decode_ask(struct view wire, struct error *err)
{
    struct peer_ask out;

    return peer_ask_decode(wire, &arena, &out, err);
}

static bool decode_missing(struct view wire, struct error *err)
{
    struct peer_missing out;

    return peer_missing_decode(wire, &arena, &out, err);
}

static void test_what_its_maker_would_not_have_written_is_refused(void **state)
{
    static const struct {
        const char *list;
        decode_fn *decode;
    } kinds[] = {
        {"strict.record", decode_record},
        {"strict.header", decode_header},
        {"strict.envelope", decode_envelope},
        {"strict.content", decode_content},
        {"strict.body", decode_body},
        {"strict.consent_header", decode_consent_header},
        {"strict.consent_given", decode_consent_given},
        {"strict.grant", decode_grant},
        {"strict.receipt", decode_receipt},
        {"strict.witness", decode_witness},
        {"strict.cosigned", decode_cosigned},
        {"strict.consent_receipt", decode_consent_receipt},
        {"strict.closed_consent_receipt", decode_consent_receipt},
        {"strict.hello", decode_hello},
        {"strict.ask", decode_ask},
        {"strict.missing", decode_missing},
    };
    size_t taken = 0;

    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        assert_true(vectors_count(v, kinds[k].list) > 10);
        for (size_t i = 0; i < vectors_count(v, kinds[k].list); i++) {
            char path[64];
            struct error err = {0};

            arena_reset(&arena);
            (void)snprintf(path, sizeof path, "%s.%zu.bytes", kinds[k].list, i);
            if (!kinds[k].decode(hex(path), &err)) {
                assert_true(error_fault(&err) == FAULT_PEER);
                continue;
            }
            (void)snprintf(path, sizeof path, "%s.%zu.why", kinds[k].list, i);
            print_error("%s was taken: %s\n", kinds[k].list, vectors_text(v, path));
            taken++;
        }
    }
    assert_int_equal(taken, 0);
}

static void test_a_hello_is_the_same(void **state)
{
    struct bytes again = {0};
    struct peer_hello h;
    struct error err;

    (void)state;
    assert_true(peer_hello_decode(hex("hello"), &arena, &h, &err));
    assert_int_equal(h.directory_sequence, 12);
    assert_int_equal(h.bundle_sequence, 4);
    assert_int_equal(h.incarnation, 1);
    assert_int_equal(h.linked_size, 70);
    peer_hello_encode(&h, &again);
    assert_same(bytes_view(&again), hex("hello"));
    bytes_fini(&again);
}

/* --- commitments and consent --- */

static void test_commitments_are_the_same(void **state)
{
    static const struct {
        const char *what;
        void (*commit)(const uint8_t salt[static COMMIT_SALT_SIZE], struct view data, struct hash *out);
    } kinds[] = {
        {"body", commit_body},
        {"grant", commit_grant},
        {"consent-header", commit_consent_header},
        {"consent-given", commit_consent_given},
    };

    (void)state;
    for (size_t i = 0; i < vectors_count(v, "commitments"); i++) {
        struct hash made = {{0}};

        if (text_is(text_at("commitments", i, "what"), "attachment") ||
            text_is(text_at("commitments", i, "what"), "text"))
            continue; /* refex makes and reads no attachments, and no texts of a record, yet */
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            if (text_is(text_at("commitments", i, "what"), kinds[k].what))
                kinds[k].commit(hex_at("commitments", i, "salt").at, hex_at("commitments", i, "data"), &made);
        assert_same(hash_view(&made), hex_at("commitments", i, "commitment"));
    }
}

static void assert_parts(const struct consent_receipt *c)
{
    struct commit_consent_parts parts = {.w = c->w, .c = c->c};
    struct hash made;

    assert_same(c->header_bytes, hex("consent.header"));
    assert_same(hash_view(&c->w), hex("consent.w"));
    assert_same(hash_view(&c->c), hex("consent.c"));
    commit_consent_case(hex("consent.salt_c").at, hex("consent.case"), c->shown[0].grant.recipient, &made);
    assert_same(hash_view(&made), hex("consent.c"));
    commit_consent_header(c->salt_h, c->header_bytes, &parts.h);
    assert_same(hash_view(&parts.h), hex("consent.h"));
    commit_grant(c->shown[0].salt, c->shown[0].bytes, &parts.g_0);
    commit_grants(hex("consent.g"), &parts.grants);
    assert_same(hash_view(&parts.grants), hex("consent.rest"));
    commit_consent(&parts, &made);
    assert_same(hash_view(&made), hex("consent.commitment"));
}

static void test_a_consent_receipt_is_the_same_and_covers_what_was_granted(void **state)
{
    struct view given = hex("consent.receipt");
    struct consent_question q = {.sections = SECTION_BIT(1) | SECTION_BIT(2) | SECTION_BIT(9) | SECTION_BIT(3)};
    struct grant grants[3];
    struct consent_receipt c;
    struct bytes made = {0};
    struct hash w;
    struct error err;

    (void)state;
    assert_true(consent_receipt_decode(given, &arena, &c, &err));
    consent_receipt_encode(&c, &made);
    assert_same(bytes_view(&made), given);
    assert_same(c.g, hex("consent.g"));
    assert_same(c.given_bytes, hex("consent.given"));
    commit_consent_given(c.salt_w, c.given_bytes, &w);
    assert_same(hash_view(&w), hash_view(&c.w));
    assert_int_equal(c.shown_count, vectors_count(v, "consent.grants"));
    for (size_t i = 0; i < c.shown_count; i++) {
        struct hash g;

        assert_int_equal(c.shown[i].place, number_at("consent.grants", i, "place"));
        assert_same(c.shown[i].bytes, hex_at("consent.grants", i, "bytes"));
        commit_grant(c.shown[i].salt, c.shown[i].bytes, &g);
        assert_same(hash_view(&g), hex_at("consent.grants", i, "g"));
        if (c.shown[i].place != 0)
            assert_same(hash_view(&g), view_of(c.g.at + HASH_SIZE * (c.shown[i].place - 1), HASH_SIZE));
        grants[i] = c.shown[i].grant;
    }
    assert_parts(&c);

    q.recipient = view_of_text("mission@nrm.example");
    q.sender = view_of_text("ngo@nrm.example");
    q.purpose = PURPOSE_SERVICES;
    q.today = c.header.until - 89;
    assert_int_equal(consent_covers(&c.header, grants, 3, &q, NULL), SECTION_BIT(1) | SECTION_BIT(2) | SECTION_BIT(9));
    assert_int_equal(consent_permits(&c.header, grants, 3, &q), 0);
    q.sender = q.recipient;
    q.recipient = view_of_text("ministry@nrm.example");
    assert_int_not_equal(consent_permits(&c.header, grants, 3, &q), 0);
    assert_int_equal(consent_covers(&c.header, grants, 3, &q, NULL), SECTION_BIT(1) | SECTION_BIT(2));
    bytes_fini(&made);
}

static void test_a_closed_consent_receipt_is_the_same_and_opens_the_referral_alone(void **state)
{
    struct view given = hex("consent.closed");
    struct consent_receipt c;
    struct bytes made = {0};
    struct error err;

    (void)state;
    assert_true(consent_receipt_decode(given, &arena, &c, &err));
    assert_true(consent_receipt_is_closed(&c));
    consent_receipt_encode(&c, &made);
    assert_same(bytes_view(&made), given);
    assert_same(hash_view(&c.rest), hex("consent.rest"));
    assert_int_equal(c.shown_count, 1);
    assert_int_equal(c.shown[0].grant.sections, 0);
    assert_int_equal(c.given_bytes.size, 0);
    assert_parts(&c);
    bytes_fini(&made);
}

/* --- the envelope --- */

static void test_plaintexts_are_padded_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < vectors_count(v, "padding.buckets"); i++)
        assert_true(envelope_is_bucket((size_t)number_at("padding.buckets", i, "")));
    for (size_t i = 0; i < vectors_count(v, "padding.sizes"); i++)
        assert_int_equal(envelope_bucket((size_t)number_at("padding.sizes", i, "content") + 4),
                         number_at("padding.sizes", i, "plaintext"));
    for (size_t i = 0; i < vectors_count(v, "padding.invalid"); i++) {
        size_t size = (size_t)number_at("padding.invalid", i, "length");
        struct view head = hex_at("padding.invalid", i, "head");
        uint8_t *plain = arena_new(&arena, size);
        struct view content;
        struct error err;

        memcpy(plain, head.at, head.size);
        plain[size - 1] = (uint8_t)number_at("padding.invalid", i, "last");
        if (content_unpad(view_of(plain, size), &content, &err))
            fail_msg("%s", vectors_text(v, path_of("padding.invalid", i, "why")));
    }
}

static void assert_message(size_t i, struct seal_recipient *recipient_ctx)
{
    struct view given = hex_at("envelope.messages", i, "envelope");
    uint64_t size = (uint64_t)number_at("envelope.messages", i, "size");
    struct bytes made = {0};
    struct bytes aad = {0};
    struct bytes plain = {0};
    struct envelope e;
    struct content c;
    struct checkpoint point;
    struct record r;
    struct hash leaf;
    struct hash commitment;
    struct view inside;
    struct error err;

    assert_true(envelope_decode(given, &arena, &e, &err));
    assert_same(e.header_bytes, hex_at("envelope.messages", i, "header"));
    assert_int_equal(e.header.sequence, number_at("envelope.messages", i, "sequence"));
    envelope_header_encode(&e.header, &made);
    assert_same(bytes_view(&made), e.header_bytes);
    seal_aad(e.header_bytes, &aad);
    assert_same(bytes_view(&aad), hex_at("envelope.messages", i, "aad"));
    assert_true(seal_recipient_open(recipient_ctx, e.header.sequence, bytes_view(&aad), e.ciphertext, &plain, &err));
    assert_int_equal(plain.size, number_at("envelope.messages", i, "plaintext_length"));
    assert_true(content_unpad(bytes_view(&plain), &inside, &err));
    assert_same(inside, hex_at("envelope.messages", i, "content"));
    assert_true(content_decode(inside, &arena, &c, &err));
    bytes_clear(&made);
    assert_true(content_pad(&c, 0, &made, &err));
    assert_same(bytes_view(&made), bytes_view(&plain));

    assert_same(c.record, hex_at("envelope.messages", i, "record"));
    assert_true(record_decode(c.record, &arena, &r, &err));
    assert_true(checkpoint_read(c.checkpoint, &point, &err));
    assert_int_equal(point.size, size);
    digest_leaf(c.record, &leaf);
    assert_true(merkle_verify_inclusion(&leaf, r.index, point.size, c.path, &point.root));
    commit_body(c.body_salt, c.body, &commitment);
    assert_true(hash_equal(&commitment, &r.disclosed.commitment));
    assert_int_equal(c.consent.size != 0, r.disclosed.has_consent);
    bytes_fini(&made);
    bytes_fini(&aad);
    bytes_fini(&plain);
}

static void test_envelopes_open_and_prove_what_they_say(void **state)
{
    struct hash fid = hash_of(hex("envelope.fid"));
    struct seal_key *key = seal_key_from_raw(hex("envelope.recipient_sk").at);
    uint8_t public_key[SEAL_PUBLIC_SIZE];
    struct seal_parties parties = {.suite = SEAL_SUITE, .sender_fid = &fid, .recipient_fid = &fid};
    struct seal_recipient *recipient_ctx;
    struct bytes info = {0};
    struct ident id;
    struct error err;

    (void)state;
    seal_key_public(key, public_key);
    seal_key_id(SEAL_SUITE, public_key, &id);
    assert_same(ident_view(&id), hex("envelope.sealing_key_id"));
    parties.sender = view_of_text(vectors_text(v, "envelope.sender"));
    parties.recipient = view_of_text(vectors_text(v, "envelope.recipient"));
    parties.key = &id;
    seal_info(&parties, &info);
    assert_same(bytes_view(&info), hex("envelope.info"));
    assert_true(seal_recipient_new(key, hex("envelope.enc").at, bytes_view(&info), &recipient_ctx, &err));
    for (size_t i = 0; i < vectors_count(v, "envelope.messages"); i++)
        assert_message(i, recipient_ctx);
    seal_recipient_free(recipient_ctx);
    seal_key_free(key);
    bytes_fini(&info);
}

static void test_a_growth_proof_in_a_message_links_both_checkpoints(void **state)
{
    struct checkpoint first;
    struct checkpoint second;
    struct consent_receipt consent;
    struct content c;
    struct error err;

    (void)state;
    assert_true(consent_receipt_decode(hex("consent.receipt"), &arena, &consent, &err));
    assert_true(checkpoint_read(consent.checkpoint, &first, &err));
    assert_true(content_decode(hex("envelope.messages.1.content"), &arena, &c, &err));
    assert_true(checkpoint_read(c.checkpoint, &second, &err));
    assert_int_equal(c.known_size, first.size);
    assert_true(merkle_verify_consistency(first.size, &first.root, second.size, &second.root, c.consistency));
}

static void test_what_arrived_is_asked_and_answered_in_the_same_bytes(void **state)
{
    struct peer_asked items[3];
    struct ident ids[2];
    struct peer_missing missing;
    struct peer_ask ask;
    struct bytes made = {0};
    struct error err;

    (void)state;
    assert_int_equal(vectors_count(v, "asked.asked"), 3);
    for (size_t i = 0; i < 3; i++) {
        memcpy(items[i].message.at, hex(path_of("asked.asked", i, "message")).at, sizeof items[i].message.at);
        memcpy(items[i].leaf.at, hex(path_of("asked.asked", i, "leaf")).at, sizeof items[i].leaf.at);
    }
    peer_ask_encode(&(struct peer_ask){.asked = items, .count = 3}, &made);
    assert_same(bytes_view(&made), hex("asked.ask"));
    assert_true(peer_ask_decode(hex("asked.ask"), &arena, &ask, &err));
    assert_int_equal(ask.count, 3);
    assert_memory_equal(ask.asked, items, sizeof items);
    assert_true(peer_ask_decode(hex("asked.most"), &arena, &ask, &err));
    assert_int_equal(ask.count, 256);

    ids[0] = items[0].message;
    ids[1] = items[2].message;
    assert_same(hex("asked.not_arrived.0"), view_of(ids[0].at, sizeof ids[0].at));
    bytes_clear(&made);
    peer_missing_encode(&(struct peer_missing){.ids = ids, .count = 2}, &made);
    assert_same(bytes_view(&made), hex("asked.missing"));
    assert_true(peer_missing_decode(hex("asked.missing"), &arena, &missing, &err));
    assert_int_equal(missing.count, 2);
    assert_memory_equal(missing.ids, ids, sizeof ids);
    assert_true(peer_missing_decode(hex("asked.none_missing"), &arena, &missing, &err));
    assert_int_equal(missing.count, 0);
    bytes_fini(&made);
}

static void test_receipts_are_the_same_and_answer_the_messages(void **state)
{
    static const char *const which[] = {"receipt.received", "receipt.refused"};
    struct verify_key *key;
    struct content relay_content;
    struct error err;

    (void)state;
    assert_true(verify_key_new(hex("receipt.log_public").at, &key, &err));
    for (size_t i = 0; i < 2; i++) {
        struct view given = hex(which[i]);
        struct bytes made = {0};
        struct checkpoint point;
        struct receipt r;
        struct record record;
        struct hash leaf;

        assert_true(receipt_decode(given, &arena, &r, &err));
        receipt_encode(&r, &made);
        assert_same(bytes_view(&made), given);
        assert_true(record_decode(r.record, &arena, &record, &err));
        assert_int_equal(record.kind, i == 0 ? RECORD_RECEIVED : RECORD_REFUSED);
        assert_same(hash_view(&record.received.leaf), hex_at("envelope.messages", i, "leaf"));
        assert_true(checkpoint_read(r.checkpoint, &point, &err));
        assert_true(text_is(point.origin, vectors_text(v, "receipt.origin")));
        assert_true(checkpoint_verify(&point, key, &err));
        digest_leaf(r.record, &leaf);
        assert_true(merkle_verify_inclusion(&leaf, record.index, point.size, r.path, &point.root));
        bytes_fini(&made);
    }
    assert_true(content_decode(hex("receipt.content_by_relay"), &arena, &relay_content, &err));
    assert_false(relay_content.has_body);
    verify_key_free(key);
}

static void read_checkpoint(struct view note, struct checkpoint *out)
{
    struct error err;

    if (!checkpoint_read(note, out, &err))
        fail_msg("%s", err.text);
}

/* The path from FROM_SIZE, of the note FROM, leads to the note TO. */
static void assert_grows(struct view from, uint64_t from_size, struct view to, struct view path)
{
    struct checkpoint small;
    struct checkpoint large;

    read_checkpoint(from, &small);
    read_checkpoint(to, &large);
    assert_int_equal(small.size, from_size);
    assert_true(merkle_verify_consistency(small.size, &small.root, large.size, &large.root, path));
}

static void test_what_stands_beside_a_receipt_is_the_same(void **state)
{
    struct view given = hex("receipt.beside");
    struct bytes made = {0};
    struct receipt plain;
    struct receipt r;
    struct error err;

    (void)state;
    assert_true(receipt_decode(given, &arena, &r, &err));
    receipt_encode(&r, &made);
    assert_same(bytes_view(&made), given);
    assert_true(receipt_decode(hex("receipt.refused"), &arena, &plain, &err));
    assert_same(r.record, plain.record);
    assert_same(r.checkpoint, plain.checkpoint);
    assert_int_equal(plain.linked, 0);
    assert_int_equal(r.linked, vectors_number(v, "receipt.linked"));
    assert_grows(view_of_text(vectors_text(v, "receipt.grown_from")), r.from_size, r.checkpoint, r.consistency);
    bytes_fini(&made);
}

static struct peer_witness witness_of(const char *path)
{
    struct view given = hex(path);
    struct bytes made = {0};
    struct peer_witness w;
    struct error err;

    if (!peer_witness_decode(given, &arena, &w, &err))
        fail_msg("%s: %s", path, err.text);
    peer_witness_encode(&w, &made);
    assert_same(bytes_view(&made), given);
    bytes_fini(&made);
    return w;
}

static void test_how_a_log_grew_is_asked_and_answered_the_same(void **state)
{
    struct view linked = view_of_text(vectors_text(v, "witness.linked"));
    struct peer_witness w = witness_of("witness.nothing");

    (void)state;
    assert_int_equal(w.linked.size, 0);
    w = witness_of("witness.memory");
    assert_same(w.linked, linked);
    assert_int_equal(w.size_count, 0);
    w = witness_of("witness.question");
    assert_same(w.linked, linked);
    assert_int_equal(w.size_count, vectors_count(v, "witness.sizes"));
    for (size_t i = 0; i < w.size_count; i++)
        assert_int_equal(w.sizes[i], number_at("witness.sizes", i, ""));
    w = witness_of("witness.answer");
    assert_int_equal(w.grown_count, 2);
    for (size_t i = 0; i < w.grown_count; i++) {
        assert_grows(linked, w.grown[i].from_size, w.grown[i].checkpoint, w.grown[i].consistency);
        linked = w.grown[i].checkpoint; /* the next begins where this one ends */
    }
    w = witness_of("witness.same_size");
    assert_int_equal(w.grown[0].consistency.size, 0);
}

static struct peer_cosigned cosigned_of(const char *path)
{
    struct view given = hex(path);
    struct bytes made = {0};
    struct peer_cosigned c;
    struct error err;

    if (!peer_cosigned_decode(given, &arena, &c, &err))
        fail_msg("%s: %s", path, err.text);
    peer_cosigned_encode(&c, &made);
    assert_same(bytes_view(&made), given);
    bytes_fini(&made);
    return c;
}

static void test_a_cosignature_is_asked_for_and_given_the_same(void **state)
{
    struct peer_cosigned c = cosigned_of("cosigned.wish");
    struct verify_key *key;
    struct checkpoint point;
    struct error err;
    int64_t at;

    (void)state;
    assert_int_equal(c.from_size, vectors_number(v, "cosigned.from_size"));
    assert_grows(view_of_text(vectors_text(v, "witness.linked")), c.from_size, c.checkpoint, c.consistency);
    assert_int_equal(cosigned_of("cosigned.first_wish").from_size, 0);
    c = cosigned_of("cosigned.answer");
    assert_int_equal(c.from_size, 0);
    assert_true(verify_key_new(hex("cosigned.cosigner_public").at, &key, &err));
    assert_true(checkpoint_read_cosigned(c.checkpoint, &point, &err));
    assert_true(
        checkpoint_verify_cosignature(&point, view_of_text(vectors_text(v, "cosigned.cosigner")), key, &at, &err));
    assert_int_equal(at, vectors_number(v, "cosigned.cosigned_at"));
    verify_key_free(key);
}

/* --- at rest --- */

static void test_what_is_stored_opens_with_the_same_keys(void **state)
{
    struct view data_key = hex("storage.data_key");
    struct view storage_key = hex("storage.storage_key");

    (void)state;
    for (size_t i = 0; i < vectors_count(v, "storage.stored"); i++) {
        struct secretbox_place place = {.table = vectors_text(v, path_of("storage.stored", i, "table")),
                                        .row = (uint64_t)number_at("storage.stored", i, "row"),
                                        .column = vectors_text(v, path_of("storage.stored", i, "column")),
                                        .owner = hex_at("storage.stored", i, "owner")};
        uint8_t key[SECRETBOX_KEY_SIZE];
        struct bytes opened = {0};
        struct error err;

        secretbox_section_key(data_key.at, vectors_text(v, path_of("storage.stored", i, "section")), key);
        assert_true(secretbox_open_bytes(key, &place, hex_at("storage.stored", i, "stored"), &opened, &err));
        assert_same(bytes_view(&opened), hex_at("storage.stored", i, "plain"));
        place.row ^= 1;
        assert_false(secretbox_open_bytes(key, &place, hex_at("storage.stored", i, "stored"), &opened, &err));
        bytes_fini(&opened);
    }
    for (size_t i = 0; i < vectors_count(v, "storage.wrapped"); i++) {
        uint64_t generation = (uint64_t)number_at("storage.wrapped", i, "generation");
        uint64_t slot = (uint64_t)number_at("storage.wrapped", i, "slot");
        struct view wrapped = hex_at("storage.wrapped", i, "wrapped");
        uint8_t key[SECRETBOX_KEY_SIZE];

        assert_int_equal(wrapped.size, SECRETBOX_WRAPPED_SIZE);
        assert_true(secretbox_unwrap(storage_key.at, generation, slot, wrapped.at, key));
        assert_same(view_of(key, sizeof key), data_key);
        assert_false(secretbox_unwrap(storage_key.at, generation + 1, slot, wrapped.at, key));
        assert_false(secretbox_unwrap(storage_key.at, generation, slot + 1, wrapped.at, key));
    }
}

#define TEST(f) cmocka_unit_test_setup(f, reset_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_names_are_told_from_what_is_none),
        TEST(test_origins_and_key_names_are_the_same),
        TEST(test_fingerprints_are_the_same_and_slips_are_noticed),
        TEST(test_roots_and_proofs_are_the_same),
        TEST(test_checkpoints_and_cosignatures_are_the_same),
        TEST(test_statements_are_signed_the_same),
        TEST(test_successions_are_read_and_written_the_same),
        TEST(test_bundle_notes_are_the_same),
        TEST(test_directory_notes_are_the_same),
        TEST(test_records_are_read_and_made_the_same),
        TEST(test_bodies_are_read_and_made_the_same),
        TEST(test_a_hello_is_the_same),
        TEST(test_what_its_maker_would_not_have_written_is_refused),
        TEST(test_commitments_are_the_same),
        TEST(test_a_consent_receipt_is_the_same_and_covers_what_was_granted),
        TEST(test_a_closed_consent_receipt_is_the_same_and_opens_the_referral_alone),
        TEST(test_plaintexts_are_padded_the_same),
        TEST(test_envelopes_open_and_prove_what_they_say),
        TEST(test_a_growth_proof_in_a_message_links_both_checkpoints),
        TEST(test_what_arrived_is_asked_and_answered_in_the_same_bytes),
        TEST(test_receipts_are_the_same_and_answer_the_messages),
        TEST(test_what_stands_beside_a_receipt_is_the_same),
        TEST(test_how_a_log_grew_is_asked_and_answered_the_same),
        TEST(test_a_cosignature_is_asked_for_and_given_the_same),
        TEST(test_what_is_stored_opens_with_the_same_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
