#ifndef EXCHANGE_METER_PACES_H
#define EXCHANGE_METER_PACES_H
/* How often something is done again, and said again, for one agency; a part of the meter.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct usage;

/* Kinds of log lines about another agency: the first of an hour is written (of links the first eight), the others are
 * counted. */
enum meter_line {
    LINE_LINK,             /* up, down, not taken, broken, dial failed */
    LINE_ENVELOPE_REFUSED, /* at steps 1 to 9 and 13 */
    LINE_MESSAGE_REFUSED,  /* at steps 10 to 12 */
    LINE_BUSY,             /* over its share */
    LINE_NO_ROOM,
    LINE_REFUSED_THERE, /* by the agency, or its receipt is of a log that is not known */
    LINE_CLOCK,         /* shows another time */
    LINE_WAITS,         /* nothing can be sealed to it */
    LINE_SUSPENSION,    /* it passes one on that is not used here */
    LINE_COUNT
};

/* What a small frame makes a node do again, and how often it does. */
enum meter_pace {
    PACE_LINK,        /* a new link: all that waits is sent on it, what may have left is asked for */
    PACE_BUNDLE,      /* new keys: all that waits is sealed and sent anew */
    PACE_MISSING,     /* what it says it does not have is sent again */
    PACE_DIRECTORY,   /* the directory is sent */
    PACE_ENTRIES,     /* it is sent the entries that it lacks */
    PACE_RENEWAL,     /* its certificate is made anew */
    PACE_SHARE,       /* it takes again what counts in a share: what was left out is sent */
    PACE_SUCCESSIONS, /* what it says of keys is looked at though it is over its share */
    PACE_DIAL_BACK,   /* it is dialled though it is linked */
    PACE_COUNT
};

/* Whether a log line of this kind is to be written; if not, it is counted. */
bool meter_line(struct exchange *x, struct usage *u, enum meter_line line);
/* Whether it is done again now; if not, *WHEN_MS is when it may, by the steady clock. */
bool meter_pace(struct exchange *x, struct usage *u, enum meter_pace pace, int64_t *when_ms);

/* --- what other parts know of an agency beyond its links; 0 until they say so --- */

/* Links, one after another, that ended before it answered how its log grew (growth.c). */
uint32_t meter_hung_up(const struct usage *u);
void meter_set_hung_up(struct usage *u, uint32_t links);
/* How far what waits was released on its last link (releasing_times.c). */
int64_t meter_released_up_to(const struct usage *u);
void meter_set_released_up_to(struct usage *u, int64_t up_to);

#endif
