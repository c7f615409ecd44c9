#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H
/* Before the first byte from strangers: give up everything that is not needed.
 *
 * Floor: sandbox. No new privileges; Landlock (no file at all, no new listening port; nothing but reading a few folders
 * for the resolver, or what a program is given of one folder); seccomp with a list of what may be called; any other
 * call kills the process. There is no way back.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum sandbox_kind {
    SANDBOX_LINK,    /* sockets that are open, new TCP connections, memory, time */
    SANDBOX_RESOLVE, /* name service: reads its configuration, asks servers */
    SANDBOX_FOLDER,  /* what is named of one folder, and what is open: no socket is made */
};

/* Of SANDBOX_FOLDER; nothing else is opened. A file that is replaced later is another one, and is not read. */
struct sandbox_folder {
    const char *listed;      /* it and the folders in it are opened as folders: which names are there */
    const char *const *read; /* files, and folders with all that lies in them, each with its path */
    size_t read_count;
    const char *written; /* a folder: what lies in it is read, and files are made and replaced */
};

struct sandbox {
    uint32_t landlock; /* ABI in force; 0: none */
    bool seccomp;
};

/* Forbids io_uring: the kernel carries out a ring's requests without asking seccomp, and a newer libuv makes one for
 * every loop. Call it before the first loop; libuv then does without. E-LNK-12. */
MUST_USE bool sandbox_forbid_io_uring(struct error *err);

/* Confines this process. Where the kernel has no Landlock it fails unless WITHOUT_LANDLOCK; without seccomp it always
 * fails. E-LNK-12. */
MUST_USE bool sandbox_enter(enum sandbox_kind kind, bool without_landlock, struct sandbox *out, struct error *err);
/* The same of SANDBOX_FOLDER. */
MUST_USE bool sandbox_enter_folder(const struct sandbox_folder *folder, bool without_landlock, struct sandbox *out,
                                   struct error *err);

/* The two halves, for the tests. *ABI is 0 where the kernel has none. FOLDER is NULL but of SANDBOX_FOLDER. */
MUST_USE bool sandbox_landlock(enum sandbox_kind kind, const struct sandbox_folder *folder, uint32_t *abi,
                               struct error *err);
MUST_USE bool sandbox_seccomp(enum sandbox_kind kind, struct error *err);

#endif
