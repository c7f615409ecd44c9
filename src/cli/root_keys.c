#include "cli/root_keys.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#define ROOT_KEY  "root.key"
#define KEY_BYTES 16384
#define IS_KEY    "PRIVATE KEY-----" /* plain or under a passphrase */

/* Something else may have that name. */
static bool is_private_key(const char *path)
{
    struct bytes text = {0};
    struct error err = {0};
    bool is = file_read(path, KEY_BYTES, &text, &err) && memmem(text.at, text.size, IS_KEY, strlen(IS_KEY)) != NULL;

    bytes_fini(&text);
    return is;
}

static bool look_at_entry(const char *path, const char *name, unsigned depth, size_t *left,
                          char out[static FILE_PATH_MAX])
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return depth > 0 && root_keys_find(path, depth - 1, left, out);
    if (!S_ISREG(st.st_mode) || strcmp(name, ROOT_KEY) != 0 || !is_private_key(path))
        return false;
    memcpy(out, path, strlen(path) + 1);
    return true;
}

bool root_keys_find(const char *folder, unsigned depth, size_t *left, char out[static FILE_PATH_MAX])
{
    DIR *d = opendir(folder);
    bool found = false;

    while (d != NULL && !found && *left > 0) {
        const struct dirent *e = readdir(d);
        struct error err = {0};
        char path[FILE_PATH_MAX];

        if (e == NULL)
            break;
        --*left;
        found = e->d_name[0] != '.' && file_join_path(path, folder, e->d_name, &err) &&
                look_at_entry(path, e->d_name, depth, left, out);
    }
    if (d != NULL)
        (void)closedir(d);
    return found;
}
