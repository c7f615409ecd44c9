#ifndef STORE_DB_BACKUP_H
#define STORE_DB_BACKUP_H
/* A copy of the database as it is at one moment, made beside the node that writes, and what of it can be counted.
 *
 * Floor: store. By a connection of its own that only reads: refexd --backup.
 */

#include "store/db.h"

/* How many rows of each kind there are. */
struct db_counts {
    uint64_t cases;
    uint64_t consents;
    uint64_t referrals;
    uint64_t messages;
    uint64_t exchange_records;
    uint64_t house_records;
    uint64_t slots; /* that rows name */
};

/* DONE of TOTAL pages are copied. False ends it with *ERR. */
typedef bool db_backup_progress_fn(void *cookie, uint64_t done, uint64_t total, struct error *err);

/* Writes all of DB, open to be read only, to PATH, which is not there: one file without WAL, mode 0600, on the disk
 * when it returns. *COUNTS are of the state that was copied. Where it fails PATH is as far as it came. E-FIL-02,
 * E-FIL-03, E-STO-*. */
MUST_USE bool db_backup(struct db *db, const char *path, db_backup_progress_fn *on_progress, void *cookie,
                        struct db_counts *counts, struct error *err);

MUST_USE bool db_count(struct db *db, struct db_counts *out, struct error *err);

#endif
