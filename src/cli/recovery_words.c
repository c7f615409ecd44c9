#include "cli/recovery_words.h"

#include <string.h>

/* Who gave words is not told of a passphrase. */
bool recovery_words_read(const struct command *c, struct secret *out, bool *given, struct error *err)
{
    const char *path = options_value(&c->options, WORDS_OPTION);

    return passphrase_read_option(c, WORDS_OPTION, out, given, err) ||
           (err->code == E_KEY_18 && error_set(err, E_WRD_02, "there are no words in %s, or not on one line",
                                               strcmp(path, "-") == 0 ? "standard input" : path));
}

bool recovery_words_prompt(struct secret *out, struct error *err)
{
    if (!passphrase_prompt("All 24 words, in their order (nothing is shown; four letters of each are enough): ", out,
                           err))
        return false;
    return out->size > 0 || error_set(err, E_WRD_02, "no word was typed");
}
