#ifndef STORE_DB_H
#define STORE_DB_H
/* One SQLite database of one node: opened, migrated, written by one writer in short transactions.
 *
 * Floor: store, the only room that sees sqlite3.h. WAL, synchronous=FULL, foreign keys on, STRICT tables; automatic
 * WAL checkpoints off: wal_checkpoint.h runs a passive one. Synchronous on purpose: one writer, transactions of a few
 * milliseconds, and an answer that waits for the disk anyway.
 *
 * Transactions are opened by exchange/, never by a store function.
 *
 * What holds for every *_store.h:
 *   _add, _put   writes one row; *NUMBER, where there is one, is its rowid
 *   _find        one row by what others call it: its id, address or key
 *   _get         one row by what only this node calls it: its number, or the name it was put under
 *   _walk        calls ON_ROW for each row in the order given; where ON_ROW returns false, the walk ends and returns
 *                false with the *err of ON_ROW. Views in a row are valid during the call.
 * That there is no such row is no failure: *FOUND is false, and *OUT is untouched.
 *
 * Any of them fails with
 *   E-STO-01  busy, or an I/O error
 *   E-STO-03  no room on the disk
 *   E-STO-04  the database is damaged, or not one of refex
 *   E-STO-06  written while it was opened to be read only
 *   E-STO-07  contradicts what is stored: there already, not there, out of order (our own mistake)
 * and db_open with E-STO-02, a schema newer than this program, or E-STO-05, an older one that DB_READ_ONLY may not
 * migrate.
 */

#include "base/bytes.h"
#include "base/error.h"

struct db;

enum db_mode {
    DB_WRITE,     /* the running node */
    DB_READ_ONLY, /* refexd --read-only: query_only, no migration, refuses an older schema (E-STO-05) */
    DB_COPY_WAL,  /* refexd --copy-wal: for a WAL checkpoint alone, beside the node that writes */
};

/* A walk in steps, so that none takes long: each calls ON_ROW for at most LIMIT rows behind the one with the number
 * AFTER (0: from the first), sets AFTER to the last of them, and MORE to whether to go on. */
struct walk_step {
    int64_t after;
    uint32_t limit;
    bool more;
    int64_t end;    /* of a list of what only grows: before which number it ends, as of its first step; 0: not yet */
    uint64_t given; /* rows in all steps of such a list */
};

/* Opens PATH (":memory:" for tests), makes or migrates the schema to the newest version (forward only, each migration
 * in one transaction). */
MUST_USE bool db_open(const char *path, enum db_mode mode, struct db **out, struct error *err);
void db_close(struct db *db); /* NULL is fine */

/* BEGIN IMMEDIATE … COMMIT. After a commit that fails with E-STO-03 the caller rolls back and may go on; after any
 * other it ends the process, and reads at start what is stored. */
MUST_USE bool db_begin(struct db *db, struct error *err);
MUST_USE bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
/* Whether a statement found no room on the disk since the last rollback. From then on each fails with E-STO-03 until
 * the caller rolls back. A commit that fails with E-STO-03 is not on the disk. */
bool db_is_full(const struct db *db);

/* What is read between the two is of one state of the database: each statement else takes SQLite's locks for itself,
 * which costs more than one row does. What is written between them is seen, and may begin a transaction, but not end
 * one. Where the first fails nothing is held, and what is read next fails by itself. */
void db_begin_reading(struct db *db);
void db_end_reading(struct db *db);

/* Pages in the WAL since the last full WAL checkpoint. */
int db_wal_pages(const struct db *db);

/* Rows changed since it was opened: two values compared show whether anything was written in between. */
uint64_t db_changes(const struct db *db);

/* Bytes free on the database's disk; SIZE_MAX for ":memory:". */
MUST_USE bool db_free_space(struct db *db, uint64_t *bytes, struct error *err);

/* PRAGMA quick_check: false and E-STO-04 when the file is damaged. */
MUST_USE bool db_check(struct db *db, struct error *err);

/* For a walk over slots of the `keys` file; false ends it. */
typedef bool db_slot_fn(void *cookie, uint64_t slot, struct error *err);

#endif
