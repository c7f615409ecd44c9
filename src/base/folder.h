#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H
/* What is made as a whole of several files: made in a fresh folder of its own, then moved to its place.
 *
 * Floor: base. What fails half-way is undone by removing that folder, or by moving back what this call has moved: never
 * by a list of names, because what lies at such a name may have been there before.
 */

#include "base/file.h"

/* Makes a new folder, mode 0700, whose path is PREFIX and six letters that nobody has used; writes the path to OUT.
 * E-FIL-02. */
MUST_USE bool folder_make_fresh(const char *prefix, char out[static FILE_PATH_MAX], struct error *err);

/* Removes FOLDER and all in it, links as links. Only for a folder that the caller has made. What cannot be removed
 * stays. */
void folder_remove_made(const char *folder);

/* Moves each entry of FROM into the folder TO of the same file system, LAST after the others are on the disk, and
 * replaces nothing. Where one cannot be moved, those that were go back (E-FIL-02, E-FIL-03). */
MUST_USE bool folder_move_entries(const char *from, const char *to, const char *last, struct error *err);

#endif
