/* No new privileges, then Landlock, then seccomp: each needs the one before. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

static bool enter(enum sandbox_kind kind, const struct sandbox_folder *folder, bool without_landlock,
                  struct sandbox *out, struct error *err)
{
    struct sandbox s = {0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_set(err, E_LNK_12, "no_new_privs: %s", strerror(errno));
    if (!sandbox_landlock(kind, folder, &s.landlock, err))
        return false;
    if (s.landlock == 0 && !without_landlock)
        return error_set(err, E_LNK_12, "this kernel has no Landlock");
    if (!sandbox_seccomp(kind, err))
        return false;
    s.seccomp = true;
    *out = s;
    return true;
}

bool sandbox_enter(enum sandbox_kind kind, bool without_landlock, struct sandbox *out, struct error *err)
{
    return enter(kind, NULL, without_landlock, out, err);
}

bool sandbox_enter_folder(const struct sandbox_folder *folder, bool without_landlock, struct sandbox *out,
                          struct error *err)
{
    return enter(SANDBOX_FOLDER, folder, without_landlock, out, err);
}
