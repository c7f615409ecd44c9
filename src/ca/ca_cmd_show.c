#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ca/member_list.h"
#include "ca/overview.h"

/* A node asks for another certificate when two thirds of the life of the last are over, three quarters at the latest:
 * of 90 days 22 are left then. */
#define DROPS_OUT_DAYS 20

/* --- the federation --- */

static void write_bases(struct bytes *out, const struct told_shown *s)
{
    const struct federation_overview *o = s->answer;

    for (size_t i = 0; i < o->legal_basis_count; i++) {
        bytes_printf(out, "%sPolicy       named for later, refused as yet: sharing without consent on the basis ",
                     i > 0 ? "\n" : "");
        render_escaped(out, o->legal_bases[i].code);
        bytes_append_text(out, ": ");
        render_escaped(out, o->legal_bases[i].text);
    }
}

static const struct told_line federation_lines[] = {
    {"Federation   ", .text = "{federation}"},
    {"Fingerprint  ", .text = "{fingerprint}"},
    {"Directory    ", .text = "{directory}: nodes warn from {refresh_after:day}, stop using it on {hard_expiry:day}; "
                              "{quorum} of {directory_keys} keys sign it"},
    {"             ", .text = "it waits for {signatures_missing:signatures}: `refex federation publish` says whose",
     .when = "signatures_missing"},
    {"Authorities  ", .text = "good until {authority_until:day}: then the last of this use ends: {authority}",
     .when = "!authority_ended"},
    {"             ", .text = "ROLL OVER (`refex federation rollover`), and have all members renew, before that day",
     .when = "authority_ending !authority_ended"},
    {"Authorities  ",
     .text = "ENDED on {authority_until:day}, and nothing under it is good: {authority}\n"
             "             ROLL OVER (`refex federation rollover`), and have all members renew",
     .when = "authority_ended"},
    {"Roll-over    ",
     .text = "of the root: once no CA of the old one is listed, `refex federation rollover root --finish`",
     .when = "rolls_root"},
    {"Roll-over    ",
     .text =
         "of the issuing CA: {behind_issuing} of the members have not renewed under the new one; where none is left,\n"
         "             `refex federation rollover issuing --finish`",
     .when = "rolls_issuing"},
    {"Roll-over    ",
     .text = "of the transport CA: {behind_transport} of the members have not renewed under the new one; where none is "
             "left,\n"
             "             `refex federation rollover transport --finish`",
     .when = "rolls_transport"},
    {"Invitations  ", .text = "{invitations}, neither used nor ended", .when = "invitations"},
    {"Policy       ", .text = "sharing without consent: off", .when = "!bases"},
    {"", .write = write_bases, "legal_bases"},
    {"Policy       ", .text = "erase {erase_after_hours} hours after stop"},
    {"Members      ", .text = "{members}"},
    {"Keys         ",
     .text = "{plain_keys} of the federation's private keys lie in {home}/keys in the clear: give them a passphrase\n"
             "             with `refex federation passphrase --home {home}`",
     .when = "plain_keys"},
    {"Root         ", .text = "its key lies in {home}/keys, where no command of every day needs it: carry it away",
     .when = "root_key_here"},
    {0}};

static const struct told_form federation_form = {
    .answer = &federation_overview_contract, .lines = federation_lines, .json_only = "revocations"};

/* --- a member --- */

static void write_member(struct bytes *out, const struct told_shown *s)
{
    const struct federation_listed_member *m = s->answer;
    char identity_until[11];
    char transport_until[11];

    render_day(day_of_ms(m->identity_until_ms), identity_until);
    if (m->transport_until_ms != 0)
        render_day(day_of_ms(m->transport_until_ms), transport_until);
    else /* in a folder that was put back */
        (void)snprintf(transport_until, sizeof transport_until, "unknown");
    render_escaped(out, m->listed ? m->endpoint : view_of_text("unlisted"));
    bytes_printf(out, "  identity until %s  transport until %s%s%s", identity_until, transport_until,
                 m->revoked ? "  revoked: " : "", m->revoked ? revocation_reason_name(m->reason) : "");
    if (!m->revoked && m->days_left < DROPS_OUT_DAYS)
        bytes_printf(out, "  DROPS OUT in %" PRIu32 " day%s: it did not renew", m->days_left,
                     m->days_left == 1 ? "" : "s");
}

static const struct told_line member_lines[] = {
    {"  ", .text = "{agency}  {kind}  ", write_member,
     "listed endpoint identity_until transport_until days_left revoked reason"},
    {0}};

static const struct told_form member_form = {
    .answer = &federation_listed_member_contract, .lines = member_lines, .json_only = "relay revoked_at"};

static uint32_t days_left(const struct federation_listed_member *m, int64_t now_ms)
{
    const bool identity_first = m->transport_until_ms == 0 || m->identity_until_ms < m->transport_until_ms;
    const int64_t until = identity_first ? m->identity_until_ms : m->transport_until_ms;

    return until < now_ms ? 0 : (uint32_t)((until - now_ms) / DAY_MS);
}

static bool show_member(const struct options *o, const struct federation_home *h, const struct member *m,
                        struct error *err)
{
    struct federation_listed_member shown = {
        .agency = m->agency, .kind = m->kind, .listed = !m->unlisted, .endpoint = m->endpoint, .relay = m->relay};
    const struct revocation *r;
    struct certificate identity;
    struct certificate transport;
    bool found;

    if (!certificate_read(m->identity_certificate, &identity, err) ||
        !member_list_newest_transport(h, &m->agency, &found, &transport, err))
        return false;
    shown.identity_until_ms = identity.not_after_ms;
    shown.transport_until_ms = found ? transport.not_after_ms : 0;
    shown.days_left = days_left(&shown, clock_now_ms(&clock_real));
    r = member_list_revocation(&h->directory, &identity);
    if (r != NULL) {
        shown.revoked = true;
        shown.reason = r->reason;
        shown.revoked_at_ms = r->time_ms;
    }
    ca_cmd_tell(stdout, o, &member_form, &shown);
    return true;
}

static bool run(const struct options *o, struct error *err)
{
    const int64_t now_ms = clock_now_ms(&clock_real);
    struct federation_overview overview;
    struct federation_home h;
    bool ok;

    if (!federation_home_open(options_value(o, "home"), NULL, now_ms, &h, err))
        return false;
    ok = overview_of(&h, now_ms, &overview, err);
    if (ok)
        ca_cmd_tell(stdout, o, &federation_form, &overview);
    for (size_t i = 0; ok && i < h.directory.member_count; i++)
        ok = show_member(o, &h, &h.directory.members[i], err);
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
    .forms = {&federation_form, &member_form},
    .run = run,
};
