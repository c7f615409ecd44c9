#include "exchange/logs/proofs.h"

#include "auditlog/checkpoint.h"
#include "auditlog/checkpoint_cache.h"
#include "auditlog/merkle.h"
#include "codec/audit_messages.h"
#include "crypto/digest.h"
#include "exchange/state.h"

#include <stdlib.h>

/* The checkpoint checked last, decoded. A batch of messages or receipts carries the same one. */
struct last_checkpoint {
    struct address agency; /* empty: none */
    struct bytes note;
    uint32_t incarnation;
    uint64_t size;
    struct hash root;
};

struct proofs {
    struct checkpoint_cache *cache;
    struct last_checkpoint last;
};

struct proofs *proofs_new(void)
{
    struct proofs *p = xnew(sizeof *p);

    p->cache = checkpoint_cache_new();
    return p;
}

void proofs_free(struct proofs *p)
{
    if (p == NULL)
        return;
    checkpoint_cache_free(p->cache);
    bytes_fini(&p->last.note);
    free(p);
}

void proofs_invalidate(struct proofs *p)
{
    checkpoint_cache_free(p->cache);
    p->cache = checkpoint_cache_new();
    p->last.agency.text[0] = '\0';
}

static bool fail_step(enum admission_step *failed, enum admission_step step)
{
    if (failed != NULL)
        *failed = step;
    return false;
}

/* Also for an agency that has left since: what it signed before stays valid, unless its key was compromised. */
static bool signer_of(struct exchange *x, struct view agency, struct peer *peer, struct error *err)
{
    if (!membership_find_peer(x->membership, agency, peer) || peer->identity == NULL)
        return error_set(err, E_LOG_20, "%.*s is not in the directory", (int)agency.size, (const char *)agency.at);
    if (peer->revoked && peer->reason == REVOKED_KEY_COMPROMISE)
        return error_set(err, E_LOG_20, "the key of %.*s is in other hands", (int)agency.size, (const char *)agency.at);
    return true;
}

static bool check_origin(struct exchange *x, struct view agency, struct view origin, uint32_t *incarnation,
                         struct error *err)
{
    struct address address;
    bool house;

    if (!address_read(agency, &address) ||
        !origin_read(origin, membership_federation(x->membership), &address, incarnation, &house) || house)
        return error_set(err, E_LOG_21, "a checkpoint is not of the exchange log of %.*s", (int)agency.size,
                         (const char *)agency.at);
    return true;
}

static bool check_signature(struct exchange *x, const struct checkpoint *c, struct view note, const struct peer *peer,
                            struct error *err)
{
    struct proofs *p = x->proofs;

    if (checkpoint_cache_has(p->cache, note, &peer->identity_certificate))
        return true;
    if (!checkpoint_verify(c, peer->identity, err))
        return false;
    checkpoint_cache_put(p->cache, note, &peer->identity_certificate);
    return true;
}

/* Decodes the checkpoint and checks origin and signature, unless it is the one checked last. */
static bool read_checkpoint(struct exchange *x, const struct proof_question *q, struct error *err)
{
    struct last_checkpoint *last = &x->proofs->last;
    struct checkpoint c;
    struct peer peer;

    if (view_equal(address_view(&last->agency), q->agency) && view_equal(bytes_view(&last->note), q->checkpoint))
        return true;
    last->agency.text[0] = '\0';
    if (!checkpoint_read(q->checkpoint, &c, err) || !check_origin(x, q->agency, c.origin, &last->incarnation, err) ||
        !signer_of(x, q->agency, &peer, err) || !check_signature(x, &c, q->checkpoint, &peer, err))
        return false;
    bytes_clear(&last->note);
    bytes_append_view(&last->note, q->checkpoint);
    last->size = c.size;
    last->root = c.root;
    return address_read(q->agency, &last->agency);
}

bool proofs_check(struct exchange *x, const struct proof_question *q, struct proof_answer *out,
                  enum admission_step *failed, struct error *err)
{
    const struct last_checkpoint *last = &x->proofs->last;

    if (q->record.size > BOUND_RECORD || !record_decode(q->record, &x->tick_arena, &out->record, err)) {
        if (q->record.size > BOUND_RECORD)
            error_set(err, E_LOG_22, "a record is over %d bytes", BOUND_RECORD);
        return fail_step(failed, STEP_CONTENT);
    }
    if (!read_checkpoint(x, q, err))
        return fail_step(failed, STEP_CHECKPOINT);
    digest_leaf(q->record, &out->leaf);
    out->incarnation = last->incarnation;
    out->size = last->size;
    out->root = last->root;
    if (out->record.index >= last->size ||
        !merkle_verify_inclusion(&out->leaf, out->record.index, last->size, q->path, &last->root)) {
        error_set(err, E_LOG_23, "a record is not in the log that its checkpoint names");
        return fail_step(failed, STEP_INCLUSION);
    }
    return true;
}

bool proofs_check_note(struct exchange *x, struct view agency, struct view note, struct proof_answer *out,
                       struct error *err)
{
    struct proof_question q = {.agency = agency, .checkpoint = note};

    if (!read_checkpoint(x, &q, err))
        return false;
    out->incarnation = x->proofs->last.incarnation;
    out->size = x->proofs->last.size;
    out->root = x->proofs->last.root;
    return true;
}
