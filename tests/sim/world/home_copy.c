#include "home_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 400

static void must(bool ok, const char *path)
{
    if (ok)
        return;
    perror(path);
    abort();
}

static void copy_file(const char *from, const char *to, const struct stat *s)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, s->st_mode & 0777);
    ssize_t copied = 1;

    must(in >= 0, from);
    must(out >= 0, to);
    for (off_t left = s->st_size; left > 0 && copied > 0; left -= copied)
        copied = sendfile(out, in, NULL, (size_t)left);
    must(copied > 0 && close(in) == 0 && close(out) == 0, to);
}

void home_copy(const char *from, const char *to)
{
    DIR *folder = opendir(from);
    const struct dirent *entry;

    must(folder != NULL, from);
    must(mkdir(to, 0700) == 0, to);
    while ((entry = readdir(folder)) != NULL) {
        char old[PATH_SIZE];
        char new[PATH_SIZE];
        struct stat s;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        must(snprintf(old, sizeof old, "%s/%s", from, entry->d_name) < PATH_SIZE &&
                 snprintf(new, sizeof new, "%s/%s", to, entry->d_name) < PATH_SIZE && stat(old, &s) == 0,
             from);
        if (S_ISDIR(s.st_mode))
            home_copy(old, new);
        else
            copy_file(old, new, &s);
    }
    must(closedir(folder) == 0, from);
}
