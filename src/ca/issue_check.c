#include "ca/issue_check.h"

#include <string.h>

#include "base/file.h"
#include "ca/issued_keys.h"
#include "codec/mailed_file.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"
#include "exchange/members/bundle.h"
#include "exchange/succession/succession_note.h"

bool issue_check_read(struct issuing *s, const char *path, struct error *err)
{
    struct bytes mailed = {0};
    struct bytes file = {0};
    bool ok = file_read(path, (size_t)MAILED_FILE_ROOM * BOUND_REQUEST_FILE, &mailed, err);

    mailed_file_restore(bytes_view(&mailed), &file);
    ok = ok && request_decode(bytes_view(&file), &s->arena, &s->request, err);
    bytes_fini(&mailed);
    bytes_fini(&file);
    if (!ok)
        return false;
    if (strcmp(address_federation(&s->request.agency), s->federation_home.federation.name) != 0)
        return error_set(err, E_FED_05, "the request is for %s, this federation is %s", s->request.agency.text,
                         s->federation_home.federation.name);
    return true;
}

static bool check_proof(struct issuing *s, struct error *err)
{
    struct address agency;
    struct error why;

    if (!certify_transport_request_check(s->request.transport, s->keys[0], &why) ||
        !certify_request_check(s->request.identity, s->federation_home.federation.name, &agency, s->keys[1], &why))
        return error_set(err, E_FED_06, "the request of %s: %s", s->request.agency.text, why.text);
    if (!address_equal(&agency, &s->request.agency))
        return error_set(err, E_FED_06, "the request of %s holds a certificate request of %s", s->request.agency.text,
                         agency.text);
    return true;
}

static bool check_bundle(const struct issuing *s, struct error *err)
{
    struct verify_key *key;
    struct bundle b;
    struct error why;
    bool ok;

    if (s->request.bundle.size == 0)
        return true;
    if (!verify_key_new(s->keys[1], &key, &why))
        return error_set(err, E_FED_06, "the request of %s: %s", s->request.agency.text, why.text);
    ok = bundle_open(s->request.bundle, &s->federation_home.federation, &s->request.agency, key, &b, &why);
    verify_key_free(key);
    return ok || error_set(err, E_FED_06, "the request of %s: %s", s->request.agency.text, why.text);
}

bool issue_check_proofs(struct issuing *s, struct error *err)
{
    if (!check_proof(s, err))
        return false;
    if (memcmp(s->keys[0], s->keys[1], KEY_SIZE) == 0)
        return error_set(err, E_FED_06, "the request of %s uses one key for links and for signatures",
                         s->request.agency.text);
    return check_bundle(s, err);
}

/* Made while the listed certificate, or one before it of that key, was in its life. */
static bool succession_is_timely(const struct issuing *s, const struct succession *n, const struct certificate *listed)
{
    const int64_t time_ms = n->time_s * 1000;

    return time_ms <= s->now_ms + BOUND_CLOCKS_MS && time_ms <= listed->not_after_ms &&
           time_ms >= listed->not_before_ms - (listed->not_after_ms - listed->not_before_ms);
}

bool issue_check_succession(struct issuing *s, struct error *err)
{
    const struct member *m = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency));
    struct certificate listed;
    struct succession n;

    if (s->request.succeeds.size == 0)
        return true;
    if (m == NULL || !certificate_read(m->identity_certificate, &listed, err))
        return m != NULL || error_set(err, E_FED_62, "%s is no member", s->request.agency.text);
    if (memcmp(listed.public_key, s->keys[1], KEY_SIZE) == 0)
        return true;
    if (!succession_note_read(s->request.succeeds, &s->federation_home.federation, &n, err))
        return false;
    if (!address_equal(&n.agency, &s->request.agency) || memcmp(n.new_key, s->keys[1], KEY_SIZE) != 0 ||
        memcmp(n.old_key, listed.public_key, KEY_SIZE) != 0)
        return error_set(err, E_FED_62, "the note in the request of %s is of other keys than its own and the listed",
                         s->request.agency.text);
    if (member_list_revocation(&s->federation_home.directory, &listed) != NULL)
        return error_set(err, E_FED_67, "the identity key of %s is revoked", s->request.agency.text);
    if (!succession_is_timely(s, &n, &listed))
        return error_set(err, E_FED_65, "the time of the note in the request of %s is not in the life of its old key",
                         s->request.agency.text);
    s->succeeds = true;
    return true;
}

bool issue_check_relay(const struct issuing *s, struct error *err)
{
    const struct member *relay;
    struct certificate c;
    struct error why;

    if (s->request.relay.size == 0)
        return true;
    relay = directory_find_member(&s->federation_home.directory, s->request.relay);
    if (relay == NULL || relay->unlisted || !certificate_read(relay->identity_certificate, &c, &why) ||
        member_list_revocation(&s->federation_home.directory, &c) != NULL)
        return error_set(err, E_FED_12, "%.*s, the relay of %s, is no listed member", (int)s->request.relay.size,
                         (const char *)s->request.relay.at, s->request.agency.text);
    return true;
}

struct transport_search {
    const uint8_t *key;
    size_t since; /* certificates of the machine behind the one found */
    bool found;
};

static bool is_key_of_request(const struct issuing *s, const uint8_t key[static KEY_SIZE])
{
    return memcmp(key, s->keys[0], KEY_SIZE) == 0 || memcmp(key, s->keys[1], KEY_SIZE) == 0;
}

/* A renewal changes the endpoint and nothing else: no member becomes a court by a file that looks like a renewal. */
static bool check_entry(const struct issuing *s, const struct member *m, struct error *err)
{
    const struct request *r = &s->request;

    return (r->kind == m->kind && r->unlisted == m->unlisted && view_equal(r->relay, m->relay)) ||
           error_set(err, E_FED_47, "the request of %s changes its kind, its relay or whether it is listed",
                     m->agency.text);
}

static bool on_issued_transport(void *cookie, const struct certificate *c)
{
    struct transport_search *search = cookie;

    if (c->use != CERTIFICATE_TRANSPORT)
        return true;
    search->since = memcmp(c->public_key, search->key, KEY_SIZE) == 0 ? 0 : search->since + 1;
    search->found = search->since == 0 || (search->found && search->since == 1);
    return true;
}

/* Whether the newest certificate is of the request's transport key, or the one before, where that renewed by itself and
 * the answer was lost. An older key was destroyed: who has it kept a copy. */
static bool is_own_transport_key(const struct issuing *s, bool *out, struct error *err)
{
    struct transport_search search = {.key = s->keys[0]};

    if (!member_list_each_issued(&s->federation_home, &s->request.agency, on_issued_transport, &search, err))
        return false;
    *out = search.found;
    return true;
}

/* Whether the request of the member M, whose listed certificate is IDENTITY, asks for what it has. */
static bool check_same_member(const struct issuing *s, const struct member *m, const struct certificate *identity,
                              bool restored, struct error *err)
{
    bool own = true;

    if (!restored && !is_own_transport_key(s, &own, err))
        return false;
    if (!own || (!s->succeeds && memcmp(identity->public_key, s->keys[1], KEY_SIZE) != 0))
        return error_set(err, E_FED_07, "%s is a member with other keys than the request's", m->agency.text);
    return check_entry(s, m, err);
}

/* No two agencies share a key: one could sign as the other. An agency keeps its keys unless --replace is given, and its
 * machine, too, unless its home was put back: that may have any transport key of before. */
bool issue_check_keys(const struct issuing *s, bool replace, bool restored, struct error *err)
{
    const struct directory *d = &s->federation_home.directory;

    for (size_t i = 0; i < d->member_count; i++) {
        const struct member *m = &d->members[i];
        struct certificate identity;
        struct certificate transport;
        bool found;

        if (!certificate_read(m->identity_certificate, &identity, err) ||
            !member_list_newest_transport(&s->federation_home, &m->agency, &found, &transport, err))
            return error_wrap(err, "the directory's entry of %s", m->agency.text);
        if (!address_equal(&m->agency, &s->request.agency)) {
            if (member_has_node(m, &s->request.node))
                return error_set(err, E_FED_16, "the request of %s is of a machine of %s", s->request.agency.text,
                                 m->agency.text);
            if (is_key_of_request(s, identity.public_key) || (found && is_key_of_request(s, transport.public_key)))
                return error_set(err, E_FED_14, "the request of %s uses a key of %s", s->request.agency.text,
                                 m->agency.text);
        } else if (!replace && !restored && !member_has_node(m, &s->request.node)) {
            return error_set(err, E_FED_07, "%s is a member with another machine than the request's", m->agency.text);
        } else if (!replace && !check_same_member(s, m, &identity, restored, err)) {
            return false;
        }
    }
    return true;
}

/* Whether the machine of the request goes on from the identity key FORMER. */
static bool goes_on_from(const struct issuing *s, const struct hash *former)
{
    struct ident node;
    struct hash key;

    sign_public_hash(s->keys[1], &key);
    certificate_replacing_node(former, &key, &node);
    return ident_equal(&node, &s->request.node);
}

bool issue_goes_on_from_listed(const struct issuing *s, bool *out, struct error *err)
{
    const struct member *m = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency));
    struct certificate listed;

    *out = false;
    if (m == NULL)
        return true;
    if (!certificate_read(m->identity_certificate, &listed, err))
        return false;
    *out = goes_on_from(s, &listed.key_hash);
    return true;
}

struct former_search {
    const struct issuing *issuing;
    bool found;
};

static bool on_issued_former(void *cookie, const struct certificate *c)
{
    struct former_search *search = cookie;

    search->found = c->use == CERTIFICATE_IDENTITY && goes_on_from(search->issuing, &c->key_hash);
    return !search->found;
}

bool issue_goes_on(const struct issuing *s, bool *out, struct error *err)
{
    struct former_search search = {.issuing = s};

    if (!member_list_each_issued(&s->federation_home, &s->request.agency, on_issued_former, &search, err))
        return false;
    *out = search.found;
    return true;
}

struct revoked_key_search {
    const struct issuing *issuing;
    bool revoked;
};

static bool on_issued_revoked(void *cookie, const struct certificate *c)
{
    struct revoked_key_search *p = cookie;

    p->revoked = is_key_of_request(p->issuing, c->public_key) &&
                 member_list_revocation(&p->issuing->federation_home.directory, c) != NULL;
    return !p->revoked;
}

/* Whether the directory names a key or the machine of the request itself, whatever was kept of what was issued. */
static bool names_request(const struct issuing *s)
{
    const struct directory *d = &s->federation_home.directory;
    struct hash names[3];

    sign_public_hash(s->keys[0], &names[0]);
    sign_public_hash(s->keys[1], &names[1]);
    certificate_node_name(&s->request.node, &names[2]);
    for (size_t i = 0; i < d->revocation_count; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (hash_equal(&d->revocations[i].name, &names[k]))
                return true;
    return false;
}

bool issue_check_revoked_keys(const struct issuing *s, struct error *err)
{
    struct revoked_key_search p = {.issuing = s, .revoked = names_request(s)};

    if (!member_list_each_issued(&s->federation_home, &s->request.agency, on_issued_revoked, &p, err))
        return false;
    /* Who has the keys of another agency may ask under a name of its own. A member stays listed while what it was
     * issued and is revoked has not expired. */
    if (!p.revoked && !issued_keys_each(&s->federation_home, s->keys, 2, on_issued_revoked, &p, err))
        return false;
    return !p.revoked ||
           error_set(err, E_FED_13, "a key or the machine in the request of %s was revoked", s->request.agency.text);
}
