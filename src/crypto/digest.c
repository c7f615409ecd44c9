/* OpenSSL 3.0 marks the SHA256_* functions as deprecated. They are used here, in this one file, because hashing a tree
 * node of 65 bytes takes 127 ns with them and 180 to 250 ns through EVP (digest fetched once, context reused), and an
 * HMAC needs its state copied, which EVP does with an allocation. Verifying a log is nothing but such calls. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/digest.h"

#include "base/secret.h"

#include <openssl/sha.h>
#include <string.h>

#define BLOCK 64 /* bytes SHA-256 takes at a time */

static void add_parts(SHA256_CTX *c, const struct view *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].size != 0)
            (void)SHA256_Update(c, parts[i].at, parts[i].size);
}

void digest_parts(const struct view *parts, size_t n, struct hash *out)
{
    SHA256_CTX c;

    (void)SHA256_Init(&c);
    add_parts(&c, parts, n);
    (void)SHA256_Final(out->at, &c);
}

void digest_sha256(struct view v, struct hash *out)
{
    digest_parts(&v, 1, out);
}

void digest_leaf(struct view record, struct hash *out)
{
    struct view parts[] = {{(const uint8_t *)"\x00", 1}, record};

    digest_parts(parts, 2, out);
}

void digest_node(const struct hash *l, const struct hash *r, struct hash *out)
{
    uint8_t node[1 + 2 * HASH_SIZE] = {0x01};
    SHA256_CTX c;

    memcpy(node + 1, l->at, HASH_SIZE);
    memcpy(node + 1 + HASH_SIZE, r->at, HASH_SIZE);
    (void)SHA256_Init(&c);
    (void)SHA256_Update(&c, node, sizeof node);
    (void)SHA256_Final(out->at, &c);
}

/* An HMAC key turned into the two states that every message under it begins from. */
struct mac {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

static void mac_begin(struct mac *m, struct view key)
{
    uint8_t pad[BLOCK] = {0};

    if (key.size > BLOCK) {
        struct hash h;

        digest_sha256(key, &h);
        memcpy(pad, h.at, HASH_SIZE);
        secret_wipe(&h, sizeof h);
    } else if (key.size != 0) {
        memcpy(pad, key.at, key.size);
    }
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    (void)SHA256_Init(&m->inner);
    (void)SHA256_Update(&m->inner, pad, BLOCK);
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    (void)SHA256_Init(&m->outer);
    (void)SHA256_Update(&m->outer, pad, BLOCK);
    secret_wipe(pad, sizeof pad);
}

static void mac_end(struct mac *m, struct hash *out)
{
    struct hash inner;

    (void)SHA256_Final(inner.at, &m->inner);
    (void)SHA256_Update(&m->outer, inner.at, HASH_SIZE);
    (void)SHA256_Final(out->at, &m->outer);
    secret_wipe(&inner, sizeof inner);
}

void digest_hmac(struct view key, const struct view *parts, size_t n, struct hash *out)
{
    struct mac m;

    mac_begin(&m, key);
    add_parts(&m.inner, parts, n);
    mac_end(&m, out);
    secret_wipe(&m, sizeof m);
}

void digest_hkdf_extract(struct view salt, const struct view *ikm, size_t n, struct hash *prk)
{
    digest_hmac(salt, ikm, n, prk); /* HMAC pads a key with zeros, so an empty salt is the 32 zeros of the RFC */
}

void digest_hkdf_expand(const struct hash *prk, const struct view *info, size_t n, uint8_t *out, size_t size)
{
    struct mac begun;
    struct mac m;
    struct hash t;

    REQUIRE(size <= DIGEST_EXPAND_MAX);
    mac_begin(&begun, view_of(prk->at, HASH_SIZE));
    for (size_t done = 0, i = 1; done < size; done += HASH_SIZE, i++) {
        uint8_t number = (uint8_t)i;
        size_t part = size - done < HASH_SIZE ? size - done : HASH_SIZE;

        m = begun;
        if (done > 0)
            (void)SHA256_Update(&m.inner, t.at, HASH_SIZE);
        add_parts(&m.inner, info, n);
        (void)SHA256_Update(&m.inner, &number, 1);
        mac_end(&m, &t);
        memcpy(out + done, t.at, part);
    }
    secret_wipe(&begun, sizeof begun);
    secret_wipe(&m, sizeof m);
    secret_wipe(&t, sizeof t);
}
