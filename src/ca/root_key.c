#include "ca/root_key.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

bool root_key_check_place(const char *path, struct error *err)
{
    char folder[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');

    if (strlen(path) >= sizeof folder)
        return error_set(err, E_USE_04, "--root-key is longer than %d bytes", FILE_PATH_MAX - 1);
    if (slash == NULL || slash == path)
        return true;
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    return file_exists(folder) || error_set(err, E_FED_99, "there is no folder %s", folder);
}
