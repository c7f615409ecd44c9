#ifndef EXCHANGE_ALIKES_H
#define EXCHANGE_ALIKES_H
/* Which cases seem to be of one person, and which file was imported before, without a name in the database.
 *
 * Floor: exchange. What two cases may share is compared as a mark: an HMAC under a key of this node. A case's marks are
 * stored sealed under its own key, so they go with it; 16 bits of each stand open, to be looked up (docs/SECURITY.md).
 */

#include "exchange/exchange.h"
#include "store/case_store.h"

struct alike_mark {
    uint32_t case_number; /* of the import */
    enum likeness likeness;
    struct hash mark;
};

/* The marks of an import: the first is that of the file, stored with its first case; behind it those of the cases, in
 * their order. The caller frees *OUT. */
MUST_USE bool alikes_mark(struct exchange *x, const struct case_import *ask, struct alike_mark **out, size_t *count,
                          struct error *err);
/* Calls back for each case of the import that seems to be here already or stands earlier in the import, once, with the
 * first likeness that was found; of a file that was imported before, for each case that is here of it. A phone number
 * alone makes no two of one import alike: families share one. */
MUST_USE bool alikes_find(struct exchange *x, const struct case_import *ask, const struct alike_mark *marks,
                          size_t count, exchange_on_imported_fn *on_found, void *cookie, struct error *err);
/* Stores a mark of a case, in the open transaction. */
MUST_USE bool alikes_put(struct exchange *x, const struct case_row *row, const struct alike_mark *m, struct error *err);

#endif
