#ifndef EXCHANGE_DATE_REMINDERS_H
#define EXCHANGE_DATE_REMINDERS_H
/* Dates of cases that are near, or past: told once each, to who holds the case, and listed until somebody says what
 * came of them.
 *
 * Floor: exchange. What was told stands sealed with the date, so that no start and no undone tick tells it twice.
 * Nothing is told of a case that is closed.
 */

#include "exchange/exchange.h"
#include "model/case_date.h"
#include "store/case_store.h"

struct date_reminders *date_reminders_new(void);
/* A new day, or a date was said: all that are near are looked at again. */
void date_reminders_look(struct exchange *x);
/* Tells what has become near or past since, some a tick. */
MUST_USE bool date_reminders_advance(struct exchange *x, struct error *err);

struct near_date {
    struct ident case_id;
    int64_t holder; /* of the case, as in its row … */
    int64_t desk;   /* … as this */
    enum date_kind kind;
    uint32_t until;
    bool is_past;
};
typedef bool exchange_near_date_fn(void *cookie, const struct near_date *d, struct error *err);
/* Those that are near or past, of cases that who asks sees. STEP NULL: as a whole, BOUND_LATE of them; none of a node
 * that is stopped, where they are sealed. What does not open is not told. */
MUST_USE bool exchange_date_list(struct exchange *x, struct walk_step *step, exchange_near_date_fn *on_date,
                                 void *cookie, struct error *err);

#endif
