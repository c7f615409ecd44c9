#include "forge.h"

#include <string.h>

#include "auditlog/checkpoint.h"
#include "auditlog/merkle.h"
#include "codec/audit_messages.h"
#include "codec/envelope_codec.h"
#include "crypto/commit.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "exchange/logs/audit.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/tick.h"
#include "exchange/vault.h"

void forge_record(struct world *w, size_t i, struct record *r, struct arena *arena, struct audit_proof *out)
{
    struct exchange *x = world_node(w, i);
    uint64_t index = audit_size(x->audit, LOG_EXCHANGE);
    struct error err;

    world_must(tick_begin(x, &err) && audit_append(x->audit, r, NULL, &err), &err, "append a record");
    world_tick(w, i);
    world_must(audit_prove(x->audit, index, AUDIT_NEWEST, arena, out, &err), &err, "prove a record");
}

struct leaves {
    const struct hash *at;
};

static bool node_of_leaves(void *cookie, unsigned level, uint64_t index, struct hash *out, struct error *err)
{
    const struct leaves *l = cookie;

    (void)err;
    merkle_root_of(l->at + (index << level), (size_t)1 << level, out);
    return true;
}

void forge_other_log(struct world *w, size_t from, struct record *r, const struct forgery *f, size_t count,
                     struct arena *arena, struct audit_proof *out)
{
    struct exchange *x = world_node(w, from);
    uint64_t size = f->other_size != 0 ? f->other_size : 1;
    struct hash *leaves = arena_new(arena, (size_t)size * sizeof *leaves);
    struct leaves all = {leaves};
    struct hash path[BOUND_PATH];
    size_t path_count;
    char origin[ORIGIN_MAX];
    struct bytes record = {0};
    struct bytes note = {0};
    struct hash root;
    struct error err;

    for (uint64_t i = 0; i < size; i++)
        random_fill(x->random, leaves[i].at, HASH_SIZE);
    for (size_t i = 0; i < count; i++) {
        r[i].index = f[i].other_index;
        r[i].time_ms = tick_record_ms(x);
        bytes_clear(&record);
        record_encode(&r[i], &record);
        out[i].record = arena_copy(arena, bytes_view(&record));
        digest_leaf(out[i].record, &leaves[r[i].index]);
    }
    merkle_root_of(leaves, (size_t)size, &root);
    origin_write(membership_federation(x->membership), membership_own(x->membership), f->incarnation, false, origin);
    world_must(checkpoint_sign(origin, size, &root, vault_identity(x->vault), &note, &err), &err, "sign a checkpoint");
    for (size_t i = 0; i < count; i++) {
        world_must(merkle_path(r[i].index, size, node_of_leaves, &all, path, &path_count, &err), &err, "a path");
        out[i].path = arena_copy(arena, view_of(path, path_count * HASH_SIZE));
        out[i].checkpoint = arena_copy(arena, bytes_view(&note));
        out[i].size = size;
    }
    bytes_fini(&record);
    bytes_fini(&note);
}

static void seal(struct exchange *x, struct envelope_header *h, struct view plain, struct bytes *out)
{
    const struct federation *f = membership_federation(x->membership);
    struct seal_parties parties = {.suite = SEAL_SUITE,
                                   .sender_fid = &f->fid,
                                   .recipient_fid = &f->fid,
                                   .sender = address_view(&h->sender),
                                   .recipient = address_view(&h->recipient),
                                   .key = &h->key};
    const struct bundle_key *key;
    struct seal_sender *sender;
    struct bytes info = {0};
    struct bytes header = {0};
    struct bytes aad = {0};
    struct bytes sealed = {0};
    struct error err;

    world_must(
        membership_sealing_key(x->membership, address_view(&h->recipient), day_of_ms(tick_record_ms(x)), &key, &err),
        &err, "find a sealing key");
    seal_key_id(SEAL_SUITE, key->public_key, &h->key);
    seal_info(&parties, &info);
    world_must(seal_sender_new(key->public_key, bytes_view(&info), h->enc, &sender, &err), &err, "encapsulate");
    envelope_header_encode(h, &header);
    seal_aad(bytes_view(&header), &aad);
    world_must(seal_sender_seal(sender, 0, bytes_view(&aad), plain, &sealed, &err), &err, "seal");
    envelope_encode(&(struct envelope){.header_bytes = bytes_view(&header), .ciphertext = bytes_view(&sealed)}, out);
    seal_sender_free(sender);
    bytes_fini(&info);
    bytes_fini(&header);
    bytes_fini(&aad);
    bytes_fini(&sealed);
}

static struct record record_of(struct world *w, size_t from, size_t to, const struct forgery *f)
{
    struct exchange *x = world_node(w, from);
    struct record r = {.kind = RECORD_DISCLOSED, .disclosed = f->record};
    static const uint8_t salt[COMMIT_SALT_SIZE];

    if (ident_is_zero(&r.disclosed.message))
        ident_for_message(x->random, tick_record_ms(x), &r.disclosed.message);
    if (r.disclosed.recipient.size == 0)
        r.disclosed.recipient = address_view(world_address(w, to));
    if (hash_equal(&r.disclosed.commitment, &(struct hash){{0}}))
        commit_body(salt, f->body, &r.disclosed.commitment);
    return r;
}

static void seal_forged(struct world *w, size_t from, size_t to, const struct forgery *f, const struct record *r,
                        const struct audit_proof *proof, struct bytes *out)
{
    struct content content = {.record = proof->record,
                              .path = proof->path,
                              .checkpoint = proof->checkpoint,
                              .has_body = true,
                              .body = f->body,
                              .consent = f->consent,
                              .consistency = f->consistency,
                              .known_size = f->known_size,
                              .version = CONTENT_VERSION};
    struct envelope_header h = {.version = ENVELOPE_VERSION,
                                .suite = SEAL_SUITE,
                                .message = ident_is_zero(&f->message) ? r->disclosed.message : f->message,
                                .sender = *world_address(w, from),
                                .recipient = *world_address(w, to),
                                .expiry = f->expiry != 0 ? f->expiry : day_of_ms(world_now(w)) + 1};
    struct bytes plain = {0};
    struct error err;

    if (f->change != NULL)
        f->change(w, &h, &content);
    world_must(content_pad(&content, 0, &plain, &err), &err, "pad");
    if (f->change_plain != NULL)
        f->change_plain(&plain);
    seal(world_node(w, from), &h, bytes_view(&plain), out);
    bytes_fini(&plain);
}

void forge_envelope(struct world *w, size_t from, size_t to, const struct forgery *f, struct bytes *out)
{
    struct record r;
    struct audit_proof proof;
    struct arena arena = {0};

    if (f->incarnation != 0) {
        forge_envelopes(w, from, to, f, 1, out);
        return;
    }
    r = record_of(w, from, to, f);
    forge_record(w, from, &r, &arena, &proof);
    seal_forged(w, from, to, f, &r, &proof, out);
    arena_fini(&arena);
}

void forge_envelopes(struct world *w, size_t from, size_t to, const struct forgery *f, size_t count, struct bytes *out)
{
    struct arena arena = {0};
    struct record *r = arena_new(&arena, count * sizeof *r);
    struct audit_proof *proofs = arena_new(&arena, count * sizeof *proofs);

    for (size_t i = 0; i < count; i++)
        r[i] = record_of(w, from, to, &f[i]);
    forge_other_log(w, from, r, f, count, &arena, proofs);
    for (size_t i = 0; i < count; i++)
        seal_forged(w, from, to, &f[i], &r[i], &proofs[i], &out[i]);
    arena_fini(&arena);
}
