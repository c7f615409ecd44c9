#ifndef MODEL_REFERRAL_STATE_H
#define MODEL_REFERRAL_STATE_H
/* The states of a referral and the steps between them, from the rows of referral_states.def.
 *
 * Floor: model. No other room's headers.
 */

#include <stdbool.h>
#include <stdint.h>

enum referral_state {
    REFERRAL_NONE,
#define REFERRAL_STATE(number, id, stage, carries, word, next, name, says, does) REFERRAL_##id = (number),
#include "model/referral_states.def"
    REFERRAL_STATE_END
};

/* What people read of a state. */
enum referral_word {
    WORD_NONE,
#define REFERRAL_WORD(id, name, there, here) WORD_##id,
#include "model/referral_states.def"
    WORD_END
};

#define REFERRAL_STATE_ROOM 64 /* the database has room for states below that number */

enum referral_event {
    EVENT_MADE = 1,
    EVENT_CAME,      /* its message came in */
    EVENT_RELEASED,  /* its message may leave */
    EVENT_WITHHELD,  /* the gate stopped its message */
    EVENT_EXPIRED,   /* its message was past its last day */
    EVENT_RECEIPTED, /* the other node has it */
    EVENT_REFUSED,   /* the other node refused it, by name */
    EVENT_OPENED,    /* a person there looked at it */
    EVENT_ACKNOWLEDGED,
    EVENT_WAITLISTED,
    EVENT_ASKED,   /* something is lacking there */
    EVENT_UPDATED, /* and was answered */
    EVENT_ACCEPTED,
    EVENT_DECLINED,
    EVENT_EXPECTED,
    EVENT_ARRIVED,    /* she did */
    EVENT_TAKEN_BACK, /* that she did was said by mistake */
    EVENT_NOT_FOUND,  /* she did not, and nobody knows where she is */
    EVENT_PROGRESSED,
    EVENT_FINISHED,
    EVENT_CLOSED,
    EVENT_GIVEN_BACK,
    EVENT_GIVE_BACK_ASKED,
    EVENT_RECALLED,         /* it was cancelled before anything of it left */
    EVENT_NOT_NEEDED,       /* it came to nothing there, and is needed no more; nobody is told */
    EVENT_CANCEL_ASKED,     /* at the agency that refers */
    EVENT_CANCEL_CAME,      /* at the other one */
    EVENT_CANCEL_CONFIRMED, /* by a person there */
    EVENT_STOPPED,          /* her consent was withdrawn */
    EVENT_ERASED,           /* and its data destroyed */
};

enum referral_actor { ACTOR_REFERRER = 1, ACTOR_RECIPIENT, ACTOR_TAKER };

/* What an answer says, a bit each. */
enum answer_part {
    ANSWER_STATE = 1,     /* in each answer */
    ANSWER_REASON = 2,    /* why not */
    ANSWER_TIME = 4,      /* when, or by when */
    ANSWER_DESK = 8,      /* where the service is, from when, whom to call, what to bring: about nobody */
    ANSWER_DUE = 16,      /* by when it is to be answered now */
    ANSWER_ASKED = 32,    /* what is lacking */
    ANSWER_PROGRESS = 64, /* how far the service is */
    ANSWER_OUTCOME = 128, /* whether the service was given */
    ANSWER_BROUGHT = 256, /* who brings her: by a code */
    ANSWER_CHECKED = 512, /* what was done before it was closed */
    ANSWER_PARTS_END = 1024
};

/* Moves *STATE if a row allows EVENT by WHO. False: none does, and *STATE is unchanged. */
bool referral_state_step(enum referral_state *state, enum referral_event event, enum referral_actor who);
/* At the agency that refers: *STATE is what the one that was asked says, TOLD; but for a cancellation that is asked,
 * and that she arrived, while TOLD is a state that it meets there. False, and *STATE is unchanged: TOLD is no answer,
 * or it has ended here otherwise. That a newer answer was taken is the caller's to know. */
bool referral_state_adopt(enum referral_state *state, enum referral_state told);
/* An answer that came, and what the agency that refers knows. */
struct answer_claim {
    enum referral_state told;  /* by the newest answer that was taken; NONE: none was */
    uint32_t between;          /* answers between the two: under way, or they gave way to newer ones */
    bool is_any_before;        /* these may be fewer: the other node began anew */
    enum referral_state from;  /* that it answers from, as it says */
    enum referral_state state; /* that it says */
    bool has_cancelled;        /* the agency that refers said so */
    bool has_updated;          /* it sent an update */
};
/* Whether rows lead from what was told to FROM, one for each answer between, and one from there to STATE. A row of the
 * agency that refers is one only where it said so. */
bool referral_state_leads(const struct answer_claim *c);
/* The event by which the agency that was asked comes to S; 0: it does not. */
enum referral_event referral_state_event(enum referral_state s);
/* Whether the agency that refers may say S, too, by that event: where she is. */
bool referral_state_is_said_by_both(enum referral_state s);
/* Whether an answer of that state may say PARTS, a set of enum answer_part. */
bool referral_state_carries(enum referral_state s, unsigned parts);
/* Whether S is an answer. */
bool referral_state_is_answer(enum referral_state s);
/* Whether something is still to come of it by a time. */
bool referral_state_is_open(enum referral_state s);
/* The same, and nobody said yet what becomes of it. */
bool referral_state_is_unanswered(enum referral_state s);
/* Whether the agency that was asked is responsible. */
bool referral_state_is_accepted(enum referral_state s);
/* Whether the person is to come, or is looked for. */
bool referral_state_is_on_the_way(enum referral_state s);
/* Whether the agency that accepted says more of S by a time: *DAYS after that answer; 0: as its urgency gives. */
bool referral_state_says_more(enum referral_state s, unsigned *days);
/* Whether it is none of the above. */
bool referral_state_has_ended(enum referral_state s);
const char *referral_state_name(enum referral_state s); /* "delivered" …; "?" for a number that is none */
/* What it says to people, without an end; "" for a number that is none, and where it is reserved. */
const char *referral_state_says(enum referral_state s);
enum referral_word referral_state_word(enum referral_state s); /* WORD_NONE for a number that is none */
/* What is done next, as of who does it; "": nothing. */
const char *referral_state_does(enum referral_state s);
/* Whether WHO does that. */
bool referral_state_is_next(enum referral_state s, enum referral_actor who);
/* Who is responsible for her, as both agencies compute it from the state; 0: neither is, by this referral. */
enum referral_actor referral_state_responsible(enum referral_state s);
const char *referral_word_name(enum referral_word w); /* "at-their-computer" … */
/* The same to people; IS_HERE: at the agency that was asked. */
const char *referral_word_says(enum referral_word w, bool is_here);

#endif
