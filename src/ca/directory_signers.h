#ifndef CA_DIRECTORY_SIGNERS_H
#define CA_DIRECTORY_SIGNERS_H
/* Which of a directory's keys one is, and how many sign.
 *
 * Floor: ca.
 */

#include "base/file.h"
#include "crypto/sign.h"
#include "model/directory.h"

/* How many of its keys must sign D; 0: it names none. */
uint32_t directory_signers_needed(const struct directory *d);
/* Which of the keys of D KEY is, from 1. E-FED-97. */
MUST_USE bool directory_signers_find(const struct directory *d, const struct sign_key *key, uint32_t *number,
                                     struct error *err);
/* Where it is kept what KEY, a path or a URI, signed last: SEEN or (NULL) beside it; of a URI: "". E-USE-04. */
MUST_USE bool directory_signers_seen_path(const char *key, const char *seen, char out[static FILE_PATH_MAX],
                                          struct error *err);

#endif
