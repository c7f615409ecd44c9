#include "crypto/shred.h"

#include "base/file.h"
#include "crypto/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool shred_write_at(int fd, struct view content, uint64_t offset)
{
    while (content.size > 0) {
        ssize_t n = pwrite(fd, content.at, content.size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content.at += n;
        content.size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return true;
}

bool shred_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
{
    while (size > 0) {
        ssize_t n = pread(fd, at, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return true;
}

static bool overwrite_file(int fd)
{
    uint8_t noise[4096];
    struct stat st;

    if (fstat(fd, &st) != 0)
        return false;
    for (uint64_t at = 0; at < (uint64_t)st.st_size; at += sizeof noise) {
        uint64_t left = (uint64_t)st.st_size - at;

        random_fill(&random_real, noise, sizeof noise);
        if (!shred_write_at(fd, view_of(noise, left < sizeof noise ? (size_t)left : sizeof noise), at))
            return false;
    }
    return fdatasync(fd) == 0;
}

bool shred_sync_folder(const char *path, struct error *err)
{
    char folder[FILE_PATH_MAX];
    const char *slash = strrchr(path, '/');

    (void)snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
                   slash == NULL ? "." : path);
    return file_sync_folder(folder, err);
}

bool shred_file(const char *path, struct error *err)
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
    return ok && shred_sync_folder(path, err);
}

bool shred_replace(const char *path, const char *new_path, struct error *err)
{
    if (renameat2(AT_FDCWD, new_path, AT_FDCWD, path, RENAME_EXCHANGE) != 0)
        return error_set(err, E_KEY_11, "%s cannot be replaced: %s", path, strerror(errno));
    return shred_sync_folder(path, err) && shred_file(new_path, err);
}
