#include "ca/ca_cmd.h"

#include <inttypes.h>

#include "ca/member_list.h"
#include "codec/federation_messages.h"

/* Warns of members whose relay is AGENCY: they would become unreachable. */
static void warn_of_relay(const struct federation_home *h, const struct address *agency)
{
    for (size_t i = 0; i < h->directory.member_count; i++) {
        const struct member *m = &h->directory.members[i];

        if (view_equal(m->relay, address_view(agency)))
            render_warning("%s is the relay of %s, which needs another one", agency->text, m->agency.text);
    }
}

static const struct told_line revoked_lines[] = {
    {"", .text = "{agency} is revoked already; nothing was changed.", .when = "!certificates"},
    {"Would revoke ",
     .text = "{certificates} certificates of {agency} ({reason}) and sign directory {directory}.\n"
             "Nodes cut their links to it when they have that directory. To do it, put "
             "--confirm={agency} for --dry-run.",
     .when = "certificates !done"},
    {"Revoked ",
     .text = "{certificates} certificates of {agency} ({reason}). Directory {directory}.\n"
             "Next: give members the new directory, the sooner the better:\n"
             "  refex federation publish --home {home} --out directory.refex",
     .when = "certificates done"},
    {0}};

static const struct told_form revoked = {.answer = &federation_revoked_agency_contract, .lines = revoked_lines};

static void tell_revoked(const struct federation_home *h, const struct options *o, const struct address *agency,
                         enum revocation_reason reason, unsigned count)
{
    const struct federation_revoked_agency r = {.agency = *agency,
                                                .reason = reason,
                                                .certificates = count,
                                                .directory =
                                                    h->sequence + (options_flag(o, "dry-run") && count > 0 ? 1 : 0),
                                                .done = !options_flag(o, "dry-run"),
                                                .home = view_of_text(h->path)};

    ca_cmd_tell(stdout, o, &revoked, &r);
}

static bool read_reason(const char *text, enum revocation_reason *out, struct error *err)
{
    if (!revocation_reason_find(view_of_text(text), out) || *out == REVOKED_SUPERSEDED)
        return error_set(err, E_USE_04, "--reason takes key-compromise, left or suspended");
    return true;
}

static bool read_agency(const struct federation_home *h, const struct options *o, struct address *agency,
                        struct error *err)
{
    struct address confirmed;

    if (!address_read_short(view_of_text(o->words[0]), h->federation.name, agency, err))
        return false;
    if (directory_find_member(&h->directory, address_view(agency)) == NULL)
        return error_set(err, E_FED_08, "%s is not in directory %" PRIu64, agency->text, h->directory.sequence);
    if (options_flag(o, "dry-run"))
        return true;
    if (options_value(o, "confirm") == NULL)
        return error_set(err, E_FED_09, "--confirm=%s was not given", o->words[0]);
    return (address_read_short(view_of_text(options_value(o, "confirm")), h->federation.name, &confirmed, err) &&
            address_equal(&confirmed, agency)) ||
           error_set(err, E_FED_09, "--confirm names another agency than %s", agency->text);
}

static bool run(const struct options *o, struct error *err)
{
    int64_t now_ms = clock_now_ms(&clock_real);
    enum revocation_reason reason;
    struct member_list next = {0};
    struct address agency;
    struct federation_home h;
    bool ok;

    if (!read_reason(options_value(o, "reason"), &reason, err) ||
        !federation_home_open(options_value(o, "home"), now_ms, &h, err))
        return false;
    ok = read_agency(&h, o, &agency, err) && member_list_init(&h, now_ms, &next, err) &&
         member_list_revoke(&next, &h, &agency, NULL, reason, now_ms, err) &&
         (options_flag(o, "dry-run") || next.revoked_count == 0 || member_list_publish(&next, &h, now_ms, err));
    if (ok) {
        tell_revoked(&h, o, &agency, reason, next.revoked_count);
        warn_of_relay(&h, &agency);
    }
    member_list_fini(&next);
    federation_home_close(&h);
    return ok;
}

const struct subcommand ca_cmd_revoke = {
    .name = "revoke",
    .summary = "Revoke an agency's certificates",
    .usage = "AGENCY --home FED --reason CODE --confirm=AGENCY [--dry-run]",
    .help =
        "All certificates that AGENCY holds are revoked in a new directory. Reasons:\n"
        "  key-compromise   its keys may be in wrong hands: nothing of them is believed any more\n"
        "  left             it is no member any more: what waits for it elsewhere is withheld; what it signed before\n"
        "                   stays valid until it expires\n"
        "  suspended        no new messages for a time: what waits for it stays. It comes back with new keys and\n"
        "                   `issue --replace`; then each agency confirms its key\n"
        "It stays in the directory, marked, until its certificates have expired, so that data it holds can be called "
        "back.\n\n"
        "  refex federation revoke brama --home fed --reason key-compromise --dry-run\n"
        "  refex federation revoke brama --home fed --reason key-compromise --confirm=brama\n",
    .syntax
        .own = {CA_CMD_HOME,
                {.name = "reason", .argument = "CODE", .help = "key-compromise, left or suspended", .is_needed = true},
                CA_CMD_CONFIRM,
                CA_CMD_DRY_RUN},
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .forms = {&revoked},
    .run = run,
};
