/* refex-link: the network process. refexd starts it with the seam on descriptor 3; it gets everything it needs from
 * there, opens no file, confines itself before the first byte from the network, and ends with its parent.
 */
#include "base/log.h"
#include "base/program.h"
#include "base/secret.h"
#include "io/child.h"
#include "io/loop.h"
#include "link/link_options.h"
#include "link/refexd_door.h"
#include "link/resolve.h"
#include "sandbox/sandbox.h"

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

/* What a person asks who meets the program; true: it was answered. */
static bool answers_person(const struct options *o)
{
    if (o->help)
        link_options_print_help();
    else if (options_flag(o, "version"))
        (void)puts("refex-link " REFEX_VERSION);
    return o->help || options_flag(o, "version");
}

int main(int argc, char **argv)
{
    struct options o;
    struct error err = {0};
    bool is_read;

    program_hold_descriptors();
    log_init("refex-link", LOG_INFO);
    is_read = options_read(&link_options_syntax, NULL, argc - 1, argv + 1, &o, &err);
    if (is_read && answers_person(&o))
        return fflush(stdout) != 0;
    if (!is_read || !has_seam()) {
        (void)fprintf(stderr, "refex-link is started by refexd, not by hand.\n");
        return 64;
    }
    if (!secret_harden_process(&err) || !sandbox_forbid_io_uring(&err)) {
        log_line(LOG_ERROR, "event=link.failed code=%s detail=\"%s\"", error_row(err.code)->code, err.text);
        return error_row(err.code)->exit_status;
    }
    return options_flag(&o, "resolve") ? resolve_run(options_flag(&o, "without-landlock"))
                                       : run_link(options_flag(&o, "without-landlock"));
}
