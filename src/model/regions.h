#ifndef MODEL_REGIONS_H
#define MODEL_REGIONS_H
/* The parts of countries by ISO 3166-2: whether there is one, and which there are.
 *
 * Floor: model. A node refuses to send what is none; what comes is not compared, since the sender's list may be newer.
 */

#include "base/bytes.h"

/* Whether REGION ("14") is a part of COUNTRY ("PL"). */
bool region_is_of(struct view country, struct view region);
/* Those of COUNTRY, in order, each behind a blank but the first; "": it has none. */
const char *regions_of(struct view country);

#endif
