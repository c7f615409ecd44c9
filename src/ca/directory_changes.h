#ifndef CA_DIRECTORY_CHANGES_H
#define CA_DIRECTORY_CHANGES_H
/* What a directory changes against an earlier one, in sentences for who is to sign it.
 *
 * Floor: ca. No sentence of a certificate that was renewed under the same key: nothing of it is to be judged.
 */

#include "base/arena.h"
#include "model/directory.h"

struct directory_changes {
    struct view *lines; /* "+ shelter@nrm.example …", in the arena */
    size_t count;
};

/* BEFORE NULL: there is none, and all of AFTER is new. */
void directory_changes_find(const struct directory *before, const struct directory *after, struct arena *arena,
                            struct directory_changes *out);

#endif
