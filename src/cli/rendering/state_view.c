#include "cli/rendering/state_view.h"

#include <string.h>

#include "model/referral_state.h"

void state_view_write(struct bytes *out, enum referral_state state, enum direction direction)
{
    const char *word = referral_word_says(referral_state_word(state), direction == DIRECTION_IN);
    const char *name = referral_state_name(state);

    bytes_append_text(out, word);
    if (strcmp(word, name) != 0)
        bytes_printf(out, ": %s", name);
}
