#include "cli/recovery_words.h"

bool recovery_words_prompt(struct secret *out, struct error *err)
{
    if (!passphrase_prompt("All 24 words, in their order (nothing is shown; four letters of each are enough): ", out,
                           err))
        return false;
    return out->size > 0 || error_set(err, E_WRD_02, "no word was typed");
}
