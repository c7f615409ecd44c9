#ifndef REFEXD_CASE_PARTS_H
#define REFEXD_CASE_PARTS_H
/* Cases that come in parts, one frame each, until all are committed at once.
 *
 * Floor: refexd. What is kept here is personal data: it is wiped when the import ends, however it ends.
 */

#include "codec/control_codec.h"
#include "exchange/cases/case_calls.h"
#include "exchange/exchange.h"

struct case_parts {
    uint32_t number;       /* of the request; 0: none under way */
    struct bytes *buffers; /* private: of each part, one behind the other */
    size_t buffer_count;
    size_t size; /* of all */
    struct case_part_place {
        uint32_t case_number;
        enum section section;
        struct view data;
    } * places; /* private */
    size_t count;
    size_t room;
    struct control_case_likeness *likenesses; /* private */
    size_t likeness_count;
    size_t likeness_room;
    struct case_sections *cases; /* private: put together; NULL: not yet */
    struct importing *importing; /* they are being added; NULL: not yet. Its owner's to set */
};

/* Keeps the pieces of PART for request NUMBER; what was kept for another is dropped. E-FIL-04 over BOUND_IMPORT bytes,
 * E-CTL-01 when they are not in ascending order. On failure nothing is kept any more. */
MUST_USE bool case_parts_add(struct case_parts *p, uint32_t number, const struct control_case_part *part,
                             struct error *err);
/* The cases that COMMIT counts from what was kept for NUMBER, and what they may be like. *OUT lives until the next part
 * comes, or case_parts_wipe_cases. E-CTL-01 when a case is missing. */
MUST_USE bool case_parts_assemble(struct case_parts *p, uint32_t number, const struct control_case_commit *commit,
                                  struct case_import *out, struct error *err);
/* Wipes and frees what is kept of the cases. */
void case_parts_wipe_cases(struct case_parts *p);
/* The same, and ends the import. */
void case_parts_wipe(struct case_parts *p);

#endif
