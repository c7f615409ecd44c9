#include "ca/renewing.h"

#include "base/log.h"
#include "ca/authority.h"
#include "ca/issue_check.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"

/* What a person has to look at. */
static bool may_renew(struct issuing *s, struct error *err)
{
    const struct member *m = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency));
    struct certificate identity;

    if (m == NULL)
        return error_set(err, E_FED_25, "%s is no member", s->request.agency.text);
    if (!authority_may_certify(&s->federation_home, CERTIFICATE_TRANSPORT_CA, err) || !issue_check_proofs(s, err) ||
        !issue_check_keys(s, false, false, err) || !issue_check_revoked_keys(s, err) ||
        !certificate_read(m->identity_certificate, &identity, err))
        return false;
    return !certificate_has_ended(identity.not_after_ms, s->now_ms) ||
           error_set(err, E_FED_26, "the identity certificate of %s has ended", s->request.agency.text);
}

static bool make_certificate(struct issuing *s, struct error *err)
{
    const struct certify_validity validity = {s->now_ms, CERTIFY_TRANSPORT_DAYS};
    const struct federation_home *h = &s->federation_home;
    struct sign_key *key = NULL;
    bool ok = federation_home_open_key(h, "transport", &key, err) &&
              certify_transport(key, bytes_view(&h->transport_ca), s->request.transport, &h->label, &s->request.node,
                                &validity, &s->transport, err) &&
              federation_home_add_issued(h, &s->request.agency, bytes_view(&s->transport), view_of(NULL, 0), err);

    sign_key_free(key);
    return ok;
}

/* Refuses, or makes it. False: the folder. */
static bool decide(struct issuing *s, enum renewal_refusal *refusal, struct error *err)
{
    struct certificate newest;
    struct error why;

    if (!may_renew(s, &why)) {
        log_line(LOG_WARNING, "event=renewal.person agency=%s code=%s text=\"%s\"", s->request.agency.text,
                 error_row(why.code)->code, why.text);
        *refusal = RENEWAL_PERSON;
        return true;
    }
    if (!member_list_newest_transport(&s->federation_home, &s->request.agency, &newest, err))
        return false;
    if (s->now_ms - newest.not_before_ms < DAY_MS) {
        *refusal = RENEWAL_TOO_SOON;
        return true;
    }
    return make_certificate(s, err);
}

bool renewing_answer(const char *home, struct key_unlock *unlock, struct view request, int64_t now_ms,
                     enum renewal_refusal *refusal, struct bytes *transport, struct bytes *transport_ca,
                     struct error *err)
{
    struct issuing s = {.now_ms = now_ms};
    struct error why;
    bool ok;

    *refusal = 0;
    if (!federation_home_open(home, unlock, now_ms, &s.federation_home, err))
        return false;
    if (!request_decode(request, &s.arena, &s.request, &why)) {
        *refusal = RENEWAL_PERSON;
        ok = true;
    } else {
        ok = decide(&s, refusal, err);
    }
    if (ok && *refusal == 0) {
        bytes_append_view(transport, bytes_view(&s.transport));
        bytes_append_view(transport_ca, bytes_view(&s.federation_home.transport_ca));
    }
    arena_fini(&s.arena);
    bytes_fini(&s.transport);
    federation_home_close(&s.federation_home);
    return ok;
}
