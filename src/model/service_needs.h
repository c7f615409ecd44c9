#ifndef MODEL_SERVICE_NEEDS_H
#define MODEL_SERVICE_NEEDS_H
/* What services need to know of a person: the rows of service_needs.def.
 *
 * Floor: model. That something is not known is an answer too: see exchange/referrals/referral_needs.h.
 */

#include "model/referral.h"
#include "model/section.h"

struct service_need {
    uint32_t services; /* bit n is service n */
    bool may_harm;     /* that it is lacking */
    const char *field;
    const char *also; /* another field that says the same; empty: none */
    const char *why;  /* its lack matters */
};

extern const struct service_need service_needs[];
extern const size_t service_needs_count;

#endif
