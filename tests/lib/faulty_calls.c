/* The calls of the C library by which refex changes files, as the linker gives them to us (--wrap). */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulty_disk_inside.h"

int __real_open(const char *path, int flags, ...);
int __real_mkostemp(char *path, int flags);
ssize_t __real_write(int fd, const void *at, size_t size);
ssize_t __real_pwrite(int fd, const void *at, size_t size, off_t offset);
int __real_posix_fallocate(int fd, off_t offset, off_t size);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_rename(const char *from, const char *to);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __real_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_remove(const char *path);
int __real_mkdir(const char *path, mode_t mode);
char *__real_mkdtemp(char *path);
int __real_rmdir(const char *path);

int __wrap_open(const char *path, int flags, ...);
int __wrap_mkostemp(char *path, int flags);
ssize_t __wrap_write(int fd, const void *at, size_t size);
ssize_t __wrap_pwrite(int fd, const void *at, size_t size, off_t offset);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_link(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_remove(const char *path);
int __wrap_mkdir(const char *path, mode_t mode);
char *__wrap_mkdtemp(char *path);
int __wrap_rmdir(const char *path);

static int failed(void)
{
    errno = EIO;
    return -1;
}

/* --- files --- */

int __wrap_open(const char *path, int flags, ...)
{
    bool makes = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
    unsigned mode = 0;
    va_list args;
    int fd;

    if ((flags & O_CREAT) != 0) {
        va_start(args, flags);
        mode = va_arg(args, unsigned);
        va_end(args);
    }
    if (makes && !disk_may_name(path))
        return failed();
    if (!makes && (flags & O_TRUNC) != 0 && !disk_may_truncate(disk_file_of(path), 0))
        return failed();
    fd = __real_open(path, flags, mode);
    if (makes && fd >= 0)
        disk_note_made(path);
    return fd;
}

int __wrap_mkostemp(char *path, int flags)
{
    int fd = disk_may_name(path) ? __real_mkostemp(path, flags) : failed();

    if (fd >= 0)
        disk_note_made(path);
    return fd;
}

ssize_t __wrap_write(int fd, const void *at, size_t size)
{
    ino_t file = disk_file_of_descriptor(fd);
    off_t offset = file == 0 ? 0 : lseek(fd, 0, SEEK_CUR);

    return disk_may_write(file, at, size, (uint64_t)offset) ? __real_write(fd, at, size) : failed();
}

ssize_t __wrap_pwrite(int fd, const void *at, size_t size, off_t offset)
{
    return disk_may_write(disk_file_of_descriptor(fd), at, size, (uint64_t)offset) ? __real_pwrite(fd, at, size, offset)
                                                                                   : failed();
}

int __wrap_posix_fallocate(int fd, off_t offset, off_t size)
{
    struct stat st;

    if (fstat(fd, &st) == 0 && st.st_size < offset + size &&
        !disk_may_truncate(disk_file_of_descriptor(fd), (uint64_t)(offset + size)))
        return EIO;
    return __real_posix_fallocate(fd, offset, size);
}

int __wrap_fsync(int fd)
{
    return disk_may_sync(disk_file_of_descriptor(fd)) ? __real_fsync(fd) : failed();
}

int __wrap_fdatasync(int fd)
{
    return disk_may_sync(disk_file_of_descriptor(fd)) ? __real_fdatasync(fd) : failed();
}

/* --- names --- */

int __wrap_rename(const char *from, const char *to)
{
    int result = disk_may_name(to) ? __real_rename(from, to) : failed();

    if (result == 0)
        disk_note_moved(from, to);
    return result;
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    int result = disk_may_name(to) ? __real_renameat2(from_folder, from, to_folder, to, flags) : failed();

    if (result == 0 && (flags & RENAME_EXCHANGE) != 0)
        disk_note_swapped(from, to);
    else if (result == 0)
        disk_note_moved(from, to);
    return result;
}

int __wrap_link(const char *from, const char *to)
{
    int result = disk_may_name(to) ? __real_link(from, to) : failed();

    if (result == 0)
        disk_note_made(to);
    return result;
}

int __wrap_unlink(const char *path)
{
    int result = disk_may_name(path) ? __real_unlink(path) : failed();

    if (result == 0)
        disk_note_gone(path);
    return result;
}

int __wrap_remove(const char *path)
{
    int result = disk_may_name(path) ? __real_remove(path) : failed();

    if (result == 0)
        disk_note_gone(path);
    return result;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    int result = disk_may_name(path) ? __real_mkdir(path, mode) : failed();

    if (result == 0)
        disk_note_made(path);
    return result;
}

char *__wrap_mkdtemp(char *path)
{
    char *made = disk_may_name(path) ? __real_mkdtemp(path) : NULL;

    if (made == NULL)
        (void)failed();
    else
        disk_note_made(path);
    return made;
}

int __wrap_rmdir(const char *path)
{
    int result = disk_may_name(path) ? __real_rmdir(path) : failed();

    if (result == 0)
        disk_note_gone(path);
    return result;
}
