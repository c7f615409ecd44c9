#include "exchange/traffic/opening.h"

#include "crypto/seal.h"
#include "exchange/state.h"
#include "model/envelope.h"

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

/* NULL: not cached. */
static struct cached_recipient *find_cached(struct opening *o, const struct envelope_header *h)
{
    for (size_t i = 0; i < CONTEXTS_MAX; i++) {
        struct cached_recipient *k = &o->contexts[i];

        if (k->context != NULL && memcmp(k->enc, h->enc, SEAL_ENC_SIZE) == 0 && ident_equal(&k->key, &h->key) &&
            address_equal(&k->sender, &h->sender))
            return k;
    }
    return NULL;
}

/* In the place of the one that was not used for the longest time. CONTEXT is taken over. */
static void add_to_cache(struct opening *o, const struct envelope_header *h, struct seal_recipient *context)
{
    struct cached_recipient *oldest = &o->contexts[0];

    for (size_t i = 1; i < CONTEXTS_MAX; i++)
        if (o->contexts[i].last_used < oldest->last_used)
            oldest = &o->contexts[i];
    seal_recipient_free(oldest->context);
    *oldest = (struct cached_recipient){.context = context, .sender = h->sender, .key = h->key, .last_used = ++o->uses};
    memcpy(oldest->enc, h->enc, SEAL_ENC_SIZE);
}

static bool make_context(struct exchange *x, const struct envelope_header *h, const struct seal_key *key,
                         struct seal_recipient **out, struct error *err)
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
    ok = seal_recipient_new(key, h->enc, bytes_view(&info), out, err);
    bytes_fini(&info);
    return ok;
}

bool opening_envelope(struct exchange *x, const struct envelope *envelope, const struct seal_key *key,
                      struct bytes *plain, struct error *err)
{
    struct opening *o = x->opening;
    const struct envelope_header *h = &envelope->header;
    struct cached_recipient *k = find_cached(o, h);
    struct seal_recipient *context = NULL;

    if (k != NULL)
        k->last_used = ++o->uses;
    else if (!make_context(x, h, key, &context, err))
        return false;
    bytes_clear(&o->aad);
    seal_aad(envelope->header_bytes, &o->aad);
    if (!seal_recipient_open(k != NULL ? k->context : context, h->sequence, bytes_view(&o->aad), envelope->ciphertext,
                             plain, err)) {
        seal_recipient_free(context); /* only one that opened something is cached, or evicts another */
        return false;
    }
    if (k == NULL)
        add_to_cache(o, h, context);
    return true;
}
