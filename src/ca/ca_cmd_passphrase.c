#include "ca/ca_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "ca/federation_home.h"
#include "codec/federation_messages.h"
#include "crypto/sign.h"
#include "output/passphrase_input.h"

#define NEW_OPTION "new-passphrase-file"

#define KEYS (5 + FEDERATION_HOME_ROOTS + FEDERATION_HOME_KEYS)

/* What the keys are put under, and those that are not yet. */
struct change {
    struct key_unlock old;
    struct secret new;
    struct sign_key *keys[KEYS];
    char paths[KEYS][FILE_PATH_MAX];
    uint32_t count;
};

static bool is_standard_input(const struct options *o, const char *option)
{
    const char *path = options_value(o, option);

    return path != NULL && strcmp(path, "-") == 0;
}

static bool check_words(const struct options *o, struct error *err)
{
    if (options_value(o, "home") == NULL && options_value(o, "key") == NULL)
        return error_set(err, E_USE_02, "--home or --key is missing");
    if (!options_not_both(o, "home", "key", err))
        return false;
    if (is_standard_input(o, "passphrase-file") && is_standard_input(o, NEW_OPTION))
        return error_set(err, E_USE_03, "--passphrase-file and --" NEW_OPTION " cannot both be standard input");
    return options_value(o, NEW_OPTION) != NULL || passphrase_has_terminal() ||
           error_set(err, E_USE_02, "--" NEW_OPTION " is missing, and there is no terminal to ask at");
}

/* Of a change that was cut short a key has the new one already. */
static bool on_key(void *cookie, const char *path, struct error *err)
{
    struct change *c = cookie;
    struct sign_key **key = &c->keys[c->count];
    struct sign_key *done;
    struct error why;

    REQUIRE(c->count < KEYS);
    if (!sign_key_open_under(path, secret_view(&c->old.passphrase), key, &why)) {
        if (c->new.size > 0 && sign_key_open_under(path, secret_view(&c->new), &done, &why)) {
            sign_key_free(done);
            return true;
        }
        if (!key_unlock_open(&c->old, path, key, err))
            return false;
    }
    (void)snprintf(c->paths[c->count], FILE_PATH_MAX, "%s", path);
    c->count++;
    return true;
}

/* Nobody thinks of a new one, and types it twice, to hear then that the old one is wrong. */
static bool change_all(const struct options *o, const struct federation_home *h, struct change *c, struct error *err)
{
    const char *key = options_value(o, "key");
    bool given;

    if (!passphrase_read_from(o, NEW_OPTION, &c->new, &given, err) ||
        !(key != NULL ? on_key(c, key, err) : federation_home_each_key(h, on_key, c, err)) ||
        (!given && !passphrase_prompt_new("The new passphrase: ", &c->new, err)))
        return false;
    if (c->new.size == 0)
        return error_set(err, E_KEY_18, "the new passphrase is empty");
    for (size_t i = 0; i < c->count; i++)
        if (!sign_key_put_under(c->keys[i], secret_view(&c->new), c->paths[i], err))
            return false;
    return true;
}

static void change_free(struct change *c)
{
    for (size_t i = 0; i < KEYS; i++)
        sign_key_free(c->keys[i]);
    key_unlock_fini(&c->old);
    secret_fini(&c->new);
    free(c);
}

static const struct told_line changed_lines[] = {
    {"", .text = "{keys} keys open with the new passphrase, and with the old one no more.\n"
                 "Copies that were made before still open as they did."},
    {0}};

static const struct told_form changed = {.answer = &federation_keys_changed_contract, .lines = changed_lines};

static bool run(const struct options *o, struct error *err)
{
    struct federation_home h = {.folder_lock = -1};
    const char *home = options_value(o, "home");
    struct change *c;
    bool ok;

    if (!check_words(o, err) || (home != NULL && !federation_home_open(home, NULL, clock_now_ms(&clock_real), &h, err)))
        return false;
    c = xnew(sizeof *c);
    c->old.options = o;
    ok = change_all(o, &h, c, err);
    if (ok)
        ca_cmd_tell(stdout, o, &changed, &(struct federation_keys_changed){.keys = c->count});
    change_free(c);
    federation_home_close(&h);
    return ok;
}

const struct subcommand ca_cmd_passphrase = {
    .name = "passphrase",
    .summary = "Put the federation's private keys under another passphrase",
    .usage = "--home FED | --key FILE [--passphrase-file FILE] [--new-passphrase-file FILE]",
    .help = "All keys in the folder, or the one of --key (the root's on its stick, a founder's). At a terminal the\n"
            "passphrases are asked for, the new one twice. Each key changes whole or not at all; after a crash the\n"
            "same command does the rest.\n\n"
            "  refex federation passphrase --home fed\n"
            "  refex federation passphrase --key /media/stick/root.key\n",
    .syntax.own = {OPTION_FOLDER("home", "FED", "the federation's folder"),
                   OPTION_VALUE("key", "FILE", "a key that is kept elsewhere"), CA_CMD_PASSPHRASE,
                   OPTION_VALUE(NEW_OPTION, "FILE", "the new one: one line, readable by its owner only; - is stdin")},
    .forms = {&changed},
    .run = run,
};
