#ifndef EXCHANGE_ALIKES_H
#define EXCHANGE_ALIKES_H
/* Which cases seem to be of one person, and which file was imported before, without a name in the database.
 *
 * Floor: exchange. What two cases may share is compared as a mark: an HMAC under a key of this node. A case's marks are
 * stored sealed under its own key, so they go with it; 16 bits of each stand open, to be looked up (docs/SECURITY.md).
 */

#include "exchange/cases/case_calls.h"
#include "exchange/exchange.h"
#include "store/case_store.h"

struct alike_mark {
    uint32_t case_number; /* of the import */
    enum likeness likeness;
    struct hash mark;
};

/* The mark of a case, which no table holds: it goes into that of its file. Triage, which changes with the day, does not
 * count. */
MUST_USE bool alikes_mark_case(struct exchange *x, const struct case_sections *c, struct hash *out, struct error *err);
/* The mark of a file, which is stored with its first case. CASES: the marks of its cases, one behind the other. */
MUST_USE bool alikes_mark_file(struct exchange *x, uint64_t text_size, struct view cases, struct alike_mark *out,
                               struct error *err);
MUST_USE bool alikes_mark_likeness(struct exchange *x, const struct control_case_likeness *l, struct alike_mark *out,
                                   struct error *err);
/* The newest case that was stored with the mark, of those that who asks sees. */
MUST_USE bool alikes_find_stored(struct exchange *x, const struct alike_mark *m, struct case_row *out, bool *found,
                                 struct error *err);

/* Whether a case seems to be of the person of ROW that its holder, or who asks where nobody holds it, does not see: the
 * newest goes into the house log, for he was told of nobody, and supervisors are. What does not open is passed over. */
MUST_USE bool alikes_record_of_others(struct exchange *x, const struct case_row *row, struct error *err);
/* The marks of a case that changed are made anew. *ALIKE is set to another case that seems to be of that person, of
 * those that who asks sees. */
MUST_USE bool alikes_renew(struct exchange *x, const struct case_row *row,
                           const struct control_case_likeness *likenesses, size_t count, struct ident *alike,
                           struct error *err);

/* What was seen so far of an import. */
struct alikes_seen;
struct alikes_seen *alikes_seen_new(size_t marks); /* that will be looked for, at most */
void alikes_seen_free(struct alikes_seen *seen);
/* Whether the case of M seems to be here already, or stands earlier in the import: then *OUT says which. A phone number
 * alone makes no two of one import alike: families share one. M must live as long as SEEN. */
MUST_USE bool alikes_find(struct exchange *x, struct alikes_seen *seen, const struct alike_mark *m,
                          struct control_case_added *out, bool *found, struct error *err);
/* Stores a mark of a case, in the open transaction. */
MUST_USE bool alikes_put(struct exchange *x, const struct case_row *row, const struct alike_mark *m, struct error *err);

#endif
