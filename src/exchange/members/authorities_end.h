#ifndef EXCHANGE_AUTHORITIES_END_H
#define EXCHANGE_AUTHORITIES_END_H
/* When the federation's own certificates end: nobody is a member by one that has ended, and no directory is signed.
 *
 * Floor: exchange. Also for refex-ca, which rolls them over.
 */

#include "model/directory.h"

struct authorities_end {
    const char *which; /* "root", "issuing CA", "transport CA", "directory keys": a constant */
    int64_t ends_ms;
};

/* Of ROOT, the first one, and what D lists and does not revoke: the first use of which nothing is left that ends later.
 * Of the directory's keys it is when fewer are left than must sign. */
void authorities_end(struct view root, const struct directory *d, struct authorities_end *out);

#endif
