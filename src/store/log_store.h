#ifndef STORE_LOG_STORE_H
#define STORE_LOG_STORE_H
/* The two audit logs as rows: records, tiles of the tree, one checkpoint for each commit.
 *
 * Floor: store. Append-only in the database too: triggers refuse UPDATE and DELETE on records and checkpoints. The
 * table of each log has `idx INTEGER PRIMARY KEY` = the record's place: its leaf index, behind the records of the logs
 * that are over; every other column beside `bytes` is a copy that audit verify compares, and no table of a log has one
 * that it does not read. Sizes of checkpoints are places, too.
 */

#include "model/control_enums.h"
#include "model/record.h"
#include "store/db.h"

/* What a log is: its origin says whose, and which incarnation. */
struct log_row {
    char origin[ORIGIN_MAX];
    uint64_t first; /* idx of its record 0: where it began anew, behind the records of those before */
};

struct record_row {
    uint64_t index;
    enum record_kind kind;
    int64_t time_ms;
    struct view bytes; /* valid until the next call on the same statement: copy or use at once */
};

MUST_USE bool log_store_create(struct db *db, enum log_id log, const struct log_row *row, struct error *err);
MUST_USE bool log_store_get(struct db *db, enum log_id log, bool *found, struct log_row *out, struct error *err);

/* The log began anew: WAS, of INCARNATION, is over, and ROW takes its place. */
MUST_USE bool log_store_begin_anew(struct db *db, enum log_id log, const struct log_row *was, uint32_t incarnation,
                                   const struct log_row *row, struct error *err);
/* The logs that are over, in their order. */
typedef bool log_store_closed_fn(void *cookie, uint32_t incarnation, const struct log_row *row, struct error *err);
MUST_USE bool log_store_walk_closed(struct db *db, enum log_id log, log_store_closed_fn *on_row, void *cookie,
                                    struct error *err);

/* Number of records, and the time of the last one (0 when empty). */
MUST_USE bool log_store_size(struct db *db, enum log_id log, uint64_t *size, int64_t *last_ms, struct error *err);
MUST_USE bool log_store_append(struct db *db, enum log_id log, uint64_t index, enum record_kind kind, int64_t time_ms,
                               struct view bytes, struct error *err);
/* Appends the record's bytes to *OUT. */
MUST_USE bool log_store_record(struct db *db, enum log_id log, uint64_t index, bool *found, struct bytes *out,
                               struct error *err);

struct record_filter {
    bool has_kind;
    enum record_kind kind;
    int64_t since_ms; /* 0: no bound */
    int64_t until_ms; /* 0: no bound */
    uint64_t from;    /* first index */
    uint64_t end;     /* before this index; 0: no bound */
    uint64_t limit;   /* 0: no bound */
};
/* The records that FILTER lets through, in order of index. */
typedef bool log_store_row_fn(void *cookie, const struct record_row *row, struct error *err);
MUST_USE bool log_store_walk(struct db *db, enum log_id log, const struct record_filter *filter,
                             log_store_row_fn *on_row, void *cookie, struct error *err);

/* The EXPORTED records of the house log from a time on, in order of time. */
MUST_USE bool log_store_walk_exported(struct db *db, int64_t since_ms, log_store_row_fn *on_row, void *cookie,
                                      struct error *err);

MUST_USE bool log_store_put_checkpoint(struct db *db, enum log_id log, uint64_t size, struct view note,
                                       struct error *err);
/* The checkpoint with the smallest size above INDEX: the one of the commit that recorded it. */
MUST_USE bool log_store_checkpoint_over(struct db *db, enum log_id log, uint64_t index, bool *found, uint64_t *size,
                                        struct bytes *note, struct error *err);
MUST_USE bool log_store_last_checkpoint(struct db *db, enum log_id log, bool *found, uint64_t *size, struct bytes *note,
                                        struct error *err);
typedef bool log_store_checkpoint_fn(void *cookie, uint64_t size, struct view note, struct error *err);
MUST_USE bool log_store_walk_checkpoints(struct db *db, enum log_id log, log_store_checkpoint_fn *on_row, void *cookie,
                                         struct error *err);

/* Full tiles: 256 hashes, 8,192 bytes (C2SP tlog-tiles; level 0 = leaf hashes). */
MUST_USE bool log_store_put_tile(struct db *db, enum log_id log, unsigned level, uint64_t number, struct view hashes,
                                 struct error *err);
MUST_USE bool log_store_tile(struct db *db, enum log_id log, unsigned level, uint64_t number, bool *found,
                             struct bytes *out, struct error *err);
typedef bool log_store_tile_fn(void *cookie, unsigned level, uint64_t number, struct view hashes, struct error *err);
MUST_USE bool log_store_walk_tiles(struct db *db, enum log_id log, log_store_tile_fn *on_row, void *cookie,
                                   struct error *err);

#endif
