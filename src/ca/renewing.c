#include "ca/renewing.h"

#include <string.h>

#include "base/log.h"
#include "ca/authority.h"
#include "ca/issue_check.h"
#include "ca/issued_keys.h"
#include "codec/peer_messages.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"
#include "exchange/renewal/renewal_text.h"

struct renewing {
    struct issuing s; /* its request has the agency and the machine */
    struct peer_renewal asked;
    struct certificate newest[2]; /* transport, identity; without DER; use 0: none */
    struct bytes der[2];
};

enum { TRANSPORT, IDENTITY };

/* --- what was issued --- */

static bool on_issued_newest(void *cookie, const struct certificate *c)
{
    struct renewing *r = cookie;
    const int which = c->use == CERTIFICATE_TRANSPORT ? TRANSPORT : IDENTITY;

    if (which == IDENTITY && memcmp(c->public_key, r->s.keys[IDENTITY], KEY_SIZE) != 0)
        return true;
    r->newest[which] = *c;
    r->newest[which].der = (struct view){0};
    bytes_clear(&r->der[which]);
    bytes_append_view(&r->der[which], c->der);
    return true;
}

static bool on_issued_key(void *cookie, const struct certificate *c)
{
    (void)c;
    *(bool *)cookie = true;
    return false;
}

/* A transport key is certified once: one that was in use before comes from whoever kept it. */
static bool check_transport_key(const struct renewing *r, struct error *err)
{
    bool found = false;

    if (memcmp(r->newest[TRANSPORT].public_key, r->s.keys[TRANSPORT], KEY_SIZE) == 0)
        return true;
    if (!issued_keys_each(&r->s.federation_home, &r->s.keys[TRANSPORT], 1, on_issued_key, &found, err))
        return false;
    return !found ||
           error_set(err, E_FED_14, "%s asks for a transport key that was certified before", r->asked.agency.text);
}

/* Whether the authority in use issued the newest of WHICH. */
static bool is_of_current(const struct renewing *r, int which)
{
    struct certificate newest = r->newest[which];

    newest.der = bytes_view(&r->der[which]);
    return authority_issued(&r->s.federation_home, which == TRANSPORT ? CERTIFICATE_TRANSPORT_CA : CERTIFICATE_ISSUING,
                            &newest);
}

/* --- what a person has to look at --- */

static bool check_signed(const struct renewing *r, struct error *err)
{
    struct verify_key *key;
    bool ok;

    if (!verify_key_new(r->s.keys[IDENTITY], &key, err))
        return false;
    ok = renewal_is_signed(&r->asked, &r->s.federation_home.federation.fid, key);
    verify_key_free(key);
    return ok || error_set(err, E_FED_06, "the identity key of %s did not sign what is asked", r->asked.agency.text);
}

static bool check_requests(struct renewing *r, struct error *err)
{
    uint8_t identity[KEY_SIZE];
    struct address agency;
    struct error why;

    if (!certify_transport_request_check(r->asked.transport, r->s.keys[TRANSPORT], &why))
        return error_set(err, E_FED_06, "what %s asks: %s", r->asked.agency.text, why.text);
    if (r->asked.identity.size == 0)
        return true;
    if (!certify_request_check(r->asked.identity, r->s.federation_home.federation.name, &agency, identity, &why))
        return error_set(err, E_FED_06, "what %s asks: %s", r->asked.agency.text, why.text);
    return (address_equal(&agency, &r->asked.agency) && memcmp(identity, r->s.keys[IDENTITY], KEY_SIZE) == 0) ||
           error_set(err, E_FED_07, "%s asks for a certificate of another name or identity key", r->asked.agency.text);
}

static bool may_renew(struct renewing *r, struct error *err)
{
    const struct member *m = directory_find_member(&r->s.federation_home.directory, address_view(&r->asked.agency));
    struct certificate identity;

    if (m == NULL)
        return error_set(err, E_FED_25, "%s is no member", r->asked.agency.text);
    if (!member_has_node(m, &r->asked.node))
        return error_set(err, E_FED_07, "%s is a member with another machine", r->asked.agency.text);
    if (!certificate_read(m->identity_certificate, &identity, err))
        return false;
    if (certificate_has_ended(identity.not_after_ms, r->s.now_ms))
        return error_set(err, E_FED_26, "the identity certificate of %s has ended", r->asked.agency.text);
    memcpy(r->s.keys[IDENTITY], identity.public_key, KEY_SIZE);
    return authority_may_certify(&r->s.federation_home, CERTIFICATE_TRANSPORT_CA, err) && check_signed(r, err) &&
           check_requests(r, err) && issue_check_revoked_keys(&r->s, err) &&
           member_list_each_issued(&r->s.federation_home, &r->asked.agency, on_issued_newest, r, err) &&
           check_transport_key(r, err);
}

/* --- making --- */

/* Sets R->s.transport where one is made. */
static bool make_transport(struct renewing *r, struct error *err)
{
    const struct certify_validity validity = {r->s.now_ms, CERTIFY_TRANSPORT_DAYS};
    const struct federation_home *h = &r->s.federation_home;
    struct sign_key *key = NULL;
    bool ok = authority_open_key(h, CERTIFICATE_TRANSPORT_CA, &key, err) &&
              certify_transport(key, bytes_view(&h->transport_ca), r->asked.transport, &h->label, &r->asked.node,
                                &validity, &r->s.transport, err);

    sign_key_free(key);
    return ok;
}

static bool make_identity(struct renewing *r, struct error *err)
{
    const struct certify_validity validity = {r->s.now_ms, CERTIFY_IDENTITY_DAYS};
    const struct federation_home *h = &r->s.federation_home;
    struct sign_key *key = NULL;
    bool ok = authority_open_key(h, CERTIFICATE_ISSUING, &key, err) &&
              certify_identity(key, bytes_view(&h->issuing), r->asked.identity, h->federation.name, &validity,
                               &r->s.identity, err);

    sign_key_free(key);
    return ok;
}

/* One of a clock that was ahead when it was made is good for nobody yet, and counts as none. */
static bool has_begun(const struct renewing *r, int which)
{
    return r->newest[which].not_before_ms <= r->s.now_ms;
}

/* The newest certificate of the same key is good for a while. */
static bool has_transport(const struct renewing *r)
{
    return has_begun(r, TRANSPORT) && memcmp(r->newest[TRANSPORT].public_key, r->s.keys[TRANSPORT], KEY_SIZE) == 0 &&
           !certificate_has_ended(r->newest[TRANSPORT].not_after_ms, r->s.now_ms) && is_of_current(r, TRANSPORT);
}

static bool identity_is_due(const struct renewing *r)
{
    const struct certificate *c = &r->newest[IDENTITY];

    return c->use != CERTIFICATE_IDENTITY || !has_begun(r, IDENTITY) ||
           r->s.now_ms - c->not_before_ms >
               (is_of_current(r, IDENTITY) ? (c->not_after_ms - c->not_before_ms) / 2 : DAY_MS);
}

/* Where a signed directory lists it, and its key lies here. */
static bool may_certify_identities(struct federation_home *h, struct renewing_made *out)
{
    struct error why = {0};
    const bool listed = authority_may_certify(h, CERTIFICATE_ISSUING, &why);

    if (!authority_has_key(h, CERTIFICATE_ISSUING))
        return false;
    if (!listed)
        out->why = why.code;
    return listed;
}

static bool make(struct renewing *r, struct renewing_made *out, struct error *err)
{
    struct federation_home *h = &r->s.federation_home;
    bool with_identity = r->asked.identity.size != 0 && may_certify_identities(h, out);
    struct error why;

    if (!has_transport(r) && !make_transport(r, err))
        return false;
    if (with_identity && identity_is_due(r) && !make_identity(r, &why)) {
        /* An issuing key that does not open here keeps nobody from a new transport certificate. */
        log_line(LOG_ERROR, "event=renewal.no_identity code=%s text=\"%s\"", error_row(why.code)->code, why.text);
        out->why = why.code;
        with_identity = false;
    }
    if (!federation_home_add_issued(h, &r->asked.agency, bytes_view(&r->s.transport), bytes_view(&r->s.identity), err))
        return false;
    bytes_append_view(&out->transport, bytes_view(r->s.transport.size != 0 ? &r->s.transport : &r->der[TRANSPORT]));
    bytes_append_view(&out->transport_ca, bytes_view(&h->transport_ca));
    if (r->s.identity.size == 0 && !(with_identity && is_of_current(r, IDENTITY)))
        return true;
    bytes_append_view(&out->identity, bytes_view(r->s.identity.size != 0 ? &r->s.identity : &r->der[IDENTITY]));
    bytes_append_view(&out->issuing, bytes_view(&h->issuing));
    return true;
}

/* Whether WHY is of who asks, or of a directory that waits, and a person looks at it; all else is of the folder,
 * whoever asks. */
static bool is_for_a_person(enum error_code why)
{
    switch (why) {
    case E_FED_06:
    case E_FED_07:
    case E_FED_13:
    case E_FED_14:
    case E_FED_25:
    case E_FED_26:
    case E_FED_55:
        return true;
    default:
        return false;
    }
}

/* Refuses, or makes it. False: the folder. */
static bool decide(struct renewing *r, struct renewing_made *out, struct error *err)
{
    struct error why;

    if (!may_renew(r, &why)) {
        if (!is_for_a_person(why.code)) {
            *err = why;
            return false;
        }
        out->why = why.code == E_FED_55 ? why.code : E_NONE;
        log_line(LOG_WARNING, "event=renewal.person agency=%s code=%s text=\"%s\"", r->asked.agency.text,
                 error_row(why.code)->code, why.text);
        out->refusal = RENEWAL_PERSON;
        return true;
    }
    if (!has_transport(r) && r->newest[TRANSPORT].use == CERTIFICATE_TRANSPORT && has_begun(r, TRANSPORT) &&
        r->s.now_ms - r->newest[TRANSPORT].not_before_ms < DAY_MS) {
        out->refusal = RENEWAL_TOO_SOON;
        return true;
    }
    return make(r, out, err);
}

bool renewing_answer(const struct renewing_folder *f, struct view request, int64_t now_ms, struct renewing_made *out,
                     struct error *err)
{
    struct renewing r = {.s = {.now_ms = now_ms}};
    struct error why;
    bool ok;

    if (!federation_home_open(f->home, f->unlock, now_ms, &r.s.federation_home, err))
        return false;
    r.s.federation_home.is_served = true;
    r.s.federation_home.issued_keys = f->issued_keys;
    ok = peer_renewal_decode(request, &r.s.arena, &r.asked, &why);
    if (ok) {
        r.s.request.agency = r.asked.agency;
        r.s.request.node = r.asked.node;
        ok = decide(&r, out, err);
    } else {
        out->refusal = RENEWAL_PERSON;
        ok = true;
    }
    arena_fini(&r.s.arena);
    bytes_fini(&r.s.transport);
    bytes_fini(&r.s.identity);
    bytes_fini(&r.der[TRANSPORT]);
    bytes_fini(&r.der[IDENTITY]);
    federation_home_close(&r.s.federation_home);
    return ok;
}

void renewing_made_fini(struct renewing_made *m)
{
    bytes_fini(&m->transport);
    bytes_fini(&m->transport_ca);
    bytes_fini(&m->identity);
    bytes_fini(&m->issuing);
}
