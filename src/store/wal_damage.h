#ifndef STORE_WAL_DAMAGE_H
#define STORE_WAL_DAMAGE_H
/* The WAL as a stopped node left it, before SQLite recovers it: where a frame is damaged, SQLite takes it and all that
 * follows for a write that a power cut tore, without a word, and goes on with what was before.
 *
 * Floor: store, for db_open only. The format: https://www.sqlite.org/fileformat2.html#walformat.
 *
 * What a power cut tears is never followed by anything: behind a commit nothing is written before it is synced. So a
 * damaged frame with a whole commit behind it, and a frame that goes on from that, was on the disk once. A damage in
 * the last commit cannot be told from a torn write.
 */

#include "base/bytes.h"
#include "base/error.h"

/* E-STO-04: the WAL of DATABASE is damaged, E-STO-01: it cannot be read. */
MUST_USE bool wal_damage_find(const char *database, struct error *err);

/* Writes over the WAL what is read of it, and syncs it: after a sync that failed, and ended the node, the kernel takes
 * what it did not write for written, and SQLite would build on what is lost with the power. For the one program that
 * may write. E-STO-01, E-STO-03. */
MUST_USE bool wal_write_again(const char *database, struct error *err);

#endif
