#ifndef REFEXD_PROGRAM_H
#define REFEXD_PROGRAM_H
/* Where the other programs of this installation lie: beside this one.
 *
 * Floor: refexd. PATH is not asked: the process that is handed the transport key must be ours.
 */

#include "base/error.h"
#include "base/file.h"

MUST_USE bool program_find(const char *name, char out[static FILE_PATH_MAX], struct error *err);

#endif
