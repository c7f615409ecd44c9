#ifndef DEMO_FOLDER_H
#define DEMO_FOLDER_H
/* The demo's folder: made, removed; a home copied, its key slots compared, a record in a copy falsified; free ports.
 *
 * Floor: demo. The last three do what a thief or a forger with the disk in his hands could do: they look at files as
 * bytes.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "base/file.h"

/* KEEP NULL: a new folder under TMPDIR, 0700. Else KEEP, which may exist if nothing is in it. OUT is absolute.
 * E_DEM_01. */
MUST_USE bool demo_folder_make(const char *keep_path, char out[static FILE_PATH_MAX], struct error *err);
/* Removes PATH and all that is in it; never follows a link. */
void demo_folder_remove(const char *path);
/* Copies the regular files and folders of FROM into TO, which must not exist. */
MUST_USE bool demo_folder_copy(const char *from, const char *to, struct error *err);

/* A socket bound to a free port of 127.0.0.1, without listening: while it is open nobody else is given the port, and
 * the node can listen on it. */
MUST_USE bool demo_port_reserve(int *fd, uint16_t *port, struct error *err);

/* Reads HOME/keys. */
MUST_USE bool demo_slots_read(const char *home, struct bytes *out, struct error *err);
/* How many slots differ between two readings, and how many still say the same (of those in both). */
void demo_slots_compare(const struct bytes *before, const struct bytes *after, size_t *differ, size_t *same);

/* Changes one letter of the recipient's name in the DISCLOSED record of MESSAGE (32 hex digits) to RECIPIENT, wherever
 * the stopped home's database has it; *CHANGED is how many places. */
MUST_USE bool demo_falsify_record(const char *home, const char *message, const char *recipient, size_t *changed,
                                  struct error *err);

#endif
