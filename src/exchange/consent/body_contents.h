#ifndef EXCHANGE_BODY_CONTENTS_H
#define EXCHANGE_BODY_CONTENTS_H
/* Lists the sections and fields that a body or a case holds, which is what the consent rule is applied to.
 *
 * Floor: exchange. The gate, the inbox and referral_show all list them here, so that they apply the same rule.
 */

#include "base/arena.h"
#include "base/error.h"
#include "codec/referral_messages.h"
#include "model/outcome.h"

struct body_contents {
    section_set sections;
    uint32_t *fields; /* FIELD_REFs, strictly ascending */
    size_t field_count;
    outcome_set outcomes; /* that they say */
};

/* Makes *C empty, with room in ARENA for the fields of COUNT sections. */
void body_contents_init(struct body_contents *c, struct arena *arena, size_t count);
/* Adds a section's fields. Sections are added in ascending order. E-BYT-* where DATA is not that section. */
MUST_USE bool body_contents_add(struct body_contents *c, enum section section, struct view data, struct error *err);
/* Lists all of BODY; *OUT is in ARENA. E-BYT-*. */
MUST_USE bool body_contents_list(const struct body *body, struct arena *arena, struct body_contents *out,
                                 struct error *err);

#endif
