#ifndef EXCHANGE_ENTRIES_INSIDE_H
#define EXCHANGE_ENTRIES_INSIDE_H
/* What the two halves of the entries share: entries.c has what is known of others, entry_own.c this agency's own.
 *
 * Floor: exchange, these two files only.
 */

#include "exchange/entries/entries.h"
#include "exchange/entries/entry_note.h"
#include "exchange/members/membership.h"

/* Their names in the store. Each note stands behind the key that signed it. */
#define ENTRY        "entry"
#define ENTRY_OTHER  "entry-other"  /* the second of one number */
#define ENTRY_OWN    "entry-sealed" /* what was set here, unsigned, sealed; its sequence 2: it hid since, else 1 */
#define ENTRY_CLEAR  "entry-own"    /* the same as it was stored before: in the clear */
#define ENTRY_OTHERS "entry-others" /* in our name, not made here */
#define ENTRY_SEEN   "entry-seen"   /* its sequence: the last of the others when a person set ours */

struct entries {
    struct entry_cache cache;
    struct bytes own;      /* what was set here, encoded; empty: nothing was, or it is not opened */
    struct error unopened; /* why it is not; code E_NONE: it is */
    bool is_clear;         /* it lies in the clear until the next tick */
    uint64_t others;       /* sequence of the last in our name that this node did not make; 0: none came */
    uint64_t seen;         /* of these, when ours was last set */
    bool hid;              /* since it was set the directory showed this agency as unlisted, and it is not for all */
    uint32_t answered_day; /* on which ours was signed again after such a one */
};

/* Stores NOTE, which the key of K signed, as WHAT, in the open transaction. */
MUST_USE bool entries_put_note(struct exchange *x, const char *what, const struct known_entry *k, struct view note,
                               struct error *err);
bool entries_is_own(const struct exchange *x, const struct address *agency);
/* Whether E may be known of AGENCY: an unlisted one hides where it is, and its number may lead there. */
bool entries_may_be_known(struct exchange *x, const struct address *agency, const struct agency_entry *e);

/* Reads what was set here. What does not open is told by entries_find_own. */
MUST_USE bool entries_load_own(struct exchange *x, struct error *err);
/* Stores what was set here sealed, where an earlier refex left it in the clear. */
MUST_USE bool entries_seal_own(struct exchange *x, struct error *err);
/* As entries_find, of this agency. */
MUST_USE bool entries_find_own(struct exchange *x, enum entry_known *known, uint64_t *sequence,
                               struct agency_entry *out, struct error *err);
/* Signs what other members are to read in our name, where that does not go round already. */
MUST_USE bool entries_show_own(struct exchange *x, struct error *err);
/* NOTE, which says R, came in our name. */
MUST_USE bool entries_take_own(struct exchange *x, const struct entry_read *r, struct view note, struct error *err);

#endif
