#include "store/message_store.h"

#include "model/hold.h"
#include "store/statement.h"

/* The schema checks them. */
_Static_assert(DIRECTION_OUT == 1 && DIRECTION_IN == 2, "message.direction, and conditions of queries.sql");
_Static_assert(MESSAGE_WAITING == 1 && MESSAGE_WITHHELD == 3 && MESSAGE_EXPIRED == 4 && MESSAGE_REFUSED == 5 &&
                   MESSAGE_STORED == 6,
               "message.state, and the same");
_Static_assert(MESSAGE_CORRECTION == 16 && MESSAGE_CORRECTION_ANSWER == 20, "message.kind, and the same");
_Static_assert(HOLD_END <= 24, "message.hold");

/* --- messages ----------------------------------------------------------------------------------------------- */

int64_t message_store_next_number(struct db *db)
{
    return db->next.message++;
}

bool message_store_add(struct db *db, const struct message_row *row, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_ADD);

    REQUIRE(row->number > 0 && row->number < db->next.message);
    bind_number(s, ":number", row->number);
    bind_ident(s, ":id", &row->id);
    bind_number(s, ":direction", row->direction);
    bind_number(s, ":peer", row->peer);
    bind_number(s, ":kind", row->kind);
    bind_number(s, ":referral", row->referral);
    bind_number(s, ":consent", row->consent);
    bind_u64(s, ":record_index", row->record_index);
    bind_hash(s, ":leaf", &row->leaf);
    bind_number(s, ":expiry", row->expiry);
    bind_number(s, ":state", row->state);
    bind_number(s, ":outcome", row->outcome);
    bind_number(s, ":attempts", row->attempts);
    bind_number(s, ":next_try_ms", row->next_try_ms);
    bind_number(s, ":may_have_left", row->may_have_left);
    bind_number(s, ":missing_ms", row->missing_ms);
    bind_number(s, ":their_incarnation", row->their_incarnation);
    bind_u64(s, ":their_index", row->their_index);
    return db_run(s, err) && db_added_as(db, row->number);
}

/* The columns of MESSAGE_GET and of all that list messages. */
static void read_message(struct statement *s, struct message_row *out)
{
    out->number = row_number(s);
    row_ident(s, &out->id);
    out->direction = (enum direction)row_number(s);
    out->peer = row_number(s);
    out->kind = (enum message_kind)row_number(s);
    out->referral = row_number(s);
    out->consent = row_number(s);
    out->record_index = row_u64(s);
    row_hash(s, &out->leaf);
    out->expiry = row_u32(s);
    out->state = (enum message_state)row_number(s);
    out->outcome = row_u32(s);
    out->attempts = row_u32(s);
    out->next_try_ms = row_number(s);
    out->may_have_left = row_bool(s);
    out->missing_ms = row_number(s);
    out->their_incarnation = row_u32(s);
    out->their_index = row_u64(s);
}

STATEMENT_READS_ONE(message_row, read_message)

bool message_store_get(struct db *db, int64_t number, bool *found, struct message_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_GET);

    bind_number(s, ":number", number);
    return read_one(s, found, out, err);
}

bool message_store_find(struct db *db, enum direction direction, int64_t peer, const struct ident *id, bool *found,
                        struct message_row *out, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_FIND);

    bind_ident(s, ":id", id);
    bind_number(s, ":direction", direction);
    bind_number(s, ":peer", peer);
    return read_one(s, found, out, err);
}

bool message_store_set_state(struct db *db, int64_t number, enum message_state state, uint32_t outcome,
                             struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_SETTLE);

    bind_number(s, ":state", state);
    bind_number(s, ":outcome", outcome);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_set_as_recorded(struct db *db, int64_t number, int64_t peer, enum message_kind kind,
                                   struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_SET_AS_RECORDED);

    bind_number(s, ":peer", peer);
    bind_number(s, ":kind", kind);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_retry(struct db *db, int64_t number, uint32_t attempts, int64_t next_try_ms, uint32_t hold,
                         struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_RETRY);

    bind_number(s, ":attempts", attempts);
    bind_number(s, ":next_try_ms", next_try_ms);
    bind_number(s, ":hold", hold);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_set_record(struct db *db, int64_t number, uint64_t record_index, const struct hash *leaf,
                              struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_SET_RECORD);

    bind_u64(s, ":record_index", record_index);
    bind_hash(s, ":leaf", leaf);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_set_left(struct db *db, int64_t number, bool left, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_LEAVES);

    bind_number(s, ":left", left);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_set_missing(struct db *db, int64_t number, int64_t now_ms, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_MISSING);

    bind_number(s, ":missing_ms", now_ms);
    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

/* --- lists -------------------------------------------------------------------------------------------------- */

STATEMENT_WALKS(message_row, read_message, message_store_row_fn)

bool message_store_walk_waiting(struct db *db, int64_t peer, int64_t after, size_t limit, message_store_row_fn *on_row,
                                void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_WAITING);

    bind_number(s, ":peer", peer);
    bind_number(s, ":after", after);
    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_unsettled(struct db *db, int64_t peer, int64_t after, size_t limit,
                                  message_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_UNSETTLED);

    bind_number(s, ":peer", peer);
    bind_number(s, ":after", after);
    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

static void bind_range(struct statement *s, const struct message_range *r)
{
    bind_number(s, ":peer", r->peer);
    bind_number(s, ":first", r->first);
    bind_number(s, ":end", r->end);
    bind_number(s, ":after", r->after);
    bind_number(s, ":last", r->last);
}

bool message_store_walk_came_from(struct db *db, const struct message_range *r, message_store_row_fn *on_row,
                                  void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_CAME_FROM);

    bind_number(s, ":peer", r->peer);
    bind_number(s, ":after", r->after);
    bind_number(s, ":last", r->last);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_came_in(struct db *db, const struct message_range *r, message_store_row_fn *on_row,
                                void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_CAME_IN);

    bind_range(s, r);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_withdrawals_from(struct db *db, int64_t peer, int64_t after, size_t limit,
                                         message_store_row_fn *on_row, void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WITHDRAWALS_FROM);

    bind_number(s, ":peer", peer);
    bind_number(s, ":after", after);
    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_expired(struct db *db, size_t limit, message_store_row_fn *on_row, void *cookie,
                                struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_EXPIRED);

    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_corrections(struct db *db, enum direction direction, size_t limit, message_store_row_fn *on_row,
                                    void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, direction == DIRECTION_OUT ? SQL_MESSAGE_WALK_SENT_CORRECTIONS
                                                                 : SQL_MESSAGE_WALK_UNANSWERED_CORRECTIONS);

    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_correction_answers(struct db *db, size_t limit, message_store_row_fn *on_row, void *cookie,
                                           struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_CORRECTION_ANSWERS);

    bind_number(s, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_consent(struct db *db, int64_t consent, message_store_row_fn *on_row, void *cookie,
                                struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_CONSENT);

    bind_number(s, ":consent", consent);
    return walk_rows(s, on_row, cookie, err);
}

bool message_store_walk_referral(struct db *db, int64_t referral, message_store_row_fn *on_row, void *cookie,
                                 struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WALK_REFERRAL);

    bind_number(s, ":referral", referral);
    return walk_rows(s, on_row, cookie, err);
}

/* A message id begins with 48 bits of milliseconds: the row needs no time of its own. */
static int64_t time_of(const struct ident *id)
{
    return (int64_t)((uint64_t)read_u32(id->at) << 16 | read_u16(id->at + 4));
}

bool message_store_waiting_count(struct db *db, uint64_t *count, int64_t *oldest_ms, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WAITING_COUNT);
    struct message_row oldest;
    bool found = false;
    uint64_t waiting;
    int64_t number;
    bool row;

    if (!db_next_row(s, &row, err))
        return false;
    waiting = row_u64(s);
    number = row_number(s);
    if (!db_done(s, err) || (number != 0 && !message_store_get(db, number, &found, &oldest, err)))
        return false;
    *count = waiting;
    *oldest_ms = found ? time_of(&oldest.id) : 0;
    return true;
}

bool message_store_waiting_for(struct db *db, int64_t peer, uint64_t *count, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_WAITING_FOR);
    bool row;

    bind_number(s, ":peer", peer);
    if (!db_next_row(s, &row, err))
        return false;
    *count = row_u64(s);
    return db_done(s, err);
}

/* Rows of a peer and a number. */
static bool walk_peers(struct statement *s, message_store_peer_fn *on_row, void *cookie, struct error *err)
{
    int64_t peer;
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        peer = row_number(s);
        if (!on_row(cookie, peer, row_u64(s), err))
            return db_reset(s);
    }
    return false;
}

bool message_store_walk_waiting_peers(struct db *db, message_store_peer_fn *on_row, void *cookie, struct error *err)
{
    return walk_peers(db_stmt(db, SQL_MESSAGE_WAITING_PEERS), on_row, cookie, err);
}

bool message_store_walk_holds(struct db *db, message_store_peer_fn *on_row, void *cookie, struct error *err)
{
    return walk_peers(db_stmt(db, SQL_MESSAGE_WALK_HOLDS), on_row, cookie, err);
}

/* --- receipts and bodies ------------------------------------------------------------------------------------ */

bool message_store_put_receipt(struct db *db, int64_t number, int64_t note_number, struct view record, struct view path,
                               struct error *err)
{
    struct statement *s = db_stmt(db, SQL_RECEIPT_PUT);

    bind_number(s, ":message", number);
    bind_number(s, ":note", note_number);
    bind_view(s, ":record", record);
    bind_view(s, ":path", path);
    return db_run(s, err);
}

bool message_store_receipt(struct db *db, int64_t number, bool *found, struct bytes *record, struct bytes *path,
                           struct bytes *note, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_RECEIPT_GET);

    bind_number(s, ":message", number);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        row_bytes(s, record);
        row_bytes(s, path);
        row_bytes(s, note);
    }
    return db_done(s, err);
}

static bool walk_numbers(struct statement *s, message_store_number_fn *on_row, void *cookie, struct error *err)
{
    bool row;

    while (db_next_row(s, &row, err)) {
        if (!row)
            return db_done(s, err);
        if (!on_row(cookie, row_number(s), err))
            return db_reset(s);
    }
    return false;
}

bool message_store_walk_receipted_in(struct db *db, const struct message_range *r, message_store_number_fn *on_row,
                                     void *cookie, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_RECEIPTED_IN);

    bind_range(s, r);
    return walk_numbers(s, on_row, cookie, err);
}

bool message_store_open_again(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_MESSAGE_OPEN_AGAIN);

    bind_number(s, ":number", number);
    return db_run_one(s, "message", err);
}

bool message_store_receipt_incarnation(struct db *db, int64_t number, uint32_t *incarnation, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_RECEIPT_INCARNATION);
    uint32_t n = 0;
    bool row;

    bind_number(s, ":message", number);
    if (!db_next_row(s, &row, err))
        return false;
    if (row)
        n = row_u32(s);
    if (!db_done(s, err))
        return false;
    *incarnation = n;
    return true;
}

bool message_store_put_body(struct db *db, int64_t number, uint64_t slot, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_BODY_PUT);

    bind_number(s, ":number", number);
    bind_u64(s, ":slot", slot);
    bind_view(s, ":sealed", sealed);
    return db_run(s, err);
}

bool message_store_move_body(struct db *db, int64_t number, uint64_t slot, struct view sealed, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_BODY_MOVE);

    bind_number(s, ":number", number);
    bind_u64(s, ":slot", slot);
    bind_view(s, ":sealed", sealed);
    return db_run_one(s, "body", err);
}

bool message_store_drop_body(struct db *db, int64_t number, struct error *err)
{
    struct statement *s = db_stmt(db, SQL_BODY_DROP);

    bind_number(s, ":number", number);
    return db_run(s, err);
}

bool message_store_body(struct db *db, int64_t number, bool *found, uint64_t *slot, struct bytes *sealed,
                        struct error *err)
{
    struct statement *s = db_stmt(db, SQL_BODY_GET);

    bind_number(s, ":number", number);
    if (!db_next_row(s, found, err))
        return false;
    if (*found) {
        *slot = row_u64(s);
        row_bytes(s, sealed);
    }
    return db_done(s, err);
}
