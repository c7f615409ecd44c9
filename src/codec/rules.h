#ifndef CODEC_RULES_H
#define CODEC_RULES_H
/* What may not stand together in one message: a rule a message, named by the option `rule` of its .proto.
 *
 * Floor: codec, for generated tables. Each fails with E_BYT_03.
 */

#include "base/error.h"

struct record;
struct record_disclosed;
struct record_erased;
struct record_settled;
struct record_taken;

/* --- audit.proto (docs/PROTOCOL.md 4 and 12) --- */

/* What depends on the kind: there is one of that number; outcome, reason and state are among those that it may have; it
 * has as many notes as it must; INCARNATION has the index 0. */
MUST_USE bool rules_record(const struct record *r, struct error *err);
/* What needs a permission names purpose and basis, all else nothing of one; a consent stands without an approver. */
MUST_USE bool rules_disclosed(const struct record_disclosed *d, struct error *err);
/* What is kept has a ground, and nothing else has ground or day; where nothing was held nothing was erased. */
MUST_USE bool rules_erased(const struct record_erased *e, struct error *err);
/* Leaf, result and reason stand where the end has them, and the end is one that what was owed may have. */
MUST_USE bool rules_settled(const struct record_settled *s, struct error *err);
/* A consent of another agency is taken over, stopped or erased; what its taker renewed is not told. */
MUST_USE bool rules_taken(const struct record_taken *t, struct error *err);

#endif
