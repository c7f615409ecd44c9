#ifndef MODEL_INQUIRY_H
#define MODEL_INQUIRY_H
/* What is asked about nobody, before a referral: how coarse it has to be so that it identifies nobody either.
 *
 * Floor: model.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/referral_enums.h"

/* Places are asked for as up to 1, 2, 4, 8 or 16: never how many people there are. The least of these that has room for
 * WANTED and tells no more than may be told beside FOR and so many LANGUAGES; 0: there are too many. */
uint32_t inquiry_places(uint32_t wanted, enum places_for whom, size_t languages);
/* Whether an inquiry says no more of people than that. */
bool inquiry_is_coarse(uint32_t places, enum places_for whom, size_t languages);

#endif
