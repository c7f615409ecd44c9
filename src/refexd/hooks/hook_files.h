#ifndef REFEXD_HOOK_FILES_H
#define REFEXD_HOOK_FILES_H
/* The programs in HOME/hooks.d/EVENT: which there are, and whether each may be run.
 *
 * Floor: refexd; asked by the node, which lists them, and again by the process that runs them. Each is a program of
 * letters, digits, "-" and "_": what has a dot in its name (a configuration beside it) is none. Whoever can write one
 * acts as the node's user, so it and both folders belong to that user or to root, are written by nobody else, and are
 * no links.
 */

#include <stddef.h>

#include "base/file.h"
#include "model/control_enums.h"

#define HOOK_EVENT_MAX 20 /* bytes of the longest word of an event (REQUIREd) */
#define HOOK_NAME_MAX  64
#define HOOKS_MAX      32 /* more are not run, which is said of the first of them */

struct hook_file {
    char event[HOOK_EVENT_MAX + 1];
    char name[HOOK_NAME_MAX + 1];
    enum hook_fault fault; /* HOOK_FAULT_NONE: it is run */
};

/* Those in HOME, by event and name; 0 where the folder is not there. */
size_t hook_files_list(const char *home, struct hook_file out[static HOOKS_MAX]);
/* Whether it may be run now; its path in OUT. */
enum hook_fault hook_files_check(const char *home, const char *event, const char *name, char out[static FILE_PATH_MAX]);

#endif
