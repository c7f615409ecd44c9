#ifndef MODEL_SERVICE_NEEDS_H
#define MODEL_SERVICE_NEEDS_H
/* What services need to know of a person (service_needs.def).
 *
 * Floor: model. Sections are asked for, not their fields: that something is not known is an answer, and fills one.
 */

#include "model/referral.h"
#include "model/section.h"

/* Sections without which one of SERVICES (bits) cannot begin. */
section_set service_needs(uint32_t services);
/* Sections whose lack may harm her, or others, where she is helped. */
section_set service_harmed_without(uint32_t services);

#endif
