#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H
/* Where the other programs of this installation lie: beside the running one, as /proc/self/exe says.
 *
 * Floor: base. PATH is not asked: who is started is handed a passphrase or a key.
 */

#include "base/error.h"
#include "base/file.h"

/* The path of the program NAME. E_LNK_18: it is not there, or may not be run. */
MUST_USE bool program_find(const char *name, char out[static FILE_PATH_MAX], struct error *err);

#endif
