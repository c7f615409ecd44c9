#ifndef CA_SERVED_FILES_H
#define CA_SERVED_FILES_H
/* What `serve` may open of the federation's folder: the keys and certificates of the two CAs, the directory, what was
 * issued. Not the keys of the root and of the directory, which may lie beside them.
 *
 * Floor: ca. The kernel is given files, not names: one that a person's command has put in the place of another, or that
 * is new, is not opened. Who serves then ends, and is started again.
 */

#include <sys/types.h>

#include "base/error.h"
#include "base/file.h"
#include "sandbox/sandbox.h"

#define SERVED_FILES 8

struct served_files {
    struct served_file {
        char path[FILE_PATH_MAX];
        dev_t device;
        ino_t inode; /* 0: it was not there */
    } at[SERVED_FILES];
    char listed[FILE_PATH_MAX];
    char written[FILE_PATH_MAX];
};

/* Those of HOME as they are now, or when the command that has the folder ends, within five seconds: one that replaces
 * several is over then. E-FIL-02 a path is too long, E-FED-01 the folder, or `members` in it, is not there. */
MUST_USE bool served_files_find(const char *home, struct served_files *out, struct error *err);
/* Confines this process to them. E-LNK-12. */
MUST_USE bool served_files_confine(const struct served_files *s, bool without_landlock, struct sandbox *out,
                                   struct error *err);
/* Whether one of them is another file by now, has gone, or has come. */
bool served_files_changed(const struct served_files *s);

#endif
