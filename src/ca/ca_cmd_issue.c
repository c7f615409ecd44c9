#include "ca/ca_cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "ca/issue_check.h"
#include "ca/output.h"
#include "codec/membership_codec.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"
#include "exchange/members/bundle.h"

/* --- what a person confirms --- */

static void request_fingerprint(const struct issuing *s, char out[static FINGERPRINT_TEXT])
{
    struct hash key;

    sign_public_hash(s->keys[1], &key);
    fingerprint_write(&key, out);
}

/* The endpoint that the directory shows and the request changes; empty: none is changed. */
static struct view endpoint_before(const struct issuing *s)
{
    const struct member *m = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency));

    return m == NULL || view_equal(m->endpoint, s->request.endpoint) ? view_of(NULL, 0) : m->endpoint;
}

/* Whom an unlisted agency cannot exchange with. */
static void print_reach(const struct issuing *s)
{
    const struct directory *d = &s->federation_home.directory;
    const struct member *own = directory_find_member(d, address_view(&s->request.agency));

    for (size_t i = 0; i < d->member_count; i++)
        if (own != NULL && &d->members[i] != own && !member_can_link(own, &d->members[i]))
            (void)fprintf(output_answer(), "%s and %s cannot exchange anything by refex: neither can dial the other.\n",
                          s->request.agency.text, d->members[i].agency.text);
}

static void print_change(FILE *out, const struct issuing *s, struct view before)
{
    if (before.size > 0)
        (void)fprintf(out, "The endpoint of %s changes from %.*s to %.*s.\n", s->request.agency.text, (int)before.size,
                      (const char *)before.at, (int)s->request.endpoint.size, (const char *)s->request.endpoint.at);
}

/* At a terminal the person compares; a script says what it compared with --fingerprint, or is told that nobody did. */
static bool check_fingerprint(const struct issuing *s, const struct options *o, struct error *err)
{
    char ours[FINGERPRINT_TEXT];
    char answer[16] = "";
    struct hash given;
    struct hash key;

    request_fingerprint(s, ours);
    sign_public_hash(s->keys[1], &key);
    if (options_value(o, "fingerprint") != NULL &&
        !fingerprint_read(view_of_text(options_value(o, "fingerprint")), &given))
        return error_set(err, E_USE_04, "--fingerprint was not typed as it is written: a character is wrong");
    if (options_value(o, "fingerprint") != NULL)
        return hash_equal(&given, &key) ||
               error_set(err, E_FED_15, "the request of %s has the fingerprint %s", s->request.agency.text, ours);
    if (options_flag(o, "dry-run"))
        return true;
    if (options_flag(o, "json") || isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
        (void)fprintf(stderr,
                      "refex: nobody compared the request of %s: give --fingerprint what the agency reads by "
                      "telephone\n",
                      s->request.agency.text);
        return true;
    }
    print_change(stderr, s, endpoint_before(s));
    (void)fprintf(
        stderr,
        "The request of %s has the fingerprint\n  %s\nPhone the agency on a number you already had. Does it read "
        "the same%s? [y/N] ",
        s->request.agency.text, ours, endpoint_before(s).size > 0 ? ", and did it ask for this endpoint" : "");
    if (fgets(answer, sizeof answer, stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y'))
        return true;
    return error_set(err, E_FED_15, "the fingerprint of the request of %s was not confirmed", s->request.agency.text);
}

/* New keys cut the old ones off, and every other agency holds what goes to the new ones until it has compared them. */
static bool check_replace(const struct issuing *s, const struct options *o, struct error *err)
{
    struct address confirmed;

    if (!options_flag(o, "replace") || options_flag(o, "dry-run"))
        return true;
    if (options_value(o, "confirm") == NULL)
        return error_set(err, E_FED_09, "--replace revokes the keys of %s, and --confirm=AGENCY was not given",
                         s->request.agency.text);
    return (address_read_short(view_of_text(options_value(o, "confirm")), s->federation_home.federation.name,
                               &confirmed, err) &&
            address_equal(&confirmed, &s->request.agency)) ||
           error_set(err, E_FED_09, "--confirm names another agency than %s", s->request.agency.text);
}

static void print_dry_run(const struct issuing *s, const struct options *o)
{
    struct bytes line = {0};
    char fingerprint[FINGERPRINT_TEXT];
    bool member = directory_find_member(&s->federation_home.directory, address_view(&s->request.agency)) != NULL;

    request_fingerprint(s, fingerprint);
    if (options_flag(o, "json")) {
        output_json_begin(&line);
        output_json_text(&line, "agency", address_view(&s->request.agency));
        output_json_text(&line, "fingerprint", view_of_text(fingerprint));
        output_json_bool(&line, "member", member);
        output_json_bool(&line, "replaces", options_flag(o, "replace") && member);
        output_json_text(&line, "endpoint", s->request.endpoint);
        output_json_text(&line, "endpoint_before", endpoint_before(s));
        output_json_bool(&line, "done", false);
        output_json_end(&line);
    } else {
        (void)printf("Would issue a membership for %s, fingerprint %s.\n", s->request.agency.text, fingerprint);
        print_change(stdout, s, endpoint_before(s));
        if (options_flag(o, "replace") && member)
            (void)printf(
                "The certificates of its old keys would be revoked as superseded: what they hold open is cut "
                "off.\nEvery other agency is shown the change and holds what goes to the new keys for 24 hours, "
                "or until it\ncompared the fingerprint. To do it, put --confirm=%s for --dry-run.\n",
                s->request.agency.text);
        else
            (void)puts("Nothing of another agency changes. To do it, leave out --dry-run.");
        (void)puts("At a terminal you are asked whether the agency reads the same fingerprint to you; a script says "
                   "what it read\nwith --fingerprint F.");
    }
    bytes_fini(&line);
}

/* --- issuing --- */

static bool issue_certificates(struct issuing *s, struct error *err)
{
    struct certify_validity validity = {s->now_ms, CERTIFY_TRANSPORT_DAYS};
    const struct federation_home *h = &s->federation_home;
    struct sign_key *transport = NULL;
    struct sign_key *issuing = NULL;
    bool ok = federation_home_open_key(h, "transport", &transport, err) &&
              federation_home_open_key(h, "issuing", &issuing, err) &&
              certify_transport(transport, bytes_view(&h->transport_ca), s->request.transport, &h->label,
                                &s->request.node, &validity, &s->transport, err);

    validity.days = CERTIFY_IDENTITY_DAYS;
    ok = ok && certify_identity(issuing, bytes_view(&h->issuing), s->request.identity, h->federation.name, &validity,
                                &s->identity, err);
    sign_key_free(transport);
    sign_key_free(issuing);
    return ok;
}

/* A log goes on while the machine stays, with whatever keys; on another machine it begins again. */
static uint32_t count_beginnings(const struct issuing *s, bool replace)
{
    const struct member *before = member_list_find(&s->member_list, &s->request.agency);

    if (before == NULL)
        return 0;
    return before->begun_again + (replace && !member_has_node(before, &s->request.node) ? 1 : 0);
}

static bool publish_member(struct issuing *s, bool replace, struct error *err)
{
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
    member.begun_again = count_beginnings(s, replace);
    if (replace && !member_list_revoke(&s->member_list, &s->federation_home, &s->request.agency, s->keys,
                                       REVOKED_SUPERSEDED, s->now_ms, err))
        return false;
    /* Recorded before a directory lists them: after a crash in between, the certificates can still be revoked. */
    return member_list_put(&s->member_list, &member, err) &&
           federation_home_add_issued(&s->federation_home, &s->request.agency, bytes_view(&s->transport),
                                      bytes_view(&s->identity), err) &&
           member_list_publish(&s->member_list, &s->federation_home, s->now_ms, err);
}

static bool write_membership(const struct issuing *s, const char *path, struct error *err)
{
    const struct membership_file m = {.root = bytes_view(&s->federation_home.root),
                                      .issuing = bytes_view(&s->federation_home.issuing),
                                      .transport_ca = bytes_view(&s->federation_home.transport_ca),
                                      .transport = bytes_view(&s->transport),
                                      .identity = bytes_view(&s->identity),
                                      .directory = bytes_view(&s->federation_home.note)};
    struct bytes file = {0};
    bool ok = membership_file_encode(&m, &file, err) && file_write_named(path, bytes_view(&file), 0644, err);

    bytes_fini(&file);
    return ok || error_wrap(err, "%s is in directory %" PRIu64 "; repeat the command for its file",
                            s->request.agency.text, s->federation_home.sequence);
}

/* BEFORE: the endpoint that was changed; empty: none was. */
static void print_issued(const struct issuing *s, const struct options *o, struct view before)
{
    struct certificate identity;
    struct certificate transport;
    struct error why;
    struct bytes line = {0};
    char identity_until[11];
    char transport_until[11];
    char fingerprint[FINGERPRINT_TEXT];

    REQUIRE(certificate_read(bytes_view(&s->identity), &identity, &why) &&
            certificate_read(bytes_view(&s->transport), &transport, &why));
    request_fingerprint(s, fingerprint);
    if (options_flag(o, "json")) {
        output_json_begin(&line);
        output_json_text(&line, "agency", address_view(&s->request.agency));
        output_json_text(&line, "kind", view_of_text(agency_kind_name(s->request.kind)));
        output_json_bool(&line, "listed", !s->request.unlisted);
        output_json_text(&line, "endpoint", s->request.endpoint);
        output_json_text(&line, "endpoint_before", before);
        output_json_text(&line, "fingerprint", view_of_text(fingerprint));
        output_json_bool(&line, "compared", options_value(o, "fingerprint") != NULL);
        output_json_text(&line, "membership", view_of_text(options_value(o, "out")));
        output_json_number(&line, "directory", s->federation_home.sequence);
        output_json_time(&line, "identity_until", identity.not_after_ms);
        output_json_time(&line, "transport_until", transport.not_after_ms);
        output_json_end(&line);
    } else {
        text_write_date((int32_t)day_of_ms(identity.not_after_ms), identity_until);
        text_write_date((int32_t)day_of_ms(transport.not_after_ms), transport_until);
        print_change(output_answer(), s, before);
        (void)fprintf(output_answer(),
                      "Issued the membership of %s (%s, %s): %s\n"
                      "Fingerprint of its identity key, to compare with the agency over the telephone:\n  %s\n"
                      "Certificates: identity until %s, transport until %s. Directory %" PRIu64 ".\n"
                      "Next: give the file to the agency, which runs\n"
                      "  refex enrol --home DIR %s --federation FINGERPRINT\n"
                      "and give the other members the new directory:\n"
                      "  refex federation publish --home %s --out directory.refex\n",
                      s->request.agency.text, agency_kind_name(s->request.kind),
                      s->request.unlisted ? "unlisted" : "listed", options_value(o, "out"), fingerprint, identity_until,
                      transport_until, s->federation_home.sequence, options_value(o, "out"), s->federation_home.path);
        print_reach(s);
    }
    bytes_fini(&line);
}

static bool run(const struct options *o, struct error *err)
{
    struct issuing s = {.now_ms = clock_now_ms(&clock_real)};
    struct view before = {0};
    bool ok = file_check_named(options_value(o, "out"), err) &&
              federation_home_open(options_value(o, "home"), s.now_ms, &s.federation_home, err);

    if (!ok)
        return false;
    ok = issue_check_read(&s, o->words[0], err) && issue_check_proofs(&s, err) && issue_check_relay(&s, err) &&
         issue_check_keys(&s, options_flag(o, "replace"), err) && issue_check_revoked_keys(&s, err) &&
         check_replace(&s, o, err) && check_fingerprint(&s, o, err);
    if (ok && options_flag(o, "dry-run")) {
        print_dry_run(&s, o);
    } else if (ok) {
        before = arena_copy(&s.arena, endpoint_before(&s)); /* publishing replaces the directory */
        output_beside(options_value(o, "out"));
        ok = issue_certificates(&s, err) && publish_member(&s, options_flag(o, "replace"), err) &&
             write_membership(&s, options_value(o, "out"), err);
        if (ok)
            print_issued(&s, o, before);
    }
    member_list_fini(&s.member_list);
    arena_fini(&s.arena);
    bytes_fini(&s.transport);
    bytes_fini(&s.identity);
    federation_home_close(&s.federation_home);
    return ok;
}

const struct subcommand ca_cmd_issue = {
    .name = "issue",
    .summary = "Check an agency's request and make it a member",
    .usage = "--home FED REQUEST --out MEMBERSHIP [--fingerprint F] [--replace --confirm=AGENCY] [--dry-run]",
    .help =
        "REQUEST is the request.refex that `refex init` wrote at the agency. Its proofs are checked, two certificates\n"
        "are made, the agency is put into a new directory, and MEMBERSHIP is written for it. Neither file is secret;\n"
        "make sure that the request is the agency's own: compare its fingerprint over the telephone. At a terminal "
        "you\n"
        "are asked; a script says with --fingerprint what the agency read, else it is told that nobody compared.\n"
        "The same request again renews the certificates, and one of `refex request --endpoint` changes the endpoint, "
        "which is\nshown first: ask the agency. A name that has other keys is refused without --replace,\n"
        "which cuts off the old keys: see what it does with --dry-run, then give --confirm=AGENCY.\n\n"
        "  refex federation issue --home fed request.refex --out membership.refex\n"
        "  refex federation issue --home fed request.refex --fingerprint F --out membership.refex\n"
        "  refex federation issue --home fed new-request.refex --replace --confirm=brama --fingerprint F \\\n"
        "      --out membership.refex\n",
    .syntax.own = {CA_CMD_HOME, CA_CMD_OUT, CA_CMD_CONFIRM,
                   OPTION_FLAG("replace", "the agency has new keys: the old certificates are revoked"),
                   OPTION_VALUE("fingerprint", "F",
                                "the agency's fingerprint as it read it to you: any other is refused"),
                   CA_CMD_DRY_RUN},
    .syntax.needs = {"REQUEST"},
    .syntax.max_words = 1,
    .run = run,
};
