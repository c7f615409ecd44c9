#include "refexd/hooks/hook_files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/event.h"

#define FOLDER "hooks.d"

/* Whether nobody but the node's user and root writes what is at PATH, of TYPE. */
static enum hook_fault check_path(const char *path, mode_t type)
{
    struct stat st;

    if (lstat(path, &st) != 0 || (st.st_mode & S_IFMT) != type)
        return HOOK_NO_FILE;
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return HOOK_ANOTHERS;
    return (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 ? HOOK_OPEN : HOOK_FAULT_NONE;
}

static bool write_path(const char *home, const char *event, const char *name, char out[static FILE_PATH_MAX])
{
    return snprintf(out, FILE_PATH_MAX, "%s/" FOLDER "%s%s%s%s", home, event[0] != '\0' ? "/" : "", event,
                    name[0] != '\0' ? "/" : "", name) < FILE_PATH_MAX;
}

enum hook_fault hook_files_check(const char *home, const char *event, const char *name, char out[static FILE_PATH_MAX])
{
    enum hook_fault fault = HOOK_NO_FILE;

    if (!event_is_word(event))
        return HOOK_NO_EVENT;
    if (write_path(home, "", "", out))
        fault = check_path(out, S_IFDIR);
    if (fault == HOOK_FAULT_NONE && write_path(home, event, "", out))
        fault = check_path(out, S_IFDIR);
    if (fault == HOOK_FAULT_NONE && write_path(home, event, name, out))
        fault = check_path(out, S_IFREG);
    return fault == HOOK_FAULT_NONE && access(out, X_OK) != 0 ? HOOK_NO_PROGRAM : fault;
}

/* --- the list --- */

static bool is_name(const char *name, size_t most)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    return n > 0 && n <= most && name[n] == '\0';
}

static int compare(const void *a, const void *b)
{
    const struct hook_file *x = a;
    const struct hook_file *y = b;
    int order = strcmp(x->event, y->event);

    return order != 0 ? order : strcmp(x->name, y->name);
}

static void add(const char *home, const char *event, const char *name, struct hook_file *out, size_t *count)
{
    struct hook_file *h;
    char path[FILE_PATH_MAX];

    if (*count == HOOKS_MAX) {
        out[HOOKS_MAX - 1].fault = HOOK_TOO_MANY;
        return;
    }
    h = &out[(*count)++];
    *h = (struct hook_file){0};
    memcpy(h->event, event, strnlen(event, HOOK_EVENT_MAX)); /* is_name */
    memcpy(h->name, name, strnlen(name, HOOK_NAME_MAX));
    h->fault = hook_files_check(home, event, name, path);
}

static void list_event(const char *home, const char *event, struct hook_file *out, size_t *count)
{
    char path[FILE_PATH_MAX];
    const struct dirent *entry;
    DIR *folder;

    if (!write_path(home, event, "", path))
        return;
    folder = opendir(path);
    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL)
        if (is_name(entry->d_name, HOOK_NAME_MAX))
            add(home, event, entry->d_name, out, count);
    (void)closedir(folder);
}

size_t hook_files_list(const char *home, struct hook_file out[static HOOKS_MAX])
{
    char path[FILE_PATH_MAX];
    const struct dirent *entry;
    size_t count = 0;
    DIR *folder;

    if (!write_path(home, "", "", path))
        return 0;
    folder = opendir(path);
    if (folder == NULL)
        return 0;
    while ((entry = readdir(folder)) != NULL)
        if (is_name(entry->d_name, HOOK_EVENT_MAX))
            list_event(home, entry->d_name, out, &count);
    (void)closedir(folder);
    qsort(out, count, sizeof *out, compare);
    return count;
}
