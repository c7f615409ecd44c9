#ifndef CODEC_TOLD_RULES_H
#define CODEC_TOLD_RULES_H
/* What an answer tells where a field alone does not say it: the functions that options `by` and `when` of control.proto
 * name. IN is the struct of the message that the field stands in.
 *
 * Floor: codec, for generated tables.
 */

#include "codec/told.h"

/* Of this node the key that the directory lists counts. */
void told_known_key(const void *agency, struct told_field *t);
/* Why something waits; no object where nothing does. */
void told_agency_wait(const void *agency, struct told_field *t);

#endif
