#ifndef EXCHANGE_OWED_TRIES_H
#define EXCHANGE_OWED_TRIES_H
/* When what is owed and has no answer yet goes again on a link that stands: 10 s after it went, doubled up to a day.
 *
 * Floor: exchange. In memory, for each link its own: a new link begins anew. As many are known as went and wait. One
 * that was due an hour ago and did not go has its answer: it is forgotten when room is needed.
 */

#include <stdbool.h>
#include <stdint.h>

struct owed_tries;

void owed_tries_free(struct owed_tries *t);

/* Message NUMBER went at NOW_MS; *T is made when it is NULL. Returns when it goes again. Both by the steady clock. */
int64_t owed_tries_went(struct owed_tries **t, int64_t number, int64_t now_ms);
/* When message NUMBER goes again; 0: it is not known. T may be NULL, here and below. */
int64_t owed_tries_next_ms(const struct owed_tries *t, int64_t number);
/* Message NUMBER begins anew, and goes again with the next pass (releasing.h). 0: each does. */
void owed_tries_wipe(struct owed_tries *t, int64_t number);

#endif
