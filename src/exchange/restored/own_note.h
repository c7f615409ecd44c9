#ifndef EXCHANGE_OWN_NOTE_H
#define EXCHANGE_OWN_NOTE_H
/* What other agencies show of our own log. A checkpoint with our signature that our log does not hold says that another
 * copy of this node signs, or did before this one was put back: then this node signs nothing more, and says so. A
 * person decides which copy goes on.
 *
 * Why else a home signs nothing: enum own_stop.
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"

struct db;

/* Why this home signs nothing in the exchange log; where several hold, the first. */
enum own_stop {
    OWN_SIGNS,
    OWN_KEYS_WAIT, /* E-RST-18: it is marked as put back, with new keys for which it has no membership yet */
    OWN_RESTORED,  /* E-RST-01: it is marked as put back (exchange_mark_restored), until its logs begin anew */
    OWN_MOVED,     /* E-RST-11: it was moved to another machine */
    OWN_OVER,      /* E-RST-03: the directory says that its logs began anew, and they did so in another home */
    OWN_SUCCEEDED, /* E-KEY-25: its identity key signed for another, which is listed, and is not here */
    OWN_COPY,      /* E-LOG-27: another copy of it signs, or did before this one was put back */
};

/* Makes x->own_note: reads at start whether this node has stopped signing. */
MUST_USE bool own_note_load(struct exchange *x, struct error *err);
/* The size of a checkpoint of ours that our log does not hold, and who showed it; 0: none is known. */
uint64_t own_note_beyond(const struct exchange *x);
const struct address *own_note_seen_by(const struct exchange *x);
/* The size of NOTE, shown by AGENCY, if it is of our exchange log, of this incarnation, signed by our key, and our log
 * holds it; else 0. One that is all that and that our log does not hold ends signing. */
MUST_USE bool own_note_check(struct exchange *x, const struct address *agency, struct view note, uint64_t *size,
                             struct error *err);
/* When this home was marked as put back and has not begun anew; 0: it is not. */
int64_t own_note_restored_ms(const struct exchange *x);
/* The fingerprint of the key that a marked home has in place of one that may be in other hands, and for which it has no
 * membership yet; NULL: it has none. */
const struct hash *own_note_new_key(const struct exchange *x);
/* When this home was moved to another machine, for good or until it is marked as put back itself; 0: it was not. Move
 * says so, in the open transaction: what is in the log then is all that it will have. */
int64_t own_note_moved_ms(const struct exchange *x);
MUST_USE bool own_note_move(struct exchange *x, struct error *err);
/* Whether the directory in use says that this agency's log began anew, and this home's did not. */
bool own_note_is_over(const struct exchange *x);
enum own_stop own_note_why(const struct exchange *x);
bool own_note_stopped(const struct exchange *x);
/* False, with the code of own_note_why: nothing is recorded in the exchange log any more. To be asked before anything
 * is written. */
MUST_USE bool own_note_may_sign(const struct exchange *x, struct error *err);

/* --- without a node, in DB --- */

/* The home is marked as put back at NOW_MS; 0: it is not any more, and what was shown of the log that is over is
 * forgotten. In the open transaction. */
MUST_USE bool own_note_mark(struct db *db, int64_t now_ms, struct error *err);
/* Sets *MS to when it was marked; 0: it is not. */
MUST_USE bool own_note_marked(struct db *db, int64_t *ms, struct error *err);
/* The largest checkpoint of our log that was shown and that the log does not hold, appended to *NOTE, with its size and
 * who showed it; size 0: none. */
MUST_USE bool own_note_shown(struct db *db, struct bytes *note, uint64_t *size, struct address *by, struct error *err);

#endif
