#ifndef EXCHANGE_OWN_NOTE_TEST_H
#define EXCHANGE_OWN_NOTE_TEST_H
/* For tests only: a node that has learnt, or forgets, that it is a copy.
 *
 * Floor: exchange.
 */

#include "exchange/restored/own_note.h"

/* As if a checkpoint of SIZE had been shown; 0: as if none had. */
void own_note_set_beyond(struct exchange *x, uint64_t size);

#endif
