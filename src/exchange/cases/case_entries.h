#ifndef EXCHANGE_CASE_ENTRIES_H
#define EXCHANGE_CASE_ENTRIES_H
/* What people write down beside a case, and how it was before each change: sealed under the case's key.
 *
 * Floor: exchange.
 */

#include "codec/case_entry_messages.h"
#include "exchange/exchange.h"
#include "store/case_entry_store.h"
#include "store/case_store.h"

/* Adds one of who asks now, in the open transaction: its time and staff are set. What says by when a supervisor is to
 * see to it waits for that, a date for the day from which it is told. */
MUST_USE bool case_entries_add(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                               struct case_entry *entry, struct error *err);
/* The same of what somebody else wrote, then: its time and staff stay. */
MUST_USE bool case_entries_add_as_it_was(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                                         const struct case_entry *entry, struct error *err);
/* Entry NUMBER says this now, and waits for what it says. */
MUST_USE bool case_entries_change(struct exchange *x, const struct case_row *row, int64_t number,
                                  const struct case_entry *entry, struct error *err);
typedef bool case_entries_fn(void *cookie, int64_t number, enum case_entry_kind kind, const struct case_entry *entry,
                             struct error *err);
/* All of a case, oldest first, each opened for as long as ON_ENTRY runs, and wiped then. E-KEY-*, E-STO-04. */
MUST_USE bool case_entries_walk(struct exchange *x, const struct case_row *row, case_entries_fn *on_entry, void *cookie,
                                struct error *err);
/* The same of one kind. */
MUST_USE bool case_entries_walk_kind(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                                     case_entries_fn *on_entry, void *cookie, struct error *err);
/* The newest of one kind, if there is one; also while those of a kind are walked. */
MUST_USE bool case_entries_last(struct exchange *x, const struct case_row *row, enum case_entry_kind kind,
                                case_entries_fn *on_entry, void *cookie, struct error *err);
/* In steps, those whose kinds are bits of KINDS. STEP NULL: all. */
MUST_USE bool case_entries_list(struct exchange *x, const struct case_row *row, uint32_t kinds, struct walk_step *step,
                                case_entries_fn *on_entry, void *cookie, struct error *err);
/* The version of a case: 1, and one more for each change. */
MUST_USE bool case_entries_version(struct exchange *x, const struct case_row *row, uint32_t *version,
                                   struct error *err);
/* Of all cases, those of a kind whose day is past and that nobody saw to: *COUNT of them, *FIRST such unix day, 0 where
 * there is none. */
MUST_USE bool case_entries_late(struct exchange *x, enum case_entry_kind kind, uint64_t *count, uint32_t *first,
                                struct error *err);

#endif
