#ifndef EXCHANGE_EXCLUSION_LOOK_H
#define EXCHANGE_EXCLUSION_LOOK_H
/* A look for somebody among those who are kept from a case.
 *
 * Floor: exchange, for exclusions.c. A row that does not open for good is noted; one that may open later fails
 * with E-KEY-21.
 */

#include "codec/staff_messages.h"
#include "exchange/exchange.h"
#include "exchange/vault.h"
#include "store/case_store.h"

struct exclusion_look {
    struct exchange *x;
    const struct case_row *row;
    const struct ident *staff; /* who, or which agency, is looked for … */
    uint32_t uid;
    bool has_uid; /* else he has left, or his entry does not open */
    struct view agency;
    int64_t found; /* … number of that row; 0: none */
    bool unread;   /* one does not open for good */
    size_t count;
    bool (*on_item)(struct exclusion_look *l, const struct case_never *n, struct error *err); /* NULL: none */
    void *cookie;
};

/* For the member of the staff with this id, who may have left. */
struct exclusion_look exclusion_look_for_staff(struct exchange *x, const struct case_row *row,
                                               const struct ident *staff);
/* Through the rows of the case. */
MUST_USE bool exclusion_look_at_case(struct exclusion_look *l, struct error *err);
/* And of those that took its place: cases that were merged are of one person. OWN: its own rows count. */
MUST_USE bool exclusion_look_at_person(struct exclusion_look *l, bool own, struct error *err);
/* Where a row of it lies. */
struct cell exclusion_look_cell(const struct case_row *row, int64_t number);

#endif
