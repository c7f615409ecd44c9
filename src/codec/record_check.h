#ifndef CODEC_RECORD_CHECK_H
#define CODEC_RECORD_CHECK_H
/* Contradictions between the fields of a record, in one that is made as in one that came (docs/PROTOCOL.md 4).
 *
 * Floor: codec, for record_form only. Each looks at its kinds' part of R. E-BYT-03.
 */

#include "base/error.h"
#include "model/record.h"

MUST_USE bool record_check_disclosed(const struct record *r, struct error *err);
MUST_USE bool record_check_notes(const struct record *r, struct error *err);
MUST_USE bool record_check_erased(const struct record *r, struct error *err);
MUST_USE bool record_check_settled(const struct record *r, struct error *err);

#endif
