#include "model/referral_state.h"

#include <stddef.h>

#define REFERRAL_ANY REFERRAL_STATE_END /* in a step: from every state */

enum stage { ENDED, UNANSWERED, PROMISED, ACCEPTED, UNDER_WAY };
#define NOTHING   0
#define ANSWER    ANSWER_STATE
#define REASON    ANSWER_REASON
#define TIME      ANSWER_TIME
#define DESK      ANSWER_DESK
#define DUE       ANSWER_DUE
#define ASKED     ANSWER_ASKED
#define PROGRESS  ANSWER_PROGRESS
#define OUTCOME   ANSWER_OUTCOME
#define BROUGHT   ANSWER_BROUGHT
#define MAY(part) ((part) << 16)

static const struct referral_state_row {
    const char *name;
    const char *says;
    enum stage stage;
    unsigned carries;
} states[REFERRAL_STATE_END] = {
#define REFERRAL_STATE(number, id, at, parts, text, sentence)                                                          \
    [REFERRAL_##id] = {.name = (text), .says = (sentence), .stage = (at), .carries = (parts)},
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
#define REFERRAL_STATE(number, id, at, parts, text, sentence)
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

/* Whether no answer changes it any more. */
static bool has_ended_here(enum referral_state s)
{
    return s == REFERRAL_NONE || s == REFERRAL_STOPPED || s == REFERRAL_ERASED;
}

bool referral_state_adopt(enum referral_state *state, enum referral_state told)
{
    enum referral_state there = told;

    if (!referral_state_is_answer(told) || has_ended_here(*state))
        return false;
    if (*state != REFERRAL_CANCEL_ASKED || !referral_state_step(&there, EVENT_CANCEL_CAME, ACTOR_REFERRER))
        *state = told;
    return true;
}

#define STATE_BIT(state) (UINT64_C(1) << (state))
_Static_assert(REFERRAL_STATE_END <= REFERRAL_STATE_ROOM && REFERRAL_STATE_ROOM <= 64, "a set of states has 64 bits");

/* From DELIVERED on, not from what was told last: answers between may be under way or have given way to newer ones,
 * and a database that was put back answers anew. */
bool referral_state_is_reached(enum referral_state told, uint32_t answers, bool has_cancelled)
{
    uint64_t reached = STATE_BIT(REFERRAL_DELIVERED);
    uint64_t before = 0;

    for (uint32_t n = 0; n < answers && reached != before; n++) {
        before = reached;
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            if ((before & STATE_BIT(steps[i].from)) != 0 &&
                (steps[i].who == ACTOR_RECIPIENT || (has_cancelled && steps[i].event == EVENT_CANCEL_CAME)))
                reached |= STATE_BIT(steps[i].to);
    }
    return referral_state_is_answer(told) && (reached & STATE_BIT(told)) != 0;
}

enum referral_event referral_state_event(enum referral_state s)
{
    for (size_t i = 0; referral_state_is_answer(s) && i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].who == ACTOR_RECIPIENT && steps[i].to == s)
            return steps[i].event;
    return 0;
}

bool referral_state_is_answer(enum referral_state s)
{
    return (row_of(s)->carries & ANSWER_STATE) != 0;
}

bool referral_state_carries(enum referral_state s, unsigned parts)
{
    unsigned must = row_of(s)->carries & 0xffff;
    unsigned may = row_of(s)->carries >> 16;

    return (must & ANSWER_STATE) != 0 && (parts & must) == must && (parts & ~(must | may)) == 0;
}

bool referral_state_is_open(enum referral_state s)
{
    enum stage stage = row_of(s)->stage;

    return stage == UNANSWERED || stage == PROMISED || stage == UNDER_WAY;
}

bool referral_state_is_unanswered(enum referral_state s)
{
    return row_of(s)->stage == UNANSWERED;
}

bool referral_state_is_accepted(enum referral_state s)
{
    return row_of(s)->stage == ACCEPTED || row_of(s)->stage == UNDER_WAY;
}

bool referral_state_has_ended(enum referral_state s)
{
    return row_of(s)->stage == ENDED;
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
