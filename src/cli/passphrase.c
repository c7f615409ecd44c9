#include "cli/passphrase.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool passphrase_read_file(const struct command *c, struct secret *out, bool *given, struct error *err)
{
    return passphrase_read_option(c, "passphrase-file", out, given, err);
}

bool passphrase_read_option(const struct command *c, const char *option, struct secret *out, bool *given,
                            struct error *err)
{
    return passphrase_read_from(&c->options, option, out, given, err);
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
