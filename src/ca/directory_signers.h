#ifndef CA_DIRECTORY_SIGNERS_H
#define CA_DIRECTORY_SIGNERS_H
/* Which of a directory's keys one is, and how many sign.
 *
 * Floor: ca.
 */

#include "crypto/sign.h"
#include "model/directory.h"

/* How many of its keys must sign D; 0: it names none. */
uint32_t directory_signers_needed(const struct directory *d);
/* Which of the keys of D KEY is, from 1. E-FED-97. */
MUST_USE bool directory_signers_find(const struct directory *d, const struct sign_key *key, uint32_t *number,
                                     struct error *err);

#endif
