#ifndef CA_OVERVIEW_H
#define CA_OVERVIEW_H
/* What is told of a federation as a whole, and of its directory.
 *
 * Floor: ca. The overview borrows from the home.
 */

#include "ca/federation_home.h"
#include "codec/federation_messages.h"

struct federation_signed_directory overview_directory(const struct directory *d);
/* E-FIL-01, E-KEY-*: a key's file cannot be read. */
MUST_USE bool overview_of(struct federation_home *h, int64_t now_ms, struct federation_overview *out,
                          struct error *err);

#endif
