#ifndef FORMATS_ZONE_NAME_H
#define FORMATS_ZONE_NAME_H
/* The rule of a zone that people name as the machine does: "Europe/Warsaw".
 *
 * Floor: formats. What the machine has of a zone ends with its rule (RFC 9636, the footer).
 */

#include "base/bytes.h"

/* Appends the rule of NAME; false: the machine has none of it that model/zone.h reads. */
bool zone_name_rule(struct view name, struct bytes *out);

#endif
