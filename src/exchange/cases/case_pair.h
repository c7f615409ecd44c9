#ifndef EXCHANGE_CASE_PAIR_H
#define EXCHANGE_CASE_PAIR_H
/* Two cases between which something passes: opened, changed and written together.
 *
 * Floor: exchange, for case_merge.c and case_move.c.
 */

#include "exchange/cases/case_version.h"

struct case_side {
    struct case_row row;
    struct case_sections before;
    struct case_sections after;
    uint32_t version; /* that it has */
};

struct case_pair {
    struct exchange *x;
    struct case_side to;
    struct case_side from;
    uint32_t *fields; /* that pass, ascending: room for CONSENT_FIELDS */
    size_t field_count;
    uint32_t *differing; /* the same of what both have, and not the same */
    size_t differing_count;
};

/* Finds and opens both, for who asks. E-CAS-20, E-USE-03 they are one. */
MUST_USE bool case_pair_open(struct exchange *x, const struct ident *to, const struct ident *from,
                             struct case_pair *out, struct error *err);
/* E-MRG-06 one of them is closed, or is to be deleted: what comes into it is lost with it, and what goes out of it is
 * kept although she was told that it would not be. */
MUST_USE bool case_pair_check_open(const struct case_pair *p, struct error *err);
/* Of section S the fields REFS come into TO. */
MUST_USE bool case_pair_join(struct case_pair *p, enum section s, const uint32_t *refs, size_t count,
                             struct error *err);
/* Of section S of SIDE the fields REFS are no more. */
MUST_USE bool case_pair_drop(struct case_pair *p, struct case_side *side, enum section s, const uint32_t *refs,
                             size_t count, struct error *err);
/* Whether both may be kept so: before anything of either is written. E-CAS-*. */
MUST_USE bool case_pair_check_left(const struct case_pair *p, struct error *err);
/* SIDE gets a version if its sections changed, HOW beside the other case, with a house record. */
MUST_USE bool case_pair_write(struct case_pair *p, struct case_side *side, enum case_moving how, enum house_what what,
                              struct error *err);
/* The fields that pass leave TO under consents recorded from now on. */
MUST_USE bool case_pair_note_came(struct case_pair *p, enum case_moving how, struct error *err);
void case_pair_tell(const struct case_pair *p, struct control_case_moved *out);

#endif
