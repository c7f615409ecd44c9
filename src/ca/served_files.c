#include "ca/served_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "ca/federation_home.h"

static const char *const names[SERVED_FILES] = {
    "certs",
    "sequence",
    FEDERATION_HOME_SIGNED,
    FEDERATION_HOME_WAITING,
    "keys/issuing.key",
    "keys/issuing-next.key",
    "keys/transport.key",
    "keys/transport-next.key",
};

static void look(const char *path, dev_t *device, ino_t *inode)
{
    struct stat st = {0};

    if (stat(path, &st) != 0)
        st = (struct stat){0};
    *device = st.st_dev;
    *inode = st.st_ino;
}

/* One that was moved away is no fault of the kernel, which would be the next to miss it. */
static bool check_folder(const char *path, struct error *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return error_set(err, E_FED_01, "%s cannot be opened: %s", path, strerror(errno));
    return S_ISDIR(st.st_mode) || error_set(err, E_FED_01, "%s is no folder", path);
}

static bool find(const char *home, struct served_files *out, struct error *err)
{
    if (!file_join_path(out->listed, home, "", err) || !file_join_path(out->written, home, "members", err) ||
        !check_folder(out->listed, err) || !check_folder(out->written, err))
        return false;
    for (size_t i = 0; i < SERVED_FILES; i++) {
        struct served_file *f = &out->at[i];

        if (!file_join_path(f->path, home, names[i], err))
            return false;
        look(f->path, &f->device, &f->inode);
    }
    return true;
}

bool served_files_find(const char *home, struct served_files *out, struct error *err)
{
    struct federation_home h;
    struct error why;
    bool ok;

    if (!federation_home_lock(home, &h, &why)) /* each answer says why */
        log_line(LOG_WARNING, "event=ca.not_locked code=%s", error_row(why.code)->code);
    ok = find(home, out, err);
    federation_home_close(&h);
    return ok;
}

bool served_files_confine(const struct served_files *s, bool without_landlock, struct sandbox *out, struct error *err)
{
    const char *read[SERVED_FILES];
    struct sandbox_folder folder = {.listed = s->listed, .read = read, .written = s->written};

    for (size_t i = 0; i < SERVED_FILES; i++)
        if (s->at[i].inode != 0)
            read[folder.read_count++] = s->at[i].path;
    return sandbox_enter_folder(&folder, without_landlock, out, err);
}

bool served_files_changed(const struct served_files *s)
{
    for (size_t i = 0; i < SERVED_FILES; i++) {
        dev_t device;
        ino_t inode;

        look(s->at[i].path, &device, &inode);
        if (device != s->at[i].device || inode != s->at[i].inode)
            return true;
    }
    return false;
}
