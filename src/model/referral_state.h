#ifndef MODEL_REFERRAL_STATE_H
#define MODEL_REFERRAL_STATE_H
/* The states of a referral and the steps between them, from the rows of referral_states.def.
 *
 * Floor: model. No other room's headers.
 */

#include <stdbool.h>

enum referral_state {
    REFERRAL_NONE,
#define REFERRAL_STATE(number, id, open, name, says) REFERRAL_##id = (number),
#define REFERRAL_STEP(from, event, who, to)
#include "model/referral_states.def"
#undef REFERRAL_STATE
#undef REFERRAL_STEP
    REFERRAL_STATE_END
};

enum referral_event {
    EVENT_MADE = 1,
    EVENT_ARRIVED,   /* its message came in */
    EVENT_RELEASED,  /* its message may leave */
    EVENT_WITHHELD,  /* the gate stopped its message */
    EVENT_EXPIRED,   /* its message was past its last day */
    EVENT_RECEIPTED, /* the other node has it */
    EVENT_REFUSED,   /* the other node refused it, by name */
    EVENT_ACCEPTED,
    EVENT_DECLINED,
    EVENT_STOPPED, /* her consent was withdrawn */
    EVENT_ERASED,  /* and its data destroyed */
};

enum referral_actor { ACTOR_REFERRER = 1, ACTOR_RECIPIENT, ACTOR_TAKER };

/* Moves *STATE if a row allows EVENT by WHO. False: none does, and *STATE is unchanged. */
bool referral_state_step(enum referral_state *state, enum referral_event event, enum referral_actor who);
/* Whether it still has to be answered. */
bool referral_state_is_open(enum referral_state s);
const char *referral_state_name(enum referral_state s); /* "delivered" …; "?" for a number that is none */
/* What it says to people, without an end; "" for a number that is none, and where it is reserved. */
const char *referral_state_says(enum referral_state s);

#endif
