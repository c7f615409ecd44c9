#include "refexd/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"

bool control_socket_open(struct loop *l, const char *home, listener_accept_fn *on_accept, void *cookie,
                         struct listener **out, struct error *err)
{
    char path[FILE_PATH_MAX];
    int folder;

    if (!file_join_path(path, home, "control.sock", err))
        return false;
    folder = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return error_set(err, E_LNK_11, "%s: %s", home, strerror(errno));
    return listener_open_unix(l, folder, path, on_accept, cookie, out, err);
}
