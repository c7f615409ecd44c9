#include "ca/key_unlock.h"

#include <stdio.h>

#include "base/file.h"
#include "crypto/sign.h"
#include "output/passphrase_input.h"

/* Forgets the last one. E-KEY-05 and E-KEY-20 stay in ERR where there is nobody to ask. */
static bool get_passphrase(struct key_unlock *u, const char *path, struct error *err)
{
    char prompt[FILE_PATH_MAX + 32];
    bool is_uri = sign_key_is_uri(path);

    if (u->given || (options_value(u->options, "passphrase-file") == NULL && !passphrase_has_terminal()))
        return false;
    secret_fini(&u->passphrase);
    if (!passphrase_read_from(u->options, "passphrase-file", &u->passphrase, &u->given, err))
        return false;
    (void)snprintf(prompt, sizeof prompt, "Passphrase of %s: ", is_uri ? "the token" : path);
    return u->given || passphrase_prompt(prompt, &u->passphrase, err);
}

bool key_unlock_open(struct key_unlock *u, const char *path, struct sign_key **out, struct error *err)
{
    return sign_key_open_under(path, secret_view(&u->passphrase), out, err) ||
           ((err->code == E_KEY_20 || err->code == E_KEY_05) && get_passphrase(u, path, err) &&
            sign_key_open_under(path, secret_view(&u->passphrase), out, err));
}

bool key_unlock_choose(struct key_unlock *u, const char *prompt, struct error *err)
{
    if (!options_not_both(u->options, "passphrase-file", "plain-key", err) ||
        !passphrase_read_from(u->options, "passphrase-file", &u->passphrase, &u->given, err))
        return false;
    return u->given || options_flag(u->options, "plain-key") || !passphrase_has_terminal() ||
           passphrase_prompt_new(prompt, &u->passphrase, err);
}

void key_unlock_fini(struct key_unlock *u)
{
    secret_fini(&u->passphrase);
}
