#ifndef EXCHANGE_CASE_MOVE_H
#define EXCHANGE_CASE_MOVE_H
/* What was written into the wrong case is put into the right one.
 *
 * Floor: exchange. What came leaves under consents that are recorded since (case_came.h).
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"

/* With house records MOVED of either. A note keeps its time and who wrote it. E-CAS-20, E-MRG-01 it is not there,
 * E-MRG-02 the other case has the field, and not the same in it, E-MRG-03, E-USE-03, E-CAS-2x, E-STO-03. */
MUST_USE bool exchange_case_move(struct exchange *x, const struct control_case_move_ask *ask,
                                 struct control_case_moved *out, struct error *err);

#endif
