#ifndef EXCHANGE_FEDERATION_H
#define EXCHANGE_FEDERATION_H
/* The node's place in its federation: membership in the store, links to peers, directories and bundles passed on.
 *
 * Floor: exchange. The network side of exchange.h, exchange_agency_list and exchange_take_directory are implemented
 * here.
 */

#include "exchange/exchange.h"

struct membership_files;

/* Reads the membership from the store into x->membership. E-NOD-02: the node has none yet. */
MUST_USE bool federation_load(struct exchange *x, struct error *err);
/* Writes the files of a membership, in the open transaction. SEQUENCE is the directory's. */
MUST_USE bool federation_save(struct db *db, const struct membership_files *files, uint64_t sequence,
                              struct error *err);

/* Makes the sealing keys of this week and the next four. If one is new, signs and logs a new bundle, which linked peers
 * get after the commit. */
MUST_USE bool federation_rotate_keys(struct exchange *x, struct error *err);
/* After the commit: sends bundle and directory on the links where they are due. */
void federation_send_due(struct exchange *x);

#endif
