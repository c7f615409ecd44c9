#ifndef EXCHANGE_CASE_ENDING_H
#define EXCHANGE_CASE_ENDING_H
/* A case is closed, with the day from which it is deleted, or open again: said by its holder or a supervisor.
 *
 * Floor: exchange. Why it was closed is an outcome of hers: it lies sealed under the case's key and in no record.
 */

#include "codec/case_entry_messages.h"
#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/case_end_store.h"
#include "store/case_store.h"

#define CASE_NOTICE_DAYS 30 /* that a case is to be deleted is told as long before */

/* With a house record CASE_END. Closed again for the same reason nothing changes. E-CAS-20, E-END-02 it is closed for
 * another, E-CTL-09 who asks is neither its holder nor a supervisor, E-STO-03. */
MUST_USE bool exchange_case_close(struct exchange *x, const struct control_case_close_ask *ask,
                                  struct control_case_life *out, struct error *err);
/* It is as before it was closed; of one that is open nothing changes. E-CAS-20, E-CTL-09. */
MUST_USE bool exchange_case_reopen(struct exchange *x, const struct ident *id, struct control_case_life *out,
                                   struct error *err);
/* What is said of it, on which basis it is kept, and its dates that stand. E-CAS-20, E-KEY-*. */
MUST_USE bool exchange_case_life(struct exchange *x, const struct ident *id, struct control_case_life *out,
                                 struct error *err);

/* E-END-01 it is closed. */
MUST_USE bool case_ending_takes_referral(struct exchange *x, const struct case_row *row, struct error *err);
MUST_USE bool case_ending_is_closed(struct exchange *x, const struct case_row *row, bool *is, struct error *err);
/* What is said of its end; zeros: nothing. It is authenticated with the case, whatever stands in the columns. E-KEY-*,
 * E-STO-04. */
MUST_USE bool case_ending_read(struct exchange *x, const struct case_row *row, struct case_end *out, struct error *err);
/* E says so from now on, in the open transaction. */
MUST_USE bool case_ending_write(struct exchange *x, const struct case_row *row, const struct case_end *e,
                                struct error *err);
/* Whether who asks says what becomes of it: its holder, or a supervisor. E-CTL-09. */
MUST_USE bool case_ending_check_asker(const struct exchange *x, const struct case_row *row, struct error *err);
/* Whether it is said of one case of the person alone, and not of those that were merged into it. */
bool case_ending_is_of_one_case(enum delete_reason reason);
/* What is said of it, and what there is of it and of those that were merged into it; what *OUT points to lives until
 * the tick ends. */
MUST_USE bool case_ending_fill(struct exchange *x, const struct case_row *row, struct control_case_life *out,
                               struct error *err);
/* MERGED: with what there is of those. */
MUST_USE bool case_ending_fill_with(struct exchange *x, const struct case_row *row, bool merged,
                                    struct control_case_life *out, struct error *err);
/* A house record CASE_END, in the open transaction. */
MUST_USE bool case_ending_record(struct exchange *x, const struct case_row *row, enum case_step what, uint32_t from,
                                 enum delete_reason reason, struct error *err);

#endif
