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
/* Of two links between the same two agencies, which one stays: whether it is NEW, of this node SELF?
 *
 * If both dialled at once, both nodes must decide alike: the link stays that was dialled by the node whose id sorts
 * lower. If the old link has been open for longer than a handshake may take, they did not dial at once: the peer dials
 * again because it has lost the old link, even if this side has not noticed. A link whose peer showed a certificate
 * that ended, or of a CA of before, ends no ordinary one: whoever has the key of such a CA cuts nobody off. */
bool session_table_new_wins(const struct ident *self, struct session *old, struct session *new);
/* The next number whose place in the table is free. */
uint32_t session_table_next(struct session_table *t);
/* S, of a number that session_table_next gave. */
void session_table_add(struct session_table *t, struct session *s);
void session_table_drop(struct session_table *t, struct session *s);

#endif
