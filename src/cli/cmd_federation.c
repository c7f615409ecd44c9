#include "cli/cmd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "client/start.h"

/* The federation's home is refex-ca's alone: this program never touches its keys. */
static bool run(struct command *c, int *status, struct error *err)
{
    char path[FILE_PATH_MAX];

    (void)status;
    if (!start_find("refex-ca", path, err))
        return false;
    (void)execvp(path, c->rest);
    return error_set(err, E_LNK_18, "%s cannot be started: %s", path, strerror(errno));
}

const struct verb cmd_federation = {
    .name = "federation",
    .usage = "init | issue | publish | revoke | show …",
    .summary = "Found and run a federation: its certificates and its directory (refex federation --help).",
    .takes_rest = true,
    .run = run,
};
