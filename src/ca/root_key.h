#ifndef CA_ROOT_KEY_H
#define CA_ROOT_KEY_H
/* The root's key where it is kept apart: on a stick, in a safe.
 *
 * Floor: ca. No command of every day needs it.
 */

#include "base/error.h"

/* There is a folder for a file PATH. E-FED-99: the stick is not there. */
MUST_USE bool root_key_check_place(const char *path, struct error *err);

#endif
