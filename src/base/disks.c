#include "base/disks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define DEPTH_MAX  16 /* layers: a partition below md below LUKS below LVM below a loop device are five */
#define DISKS_MAX  64
#define VALUE_MAX  4096    /* bytes of a file in /sys */
#define MOUNTS_MAX 4194304 /* bytes of the list of mounts */

/* The disks below one place. */
struct below {
    const struct disks_kernel *kernel;
    char *disks[DISKS_MAX]; /* each by the path of its hardware in /sys */
    size_t count;
    bool is_whole; /* no more of them are there than were found */
};

/* --- reading --- */

/* DIR/NAME without links; NULL: it is not there. Freed with free(). */
static char *resolve(const char *dir, const char *name)
{
    char path[FILE_PATH_MAX];
    struct error err;

    return file_join_path(path, dir, name, &err) ? realpath(path, NULL) : NULL;
}

static bool has(const char *dir, const char *name)
{
    char *path = resolve(dir, name);
    bool yes = path != NULL;

    free(path);
    return yes;
}

/* The line that the file DIR/NAME is. */
static bool read_line(const char *dir, const char *name, char out[static FILE_PATH_MAX])
{
    struct bytes content = {0};
    char path[FILE_PATH_MAX];
    struct error err;
    bool ok = file_join_path(path, dir, name, &err) && file_read(path, VALUE_MAX, &content, &err);
    struct view rest = bytes_view(&content);

    ok = ok && text_take_line(&rest, out, FILE_PATH_MAX) > 0 && rest.size == 0;
    if (ok)
        out[strcspn(out, "\n")] = '\0';
    bytes_fini(&content);
    return ok;
}

/* The next name in a folder; NULL: there is none, and errno says whether that is all. */
static const char *next_name(DIR *dir)
{
    const struct dirent *entry;

    do {
        errno = 0;
        entry = readdir(dir);
    } while (entry != NULL && entry->d_name[0] == '.');
    return entry != NULL ? entry->d_name : NULL;
}

/* --- devices --- */

static void add_device(struct below *b, const char *device, unsigned depth);
static void add_place(struct below *b, const struct disks_place *place, unsigned depth);

static void add_unknown(struct below *b)
{
    b->is_whole = false;
}

/* The names in DIR/NAME are links to devices. False: there are none. */
static bool add_devices(struct below *b, const char *dir, const char *name, unsigned depth)
{
    char *path = resolve(dir, name);
    DIR *devices = path != NULL ? opendir(path) : NULL;
    const char *next;
    bool any = false;

    if (path != NULL && devices == NULL)
        add_unknown(b);
    while (devices != NULL && (next = next_name(devices)) != NULL) {
        char *device = resolve(path, next);

        any = true;
        if (device != NULL)
            add_device(b, device, depth + 1);
        else
            add_unknown(b);
        free(device);
    }
    if (devices != NULL && errno != 0)
        add_unknown(b);
    if (devices != NULL)
        (void)closedir(devices);
    free(path);
    return any;
}

/* A file that is read as a disk lies on one itself. */
static void add_file(struct below *b, const char *path, unsigned depth)
{
    struct disks_place place;

    if (path[0] == '/' && disks_read_place(path, &place))
        add_place(b, &place, depth + 1);
    else
        add_unknown(b);
}

/* Two namespaces of one NVMe disk are two devices on one hardware. */
static void add_disk(struct below *b, const char *device)
{
    char *hardware = resolve(device, "device");

    if (hardware == NULL || b->count == DISKS_MAX) {
        add_unknown(b); /* it is none: made by the kernel from what it does not name */
        free(hardware);
        return;
    }
    b->disks[b->count++] = hardware;
}

/* DEVICE is its folder in /sys, without links. */
static void add_device(struct below *b, const char *device, unsigned depth)
{
    char line[FILE_PATH_MAX];
    char *disk;

    if (depth > DEPTH_MAX) {
        add_unknown(b);
    } else if (has(device, "partition")) {
        disk = resolve(device, "..");
        if (disk != NULL)
            add_device(b, disk, depth + 1);
        else
            add_unknown(b);
        free(disk);
    } else if (!add_devices(b, device, "slaves", depth)) {
        if (read_line(device, "loop/backing_file", line))
            add_file(b, line, depth);
        else
            add_disk(b, device);
    }
}

/* --- file systems --- */

/* The device that the list of mounts calls NAME: by the kernel's name, or by that of the device mapper. */
static char *find_device(const struct disks_kernel *k, const char *name)
{
    char *all = resolve(k->sys, "class/block");
    char *found = all != NULL ? resolve(all, name) : NULL;
    DIR *dir = all != NULL && found == NULL ? opendir(all) : NULL;
    const char *next;

    while (dir != NULL && found == NULL && (next = next_name(dir)) != NULL) {
        char *device = resolve(all, next);
        char line[FILE_PATH_MAX];

        if (device != NULL && read_line(device, "dm/name", line) && strcmp(line, name) == 0)
            found = device;
        else
            free(device);
    }
    if (dir != NULL)
        (void)closedir(dir);
    free(all);
    return found;
}

/* Of a file system on several devices the list of mounts names one. */
static bool add_btrfs(struct below *b, const char *device, unsigned depth)
{
    const char *name = strrchr(device, '/') + 1;
    char *all = resolve(b->kernel->sys, "fs/btrfs");
    DIR *dir = all != NULL ? opendir(all) : NULL;
    const char *next;
    bool found = false;

    while (dir != NULL && !found && (next = next_name(dir)) != NULL) {
        char *one = resolve(all, next);
        char *devices = one != NULL ? resolve(one, "devices") : NULL;

        found = devices != NULL && has(devices, name) && add_devices(b, one, "devices", depth);
        free(devices);
        free(one);
    }
    if (dir != NULL)
        (void)closedir(dir);
    free(all);
    return found;
}

static void add_mounted(struct below *b, bool is_btrfs, const char *source, unsigned depth)
{
    char *device = NULL;

    if (strncmp(source, "/dev/", 5) == 0 && strchr(source, ':') == NULL)
        device = find_device(b->kernel, strrchr(source, '/') + 1);
    if (device != NULL && !is_btrfs)
        add_device(b, device, depth + 1);
    else if (device == NULL || !add_btrfs(b, device, depth))
        add_unknown(b);
    free(device);
}

/* Of "36 35 98:0 / /mnt rw shared:1 - TYPE SOURCE options": the number, TYPE and SOURCE. */
static bool read_mount(struct view line, uint64_t *mount, struct view *type, struct view *source)
{
    const uint8_t *behind = memmem(line.at, line.size, " - ", 3);
    struct view number;
    struct view rest;

    if (behind == NULL || !text_split(&line, ' ', &number) || !text_read_u64(number, mount))
        return false;
    rest = view_of(behind + 3, (size_t)(line.at + line.size - behind) - 3);
    return text_split(&rest, ' ', type) && text_split(&rest, ' ', source);
}

/* A file system with no device of its own: btrfs, and those of a network, of memory, or on top of others. */
static void add_mount(struct below *b, uint64_t mount, unsigned depth)
{
    struct bytes list = {0};
    char name[FILE_PATH_MAX];
    struct error err;
    struct view source;
    struct view type;
    struct view line;
    struct view rest;
    uint64_t number = 0;
    bool found = false;

    if (mount != 0 && file_read(b->kernel->mounts, MOUNTS_MAX, &list, &err)) {
        rest = bytes_view(&list);
        while (!found && text_split(&rest, '\n', &line))
            found = read_mount(line, &number, &type, &source) && number == mount;
    }
    if (found && source.size < sizeof name) {
        memcpy(name, source.at, source.size);
        name[source.size] = '\0';
        add_mounted(b, text_is(type, "btrfs"), name, depth);
    } else {
        add_unknown(b);
    }
    bytes_fini(&list);
}

static void add_place(struct below *b, const struct disks_place *place, unsigned depth)
{
    char name[64];
    char *device;

    if (place->major == 0) {
        add_mount(b, place->mount, depth);
        return;
    }
    (void)snprintf(name, sizeof name, "dev/block/%u:%u", place->major, place->minor);
    device = resolve(b->kernel->sys, name);
    if (device != NULL)
        add_device(b, device, depth);
    else
        add_unknown(b);
    free(device);
}

/* --- comparing --- */

static bool read_mount_number(int fd, uint64_t *out)
{
    struct bytes content = {0};
    char path[64];
    struct error err;
    struct view rest;
    struct view line;
    bool found = false;

    (void)snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    if (!file_read(path, VALUE_MAX, &content, &err))
        return false;
    rest = bytes_view(&content);
    while (!found && text_split(&rest, '\n', &line))
        found = line.size > 7 && memcmp(line.at, "mnt_id:", 7) == 0 &&
                text_read_u64(text_trim(view_of(line.at + 7, line.size - 7)), out);
    bytes_fini(&content);
    return found;
}

bool disks_read_place(const char *path, struct disks_place *out)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0;

    *out = (struct disks_place){0};
    if (ok) {
        out->major = major(st.st_dev);
        out->minor = minor(st.st_dev);
        if (!read_mount_number(fd, &out->mount))
            out->mount = 0;
    }
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool share(const struct below *a, const struct below *b)
{
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            if (strcmp(a->disks[i], b->disks[j]) == 0)
                return true;
    return false;
}

static void find_below(const struct disks_kernel *k, const struct disks_place *place, struct below *out)
{
    *out = (struct below){.kernel = k, .is_whole = true};
    add_place(out, place, 0);
}

static void below_fini(struct below *b)
{
    for (size_t i = 0; i < b->count; i++)
        free(b->disks[i]);
}

enum disks_answer disks_compare_places(const struct disks_kernel *k, const struct disks_place *a,
                                       const struct disks_place *b)
{
    enum disks_answer answer = DISKS_UNKNOWN;
    struct below first;
    struct below second;

    if (a->major == b->major && a->minor == b->minor)
        return DISKS_SHARED;
    find_below(k, a, &first);
    find_below(k, b, &second);
    if (share(&first, &second))
        answer = DISKS_SHARED;
    else if (first.is_whole && second.is_whole)
        answer = DISKS_APART;
    below_fini(&first);
    below_fini(&second);
    return answer;
}

enum disks_answer disks_compare(const char *a, const char *b)
{
    static const struct disks_kernel this_machine = {.sys = "/sys", .mounts = "/proc/self/mountinfo"};
    struct disks_place first;
    struct disks_place second;

    return disks_read_place(a, &first) && disks_read_place(b, &second)
               ? disks_compare_places(&this_machine, &first, &second)
               : DISKS_UNKNOWN;
}
