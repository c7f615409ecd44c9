#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "cli/connection.h"
#include "cli/passphrase.h"
#include "client/start.h"
#include "codec/control_codec.h"

#define NEW_OPTION "new-passphrase-file"
#define ROOM       (2 * BOUND_PASSPHRASE + 64) /* bytes: more than the longest request */

static bool is_standard_input(const struct command *c, const char *option)
{
    const char *path = options_value(c, option);

    return path != NULL && strcmp(path, "-") == 0;
}

/* *OLD stays empty where the storage key is plain. */
static bool read_both(const struct command *c, const char *home, struct secret *old, struct secret *new,
                      struct error *err)
{
    bool given;

    if (is_standard_input(c, "passphrase-file") && is_standard_input(c, NEW_OPTION))
        return error_set(err, E_USE_03, "--passphrase-file and --" NEW_OPTION " cannot both be standard input");
    if (!passphrase_read_file(c, old, &given, err))
        return false;
    if (!given && passphrase_has_terminal() && start_needs_passphrase(home) &&
        !passphrase_prompt("Passphrase of the storage key, as it is now: ", old, err))
        return false;
    if (!passphrase_read_option(c, NEW_OPTION, new, &given, err))
        return false;
    if (!given && !passphrase_has_terminal())
        return error_set(err, E_USE_02, "--" NEW_OPTION " is missing, and there is no terminal to ask at");
    if (!given && !passphrase_prompt_new("The new passphrase: ", new, err))
        return false;
    return new->size > 0 || error_set(err, E_KEY_18, "the new passphrase is empty");
}

static bool change(struct command *c, const struct secret *old, const struct secret *new, struct error *err)
{
    struct control_passphrase_ask ask = {secret_view(old), secret_view(new)};
    struct bytes message = {0};
    bool ok;

    (void)bytes_reserve(&message, ROOM);
    control_passphrase_ask_encode(&ask, &message);
    ok = connection_ask(c, CONTROL_PASSPHRASE, &message, NULL, NULL, err);
    passphrase_wipe(&message);
    return ok;
}

static bool run(struct command *c, int *status, struct error *err)
{
    struct secret old = {0};
    struct secret new = {0};
    const char *home;
    bool ok;

    (void)status;
    ok = connection_home(c, &home, err) && read_both(c, home, &old, &new, err) && connection_open(c, REFEX_TOOL, err) &&
         change(c, &old, &new, err);
    secret_fini(&old);
    secret_fini(&new);
    if (ok)
        (void)puts(c->json ? "{\"changed\":true}"
                           : "The storage key opens with the new passphrase, and with the old one no more.\n"
                             "Copies of the node's folder that were made before still open with the old one.");
    return ok;
}

const struct verb cmd_passphrase = {
    .name = "passphrase",
    .usage = "--home DIR [--passphrase-file FILE] [--new-passphrase-file FILE]",
    .summary = "Change the passphrase of the storage key of a stopped node, or give it its first.",
    .help = "It is asked for at the terminal, the new one twice, or both are read from files. The node is stopped "
            "meanwhile.\n"
            "Whole or not at all: where it fails, the old passphrase goes on.",
    .options = {PASSPHRASE_OPTION,
                {NEW_OPTION, "FILE", "the new one: one line, readable by its owner only; - is stdin", false}},
    .run = run,
};
