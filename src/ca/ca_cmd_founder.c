#include "ca/ca_cmd.h"

#include "base/file.h"
#include "ca/founder_file.h"
#include "ca/key_unlock.h"
#include "codec/federation_messages.h"
#include "crypto/sign.h"

#define NEW_PROMPT "Passphrase for your directory key (empty: none, it lies on the disk in the clear): "

static const struct told_line founder_lines[] = {
    {"Your directory key has the fingerprint\n  ", .text = "{fingerprint}"},
    {"Next: ", .text = "give {file} to the coordinator, and read the fingerprint by telephone.\n"
                       "Keep the key and its passphrase: with it you sign the list of members."},
    {0}};

static const struct told_form founder = {.answer = &federation_founder_contract, .lines = founder_lines};

/* The key that is there, or a new one. */
static bool open_or_make(const struct options *o, struct key_unlock *unlock, struct sign_key **out, struct error *err)
{
    const char *path = options_value(o, "key");
    struct sign_key *key;

    if (sign_key_is_uri(path) || file_exists(path))
        return key_unlock_open(unlock, path, out, err);
    if (!key_unlock_choose(unlock, NEW_PROMPT, err))
        return false;
    key = sign_key_new();
    if (!sign_key_save_under(key, secret_view(&unlock->passphrase), path, err)) {
        sign_key_free(key);
        return false;
    }
    if (unlock->passphrase.size == 0)
        render_warning("the directory key lies on the disk in the clear: whoever copies %s can sign for you", path);
    *out = key;
    return true;
}

static bool run(const struct options *o, struct error *err)
{
    const char *out = options_value(o, "out");
    struct key_unlock unlock = {.options = o};
    uint8_t public_key[KEY_SIZE];
    struct federation_founder told = {.file = view_of_text(out)};
    struct sign_key *key = NULL;
    struct bytes file = {0};
    bool ok = file_check_named(out, err) && open_or_make(o, &unlock, &key, err) &&
              founder_file_write(key, &file, err) && file_write_named(out, bytes_view(&file), 0644, err);

    if (ok) {
        sign_key_public(key, public_key);
        sign_public_hash(public_key, &told.fingerprint);
        ca_cmd_tell(ca_cmd_beside(out), o, &founder, &told);
    }
    bytes_fini(&file);
    sign_key_free(key);
    key_unlock_fini(&unlock);
    return ok;
}

const struct subcommand ca_cmd_founder = {
    .name = "founder",
    .summary = "Make a founder's directory key on his own machine",
    .usage = "--key KEY --out FILE [--passphrase-file FILE | --plain-key]",
    .help =
        "Makes KEY under a passphrase, which is asked for at a terminal, or opens the one that is there, and writes\n"
        "its public half to FILE for who founds the federation. The key never leaves this machine.\n\n"
        "  refex federation founder --key a.key --out a.founder\n",
    .syntax.own = {{.name = "key", .argument = "KEY", .help = "where the key lies, or is to lie", .is_needed = true},
                   CA_CMD_OUT,
                   CA_CMD_PASSPHRASE,
                   OPTION_FLAG("plain-key", "no passphrase, and do not ask: for trying refex out")},
    .forms = {&founder},
    .run = run,
};
