#ifndef REFEXD_CASE_PARTS_H
#define REFEXD_CASE_PARTS_H
/* Cases that come in parts, one frame each, until all are committed at once.
 *
 * Floor: refexd. What is kept here is personal data: it is wiped when the import ends, however it ends.
 */

#include "codec/control_codec.h"
#include "exchange/exchange.h"

struct case_parts {
    uint32_t number;   /* of the request; 0: none under way */
    struct bytes data; /* private: all pieces, one behind the other */
    struct case_part_place {
        uint32_t case_number;
        enum section section;
        size_t at;
        size_t size;
    } * places; /* private */
    size_t count;
    size_t room;
    struct case_parts_likeness {
        uint32_t case_number;
        enum likeness likeness;
        size_t at;
        size_t size;
    } * likenesses; /* private */
    size_t likeness_count;
    size_t likeness_room;
};

/* Keeps the pieces of PART for request NUMBER; what was kept for another is dropped. E-FIL-04 over BOUND_IMPORT bytes,
 * E-CTL-01 when they are not in ascending order. On failure nothing is kept any more. */
MUST_USE bool case_parts_add(struct case_parts *p, uint32_t number, const struct control_case_part *part,
                             struct error *err);
/* COUNT cases from what was kept for NUMBER, and what they may be like. case_parts_release frees the arrays; the views
 * in them live until case_parts_wipe. E-CTL-01 when a case is missing. */
MUST_USE bool case_parts_assemble(const struct case_parts *p, uint32_t number, uint32_t count, struct case_import *out,
                                  struct error *err);
void case_parts_release(struct case_import *i);
/* Wipes and frees what is kept. */
void case_parts_wipe(struct case_parts *p);

#endif
