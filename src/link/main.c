/* refex-link: the network process. refexd starts it with the seam on descriptor 3; it gets everything it needs from
 * there, opens no file, confines itself before the first byte from the network, and ends with its parent.
 */
#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "io/child.h"
#include "io/loop.h"
#include "link/refexd_door.h"
#include "link/resolve.h"
#include "link/sandbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int run_link(bool without_landlock)
{
    struct loop *l = loop_new();
    struct refexd_door *d = refexd_door_open(l, CHILD_FD, without_landlock);
    int status;

    loop_run(l);
    status = refexd_door_status(d);
    loop_free(l);
    refexd_door_free(d);
    return status;
}

static bool has_seam(void)
{
    int type;
    socklen_t size = sizeof type;

    return getsockopt(CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && fcntl(CHILD_FD, F_SETFD, FD_CLOEXEC) == 0;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* What a person asks who meets the program; true: it was answered. */
static bool answers_person(int argc, char **argv)
{
    if (argc != 2 || (!is_help(argv[1]) && strcmp(argv[1], "--version") != 0))
        return false;
    (void)puts(is_help(argv[1])
                   ? "refex-link: the network process of a node. refexd starts it, nobody by hand: it is\n"
                     "handed all it needs over descriptor 3. People start a node with `refex node run`.\n\n"
                     "  --resolve           look up host names, nothing else\n"
                     "  --without-landlock  run on a kernel that cannot keep it from files\n"
                     "  --version           which one it is"
                   : "refex-link " REFEX_VERSION);
    return true;
}

int main(int argc, char **argv)
{
    bool resolve = false;
    bool without_landlock = false;
    struct error err;

    program_hold_descriptors();
    log_init("refex-link", LOG_INFO);
    if (answers_person(argc, argv))
        return fflush(stdout) != 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--resolve") == 0)
            resolve = true;
        else if (strcmp(argv[i], "--without-landlock") == 0)
            without_landlock = true;
        else
            argc = 0;
    }
    if (argc == 0 || !has_seam()) {
        (void)fprintf(stderr, "refex-link is started by refexd, not by hand.\n");
        return 64;
    }
    if (!secret_harden_process(&err) || !sandbox_forbid_io_uring(&err)) {
        log_line(LOG_ERROR, "event=link.failed code=%s detail=\"%s\"", error_row(err.code)->code, err.text);
        return error_row(err.code)->exit_status;
    }
    return resolve ? resolve_run(CHILD_FD, without_landlock) : run_link(without_landlock);
}
