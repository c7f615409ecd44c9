#include "ca/member_list.h"

#include <string.h>

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

bool member_list_newest_transport(const struct federation_home *h, const struct address *agency,
                                  struct certificate *out, struct error *err)
{
    struct certificate newest = {0};

    if (!member_list_each_issued(h, agency, on_issued_newest, &newest, err))
        return false;
    if (newest.use != CERTIFICATE_TRANSPORT)
        return error_set(err, E_FED_01, "%s/members holds no transport certificate of %s", h->path, agency->text);
    newest.der = (struct view){0};
    *out = newest;
    return true;
}

/* --- expiry --- */

struct certificate_search {
    const struct hash *certificate;
    int64_t not_after_ms; /* 0: not found */
};

static bool on_issued_search(void *cookie, const struct certificate *c)
{
    struct certificate_search *s = cookie;

    if (!hash_equal(&c->der_hash, s->certificate))
        return true;
    s->not_after_ms = c->not_after_ms;
    return false;
}

/* *OUT: the certificate that R revokes is among those issued, and has expired. */
static bool is_expired(const struct federation_home *h, const struct revocation *r, int64_t now_ms, bool *out,
                       struct error *err)
{
    struct certificate_search s = {.certificate = &r->certificate};

    *out = false;
    if (r->agency.text[0] == '\0')
        return true;
    if (!member_list_each_issued(h, &r->agency, on_issued_search, &s, err))
        return false;
    *out = s.not_after_ms != 0 && certificate_has_ended(s.not_after_ms, now_ms);
    return true;
}

static bool is_revoked(const struct directory *d, const struct hash *certificate)
{
    for (size_t i = 0; i < d->revocation_count; i++)
        if (hash_equal(&d->revocations[i].certificate, certificate))
            return true;
    return false;
}

static bool is_expired_member(const struct directory *d, const struct member *m, int64_t now_ms)
{
    struct certificate identity;
    struct error why;

    /* The transport certificate was issued with it, for less long. */
    return certificate_read(m->identity_certificate, &identity, &why) && is_revoked(d, &identity.der_hash) &&
           certificate_has_ended(identity.not_after_ms, now_ms);
}

bool member_list_init(const struct federation_home *h, int64_t now_ms, struct member_list *out, struct error *err)
{
    const struct directory *d = &h->directory;
    struct member_list r = {0};

    r.members = arena_new(&r.arena, (BOUND_MEMBERS + 1) * sizeof *r.members);
    r.revocations = arena_new(&r.arena, (BOUND_REVOCATIONS + 1) * sizeof *r.revocations);
    for (size_t i = 0; i < d->member_count; i++)
        if (!is_expired_member(d, &d->members[i], now_ms))
            r.members[r.member_count++] = d->members[i];
    for (size_t i = 0; i < d->revocation_count; i++) {
        bool expired;

        if (!is_expired(h, &d->revocations[i], now_ms, &expired, err)) {
            member_list_fini(&r);
            return false;
        }
        if (!expired)
            r.revocations[r.revocation_count++] = d->revocations[i];
    }
    *out = r;
    return true;
}

void member_list_fini(struct member_list *r)
{
    arena_fini(&r->arena);
    *r = (struct member_list){0};
}

/* --- changes --- */

bool member_list_put(struct member_list *r, const struct member *member, struct error *err)
{
    size_t at = 0;

    while (at < r->member_count &&
           view_compare(address_view(&r->members[at].agency), address_view(&member->agency)) < 0)
        at++;
    if (at < r->member_count && address_equal(&r->members[at].agency, &member->agency)) {
        r->members[at] = *member;
        return true;
    }
    if (r->member_count == BOUND_MEMBERS)
        return error_set(err, E_FED_10, "the directory lists %d agencies", BOUND_MEMBERS);
    memmove(&r->members[at + 1], &r->members[at], (r->member_count - at) * sizeof *r->members);
    r->members[at] = *member;
    r->member_count++;
    return true;
}

const struct member *member_list_find(const struct member_list *r, const struct address *agency)
{
    for (size_t i = 0; i < r->member_count; i++)
        if (address_equal(&r->members[i].agency, agency))
            return &r->members[i];
    return NULL;
}

static bool add_revocation(struct member_list *r, const struct revocation *new, struct error *err)
{
    size_t at = 0;

    while (at < r->revocation_count &&
           view_compare(hash_view(&r->revocations[at].certificate), hash_view(&new->certificate)) < 0)
        at++;
    if (at < r->revocation_count && hash_equal(&r->revocations[at].certificate, &new->certificate)) {
        if (new->reason >= r->revocations[at].reason)
            return true;
    } else {
        if (r->revocation_count == BOUND_REVOCATIONS)
            return error_set(err, E_FED_10, "the directory holds %d revocations", BOUND_REVOCATIONS);
        memmove(&r->revocations[at + 1], &r->revocations[at], (r->revocation_count - at) * sizeof *r->revocations);
        r->revocation_count++;
    }
    r->revocations[at] = *new;
    r->revoked_count++;
    return true;
}

struct revoke_context {
    struct member_list *member_list;
    const uint8_t (*kept_keys)[KEY_SIZE];
    struct revocation template;
    bool ok;
    struct error *err;
};

static bool on_issued_revoke(void *cookie, const struct certificate *c)
{
    struct revoke_context *v = cookie;

    if (certificate_has_ended(c->not_after_ms, v->template.time_ms) ||
        (v->kept_keys != NULL && (memcmp(c->public_key, v->kept_keys[0], KEY_SIZE) == 0 ||
                                  memcmp(c->public_key, v->kept_keys[1], KEY_SIZE) == 0)))
        return true;
    v->template.certificate = c->der_hash;
    v->ok = add_revocation(v->member_list, &v->template, v->err);
    return v->ok;
}

bool member_list_revoke(struct member_list *r, const struct federation_home *h, const struct address *agency,
                        const uint8_t (*kept_keys)[KEY_SIZE], enum revocation_reason reason, int64_t now_ms,
                        struct error *err)
{
    struct revoke_context v = {.member_list = r,
                               .kept_keys = kept_keys,
                               .template = {.agency = *agency, .reason = reason, .time_ms = now_ms},
                               .ok = true,
                               .err = err};

    return member_list_each_issued(h, agency, on_issued_revoke, &v, err) && v.ok;
}

bool member_list_publish(struct member_list *r, struct federation_home *h, int64_t now_ms, struct error *err)
{
    struct directory d = h->directory;

    d.members = r->members;
    d.member_count = r->member_count;
    d.revocations = r->revocations;
    d.revocation_count = r->revocation_count;
    return federation_home_publish(h, &d, now_ms, err);
}
