#include "ca/issuing.h"

#include "ca/authority.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"

static bool issue_certificates(struct issuing *s, struct error *err)
{
    struct certify_validity validity = {s->now_ms, CERTIFY_TRANSPORT_DAYS};
    const struct federation_home *h = &s->federation_home;
    struct sign_key *transport = NULL;
    struct sign_key *issuing = NULL;
    bool ok = authority_open_key(h, CERTIFICATE_TRANSPORT_CA, &transport, err) &&
              authority_open_key(h, CERTIFICATE_ISSUING, &issuing, err) &&
              certify_transport(transport, bytes_view(&h->transport_ca), s->request.transport, &h->label,
                                &s->request.node, &validity, &s->transport, err);

    validity.days = CERTIFY_IDENTITY_DAYS;
    ok = ok && certify_identity(issuing, bytes_view(&h->issuing), s->request.identity, h->federation.name, &validity,
                                &s->identity, err);
    sign_key_free(transport);
    sign_key_free(issuing);
    return ok;
}

/* A log goes on while the machine stays, with whatever keys; on another machine it begins again, and where its home was
 * put back. */
static uint32_t count_beginnings(const struct issuing *s, bool replace, bool restored)
{
    const struct member *before = member_list_find(&s->member_list, &s->request.agency);

    if (before == NULL)
        return 0;
    return before->begun_again + (restored || (replace && !member_has_node(before, &s->request.node)) ? 1 : 0);
}

static bool publish_member(struct issuing *s, bool replace, bool restored, struct error *err)
{
    enum revocation_reason reason = REVOKED_SUPERSEDED;
    bool goes_on;
    struct member member = {.agency = s->request.agency,
                            .kind = s->request.kind,
                            .unlisted = s->request.unlisted,
                            .endpoint = s->request.endpoint,
                            .relay = s->request.relay,
                            .identity_certificate = bytes_view(&s->identity),
                            .nodes = &s->request.node,
                            .node_count = 1,
                            .bundle = s->request.bundle};

    if (!member_list_init(&s->federation_home, s->now_ms, &s->member_list, err))
        return false;
    member.begun_again = count_beginnings(s, replace, restored);
    if (!issue_goes_on(s, &goes_on, err))
        return false;
    if (s->stolen || goes_on)
        reason = REVOKED_KEY_COMPROMISE;
    if ((replace || s->succeeds) && /* the request may be of the transport key before the one in use: that stays */
        !member_list_revoke(&s->member_list, &s->federation_home, &s->request.agency,
                            &(struct member_list_kept){s->keys, &s->request.node, s->succeeds, false}, reason,
                            s->now_ms, err))
        return false;
    /* Recorded before a directory lists them: after a crash in between, the certificates can still be revoked. */
    return member_list_put(&s->member_list, &member, err) &&
           federation_home_add_issued(&s->federation_home, &s->request.agency, bytes_view(&s->transport),
                                      bytes_view(&s->identity), err) &&
           member_list_publish(&s->member_list, &s->federation_home, s->now_ms, err);
}

bool issuing_make(struct issuing *s, bool replace, bool restored, struct error *err)
{
    return issue_certificates(s, err) && publish_member(s, replace, restored, err);
}

bool issuing_membership(const struct issuing *s, struct bytes *file, struct error *err)
{
    const struct membership_file m = {.root = bytes_view(&s->federation_home.root),
                                      .issuing = bytes_view(&s->federation_home.issuing),
                                      .transport_ca = bytes_view(&s->federation_home.transport_ca),
                                      .transport = bytes_view(&s->transport),
                                      .identity = bytes_view(&s->identity),
                                      .directory = bytes_view(&s->federation_home.note)};

    return membership_file_encode(&m, file, err);
}
