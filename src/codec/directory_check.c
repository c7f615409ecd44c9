#include "codec/directory_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/endpoint.h"

static bool member_check(const struct member *m, const char *federation, struct error *err)
{
    struct address relay;

    if (strcmp(address_federation(&m->agency), federation) != 0)
        return error_set(err, E_FED_24, "%s is listed in the directory of %s", m->agency.text, federation);
    if (m->kind < KIND_POLICE || m->kind >= KIND_END)
        return error_set(err, E_FED_24, "%s is of no known kind", m->agency.text);
    if (m->unlisted != (m->endpoint.size == 0) || (m->endpoint.size > 0 && !endpoint_ok(m->endpoint)))
        return error_set(err, E_FED_24, "the endpoint of %s is not as it should be", m->agency.text);
    if (m->relay.size > 0 && !address_read(m->relay, &relay))
        return error_set(err, E_FED_24, "the relay of %s is not as it should be", m->agency.text);
    if (m->identity_certificate.size == 0 || m->identity_certificate.size > BOUND_CERTIFICATE)
        return error_set(err, E_FED_24, "the certificate of %s is missing or too long", m->agency.text);
    if (m->node_count == 0 || m->node_count > BOUND_NODES)
        return error_set(err, E_FED_24, "%s is listed with no machine, or with over %d", m->agency.text, BOUND_NODES);
    for (size_t i = 1; i < m->node_count; i++)
        if (memcmp(m->nodes[i - 1].at, m->nodes[i].at, IDENT_SIZE) >= 0)
            return error_set(err, E_FED_24, "the machines of %s are not in order", m->agency.text);
    if (m->begun_again == UINT32_MAX)
        return error_set(err, E_FED_24, "the log of %s began again too often", m->agency.text);
    if (m->bundle.size > BOUND_NOTE)
        return error_set(err, E_FED_24, "the key bundle of %s is too long", m->agency.text);
    return true;
}

static int compare_ident(const void *a, const void *b)
{
    return memcmp(a, b, IDENT_SIZE);
}

/* An id of two agencies would let either answer for the other. */
static bool nodes_check(const struct directory *d, struct error *err)
{
    struct ident *all;
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; i < d->member_count; i++)
        count += d->members[i].node_count;
    all = xnew((count + 1) * sizeof *all);
    count = 0;
    for (size_t i = 0; i < d->member_count; i++)
        for (size_t k = 0; k < d->members[i].node_count; k++)
            all[count++] = d->members[i].nodes[k];
    qsort(all, count, sizeof *all, compare_ident);
    for (size_t i = 1; ok && i < count; i++)
        ok = !ident_equal(&all[i - 1], &all[i]);
    free(all);
    return ok || error_set(err, E_FED_24, "the directory lists one machine twice");
}

static bool members_check(const struct directory *d, struct error *err)
{
    if (d->member_count > BOUND_MEMBERS)
        return error_set(err, E_FED_10, "the directory lists over %d agencies", BOUND_MEMBERS);
    for (size_t i = 0; i < d->member_count; i++) {
        if (!member_check(&d->members[i], d->federation.name, err))
            return false;
        if (i > 0 && view_compare(address_view(&d->members[i - 1].agency), address_view(&d->members[i].agency)) >= 0)
            return error_set(err, E_FED_24, "the agencies of the directory are not in order");
    }
    return true;
}

static bool revocations_check(const struct directory *d, struct error *err)
{
    if (d->revocation_count > BOUND_REVOCATIONS)
        return error_set(err, E_FED_10, "the directory holds over %d revocations", BOUND_REVOCATIONS);
    for (size_t i = 0; i < d->revocation_count; i++) {
        const struct revocation *r = &d->revocations[i];

        if (r->reason < REVOKED_KEY_COMPROMISE || r->reason >= REVOKED_END || r->time_ms <= 0)
            return error_set(err, E_FED_24, "revocation %zu of the directory is not as it should be", i + 1);
        if (i > 0 && view_compare(hash_view(&d->revocations[i - 1].certificate), hash_view(&r->certificate)) >= 0)
            return error_set(err, E_FED_24, "the revocations of the directory are not in order");
    }
    return true;
}

static bool ders_check(const struct view *ders, size_t count, size_t max, const char *what, struct error *err)
{
    if (count == 0 || count > max)
        return error_set(err, E_FED_24, "the directory has no %s, or over %zu", what, max);
    for (size_t i = 0; i < count; i++)
        if (ders[i].size == 0 || ders[i].size > BOUND_CERTIFICATE)
            return error_set(err, E_FED_24, "certificate %zu of the directory's %s is too long", i + 1, what);
    return true;
}

static bool policy_check(const struct directory *d, struct error *err)
{
    if (d->basis_count > BOUND_BASES || d->erase_after_hours > BOUND_ERASE_HOURS)
        return error_set(err, E_FED_24, "the directory's policy is not within its bounds");
    for (size_t i = 0; i < d->basis_count; i++) {
        const struct policy_basis *b = &d->bases[i];

        if (b->code.size == 0 || b->code.size > BOUND_BASIS || !text_is_utf8(b->code) ||
            b->text.size > BOUND_FIELD_TEXT || !text_is_utf8(b->text))
            return error_set(err, E_FED_24, "legal basis %zu of the policy is not as it should be", i + 1);
        if (i > 0 && view_compare(d->bases[i - 1].code, b->code) >= 0)
            return error_set(err, E_FED_24, "the legal bases of the policy are not in order");
    }
    return true;
}

bool directory_check(const struct directory *d, struct error *err)
{
    if (d->sequence == 0 || d->refresh_after_s <= 0 || d->hard_expiry_s < d->refresh_after_s ||
        d->hard_expiry_s - d->refresh_after_s > BOUND_HARD_EXPIRY_DAYS * (DAY_MS / 1000))
        return error_set(err, E_FED_24, "the directory's number or dates are not as they should be");
    return members_check(d, err) && nodes_check(d, err) && revocations_check(d, err) &&
           ders_check(d->issuers, d->issuer_count, BOUND_ISSUERS, "issuing CAs", err) &&
           ders_check(d->transports, d->transport_count, BOUND_ISSUERS, "transport CAs", err) &&
           ders_check(d->keys, d->key_count, BOUND_NOTE_SIGNATURES, "directory keys", err) && policy_check(d, err);
}
