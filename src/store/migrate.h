#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H
/* The schema, made or brought to the newest version: forward only, each version in one transaction.
 *
 * Floor: store, for db_open only.
 */

#include "store/db.h"

/* A database that is only read is never migrated. E-STO-02: newer than this program; E-STO-04: not a database of refex;
 * E-STO-05: only read, and older than this program. */
MUST_USE bool db_migrate(struct db *db, struct error *err);

#endif
