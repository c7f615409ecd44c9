#include "crypto/seal.h"

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/evp.h"
#include "crypto/random.h"
#include "crypto/seal_test.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define KEY   32 /* bytes: Nk */
#define NONCE 12 /* bytes: Nn */
#define DH    32 /* bytes: Ndh */

/* RFC 9180 4.1 and 5.1: the suite ids that go into every derivation. */
static const uint8_t kem_id[] = {'K', 'E', 'M', 0x00, 0x20};
static const uint8_t hpke_id[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x02};

struct seal_key {
    EVP_PKEY *pkey;
    uint8_t public_key[SEAL_PUBLIC_SIZE];
};

/* What both sides derive: the cipher with its key schedule set once, and the nonce that sequences are added to. */
struct schedule {
    EVP_CIPHER_CTX *cipher;
    uint8_t base_nonce[NONCE];
};

struct seal_sender {
    struct schedule schedule;
    uint32_t next; /* lowest sequence that was not used */
};

struct seal_recipient {
    struct schedule schedule;
};

/* --- keys --- */

struct seal_key *seal_key_from_raw(const uint8_t raw[static 32])
{
    struct seal_key *k = xnew(sizeof *k);
    size_t size = SEAL_PUBLIC_SIZE;

    k->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, raw, DH);
    REQUIRE(k->pkey != NULL && EVP_PKEY_get_raw_public_key(k->pkey, k->public_key, &size) == 1);
    return k;
}

struct seal_key *seal_key_new(void)
{
    uint8_t raw[DH];
    struct seal_key *k;

    random_fill(&random_real, raw, sizeof raw);
    k = seal_key_from_raw(raw);
    secret_wipe(raw, sizeof raw);
    return k;
}

void seal_key_raw(const struct seal_key *key, struct secret *out)
{
    size_t size = DH;

    secret_new(out, DH);
    REQUIRE(EVP_PKEY_get_raw_private_key(key->pkey, out->at, &size) == 1);
}

void seal_key_public(const struct seal_key *key, uint8_t out[static SEAL_PUBLIC_SIZE])
{
    memcpy(out, key->public_key, SEAL_PUBLIC_SIZE);
}

void seal_key_free(struct seal_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey); /* cleanses */
    free(key);
}

void seal_key_id(uint16_t suite, const uint8_t public_key[static SEAL_PUBLIC_SIZE], struct ident *out)
{
    uint8_t number[2] = {0};
    struct view parts[] = {view_of_text("refex/sealing-key/v1\n"), view_of(number, sizeof number),
                           view_of(public_key, SEAL_PUBLIC_SIZE)};
    struct hash h;

    write_u16(number, suite);
    digest_parts(parts, 3, &h);
    memcpy(out->at, h.at, IDENT_SIZE);
}

/* --- what is bound in --- */

static void append_lp(struct bytes *out, struct view v)
{
    REQUIRE(v.size <= UINT16_MAX);
    bytes_append_u16(out, (uint16_t)v.size);
    bytes_append_view(out, v);
}

void seal_info(const struct seal_parties *p, struct bytes *out)
{
    bytes_append_text(out, "refex/hpke/v1\n");
    bytes_append_u16(out, p->suite);
    bytes_append_view(out, hash_view(p->sender_fid));
    bytes_append_view(out, hash_view(p->recipient_fid));
    append_lp(out, p->sender);
    append_lp(out, p->recipient);
    bytes_append_view(out, ident_view(p->key));
}

void seal_aad(struct view header, struct bytes *out)
{
    bytes_append_text(out, "refex/envelope/v1\n");
    bytes_append_view(out, header);
}

/* --- RFC 9180 4: labelled HKDF --- */

static void labelled_extract(struct view suite, struct view salt, const char *label, struct view ikm, struct hash *prk)
{
    struct view parts[] = {view_of_text("HPKE-v1"), suite, view_of_text(label), ikm};

    digest_hkdf_extract(salt, parts, 4, prk);
}

static void labelled_expand(struct view suite, const struct hash *prk, const char *label, struct view info,
                            uint8_t *out, size_t size)
{
    uint8_t length[2] = {0};
    struct view parts[] = {view_of(length, sizeof length), view_of_text("HPKE-v1"), suite, view_of_text(label), info};

    write_u16(length, (uint16_t)size);
    digest_hkdf_expand(prk, parts, 5, out, size);
}

/* RFC 9180 4.1: the shared secret of MINE and THEIRS, bound to enc and the recipient's key. */
static bool agree_secret(const struct seal_key *mine, const uint8_t *theirs, const uint8_t *enc,
                         const uint8_t *recipient, struct hash *shared, struct error *err)
{
    static const uint8_t zeros[DH];
    EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, theirs, DH);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(mine->pkey, NULL);
    struct view suite = view_of(kem_id, sizeof kem_id);
    uint8_t dh[DH] = {0};
    uint8_t context[2 * DH];
    struct hash prk;
    size_t size = sizeof dh;
    bool ok;

    REQUIRE(peer != NULL && c != NULL && EVP_PKEY_derive_init(c) == 1);
    /* X25519 takes any 32 bytes; a point of small order gives zeros, which OpenSSL and we refuse (RFC 9180 7.1.4). */
    ok = EVP_PKEY_derive_set_peer_ex(c, peer, 0) == 1 && EVP_PKEY_derive(c, dh, &size) == 1 && size == DH &&
         !secret_equal(dh, zeros, DH);
    EVP_PKEY_CTX_free(c);
    EVP_PKEY_free(peer);
    if (!ok) {
        ERR_clear_error();
        return error_set(err, E_KEY_13, "the sealing key that was given cannot be used safely");
    }
    memcpy(context, enc, DH);
    memcpy(context + DH, recipient, DH);
    labelled_extract(suite, view_of(NULL, 0), "eae_prk", view_of(dh, DH), &prk);
    labelled_expand(suite, &prk, "shared_secret", view_of(context, sizeof context), shared->at, HASH_SIZE);
    secret_wipe(dh, sizeof dh);
    secret_wipe(&prk, sizeof prk);
    return true;
}

/* RFC 9180 5.1, mode 0: the key goes into the cipher and is wiped here. */
static void schedule_init(struct schedule *s, const struct hash *shared, struct view info, bool sealing)
{
    static EVP_CIPHER *gcm;
    struct view suite = view_of(hpke_id, sizeof hpke_id);
    struct view none = view_of(NULL, 0);
    uint8_t context[1 + 2 * HASH_SIZE] = {0};
    uint8_t key[KEY];
    struct hash h;
    struct hash secret;

    labelled_extract(suite, none, "psk_id_hash", none, &h);
    memcpy(context + 1, h.at, HASH_SIZE);
    labelled_extract(suite, none, "info_hash", info, &h);
    memcpy(context + 1 + HASH_SIZE, h.at, HASH_SIZE);
    labelled_extract(suite, hash_view(shared), "secret", none, &secret);
    labelled_expand(suite, &secret, "key", view_of(context, sizeof context), key, KEY);
    labelled_expand(suite, &secret, "base_nonce", view_of(context, sizeof context), s->base_nonce, NONCE);
    if (gcm == NULL)
        gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    s->cipher = EVP_CIPHER_CTX_new();
    REQUIRE(gcm != NULL && s->cipher != NULL && EVP_CipherInit_ex2(s->cipher, gcm, key, NULL, sealing, NULL) == 1);
    secret_wipe(key, sizeof key);
    secret_wipe(&secret, sizeof secret);
}

static void schedule_fini(struct schedule *s)
{
    EVP_CIPHER_CTX_free(s->cipher); /* cleanses */
    secret_wipe(s, sizeof *s);
}

/* RFC 9180 5.2: the nonce is base_nonce XOR sequence. Then the aad goes in. */
static void begin_message(const struct schedule *s, uint32_t sequence, struct view aad)
{
    uint8_t nonce[NONCE];
    uint8_t number[4];
    int n = 0;

    memcpy(nonce, s->base_nonce, NONCE);
    write_u32(number, sequence);
    for (size_t i = 0; i < sizeof number; i++)
        nonce[NONCE - sizeof number + i] ^= number[i];
    REQUIRE(aad.size <= INT32_MAX / 2);
    REQUIRE(EVP_CipherInit_ex2(s->cipher, NULL, NULL, nonce, -1, NULL) == 1);
    if (aad.size != 0)
        REQUIRE(EVP_CipherUpdate(s->cipher, NULL, &n, aad.at, (int)aad.size) == 1);
}

/* --- sealing --- */

static bool sender_from_key(const struct seal_key *ephemeral, const uint8_t *public_key, struct view info, uint8_t *enc,
                            struct seal_sender **out, struct error *err)
{
    struct seal_sender *s;
    struct hash shared;

    if (!agree_secret(ephemeral, public_key, ephemeral->public_key, public_key, &shared, err))
        return false;
    s = xnew(sizeof *s);
    schedule_init(&s->schedule, &shared, info, true);
    secret_wipe(&shared, sizeof shared);
    memcpy(enc, ephemeral->public_key, SEAL_ENC_SIZE);
    *out = s;
    return true;
}

bool seal_sender_new(const uint8_t public_key[static SEAL_PUBLIC_SIZE], struct view info,
                     uint8_t enc[static SEAL_ENC_SIZE], struct seal_sender **out, struct error *err)
{
    struct seal_key *ephemeral = seal_key_new();
    bool ok = sender_from_key(ephemeral, public_key, info, enc, out, err);

    seal_key_free(ephemeral);
    return ok;
}

bool seal_sender_new_fixed(const uint8_t ephemeral[static 32], const uint8_t public_key[static SEAL_PUBLIC_SIZE],
                           struct view info, uint8_t enc[static SEAL_ENC_SIZE], struct seal_sender **out,
                           struct error *err)
{
    struct seal_key *key = seal_key_from_raw(ephemeral);
    bool ok = sender_from_key(key, public_key, info, enc, out, err);

    seal_key_free(key);
    return ok;
}

bool seal_sender_seal(struct seal_sender *s, uint32_t sequence, struct view aad, struct view plain, struct bytes *out,
                      struct error *err)
{
    EVP_CIPHER_CTX *c = s->schedule.cipher;
    uint8_t *at;
    int n = 0;

    if (sequence < s->next || sequence >= SEAL_SEQUENCE_END)
        return error_set(err, E_KEY_14, "sequence %u of a sealing context is used or beyond its end", sequence);
    REQUIRE(plain.size <= INT32_MAX / 2);
    s->next = sequence + 1; /* before anything is made: whatever happens below, this nonce is used */
    at = bytes_reserve(out, plain.size + SEAL_TAG_SIZE);
    begin_message(&s->schedule, sequence, aad);
    if (plain.size != 0)
        REQUIRE(EVP_CipherUpdate(c, at, &n, plain.at, (int)plain.size) == 1);
    REQUIRE(EVP_CipherFinal_ex(c, at + plain.size, &n) == 1);
    REQUIRE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_SIZE, at + plain.size) == 1);
    out->size += plain.size + SEAL_TAG_SIZE;
    return true;
}

void seal_sender_free(struct seal_sender *s)
{
    if (s == NULL)
        return;
    schedule_fini(&s->schedule);
    free(s);
}

/* --- opening --- */

bool seal_recipient_new(const struct seal_key *key, const uint8_t enc[static SEAL_ENC_SIZE], struct view info,
                        struct seal_recipient **out, struct error *err)
{
    struct seal_recipient *o;
    struct hash shared;

    if (!agree_secret(key, enc, enc, key->public_key, &shared, err))
        return false;
    o = xnew(sizeof *o);
    schedule_init(&o->schedule, &shared, info, false);
    secret_wipe(&shared, sizeof shared);
    *out = o;
    return true;
}

bool seal_recipient_open(struct seal_recipient *o, uint32_t sequence, struct view aad, struct view sealed,
                         struct bytes *out, struct error *err)
{
    EVP_CIPHER_CTX *c = o->schedule.cipher;
    uint8_t tag[SEAL_TAG_SIZE];
    size_t size;
    uint8_t *at;
    int n = 0;
    bool ok = true;

    if (sealed.size < SEAL_TAG_SIZE || sealed.size > INT32_MAX / 2)
        return error_set(err, E_KEY_12, "%zu bytes are no sealed message", sealed.size);
    size = sealed.size - SEAL_TAG_SIZE;
    memcpy(tag, sealed.at + size, SEAL_TAG_SIZE);
    at = bytes_reserve(out, size);
    begin_message(&o->schedule, sequence, aad);
    if (size != 0)
        ok = EVP_CipherUpdate(c, at, &n, sealed.at, (int)size) == 1;
    ok = ok && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_SIZE, tag) == 1;
    ok = ok && EVP_CipherFinal_ex(c, tag, &n) == 1;
    if (!ok) {
        secret_wipe(at, size);
        ERR_clear_error();
        return error_set(err, E_KEY_12, "a sealed message of %zu bytes does not open", sealed.size);
    }
    out->size += size;
    return true;
}

void seal_recipient_free(struct seal_recipient *o)
{
    if (o == NULL)
        return;
    schedule_fini(&o->schedule);
    free(o);
}
