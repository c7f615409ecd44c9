#ifndef DEMO_QUERY_H
#define DEMO_QUERY_H
/* What nodes answer to queries: what they hold, and what their logs record.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

/* What an agency holds of what others sent it. */
struct demo_holdings {
    size_t referrals;
    section_set readable; /* sections that can be opened now */
    section_set erased;   /* sections whose consent was withdrawn */
};
/* ALL (may be NULL) gets every answer as it came. */
MUST_USE bool demo_query_holdings(struct demo *d, enum demo_index agency, struct demo_holdings *out, struct bytes *all,
                                  struct error *err);
/* The sections of his case at Lantern, which holds it as its own. */
MUST_USE bool demo_query_case(struct demo *d, section_set *out, struct error *err);
/* Counts the records of KIND in AGENCY's exchange log with MESSAGE_KIND (NULL: any) and PEER (NULL: any). *FIRST and
 * MESSAGE (may be NULL) are the index of the first and the id of its message. */
MUST_USE bool demo_query_records(struct demo *d, enum demo_index agency, const char *kind, const char *peer,
                                 const char *message_kind, size_t *count, uint64_t *first, char message[IDENT_TEXT],
                                 struct error *err);

#endif
