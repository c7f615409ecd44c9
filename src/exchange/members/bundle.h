#ifndef EXCHANGE_BUNDLE_H
#define EXCHANGE_BUNDLE_H
/* Makes and checks key bundles: an agency's sealing keys, one a week, as a signed note (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. The note's key name is `<federation>/<fid16>/<agency>`, its key the agency's identity key.
 */

#include "model/directory.h"

struct sign_key;
struct verify_key;

#define BUNDLE_WEEKS     5  /* this week's key and the next four */
#define BUNDLE_KEEP_DAYS 21 /* for so long after its week a key still opens; then it is destroyed */

/* Sets the three days (unix days) of *OUT for the key WEEKS_AHEAD of the week in which DAY lies. Weeks begin on Mondays
 * for all agencies, so that the day of a key change says nothing about one. The key opens until the 21st day after its
 * week and is destroyed on the next, 28 days after its first. */
void bundle_schedule(uint32_t day, uint32_t weeks_ahead, struct bundle_key *out);

/* Appends the signed note of B, whose form must be valid. KEY is the identity key of B's agency. */
MUST_USE bool bundle_sign(const struct bundle *b, const struct federation *federation, const struct sign_key *key,
                          struct bytes *note, struct error *err);

/* Decodes a bundle note without verifying anything: to look up the key of the agency it names. E-FED-29. */
MUST_USE bool bundle_peek(struct view note, struct bundle *out, struct error *err);
/* Decodes a bundle note and checks that it is of AGENCY and signed by its identity key KEY. E-FED-29. */
MUST_USE bool bundle_open(struct view note, const struct federation *federation, const struct address *agency,
                          const struct verify_key *key, struct bundle *out, struct error *err);

#endif
