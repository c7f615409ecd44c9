#include "refexd/credential.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"

int credential_open(const char *name)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[FILE_PATH_MAX];
    struct error err;

    if (folder == NULL || folder[0] != '/' || !file_join_path(path, folder, name, &err))
        return -1;
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}
