#include "exchange/traffic/opening.h"

#include "crypto/seal.h"
#include "exchange/state.h"

#include <stdlib.h>
#include <string.h>

/* HPKE recipient contexts, cached by encapsulated key, because a sender uses one key for a minute (docs/PROTOCOL.md 6).
 * Enough for four each of 32 peers. */
#define CONTEXTS_MAX 128

struct cached_recipient {
    struct seal_recipient *context;
    struct address sender;
    struct ident key;
    uint8_t enc[SEAL_ENC_SIZE];
    uint64_t last_used; /* value of opening.uses then */
};

struct opening {
    struct cached_recipient contexts[CONTEXTS_MAX];
    uint64_t uses;
    struct bytes aad;
};

struct opening *opening_new(void)
{
    return xnew(sizeof(struct opening));
}

void opening_free(struct opening *o)
{
    if (o == NULL)
        return;
    for (size_t i = 0; i < CONTEXTS_MAX; i++)
        seal_recipient_free(o->contexts[i].context);
    bytes_fini(&o->aad);
    free(o);
}

static struct cached_recipient *cached_recipient_for(struct opening *o, const struct envelope_header *h)
{
    struct cached_recipient *oldest = &o->contexts[0];

    for (size_t i = 0; i < CONTEXTS_MAX; i++) {
        struct cached_recipient *k = &o->contexts[i];

        if (k->context != NULL && memcmp(k->enc, h->enc, SEAL_ENC_SIZE) == 0 && ident_equal(&k->key, &h->key) &&
            address_equal(&k->sender, &h->sender))
            return k;
        if (k->last_used < oldest->last_used)
            oldest = k;
    }
    seal_recipient_free(oldest->context);
    *oldest = (struct cached_recipient){.sender = h->sender, .key = h->key};
    memcpy(oldest->enc, h->enc, SEAL_ENC_SIZE);
    return oldest;
}

static bool make_context(struct exchange *x, const struct envelope_header *h, const struct seal_key *key,
                         struct cached_recipient *k, struct error *err)
{
    const struct federation *f = membership_federation(x->membership);
    struct seal_parties parties = {.suite = (uint16_t)h->suite,
                                   .sender_fid = &f->fid,
                                   .recipient_fid = &f->fid,
                                   .sender = address_view(&h->sender),
                                   .recipient = address_view(&h->recipient),
                                   .key = &h->key};
    struct bytes info = {0};
    bool ok;

    seal_info(&parties, &info);
    ok = seal_recipient_new(key, h->enc, bytes_view(&info), &k->context, err);
    bytes_fini(&info);
    return ok;
}

bool opening_envelope(struct exchange *x, const struct envelope *envelope, const struct seal_key *key,
                      struct bytes *plain, struct error *err)
{
    struct opening *o = x->opening;
    const struct envelope_header *h = &envelope->header;
    struct cached_recipient *k = cached_recipient_for(o, h);

    k->last_used = ++o->uses;
    if (k->context == NULL && !make_context(x, h, key, k, err)) {
        k->last_used = 0;
        return false;
    }
    bytes_clear(&o->aad);
    seal_aad(envelope->header_bytes, &o->aad);
    if (!seal_recipient_open(k->context, h->sequence, bytes_view(&o->aad), envelope->ciphertext, plain, err)) {
        /* A context that opened nothing is not cached: forged messages must not evict those of real peers. */
        seal_recipient_free(k->context);
        *k = (struct cached_recipient){0};
        return false;
    }
    return true;
}
