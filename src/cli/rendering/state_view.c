#include "cli/rendering/state_view.h"

#include <string.h>

#include "codec/control_messages.h"
#include "model/referral_state.h"
#include "output/render.h"

void state_view_write(struct bytes *out, enum referral_state state, enum direction direction)
{
    const char *word = referral_word_says(referral_state_word(state), direction == DIRECTION_IN);
    const char *name = referral_state_name(state);

    bytes_append_text(out, word);
    if (strcmp(word, name) != 0)
        bytes_printf(out, ": %s", name);
}

void state_view_last_day(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;
    char day[11];

    render_day(r->consent_ends, day);
    bytes_printf(out, "the last day of her consent is %s, before that time. ", day);
    if (r->direction == DIRECTION_IN)
        bytes_printf(out,
                     "Behind it what came is erased here, and\n"
                     "          neither agency hears of the other: phone %s, who ask her again and refer her anew",
                     r->peer.text);
    else
        bytes_printf(out,
                     "Behind it %s erases what it has, and\n"
                     "          neither agency hears of the other: ask her again before, and refer her anew",
                     r->peer.text);
}

void state_view_stays_here(struct bytes *out, const struct told_shown *s)
{
    const struct control_referral *r = s->answer;

    bytes_printf(out,
                 "the last day of her consent is over, and %s erased what it had: this is said here alone. Phone them",
                 r->peer.text);
}
