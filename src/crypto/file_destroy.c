#include "crypto/file_destroy.h"

#include "base/file.h"
#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool overwrite_file(int fd)
{
    uint8_t noise[4096];
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    for (uint64_t at = 0; at < (uint64_t)st.st_size; at += sizeof noise) {
        uint64_t left = (uint64_t)st.st_size - at;

        random_fill(&random_real, noise, sizeof noise);
        if (!file_write_at(fd, view_of(noise, left < sizeof noise ? (size_t)left : sizeof noise), at))
            return false;
    }
    return fdatasync(fd) == 0;
}

bool file_destroy(const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok;

    if (fd < 0 && errno == ENOENT)
        return true;
    ok = fd >= 0 && overwrite_file(fd) && unlink(path) == 0;
    if (!ok)
        error_set(err, E_KEY_11, "%s cannot be overwritten: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok && file_sync_parent(path, err);
}

bool file_destroy_replaced(const char *path, const char *new_path, struct error *err)
{
    if (renameat2(AT_FDCWD, new_path, AT_FDCWD, path, RENAME_EXCHANGE) != 0)
        return error_set(err, E_KEY_11, "%s cannot be replaced: %s", path, strerror(errno));
    return file_sync_parent(path, err) && file_destroy(new_path, err);
}
