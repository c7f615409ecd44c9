#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "ca/member_list.h"
#include "ca/output.h"

static const struct revocation *revocation_of(const struct directory *d, const struct certificate *c)
{
    for (size_t i = 0; i < d->revocation_count; i++)
        if (hash_equal(&d->revocations[i].certificate, &c->der_hash))
            return &d->revocations[i];
    return NULL;
}

static void show_federation_json(const struct federation_home *h, const char *fingerprint, struct bytes *line)
{
    const struct directory *d = &h->directory;

    output_json_begin(line);
    output_json_text(line, "federation", view_of_text(h->federation.name));
    output_json_text(line, "fingerprint", view_of_text(fingerprint));
    output_json_number(line, "directory", d->sequence);
    output_json_time(line, "refresh_after", d->refresh_after_s * 1000);
    output_json_time(line, "hard_expiry", d->hard_expiry_s * 1000);
    output_json_number(line, "members", d->member_count);
    output_json_number(line, "revocations", d->revocation_count);
    output_json_number(line, "directory_keys", h->directory_key_count);
    output_json_number(line, "quorum", h->quorum);
    output_json_number(line, "bases", d->basis_count);
    output_json_number(line, "erase_after_hours", d->erase_after_hours);
    output_json_end(line);
}

static void show_federation(const struct federation_home *h, const char *fingerprint)
{
    const struct directory *d = &h->directory;
    char refresh[11];
    char expiry[11];

    text_write_date((int32_t)day_of_ms(d->refresh_after_s * 1000), refresh);
    text_write_date((int32_t)day_of_ms(d->hard_expiry_s * 1000), expiry);
    (void)printf("Federation   %s\nFingerprint  %s\n"
                 "Directory    %" PRIu64 ": nodes warn from %s, stop using it on %s; signed by %" PRIu32
                 " of %zu keys\n",
                 h->federation.name, fingerprint, d->sequence, refresh, expiry, h->quorum, h->directory_key_count);
    if (d->basis_count == 0)
        (void)puts("Policy       sharing without consent: off");
    for (size_t i = 0; i < d->basis_count; i++)
        (void)printf("Policy       named for later, refused as yet: sharing without consent on the basis %.*s: %.*s\n",
                     (int)d->bases[i].code.size, (const char *)d->bases[i].code.at, (int)d->bases[i].text.size,
                     (const char *)d->bases[i].text.at);
    (void)printf("Policy       erase %" PRIu32 " hours after stop\nMembers      %zu\n", d->erase_after_hours,
                 d->member_count);
}

static void show_member_json(const struct member *m, const struct certificate *identity,
                             const struct certificate *transport, const struct revocation *r, struct bytes *line)
{
    output_json_begin(line);
    output_json_text(line, "agency", address_view(&m->agency));
    output_json_text(line, "kind", view_of_text(agency_kind_name(m->kind)));
    output_json_bool(line, "listed", !m->unlisted);
    output_json_text(line, "endpoint", m->endpoint);
    output_json_text(line, "relay", m->relay);
    output_json_time(line, "identity_until", identity->not_after_ms);
    output_json_time(line, "transport_until", transport->not_after_ms);
    output_json_bool(line, "revoked", r != NULL);
    if (r != NULL) {
        output_json_text(line, "reason", view_of_text(revocation_reason_name(r->reason)));
        output_json_time(line, "revoked_at", r->time_ms);
    }
    output_json_end(line);
}

static void show_member(const struct member *m, const struct certificate *identity, const struct certificate *transport,
                        const struct revocation *r)
{
    char identity_until[11];
    char transport_until[11];

    text_write_date((int32_t)day_of_ms(identity->not_after_ms), identity_until);
    text_write_date((int32_t)day_of_ms(transport->not_after_ms), transport_until);
    (void)printf("  %s  %s  %.*s  identity until %s  transport until %s%s%s\n", m->agency.text,
                 agency_kind_name(m->kind), m->unlisted ? 8 : (int)m->endpoint.size,
                 m->unlisted ? "unlisted" : (const char *)m->endpoint.at, identity_until, transport_until,
                 r != NULL ? "  revoked: " : "", r != NULL ? revocation_reason_name(r->reason) : "");
}

static bool run(const struct options *o, struct error *err)
{
    struct federation_home h;
    struct bytes line = {0};
    char fingerprint[FINGERPRINT_TEXT];
    bool ok = true;

    if (!federation_home_open(options_value(o, "home"), clock_now_ms(&clock_real), &h, err))
        return false;
    fingerprint_write(&h.federation.fid, fingerprint);
    if (options_flag(o, "json"))
        show_federation_json(&h, fingerprint, &line);
    else
        show_federation(&h, fingerprint);
    for (size_t i = 0; ok && i < h.directory.member_count; i++) {
        const struct member *m = &h.directory.members[i];
        struct certificate identity;
        struct certificate transport;
        const struct revocation *r;

        ok = certificate_read(m->identity_certificate, &identity, err) &&
             member_list_newest_transport(&h, &m->agency, &transport, err);
        if (!ok)
            break;
        r = revocation_of(&h.directory, &identity);
        if (options_flag(o, "json"))
            show_member_json(m, &identity, &transport, r, &line);
        else
            show_member(m, &identity, &transport, r);
    }
    bytes_fini(&line);
    federation_home_close(&h);
    return ok;
}

const struct subcommand ca_cmd_show = {
    .name = "show",
    .summary = "Show the federation and its members",
    .usage = "--home FED [--json]",
    .help =
        "  refex federation show --home fed\n"
        "  refex federation show --home fed --json     the federation on the first line, then a line for each member\n",
    .syntax.own = {CA_CMD_HOME},
    .run = run,
};
