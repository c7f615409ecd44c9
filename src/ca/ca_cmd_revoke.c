#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <string.h>

#include "ca/member_list.h"
#include "codec/federation_messages.h"

static const struct told_line revoked_lines[] = {
    {"", .text = "{agency} is revoked already; nothing was changed.", .when = "!certificates !keys"},
    {"Would revoke ",
     .text = "{certificates:certificates} of {agency} ({reason}), {keys:keys}, and sign directory {directory}.",
     .when = "keys !done"},
    {"Revoked ", .text = "{certificates:certificates} of {agency} ({reason}), {keys:keys}. Directory {directory}.",
     .when = "keys done"},
    {"  identity key  ", .text = "{fingerprint}", .when = "keys !old_keys"},
    {"What it has now stays, ",
     .text = "and {agency} is a member as before: its identity key {fingerprint}.\n"
             "Who took that key on the word of one of these holds it again, until they compared it.",
     .when = "keys old_keys"},
    {"  machines      ", .text = "{machines}", .when = "keys machines"},
    {"  is relay of   ", .text = "{relay_of}", .when = "relay_of"},
    {"To do it, put ", .text = "--confirm={agency} for --dry-run.", .when = "keys old_keys !done"},
    {"Nodes cut their links to it ",
     .text = "when they have that directory. What waits for it, and who is on the way there, each\n"
             "node knows of its own: first every member looks (refex agency consequences {agency}).\n"
             "To do it, put --confirm={agency} for --dry-run.",
     .when = "keys !old_keys !done"},
    {"Next: ",
     .text = "give members the new directory, the sooner the better:\n"
             "  refex federation publish --home {home} --out directory.refex",
     .when = "keys done !signatures_missing"},
    {"Next: ",
     .text = "the directory waits for {signatures_missing:signatures}, and nobody cuts a link before. Write it, and "
             "pass it round:\n"
             "  refex federation publish --home {home} --out directory.refex",
     .when = "keys done signatures_missing"},
    {0}};

static const struct told_form revoked = {.answer = &federation_revoked_agency_contract, .lines = revoked_lines};

/* Members whose relay is AGENCY: they would become unreachable. */
static size_t find_relayed(const struct federation_home *h, const struct address *agency, struct arena *arena,
                           const struct view **out)
{
    struct view *found = arena_new(arena, h->directory.member_count * sizeof *found);
    size_t count = 0;

    for (size_t i = 0; i < h->directory.member_count; i++)
        if (view_equal(h->directory.members[i].relay, address_view(agency)))
            found[count++] = address_view(&h->directory.members[i].agency);
    *out = found;
    return count;
}

static size_t write_machine_ids(const struct member *m, struct arena *arena, const struct view **out)
{
    struct view *ids = arena_new(arena, m->node_count * sizeof *ids);
    char id[IDENT_TEXT];

    for (size_t i = 0; i < m->node_count; i++) {
        ident_write(&m->nodes[i], id);
        ids[i] = arena_copy(arena, view_of_text(id));
    }
    *out = ids;
    return m->node_count;
}

static void tell_revoked(const struct federation_home *h, const struct options *o, const struct address *agency,
                         enum revocation_reason reason, const struct member_list_revoked *count)
{
    struct federation_revoked_agency r = {.agency = *agency,
                                          .reason = reason,
                                          .certificates = count->certificates,
                                          .keys = count->keys,
                                          .directory =
                                              h->sequence + (options_flag(o, "dry-run") && count->keys > 0 ? 1 : 0),
                                          .done = !options_flag(o, "dry-run"),
                                          .old_keys = options_flag(o, "old-keys"),
                                          .signatures_missing = federation_home_missing(h),
                                          .home = view_of_text(h->path)};
    const struct member *m = directory_find_member(&h->directory, address_view(agency));
    struct certificate identity;
    struct arena arena = {0};
    struct error why;

    REQUIRE(m != NULL); /* read_agency */
    if (certificate_read(m->identity_certificate, &identity, &why))
        r.fingerprint = identity.key_hash;
    if (!r.old_keys) {
        r.machine_count = write_machine_ids(m, &arena, &r.machines);
        r.relay_of_count = find_relayed(h, agency, &arena, &r.relay_of);
    }
    ca_cmd_tell(stdout, o, &revoked, &r);
    for (size_t i = 0; i < r.relay_of_count; i++)
        render_warning("%s is the relay of %.*s, which needs another one", agency->text, (int)r.relay_of[i].size,
                       (const char *)r.relay_of[i].at);
    arena_fini(&arena);
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

/* The identity keys that it had before the one that is listed; what else it has stays. */
static bool revoke_old_keys(struct member_list *next, const struct federation_home *h, const struct address *agency,
                            int64_t now_ms, struct error *err)
{
    const struct member *m = directory_find_member(&h->directory, address_view(agency));
    uint8_t keys[2][KEY_SIZE];
    const struct member_list_kept kept = {(const uint8_t(*)[KEY_SIZE])keys, &m->nodes[0], true, true};
    struct certificate identity;

    if (!certificate_read(m->identity_certificate, &identity, err))
        return false;
    memcpy(keys[0], identity.public_key, KEY_SIZE);
    memcpy(keys[1], identity.public_key, KEY_SIZE);
    if (!member_list_revoke(next, h, agency, &kept, REVOKED_KEY_COMPROMISE, now_ms, err))
        return false;
    return next->revoked.keys > 0 ||
           error_set(err, E_FED_69, "%s has had no identity key before that is not revoked so", agency->text);
}

static bool run(const struct options *o, struct error *err)
{
    const bool old_keys = options_flag(o, "old-keys");
    int64_t now_ms = clock_now_ms(&clock_real);
    enum revocation_reason reason;
    struct member_list next = {0};
    struct key_unlock unlock = {.options = o};
    struct address agency;
    struct federation_home h;
    bool ok;

    if (!read_reason(options_value(o, "reason"), &reason, err) ||
        (old_keys && reason != REVOKED_KEY_COMPROMISE &&
         !error_set(err, E_USE_03, "--old-keys is of keys that are in other hands: --reason key-compromise")) ||
        !federation_home_open(options_value(o, "home"), &unlock, now_ms, &h, err))
        return false;
    ok = read_agency(&h, o, &agency, err) && member_list_init(&h, now_ms, &next, err) &&
         (old_keys ? revoke_old_keys(&next, &h, &agency, now_ms, err)
                   : member_list_revoke(&next, &h, &agency, NULL, reason, now_ms, err)) &&
         (options_flag(o, "dry-run") || (next.revoked.certificates == 0 && next.revoked.keys == 0) ||
          member_list_publish(&next, &h, now_ms, err));
    if (ok)
        tell_revoked(&h, o, &agency, reason, &next.revoked);
    member_list_fini(&next);
    federation_home_close(&h);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_revoke = {
    .name = "revoke",
    .summary = "Revoke an agency's certificates",
    .usage = "AGENCY --home FED --reason CODE --confirm=AGENCY [--old-keys] [--dry-run]",
    .help =
        "All certificates that AGENCY holds are revoked in a new directory, with their keys and machines: no other\n"
        "certificate of these is believed either. Reasons:\n"
        "  key-compromise   its keys may be in wrong hands: nothing of them is believed any more\n"
        "  left             it is no member any more: what waits for it elsewhere is withheld; what it signed before\n"
        "                   stays valid until it expires\n"
        "  suspended        no new messages for a time: what waits for it stays. It comes back with new keys and\n"
        "                   `issue --replace`; then each agency confirms its key\n"
        "With --old-keys (key-compromise) what it has now stays: what is revoked are the identity keys that it had\n"
        "before, of which one may have signed for the next (refex node rekey).\n"
        "It stays in the directory, marked, until its certificates have expired, so that data it holds can be called "
        "back.\n\n"
        "  refex federation revoke brama --home fed --reason key-compromise --dry-run\n"
        "  refex federation revoke brama --home fed --reason key-compromise --confirm=brama\n",
    .syntax
        .own = {CA_CMD_HOME,
                {.name = "reason", .argument = "CODE", .help = "key-compromise, left or suspended", .is_needed = true},
                CA_CMD_CONFIRM,
                OPTION_FLAG("old-keys", "the identity keys that it had before, nothing that it has now"),
                CA_CMD_DRY_RUN,
                CA_CMD_PASSPHRASE},
    .syntax.needs = {"AGENCY"},
    .syntax.max_words = 1,
    .forms = {&revoked},
    .run = run,
};
