#ifndef EXCHANGE_RELEASING_INSIDE_H
#define EXCHANGE_RELEASING_INSIDE_H
/* What the files of releasing share: how far what waits on a link was released, and when it is again.
 *
 * Floor: exchange; private to releasing.c and releasing_times.c.
 */

#include "exchange/consent/consent_gate.h"
#include "exchange/exchange.h"
#include "store/message_store.h"

struct link;

struct link_releasing {
    bool backlog;           /* the store has waiting messages that were not released on this link */
    int64_t released_up_to; /* the number of the last message that was */
    int64_t released_ms;    /* oldest release since the last pass over all that waits; steady; 0: none */
    int64_t again_ms; /* next pass over all that waits, because its peer was busy or had its share of them; 0: none */
    int64_t retry_ms; /* next try of what was refused on it, or is owed and has no answer; steady; 0: none … */
    int64_t retry_from_ms;         /* … and none before this */
    bool only_due;                 /* the pass is over those whose pause has ended */
    bool retry_all;                /* its peer has what it lacked: what was refused goes again before its time */
    bool mark_all;                 /* the next tick marks all that is released on it as having left perhaps */
    int64_t busy_pause_ms;         /* its peer was busy: the last pause for that; 0: it answered since … */
    int64_t busy_until_ms;         /* … and when that ends; steady */
    bool share_used_up;            /* it was busy, and has taken nothing since that counts in its share, … */
    bool some_left_out;            /* … something was left out since, … */
    unsigned tried;                /* … and a pass sends few of that: how many this one sent, … */
    int64_t tried_up_to;           /* … the number of the last, … */
    bool left_out_behind;          /* … whether it left out any behind that, … */
    bool is_whole;                 /* … and whether it goes over all that waits */
    struct owed_tries *owed_tries; /* when what is owed and has no answer goes again; NULL: nothing went */
};

/* Begins the pass over what waits on LINK if it is due. */
void releasing_resend_due(struct exchange *x, const struct link *link);
/* What waits on LINK, held too, is looked at again after a minute. */
void releasing_look_again(struct exchange *x, const struct link *link);
/* Whether nothing more may go on LINK now. */
bool releasing_takes_nothing(struct exchange *x, const struct link *link);
/* When ROW may go again on LINK, by the steady clock; 0: at once. */
int64_t releasing_pause_end(struct exchange *x, const struct link *link, const struct message_row *row);
/* Whether a pass over those whose pause has ended takes ROW. */
bool releasing_has_own_pause(const struct message_row *row);
/* The pass over what waits on LINK ended. */
void releasing_pass_ended(const struct link *link);
/* Whether this pass leaves out ROW, which may go as PASSED: the share of this agency is used up at the peer, which
 * would answer busy. What may be taken all the same goes, and emergencies do; of the rest a few a pass, in turn. */
bool releasing_leaves_out(struct exchange *x, const struct link *link, const struct message_row *row,
                          const struct disclosed *passed);
/* ROW, which is not left out, is sent. */
void releasing_tries(const struct link *link, const struct message_row *row, const struct disclosed *passed);

#endif
