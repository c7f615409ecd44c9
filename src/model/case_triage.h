#ifndef MODEL_CASE_TRIAGE_H
#define MODEL_CASE_TRIAGE_H
/* The triage section of a case, as far as its other sections imply it, and what a case says of a person's age.
 *
 * Floor: model.
 */

#include "model/case.h"

/* Fills in fields of the triage section that are missing and follow from other sections, as of TODAY (unix day): adult
 * or child and age band from the birth date, gender, languages, coarse types of exploitation. Fields that are there
 * stay. */
void case_derive_triage(struct case_data *c, uint32_t today);

/* Whether the case says that she is an adult TODAY (unix day): by her birth date, or where there is none by what it
 * says else. Not where it says nothing, or that her age is disputed. */
bool case_says_adult(const struct case_data *c, uint32_t today);

#endif
