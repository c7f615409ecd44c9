#ifndef EXCHANGE_FEDERATION_H
#define EXCHANGE_FEDERATION_H
/* The node among others: its membership kept in the store, links to peers, directories and key bundles passed on.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct membership_files;

/* Reads the membership from the store. E-NOD-02 where the node has none yet. */
MUST_USE bool federation_load(struct exchange *x, struct error *err);
/* Writes it, in the open transaction. */
MUST_USE bool federation_save(struct db *db, const struct membership_files *files, uint64_t sequence,
                              struct error *err);

/* Sealing keys of this week and the next four; a new bundle is signed, logged and due to who is linked. */
MUST_USE bool federation_rotate_keys(struct exchange *x, struct error *err);
/* After the commit: peers that are linked get the bundle and the directory that are due to them. */
void federation_send_due(struct exchange *x);

#endif
