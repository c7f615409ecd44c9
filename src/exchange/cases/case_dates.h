#ifndef EXCHANGE_CASE_DATES_H
#define EXCHANGE_CASE_DATES_H
/* Days that are kept beside a case (model/case_date.h): of each kind the newest counts, and how it was stays.
 *
 * Floor: exchange. Kind and day lie sealed under the case's key; date_reminders.h tells them when they are near.
 */

#include "codec/case_entry_messages.h"
#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "model/case_date.h"
#include "store/case_store.h"

typedef bool exchange_on_date_fn(void *cookie, const struct control_case_date *d, struct error *err);
/* What is said now, by its holder or a supervisor, with a house record; said again it changes nothing. Nothing said:
 * all of the case, oldest first, in steps, with a house record OPENED of the first one. STEP NULL: all. E-CAS-20,
 * E-CAS-31 the day is past or too far, E-CAS-32 there is none that could end, E-CTL-09, E-END-09 the case is closed,
 * E-MRG-03, E-USE-02, E-STO-03. */
MUST_USE bool exchange_case_date(struct exchange *x, const struct control_case_date_ask *ask, struct walk_step *step,
                                 exchange_on_date_fn *on_date, void *cookie, struct error *err);

/* The newest of each kind. */
struct case_dates {
    struct case_date {
        int64_t number; /* of its entry; 0: none was said */
        struct case_entry said;
        uint32_t since; /* unix day on which this kind was first said since one was ended */
    } of[DATE_KIND_END];
};
MUST_USE bool case_dates_read(struct exchange *x, const struct case_row *row, struct case_dates *out,
                              struct error *err);
/* Whether one of them stands. */
bool case_date_stands(const struct case_date *d);
/* Those that stand, of this case and of those that were merged into it, as far as who asks sees them. */
MUST_USE bool case_dates_fill(struct exchange *x, const struct case_row *row, struct control_case_life *out,
                              struct error *err);

#endif
