#ifndef STORE_DB_FAULT_H
#define STORE_DB_FAULT_H
/* For tests: makes the database fail at a chosen place, as a disk would.
 *
 * Floor: store; included by tests only (and by this room). Nothing outside can arm it.
 */

#include "store/db.h"

enum db_fault_point {
    DB_FAULT_STEP,        /* a statement fails before it does anything */
    DB_FAULT_COMMIT,      /* a commit fails and leaves nothing */
    DB_FAULT_COMMIT_DONE, /* a commit is reported as failed, but is on the disk, as with fsync */
    DB_FAULT_FULL,        /* a statement finds no room on the disk, E-STO-03 */
    DB_FAULT_COMMIT_FULL, /* a commit finds none */
    DB_FAULT_COUNT
};

/* The AFTER-th next time (1 = the next) that POINT is passed: E-STO-01, if nothing else is said. 0 disarms. */
void db_fault(struct db *db, enum db_fault_point point, unsigned after);
/* Whether that is still to come. */
bool db_fault_is_armed(const struct db *db, enum db_fault_point point);

#endif
