#include "model/referral_state.h"

#include <stddef.h>

#define REFERRAL_ANY REFERRAL_STATE_END /* in a step: from every state */

static const struct referral_state_row {
    const char *name;
    const char *says;
    bool open;
} states[REFERRAL_STATE_END] = {
#define REFERRAL_STATE(number, id, is_open, text, sentence)                                                            \
    [REFERRAL_##id] = {.name = (text), .says = (sentence), .open = (is_open)},
#define REFERRAL_STEP(from, event, who, to)
#include "model/referral_states.def"
#undef REFERRAL_STATE
#undef REFERRAL_STEP
};

static const struct referral_step {
    enum referral_state from;
    enum referral_event event;
    enum referral_actor who;
    enum referral_state to;
} steps[] = {
#define REFERRAL_STATE(number, id, is_open, text, sentence)
#define REFERRAL_STEP(from, event, who, to) {REFERRAL_##from, EVENT_##event, ACTOR_##who, REFERRAL_##to},
#include "model/referral_states.def"
#undef REFERRAL_STATE
#undef REFERRAL_STEP
};

static bool applies(const struct referral_step *step, enum referral_state state)
{
    return step->from == REFERRAL_ANY ? state != REFERRAL_NONE : step->from == state;
}

bool referral_state_step(enum referral_state *state, enum referral_event event, enum referral_actor who)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].event == event && steps[i].who == who && applies(&steps[i], *state)) {
            *state = steps[i].to;
            return true;
        }
    return false;
}

static const struct referral_state_row *row_of(enum referral_state s)
{
    return &states[s > 0 && s < REFERRAL_STATE_END ? s : 0];
}

bool referral_state_is_open(enum referral_state s)
{
    return row_of(s)->open;
}

const char *referral_state_says(enum referral_state s)
{
    const char *says = row_of(s)->says;

    return says != NULL ? says : "";
}

const char *referral_state_name(enum referral_state s)
{
    const char *name = row_of(s)->name;

    return name != NULL ? name : "?";
}
