#ifndef EXCHANGE_FEDERATION_H
#define EXCHANGE_FEDERATION_H
/* The node's place in its federation: membership in the store, directories and key bundles.
 *
 * Floor: exchange. exchange_agency_list and exchange_take_directory are implemented here.
 */

#include "exchange/exchange.h"
#include "store/db.h"

struct link;
struct membership_files;

/* In note_store, of no agency: the directory in use, under its number, and the certificate of the identity key. */
#define NOTE_DIRECTORY "directory"
#define NOTE_IDENTITY  "identity"

/* Reads the membership from the store into x->membership. E-NOD-02: the node has none yet. */
MUST_USE bool federation_load(struct exchange *x, struct error *err);
/* Writes the files of a membership, in the open transaction. SEQUENCE is the directory's. */
MUST_USE bool federation_save(struct db *db, const struct membership_files *files, uint64_t sequence,
                              struct error *err);

/* Makes the sealing keys of this week and the next four. If one is new, signs and logs a new bundle, which linked peers
 * get after the commit. */
MUST_USE bool federation_rotate_keys(struct exchange *x, struct error *err);
/* A key bundle came on LINK: takes it into use and stores it; *IS_NEW: unless it is known. The peer whose own bundle
 * does not count gets the one that does. One in this agency's name that this node did not make is kept as evidence,
 * with a record, and the node's own is signed again under a later sequence (docs/PROTOCOL.md 10). */
MUST_USE bool federation_take_bundle(struct exchange *x, const struct link *link, struct view payload, bool *is_new,
                                     struct error *err);
/* In number_store: the day on which the logs of a home that was put back began anew. Sealing keys that the agency made
 * before it are not another machine's. */
#define FEDERATION_BEGUN_ON "log_begun_on"
/* Whether sealing keys of another machine were found in this agency's name, since this node made its last ones. */
bool federation_has_other_keys(const struct exchange *x);

#endif
