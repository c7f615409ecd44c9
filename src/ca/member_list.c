#include "ca/member_list.h"

#include <string.h>

#include "crypto/certify_ca.h"
#include "crypto/certify_pem.h"

bool member_list_each_issued(const struct federation_home *h, const struct address *agency,
                             member_list_issued_fn *on_issued, void *cookie, struct error *err)
{
    struct bytes pem = {0};
    struct bytes der = {0};
    struct view rest;
    bool ok = federation_home_read_issued(h, agency, &pem, err);

    rest = bytes_view(&pem);
    while (ok && certify_next_pem("CERTIFICATE", &rest, &der)) {
        struct certificate c;

        ok = certificate_read(bytes_view(&der), &c, err) || error_wrap(err, "what was issued to %s", agency->text);
        if (ok && !on_issued(cookie, &c))
            break;
        bytes_clear(&der);
    }
    bytes_fini(&der);
    bytes_fini(&pem);
    return ok;
}

static bool on_issued_newest(void *cookie, const struct certificate *c)
{
    struct certificate *newest = cookie;

    if (c->use == CERTIFICATE_TRANSPORT)
        *newest = *c;
    return true;
}

bool member_list_newest_transport(const struct federation_home *h, const struct address *agency, bool *found,
                                  struct certificate *out, struct error *err)
{
    struct certificate newest = {0};

    if (!member_list_each_issued(h, agency, on_issued_newest, &newest, err))
        return false;
    *found = newest.use == CERTIFICATE_TRANSPORT;
    newest.der = (struct view){0};
    *out = newest;
    return true;
}

/* --- expiry --- */

/* Of what was issued to one agency. */
struct name_search {
    const struct directory *directory;
    const struct address *agency;
    int64_t *ends_ms; /* one a revocation: of the last that has its name; 0: none has */
};

static bool is_among(const struct certificate_names *names, const struct hash *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (hash_equal(&names->at[i], name))
            return true;
    return false;
}

static bool has_name(const struct certificate *c, const struct hash *name)
{
    struct certificate_names names;

    certificate_names(c, &names);
    return is_among(&names, name);
}

static bool on_issued_search(void *cookie, const struct certificate *c)
{
    const struct name_search *s = cookie;
    const struct revocation *r = s->directory->revocations;
    struct certificate_names names;

    certificate_names(c, &names);
    for (size_t i = 0; i < s->directory->revocation_count; i++)
        if (c->not_after_ms > s->ends_ms[i] && address_equal(&r[i].agency, s->agency) && is_among(&names, &r[i].name))
            s->ends_ms[i] = c->not_after_ms;
    return true;
}

/* The place of the first revocation of this agency. */
static size_t first_of(const struct directory *d, const struct address *agency)
{
    size_t i = 0;

    while (!address_equal(&d->revocations[i].agency, agency))
        i++;
    return i;
}

/* When all ends that each revocation names among what was issued, in *OUT, of ARENA; 0: it names nothing. What was
 * issued to an agency is read once: in years there is much of it, and a machine that is replaced is named twice. */
static bool find_ends(const struct federation_home *h, struct arena *arena, int64_t **out, struct error *err)
{
    const struct directory *d = &h->directory;
    struct name_search s = {.directory = d};

    *out = s.ends_ms = arena_new(arena, (d->revocation_count + 1) * sizeof *s.ends_ms);
    for (size_t i = 0; i < d->revocation_count; i++) {
        s.agency = &d->revocations[i].agency;
        if (s.agency->text[0] != '\0' && first_of(d, s.agency) == i &&
            !member_list_each_issued(h, s.agency, on_issued_search, &s, err))
            return false;
    }
    return true;
}

const struct revocation *member_list_revocation(const struct directory *d, const struct certificate *c)
{
    const struct revocation *gravest = NULL;

    for (size_t i = 0; i < d->revocation_count; i++)
        if (has_name(c, &d->revocations[i].name) && (gravest == NULL || d->revocations[i].reason < gravest->reason))
            gravest = &d->revocations[i];
    return gravest;
}

static bool is_expired_member(const struct directory *d, const struct member *m, int64_t now_ms)
{
    struct certificate identity;
    struct error why;

    /* The transport certificate was issued with it, for less long. */
    return certificate_read(m->identity_certificate, &identity, &why) && member_list_revocation(d, &identity) != NULL &&
           certificate_has_ended(identity.not_after_ms, now_ms);
}

/* --- what renewed by itself --- */

struct renewed_search {
    const struct federation_home *home;
    struct certificate listed;
    struct arena *arena;
    int64_t now_ms;
    struct view newest; /* empty: that which is listed */
    int64_t not_after_ms;
};

static bool is_of_listed_issuer(const struct federation_home *h, const struct certificate *c)
{
    const struct directory *d = &h->directory;
    const struct chain_params q = {.wanted = CERTIFICATE_IDENTITY,
                                   .now_ms = c->not_before_ms,
                                   .intermediates = d->issuers,
                                   .intermediate_count = d->issuer_count};
    struct certificate checked;
    struct error why;

    return chain_check(h->anchors, c->der, &q, &checked, &why);
}

static bool on_issued_identity(void *cookie, const struct certificate *c)
{
    struct renewed_search *s = cookie;

    if (c->use == CERTIFICATE_IDENTITY && memcmp(c->public_key, s->listed.public_key, KEY_SIZE) == 0 &&
        c->not_before_ms <= s->now_ms && c->not_after_ms > s->not_after_ms &&
        member_list_revocation(&s->home->directory, c) == NULL && is_of_listed_issuer(s->home, c)) {
        s->newest = arena_copy(s->arena, c->der);
        s->not_after_ms = c->not_after_ms;
    }
    return true;
}

/* An identity certificate that was made by itself (renewing.h) is listed by the next directory. By one that has not
 * begun, of a clock that was ahead, the others would refuse the agency: it is not listed, or no more. */
static bool take_renewed(const struct federation_home *h, int64_t now_ms, struct member_list *next, struct error *err)
{
    for (size_t i = 0; i < next->member_count; i++) {
        struct renewed_search s = {.home = h, .arena = &next->arena, .now_ms = now_ms};

        if (!certificate_read(next->members[i].identity_certificate, &s.listed, err))
            return false;
        s.not_after_ms = s.listed.not_before_ms > now_ms ? 0 : s.listed.not_after_ms;
        if (!member_list_each_issued(h, &next->members[i].agency, on_issued_identity, &s, err))
            return false;
        if (s.newest.size != 0)
            next->members[i].identity_certificate = s.newest;
    }
    return true;
}

/* A key that was compromised when all its certificates had ended is named for as long as nodes may be off. */
static bool is_of_ended(const struct revocation *r, int64_t ends_ms, int64_t now_ms)
{
    return r->reason == REVOKED_KEY_COMPROMISE && r->time_ms >= ends_ms &&
           now_ms - r->time_ms < CERTIFY_IDENTITY_DAYS * (int64_t)DAY_MS;
}

bool member_list_init(const struct federation_home *h, int64_t now_ms, struct member_list *out, struct error *err)
{
    const struct directory *d = &h->directory;
    struct member_list next = {.issuers = d->issuers,
                               .issuer_count = d->issuer_count,
                               .transports = d->transports,
                               .transport_count = d->transport_count};
    int64_t *ends_ms;

    next.members = arena_new(&next.arena, (BOUND_MEMBERS + 1) * sizeof *next.members);
    next.revocations = arena_new(&next.arena, (BOUND_REVOCATIONS + 1) * sizeof *next.revocations);
    for (size_t i = 0; i < d->member_count; i++)
        if (!is_expired_member(d, &d->members[i], now_ms))
            next.members[next.member_count++] = d->members[i];
    if (!take_renewed(h, now_ms, &next, err) || !find_ends(h, &next.arena, &ends_ms, err)) {
        member_list_fini(&next);
        return false;
    }
    for (size_t i = 0; i < d->revocation_count; i++)
        if (ends_ms[i] == 0 || !certificate_has_ended(ends_ms[i], now_ms) ||
            is_of_ended(&d->revocations[i], ends_ms[i], now_ms))
            next.revocations[next.revocation_count++] = d->revocations[i];
    *out = next;
    return true;
}

void member_list_fini(struct member_list *next)
{
    arena_fini(&next->arena);
    *next = (struct member_list){0};
}

/* --- changes --- */

bool member_list_put(struct member_list *next, const struct member *member, struct error *err)
{
    size_t at = 0;

    while (at < next->member_count &&
           view_compare(address_view(&next->members[at].agency), address_view(&member->agency)) < 0)
        at++;
    if (at < next->member_count && address_equal(&next->members[at].agency, &member->agency)) {
        next->members[at] = *member;
        return true;
    }
    if (next->member_count == BOUND_MEMBERS)
        return error_set(err, E_FED_10, "the directory lists %d agencies", BOUND_MEMBERS);
    memmove(&next->members[at + 1], &next->members[at], (next->member_count - at) * sizeof *next->members);
    next->members[at] = *member;
    next->member_count++;
    return true;
}

const struct member *member_list_find(const struct member_list *next, const struct address *agency)
{
    for (size_t i = 0; i < next->member_count; i++)
        if (address_equal(&next->members[i].agency, agency))
            return &next->members[i];
    return NULL;
}

/* *COUNT: of those that were added, or made graver. */
static bool add_revocation(struct member_list *next, const struct revocation *new, unsigned *count, struct error *err)
{
    size_t at = 0;

    while (at < next->revocation_count &&
           view_compare(hash_view(&next->revocations[at].name), hash_view(&new->name)) < 0)
        at++;
    if (at < next->revocation_count && hash_equal(&next->revocations[at].name, &new->name)) {
        if (new->reason >= next->revocations[at].reason)
            return true;
    } else {
        if (next->revocation_count == BOUND_REVOCATIONS)
            return error_set(err, E_FED_10, "the directory holds %d revocations", BOUND_REVOCATIONS);
        memmove(&next->revocations[at + 1], &next->revocations[at],
                (next->revocation_count - at) * sizeof *next->revocations);
        next->revocation_count++;
    }
    next->revocations[at] = *new;
    (*count)++;
    return true;
}

struct revoke_context {
    struct member_list *member_list;
    const struct member_list_kept *kept;
    struct revocation template;
    bool ok;
    struct error *err;
};

static bool is_kept_key(const struct member_list_kept *kept, const struct certificate *c)
{
    for (size_t i = 0; kept != NULL && i < 2; i++)
        if (memcmp(c->public_key, kept->keys[i], KEY_SIZE) == 0)
            return true;
    return false;
}

static bool is_kept_machine(const struct member_list_kept *kept, const struct certificate *c)
{
    return kept != NULL && ident_equal(&c->node, kept->node);
}

static bool revoke_name(struct revoke_context *v, const struct hash *name, unsigned *count)
{
    v->template.name = *name;
    v->ok = add_revocation(v->member_list, &v->template, count, v->err);
    return v->ok;
}

static bool on_issued_revoke(void *cookie, const struct certificate *c)
{
    struct revoke_context *v = cookie;
    struct member_list_revoked *revoked = &v->member_list->revoked;
    struct hash machine;

    if ((certificate_has_ended(c->not_after_ms, v->template.time_ms) && (v->kept == NULL || !v->kept->ended_too)) ||
        (c->use == CERTIFICATE_TRANSPORT && v->kept != NULL && v->kept->identities_only))
        return true;
    certificate_node_name(&c->node, &machine);
    return (is_kept_key(v->kept, c) ||
            (revoke_name(v, &c->der_hash, &revoked->certificates) && revoke_name(v, &c->key_hash, &revoked->keys))) &&
           (c->use != CERTIFICATE_TRANSPORT || is_kept_machine(v->kept, c) ||
            revoke_name(v, &machine, &revoked->machines));
}

bool member_list_revoke(struct member_list *next, const struct federation_home *h, const struct address *agency,
                        const struct member_list_kept *kept, enum revocation_reason reason, int64_t now_ms,
                        struct error *err)
{
    struct revoke_context v = {.member_list = next,
                               .kept = kept,
                               .template = {.agency = *agency, .reason = reason, .time_ms = now_ms},
                               .ok = true,
                               .err = err};

    return member_list_each_issued(h, agency, on_issued_revoke, &v, err) && v.ok;
}

bool member_list_revoke_authority(struct member_list *next, const struct certificate *authority,
                                  enum revocation_reason reason, int64_t now_ms, struct error *err)
{
    struct revoke_context v = {
        .member_list = next, .template = {.reason = reason, .time_ms = now_ms}, .ok = true, .err = err};

    return revoke_name(&v, &authority->der_hash, &next->revoked.certificates) &&
           revoke_name(&v, &authority->key_hash, &next->revoked.keys);
}

bool member_list_publish(struct member_list *next, struct federation_home *h, int64_t now_ms, struct error *err)
{
    struct directory d = h->directory;

    d.members = next->members;
    d.member_count = next->member_count;
    d.revocations = next->revocations;
    d.revocation_count = next->revocation_count;
    d.issuers = next->issuers;
    d.issuer_count = next->issuer_count;
    d.transports = next->transports;
    d.transport_count = next->transport_count;
    return federation_home_publish(h, &d, now_ms, err);
}
