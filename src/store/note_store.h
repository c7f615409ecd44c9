#ifndef STORE_NOTE_STORE_H
#define STORE_NOTE_STORE_H
/* What the federation signed (directory, certificates, bundles), by name.
 *
 * Floor: store.
 */

#include "store/db.h"

/* Texts kept by name and agency: "bundle" (newest of an agency), "directory" (newest), "membership" … */
MUST_USE bool note_store_put(struct db *db, const char *what, struct view agency, uint64_t sequence, struct view note,
                             struct error *err);
MUST_USE bool note_store_get(struct db *db, const char *what, struct view agency, bool *found, uint64_t *sequence,
                             struct bytes *note, struct error *err);
typedef bool note_store_row_fn(void *cookie, struct view agency, uint64_t sequence, struct view note,
                               struct error *err);
MUST_USE bool note_store_walk(struct db *db, const char *what, note_store_row_fn *on_row, void *cookie,
                              struct error *err);

#endif
