#ifndef EXCHANGE_TICK_H
#define EXCHANGE_TICK_H
/* What the parts of a node use of a tick: transaction, arena, opened values, frames to send after the commit.
 *
 * Floor: exchange; included by no other room. A tick is one commit cycle (docs/ARCHITECTURE.md 4): the first write
 * begins it, exchange_tick (exchange_tick.c) commits and ends it.
 */

#include "exchange/exchange.h"

/* Begins the tick's transaction if it is not open yet. E-NOD-21 read only. */
MUST_USE bool tick_begin(struct exchange *x, struct error *err);
/* Whether nothing is written for now: the disk was found full. */
bool tick_is_full(const struct exchange *x);

/* That, or what exchange_follow does comes first. */
bool tick_waits(const struct exchange *x);

/* The time, by purpose (trusted_time.h); no part of a node reads a clock. */
/* Sending and reading end by it: the later of wall clock and trusted time. */
int64_t tick_closing_ms(const struct exchange *x);
uint32_t tick_closing_day(const struct exchange *x);
/* What is expired, destroyed or erased by its date is so by this day, on which both agree. False: the clock is in
 * doubt, and nothing is. */
MUST_USE bool tick_destroying_day(const struct exchange *x, uint32_t *day);
/* Today by what people see and by trusted time: the earlier and the later of both days. False: the two times are more
 * than a day apart, so a last day that is counted from today may be meant otherwise. */
MUST_USE bool tick_both_days(const struct exchange *x, uint32_t *earlier, uint32_t *later);
/* For what is written down: that of a record made now. */
int64_t tick_record_ms(const struct exchange *x);
uint32_t tick_record_day(const struct exchange *x);
/* The latest that it may be now. A clock in doubt is right where the machine was off for days; what it adds is bounded,
 * or one that is a year ahead would put off by a year what is to be erased, or ended. */
int64_t tick_latest_ms(const struct exchange *x);
uint32_t tick_latest_day(const struct exchange *x);
/* The last day of a message that is made now: of one made after weeks off the clock in doubt may tell the true day. */
uint32_t tick_message_expiry(const struct exchange *x);
/* The latest expiry of an envelope that is sealed now: its recipient takes it whether the clock in doubt or trusted
 * time is right, unless they are further apart than an envelope lasts; then it is the clock's day. */
uint32_t tick_envelope_expiry(const struct exchange *x);
/* For pauses in memory; times of waking are by it. */
int64_t tick_steady_ms(const struct exchange *x);
/* When the steady clock will show that the closing time is MS, that trusted time is, and that the time of records is,
 * which stands still where the wall clock was set back by less than a day. */
int64_t tick_steady_at_closing(const struct exchange *x, int64_t ms);
int64_t tick_steady_at_trusted(const struct exchange *x, int64_t ms);
int64_t tick_steady_at_record(const struct exchange *x, int64_t ms);
bool tick_clock_in_doubt(const struct exchange *x);
bool tick_clock_is_off(const struct exchange *x);
/* Whether a pause of PAUSE_MS that was stored to end when the closing time is UNTIL_MS is over. One that would last
 * longer than it was made for was stored by a clock that was ahead then. */
bool tick_pause_is_over(const struct exchange *x, int64_t until_ms, int64_t pause_ms);

/* The disk did not give a key, or did not take what overwrites one: what waits for it is looked at again in a minute,
 * and status names it until then. */
void tick_read_again(struct exchange *x);
#define READ_AGAIN_MS 60000

/* A new buffer for opened personal data: wiped and freed when the tick ends. */
struct bytes *tick_plain(struct exchange *x);
/* In the home: BOUND_RESERVE bytes of the disk that are given up when it is nearly full. */
#define RESERVE_FILE "reserve"

/* E-STO-03 when the disk is nearly full. To be called before anything is written. */
MUST_USE bool tick_has_room(struct exchange *x, struct error *err);
/* The same for what peers bring: the last part of the disk is for what people here do. E-STO-03. */
MUST_USE bool tick_has_room_for_peers(struct exchange *x, struct error *err);
/* Every call that writes takes a mark first and ends with tick_call_end, which returns OK. If the call failed and the
 * database has changed since MARK, the transaction holds half of something: exchange_tick will then fail instead of
 * committing it. Not for a failure of fault FAULT_DENIED, whose record is meant to be committed. */
uint64_t tick_call_begin(const struct exchange *x);
bool tick_call_end(struct exchange *x, uint64_t mark, bool ok, const struct error *err);
/* The tick must not commit, because of WHY: the first one counts. */
void tick_fail(struct exchange *x, const struct error *why);
/* Asks for another tick at once after this one. */
void tick_again(struct exchange *x);
/* The same, which does the day's work once more. */
void tick_day_again(struct exchange *x);
/* The only way to send a frame: at once in the committed step; before it, PAYLOAD is copied and sent there. */
void tick_send(struct exchange *x, uint64_t link, uint16_t kind, struct view payload);
/* The only way to close a link: after the commit. WHY is a constant, for the log. */
void tick_hang_up(struct exchange *x, uint64_t link, const char *why);
/* The daily work is done again. */
void tick_new_day(struct exchange *x);
/* The buffer for the frame that is made next, emptied. */
struct bytes *tick_frame(struct exchange *x);
/* refex-link is told after the commit who is a member. */
void tick_members_changed(struct exchange *x);
/* Links that an undone tick closed are closed all the same: OUT is what says which, and why. */
void tick_save_hang_ups(const struct exchange *x, struct bytes *out);
void tick_restore_hang_ups(struct exchange *x, struct view saved);
/* Sends the frames that wait for the committed step. */
void tick_send_pending(struct exchange *x);
/* Rolls back and reads all that is in memory anew, as at a start, but for the links, which stand: exchange.c. */
MUST_USE bool exchange_undo(struct exchange *x, struct error *err);
/* What is stored follows the log, and a directory that came while the node was off. At a start, in its first tick;
 * again where a tick was undone, for it may have been that one. */
MUST_USE bool exchange_follow(struct exchange *x, struct error *err);
/* *ERR came from reading what this node has stored: where it would blame a peer or the federation, it is E-STO-04
 * instead. Always false. */
bool exchange_blame_disk(struct error *err);
/* Wipes opened values, empties the tick's lists and its arena. */
void tick_end(struct exchange *x);

#endif
