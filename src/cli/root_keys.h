#ifndef CLI_ROOT_KEYS_H
#define CLI_ROOT_KEYS_H
/* Looks for the root key of a federation where none may be: beside a node, or in the folder of who runs one.
 *
 * Floor: cli. It looks as the person who asks: what he may not see he is not told.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/file.h"

/* Whether a private key called root.key lies in FOLDER, or up to DEPTH folders below it; OUT is its path. Links and
 * folders whose name begins with a dot are passed over; each name that is looked at is taken from *LEFT, and at 0 it
 * ends. */
bool root_keys_find(const char *folder, unsigned depth, size_t *left, char out[static FILE_PATH_MAX]);

#endif
