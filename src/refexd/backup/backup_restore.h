#ifndef REFEXD_BACKUP_RESTORE_H
#define REFEXD_BACKUP_RESTORE_H
/* Both parts of a backup, put back into a folder that is no home yet: refexd --tool, as whoever typed it.
 *
 * Floor: refexd. The home is marked as put back: it signs, sends and takes nothing, and reads nothing of a case, until
 * its logs begin anew (exchange/setup.h) and the other agencies have said what was withdrawn since.
 */

#include "base/arena.h"
#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* Opens both parts with the words of ASK, tries them as a rehearsal does, verifies both logs, and makes HOME of them:
 * whole or not at all. A line of node.conf that does not hold here stays, and is named. REPLACES: the machine was
 * stolen, and HOME gets new keys (exchange_replace_keys). Views in *OUT lie in ARENA. E-RST-08 the folder has something
 * in it, E-RST-09 a part is not there, E-RST-10 the parts are of two nodes, or a log does not hold, E-WRD-*, E-BAK-01,
 * 02, 04, E-NOD-02, E-NOD-06, E-KEY-*, E-FIL-*, E-STO-*. */
MUST_USE bool backup_restore(const char *home, const struct control_backup_restore_ask *ask, bool replaces,
                             struct arena *arena, struct control_backup_restored *out, struct error *err);

#endif
