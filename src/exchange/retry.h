#ifndef EXCHANGE_RETRY_H
#define EXCHANGE_RETRY_H
/* When what failed, was refused for now, or has no answer is tried again: how long the pause of each is.
 *
 * Floor: exchange. A pause begins short and doubles with each try up to its longest; nothing is given up for having
 * been tried often. Who tries counts the tries, and asks here.
 */

#include <stdint.h>

enum retry {
    RETRY_DIAL,    /* a dial that failed, or a link that ended at once */
    RETRY_REFUSED, /* a message that its recipient refused, by a name that may pass */
    RETRY_BUSY,    /* all that waits for an agency that is busy */
    RETRY_OWED,    /* what is owed to another agency until it is settled, refused or without an answer */
    RETRY_GROWTH,  /* a question how a log grew, which proved nothing */
    RETRY_COSIGN,  /* a question for a cosignature, on one link */
    RETRY_FULL,    /* writing, when the disk was found full */
    RETRY_END
};

/* Milliseconds from a try until the next, when TRIES have failed before it. */
int64_t retry_pause_ms(enum retry what, uint32_t tries);
/* The same after a pause of LAST_MS; 0: there was none. */
int64_t retry_longer_ms(enum retry what, int64_t last_ms);

#endif
