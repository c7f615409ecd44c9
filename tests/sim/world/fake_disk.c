#include "fake_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#define HOMES 8

static uint64_t free_bytes;
static struct {
    char folder[64];
    uint64_t bytes;
} homes[HOMES];

static uint64_t free_at(const char *path)
{
    for (size_t i = 0; i < HOMES; i++) {
        size_t n = strlen(homes[i].folder);

        if (homes[i].bytes != 0 && strncmp(path, homes[i].folder, n) == 0 && path[n] == '/')
            return homes[i].bytes;
    }
    return free_bytes;
}

int __real_statvfs(const char *path, struct statvfs *out);
int __wrap_statvfs(const char *path, struct statvfs *out);
int __wrap_statvfs(const char *path, struct statvfs *out)
{
    int result = __real_statvfs(path, out);
    uint64_t bytes = free_at(path);

    if (result == 0 && bytes != 0) {
        out->f_frsize = 1;
        out->f_bavail = bytes;
    }
    return result;
}

void fake_disk_set_free(uint64_t bytes)
{
    free_bytes = bytes;
}

void fake_disk_set_free_at(const char *home, uint64_t bytes)
{
    size_t unused = HOMES;

    for (size_t i = 0; i < HOMES; i++) {
        if (strcmp(homes[i].folder, home) == 0)
            homes[i].bytes = 0;
        if (homes[i].bytes == 0)
            unused = i;
    }
    if (bytes == 0)
        return;
    if (unused == HOMES)
        abort();
    (void)snprintf(homes[unused].folder, sizeof homes[unused].folder, "%s", home);
    homes[unused].bytes = bytes;
}
