#ifndef EXCHANGE_CASE_CAME_H
#define EXCHANGE_CASE_CAME_H
/* What came into a case from another, by merge or move: it leaves under a consent that was recorded since, and under no
 * earlier one, for she agreed to that before it was here.
 *
 * Floor: exchange. Asked by consent_gate.c. Which fields they are lies sealed beside the case (case_entries.h).
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

struct case_came {
    struct came_field *fields; /* in the tick's arena */
    size_t count;
};

/* Of the case with this number; 0: none. E-KEY-21 it is not known for now, other E-KEY-* it does not open: then nothing
 * of the case leaves. */
MUST_USE bool case_came_read(struct exchange *x, int64_t case_number, struct case_came *out, struct error *err);
/* Whether FIELD came after the consent whose record has this index. */
bool case_came_later(const struct case_came *c, uint32_t field, uint64_t record_index);
/* Adds to LEFT_OUT, of COUNT fields, those of FIELDS that came later; both ascend, and LEFT_OUT has room for all of
 * FIELDS. Returns how many it has then. */
size_t case_came_leave_out(const struct case_came *c, uint64_t record_index, const uint32_t *fields, size_t field_count,
                           uint32_t *left_out, size_t count);

#endif
