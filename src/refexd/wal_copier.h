#ifndef REFEXD_WAL_COPIER_H
#define REFEXD_WAL_COPIER_H
/* A process that copies the WAL back into the database, so that the node does not wait for it: refexd --copy-wal. It
 * has the database alone: no key, no socket but that to the node.
 *
 * Floor: refexd. One byte asks, one byte answers. It is started when it is first asked, and ends with the node.
 */

#include "base/error.h"

struct loop;
struct wal_copier;

/* ON_DONE: what was asked for is done, or the process has ended. HOME must outlive it. */
struct wal_copier *wal_copier_new(struct loop *l, const char *home, void (*on_done)(void *cookie), void *cookie);
/* False: there is no such process. What is under way already is not asked for twice. */
bool wal_copier_ask(struct wal_copier *w);
/* After loop_free, which ends the process. NULL is fine. */
void wal_copier_free(struct wal_copier *w);

/* In that process: serves the node on descriptor 3 until it ends. E-STO-*; E-BUG-01: it said what is not asked. */
MUST_USE bool wal_copier_serve(const char *home, struct error *err);

#endif
