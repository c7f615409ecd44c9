#ifndef CA_DIRECTORY_PROOF_H
#define CA_DIRECTORY_PROOF_H
/* Whether a directory that came as a file is the federation's, for who has a directory key and no folder.
 *
 * Floor: ca. It is, where enough keys signed it that the directory had which the key signed last and its owner read;
 * or where it is checked as a node would, by the root of a membership file, whose federation is known otherwise.
 */

#include "model/directory.h"

struct directory_known_by {
    const char *seen;       /* path of what the key signed last (directory_signers_seen_path); need not be there */
    const char *membership; /* path of a membership file; NULL: none */
    const char *federation; /* fingerprint that was typed; NULL: none */
    int64_t now_ms;
};

/* Whether NOTE, of which D is decoded, is proven so. E-FED-20 a signature does not hold, E-FED-21 another federation's,
 * E-FED-23 it is past its last day, E-RVK-15 nothing shows it; E-USE-02 --federation is missing. */
MUST_USE bool directory_proof_check(const struct directory_known_by *by, const struct directory *d, struct view note,
                                    struct error *err);

#endif
