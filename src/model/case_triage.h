#ifndef MODEL_CASE_TRIAGE_H
#define MODEL_CASE_TRIAGE_H
/* The triage section of a case, as far as its other sections imply it.
 *
 * Floor: model.
 */

#include "model/case.h"

/* Fills what the triage section lacks and the other sections say, as of TODAY (unix day): adult or child and age band
 * from the birth date, gender, languages, coarse types of exploitation. What is there stays. */
void case_derive_triage(struct case_data *c, uint32_t today);

#endif
