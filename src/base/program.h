#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H
/* How a program of this installation starts, and where the others lie: beside the running one, as /proc/self/exe says.
 *
 * Floor: base. PATH is not asked: who is started is handed a passphrase or a key.
 */

#include "base/error.h"
#include "base/file.h"

/* Call first thing in main(): what was started without a standard descriptor (0 to 2) would be given its number for the
 * next file or socket, and print into that. Each that is closed is held by /dev/null, opened the wrong way round:
 * reading and writing it fail as before. */
void program_hold_descriptors(void);

/* The path of the program NAME. E_LNK_18: it is not there, or may not be run. */
MUST_USE bool program_find(const char *name, char out[static FILE_PATH_MAX], struct error *err);

#endif
