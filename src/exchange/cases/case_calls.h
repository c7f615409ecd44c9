#ifndef EXCHANGE_CASE_CALLS_H
#define EXCHANGE_CASE_CALLS_H
/* What people do with cases: import, list, show (case_import.c, casebook.c).
 *
 * Floor: exchange.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

/* A case on its way in or, opened, on its way to a person. */
struct case_sections {
    struct view sections[SECTION_END]; /* encoded by case_codec; empty: none */
    /* Of one that was opened: */
    uint32_t version;                         /* 1, and one more for each change */
    const struct control_case_linked *linked; /* that who asks may know of */
    size_t linked_count;
};
struct case_import {
    const struct case_sections *cases;              /* COMMIT.count of them */
    const struct control_case_likeness *likenesses; /* in the order of the cases */
    size_t likeness_count;
    struct control_case_commit commit; /* with a text size: another text is another file */
};
/* One for each case that was added; or, where some seem to be here already, one for each of those. */
typedef bool exchange_on_imported_fn(void *cookie, const struct control_case_added *i, struct error *err);
/* An import on its way: all cases are added or none, in steps over several ticks, while other work goes on. No case is
 * found by anybody before all are there.
 *
 *   begin ── step, until there is no more ── end
 *
 * Ended before it is decided, or because the node ends, it leaves nothing; once it is (exchange_import_stands) the node
 * finishes it, also after a start. One is at work at a time: the next waits. */
struct importing;
/* ASK is copied, the cases and likenesses in it are borrowed until exchange_import_stands or the end. E-USE-04. */
MUST_USE bool exchange_import_begin(struct exchange *x, const struct case_import *ask, struct importing **out,
                                    struct error *err);
/* Checks strictly, seals, stores, at last answers: STEP->limit rows, marks or answers; UINT32_MAX: all in this one, if
 * no other is at work. STEP->more: once more. E-CAS-2x, E-IMP-06 the request id was used for another import, E-STO-03
 * disk full; after a failure it is to be ended. */
MUST_USE bool exchange_import_step(struct importing *m, struct walk_step *step, exchange_on_imported_fn *on_imported,
                                   void *cookie, struct error *err);
/* Whether the next step can do nothing before the next tick, or before another import has ended. */
bool exchange_import_waits(const struct importing *m);
/* Whether it is decided: the node finishes it, and who asks for it is only to be answered. */
bool exchange_import_is_decided(const struct importing *m);
/* Whether it is decided and on the disk: a tick that is undone takes nothing of it back. */
bool exchange_import_stands(const struct importing *m);
/* Nobody asks for it any more. NULL is fine. */
void exchange_import_end(struct importing *m);
typedef bool exchange_on_case_fn(void *cookie, const struct control_case_summary *c, struct error *err);
/* Those that who asks may see: all, his own, or what nobody holds. */
MUST_USE bool exchange_case_list(struct exchange *x, const struct control_case_list_ask *ask, struct walk_step *step,
                                 exchange_on_case_fn *on_item, void *cookie, struct error *err);
/* Opens the sections of a case for a person, with a house record OPENED. Views in *OUT live until the tick ends, then
 * they are wiped. E-CAS-20 no such case, E-NOD-21 read only. */
MUST_USE bool exchange_case_show(struct exchange *x, const struct ident *id, struct case_sections *out,
                                 struct error *err);

#endif
