#include "faulty_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "fake_clock.h"
#include "faulty_disk_inside.h"

#define SECTOR 512

/* Written since the last sync: a part of a file, or, without bytes, its new size. */
struct written {
    struct written *next;
    uint64_t offset;
    struct bytes bytes;
    uint64_t truncated;
};

/* A name that is on the disk. */
struct name {
    struct name *next;
    char text[128];
    struct node *node;
};

struct node {
    struct node *next;
    ino_t file; /* 0: none has it any more */
    bool is_folder;
    struct bytes kept; /* of a file, as on the disk */
    struct written *written;
    struct written **written_end;
    struct name *names; /* of a folder, as on the disk */
};

struct place {
    struct node *folder;
    char name[128];
};

enum change_kind { MADE, GONE, MOVED, SWAPPED };

/* A change of names that no sync has made certain yet. */
struct change {
    struct change *next;
    enum change_kind kind;
    struct place one;
    struct place other;     /* of MOVED and SWAPPED */
    struct node *node;      /* what was made or moved, or was at ONE before */
    struct node *exchanged; /* what was at OTHER before */
};

struct disk {
    char folder[256];
    dev_t device;
    struct fake_random random;
    struct node *nodes; /* the first is the folder */
    struct node **nodes_end;
    struct change *changes;
    struct change **changes_end;
    struct bytes remains; /* what lay in files that are gone, however many power cuts ago */
    uint64_t operations;
    uint64_t fault_at; /* 0: none is armed */
    ino_t failing;     /* the next sync of this file fails; 0: of none */
    enum disk_fault fault;
    bool off;
    bool lost;   /* syncs are */
    bool fails;  /* the next sync … */
    bool ending; /* … has failed */
    disk_cut_fn *cut;
    void *cookie;
};

static struct disk *the_disk;

/* --- what is followed --- */

static struct node *add_node(struct disk *d, ino_t file, bool is_folder)
{
    struct node *n = xnew(sizeof *n);

    for (struct node *other = d->nodes; other != NULL; other = other->next)
        if (other->file == file)
            other->file = 0; /* it is gone, and its number is used again */
    *n = (struct node){.file = file, .is_folder = is_folder};
    n->written_end = &n->written;
    *d->nodes_end = n;
    d->nodes_end = &n->next;
    return n;
}

static struct node *find_node(ino_t file)
{
    for (struct node *n = the_disk == NULL ? NULL : the_disk->nodes; n != NULL; n = n->next)
        if (n->file == file && file != 0)
            return n;
    return NULL;
}

static bool is_inside(const char *path)
{
    size_t n = the_disk == NULL ? 0 : strlen(the_disk->folder);

    return the_disk != NULL && strncmp(path, the_disk->folder, n) == 0 && path[n] == '/';
}

ino_t disk_number_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 ? st.st_ino : 0;
}

ino_t disk_file_of(const char *path)
{
    ino_t file = the_disk == NULL ? 0 : disk_number_of(path);

    return is_inside(path) && find_node(file) != NULL ? file : 0;
}

ino_t disk_file_of_descriptor(int fd)
{
    struct stat st;

    return the_disk != NULL && fstat(fd, &st) == 0 && st.st_dev == the_disk->device && find_node(st.st_ino) != NULL
               ? st.st_ino
               : 0;
}

static struct place place_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct place p = {0};
    char folder[256];

    REQUIRE(slash != NULL && strlen(slash + 1) < sizeof p.name && (size_t)(slash - path) < sizeof folder);
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    (void)snprintf(p.name, sizeof p.name, "%s", slash + 1);
    p.folder = find_node(disk_number_of(folder));
    REQUIRE(p.folder != NULL);
    return p;
}

/* --- names on the disk --- */

static void remove_name(struct node *folder, const char *text)
{
    for (struct name **at = &folder->names; *at != NULL; at = &(*at)->next)
        if (strcmp((*at)->text, text) == 0) {
            struct name *n = *at;

            *at = n->next;
            free(n);
            return;
        }
}

static void put_name(const struct place *p, struct node *node)
{
    struct name *n = xnew(sizeof *n);

    remove_name(p->folder, p->name);
    (void)snprintf(n->text, sizeof n->text, "%s", p->name);
    n->node = node;
    n->next = p->folder->names;
    p->folder->names = n;
}

static void apply(const struct change *c)
{
    if (c->kind != MADE)
        remove_name(c->one.folder, c->one.name);
    if (c->kind == MADE)
        put_name(&c->one, c->node);
    if (c->kind == SWAPPED)
        put_name(&c->one, c->exchanged);
    if (c->kind == MOVED || c->kind == SWAPPED)
        put_name(&c->other, c->node);
}

static void note_change(const struct change *change)
{
    struct change *c = xnew(sizeof *c);

    *c = *change;
    c->next = NULL;
    *the_disk->changes_end = c;
    the_disk->changes_end = &c->next;
}

/* Those of FOLDER (NULL: of any), in their order, at most this many; the rest waits on. */
static void apply_changes(struct disk *d, const struct node *folder, size_t at_most)
{
    struct change **at = &d->changes;

    while (*at != NULL) {
        struct change *c = *at;

        if (at_most == 0 || (folder != NULL && c->one.folder != folder && c->other.folder != folder)) {
            at = &c->next;
            continue;
        }
        apply(c);
        *at = c->next;
        free(c);
        at_most--;
    }
    d->changes_end = at;
}

/* --- what is written --- */

static void set_size(struct bytes *kept, uint64_t size)
{
    static const uint8_t zeros[4096];

    if (kept->size > size)
        kept->size = size;
    while (kept->size < size)
        bytes_append(kept, zeros, size - kept->size < sizeof zeros ? size - kept->size : sizeof zeros);
}

static void put_part(struct node *n, const struct written *w, size_t from, size_t size)
{
    if (n->kept.size < w->offset + from + size)
        set_size(&n->kept, w->offset + from + size);
    memcpy(n->kept.at + w->offset + from, w->bytes.at + from, size);
}

static bool is_kept(struct disk *d, enum disk_kept kept)
{
    return kept == DISK_KEEPS_ALL || (kept == DISK_KEEPS_SOME && fake_random_below(&d->random, 2) == 0);
}

/* Each part by itself; parts begin at multiples of SECTOR in the file. */
static void keep(struct disk *d, struct node *n, const struct written *w, enum disk_kept kept)
{
    size_t from = 0;

    if (w->bytes.size == 0 && is_kept(d, kept))
        set_size(&n->kept, w->truncated);
    while (from < w->bytes.size) {
        size_t size = SECTOR - (size_t)((w->offset + from) % SECTOR);

        if (size > w->bytes.size - from)
            size = w->bytes.size - from;
        if (is_kept(d, kept))
            put_part(n, w, from, size);
        from += size;
    }
}

static void settle_node(struct disk *d, struct node *n, enum disk_kept kept)
{
    while (n->written != NULL) {
        struct written *w = n->written;

        n->written = w->next;
        keep(d, n, w, kept);
        bytes_fini(&w->bytes);
        free(w);
    }
    n->written_end = &n->written;
}

static void note_written(struct node *n, const void *at, size_t size, uint64_t offset, uint64_t truncated)
{
    struct written *w = xnew(sizeof *w);

    *w = (struct written){.offset = offset, .truncated = truncated};
    bytes_append(&w->bytes, at, size);
    *n->written_end = w;
    n->written_end = &w->next;
}

/* --- operations --- */

void disk_cut(struct disk *d)
{
    if (d->off)
        return;
    d->off = true;
    if (d->cut != NULL)
        d->cut(d->cookie);
}

/* Counts one; false: it is cut short, or the power is off already. */
static bool operate(void)
{
    struct disk *d = the_disk;

    if (d->off || d->ending)
        return false;
    d->operations++;
    if (d->fault_at == 0 || d->operations < d->fault_at)
        return true;
    d->fault_at = 0;
    if (d->fault == DISK_POWER_CUT)
        disk_cut(d);
    d->lost = d->lost || d->fault == DISK_SYNC_LOST;
    d->fails = d->fails || d->fault == DISK_SYNC_FAILS;
    return !d->off;
}

/* A write that is cut short has begun. */
bool disk_may_write(ino_t file, const void *at, size_t size, uint64_t offset)
{
    struct node *n = find_node(file);
    bool was_off = n != NULL && (the_disk->off || the_disk->ending);

    if (n == NULL || size == 0)
        return true;
    if (was_off)
        return false;
    note_written(n, at, size, offset, 0);
    return operate();
}

bool disk_may_truncate(ino_t file, uint64_t size)
{
    struct node *n = find_node(file);

    if (n == NULL)
        return true;
    if (!operate())
        return false;
    note_written(n, "", 0, 0, size);
    return true;
}

bool disk_may_sync(ino_t file)
{
    struct node *n = find_node(file);

    if (n == NULL)
        return true;
    if (!operate())
        return false;
    if (the_disk->fails || the_disk->failing == n->file) {
        /* And the kernel takes what it could not write for written. */
        settle_node(the_disk, n, the_disk->fails ? DISK_KEEPS_SOME : DISK_KEEPS_NONE);
        the_disk->fails = false;
        the_disk->failing = 0;
        the_disk->ending = true;
        return false;
    }
    if (the_disk->lost)
        return true;
    if (n->is_folder)
        apply_changes(the_disk, n, SIZE_MAX);
    else
        settle_node(the_disk, n, DISK_KEEPS_ALL);
    return true;
}

bool disk_may_name(const char *path)
{
    return !is_inside(path) || operate();
}

void disk_note_made(const char *path)
{
    struct change c = {.kind = MADE};
    struct stat st;

    if (!is_inside(path))
        return;
    REQUIRE(lstat(path, &st) == 0);
    c.one = place_of(path);
    c.node = find_node(st.st_ino);
    if (c.node == NULL || st.st_nlink == 1 || S_ISDIR(st.st_mode)) /* no second name of a file that there was */
        c.node = add_node(the_disk, st.st_ino, S_ISDIR(st.st_mode));
    note_change(&c);
}

void disk_note_gone(const char *path)
{
    struct change c = {.kind = GONE};

    if (!is_inside(path))
        return;
    c.one = place_of(path);
    note_change(&c);
}

void disk_note_moved(const char *from, const char *to)
{
    struct change c = {.kind = MOVED};

    if (!is_inside(to))
        return;
    c.one = place_of(from);
    c.other = place_of(to);
    c.node = find_node(disk_number_of(to));
    REQUIRE(c.node != NULL);
    note_change(&c);
}

void disk_note_swapped(const char *one, const char *other)
{
    struct change c = {.kind = SWAPPED};

    if (!is_inside(one))
        return;
    c.one = place_of(one);
    c.other = place_of(other);
    c.node = find_node(disk_number_of(other));
    c.exchanged = find_node(disk_number_of(one));
    REQUIRE(c.node != NULL && c.exchanged != NULL);
    note_change(&c);
}

void disk_note_folder_synced(const char *path)
{
    if (is_inside(path) && !the_disk->lost)
        apply_changes(the_disk, place_of(path).folder, SIZE_MAX);
}

/* --- a disk --- */

static bool is_shared_memory(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && strcmp(name + n - 4, "-shm") == 0;
}

static void scan(struct disk *d, struct node *folder, const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    struct error err;

    REQUIRE(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        char inner[512];
        struct stat st;
        struct place p = {.folder = folder};
        struct node *n;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || is_shared_memory(entry->d_name))
            continue;
        REQUIRE(snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner);
        REQUIRE(lstat(inner, &st) == 0);
        n = add_node(d, st.st_ino, S_ISDIR(st.st_mode));
        (void)snprintf(p.name, sizeof p.name, "%.127s", entry->d_name);
        put_name(&p, n);
        if (n->is_folder)
            scan(d, n, inner);
        else
            REQUIRE(!S_ISREG(st.st_mode) || file_read(inner, SIZE_MAX / 2, &n->kept, &err));
    }
    (void)closedir(dir);
}

static void begin(struct disk *d)
{
    d->nodes = NULL;
    d->nodes_end = &d->nodes;
    d->changes = NULL;
    d->changes_end = &d->changes;
    scan(d, add_node(d, disk_number_of(d->folder), true), d->folder);
}

static void forget(struct disk *d)
{
    apply_changes(d, NULL, SIZE_MAX);
    while (d->nodes != NULL) {
        struct node *n = d->nodes;

        d->nodes = n->next;
        settle_node(d, n, DISK_KEEPS_NONE);
        while (n->names != NULL)
            remove_name(n, n->names->text);
        bytes_fini(&n->kept);
        free(n);
    }
}

struct disk *disk_new(const char *folder, uint64_t seed)
{
    struct disk *d = xnew(sizeof *d);
    struct stat st;

    REQUIRE(the_disk == NULL && strlen(folder) < sizeof d->folder && stat(folder, &st) == 0);
    d->device = st.st_dev;
    (void)snprintf(d->folder, sizeof d->folder, "%s", folder);
    fake_random_init(&d->random, seed);
    begin(d);
    the_disk = d;
    return d;
}

void disk_free(struct disk *d)
{
    if (d == NULL)
        return;
    the_disk = NULL;
    forget(d);
    bytes_fini(&d->remains);
    free(d);
}

void disk_arm(struct disk *d, enum disk_fault fault, uint64_t after)
{
    d->fault = fault;
    d->fault_at = d->operations + after;
}

void disk_disarm(struct disk *d)
{
    d->fault_at = 0;
}

void disk_fail_sync_of(struct disk *d, const char *path)
{
    d->failing = disk_file_of(path);
    REQUIRE(d->failing != 0);
}

void disk_resume(struct disk *d)
{
    d->ending = false;
}

uint64_t disk_operations(const struct disk *d)
{
    return d->operations;
}

void disk_on_cut(struct disk *d, disk_cut_fn *cut, void *cookie)
{
    d->cut = cut;
    d->cookie = cookie;
}

bool disk_is_off(const struct disk *d)
{
    return d->off;
}

static bool contains(const struct bytes *all, struct view part)
{
    return all->size >= part.size && memmem(all->at, all->size, part.at, part.size) != NULL;
}

bool disk_holds(const struct disk *d, struct view bytes)
{
    bool found = contains(&d->remains, bytes);

    for (const struct node *n = d->nodes; n != NULL && !found; n = n->next)
        found = contains(&n->kept, bytes);
    return found;
}

/* --- after a power cut --- */

static bool has_name(const struct disk *d, const struct node *node)
{
    for (const struct node *folder = d->nodes; folder != NULL; folder = folder->next)
        for (const struct name *n = folder->names; n != NULL; n = n->next)
            if (n->node == node)
                return true;
    return false;
}

static void collect_remains(struct disk *d)
{
    for (const struct node *n = d->nodes; n != NULL; n = n->next)
        if (!n->is_folder && !has_name(d, n))
            bytes_append_view(&d->remains, bytes_view(&n->kept));
}

static void clear_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    REQUIRE(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        char inner[512];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        REQUIRE(snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) < (int)sizeof inner);
        if (entry->d_type == DT_DIR)
            clear_folder(inner);
        REQUIRE(remove(inner) == 0);
    }
    (void)closedir(dir);
}

static void write_folder(const struct node *folder, const char *path)
{
    for (const struct name *n = folder->names; n != NULL; n = n->next) {
        char inner[512];
        int fd;

        REQUIRE(snprintf(inner, sizeof inner, "%s/%s", path, n->text) < (int)sizeof inner);
        if (n->node->is_folder) {
            REQUIRE(mkdir(inner, 0700) == 0);
            write_folder(n->node, inner);
            continue;
        }
        fd = open(inner, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        REQUIRE(fd >= 0 && file_write_at(fd, bytes_view(&n->node->kept), 0));
        (void)close(fd);
    }
}

void disk_restore(struct disk *d, enum disk_kept kept)
{
    size_t waiting = 0;
    size_t names;

    for (const struct change *c = d->changes; c != NULL; c = c->next)
        waiting++;
    names = kept == DISK_KEEPS_NONE ? 0 : kept == DISK_KEEPS_ALL ? waiting : fake_random_below(&d->random, waiting + 1);
    apply_changes(d, NULL, names);
    for (struct node *n = d->nodes; n != NULL; n = n->next)
        settle_node(d, n, kept);
    collect_remains(d);
    the_disk = NULL; /* what follows is not done by the program */
    clear_folder(d->folder);
    write_folder(d->nodes, d->folder);
    forget(d);
    begin(d);
    the_disk = d;
    d->off = d->lost = d->fails = d->ending = false;
    d->fault_at = 0;
}

/* --- bits --- */

struct files {
    const char *of;
    size_t count;
    size_t wanted;
    char *path;
    const struct node *found;
};

static void walk_files(struct files *f, const struct node *folder, const char *path)
{
    for (const struct name *n = folder->names; n != NULL; n = n->next) {
        char inner[256];

        REQUIRE(snprintf(inner, sizeof inner, "%s/%s", path, n->text) < (int)sizeof inner);
        if (n->node->is_folder) {
            walk_files(f, n->node, inner);
        } else if (n->node->kept.size != 0 && (f->of == NULL || strstr(inner, f->of) != NULL) &&
                   f->count++ == f->wanted) {
            (void)snprintf(f->path, 256, "%s", inner);
            f->found = n->node;
        }
    }
}

uint64_t disk_flip(struct disk *d, const char *of, char path[static 256])
{
    struct files f = {.of = of, .wanted = SIZE_MAX, .path = path};
    uint64_t bit = 0;
    uint8_t byte;
    int fd;

    path[0] = '\0';
    disk_restore(d, DISK_KEEPS_ALL);
    walk_files(&f, d->nodes, d->folder);
    if (f.count == 0)
        return 0;
    f.wanted = fake_random_below(&d->random, f.count);
    f.count = 0;
    walk_files(&f, d->nodes, d->folder);
    for (int tries = 0; tries < 16 && (tries == 0 || f.found->kept.at[bit / 8] == 0); tries++)
        bit = fake_random_below(&d->random, f.found->kept.size * 8); /* rather where something is written */
    byte = (uint8_t)(f.found->kept.at[bit / 8] ^ 1u << bit % 8);
    the_disk = NULL;
    fd = open(path, O_WRONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && file_write_at(fd, view_of(&byte, 1), bit / 8));
    (void)close(fd);
    forget(d);
    begin(d);
    the_disk = d;
    return bit;
}
