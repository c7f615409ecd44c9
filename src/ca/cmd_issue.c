#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/cmd.h"
#include "ca/roster.h"
#include "ca/say.h"
#include "codec/membership_codec.h"
#include "crypto/certify.h"
#include "crypto/sign.h"
#include "exchange/bundle.h"

/* One request on its way to a membership. */
struct issuing {
    struct home home;
    struct roster roster;
    struct arena arena;
    struct request request;
    uint8_t keys[2][KEY_SIZE]; /* transport, identity */
    struct bytes transport;    /* certificates made */
    struct bytes identity;
    int64_t now_ms;
};

/* --- what is checked --- */

static bool read_request(struct issuing *s, const char *path, struct error *err)
{
    struct bytes file = {0};
    bool ok = file_read(path, BOUND_REQUEST_FILE, &file, err) &&
              request_decode(bytes_view(&file), &s->arena, &s->request, err);

    bytes_fini(&file);
    if (!ok)
        return false;
    if (strcmp(address_federation(&s->request.agency), s->home.federation.name) != 0)
        return error_set(err, E_FED_05, "the request is for %s, this federation is %s", s->request.agency.text,
                         s->home.federation.name);
    return true;
}

static bool check_proof(struct issuing *s, struct view request, unsigned which, struct error *err)
{
    struct address agency;
    struct error why;

    if (!certify_request_check(request, s->home.federation.name, &agency, s->keys[which], &why))
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
    ok = bundle_open(s->request.bundle, &s->home.federation, &s->request.agency, key, &b, &why);
    verify_key_free(key);
    return ok || error_set(err, E_FED_06, "the request of %s: %s", s->request.agency.text, why.text);
}

static bool check_proofs(struct issuing *s, struct error *err)
{
    if (!check_proof(s, s->request.transport, 0, err) || !check_proof(s, s->request.identity, 1, err))
        return false;
    if (memcmp(s->keys[0], s->keys[1], KEY_SIZE) == 0)
        return error_set(err, E_FED_06, "the request of %s uses one key for links and for signatures",
                         s->request.agency.text);
    return check_bundle(s, err);
}

static bool is_revoked(const struct issuing *s, const struct hash *certificate)
{
    const struct directory *d = &s->home.directory;

    for (size_t i = 0; i < d->revocation_count; i++)
        if (hash_equal(&d->revocations[i].certificate, certificate))
            return true;
    return false;
}

static bool check_relay(const struct issuing *s, struct error *err)
{
    const struct member *relay;
    struct certificate c;
    struct error why;

    if (s->request.relay.size == 0)
        return true;
    relay = directory_find_member(&s->home.directory, s->request.relay);
    if (relay == NULL || relay->unlisted || !certificate_read(relay->transport_certificate, &c, &why) ||
        is_revoked(s, &c.der_hash))
        return error_set(err, E_FED_12, "%.*s, the relay of %s, is no listed member", (int)s->request.relay.size,
                         (const char *)s->request.relay.at, s->request.agency.text);
    return true;
}

static bool is_key_of_request(const struct issuing *s, const uint8_t key[static KEY_SIZE])
{
    return memcmp(key, s->keys[0], KEY_SIZE) == 0 || memcmp(key, s->keys[1], KEY_SIZE) == 0;
}

/* One key, one agency: else one could speak as the other. And a name keeps its keys unless a person says --replace. */
static bool check_keys(const struct issuing *s, bool replace, struct error *err)
{
    const struct directory *d = &s->home.directory;

    for (size_t i = 0; i < d->member_count; i++) {
        const struct member *m = &d->members[i];
        struct certificate identity;
        struct certificate transport;

        if (!certificate_read(m->identity_certificate, &identity, err) ||
            !certificate_read(m->transport_certificate, &transport, err))
            return error_wrap(err, "the directory's entry of %s", m->agency.text);
        if (!address_equal(&m->agency, &s->request.agency)) {
            if (is_key_of_request(s, identity.public_key) || is_key_of_request(s, transport.public_key))
                return error_set(err, E_FED_14, "the request of %s uses a key of %s", s->request.agency.text,
                                 m->agency.text);
        } else if (!replace && (memcmp(transport.public_key, s->keys[0], KEY_SIZE) != 0 ||
                                memcmp(identity.public_key, s->keys[1], KEY_SIZE) != 0)) {
            return error_set(err, E_FED_07, "%s is a member with other keys than the request's", m->agency.text);
        }
    }
    return true;
}

struct past {
    const struct issuing *issuing;
    bool revoked;
};

static bool on_issued_past(void *cookie, const struct certificate *c)
{
    struct past *p = cookie;

    p->revoked = is_key_of_request(p->issuing, c->public_key) && is_revoked(p->issuing, &c->der_hash);
    return !p->revoked;
}

static bool check_past(const struct issuing *s, struct error *err)
{
    struct past p = {.issuing = s};

    if (!roster_issued(&s->home, &s->request.agency, on_issued_past, &p, err))
        return false;
    return !p.revoked || error_set(err, E_FED_13, "a key in the request of %s was revoked", s->request.agency.text);
}

/* --- what is made --- */

static bool certify(struct issuing *s, struct error *err)
{
    struct certify_validity validity = {s->now_ms, CERTIFY_TRANSPORT_DAYS};
    const struct view ca = bytes_view(&s->home.issuing);
    const char *federation = s->home.federation.name;
    struct sign_key *key;
    bool ok;

    if (!home_key(&s->home, "issuing", &key, err))
        return false;
    ok = certify_leaf(key, ca, s->request.transport, federation, CERTIFY_TRANSPORT, &validity, &s->transport, err);
    validity.days = CERTIFY_IDENTITY_DAYS;
    ok = ok && certify_leaf(key, ca, s->request.identity, federation, CERTIFY_IDENTITY, &validity, &s->identity, err);
    sign_key_free(key);
    return ok;
}

static bool list(struct issuing *s, bool replace, struct error *err)
{
    const struct member member = {.agency = s->request.agency,
                                  .kind = s->request.kind,
                                  .unlisted = s->request.unlisted,
                                  .endpoint = s->request.endpoint,
                                  .relay = s->request.relay,
                                  .identity_certificate = bytes_view(&s->identity),
                                  .transport_certificate = bytes_view(&s->transport),
                                  .bundle = s->request.bundle};

    if (!roster_begin(&s->home, s->now_ms, &s->roster, err))
        return false;
    if (replace &&
        !roster_revoke(&s->roster, &s->home, &s->request.agency, s->keys, REVOKED_SUPERSEDED, s->now_ms, err))
        return false;
    /* Noted before a directory lists them: what was once signed can be revoked, whatever happens in between. */
    return roster_put(&s->roster, &member, err) &&
           home_note_issued(&s->home, &s->request.agency, bytes_view(&s->transport), bytes_view(&s->identity), err) &&
           roster_publish(&s->roster, &s->home, s->now_ms, err);
}

static bool hand_out(const struct issuing *s, const char *path, struct error *err)
{
    const struct membership_file m = {bytes_view(&s->home.root), bytes_view(&s->home.issuing),
                                      bytes_view(&s->transport), bytes_view(&s->identity), bytes_view(&s->home.note)};
    struct bytes file = {0};
    bool ok = membership_file_encode(&m, &file, err) && file_write(path, bytes_view(&file), 0644, err);

    bytes_fini(&file);
    return ok || error_wrap(err, "%s is in directory %" PRIu64 "; repeat the command for its file",
                            s->request.agency.text, s->home.sequence);
}

static void say_issued(const struct issuing *s, const struct order *o)
{
    struct certificate identity;
    struct certificate transport;
    struct error why;
    struct bytes line = {0};
    char identity_until[11];
    char transport_until[11];

    REQUIRE(certificate_read(bytes_view(&s->identity), &identity, &why) &&
            certificate_read(bytes_view(&s->transport), &transport, &why));
    if (o->json) {
        say_begin(&line);
        say_text(&line, "agency", address_view(&s->request.agency));
        say_text(&line, "kind", view_of_text(agency_kind_name(s->request.kind)));
        say_flag(&line, "listed", !s->request.unlisted);
        say_text(&line, "membership", view_of_text(o->out));
        say_number(&line, "directory", s->home.sequence);
        say_time(&line, "identity_until", identity.not_after_ms);
        say_time(&line, "transport_until", transport.not_after_ms);
        say_end(&line);
    } else {
        text_write_date((int32_t)day_of_ms(identity.not_after_ms), identity_until);
        text_write_date((int32_t)day_of_ms(transport.not_after_ms), transport_until);
        (void)printf("Issued the membership of %s (%s, %s): %s\n"
                     "Certificates: identity until %s, transport until %s. Directory %" PRIu64 ".\n"
                     "Next: give the file to the agency, which runs\n"
                     "  refex enrol --home DIR %s --federation FINGERPRINT\n"
                     "and give the other members the new directory:\n"
                     "  refex federation publish --home %s --out directory.refex\n",
                     s->request.agency.text, agency_kind_name(s->request.kind),
                     s->request.unlisted ? "unlisted" : "listed", o->out, identity_until, transport_until,
                     s->home.sequence, o->out, s->home.path);
    }
    bytes_fini(&line);
}

static bool run(const struct order *o, struct error *err)
{
    struct issuing s = {.now_ms = clock_now_ms(&clock_real)};
    bool ok = home_open(o->home, s.now_ms, &s.home, err);

    if (!ok)
        return false;
    ok = read_request(&s, o->operand, err) && check_proofs(&s, err) && check_relay(&s, err) &&
         check_keys(&s, o->replace, err) && check_past(&s, err) && certify(&s, err) && list(&s, o->replace, err) &&
         hand_out(&s, o->out, err);
    if (ok)
        say_issued(&s, o);
    roster_end(&s.roster);
    arena_fini(&s.arena);
    bytes_fini(&s.transport);
    bytes_fini(&s.identity);
    home_close(&s.home);
    return ok;
}

const struct verb cmd_issue = {
    .name = "issue",
    .summary = "Check an agency's request and make it a member",
    .usage = "--home FED REQUEST --out MEMBERSHIP",
    .help =
        "REQUEST is the request.refex that `refex init` wrote at the agency. Its proofs are checked, two certificates\n"
        "are made, the agency is put into a new directory, and MEMBERSHIP is written for it. Neither file is secret;\n"
        "make sure that the request is the agency's own: compare over the telephone.\n"
        "The same request again renews the certificates. A name that has other keys is refused without --replace.\n\n"
        "  refex federation issue --home fed request.refex --out membership.refex\n"
        "  refex federation issue --home fed new-request.refex --replace --out membership.refex\n",
    .options = ORDER_BIT(ORDER_HOME) | ORDER_BIT(ORDER_OUT) | ORDER_BIT(ORDER_REPLACE) | ORDER_BIT(ORDER_JSON) |
               ORDER_BIT(ORDER_HELP),
    .needs = ORDER_BIT(ORDER_HOME) | ORDER_BIT(ORDER_OUT),
    .operand = "REQUEST",
    .run = run,
};
