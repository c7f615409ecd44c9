#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_is_private(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0;
}

bool file_is_open_to_others(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && (st.st_mode & 077) != 0;
}

static bool read_all(int fd, const char *path, size_t max, struct bytes *out, struct error *err)
{
    size_t begin = out->size;
    ssize_t n = 0;

    do {
        (void)bytes_reserve(out, 65536);
        n = read(fd, out->at + out->size, 65536);
        if (n > 0)
            out->size += (size_t)n;
    } while ((n > 0 && out->size - begin <= max) || (n < 0 && errno == EINTR));
    if (n < 0)
        error_set(err, E_FIL_01, "%s cannot be read: %s", path, strerror(errno));
    else if (out->size - begin > max)
        error_set(err, E_FIL_04, "%s is over %zu bytes", path, max);
    if (n < 0 || out->size - begin > max) {
        out->size = begin;
        if (begin == 0)
            bytes_fini(out); /* on failure there is nothing for the caller to free */
        return false;
    }
    return true;
}

bool file_read(const char *path, size_t max, struct bytes *out, struct error *err)
{
    bool in = strcmp(path, "-") == 0;
    int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    bool ok;

    if (fd < 0)
        return error_set(err, E_FIL_01, "%s cannot be read: %s", path, strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        ok = error_set(err, E_FIL_01, "%s is a folder, not a file", path);
    else
        ok = read_all(fd, path, max, out, err);
    if (!in)
        (void)close(fd);
    return ok;
}

bool file_refuse_unread_key(const char *path, struct error *err)
{
    const int why = errno;
    char owner[32] = "root";
    struct stat st;

    if (why == ENOENT)
        return error_set(err, E_KEY_01, "%s cannot be read: %s", path, strerror(why));
    if (why != EACCES || stat(path, &st) != 0 || st.st_uid == geteuid())
        return error_set(err, E_KEY_23, "%s cannot be read: %s", path, strerror(why));
    if (st.st_uid != 0)
        (void)snprintf(owner, sizeof owner, "user %u", (unsigned)st.st_uid);
    return error_set(err, E_KEY_23, "%s cannot be read: it belongs to %s", path, owner);
}

bool file_read_private(const char *path, size_t max, struct bytes *out, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    bool ok;

    if (fd < 0)
        return file_refuse_unread_key(path, err);
    if (file_is_private(fd))
        ok = read_all(fd, path, max, out, err);
    else
        ok = error_set(err, E_KEY_02, "%s is not a file that only its owner can read", path);
    (void)close(fd);
    return ok;
}

static bool write_all(int fd, struct view content)
{
    while (content.size > 0) {
        ssize_t n = write(fd, content.at, content.size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content.at += n;
        content.size -= (size_t)n;
    }
    return true;
}

static void folder_of(const char *path, char out[static FILE_PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - path);

    if (slash == NULL)
        (void)snprintf(out, FILE_PATH_MAX, ".");
    else if (n == 0)
        (void)snprintf(out, FILE_PATH_MAX, "/");
    else
        (void)snprintf(out, FILE_PATH_MAX, "%.*s", (int)n, path);
}

bool file_sync_folder(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        error_set(err, E_FIL_03, "%s cannot be synced: %s", path, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool file_sync_parent(const char *path, struct error *err)
{
    char folder[FILE_PATH_MAX];

    folder_of(path, folder);
    return file_sync_folder(folder, err);
}

/* A new file beside PATH, which is to take its place. */
static bool make_beside(const char *path, char temporary[static FILE_PATH_MAX], int *fd, struct error *err)
{
    if (strlen(path) + 8 >= FILE_PATH_MAX)
        return error_set(err, E_FIL_02, "the path is longer than %d bytes", FILE_PATH_MAX - 8);
    (void)snprintf(temporary, FILE_PATH_MAX, "%s.XXXXXX", path); /* mkostemp fills in the letters */
    *fd = mkostemp(temporary, O_CLOEXEC);
    return *fd >= 0 || error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
}

static bool put_file(const char *path, struct view content, unsigned mode, bool replace, struct error *err)
{
    char temporary[FILE_PATH_MAX];
    bool linked;
    int fd;

    if (!make_beside(path, temporary, &fd, err))
        return false;
    if (fchmod(fd, mode) != 0 || !write_all(fd, content) || fsync(fd) != 0) {
        error_set(err, errno == ENOSPC ? E_STO_03 : E_FIL_03, "%s cannot be written: %s", path, strerror(errno));
        (void)close(fd);
        (void)unlink(temporary);
        return false;
    }
    (void)close(fd);
    linked = replace ? rename(temporary, path) == 0 : link(temporary, path) == 0;
    if (!linked)
        error_set(err, E_FIL_02, "%s cannot be made: %s", path, strerror(errno));
    if (!linked || !replace)
        (void)unlink(temporary);
    return linked && file_sync_parent(path, err);
}

bool file_write(const char *path, struct view content, unsigned mode, struct error *err)
{
    return put_file(path, content, mode, true, err);
}

/* --- where a person said --- */

bool file_is_output(const char *path)
{
    struct stat there;
    struct stat out;

    if (strcmp(path, "-") == 0)
        return true;
    return stat(path, &there) == 0 && fstat(STDOUT_FILENO, &out) == 0 && there.st_dev == out.st_dev &&
           there.st_ino == out.st_ino;
}

/* Into what is there: nothing is made, replaced or cut off. */
static bool write_into(const char *path, struct view content, struct error *err)
{
    bool output = file_is_output(path);
    int fd = output ? STDOUT_FILENO : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    bool ok = fd >= 0 && write_all(fd, content);

    if (!ok)
        error_set(err,
                  errno == ENOSPC ? E_STO_03
                  : fd < 0        ? E_FIL_02
                                  : E_FIL_03,
                  "%s cannot be written: %s", path, strerror(errno));
    if (fd >= 0 && !output && close(fd) != 0 && ok)
        ok = error_set(err, E_FIL_03, "%s cannot be written: %s", path, strerror(errno));
    return ok;
}

bool file_write_named(const char *path, struct view content, unsigned mode, struct error *err)
{
    struct stat there;
    char *target;
    bool ok;

    if (file_is_output(path))
        return write_into(path, content, err);
    if (lstat(path, &there) != 0 || S_ISREG(there.st_mode))
        return put_file(path, content, mode, true, err);
    if (stat(path, &there) != 0)
        return error_set(err, E_FIL_02, "%s is a link to what is not there", path);
    if (!S_ISREG(there.st_mode))
        return write_into(path, content, err); /* a folder cannot be opened so: it is named */
    target = realpath(path, NULL);
    if (target == NULL)
        return error_set(err, E_FIL_02, "%s cannot be followed: %s", path, strerror(errno));
    ok = put_file(target, content, mode, true, err);
    free(target);
    return ok;
}

bool file_check_named(const char *path, struct error *err)
{
    char temporary[FILE_PATH_MAX];
    struct stat there;
    int fd;

    if (file_is_output(path))
        return true;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return !S_ISDIR(there.st_mode) || error_set(err, E_FIL_02, "%s is a folder", path);
    if (!make_beside(path, temporary, &fd, err))
        return false;
    (void)close(fd);
    (void)unlink(temporary);
    return true;
}

bool file_create(const char *path, struct view content, unsigned mode, struct error *err)
{
    return put_file(path, content, mode, false, err);
}

bool file_make_folder(const char *path, struct error *err)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return file_sync_parent(path, err);
    return (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) ||
           error_set(err, E_FIL_02, "the folder %s cannot be made: %s", path, strerror(errno));
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

size_t file_folder_size(const char *folder)
{
    size_t size = strlen(folder);

    while (size > 1 && folder[size - 1] == '/')
        size--;
    return size;
}

bool file_join_path(char out[static FILE_PATH_MAX], const char *folder, const char *name, struct error *err)
{
    size_t size = file_folder_size(folder);
    bool is_root = size == 1 && folder[0] == '/';
    int n = snprintf(out, FILE_PATH_MAX, "%.*s%s%s", size > FILE_PATH_MAX ? FILE_PATH_MAX : (int)size, folder,
                     is_root ? "" : "/", name);

    if (n < 0 || n >= FILE_PATH_MAX)
        return error_set(err, E_FIL_02, "the path is longer than %d bytes", FILE_PATH_MAX - 1);
    return true;
}

bool file_write_at(int fd, struct view content, uint64_t offset)
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

bool file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset)
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

bool file_allocate(const char *path, uint64_t size, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int failed = fd < 0 ? errno : posix_fallocate(fd, 0, (off_t)size);

    if (fd >= 0)
        (void)close(fd);
    if (failed == 0)
        return true;
    (void)unlink(path);
    return error_set(err, E_FIL_02, "%s: %s", path, strerror(failed));
}
