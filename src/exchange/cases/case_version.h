#ifndef EXCHANGE_CASE_VERSION_H
#define EXCHANGE_CASE_VERSION_H
/* A case gets a version: its sections are written, and how they were stays with it.
 *
 * Floor: exchange.
 */

#include "codec/case_entry_messages.h"
#include "exchange/cases/case_calls.h"
#include "store/case_store.h"

struct case_version {
    const struct case_row *row;
    const struct case_sections *before;
    const struct case_sections *after;
    struct case_entry entry; /* its version, and who told it or where it came from; what it was before is filled in */
};

/* Which of its sections differ. */
section_set case_version_changes(const struct case_version *v);
/* In the open transaction. Nothing where no section differs. */
MUST_USE bool case_version_write(struct exchange *x, const struct case_version *v, struct error *err);

#endif
