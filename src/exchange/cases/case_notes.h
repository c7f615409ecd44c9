#ifndef EXCHANGE_CASE_NOTES_H
#define EXCHANGE_CASE_NOTES_H
/* What people write down beside a case, for themselves and for their supervisor. Nothing of it leaves.
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_entry_store.h"
#include "store/db.h"

/* With a house record NOTED. E-CAS-20 no such case, E-CAS-25 its day is past or too far, E-STO-03 disk full. */
MUST_USE bool exchange_case_note(struct exchange *x, const struct control_case_note_ask *ask,
                                 struct control_case_note *out, struct error *err);
typedef bool exchange_on_note_fn(void *cookie, const struct control_case_note *n, struct error *err);
/* All of a case, oldest first, in steps, with a house record OPENED of the first one; each is opened for as long as
 * ON_NOTE runs, and wiped then. STEP NULL: all. E-CAS-20. */
MUST_USE bool exchange_case_notes(struct exchange *x, const struct control_case_notes_ask *ask, struct walk_step *step,
                                  exchange_on_note_fn *on_note, void *cookie, struct error *err);
/* A supervisor has seen to it; said again it changes nothing. E-CAS-20, E-CAS-26 there is none for him. */
MUST_USE bool exchange_case_done(struct exchange *x, const struct control_case_done_ask *ask,
                                 struct control_case_note *out, struct error *err);
typedef bool exchange_on_task_fn(void *cookie, const struct control_case_task *t, struct error *err);
/* Those that wait for a supervisor, of cases that who asks sees, the most urgent first. None is opened. */
MUST_USE bool exchange_case_tasks(struct exchange *x, exchange_on_task_fn *on_task, void *cookie, struct error *err);

#endif
