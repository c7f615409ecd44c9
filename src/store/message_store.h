#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H
/* Messages out and in: small rows; bodies apart, sealed, never updated.
 *
 * Floor: store. The hot path: per referral one message row (updated once, by its receipt), one referral row, one body
 * row and the audit records. Message ids are time-ordered, so the index grows at its edge.
 */

#include "model/control_enums.h"
#include "model/envelope.h"
#include "model/message_kind.h"
#include "model/record.h"
#include "model/referral_state.h"
#include "store/db.h"

enum message_state {
    MESSAGE_WAITING = 1, /* out: durable, not receipted */
    MESSAGE_RECEIPTED,   /* out: receipt verified and stored */
    MESSAGE_WITHHELD,    /* out: the gate refused at release */
    MESSAGE_EXPIRED,     /* out */
    MESSAGE_REFUSED,     /* out: the receipt is REFUSED; in: we refused it (steps 10 to 12) */
    MESSAGE_STORED,      /* in: durable and receipted */
};

struct message_row {
    int64_t number; /* from message_store_next_number */
    enum direction direction;
    struct ident id;
    int64_t peer; /* peer_store number: recipient (out) or sender (in) */
    enum message_kind kind;
    int64_t referral;      /* 0: none */
    int64_t consent;       /* consent_store number; 0: none */
    uint64_t record_index; /* DISCLOSED (out), RECEIVED or REFUSED (in) in our exchange log */
    struct hash leaf;      /* in: leaf hash of the sender's record; out: of our record */
    enum message_state state;
    uint32_t expiry;            /* unix day; out only */
    uint32_t attempts;          /* out */
    int64_t next_try_ms;        /* out: not before */
    uint32_t outcome;           /* enum outcome of the receipt (out) or of our answer (in); 0 none */
    bool may_have_left;         /* out: from the commit on after which it may have left */
    int64_t missing_ms;         /* out: when the recipient last said that it has no such message; 0: it did not */
    uint32_t their_incarnation; /* in: of the log that has the sender's record; 0: not known */
    uint64_t their_index;       /* in: of that record */
};

MUST_USE int64_t message_store_next_number(struct db *db);
MUST_USE bool message_store_add(struct db *db, const struct message_row *row, struct error *err);
MUST_USE bool message_store_get(struct db *db, int64_t number, bool *found, struct message_row *out, struct error *err);
MUST_USE bool message_store_find(struct db *db, enum direction direction, int64_t peer, const struct ident *id,
                                 bool *found, struct message_row *out, struct error *err);
/* Writes state and outcome. E-STO-07 when there is no such message. */
MUST_USE bool message_store_set_state(struct db *db, int64_t number, enum message_state state, uint32_t outcome,
                                      struct error *err);
/* Writes peer and kind. E-STO-07 when there is no such message. */
MUST_USE bool message_store_set_as_recorded(struct db *db, int64_t number, int64_t peer, enum message_kind kind,
                                            struct error *err);
/* Keeps the receipt that message NUMBER got, in place of one before: record and path as they came; NOTE_NUMBER is from
 * evidence_store_add. */
MUST_USE bool message_store_put_receipt(struct db *db, int64_t number, int64_t note_number, struct view record,
                                        struct view path, struct error *err);
/* Sets *INCARNATION to that of the log which the receipt is from; 0: there is none. */
MUST_USE bool message_store_receipt_incarnation(struct db *db, int64_t number, uint32_t *incarnation,
                                                struct error *err);
/* Messages of PEER with numbers above AFTER, up to LAST, that one of its logs from incarnation FIRST on, below END,
 * has: those out by their receipt, those in by the record that they came by. */
struct message_range {
    int64_t peer;
    uint32_t first;
    uint32_t end;
    int64_t after;
    int64_t last;
};
typedef bool message_store_number_fn(void *cookie, int64_t number, struct error *err);
/* By number; reads all messages of that range of numbers. */
MUST_USE bool message_store_walk_receipted_in(struct db *db, const struct message_range *r,
                                              message_store_number_fn *on_row, void *cookie, struct error *err);
/* It waits again, as if it had no receipt; the next one takes its place. E-STO-07 when there is no such message. */
MUST_USE bool message_store_open_again(struct db *db, int64_t number, struct error *err);
/* Appends its parts, with the text of the note. */
MUST_USE bool message_store_receipt(struct db *db, int64_t number, bool *found, struct bytes *record,
                                    struct bytes *path, struct bytes *note, struct error *err);
/* Notes that it was tried ATTEMPTS times, and is not before NEXT_TRY_MS again; HOLD (enum hold) is what the recipient
 * gave as the reason, 0 none. */
MUST_USE bool message_store_retry(struct db *db, int64_t number, uint32_t attempts, int64_t next_try_ms, uint32_t hold,
                                  struct error *err);

/* Another record stands for it: index in our exchange log, and leaf hash. */
MUST_USE bool message_store_set_record(struct db *db, int64_t number, uint64_t record_index, const struct hash *leaf,
                                       struct error *err);

/* From the commit on, number may have left; or it did not. */
MUST_USE bool message_store_set_left(struct db *db, int64_t number, bool left, struct error *err);
/* The recipient said at NOW_MS that it has no such message. */
MUST_USE bool message_store_set_missing(struct db *db, int64_t number, int64_t now_ms, struct error *err);

typedef bool message_store_row_fn(void *cookie, const struct message_row *row, struct error *err);
/* All walks go by number, so oldest first. Of the waiting messages out to PEER, those with numbers above AFTER, at most
 * LIMIT of them. */
MUST_USE bool message_store_walk_waiting(struct db *db, int64_t peer, int64_t after, size_t limit,
                                         message_store_row_fn *on_row, void *cookie, struct error *err);
/* All that went or came under a consent, or belongs to a referral, in any state. */
MUST_USE bool message_store_walk_consent(struct db *db, int64_t consent, message_store_row_fn *on_row, void *cookie,
                                         struct error *err);
MUST_USE bool message_store_walk_referral(struct db *db, int64_t referral, message_store_row_fn *on_row, void *cookie,
                                          struct error *err);
/* Of the messages that may have left for PEER, are WITHHELD or EXPIRED and have no receipt, at most LIMIT with numbers
 * above AFTER. Without those that the peer said to be missing after their last day. */
MUST_USE bool message_store_walk_unsettled(struct db *db, int64_t peer, int64_t after, size_t limit,
                                           message_store_row_fn *on_row, void *cookie, struct error *err);
/* By number; reads all messages of that range of numbers. Those in that were taken. */
MUST_USE bool message_store_walk_came_in(struct db *db, const struct message_range *r, message_store_row_fn *on_row,
                                         void *cookie, struct error *err);
/* The same of all that came, also of what was refused, by whichever log. */
MUST_USE bool message_store_walk_came_from(struct db *db, const struct message_range *r, message_store_row_fn *on_row,
                                           void *cookie, struct error *err);
/* The withdrawals that came from PEER and were taken, with numbers above AFTER, at most LIMIT of them. */
MUST_USE bool message_store_walk_withdrawals_from(struct db *db, int64_t peer, int64_t after, size_t limit,
                                                  message_store_row_fn *on_row, void *cookie, struct error *err);
/* Messages out that are EXPIRED: the newest first, at most LIMIT. */
MUST_USE bool message_store_walk_expired(struct db *db, size_t limit, message_store_row_fn *on_row, void *cookie,
                                         struct error *err);
/* The newest correction of each referral of which one may have no answer, the newest first, at most LIMIT: of those
 * that came, or that were sent (DIRECTION_OUT) and may be there. */
MUST_USE bool message_store_walk_corrections(struct db *db, enum direction direction, size_t limit,
                                             message_store_row_fn *on_row, void *cookie, struct error *err);
/* The newest answer of another agency to a correction, of each referral: the newest first, at most LIMIT. */
MUST_USE bool message_store_walk_correction_answers(struct db *db, size_t limit, message_store_row_fn *on_row,
                                                    void *cookie, struct error *err);
/* How many wait to go out, and when the oldest was made (0: none waits); and how many of them to PEER. */
MUST_USE bool message_store_waiting_count(struct db *db, uint64_t *count, int64_t *oldest_ms, struct error *err);
MUST_USE bool message_store_waiting_for(struct db *db, int64_t peer, uint64_t *count, struct error *err);
/* The peers that messages wait for, ascending by number, and how many for each. */
typedef bool message_store_peer_fn(void *cookie, int64_t peer, uint64_t waiting, struct error *err);
MUST_USE bool message_store_walk_waiting_peers(struct db *db, message_store_peer_fn *on_row, void *cookie,
                                               struct error *err);
/* The peer of each message that waits and was refused with a reason, and that reason (enum hold). */
MUST_USE bool message_store_walk_holds(struct db *db, message_store_peer_fn *on_row, void *cookie, struct error *err);

/* The body of NUMBER, sealed anew under another slot. E-STO-07 when there is none. */
MUST_USE bool message_store_move_body(struct db *db, int64_t number, uint64_t slot, struct view sealed,
                                      struct error *err);
/* Also where there is none. */
MUST_USE bool message_store_drop_body(struct db *db, int64_t number, struct error *err);

/* A body's row has the number of its message. Sealed: LP of the salt and the body together, bound to table "body", that
 * number, column "sealed". */
MUST_USE bool message_store_put_body(struct db *db, int64_t number, uint64_t slot, struct view sealed,
                                     struct error *err);
MUST_USE bool message_store_body(struct db *db, int64_t number, bool *found, uint64_t *slot, struct bytes *sealed,
                                 struct error *err);

#endif
