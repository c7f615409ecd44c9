#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/calls.h"
#include "cli/passphrase.h"
#include "cli/values.h"
#include "model/agency.h"
#include "output/told_form.h"

/* Who reaches whom: whoever is unlisted says how. */
static bool fill_reach(struct command *c, struct control_init_ask *ask, struct error *err)
{
    bool dials_only = options_flag(&c->options, "dial-only");

    if (!options_not_both(&c->options, "listed", "unlisted", err) ||
        !options_not_both(&c->options, "listed", "relay", err) ||
        !options_not_both(&c->options, "listed", "dial-only", err) ||
        !options_not_both(&c->options, "relay", "dial-only", err) ||
        !options_not_both(&c->options, "listen", "dial-only", err) ||
        !options_not_both(&c->options, "endpoint", "dial-only", err))
        return false;
    ask->unlisted = dials_only || options_flag(&c->options, "unlisted") ||
                    (ask->kind == KIND_SHELTER && !options_flag(&c->options, "listed"));
    return !ask->unlisted || dials_only || options_value(&c->options, "relay") != NULL ||
           error_set(
               err, E_USE_02,
               "--listed, --dial-only or --relay is missing: an unlisted agency dials the listed ones or has a relay; "
               "a shelter is unlisted without --listed");
}

static bool fill_init(struct command *c, struct control_init_ask *ask, struct error *err)
{
    const char *agency;
    const char *kind;
    uint32_t number;
    struct address relay;

    if (!options_required_value(&c->options, "agency", &agency, err) ||
        !options_required_value(&c->options, "kind", &kind, err) ||
        !values_find_number("kind", kind, values_agency_kind, KIND_END, &number, err))
        return false;
    if (!address_read(view_of_text(agency), &ask->agency))
        return error_set(err, E_USE_04, "--agency must be a full name, like shelter@nrm.example");
    if (options_value(&c->options, "relay") != NULL &&
        !address_read(view_of_text(options_value(&c->options, "relay")), &relay))
        return error_set(err, E_USE_04, "--relay must be a full name, like relay@nrm.example");
    ask->kind = (enum agency_kind)number;
    if (!fill_reach(c, ask, err))
        return false;
    if (options_value(&c->options, "listen") != NULL)
        ask->listen = view_of_text(options_value(&c->options, "listen"));
    if (options_value(&c->options, "endpoint") != NULL)
        ask->endpoint = view_of_text(options_value(&c->options, "endpoint"));
    if (options_value(&c->options, "relay") != NULL)
        ask->relay = view_of_text(options_value(&c->options, "relay"));
    if (ask->listen.size > BOUND_ENDPOINT || ask->endpoint.size > BOUND_ENDPOINT)
        return error_set(err, E_USE_04, "--listen and --endpoint are host:port");
    return ask->listen.size > 0 || ask->unlisted ||
           error_set(err, E_USE_02, "--listen is missing: where other nodes reach this one, like 0.0.0.0:7411");
}

/* --- the answer --- */

static const struct told_line init_lines[] = {
    {"Fingerprint of this agency's identity key: ",
     .text = "{fingerprint}\nThe federation and the other agencies compare it with you over the telephone."},
    {"", .text = "{agency}: keys made; the request to the federation is in {request}.\n"
                 "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back."},
    {0}};

static const struct told_form init_form = {.answer = &control_init_result_contract,
                                           .ask = &control_init_ask_contract,
                                           .beside = &control_node_made_contract,
                                           .lines = init_lines,
                                           .json_only = "unlisted storage_key_plain" /* warnings say it */};

static void warn(const struct control_init_ask *ask)
{
    if (ask->passphrase.size == 0)
        render_warning(
            "the storage key lies on the disk in the clear, for trying refex out: whoever takes the disk can read "
            "everything");
    if (ask->unlisted && ask->relay.size == 0)
        render_warning("this node dials the listed agencies and listens nowhere: they, and who watches the line, see "
                       "its internet address, which tells about where it is; with an agency that is unlisted too it "
                       "can exchange nothing");
    else if (ask->unlisted)
        render_warning("unlisted with a relay, and relays are not built yet: no agency can exchange anything with it "
                       "by refex; see --dial-only");
}

static bool run_init(struct command *c, int *status, struct error *err)
{
    struct control_init_ask ask = {0};
    struct secret passphrase = {0};
    struct control_node_made beside = {0};
    char path[FILE_PATH_MAX];
    const char *home;
    bool ok;

    (void)status;
    ok = connection_home(c, &home, err) && fill_init(c, &ask, err) && passphrase_choose(c, &passphrase, err);
    ask.passphrase = secret_view(&passphrase);
    if (ok) {
        (void)snprintf(path, sizeof path, "%s/request.refex", home);
        beside = (struct control_node_made){view_of_text(path), ask.passphrase.size == 0};
    }
    ok = ok && call_init_as_lines(c, &ask, &init_form, &beside, err);
    if (ok)
        warn(&ask);
    secret_fini(&passphrase);
    return ok;
}

const struct verb cmd_init = {
    .usage = "--home DIR --agency AGENCY --kind KIND [--listen HOST:PORT] [--listed | --dial-only | --relay AGENCY]",
    .summary = "Make a node: its keys, its database and the request to the federation.",
    .help = "Example\n"
            "  refex init --home ~/refex --agency mission@nrm.example --kind SupportNGO --listen 0.0.0.0:7411\n\n"
            "At a terminal it asks for a passphrase, which protects the storage key and with it everything the node\n"
            "keeps. Without a terminal and without --passphrase-file the storage key is a plain file: good for trying\n"
            "refex out, not for real people's data. A passphrase that is forgotten opens nothing any more: keep it in\n"
            "a safe. Shelters are unlisted unless --listed: the directory then shows no endpoint, and --dial-only or\n"
            "--relay says how they exchange. With --dial-only the agencies that it dials see its internet address,\n"
            "and what waits for it comes when it dials: within two minutes, while it runs.",
    .syntax.own = {OPTION_VALUE("agency", "NAME@FEDERATION", "the full name of the agency"),
                   OPTION_VALUE("kind", "KIND", "Police, SupportNGO, Shelter, Ministry, SocialServices, …"),
                   OPTION_VALUE("listen", "ADDRESS:PORT", "where this node listens: a literal address of this machine"),
                   OPTION_VALUE("endpoint", "HOST:PORT", "what the directory shows, where it differs from --listen"),
                   OPTION_FLAG("listed", "show the endpoint in the directory (the default but for shelters)"),
                   OPTION_FLAG("unlisted", "no endpoint in the directory; with --relay"),
                   OPTION_FLAG("dial-only", "unlisted: dials the listed agencies, listens nowhere"),
                   OPTION_VALUE("relay", "AGENCY", "the agency that takes messages for an unlisted one"),
                   PASSPHRASE_OPTION, PLAIN_KEY_OPTION},
    .lists = {{"kind", values_agency_kind, KIND_END}},
    .forms = {&init_form},
    .run = run_init,
};
