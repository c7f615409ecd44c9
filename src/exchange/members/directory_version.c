#include "exchange/members/directory_version.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"
#include "codec/directory_codec.h"
#include "crypto/sign.h"
#include "exchange/members/roots.h"

/* Cached results about one member. */
struct member_info {
    bool loaded;                    /* the fields below are filled */
    struct certificate certificate; /* its identity certificate; zeros if it does not lead to our root */
    struct verify_key *key;         /* NULL in that case */
    const struct revocation *revocation;
    uint32_t checked_on; /* the last day on which the chain was checked and held; 0: none */
};

/* Whose a machine is. */
struct listed_node {
    struct ident id; /* first: compared alone */
    const struct member *member;
};

_Static_assert(offsetof(struct listed_node, id) == 0, "nodes are compared by their first bytes");

/* CAs of directories before it, in arena. */
struct former {
    struct view at[BOUND_ISSUERS];
    size_t count;
};

struct directory_version {
    struct bytes note;
    struct view text; /* within note */
    struct arena arena;
    struct directory directory; /* in arena */
    const struct anchors *anchors;
    struct bytes revoked;         /* names, ascending: what the directory revokes, and … */
    struct revocation *suspended; /* … these; ascending */
    size_t suspended_count;
    struct bytes barred;                /* of all that is revoked: what may not call data back either */
    struct view issuers[BOUND_ISSUERS]; /* those that are not revoked */
    size_t issuer_count;
    struct former former_issuers;
    struct view transports[BOUND_ISSUERS]; /* the transport CAs that are not revoked and lead to the root */
    size_t transport_count;
    struct former former_transports;
    struct view path[CHAIN_INTERMEDIATES]; /* those of transports, and the later roots */
    size_t path_count;
    struct listed_node *nodes; /* ascending by id */
    size_t node_count;
    struct member_info *member_info; /* one a member */
};

/* Transport CAs go to the network process as anchors, so they are checked here. One that does not hold is left out. */
static void collect_transport_cas(struct directory_version *v)
{
    const struct directory *d = &v->directory;
    struct view roots[BOUND_ISSUERS];
    struct chain_params q = {.wanted = CERTIFICATE_TRANSPORT_CA,
                             .intermediates = roots,
                             .intermediate_count = roots_listed(d, v->anchors, (struct view){0}, roots),
                             .revoked = bytes_view(&v->revoked)};

    REQUIRE(d->transport_count <= BOUND_ISSUERS); /* directory_decode */
    v->transport_count = 0;
    for (size_t i = 0; i < d->transport_count; i++) {
        struct certificate c;
        struct error why;

        if (!certificate_read(d->transports[i], &c, &why))
            continue;
        q.now_ms = c.not_before_ms; /* whether it has ended is asked with each chain */
        if (chain_check(v->anchors, d->transports[i], &q, &c, &why))
            v->transports[v->transport_count++] = d->transports[i];
    }
    memcpy(v->path, v->transports, v->transport_count * sizeof *v->path);
    memcpy(v->path + v->transport_count, roots, q.intermediate_count * sizeof *v->path);
    v->path_count = v->transport_count + q.intermediate_count;
}

static int compare_node(const void *a, const void *b)
{
    return memcmp(a, b, IDENT_SIZE);
}

static void collect_nodes(struct directory_version *v)
{
    const struct directory *d = &v->directory;
    size_t count = 0;

    for (size_t i = 0; i < d->member_count; i++)
        count += d->members[i].node_count;
    v->nodes = xnew((count + 1) * sizeof *v->nodes);
    for (size_t i = 0; i < d->member_count; i++)
        for (size_t k = 0; k < d->members[i].node_count; k++)
            v->nodes[v->node_count++] = (struct listed_node){d->members[i].nodes[k], &d->members[i]};
    REQUIRE(v->node_count == count);
    qsort(v->nodes, v->node_count, sizeof *v->nodes, compare_node);
}

static int compare_name(const void *a, const void *b)
{
    return memcmp(a, b, HASH_SIZE);
}

static void collect_revoked(struct directory_version *v)
{
    const struct directory *d = &v->directory;

    bytes_clear(&v->revoked);
    bytes_clear(&v->barred);
    for (size_t i = 0; i < d->revocation_count; i++) {
        const struct revocation *r = &d->revocations[i];

        bytes_append_view(&v->revoked, hash_view(&r->name));
        if (r->agency.text[0] == 0 || (r->reason != REVOKED_LEFT && r->reason != REVOKED_SUSPENDED))
            bytes_append_view(&v->barred, hash_view(&r->name));
    }
    for (size_t i = 0; i < v->suspended_count; i++)
        bytes_append_view(&v->revoked, hash_view(&v->suspended[i].name));
    if (v->revoked.size > 0)
        qsort(v->revoked.at, v->revoked.size / HASH_SIZE, HASH_SIZE, compare_name);
}

/* A revoked issuing CA is left out: what it signed does not lead to the root any more. So is one that is none of
 * this federation: it refuses what it signed, and nobody else. */
static void collect_trust(struct directory_version *v)
{
    const struct directory *d = &v->directory;

    REQUIRE(d->issuer_count <= BOUND_ISSUERS); /* directory_decode */
    collect_revoked(v);
    for (size_t i = 0; i < d->issuer_count; i++) {
        struct certificate c;
        struct error why;

        if (certificate_read(d->issuers[i], &c, &why) && !certificate_is_revoked(&c, bytes_view(&v->revoked)) &&
            chain_takes_issuer(v->anchors, d->issuers[i]))
            v->issuers[v->issuer_count++] = d->issuers[i];
    }
}

bool directory_version_new(struct view note, const struct directory_trust *trust, struct directory_version **out,
                           struct error *err)
{
    struct directory_version *v = xnew(sizeof *v);
    struct directory_head head;

    v->anchors = trust->anchors;
    v->arena.max = (size_t)BOUND_ARENA_FACTOR * BOUND_FRAME;
    bytes_append_view(&v->note, note);
    if (!directory_note_open(bytes_view(&v->note), trust, &v->arena, &v->directory, err) ||
        !directory_note_peek(bytes_view(&v->note), &v->text, &head, err)) {
        directory_version_free(v);
        return false;
    }
    REQUIRE(head.sequence == v->directory.sequence && head.hard_expiry_s == v->directory.hard_expiry_s);
    v->member_info = xnew((v->directory.member_count + 1) * sizeof *v->member_info);
    collect_trust(v);
    collect_transport_cas(v);
    collect_nodes(v);
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
    free(v->nodes);
    free(v->suspended);
    bytes_fini(&v->revoked);
    bytes_fini(&v->barred);
    bytes_fini(&v->note);
    arena_fini(&v->arena);
    free(v);
}

void directory_version_anchor(struct directory_version *v, const struct anchors *anchors)
{
    for (size_t i = 0; i < v->directory.member_count; i++)
        REQUIRE(!v->member_info[i].loaded);
    v->anchors = anchors;
    collect_transport_cas(v);
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

struct view directory_version_barred(const struct directory_version *v)
{
    return bytes_view(&v->barred);
}

static int compare_revocation(const void *key, const void *row)
{
    return memcmp(key, ((const struct revocation *)row)->name.at, HASH_SIZE);
}

const struct revocation *directory_version_revocation(const struct directory_version *v, const struct certificate *c)
{
    const struct revocation *gravest = NULL;
    struct certificate_names names;

    certificate_names(c, &names);
    for (size_t i = 0; i < names.count; i++) {
        const struct revocation *r =
            sorted_find(names.at[i].at, v->directory.revocations, v->directory.revocation_count,
                        sizeof *v->directory.revocations, compare_revocation);

        if (r == NULL)
            r = sorted_find(names.at[i].at, v->suspended, v->suspended_count, sizeof *v->suspended, compare_revocation);
        if (r != NULL && (gravest == NULL || r->reason < gravest->reason))
            gravest = r;
    }
    return gravest;
}

void directory_version_suspend(struct directory_version *v, const struct revocation *rows, size_t count)
{
    struct certificate listed;
    struct error why;

    free(v->suspended);
    v->suspended = xnew((count + 1) * sizeof *v->suspended);
    memcpy(v->suspended, rows, count * sizeof *rows);
    v->suspended_count = count;
    collect_revoked(v);
    for (size_t i = 0; i < v->directory.member_count; i++)
        if (v->member_info[i].loaded && certificate_read(v->directory.members[i].identity_certificate, &listed, &why))
            v->member_info[i].revocation = directory_version_revocation(v, &listed);
}

static bool check_chain(const struct directory_version *v, struct view leaf, enum certificate_use wanted,
                        int64_t now_ms, struct view revoked, struct certificate *out, struct error *err)
{
    const struct chain_params q = {.wanted = wanted,
                                   .now_ms = now_ms,
                                   .intermediates = wanted == CERTIFICATE_TRANSPORT ? v->path : v->issuers,
                                   .intermediate_count =
                                       wanted == CERTIFICATE_TRANSPORT ? v->path_count : v->issuer_count,
                                   .revoked = revoked};

    return chain_check(v->anchors, leaf, &q, out, err);
}

bool directory_version_chain(const struct directory_version *v, struct view leaf, enum certificate_use wanted,
                             int64_t now_ms, struct certificate *out, struct error *err)
{
    return check_chain(v, leaf, wanted, now_ms, bytes_view(&v->revoked), out, err);
}

bool directory_version_chain_barred(const struct directory_version *v, struct view leaf, enum certificate_use wanted,
                                    int64_t now_ms, struct certificate *out, struct error *err)
{
    return check_chain(v, leaf, wanted, now_ms, bytes_view(&v->barred), out, err);
}

const struct view *directory_version_transport_cas(const struct directory_version *v, size_t *count)
{
    *count = v->transport_count;
    return v->transports;
}

const struct member *directory_version_node(const struct directory_version *v, const struct ident *node)
{
    const struct listed_node *found =
        v->node_count == 0 ? NULL : bsearch(node, v->nodes, v->node_count, sizeof *v->nodes, compare_node);

    return found == NULL ? NULL : found->member;
}

static bool has_ca(const struct view *list, size_t count, struct view ca)
{
    for (size_t i = 0; i < count; i++)
        if (view_equal(list[i], ca))
            return true;
    return false;
}

/* Whether CA, which a directory before V listed for USE, is neither listed nor revoked there. */
static bool is_former(const struct directory_version *v, enum certificate_use use, struct view ca)
{
    const bool is_transport = use == CERTIFICATE_TRANSPORT_CA;
    struct certificate c;
    struct error why;

    if (has_ca(is_transport ? v->transports : v->issuers, is_transport ? v->transport_count : v->issuer_count, ca) ||
        !certificate_read(ca, &c, &why) || certificate_is_revoked(&c, bytes_view(&v->revoked)))
        return false;
    return is_transport ? c.use == use : chain_takes_issuer(v->anchors, ca);
}

void directory_version_keep(struct directory_version *v, enum certificate_use use, const struct view *cas, size_t count)
{
    struct former *kept = use == CERTIFICATE_TRANSPORT_CA ? &v->former_transports : &v->former_issuers;

    for (size_t i = 0; i < count && kept->count < BOUND_ISSUERS; i++)
        if (!has_ca(kept->at, kept->count, cas[i]) && is_former(v, use, cas[i]))
            kept->at[kept->count++] = arena_copy(&v->arena, cas[i]);
}

void directory_version_follow(struct directory_version *v, const struct directory_version *before)
{
    directory_version_keep(v, CERTIFICATE_ISSUING, before->issuers, before->issuer_count);
    directory_version_keep(v, CERTIFICATE_ISSUING, before->former_issuers.at, before->former_issuers.count);
    directory_version_keep(v, CERTIFICATE_TRANSPORT_CA, before->transports, before->transport_count);
    directory_version_keep(v, CERTIFICATE_TRANSPORT_CA, before->former_transports.at, before->former_transports.count);
}

const struct view *directory_version_former(const struct directory_version *v, enum certificate_use use, size_t *count)
{
    const struct former *kept = use == CERTIFICATE_TRANSPORT_CA ? &v->former_transports : &v->former_issuers;

    *count = kept->count;
    return kept->at;
}

/* Whether C, the member's identity certificate, led to the root on its first day. Expiry and revocation are checked
 * elsewhere, so that what an agency signed before either can still be verified. */
static bool is_ours(const struct directory_version *v, const struct member *m, const struct certificate *c,
                    struct certificate *out)
{
    struct view issuers[2 * BOUND_ISSUERS];
    const struct chain_params q = {.wanted = CERTIFICATE_IDENTITY,
                                   .now_ms = c->not_before_ms,
                                   .intermediates = issuers,
                                   .intermediate_count = v->issuer_count + v->former_issuers.count};
    struct error why;

    for (size_t i = 0; i < v->issuer_count; i++)
        issuers[i] = v->issuers[i];
    for (size_t i = 0; i < v->former_issuers.count; i++)
        issuers[v->issuer_count + i] = v->former_issuers.at[i];
    return chain_check(v->anchors, m->identity_certificate, &q, out, &why) && address_equal(&out->agency, &m->agency);
}

static struct member_info *load_member(struct directory_version *v, size_t index)
{
    const struct member *m = &v->directory.members[index];
    struct member_info *k = &v->member_info[index];
    struct certificate listed;
    struct error why;

    REQUIRE(index < v->directory.member_count);
    if (k->loaded)
        return k;
    k->loaded = true;
    if (!certificate_read(m->identity_certificate, &listed, &why))
        return k;
    k->revocation = directory_version_revocation(v, &listed);
    if (!is_ours(v, m, &listed, &k->certificate) || !verify_key_new(k->certificate.public_key, &k->key, &why))
        k->certificate = (struct certificate){0};
    return k;
}

void directory_version_peer(struct directory_version *v, size_t index, struct peer *out)
{
    const struct member_info *k = load_member(v, index);

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
