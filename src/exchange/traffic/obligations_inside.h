#ifndef EXCHANGE_OBLIGATIONS_INSIDE_H
#define EXCHANGE_OBLIGATIONS_INSIDE_H
/* What the files about what is owed share.
 *
 * Floor: exchange; private to obligations*.c and owed_*.c, and to simulations.
 */

#include <stdbool.h>
#include <stdint.h>

struct obligations {
    bool messages_due; /* messages may have to be made */
    int64_t wake_ms;   /* when the next may, by the steady clock; 0: no time is set */
    uint64_t mended;   /* rows that were not as the log says when the node started */
    uint64_t noted;    /* size of the log at the newest note of what is owed */
    bool note_due;     /* before its time: a withdrawal is owed, or is not any more */
};

#endif
