#ifndef EXCHANGE_KEYS_SOURCE_H
#define EXCHANGE_KEYS_SOURCE_H
/* What the keys part of a backup holds, sealed to the recovery words, in pieces: made by the node, which has the keys,
 * and written by a process that has none.
 *
 * Floor: exchange. The file of data keys is read as it is on the disk, between ticks. A key that is destroyed meanwhile
 * may be in it: whoever asks compares exchange_backup_stamp of before and after.
 */

#include "exchange/exchange.h"

struct bytes;
struct keys_source;

/* E-BAK-06: no words were made; E-KEY-*, E-FIL-*, E-STO-*. */
MUST_USE bool keys_source_open(struct exchange *x, struct keys_source **out, struct error *err);
/* Appends the next piece to OUT; *MORE is false behind the last. E-BAK-07: the file was wrapped anew meanwhile. */
MUST_USE bool keys_source_next(struct keys_source *s, struct bytes *out, bool *more, struct error *err);
/* How far it is, in pieces. */
void keys_source_progress(const struct keys_source *s, uint64_t *done, uint64_t *total);
void keys_source_close(struct keys_source *s); /* NULL is fine */

#endif
