#include "cli/verbs/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/program.h"

/* Only refex-ca opens the federation's home: this program never touches its keys. */
static bool run(struct command *c, int *status, struct error *err)
{
    char path[FILE_PATH_MAX];
    char name[] = "refex-ca";
    char **argv;
    size_t count = 0;

    (void)status;
    if (!program_find(name, path, err))
        return false;
    while (c->rest[count] != NULL)
        count++;
    argv = xnew((count + 2) * sizeof *argv); /* freed by exec */
    argv[0] = name;
    memcpy(argv + 1, c->rest, count * sizeof *argv);
    (void)execv(path, argv);
    free(argv);
    return error_set(err, E_LNK_18, "%s cannot be started: %s", path, strerror(errno));
}

const struct verb cmd_federation = {
    .usage = "founder | init | invite | issue | passphrase | publish | revoke | rollover | show | sign …",
    .summary = "Found and run a federation: its certificates and its directory (refex federation --help).",
    .takes_rest = true,
    .run = run,
};
