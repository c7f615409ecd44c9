#include "exchange/members/membership_admits.h"

#include <inttypes.h>
#include <string.h>

#include "crypto/sign.h"
#include "exchange/members/directory_version.h"
#include "exchange/members/membership_inside.h"
#include "exchange/members/membership_succession.h"

static bool refuse_chain(const struct error *why, struct view agency, struct error *err)
{
    enum error_code code = why->code == E_CRT_12   ? E_FED_26
                           : why->code == E_CRT_13 ? E_FED_27
                           : why->code == E_CRT_17 ? E_FED_28
                                                   : why->code;

    return error_set(err, code, "%.*s: %s", (int)agency.size, (const char *)agency.at, why->text);
}

static enum hold hold_of_revocation(enum revocation_reason reason)
{
    switch (reason) {
    case REVOKED_KEY_COMPROMISE:
        return HOLD_KEY_COMPROMISED;
    case REVOKED_LEFT:
        return HOLD_LEFT;
    case REVOKED_SUSPENDED:
        return HOLD_SUSPENDED;
    default:
        return HOLD_SUPERSEDED;
    }
}

/* A directory past its last day tells nothing about anybody, not even that an agency is no member. */
enum hold membership_hold(struct membership *m, struct view agency, int64_t now_ms)
{
    struct error why;
    struct peer p;
    size_t index;

    if (now_ms > directory_version_directory(m->version)->hard_expiry_s * 1000)
        return HOLD_DIRECTORY_ENDED;
    if (!directory_version_index(m->version, agency, &index))
        return HOLD_ABSENT;
    directory_version_peer(m->version, index, &p);
    if (p.revoked)
        return hold_of_revocation(p.reason);
    if (p.identity != NULL && certificate_has_ended(p.until_ms, now_ms))
        return HOLD_CERTIFICATE_ENDED;
    if (p.identity != NULL && now_ms < p.from_ms)
        return HOLD_CERTIFICATE_EARLY;
    return directory_version_check(m->version, index, now_ms, &why) ? HOLD_NONE : HOLD_NOT_PROVEN;
}

/* The entry of AGENCY in a directory that is in date: what is past its last day tells nothing about anybody. */
static bool find_entry(const struct membership *m, struct view agency, int64_t now_ms, size_t *index, struct peer *p,
                       struct error *err)
{
    const struct directory *d = directory_version_directory(m->version);

    if (now_ms > d->hard_expiry_s * 1000)
        return error_set(err, E_FED_23, "directory %" PRIu64 " has passed its last day", d->sequence);
    if (!directory_version_index(m->version, agency, index))
        return error_set(err, E_FED_25, "%.*s is not in directory %" PRIu64, (int)agency.size, (const char *)agency.at,
                         d->sequence);
    directory_version_peer(m->version, *index, p);
    return true;
}

bool membership_admits(struct membership *m, struct view agency, int64_t now_ms, const struct verify_key **identity,
                       struct error *err)
{
    struct error why;
    struct peer p;
    size_t index;

    if (!find_entry(m, agency, now_ms, &index, &p, err))
        return false;
    if (p.revoked)
        return error_set(err, E_FED_28, "the certificate of %s was revoked: %s", p.member->agency.text,
                         revocation_reason_name(p.reason));
    if (p.identity != NULL && certificate_has_ended(p.until_ms, now_ms))
        return error_set(err, E_FED_26, "the identity certificate of %s has ended", p.member->agency.text);
    if (p.identity != NULL && now_ms < p.from_ms)
        return error_set(err, E_FED_27, "the identity certificate of %s is not valid yet", p.member->agency.text);
    if (!directory_version_check(m->version, index, now_ms, &why))
        return refuse_chain(&why, agency, err);
    REQUIRE(p.identity != NULL); /* directory_version_check: else what follows would be verified by nothing */
    if (identity != NULL)
        *identity = p.identity;
    return true;
}

bool membership_check_identity(struct membership *m, struct view der, int64_t now_ms, struct error *err)
{
    struct certificate c;
    struct error why;

    if (!certificate_read(der, &c, err))
        return false;
    return directory_version_chain(m->version, der, CERTIFICATE_IDENTITY, now_ms, &c, &why) ||
           refuse_chain(&why, address_view(&c.agency), err);
}

bool membership_node_of(struct membership *m, struct view certificate, int64_t now_ms, struct ident *node,
                        struct error *err)
{
    struct certificate c;
    struct error why;

    /* The transport CAs are the directory's; a peer shows its own certificate alone. */
    if (!directory_version_chain(m->version, certificate, CERTIFICATE_TRANSPORT, now_ms, &c, &why))
        return refuse_chain(&why, view_of_text("a node"), err);
    if (strcmp(c.label.text, m->own_transport.label.text) != 0)
        return error_set(err, E_FED_31, "a node showed a certificate of another label than this federation's");
    *node = c.node;
    return true;
}

const struct member *membership_find_node(const struct membership *m, const struct ident *node)
{
    return directory_version_node(m->version, node);
}

bool membership_admits_node(struct membership *m, struct view certificate, const struct ident *node, int64_t now_ms,
                            struct address *agency, struct error *err)
{
    const struct member *member = membership_find_node(m, node);
    char id[IDENT_TEXT];
    struct ident shown;

    ident_write(node, id);
    if (member == NULL)
        return error_set(err, E_FED_32, "no agency of directory %" PRIu64 " lists the node %s",
                         directory_version_directory(m->version)->sequence, id);
    if (!membership_admits(m, address_view(&member->agency), now_ms, NULL, err) ||
        !membership_node_of(m, certificate, now_ms, &shown, err))
        return false;
    if (!ident_equal(&shown, node))
        return error_set(err, E_FED_31, "the hello names the node %s, the certificate another", id);
    *agency = member->agency;
    return true;
}

/* How long P may call data back after it left; of who did not leave there is no such end. */
static int64_t end_of_leaving(const struct membership *m, const struct peer *p)
{
    const struct revocation *left = NULL;
    struct certificate c;
    struct error why;

    if (p->reason == REVOKED_LEFT && certificate_read(p->member->identity_certificate, &c, &why))
        left = directory_version_revocation(m->version, &c);
    return left == NULL ? INT64_MAX : left->time_ms + BOUND_RECALL_MS;
}

/* Whose key may be in other hands is barred: nobody knows who would read there what calls data back. */
bool membership_recalls(struct membership *m, struct view agency, int64_t now_ms, struct error *err)
{
    struct certificate c;
    struct error why;
    struct peer p;
    size_t index;

    if (!find_entry(m, agency, now_ms, &index, &p, err))
        return false;
    if (!p.revoked || p.identity == NULL)
        return error_set(err, E_FED_28, "%s is not cut off", p.member->agency.text);
    if (!directory_version_chain_barred(m->version, p.member->identity_certificate, CERTIFICATE_IDENTITY, now_ms, &c,
                                        &why))
        return refuse_chain(&why, agency, err);
    return now_ms <= end_of_leaving(m, &p) ||
           error_set(err, E_FED_28, "%s left more than 14 days ago", p.member->agency.text);
}

int64_t membership_recalls_until(struct membership *m, const struct address *agency)
{
    int64_t end = directory_version_directory(m->version)->hard_expiry_s * 1000;
    struct peer p;

    if (!membership_find_peer(m, address_view(agency), &p))
        return 0;
    if (p.until_ms < end)
        end = p.until_ms;
    return p.revoked && end_of_leaving(m, &p) < end ? end_of_leaving(m, &p) : end;
}

bool membership_recalls_node(struct membership *m, struct view certificate, const struct ident *node, int64_t now_ms,
                             struct address *agency, struct error *err)
{
    const struct member *member = membership_find_node(m, node);
    struct certificate c;
    struct error why;

    if (member == NULL)
        return error_set(err, E_FED_32, "no agency lists the node");
    if (!membership_recalls(m, address_view(&member->agency), now_ms, err))
        return false;
    if (!directory_version_chain_barred(m->version, certificate, CERTIFICATE_TRANSPORT, now_ms, &c, &why))
        return refuse_chain(&why, address_view(&member->agency), err);
    if (strcmp(c.label.text, m->own_transport.label.text) != 0 || !ident_equal(&c.node, node))
        return error_set(err, E_FED_31, "the hello names another node than the certificate");
    *agency = member->agency;
    return true;
}

bool membership_is_revoked(struct membership *m, const struct address *agency)
{
    struct peer p;

    return membership_find_peer(m, address_view(agency), &p) && p.revoked;
}

bool membership_is_compromised(const struct membership *m, const struct ident *node, struct address *agency)
{
    const struct directory *d = directory_version_directory(m->version);
    struct hash name;

    certificate_node_name(node, &name);
    for (size_t i = 0; i < d->revocation_count; i++) {
        if (d->revocations[i].reason != REVOKED_KEY_COMPROMISE || !hash_equal(&d->revocations[i].name, &name))
            continue;
        *agency = d->revocations[i].agency;
        return true;
    }
    return false;
}

size_t membership_former_transports(const struct membership *m, struct view out[static BOUND_ISSUERS])
{
    size_t count;
    const struct view *former = directory_version_former(m->version, CERTIFICATE_TRANSPORT_CA, &count);
    size_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        struct certificate c;
        struct error why;

        if (certificate_read(former[i], &c, &why) && strcmp(c.label.text, m->own_transport.label.text) == 0)
            out[taken++] = former[i];
    }
    return taken;
}

/* Whether CERTIFICATE, good at AT_MS, is of a former transport CA: it led to the root when it was listed, and by which
 * root does not matter any more. */
static bool node_by_former(struct membership *m, struct view certificate, int64_t at_ms, struct ident *node)
{
    struct view former[BOUND_ISSUERS];
    const size_t count = membership_former_transports(m, former);
    const struct chain_params q = {
        .wanted = CERTIFICATE_TRANSPORT, .now_ms = at_ms, .revoked = directory_version_revoked(m->version)};
    struct anchors *anchors;
    struct certificate c;
    struct error why;
    bool ok;

    if (!anchors_new_transport(&m->own_transport.label, former, count, &anchors, &why))
        return false;
    ok = chain_check(anchors, certificate, &q, &c, &why);
    if (ok)
        *node = c.node;
    anchors_free(anchors);
    return ok;
}

bool membership_admits_ended(struct membership *m, struct view certificate, const struct ident *node, int64_t now_ms,
                             struct address *agency, struct error *err)
{
    const struct member *member = membership_find_node(m, node);
    struct certificate c;
    struct ident shown;
    int64_t at_ms;
    bool is_listed;

    if (member == NULL)
        return error_set(err, E_FED_32, "no agency lists the node");
    if (!membership_admits(m, address_view(&member->agency), now_ms, NULL, err) ||
        !certificate_read(certificate, &c, err))
        return false;
    at_ms = now_ms <= c.not_after_ms ? now_ms : c.not_after_ms - 1000;
    if (now_ms - at_ms > BOUND_GRACE_MS + 1000)
        return error_set(err, E_FED_26, "the certificate of a node of %s ended longer ago", member->agency.text);
    is_listed = now_ms > c.not_after_ms
                    ? membership_node_of(m, certificate, at_ms, &shown, err)
                    : error_set(err, E_FED_26, "the certificate of a node of %s has not ended", member->agency.text);
    if (!is_listed && !node_by_former(m, certificate, at_ms, &shown))
        return false;
    if (!ident_equal(&shown, node))
        return error_set(err, E_FED_31, "the hello names another node than the certificate");
    *agency = member->agency;
    return true;
}

bool membership_may_offer(struct membership *m, struct view certificate, int64_t now_ms, struct ident *node)
{
    const struct member *member;
    struct certificate c;
    struct error why;
    struct peer p;

    if (now_ms <= directory_version_directory(m->version)->hard_expiry_s * 1000 ||
        !certificate_read(certificate, &c, &why) || c.use != CERTIFICATE_TRANSPORT ||
        strcmp(c.label.text, m->own_transport.label.text) != 0 || now_ms < c.not_before_ms ||
        certificate_has_ended(c.not_after_ms, now_ms) ||
        certificate_is_revoked(&c, directory_version_revoked(m->version)))
        return false;
    member = membership_find_node(m, &c.node);
    if (member == NULL || membership_node_of(m, certificate, now_ms, node, &why))
        return false;
    REQUIRE(membership_find_peer(m, address_view(&member->agency), &p)); /* it is the directory that lists the node */
    *node = c.node;
    return !p.revoked;
}

bool membership_may_be_shown(struct membership *m, struct view certificate, int64_t now_ms, bool renews,
                             struct error *err)
{
    struct address agency;
    struct certificate c;
    struct ident node;
    int64_t at_ms;

    if (!certificate_read(certificate, &c, err))
        return false;
    at_ms = renews && certificate_has_ended(c.not_after_ms, now_ms) ? c.not_after_ms - 1000 : now_ms;
    return membership_node_of(m, certificate, at_ms, &node, err) &&
           (membership_admits_node(m, certificate, &node, now_ms, &agency, err) ||
            (renews && membership_admits_ended(m, certificate, &node, now_ms, &agency, err)));
}

bool membership_may_bring_directory(struct membership *m, struct view certificate, const struct ident *node,
                                    int64_t now_ms, struct address *agency)
{
    const struct member *member = membership_find_node(m, node);
    struct ident shown;
    struct error why;
    struct peer p;

    if (member == NULL || now_ms <= directory_version_directory(m->version)->hard_expiry_s * 1000)
        return false;
    REQUIRE(membership_find_peer(m, address_view(&member->agency), &p)); /* it is the directory that lists the node */
    if (p.revoked)
        return false;
    if (!membership_node_of(m, certificate, now_ms, &shown, &why) || !ident_equal(&shown, node))
        return false;
    *agency = member->agency;
    return true;
}

size_t membership_former_issuers(const struct membership *m, enum certificate_use use,
                                 struct view out[static BOUND_ISSUERS])
{
    size_t count;
    const struct view *former = directory_version_former(m->version, use, &count);

    for (size_t i = 0; i < count; i++)
        out[i] = former[i];
    return count;
}

void membership_keep_issuers(struct membership *m, enum certificate_use use, const struct view *cas, size_t count)
{
    directory_version_keep(m->version, use, cas, count);
}

bool membership_signer(void *membership, struct view agency, struct proof_signer *out, struct error *err)
{
    struct peer peer;

    if (!membership_find_peer(membership, agency, &peer) || peer.identity == NULL)
        return error_set(err, E_LOG_20, "%.*s is not in the directory", (int)agency.size, (const char *)agency.at);
    if (peer.revoked && peer.reason == REVOKED_KEY_COMPROMISE)
        return error_set(err, E_LOG_20, "the key of %.*s is in other hands", (int)agency.size, (const char *)agency.at);
    *out = (struct proof_signer){.key = peer.identity, .certificate = peer.identity_certificate};
    membership_former_keys(membership, &peer.member->agency, &peer.fingerprint, out);
    return true;
}

void membership_own_signer(const struct membership *m, struct proof_signer *out)
{
    struct hash own;

    sign_public_hash(m->own_identity.public_key, &own);
    *out = (struct proof_signer){.key = m->own_key};
    membership_former_keys(m, membership_own(m), &own, out);
}
