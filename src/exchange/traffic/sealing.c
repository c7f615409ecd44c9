#include "exchange/traffic/sealing.h"

#include "codec/envelope_codec.h"
#include "crypto/seal.h"
#include "exchange/members/membership_bundles.h"
#include "exchange/state.h"
#include "exchange/tick.h"

#include <stdlib.h>
#include <string.h>

#define SENDERS_MAX 64 /* cached encapsulated keys, one for each recipient of the last minute */

struct cached_sender {
    struct seal_sender *sender;
    struct address recipient;
    struct ident key;
    uint8_t enc[SEAL_ENC_SIZE];
    uint32_t sequence; /* next */
    int64_t made_ms;
};

struct sealing {
    struct cached_sender senders[SENDERS_MAX];
    struct bytes plain; /* emptied after each use */
    struct bytes header;
    struct bytes aad;
    struct bytes sealed;
};

struct sealing *sealing_new(void)
{
    struct sealing *s = xnew(sizeof *s);

    s->plain.wiping = true;
    return s;
}

void sealing_invalidate(struct sealing *s)
{
    for (size_t i = 0; i < SENDERS_MAX; i++) {
        seal_sender_free(s->senders[i].sender);
        s->senders[i] = (struct cached_sender){0};
    }
}

void sealing_free(struct sealing *s)
{
    if (s == NULL)
        return;
    sealing_invalidate(s);
    bytes_fini(&s->plain);
    bytes_fini(&s->header);
    bytes_fini(&s->aad);
    bytes_fini(&s->sealed);
    free(s);
}

static struct cached_sender *cache_entry_for(struct sealing *s, const struct address *recipient,
                                             const struct ident *key, int64_t now_ms)
{
    struct cached_sender *oldest = &s->senders[0];

    for (size_t i = 0; i < SENDERS_MAX; i++) {
        struct cached_sender *k = &s->senders[i];

        if (k->sender != NULL && address_equal(&k->recipient, recipient)) {
            bool usable = ident_equal(&k->key, key) && k->sequence < SEAL_SEQUENCE_END &&
                          now_ms - k->made_ms < SEALING_REUSE_MS && now_ms >= k->made_ms;

            if (usable)
                return k;
            oldest = k;
            break;
        }
        if (k->made_ms < oldest->made_ms)
            oldest = k;
    }
    seal_sender_free(oldest->sender);
    *oldest = (struct cached_sender){.recipient = *recipient, .key = *key, .made_ms = now_ms};
    return oldest;
}

static bool sender_for(struct exchange *x, const struct address *recipient, const struct bundle_key *key,
                       struct cached_sender **out, struct error *err)
{
    const struct federation *f = membership_federation(x->membership);
    struct seal_parties parties = {.suite = (uint16_t)key->suite,
                                   .sender_fid = &f->fid,
                                   .recipient_fid = &f->fid,
                                   .sender = address_view(membership_own(x->membership)),
                                   .recipient = address_view(recipient)};
    struct bytes info = {0};
    struct ident id;
    struct cached_sender *k;
    bool ok = true;

    seal_key_id((uint16_t)key->suite, key->public_key, &id);
    k = cache_entry_for(x->sealing, recipient, &id, tick_steady_ms(x));
    if (k->sender == NULL) {
        parties.key = &id;
        seal_info(&parties, &info);
        ok = seal_sender_new(key->public_key, bytes_view(&info), k->enc, &k->sender, err);
        bytes_fini(&info);
    }
    *out = k;
    return ok;
}

/* Of her consent a message opens what its sections need. */
static struct view receipt_for(const struct disclosed *d)
{
    if (d->sections == 0)
        return d->consent->closed;
    return d->sections == SECTION_BIT(SECTION_TRIAGE) ? d->consent->triage : d->consent->bytes;
}

/* All but what it is for goes as the first, which every node reads. */
static uint32_t version_for(struct exchange *x, const struct disclosed *d)
{
    const struct bundle *b = membership_bundle(x->membership, address_view(&d->recipient));

    return (d->kind == MESSAGE_ERASURE_STATEMENT || d->kind == MESSAGE_PING) && b != NULL &&
                   b->content_max >= CONTENT_VERSION_LATEST
               ? CONTENT_VERSION_LATEST
               : CONTENT_VERSION;
}

static bool fill_plain(struct exchange *x, const struct disclosed *d, const struct seal_input *input, struct error *err)
{
    struct content content = {.record = input->proof->record,
                              .path = input->proof->path,
                              .checkpoint = input->proof->checkpoint,
                              .has_body = true,
                              .body = d->body,
                              .consistency = input->consistency,
                              .known_size = input->known_size,
                              .version = version_for(x, d)};

    memcpy(content.body_salt, d->salt, SALT_SIZE);
    if (d->consent != NULL)
        content.consent = receipt_for(d);
    bytes_clear(&x->sealing->plain);
    return content_pad(&content, 0, &x->sealing->plain, err);
}

bool sealing_envelope(struct exchange *x, const struct disclosure *disclosure, const struct seal_input *input,
                      struct bytes *out, struct error *err)
{
    const struct disclosed *d = disclosure_of(disclosure);
    struct sealing *s = x->sealing;
    const struct bundle_key *key;
    struct cached_sender *k;
    struct envelope_header header = {.version = ENVELOPE_VERSION,
                                     .message = d->message,
                                     .sender = *membership_own(x->membership),
                                     .recipient = d->recipient};
    bool ok;

    if (!membership_sealing_key(x->membership, address_view(&d->recipient), tick_closing_day(x), &key, err))
        return false;
    if (key->suite != SEAL_SUITE)
        return error_set(err, E_FED_30, "%s offers no sealing suite that this version has", d->recipient.text);
    if (!sender_for(x, &d->recipient, key, &k, err) || !fill_plain(x, d, input, err))
        return false;
    header.suite = key->suite;
    header.expiry = d->expiry < key->keep_until ? d->expiry : key->keep_until;
    if (header.expiry > tick_envelope_expiry(x))
        header.expiry = tick_envelope_expiry(x);
    header.key = k->key;
    header.sequence = k->sequence++;
    memcpy(header.enc, k->enc, KEY_SIZE);
    bytes_clear(&s->header);
    bytes_clear(&s->aad);
    bytes_clear(&s->sealed);
    envelope_header_encode(&header, &s->header);
    seal_aad(bytes_view(&s->header), &s->aad);
    ok = seal_sender_seal(k->sender, header.sequence, bytes_view(&s->aad), bytes_view(&s->plain), &s->sealed, err);
    bytes_clear(&s->plain);
    if (!ok)
        return false;
    envelope_encode(&(struct envelope){.header_bytes = bytes_view(&s->header), .ciphertext = bytes_view(&s->sealed)},
                    out);
    return true;
}
