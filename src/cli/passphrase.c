#include "cli/passphrase.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define NEW_PROMPT "Passphrase for the storage key (empty: none, the key lies on the disk in the clear): "

bool passphrase_read_file(const struct command *c, struct secret *out, bool *given, struct error *err)
{
    return passphrase_read_option(c, "passphrase-file", out, given, err);
}

bool passphrase_read_option(const struct command *c, const char *option, struct secret *out, bool *given,
                            struct error *err)
{
    return passphrase_read_from(&c->options, option, out, given, err);
}

bool passphrase_choose(const struct command *c, struct secret *out, struct error *err)
{
    bool given;

    if (!options_not_both(&c->options, "passphrase-file", "plain-key", err) ||
        !passphrase_read_file(c, out, &given, err))
        return false;
    return given || options_flag(&c->options, "plain-key") || !passphrase_has_terminal() ||
           passphrase_prompt_new(NEW_PROMPT, out, err);
}

bool passphrase_hand_over(const struct secret *p, int *fd, struct error *err)
{
    int ends[2];

    /* A pipe's buffer is larger than the longest passphrase, so the write does not block. */
    if (pipe(ends) != 0)
        return error_set(err, E_LNK_18, "no pipe for the passphrase: %s", strerror(errno));
    if (write(ends[1], p->at, p->size) != (ssize_t)p->size) {
        (void)close(ends[0]);
        (void)close(ends[1]);
        return error_set(err, E_LNK_18, "the passphrase could not be passed to refexd");
    }
    (void)close(ends[1]);
    *fd = ends[0];
    return true;
}
