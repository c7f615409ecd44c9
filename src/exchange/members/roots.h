#ifndef EXCHANGE_ROOTS_H
#define EXCHANGE_ROOTS_H
/* The federation's root, and those that took its place (docs/PROTOCOL.md 10).
 *
 * Floor: exchange. A later root stands among the issuing CAs of the directory, as a certificate of its key by the root
 * before it: both are good then. Once the directory revokes the one before, the later one alone is.
 */

#include "model/directory.h"
#include "pki/chain.h"

#define ROOTS_MAX BOUND_ISSUERS /* of a line */

/* LINE: the first root, FIRST, and each later one that D lists and whose place D gave it, in their order. */
struct roots_line {
    struct view at[ROOTS_MAX];
    size_t count;
};

void roots_line(const struct federation *f, struct view first, const struct directory *d, struct roots_line *out);

/* The later roots among the issuing CAs of D that neither D nor REVOKED (names, ascending; may be empty) revokes, and
 * that are of the federation of A: what stands between a certificate and A. At most BOUND_ISSUERS. */
size_t roots_listed(const struct directory *d, const struct anchors *a, struct view revoked,
                    struct view out[static BOUND_ISSUERS]);

/* Whether D revokes C, its key or its machine. */
bool roots_revokes(const struct directory *d, const struct certificate *c);

#endif
