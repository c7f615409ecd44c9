#ifndef EXCHANGE_AGENCY_CALLS_H
#define EXCHANGE_AGENCY_CALLS_H
/* What people ask and say about the other agencies (federation.c, holds.c), and about this machine's clock
 * (clock_doubt.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

typedef bool exchange_on_agency_fn(void *cookie, const struct control_agency *a, struct error *err);
MUST_USE bool exchange_agency_list(struct exchange *x, exchange_on_agency_fn *on_item, void *cookie, struct error *err);
/* A person compared the FINGERPRINT (docs/PROTOCOL.md 11) of AGENCY's identity key with the agency: a key that is held
 * counts from now on, with a record. Where it counts already (*CHANGED false) the record says that it was compared;
 * *HELD_THERE: that agency holds what this one sends, for ours is new there. E-USE-04, E-FED-25, E-FED-28, E-FED-40 the
 * directory lists another key. */
MUST_USE bool exchange_agency_confirm(struct exchange *x, const struct address *agency, struct view fingerprint,
                                      bool *changed, bool *held_there, struct error *err);
/* This agency states that AGENCY is to be suspended for 72 hours (docs/PROTOCOL.md 10): signed, recorded with who asked
 * and sent to all members. Nothing more where it has stated so, and that counts. E-RVK-06, -07, -10, -11. */
MUST_USE bool exchange_agency_suspend(struct exchange *x, const struct address *agency,
                                      struct control_agency_suspended *out, struct error *err);
/* A person says that this machine's clock is right: a record CLOCK, and trusted time runs from it, also where that is
 * earlier than before. Nothing where it agrees with trusted time by BOUND_CLOCKS_MS: *CHANGED. */
MUST_USE bool exchange_clock_confirm(struct exchange *x, bool *changed, struct error *err);
/* Checks a newer directory NOTE and takes it into use; *SEQUENCE is its number. E-FED-2x. */
MUST_USE bool exchange_take_directory(struct exchange *x, struct view note, uint64_t *sequence, struct error *err);

/* The same, or a suspension (E-RVK-05 to E-RVK-11). */
MUST_USE bool exchange_take_offered(struct exchange *x, struct view note, uint64_t *sequence, struct error *err);

/* What this machine's clock shows and what peers say of it. OUT->changed is exchange_clock_confirm's to say. */
MUST_USE bool exchange_clock_show(struct exchange *x, struct control_clock *out, struct error *err);

/* AGENCY cannot say what was withdrawn since this home was put back (restored_asks.h): a person has asked it otherwise,
 * and says so; recorded in the house log. E-RST-07: it is not awaited. */
MUST_USE bool exchange_restored_without(struct exchange *x, const struct address *agency, struct error *err);
/* Whether it may be moved at all, as own_note_may_sign; *MOVED: it was, and only its parts are to be made. */
MUST_USE bool exchange_may_move(struct exchange *x, bool *moved, struct error *err);
/* This home signs nothing from now on: it is moved to another machine. Once more does nothing. As own_note_may_sign. */
MUST_USE bool exchange_mark_moved(struct exchange *x, struct error *err);
/* Calls ON_GAP for each message that this agency sent behind the copy, by the word of the agency that has it, and for
 * each agency that has not said yet what it has. E-RST-01: nobody was asked yet. */
typedef bool exchange_on_gap_fn(void *cookie, const struct control_node_gap *line, struct error *err);
MUST_USE bool exchange_gaps(struct exchange *x, exchange_on_gap_fn *on_gap, void *cookie, struct error *err);
/* A person has looked after those that AGENCY has: they are listed no more, which the house log has. E-RST-15. */
MUST_USE bool exchange_gaps_seen(struct exchange *x, const struct address *agency, struct error *err);
/* E-RST-06 while some agency is awaited: nothing of a case is to be read or sent; E-RST-01, E-RST-11. */
MUST_USE bool exchange_restored_ready(const struct exchange *x, struct error *err);

#endif
