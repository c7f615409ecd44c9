#include "cli/verbs/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "cli/calls.h"
#include "cli/passphrase.h"
#include "client/start.h"

#define NEW_OPTION "new-passphrase-file"

static bool is_standard_input(const struct command *c, const char *option)
{
    const char *path = options_value(&c->options, option);

    return path != NULL && strcmp(path, "-") == 0;
}

/* NEW empty: OLD is tried, and nothing is changed. */
static bool ask_tool(struct command *c, const struct secret *old, const struct secret *new, struct error *err)
{
    const struct control_passphrase_ask ask = {secret_view(old), secret_view(new)};

    return call_passphrase(c, &ask, NULL, NULL, err);
}

/* What is missing is said before anybody types. */
static bool check_words(const struct command *c, struct error *err)
{
    if (is_standard_input(c, "passphrase-file") && is_standard_input(c, NEW_OPTION))
        return error_set(err, E_USE_03, "--passphrase-file and --" NEW_OPTION " cannot both be standard input");
    return options_value(&c->options, NEW_OPTION) != NULL || passphrase_has_terminal() ||
           error_set(err, E_USE_02, "--" NEW_OPTION " is missing, and there is no terminal to ask at");
}

/* *OLD stays empty where the storage key is plain. */
static bool read_old(const struct command *c, const char *home, struct secret *old, struct error *err)
{
    bool given;

    return passphrase_read_file(c, old, &given, err) &&
           (given || !passphrase_has_terminal() || !start_needs_passphrase(home) ||
            passphrase_prompt("Passphrase of the storage key, as it is now: ", old, err));
}

/* Nobody thinks of a new one, and types it twice, to hear then that the old one is wrong. */
static bool read_new(struct command *c, const struct secret *old, struct secret *new, struct error *err)
{
    const struct secret none = {0};
    bool given;

    if (!passphrase_read_option(c, NEW_OPTION, new, &given, err))
        return false;
    if (!given && (!ask_tool(c, old, &none, err) || !passphrase_prompt_new("The new passphrase: ", new, err)))
        return false;
    return new->size > 0 || error_set(err, E_KEY_18, "the new passphrase is empty");
}

static const struct told_line changed_lines[] = {
    {"",
     .text = "The storage key opens with the new passphrase, and with the old one no more.\n"
             "Copies of the node's folder that were made before still open with the old one.",
     .when = "changed"},
    {0}};

static const struct told_form changed_form = {.beside = &control_passphrase_changed_contract, .lines = changed_lines};

static bool run(struct command *c, int *status, struct error *err)
{
    struct secret old = {0};
    struct secret new = {0};
    const char *home;
    bool ok;

    (void)status;
    ok = connection_home(c, &home, err) && check_words(c, err) && read_old(c, home, &old, err) &&
         connection_open(c, REFEX_TOOL, err) && read_new(c, &old, &new, err) && ask_tool(c, &old, &new, err);
    secret_fini(&old);
    secret_fini(&new);
    if (ok)
        told_form_show(stdout, c->json, &changed_form,
                       &(struct told_shown){.beside = &(struct control_passphrase_changed){.changed = true}});
    return ok;
}

const struct verb cmd_passphrase = {
    .usage = "--home DIR [--passphrase-file FILE] [--new-passphrase-file FILE]",
    .summary = "Change the passphrase of the storage key of a stopped node, or give it its first.",
    .help = "It is asked for at the terminal, the new one twice, or both are read from files. The node is stopped "
            "meanwhile.\n"
            "Whole or not at all: where it fails, the old passphrase goes on.",
    .syntax.own = {PASSPHRASE_OPTION,
                   OPTION_VALUE(NEW_OPTION, "FILE", "the new one: one line, readable by its owner only; - is stdin")},
    .forms = {&changed_form},
    .run = run,
};
