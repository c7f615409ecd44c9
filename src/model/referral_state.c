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
#define CHECKED   ANSWER_CHECKED
#define MAY(part) ((part) << 16)

/* Who does what is done next, a bit each. */
#define ACTOR_BIT(who) (1U << (who))
#define NOBODY         0U
#define REFERRER       ACTOR_BIT(ACTOR_REFERRER)
#define RECIPIENT      ACTOR_BIT(ACTOR_RECIPIENT)
#define BOTH           (REFERRER | RECIPIENT)

static const struct referral_state_row {
    const char *name;
    const char *says;
    const char *does;
    enum stage stage;
    unsigned carries;
    enum referral_word word;
    unsigned next;
} states[REFERRAL_STATE_END] = {
#define REFERRAL_STATE(number, id, at, parts, said, acts, text, sentence, todo)                                        \
    [REFERRAL_##id] = {.name = (text),                                                                                 \
                       .says = (sentence),                                                                             \
                       .does = (todo),                                                                                 \
                       .stage = (at),                                                                                  \
                       .carries = (parts),                                                                             \
                       .word = WORD_##said,                                                                            \
                       .next = (acts)},
#include "model/referral_states.def"
};

static const struct {
    enum referral_state state;
    unsigned days;
} says_more[] = {
#define REFERRAL_MORE(id, within) {.state = REFERRAL_##id, .days = (within)},
#include "model/referral_states.def"
};

static const struct referral_word_row {
    const char *name;
    const char *there;
    const char *here;
} words[WORD_END] = {
#define REFERRAL_WORD(id, text, said_there, said_here)                                                                 \
    [WORD_##id] = {.name = (text), .there = (said_there), .here = (said_here)},
#include "model/referral_states.def"
};

static const struct referral_step {
    enum referral_state from;
    enum referral_event event;
    enum referral_actor who;
    enum referral_state to;
} steps[] = {
#define REFERRAL_STEP(from, event, who, to) {REFERRAL_##from, EVENT_##event, ACTOR_##who, REFERRAL_##to},
#include "model/referral_states.def"
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

/* Whether what the agency that refers said meets TOLD there, which was answered before it came: that she arrived stays
 * so, for no answer leads from there to her being expected. */
static bool is_met(enum referral_state said, enum referral_state told)
{
    return (said == REFERRAL_CANCEL_ASKED && referral_state_step(&told, EVENT_CANCEL_CAME, ACTOR_REFERRER)) ||
           (said == REFERRAL_ARRIVED && referral_state_step(&told, EVENT_ARRIVED, ACTOR_REFERRER));
}

bool referral_state_adopt(enum referral_state *state, enum referral_state told)
{
    if (!referral_state_is_answer(told) || has_ended_here(*state))
        return false;
    if (!is_met(*state, told))
        *state = told;
    return true;
}

#define STATE_BIT(state) (UINT64_C(1) << (state))
_Static_assert(REFERRAL_STATE_END <= REFERRAL_STATE_ROOM && REFERRAL_STATE_ROOM <= 64, "a set of states has 64 bits");

/* Whether the agency that was asked answers what STEP leads to. */
static bool is_answered(const struct referral_step *step, const struct answer_claim *c)
{
    if (!referral_state_is_answer(step->to) || step->who == ACTOR_TAKER)
        return false;
    if (step->who == ACTOR_RECIPIENT)
        return true;
    if (step->event == EVENT_CANCEL_CAME)
        return c->has_cancelled;
    return c->has_updated && step->event != EVENT_CANCEL_ASKED && step->event != EVENT_RECALLED; /* those are here */
}

static uint64_t states_after(uint64_t from, const struct answer_claim *c)
{
    uint64_t to = 0;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if ((from & STATE_BIT(steps[i].from)) != 0 && is_answered(&steps[i], c))
            to |= STATE_BIT(steps[i].to);
    return to;
}

/* Of its being opened alone nothing may have been said. */
bool referral_state_leads(const struct answer_claim *c)
{
    uint64_t reached = STATE_BIT(REFERRAL_DELIVERED) | STATE_BIT(REFERRAL_OPENED);

    if (c->told >= REFERRAL_STATE_END || c->from >= REFERRAL_STATE_END || !referral_state_is_answer(c->state))
        return false;
    if (c->told != REFERRAL_NONE)
        reached = STATE_BIT(c->told);
    for (uint32_t n = 0; n < c->between; n++)
        reached = states_after(reached, c) | (c->is_any_before ? reached : 0);
    return (reached & STATE_BIT(c->from)) != 0 && (states_after(STATE_BIT(c->from), c) & STATE_BIT(c->state)) != 0;
}

enum referral_event referral_state_event(enum referral_state s)
{
    for (size_t i = 0; referral_state_is_answer(s) && i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].who == ACTOR_RECIPIENT && steps[i].to == s)
            return steps[i].event;
    return 0;
}

bool referral_state_is_said_by_both(enum referral_state s)
{
    enum referral_event event = referral_state_event(s);

    for (size_t i = 0; event != 0 && i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].who == ACTOR_REFERRER && steps[i].event == event)
            return true;
    return false;
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
    return row_of(s)->stage != ENDED;
}

bool referral_state_is_unanswered(enum referral_state s)
{
    return row_of(s)->stage == UNANSWERED;
}

bool referral_state_is_accepted(enum referral_state s)
{
    return row_of(s)->stage == ACCEPTED || row_of(s)->stage == UNDER_WAY;
}

bool referral_state_is_on_the_way(enum referral_state s)
{
    return s == REFERRAL_EXPECTED || s == REFERRAL_NOT_FOUND;
}

bool referral_state_says_more(enum referral_state s, unsigned *days)
{
    for (size_t i = 0; i < sizeof says_more / sizeof says_more[0]; i++)
        if (says_more[i].state == s) {
            *days = says_more[i].days;
            return true;
        }
    return false;
}

bool referral_state_has_ended(enum referral_state s)
{
    return !referral_state_is_open(s);
}

enum referral_word referral_state_word(enum referral_state s)
{
    return row_of(s)->word;
}

const char *referral_state_does(enum referral_state s)
{
    const char *does = row_of(s)->does;

    return does != NULL ? does : "";
}

bool referral_state_is_next(enum referral_state s, enum referral_actor who)
{
    return (row_of(s)->next & ACTOR_BIT(who)) != 0;
}

enum referral_actor referral_state_responsible(enum referral_state s)
{
    enum referral_word word = row_of(s)->word;

    if (referral_state_is_accepted(s))
        return ACTOR_RECIPIENT;
    return word == WORD_NONE || word == WORD_FINISHED ? 0 : ACTOR_REFERRER;
}

const char *referral_word_name(enum referral_word w)
{
    return w > 0 && w < WORD_END ? words[w].name : "?";
}

const char *referral_word_says(enum referral_word w, bool is_here)
{
    if (w <= 0 || w >= WORD_END)
        return "?";
    return is_here ? words[w].here : words[w].there;
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
