#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/file.h"
#include "ca/authority.h"
#include "ca/comparisons.h"
#include "ca/invites.h"
#include "ca/issuing.h"
#include "codec/federation_messages.h"
#include "crypto/sign.h"

/* --- what a person confirms --- */

/* The endpoint that the directory shows and the request changes; empty: none is changed. */
static struct view endpoint_before(const struct issuing *s)
{
    const struct member *m = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency));

    return m == NULL || view_equal(m->endpoint, s->request.endpoint) ? view_of(NULL, 0) : m->endpoint;
}

/* BEFORE: the endpoint that is changed; empty: none is. */
static struct federation_requested requested(const struct issuing *s, struct view before)
{
    struct federation_requested r = {.agency = s->request.agency,
                                     .kind = s->request.kind,
                                     .listed = !s->request.unlisted,
                                     .endpoint = s->request.endpoint,
                                     .endpoint_before = before,
                                     .succeeds = s->succeeds};

    sign_public_hash(s->keys[1], &r.fingerprint);
    return r;
}

#define CHANGE_LINE                                                                                                    \
    {                                                                                                                  \
        "The endpoint of ", .text = "{agency} changes from {endpoint_before} to {endpoint}.",                          \
                            .when = "endpoint_before"                                                                  \
    }

static const struct told_line asked_lines[] = {
    CHANGE_LINE, {"The request of ", .text = "{agency} has the fingerprint\n  {fingerprint}"}, {0}};

static const struct told_form asked = {.answer = &federation_requested_contract, .lines = asked_lines};

/* Who was invited binds the request: one that is not bound may be anybody's. */
static bool check_not_invited(const struct issuing *s, struct error *err)
{
    bool open;

    return invites_are_open(&s->federation_home, &s->request.agency, s->now_ms, &open, err) &&
           (!open || error_set(err, E_ENR_27, "%s has an invitation that waits", s->request.agency.text));
}

/* A try counts, whatever else is wrong, and in a dry run, too. */
static bool check_binding(const struct issuing *s, struct error *err)
{
    return s->request.binding.size == 0 || invites_check(&s->federation_home, &s->request, s->now_ms, err);
}

/* At a terminal the person compares; a script says what it compared with --fingerprint, or is told that nobody did. */
static bool check_fingerprint(const struct issuing *s, const struct options *o, enum comparison *how, struct error *err)
{
    const struct federation_requested r = requested(s, endpoint_before(s));
    const char *typed = options_value(o, "fingerprint");
    char ours[FINGERPRINT_TEXT];
    char answer[16] = "";
    struct hash given;

    *how = typed != NULL                                ? COMPARED_TYPED
           : s->request.binding.size > 0                ? COMPARED_WORDS
           : s->succeeds && r.endpoint_before.size == 0 ? COMPARED_OLD_KEY /* which says nothing of an endpoint */
                                                        : COMPARED_NOBODY;
    fingerprint_write(&r.fingerprint, ours);
    if (typed != NULL && !fingerprint_read(view_of_text(typed), &given))
        return error_set(err, E_USE_04, "--fingerprint was not typed as it is written: a character is wrong");
    if (typed != NULL)
        return hash_equal(&given, &r.fingerprint) ||
               error_set(err, E_FED_15, "the request of %s has the fingerprint %s", r.agency.text, ours);
    if (options_flag(o, "dry-run") || s->request.binding.size > 0 || *how == COMPARED_OLD_KEY)
        return true;
    if (!check_not_invited(s, err))
        return false;
    if (options_flag(o, "json") || isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
        (void)fprintf(stderr,
                      "refex: nobody compared the request of %s: give --fingerprint what the agency reads by "
                      "telephone\n",
                      r.agency.text);
        return true;
    }
    ca_cmd_tell(stderr, o, &asked, &r);
    (void)fprintf(stderr, "Phone the agency on a number you already had. Does it read the same%s? [y/N] ",
                  r.endpoint_before.size > 0 ? ", and did it ask for this endpoint" : "");
    *how = COMPARED_TERMINAL;
    if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    return error_set(err, E_FED_15, "the fingerprint of the request of %s was not confirmed", r.agency.text);
}

/* New keys cut the old ones off, and every other agency holds what goes to the new ones until it has compared them.
 * With a log that begins anew a home that still has the old one is cut off. */
static bool check_replace(const struct issuing *s, const struct options *o, struct error *err)
{
    const bool restored = options_flag(o, "restored");
    struct address confirmed;

    if (restored && options_flag(o, "replace"))
        return error_set(err, E_USE_03, "--restored is of an agency that has its keys, --replace of one that has not");
    if (options_flag(o, "stolen") && !options_flag(o, "replace"))
        return error_set(err, E_USE_03, "--stolen says of the machine that --replace replaces that others may have it");
    if (restored && directory_find_member(&s->federation_home.directory, address_view(&s->request.agency)) == NULL)
        return error_set(err, E_RST_04, "%s is no member of %s", s->request.agency.text,
                         s->federation_home.federation.name);
    if ((!options_flag(o, "replace") && !restored) || options_flag(o, "dry-run"))
        return true;
    if (options_value(o, "confirm") == NULL)
        return error_set(err, E_FED_09,
                         restored ? "--restored ends the log of %s, and --confirm=AGENCY was not given"
                                  : "--replace revokes the keys of %s, and --confirm=AGENCY was not given",
                         s->request.agency.text);
    return (address_read_short(view_of_text(options_value(o, "confirm")), s->federation_home.federation.name,
                               &confirmed, err) &&
            address_equal(&confirmed, &s->request.agency)) ||
           error_set(err, E_FED_09, "--confirm names another agency than %s", s->request.agency.text);
}

#define REPLACES                                                                                                       \
    "Every other agency is shown the change and holds what goes to the new keys for 24 hours, or until it\n"           \
    "compared the fingerprint. To do it, put --confirm={agency} for --dry-run."

static const struct told_line dry_run_lines[] = {
    {"Would issue a membership for ", .text = "{agency}, fingerprint {fingerprint}."},
    CHANGE_LINE,
    {"The certificates of its old keys would be revoked as superseded: what they hold open is cut off.\n",
     .text = REPLACES, .when = "replaces !stolen"},
    {"Its old machine would be revoked, with its keys, as compromised: nobody links with it, or believes what they "
     "sign.\n",
     .text = REPLACES, .when = "stolen !goes_on"},
    {"Its old machine would be revoked, with its keys, as compromised, and the new one goes on with the data of its "
     "backup.\n",
     .text =
         "Its log begins anew. Every other agency holds what goes to the new keys until a person there compared the\n"
         "fingerprint. To do it, put --confirm={agency} for --dry-run.",
     .when = "goes_on"},
    {"The new machine has the data of an older backup, ",
     .text = "of before its newest key: to others it is one without data. Is there a newer backup?",
     .when = "other_key"},
    {"Its log would begin anew, as number ",
     .text = "{log_number}: what any other home of {agency} signs from then on is believed by nobody, and of\n"
             "the old log what the restored home has. Keys stay. To do it, put --confirm={agency} for --dry-run.",
     .when = "log_number"},
    {"The identity key that the directory lists signed for this one, ",
     .text = "so nobody holds it; the old one would be revoked as\n"
             "superseded, and its log goes on.",
     .when = "succeeds"},
    {"Nothing of another agency changes. ", .text = "To do it, leave out --dry-run.", .when = "!replaces !log_number"},
    {"At a terminal you are asked ", .text = "whether the agency reads the same fingerprint to you; a script says "
                                             "what it read\nwith --fingerprint F."},
    {0}};

static const struct told_form dry_run = {
    .answer = &federation_issue_dry_run_contract, .lines = dry_run_lines, .json_only = "member done"};

/* What it is, before anything is done. */
static bool look_ahead(const struct issuing *s, const struct options *o, struct federation_issue_dry_run *d,
                       struct error *err)
{
    d->member = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency)) != NULL;
    d->replaces = options_flag(o, "replace") && d->member;
    if (d->replaces && !issue_goes_on(s, &d->stolen, err))
        return false;
    if (d->stolen && !issue_goes_on_from_listed(s, &d->goes_on, err))
        return false;
    d->other_key = d->stolen && !d->goes_on;
    d->stolen = d->replaces && (s->stolen || d->stolen);
    return true;
}

static void tell_dry_run(const struct issuing *s, const struct options *o, struct federation_issue_dry_run d)
{
    d.request = requested(s, endpoint_before(s));
    if (options_flag(o, "restored"))
        d.log_number =
            directory_find_member(&s->federation_home.directory, address_view(&s->request.agency))->begun_again + 2;
    ca_cmd_tell(stdout, o, &dry_run, &d);
}

/* --- issuing --- */

static bool write_membership(const struct issuing *s, const char *path, struct error *err)
{
    struct bytes file = {0};
    bool ok = issuing_membership(s, &file, err) && file_write_named(path, bytes_view(&file), 0644, err);

    bytes_fini(&file);
    return ok || error_wrap(err, "%s is in directory %" PRIu64 "; repeat the command for its file",
                            s->request.agency.text, s->federation_home.sequence);
}

/* --- the answer --- */

static void write_issued(struct bytes *out, const struct told_shown *s)
{
    const struct federation_issued_membership *m = s->answer;

    bytes_printf(out, "%s): ", m->request.listed ? "listed" : "unlisted");
    render_escaped(out, m->membership);
}

static void write_out_of_reach(struct bytes *out, const struct told_shown *s)
{
    const struct federation_issued_membership *m = s->answer;

    for (size_t i = 0; i < m->out_of_reach_count; i++)
        bytes_printf(out, "%s%s and %.*s cannot exchange anything by refex: neither can dial the other.",
                     i > 0 ? "\n" : "", m->request.agency.text, (int)m->out_of_reach[i].size,
                     (const char *)m->out_of_reach[i].at);
}

#define HOLDS                                                                                                          \
    "Tell every other agency: each holds what goes to the new keys for 24 hours, or until it compared the\n"           \
    "fingerprint (`refex agency confirm {agency} FINGERPRINT`)."

static const struct told_line issued_lines[] = {
    CHANGE_LINE,
    {"Issued the membership of ", .text = "{agency} ({kind}, ", write_issued, "listed membership"},
    {"Fingerprint of its identity key, to compare with the agency over the telephone:\n  ", .text = "{fingerprint}",
     .when = "!bound !succeeds"},
    {"Fingerprint of its new identity key, ", .text = "for which the one that was listed signed:\n  {fingerprint}",
     .when = "!bound succeeds"},
    {"Fingerprint of its identity key, ", .text = "which the words of the invitation prove:\n  {fingerprint}",
     .when = "bound"},
    {"Its node takes the key by itself ",
     .text = "from the directory, as soon as that reaches it; the other members hold nothing.", .when = "succeeds"},
    {"The certificates of its old keys are revoked as superseded: ", .text = "what they hold open is cut off.\n" HOLDS,
     .when = "replaces !stolen"},
    {"Its old machine is revoked, with its keys, as compromised: ",
     .text = "nobody links with it, or believes what they sign.\n" HOLDS, .when = "stolen !goes_on"},
    {"Its old machine is revoked, with its keys, as compromised: ",
     .text = "nobody links with it, or believes what they sign.\n"
             "Tell every other agency: each holds what goes to the new keys until a person there compared the "
             "fingerprint\n(`refex agency confirm {agency} FINGERPRINT`); after no time by itself.",
     .when = "goes_on"},
    {"Certificates: ",
     .text = "identity until {identity_until:day}, transport until {transport_until:day}. Directory {directory}."},
    {"Next: ",
     .text = "give the file to the agency, which runs\n"
             "  refex enrol --home DIR {membership} --federation FINGERPRINT\n"
             "and give the other members the new directory:\n"
             "  refex federation publish --home {home} --out directory.refex",
     .when = "!signatures_missing"},
    {"Next: ",
     .text = "the directory that lists the agency waits for {signatures_missing:signatures}. Write it, pass it round, "
             "and take it back:\n"
             "  refex federation publish --home {home} --out directory.refex\n"
             "then give the agency both files:\n"
             "  refex enrol --home DIR {membership} directory.refex --federation FINGERPRINT",
     .when = "signatures_missing"},
    {"", .write = write_out_of_reach, "out_of_reach"},
    {0}};

static const struct told_form issued = {
    .answer = &federation_issued_membership_contract, .lines = issued_lines, .json_only = "compared"};

/* The members with whom it cannot exchange. */
static size_t find_out_of_reach(struct issuing *s, const struct view **out)
{
    const struct directory *d = &s->federation_home.directory;
    const struct member *own = directory_find_member(d, address_view(&s->request.agency));
    struct view *found = arena_new(&s->arena, d->member_count * sizeof *found);
    size_t count = 0;

    for (size_t i = 0; i < d->member_count; i++)
        if (own != NULL && &d->members[i] != own && !member_can_link(own, &d->members[i]))
            found[count++] = address_view(&d->members[i].agency);
    *out = found;
    return count;
}

/* BEFORE: the endpoint that was changed; empty: none was. WAS: as it was looked at before. */
static void tell_issued(struct issuing *s, const struct options *o, struct view before,
                        const struct federation_issue_dry_run *was, FILE *to)
{
    struct federation_issued_membership m = {.request = requested(s, before),
                                             .compared =
                                                 options_value(o, "fingerprint") != NULL || s->request.binding.size > 0,
                                             .bound = s->request.binding.size > 0,
                                             .replaces = was->replaces,
                                             .stolen = was->stolen,
                                             .goes_on = was->goes_on,
                                             .membership = view_of_text(options_value(o, "out")),
                                             .directory = s->federation_home.sequence,
                                             .signatures_missing = federation_home_missing(&s->federation_home),
                                             .home = view_of_text(s->federation_home.path)};
    struct certificate identity;
    struct certificate transport;
    struct error why;

    REQUIRE(certificate_read(bytes_view(&s->identity), &identity, &why) &&
            certificate_read(bytes_view(&s->transport), &transport, &why));
    m.identity_until_ms = identity.not_after_ms;
    m.transport_until_ms = transport.not_after_ms;
    m.out_of_reach_count = find_out_of_reach(s, &m.out_of_reach);
    ca_cmd_tell(to, o, &issued, &m);
}

/* A membership brings the newest directory that is signed. */
static bool check_founded(struct issuing *s, struct error *err)
{
    if (s->federation_home.note.size == 0)
        return error_set(err, E_FED_11, "directory %" PRIu64 " waits for %" PRIu32 " more signatures",
                         s->federation_home.sequence, federation_home_missing(&s->federation_home));
    return authority_may_certify(&s->federation_home, CERTIFICATE_ISSUING, err) &&
           authority_may_certify(&s->federation_home, CERTIFICATE_TRANSPORT_CA, err);
}

/* Another machine, or a log that begins anew, is no routine: then the old key's word counts for nothing. */
static bool check_succession(struct issuing *s, const struct options *o, struct error *err)
{
    return options_flag(o, "replace") || options_flag(o, "restored") || issue_check_succession(s, err);
}

static bool run(const struct options *o, struct error *err)
{
    struct issuing s = {.now_ms = clock_now_ms(&clock_real), .stolen = options_flag(o, "stolen")};
    struct key_unlock unlock = {.options = o};
    struct federation_issue_dry_run ahead = {0};
    struct view before = {0};
    enum comparison how;
    FILE *to;
    bool ok = file_check_named(options_value(o, "out"), err) &&
              federation_home_open(options_value(o, "home"), &unlock, s.now_ms, &s.federation_home, err);

    if (!ok)
        return false;
    ok = check_founded(&s, err) && issue_check_read(&s, o->words[0], err) && check_binding(&s, err) &&
         issue_check_proofs(&s, err) && check_succession(&s, o, err) && issue_check_relay(&s, err) &&
         issue_check_keys(&s, options_flag(o, "replace"), options_flag(o, "restored"), err) &&
         issue_check_revoked_keys(&s, err) && check_replace(&s, o, err) && check_fingerprint(&s, o, &how, err) &&
         look_ahead(&s, o, &ahead, err);
    if (ok && options_flag(o, "dry-run")) {
        tell_dry_run(&s, o, ahead);
    } else if (ok) {
        before = arena_copy(&s.arena, endpoint_before(&s)); /* publishing replaces the directory */
        to = ca_cmd_beside(options_value(o, "out"));
        ok = comparisons_add(&s, how, err) &&
             (s.request.binding.size == 0 || invites_use(&s.federation_home, &s.request, err)) &&
             issuing_make(&s, options_flag(o, "replace"), options_flag(o, "restored"), err) &&
             write_membership(&s, options_value(o, "out"), err);
        if (ok)
            tell_issued(&s, o, before, &ahead, to);
    }
    member_list_fini(&s.member_list);
    arena_fini(&s.arena);
    bytes_fini(&s.transport);
    bytes_fini(&s.identity);
    federation_home_close(&s.federation_home);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_issue = {
    .name = "issue",
    .summary = "Check an agency's request and make it a member",
    .usage = "--home FED REQUEST --out MEMBERSHIP [--fingerprint F]\n"
             "      [--replace [--stolen] | --restored] [--confirm=AGENCY] [--dry-run]",
    .help =
        "REQUEST is the request.refex that `refex init` wrote at the agency. Its proofs are checked, two certificates\n"
        "are made, the agency is put into a new directory, and MEMBERSHIP is written for it. Neither file is secret;\n"
        "make sure that the request is the agency's own: compare its fingerprint over the telephone. At a terminal "
        "you\n"
        "are asked; a script says with --fingerprint what the agency read, else it is told that nobody compared.\n"
        "The same request again renews the certificates, and one of `refex request --endpoint` changes the endpoint, "
        "which is\nshown first: ask the agency. A name that has other keys is refused without --replace,\n"
        "which cuts off the old keys: see what it does with --dry-run, then give --confirm=AGENCY. With --stolen they "
        "are\nrevoked as compromised: others may have them. A request of `refex backup replace` says so itself.\n"
        "--restored is for an agency whose home was put back from a copy or a backup and that has its keys: its logs "
        "begin\nanew, and what another home of it signs from then on is believed by nobody.\n\n"
        "  refex federation issue --home fed request.refex --out membership.refex\n"
        "  refex federation issue --home fed request.refex --fingerprint F --out membership.refex\n"
        "  refex federation issue --home fed new-request.refex --replace --confirm=brama --fingerprint F \\\n"
        "      --out membership.refex\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT, CA_CMD_CONFIRM,
                   OPTION_FLAG("replace", "the agency has new keys: the old certificates are revoked"),
                   OPTION_FLAG("stolen", "with --replace: others may have the old machine and its keys"),
                   OPTION_FLAG("restored", "the agency's home was put back: its logs begin anew under the same keys"),
                   OPTION_VALUE("fingerprint", "F",
                                "the agency's fingerprint as it read it to you: any other is refused"),
                   CA_CMD_DRY_RUN, CA_CMD_PASSPHRASE},
    .syntax.needs = {"REQUEST"},
    .syntax.max_words = 1,
    .forms = {&issued, &dry_run},
    .run = run,
};
