#ifndef LINK_SESSION_TABLE_H
#define LINK_SESSION_TABLE_H
/* The table of sessions: which numbers are used, and by whom.
 *
 * Floor: link. No more than BOUND_LINKS are in it: the limits see to that.
 */

#include "base/bounds.h"
#include "link/session.h"

struct session_table {
    uint32_t last_number;
    struct session *all[BOUND_LINKS]; /* by number modulo its size */
};

/* The session of this number; NULL: none. */
struct session *session_table_find(const struct session_table *t, uint32_t number);
/* A session with PEER, not EXCEPT: the open one, or, if DIALLING, also one that we are dialling. Walks the table, once
 * for each link. */
struct session *session_table_find_peer(const struct session_table *t, uint32_t peer, const struct session *except,
                                        bool dialling);
/* The next number whose place in the table is free. */
uint32_t session_table_next(struct session_table *t);
/* S, of a number that session_table_next gave. */
void session_table_add(struct session_table *t, struct session *s);
void session_table_drop(struct session_table *t, struct session *s);

#endif
