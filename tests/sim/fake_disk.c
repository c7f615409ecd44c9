#include "fake_disk.h"

#include <sys/statvfs.h>

static uint64_t free_bytes;

int __real_statvfs(const char *path, struct statvfs *out);
int __wrap_statvfs(const char *path, struct statvfs *out);
int __wrap_statvfs(const char *path, struct statvfs *out)
{
    int result = __real_statvfs(path, out);

    if (result == 0 && free_bytes != 0) {
        out->f_frsize = 1;
        out->f_bavail = free_bytes;
    }
    return result;
}

void fake_disk_set_free(uint64_t bytes)
{
    free_bytes = bytes;
}
