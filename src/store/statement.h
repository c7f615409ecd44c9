#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H
/* Statements of queries.sql: prepared once, bound by name, read column by column, reset.
 *
 * Floor: store, for this room only (it shows sqlite3.h). How a store function reads:
 *
 *     struct statement *s = db_stmt(db, SQL_CONSENT_MOVE);
 *     bind_number(s, ":progress", progress);   cheapest in the order in which the parameters first appear
 *     return db_run_one(s, "consent", err);
 *
 *     struct statement *s = db_stmt(db, SQL_PEER_GET);
 *     bind_number(s, ":number", number);
 *     if (!db_next_row(s, &row, err))          false: failed, and the statement is reset
 *         return false;
 *     if (row)
 *         read_peer(s, &peer);                 row_… read the columns from left to right
 *     if (!db_done(s, err))                    resets the statement; false if a column was not of its size
 *         return false;
 *
 * Views are bound without a copy: they must live until db_done. Views that were read end with db_done. A walk may write
 * to the tables it reads, but not start itself again from within (REQUIREd).
 */

#include "model/ident.h"
#include "store/db.h"
#include "store/db_fault.h"
#include "store/log_store.h"

#include "queries.h"

#include <sqlite3.h>

#define PARAMETERS_MAX     18 /* of one statement: no row has more columns that are set at once */
#define PARAMETER_NAME_MAX 20 /* bytes, with ':' and NUL */

struct statement {
    struct db *db;
    sqlite3_stmt *stmt;
    enum query which;
    int parameters;
    int columns;    /* of a row that it gives */
    int next;       /* parameter that is expected next, from 1 */
    uint32_t bound; /* bit n: parameter n was */
    int column;     /* that is read next */
    bool damaged;   /* a column was not of the size it must have */
    char names[PARAMETERS_MAX + 1][PARAMETER_NAME_MAX];
};

_Static_assert(PARAMETERS_MAX < 32, "a bit of statement.bound for each parameter");

/* Numbers that the next rows will have. They only grow while the database is open: a number that was used before a
 * rollback is not used again. */
struct db_counters {
    int64_t message;
    int64_t section;
    int64_t consent;
    int64_t slot;
};

/* The state of a log, so that appending needs no query. Read again after a rollback. */
struct db_log {
    bool is_made;
    uint64_t size;
};

struct db {
    sqlite3 *sqlite;
    char *path;
    enum db_mode mode;
    int wal_pages;
    struct db_counters next;
    struct db_log logs[LOG_HOUSE + 1];    /* by enum log_id */
    unsigned fault_after[DB_FAULT_COUNT]; /* 0: not armed */
    bool full;                            /* there was no room on the disk since the last rollback */
    struct statement statements[SQL_COUNT];
};

/* --- preparing (statement.c) --- */
MUST_USE bool db_prepare(struct db *db, enum query which, struct error *err);
MUST_USE bool db_prepare_all(struct db *db, struct error *err);
void db_finalise_all(struct db *db);
MUST_USE bool db_run_script(struct db *db, const char *name, const char *text, struct error *err);
/* Reads db->next and db->logs from the tables. */
MUST_USE bool db_load_state(struct db *db, struct error *err);
/* SQLite's code as one of ours: E-STO-01, 03, 04, 06 or 07. Always false. */
bool db_failed(struct db *db, int code, const char *doing, struct error *err);

/* --- running a statement --- */
struct statement *db_stmt(struct db *db, enum query which);

void bind_number(struct statement *s, const char *name, int64_t n);
void bind_u64(struct statement *s, const char *name, uint64_t n); /* UINT64_MAX becomes -1; else below 2^63 */
void bind_null(struct statement *s, const char *name);            /* NULL */
void bind_view(struct statement *s, const char *name, struct view v);
void bind_text(struct statement *s, const char *name, struct view v);
void bind_ident(struct statement *s, const char *name, const struct ident *id);
void bind_hash(struct statement *s, const char *name, const struct hash *h);
void bind_address(struct statement *s, const char *name, const struct address *a);

/* Each row's one column, a slot. False as ON_SLOT is. */
MUST_USE bool db_walk_slots(struct statement *s, db_slot_fn *on_slot, void *cookie, struct error *err);
/* Runs to the end; for what gives no rows. */
MUST_USE bool db_run(struct statement *s, struct error *err);
/* The same, and exactly one row must have been written: WHAT is named when none was there (E-STO-07). */
MUST_USE bool db_run_one(struct statement *s, const char *what, struct error *err);
/* The rowid of the one row that the statement that ran last added. */
int64_t db_added(const struct db *db);
/* The same, where we chose the rowid: the row has it. Always true. */
bool db_added_as(const struct db *db, int64_t number);
/* The next row, or *row = false when there is none. The one before was read whole (REQUIREd). */
MUST_USE bool db_next_row(struct statement *s, bool *row, struct error *err);
MUST_USE bool db_done(struct statement *s, struct error *err);
/* In a walk: whether all columns of the row just read were of their size. E-STO-04. */
MUST_USE bool db_row_whole(struct statement *s, struct error *err);
/* Ends a walk that failed in its callback: resets the statement, *err stays. Always false. */
bool db_reset(struct statement *s);

int64_t row_number(struct statement *s);
uint64_t row_u64(struct statement *s); /* -1 becomes UINT64_MAX */
uint32_t row_u32(struct statement *s);
bool row_bool(struct statement *s);
struct view row_view(struct statement *s);
void row_bytes(struct statement *s, struct bytes *out); /* appends */
void row_ident(struct statement *s, struct ident *out);
void row_hash(struct statement *s, struct hash *out);
void row_key(struct statement *s, uint8_t out[static KEY_SIZE]);
/* Text with its NUL, at most ROOM bytes. */
void row_text(struct statement *s, char *out, size_t room);
void row_address(struct statement *s, struct address *out);

/* A walk in steps (db.h); STEP NULL: as a whole. Binds :after and :limit. */
void bind_step(struct statement *s, struct walk_step *step);
/* The one number that a statement gives. */
MUST_USE bool read_last(struct statement *s, int64_t *number, struct error *err);
/* The row with NUMBER was read, one of so many ROWS of this step. */
void note_step(struct walk_step *step, int64_t number, uint32_t rows);

/* --- rows of one kind ---
 *
 * READ takes the columns of one row, from left to right, into a struct TYPE. */

/* Defines read_one: the only row, or *FOUND = false. */
#define STATEMENT_READS_ONE(type, read)                                                                                \
    static bool read_one(struct statement *s, bool *found, struct type *out, struct error *err)                        \
    {                                                                                                                  \
        struct type one;                                                                                               \
        bool row;                                                                                                      \
                                                                                                                       \
        if (!db_next_row(s, &row, err))                                                                                \
            return false;                                                                                              \
        if (row)                                                                                                       \
            read(s, &one);                                                                                             \
        if (!db_done(s, err))                                                                                          \
            return false;                                                                                              \
        *found = row;                                                                                                  \
        if (row)                                                                                                       \
            *out = one;                                                                                                \
        return true;                                                                                                   \
    }

/* Defines walk_rows: calls ON_ROW for each row. */
#define STATEMENT_WALKS(type, read, row_fn)                                                                            \
    static bool walk_rows(struct statement *s, row_fn *on_row, void *cookie, struct error *err)                        \
    {                                                                                                                  \
        struct type one;                                                                                               \
        bool row;                                                                                                      \
                                                                                                                       \
        while (db_next_row(s, &row, err)) {                                                                            \
            if (!row)                                                                                                  \
                return db_done(s, err);                                                                                \
            read(s, &one);                                                                                             \
            if (!db_row_whole(s, err) || !on_row(cookie, &one, err))                                                   \
                return db_reset(s);                                                                                    \
        }                                                                                                              \
        return false;                                                                                                  \
    }

/* Defines list_rows: the same until ON_ROW sets *MORE to false. */
#define STATEMENT_LISTS(type, read, row_fn)                                                                            \
    static bool list_rows(struct statement *s, row_fn *on_row, void *cookie, struct error *err)                        \
    {                                                                                                                  \
        struct type one;                                                                                               \
        bool more = true;                                                                                              \
        bool row;                                                                                                      \
                                                                                                                       \
        while (more && db_next_row(s, &row, err)) {                                                                    \
            if (!row)                                                                                                  \
                return db_done(s, err);                                                                                \
            read(s, &one);                                                                                             \
            if (!db_row_whole(s, err) || !on_row(cookie, &one, &more, err))                                            \
                return db_reset(s);                                                                                    \
        }                                                                                                              \
        return more ? false : db_done(s, err);                                                                         \
    }

#endif
