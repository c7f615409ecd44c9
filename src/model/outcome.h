#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H
/* What became of a person, as fields of her case say it: which of them need more than a grant of their section.
 *
 * Floor: model. Rows: outcomes.def. The rule itself is that of consent_covers.
 */

#include "model/section.h"

enum outcome_of_person {
#define OUTCOME_ROW(id, section, field, value, needs) PERSON_##id,
#include "model/outcomes.def"
    PERSON_OUTCOMES
};

/* A set of these: bit n is outcome n. */
typedef uint32_t outcome_set;
#define OUTCOME_BIT(o) (UINT32_C(1) << (o))

/* Where it stands what became of her: what the agency that was asked may say back of her. */
#define OUTCOME_SECTIONS                                                                                               \
    (SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_PLAN) | SECTION_BIT(SECTION_RETURN) |                           \
     SECTION_BIT(SECTION_NOT_TRAFFICKED))

struct outcome_row {
    enum section section;
    uint32_t ref; /* FIELD_REF */
    uint32_t value;
    enum section needs;
};

extern const struct outcome_row outcome_rows[PERSON_OUTCOMES];

/* Whether a field of section S can say one. */
bool outcome_may_be_in(enum section s);
/* What the field REF says with this value; 0: nothing that more is needed for. */
outcome_set outcome_said(uint32_t ref, uint64_t value);

#endif
