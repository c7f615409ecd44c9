#include "cli/verbs/cmd.h"

#include <stdio.h>

#include "base/file.h"
#include "base/secret.h"
#include "cli/connection.h"
#include "cli/passphrase.h"
#include "cli/rendering/render.h"
#include "cli/values.h"
#include "codec/control_codec.h"
#include "model/agency.h"

#define INIT_ROOM 8192 /* bytes: more than the longest request */

static bool fill_init(struct command *c, struct control_init_ask *ask, struct error *err)
{
    const char *agency;
    const char *kind;
    uint32_t number;
    struct address relay;

    if (!options_required_value(c, "agency", &agency, err) || !options_required_value(c, "kind", &kind, err) ||
        !values_find_number("kind", kind, values_agency_kind, KIND_END, &number, err) ||
        !options_not_both(c, "listed", "unlisted", err) || !options_not_both(c, "listed", "relay", err))
        return false;
    if (!address_read(view_of_text(agency), &ask->agency))
        return error_set(err, E_USE_04, "--agency must be a full name, like shelter@nrm.example");
    if (options_value(c, "relay") != NULL && !address_read(view_of_text(options_value(c, "relay")), &relay))
        return error_set(err, E_USE_04, "--relay must be a full name, like relay@nrm.example");
    ask->kind = (enum agency_kind)number;
    ask->unlisted = options_flag(c, "unlisted") || (ask->kind == KIND_SHELTER && !options_flag(c, "listed"));
    if (options_value(c, "listen") != NULL)
        ask->listen = view_of_text(options_value(c, "listen"));
    if (options_value(c, "endpoint") != NULL)
        ask->endpoint = view_of_text(options_value(c, "endpoint"));
    if (options_value(c, "relay") != NULL)
        ask->relay = view_of_text(options_value(c, "relay"));
    if (ask->listen.size > BOUND_ENDPOINT || ask->endpoint.size > BOUND_ENDPOINT)
        return error_set(err, E_USE_04, "--listen and --endpoint are host:port");
    return ask->listen.size > 0 || ask->unlisted ||
           error_set(err, E_USE_02, "--listen is missing: where other nodes reach this one, like 0.0.0.0:7411");
}

static bool choose_passphrase(struct command *c, struct secret *out, struct error *err)
{
    bool given;

    if (!options_not_both(c, "passphrase-file", "plain-key", err) || !passphrase_read_file(c, out, &given, err))
        return false;
    return given || options_flag(c, "plain-key") || !passphrase_has_terminal() || passphrase_prompt_new(out, err);
}

static bool on_init(void *cookie, struct view message, struct error *err)
{
    struct arena arena = {0};
    struct control_init_result r;
    bool ok = control_init_result_decode(message, &arena, &r, err);

    if (ok)
        *(struct hash *)cookie = r.fingerprint;
    arena_fini(&arena);
    return ok;
}

static void print_init(const struct command *c, const struct control_init_ask *ask, const char *home,
                       const struct hash *fingerprint)
{
    struct bytes line = {0};
    struct json_line j;
    char path[FILE_PATH_MAX];
    char key[FINGERPRINT_TEXT];

    fingerprint_write(fingerprint, key);
    (void)snprintf(path, sizeof path, "%s/request.refex", home);
    if (c->json) {
        render_json_begin(&j, &line);
        json_line_text(&j, "agency", ask->agency.text);
        json_line_text(&j, "request", path);
        json_line_text(&j, "fingerprint", key);
        json_line_bool(&j, "unlisted", ask->unlisted);
        json_line_bool(&j, "storage_key_plain", ask->passphrase.size == 0);
        render_json_end(&j);
    } else {
        (void)printf("Fingerprint of this agency's identity key: %s\n"
                     "The federation and the other agencies compare it with you over the telephone.\n",
                     key);
        (void)printf(
            "%s: keys made; the request to the federation is in %s.\n"
            "Next: give it to the federation (refex federation issue), then `refex enrol` with what comes back.\n",
            ask->agency.text, path);
    }
    bytes_fini(&line);
    if (ask->passphrase.size == 0)
        render_warning(
            "the storage key lies on the disk in the clear, for trying refex out: whoever takes the disk can read "
            "everything");
    if (ask->unlisted && ask->relay.size == 0)
        render_warning("unlisted, and no --relay: other agencies have no way to reach this node by themselves");
}

static bool run_init(struct command *c, int *status, struct error *err)
{
    struct control_init_ask ask = {0};
    struct secret passphrase = {0};
    struct bytes message = {0};
    const char *home;
    struct hash fingerprint = {{0}};
    bool ok;

    (void)status;
    ok = connection_home(c, &home, err) && fill_init(c, &ask, err) && choose_passphrase(c, &passphrase, err) &&
         connection_open(c, REFEX_TOOL, err);
    if (ok) {
        ask.passphrase = secret_view(&passphrase);
        (void)bytes_reserve(&message, INIT_ROOM);
        control_init_ask_encode(&ask, &message);
        ok = connection_ask(c, CONTROL_INIT, &message, on_init, &fingerprint, err);
        passphrase_wipe(&message);
    }
    if (ok)
        print_init(c, &ask, home, &fingerprint);
    secret_fini(&passphrase);
    return ok;
}

const struct verb cmd_init = {
    .name = "init",
    .usage = "--home DIR --agency AGENCY --kind KIND --listen HOST:PORT [--listed | --unlisted --relay AGENCY]",
    .summary = "Make a node: its keys, its database and the request to the federation.",
    .help =
        "Example\n"
        "  refex init --home ~/refex --agency mission@nrm.example --kind SupportNGO --listen 0.0.0.0:7411\n\n"
        "At a terminal it asks for a passphrase, which protects the storage key and with it everything the node "
        "keeps.\n"
        "Without a terminal and without --passphrase-file the storage key is a plain file: good for trying refex out,\n"
        "not for real people's data. A passphrase that is forgotten opens nothing any more: keep it in a safe.\n"
        "Shelters are unlisted unless --listed: the directory then shows no endpoint.",
    .options = {{"agency", "NAME@FEDERATION", "the full name of the agency", false},
                {"kind", "KIND", "Police, SupportNGO, Shelter, Ministry, SocialServices, …", false},
                {"listen", "ADDRESS:PORT", "where this node listens: a literal address of this machine", false},
                {"endpoint", "HOST:PORT", "what the directory shows, where it differs from --listen", false},
                {"listed", NULL, "show the endpoint in the directory (the default but for shelters)", false},
                {"unlisted", NULL, "no endpoint in the directory", false},
                {"relay", "AGENCY", "the agency that takes messages for an unlisted one", false},
                PASSPHRASE_OPTION,
                {"plain-key", NULL, "no passphrase, and do not ask: for trying refex out", false}},
    .run = run_init,
};
