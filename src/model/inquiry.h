#ifndef MODEL_INQUIRY_H
#define MODEL_INQUIRY_H
/* What is asked and told about nobody: whether there is room (before a referral), and that a duty to notify is met. How
 * coarse it has to be so that it identifies nobody either.
 *
 * Floor: model.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "model/referral_enums.h"

/* Places are asked for as up to 1, 2, 4, 8 or 16: never how many people there are. The least of these that has room for
 * WANTED and tells no more than may be told beside FOR and so many LANGUAGES; 0: there are too many. */
uint32_t inquiry_places(uint32_t wanted, enum places_for whom, size_t languages);
/* Whether an inquiry says no more of people than that. */
bool inquiry_is_coarse(uint32_t places, enum places_for whom, size_t languages);

/* A month as a number, from January 1970 on; as "2026-11". */
uint32_t inquiry_month_of_day(uint32_t day);
bool inquiry_month_read(struct view text, uint32_t *month);
#define INQUIRY_MONTH 8 /* bytes of the text, with NUL */
void inquiry_month_write(uint32_t month, char out[static INQUIRY_MONTH]);
/* A part of a country as ISO 3166-2 numbers them, without the country: one to three capitals or digits; or nothing. */
bool inquiry_region_ok(struct view region);

#endif
