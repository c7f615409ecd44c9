#ifndef DEMO_FOLDER_H
#define DEMO_FOLDER_H
/* The demo's folder: made, copied from, removed.
 *
 * Floor: demo.
 */

#include "base/error.h"
#include "base/file.h"

/* KEEP_PATH NULL: makes a new folder under TMPDIR, 0700. Else makes KEEP_PATH, which may exist if it is empty. OUT is
 * absolute. E_DEM_01. */
MUST_USE bool demo_folder_make(const char *keep_path, char out[static FILE_PATH_MAX], struct error *err);
/* Removes PATH and all that is in it; never follows a link. */
void demo_folder_remove(const char *path);
/* Copies the regular files and folders of FROM into TO, which must not exist. */
MUST_USE bool demo_folder_copy(const char *from, const char *to, struct error *err);

#endif
