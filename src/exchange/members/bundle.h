#ifndef EXCHANGE_BUNDLE_H
#define EXCHANGE_BUNDLE_H
/* An agency's sealing keys as a signed note: which weeks they are for, made and checked (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. The note's key name is `<federation>/<fid16>/<agency>`, its key the agency's identity key.
 */

#include "model/directory.h"

struct sign_key;
struct verify_key;

#define BUNDLE_WEEKS     5  /* this week's key and the next four */
#define BUNDLE_KEEP_DAYS 21 /* after its week a key still opens what was sealed to it; then it is destroyed */

/* The days of the key for the week that DAY lies in, and WEEKS_AHEAD of it. Weeks begin on Mondays, the same for all
 * agencies, so that the day of a change tells nothing. The key is opened to for 21 days after its week, the last one
 * included, and destroyed on the day after: 28 days after its first. Sets the three days of *OUT only. */
void bundle_schedule(uint32_t day, uint32_t weeks_ahead, struct bundle_key *out);

/* Appends the signed note of B, which must be in form valid. KEY is the identity key of B's agency. */
MUST_USE bool bundle_sign(const struct bundle *b, const struct federation *federation, const struct sign_key *key,
                          struct bytes *note, struct error *err);

/* Reads a bundle note and says whose it claims to be; nothing is verified. E-FED-29. */
MUST_USE bool bundle_peek(struct view note, struct bundle *out, struct error *err);
/* Reads a bundle note that AGENCY's identity key must have signed. E-FED-29. */
MUST_USE bool bundle_open(struct view note, const struct federation *federation, const struct address *agency,
                          const struct verify_key *key, struct bundle *out, struct error *err);

#endif
