#include "exchange/members/directory_version.h"

#include <stdlib.h>
#include <string.h>

#include "codec/directory_codec.h"
#include "crypto/digest.h"
#include "crypto/sign.h"
#include "exchange/members/directory_note.h"

/* Cached results about one member. */
struct member_info {
    bool loaded;                    /* the fields below are filled */
    struct certificate certificate; /* its identity certificate; zeros if it does not lead to our root */
    struct verify_key *key;         /* NULL in that case */
    const struct revocation *revocation;
    uint32_t checked_on; /* the last day on which the chain was checked and held; 0: none */
};

struct directory_version {
    struct bytes note;
    struct view text; /* within note */
    struct arena arena;
    struct directory directory; /* in arena */
    const struct anchors *anchors;
    struct bytes revoked;
    struct view issuers[BOUND_ISSUERS]; /* those that are not revoked */
    size_t issuer_count;
    struct member_info *member_info; /* one a member */
};

/* A revoked issuing CA is left out: what it signed does not lead to the root any more. So is one that is none of
 * this federation: it refuses what it signed, and nobody else. */
static void collect_trust(struct directory_version *v)
{
    const struct directory *d = &v->directory;

    for (size_t i = 0; i < d->revocation_count; i++)
        bytes_append_view(&v->revoked, hash_view(&d->revocations[i].certificate));
    for (size_t i = 0; i < d->issuer_count; i++) {
        struct hash h;

        digest_sha256(d->issuers[i], &h);
        if (directory_version_revocation(v, &h) == NULL && chain_takes_issuer(v->anchors, d->issuers[i]))
            v->issuers[v->issuer_count++] = d->issuers[i];
    }
}

bool directory_version_new(struct view note, const struct federation *federation, const struct anchors *anchors,
                           int64_t now_ms, struct view revoked_before, struct directory_version **out,
                           struct error *err)
{
    const struct directory_trust trust = {federation, anchors, now_ms, revoked_before};
    struct directory_version *v = xnew(sizeof *v);
    struct directory_head head;

    v->anchors = anchors;
    v->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    bytes_append_view(&v->note, note);
    if (!directory_note_open(bytes_view(&v->note), &trust, &v->arena, &v->directory, err) ||
        !directory_note_peek(bytes_view(&v->note), &v->text, &head, err)) {
        directory_version_free(v);
        return false;
    }
    v->member_info = xnew((v->directory.member_count + 1) * sizeof *v->member_info);
    collect_trust(v);
    *out = v;
    return true;
}

void directory_version_free(struct directory_version *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; v->member_info != NULL && i < v->directory.member_count; i++)
        verify_key_free(v->member_info[i].key);
    free(v->member_info);
    bytes_fini(&v->revoked);
    bytes_fini(&v->note);
    arena_fini(&v->arena);
    free(v);
}

const struct directory *directory_version_directory(const struct directory_version *v)
{
    return &v->directory;
}

struct view directory_version_note(const struct directory_version *v)
{
    return bytes_view(&v->note);
}

struct view directory_version_text(const struct directory_version *v)
{
    return v->text;
}

struct view directory_version_revoked(const struct directory_version *v)
{
    return bytes_view(&v->revoked);
}

const struct revocation *directory_version_revocation(const struct directory_version *v, const struct hash *certificate)
{
    size_t first = 0;
    size_t end = v->directory.revocation_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = memcmp(v->directory.revocations[middle].certificate.at, certificate->at, HASH_SIZE);

        if (order == 0)
            return &v->directory.revocations[middle];
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

bool directory_version_chain(const struct directory_version *v, struct view leaf, enum certificate_use wanted,
                             int64_t now_ms, struct certificate *out, struct error *err)
{
    const struct chain_params q = {.wanted = wanted,
                                   .now_ms = now_ms,
                                   .intermediates = v->issuers,
                                   .intermediate_count = v->issuer_count,
                                   .revoked = bytes_view(&v->revoked)};

    return chain_check(v->anchors, leaf, &q, out, err);
}

/* The graver revocation of a member's two certificates. Reasons are numbered by gravity. */
static const struct revocation *worst_revocation(const struct directory_version *v, const struct member *m)
{
    const struct revocation *found[2];
    struct hash h;

    digest_sha256(m->identity_certificate, &h);
    found[0] = directory_version_revocation(v, &h);
    digest_sha256(m->transport_certificate, &h);
    found[1] = directory_version_revocation(v, &h);
    if (found[0] == NULL || (found[1] != NULL && found[1]->reason < found[0]->reason))
        return found[1];
    return found[0];
}

/* Whether the member's identity certificate led to the root on its first day. Expiry and revocation are checked
 * elsewhere, so that what an agency signed before either can still be verified. */
static bool is_ours(const struct directory_version *v, const struct member *m, struct certificate *out)
{
    struct chain_params q = {
        .wanted = CERTIFICATE_IDENTITY, .intermediates = v->issuers, .intermediate_count = v->issuer_count};
    struct certificate c;
    struct error why;

    if (!certificate_read(m->identity_certificate, &c, &why))
        return false;
    q.now_ms = c.not_before_ms;
    return chain_check(v->anchors, m->identity_certificate, &q, out, &why) && address_equal(&out->agency, &m->agency);
}

static struct member_info *load_member(struct directory_version *v, size_t index)
{
    const struct member *m = &v->directory.members[index];
    struct member_info *k = &v->member_info[index];
    struct error why;

    if (k->loaded)
        return k;
    k->loaded = true;
    k->revocation = worst_revocation(v, m);
    if (!is_ours(v, m, &k->certificate) || !verify_key_new(k->certificate.public_key, &k->key, &why))
        k->certificate = (struct certificate){0};
    return k;
}

void directory_version_peer(struct directory_version *v, size_t index, struct peer *out)
{
    const struct member_info *k;

    REQUIRE(index < v->directory.member_count);
    k = load_member(v, index);
    *out = (struct peer){.member = &v->directory.members[index],
                         .identity = k->key,
                         .identity_certificate = k->certificate.der_hash,
                         .fingerprint = k->certificate.key_hash,
                         .from_ms = k->certificate.not_before_ms,
                         .until_ms = k->certificate.not_after_ms};
    memcpy(out->identity_key, k->certificate.public_key, KEY_SIZE);
    if (k->revocation != NULL) {
        out->revoked = true;
        out->reason = k->revocation->reason;
        out->revoked_ms = k->revocation->time_ms;
    }
}

bool directory_version_check(struct directory_version *v, size_t index, int64_t now_ms, struct error *err)
{
    const struct member *m = &v->directory.members[index];
    struct member_info *k = load_member(v, index);
    struct certificate c;

    if (k->checked_on != 0 && k->checked_on == day_of_ms(now_ms))
        return true;
    if (!directory_version_chain(v, m->identity_certificate, CERTIFICATE_IDENTITY, now_ms, &c, err))
        return false;
    if (k->key == NULL)
        return error_set(err, E_FED_31, "the directory lists %s with a certificate that is not its own",
                         m->agency.text);
    k->checked_on = day_of_ms(now_ms);
    return true;
}

bool directory_version_index(const struct directory_version *v, struct view agency, size_t *out)
{
    const struct member *m = directory_find_member(&v->directory, agency);

    if (m == NULL)
        return false;
    *out = (size_t)(m - v->directory.members);
    return true;
}
