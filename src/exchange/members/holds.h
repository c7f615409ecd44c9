#ifndef EXCHANGE_HOLDS_H
#define EXCHANGE_HOLDS_H
/* What holds messages to an agency: what the directory says of it, its identity key, and what it answered last.
 *
 * Floor: exchange. The reasons are the rows of model/holds.def. The identity key of each agency is remembered from the
 * first directory that lists it, for ever. One that changed is held until a person compared its fingerprint or
 * HOLDS_KEY_MS are over; where the agency was suspended, or goes on under the new key with what it had under the one
 * before, or a directory ever revoked the key as compromised, only a person lifts it.
 */

#include "exchange/exchange.h"
#include "model/hold.h"
#include "model/message_kind.h"
#include "store/peer_store.h"

struct holds;
struct link;

#define HOLDS_KEY_MS DAY_MS /* a changed key is held for so long when nobody confirms it */

struct holds *holds_new(void);
void holds_free(struct holds *h);

/* Whether a message of KIND calls data back, or says what became of it: it goes to who is cut off, and comes from
 * there. */
bool holds_calls_back(enum message_kind kind);
/* Why a message of KIND to AGENCY does not leave now; HOLD_NONE: it may. UNTIL_MS: it ends then at the latest; 0: no
 * time is known. */
struct held {
    enum hold hold;
    int64_t since_ms; /* of a key; else 0 */
    int64_t until_ms;
};
MUST_USE bool holds_ask(struct exchange *x, const struct address *agency, enum message_kind kind, struct held *out,
                        struct error *err);
/* The same of the agency of ROW, with what it answered last where nothing here holds it: for people. */
void holds_ask_peer(struct exchange *x, const struct peer_row *row, enum message_kind kind, struct held *out);
/* The gate's part: the denial of a hold that cannot pass; 0: there is none. */
enum denial holds_denial(struct exchange *x, const struct address *agency, enum message_kind kind);

/* Whether AGENCY is suspended, by a directory that has ended too: whoever has its keys may speak for it. */
bool holds_is_suspended(struct exchange *x, const struct address *agency);
/* Why a message of KIND that came from the agency of ROW has to wait there: what it would answer or state, until its
 * key is confirmed, or while it is suspended; while it is, a withdrawal too, which stops at once all the same. What
 * gives us data does not. */
enum hold holds_keep_out(struct exchange *x, const struct peer_row *row, enum message_kind kind);
/* Whether the identity key of AGENCY is held: what it asked to be erased waits, stopped. */
MUST_USE bool holds_key_is_held(struct exchange *x, const struct address *agency, bool *held, struct error *err);

/* What the peer with this number answered last; HOLD_NONE: it took something. In memory; the reason of a refusal stands
 * with its message too. */
void holds_said(struct exchange *x, int64_t peer, enum hold hold);
/* LINK came up; RECALLS: its peer, and not this node, takes it for one that calls data back alone. With the first one
 * that is no such link all that waits goes before its time. */
void holds_linked(struct exchange *x, const struct link *link, bool recalls);
/* Whether the peer said last that it holds what this node sends, for its identity key is new there. */
bool holds_waits_there(struct exchange *x, int64_t peer);
/* At start: why what waits was refused last. Who was busy is asked again on the first link. */
MUST_USE bool holds_load(struct exchange *x, struct error *err);

/* The key of ROW, which is held, counts from now on: a person compared it; in the open transaction. */
MUST_USE bool holds_end_by_person(struct exchange *x, struct peer_row *row, struct error *err);

/* Compares the identity keys of the directory in use with those remembered, remembers new ones, and records changes, in
 * the open transaction. Called at start and for each new directory. */
MUST_USE bool holds_compare_keys(struct exchange *x, struct error *err);
/* The same of one member. The next end of a hold is looked for by holds_compare_keys alone: one has not begun here. */
struct peer;
MUST_USE bool holds_compare_key(struct exchange *x, const struct peer *p, struct error *err);
/* Ends the holds whose time is over by trusted time; each with a record. None while the clock is in doubt. */
MUST_USE bool holds_advance(struct exchange *x, struct error *err);
/* When holds_advance has something to do, by the steady clock; 0: nothing, or the clock is in doubt. */
int64_t holds_wake_ms(const struct exchange *x);

#endif
