#ifndef EXCHANGE_SEEKING_H
#define EXCHANGE_SEEKING_H
/* Dials members although nothing waits for them, so that a new directory reaches every member (docs/PROTOCOL.md 13).
 *
 * Floor: exchange. Each node keeps a link to the next listed member that answers, in the order of the directory: the
 * links of all are one ring, and a directory that is given to one member goes round it. While the directory is past its
 * last day, and while this machine's clock is more than a day off, all listed members are dialled, one after another.
 */

#include "exchange/exchange.h"

struct seeking;

/* Freed with free(). */
struct seeking *seeking_new(void);

/* Dials the member whose turn it is. To be called in the committed step. */
void seeking_advance(struct exchange *x);
/* When that is due next, by the steady clock. */
int64_t seeking_wake_ms(const struct exchange *x);
/* For how long no other agency's node has been linked; 0: one is, or the directory lists none that could be. */
int64_t seeking_alone_ms(struct exchange *x);
/* A link has gone: the rest between two sweeps ends. A sweep goes on: who takes each link and closes it is not dialled
 * for ever in the place of those behind. */
void seeking_link_down(struct exchange *x);
/* The directory is another one: it begins again with the member that comes next. */
void seeking_begin_again(struct exchange *x);

#endif
