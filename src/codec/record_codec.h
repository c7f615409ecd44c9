#ifndef CODEC_RECORD_CODEC_H
#define CODEC_RECORD_CODEC_H
/* The audit record in the bytes that are hashed into the log (docs/PROTOCOL.md 4 and 12, proto/audit.proto).
 *
 * Floor: codec. A record is encoded once, by its maker; everybody else keeps, proves and hashes those bytes. What
 * record_decode accepts is valid by construction: ids of their size, numbers that mean something, full names, and the
 * fields that its kind asks for and no others. What it means in its log is checked elsewhere.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/record.h"

/* Appends R, which must be valid (REQUIREd where record_decode would refuse it for a contradiction). */
void record_encode(const struct record *r, struct bytes *out);

/* *OUT borrows from ARENA. E_BYT_01, E_BYT_02, E_BYT_03. */
MUST_USE bool record_decode(struct view wire, struct arena *arena, struct record *out, struct error *err);

#endif
