#ifndef EXCHANGE_ISSUERS_KNOWN_H
#define EXCHANGE_ISSUERS_KNOWN_H
/* Issuing and transport CAs that a directory listed before and none lists now, as a node keeps them: what agencies
 * signed while they were listed is verified still, and who comes with a certificate of before is given another
 * (directory_version_keep).
 *
 * Floor: exchange.
 */

#include "base/error.h"

struct db;
struct membership;

/* Those that were stored count for MEMBERSHIP again. */
MUST_USE bool issuers_known_load(struct db *db, struct membership *membership, struct error *err);
/* Stores those of MEMBERSHIP, in the open transaction, in place of all before. */
MUST_USE bool issuers_known_store(struct db *db, const struct membership *membership, struct error *err);

#endif
