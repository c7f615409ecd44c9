#include "exchange/logs/proofs.h"

#include "auditlog/checkpoint.h"
#include "auditlog/checkpoint_cache.h"
#include "auditlog/merkle.h"
#include "codec/audit_messages.h"
#include "crypto/digest.h"

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
    const struct federation *federation;
    proofs_signer_fn *find_signer;
    void *cookie;
    struct checkpoint_cache *cache;
    struct last_checkpoint last;
    bool changed; /* up to where a former key counts, since it was asked */
};

struct proofs *proofs_new(const struct federation *federation, proofs_signer_fn *find_signer, void *cookie)
{
    struct proofs *p = xnew(sizeof *p);

    *p = (struct proofs){.federation = federation, .find_signer = find_signer, .cookie = cookie};
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

bool proofs_changed(struct proofs *p)
{
    bool changed = p->changed;

    p->changed = false;
    return changed;
}

static bool fail_step(enum admission_step *failed, enum admission_step step)
{
    if (failed != NULL)
        *failed = step;
    return false;
}

static bool check_origin(const struct proofs *p, struct view agency, struct view origin, uint32_t *incarnation,
                         struct error *err)
{
    struct address address;
    bool house;

    if (!address_read(agency, &address) || !origin_read(origin, p->federation, &address, incarnation, &house) || house)
        return error_set(err, E_LOG_21, "a checkpoint is not of the exchange log of %.*s", (int)agency.size,
                         (const char *)agency.at);
    return true;
}

static bool is_of_before(const struct proof_change *change, uint64_t size, uint32_t incarnation)
{
    if (incarnation == 0 || change->incarnation == 0)
        return true;
    return incarnation < change->incarnation || (incarnation == change->incarnation && size <= change->size);
}

/* By the newest key alone: who has one of before could end what an older one signed. Whether it is smaller. */
static bool note_change(struct proof_change *change, uint64_t size, uint32_t incarnation)
{
    if (incarnation == 0)
        return false;
    if (change->incarnation != 0 && incarnation >= change->incarnation &&
        (incarnation != change->incarnation || size >= change->size))
        return false;
    *change = (struct proof_change){incarnation, size, true};
    return true;
}

static bool check_by_keys(const struct proof_signer *s, const struct checkpoint *c, uint32_t incarnation, bool *changed,
                          struct error *err)
{
    struct error why;

    if (checkpoint_verify(c, s->key, &why)) {
        for (size_t i = 0; i < s->former_count; i++)
            *changed = note_change(s->changes[i], c->size, incarnation) || *changed;
        return true;
    }
    for (size_t i = 0; i < s->former_count && is_of_before(s->changes[i], c->size, incarnation); i++)
        if (checkpoint_verify(c, s->former[i], err))
            return true;
    *err = why;
    return false;
}

bool proof_signer_check(const struct proof_signer *s, const struct checkpoint *c, uint32_t incarnation,
                        struct error *err)
{
    bool changed = false;

    return check_by_keys(s, c, incarnation, &changed, err);
}

static bool check_signature(struct proofs *p, const struct checkpoint *c, struct view note,
                            const struct proof_signer *signer, uint32_t incarnation, struct error *err)
{
    bool changed = false;

    if (checkpoint_cache_has(p->cache, note, &signer->certificate))
        return true;
    if (!check_by_keys(signer, c, incarnation, &changed, err))
        return false;
    if (changed) { /* a former key may have signed what is in the cache */
        p->changed = true;
        proofs_invalidate(p);
    }
    checkpoint_cache_put(p->cache, note, &signer->certificate);
    return true;
}

/* Decodes the checkpoint and checks origin and signature, unless it is the one checked last. */
static bool read_checkpoint(struct proofs *p, const struct proof_question *q, struct error *err)
{
    struct last_checkpoint *last = &p->last;
    struct proof_signer signer;
    struct checkpoint c;

    if (view_equal(address_view(&last->agency), q->agency) && view_equal(bytes_view(&last->note), q->checkpoint))
        return true;
    last->agency.text[0] = '\0';
    if (!checkpoint_read(q->checkpoint, &c, err) || !check_origin(p, q->agency, c.origin, &last->incarnation, err) ||
        !p->find_signer(p->cookie, q->agency, &signer, err) ||
        !check_signature(p, &c, q->checkpoint, &signer, last->incarnation, err))
        return false;
    bytes_clear(&last->note);
    bytes_append_view(&last->note, q->checkpoint);
    last->size = c.size;
    last->root = c.root;
    return address_read(q->agency, &last->agency);
}

bool proofs_check(struct proofs *p, const struct proof_question *q, struct arena *arena, struct proof_answer *out,
                  enum admission_step *failed, struct error *err)
{
    const struct last_checkpoint *last = &p->last;

    if (q->record.size > BOUND_RECORD || !record_decode(q->record, arena, &out->record, err)) {
        if (q->record.size > BOUND_RECORD)
            error_set(err, E_LOG_22, "a record is over %d bytes", BOUND_RECORD);
        return fail_step(failed, STEP_CONTENT);
    }
    if (!read_checkpoint(p, q, err))
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

bool proofs_check_note(struct proofs *p, struct view agency, struct view note, struct proof_answer *out,
                       struct error *err)
{
    struct proof_question q = {.agency = agency, .checkpoint = note};

    if (!read_checkpoint(p, &q, err))
        return false;
    out->incarnation = p->last.incarnation;
    out->size = p->last.size;
    out->root = p->last.root;
    return true;
}
