#ifndef CA_FEDERATION_HOME_RESTORE_H
#define CA_FEDERATION_HOME_RESTORE_H
/* A folder that was put back from an older copy, or whose directory is damaged, takes the newest directory that a
 * member has, as what stands.
 *
 * Floor: ca. From the directory come its number, members, revocations, authorities, policy and the certificates of its
 * keys and roots; their private keys, the certificates of machines and what was compared come from nowhere.
 */

#include "ca/federation_home.h"

/* What the folder of H takes from NOTE, and lacks still. */
struct federation_home_restored {
    struct arena arena;
    struct directory before; /* the folder's own; zeros: it has none that can be read */
    struct directory after;  /* that of NOTE */
    struct view *unrecorded; /* members of which a machine's certificate is not recorded here, or is of another key */
    size_t unrecorded_count;
    bool lacks_issuing; /* no CA of that use that the directory lists has its key here */
    bool lacks_transport;
};

/* Verifies NOTE by the directory's keys and the folder's first root, and compares it with what H, which was opened by
 * federation_home_open_damaged, has. E-FED-103 it is older than that; E-FED-20 to E-FED-24. */
MUST_USE bool federation_home_compare_restored(struct federation_home *h, struct view note, int64_t now_ms,
                                               struct federation_home_restored *out, struct error *err);
/* Writes it into the folder; after a crash the same call does the rest. */
MUST_USE bool federation_home_restore(struct federation_home *h, struct view note,
                                      const struct federation_home_restored *r, struct error *err);
void federation_home_restored_fini(struct federation_home_restored *r);

#endif
