/* The keys part at its place: written beside the one that is there, read back, and only then put in its place. */
#include "refexd/backup/backup_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "crypto/digest_stream.h"
#include "crypto/keys_part.h"

struct backup_writing {
    char path[FILE_PATH_MAX];
    char new_path[FILE_PATH_MAX];
    char old_path[FILE_PATH_MAX];
    int fd;
    uint64_t size;
    bool placing; /* it may have changed names with the part before, which only a synced folder lets go */
};

static bool cannot_write(struct error *err)
{
    return error_set(err, errno == EFBIG || errno == ENOSPC ? E_FIL_03 : E_BAK_04,
                     "the keys part of the backup cannot be written: %s", strerror(errno));
}

/* From the disk, as far as it can be made to. */
static bool digest_file(int fd, uint64_t size, struct hash *out)
{
    struct digest_stream *s = digest_stream_new();
    uint8_t *buffer = xnew(BOUND_KEYS_PIECE);
    bool ok = true;

    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    for (uint64_t at = 0; ok && at < size; at += BOUND_KEYS_PIECE) {
        size_t n = size - at < BOUND_KEYS_PIECE ? (size_t)(size - at) : BOUND_KEYS_PIECE;

        ok = file_read_at(fd, buffer, n, at);
        if (ok)
            digest_stream_add(s, view_of(buffer, n));
    }
    free(buffer);
    digest_stream_end(s, out);
    return ok;
}

/* One that was about to be put there may be there: the node ended before it knew. */
bool backup_is_own(const struct backup_work *w, int fd)
{
    static const struct hash none;
    struct hash there;
    struct stat st;

    return hash_equal(&w->task.keys_hash, &none) ||
           (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && digest_file(fd, (uint64_t)st.st_size, &there) &&
            (hash_equal(&there, &w->task.keys_hash) || hash_equal(&there, &w->task.keys_coming)));
}

/* Another home of this agency may reach the place. */
static void look_who_wrote(struct backup_work *w, const char *path)
{
    static const struct hash none;
    const bool known = !hash_equal(&w->task.keys_hash, &none);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    w->other_gone = known && fd < 0 && errno == ENOENT;
    if (known && (fd < 0 || !backup_is_own(w, fd)))
        w->other_ms = clock_now_ms(&clock_real);
    if (fd >= 0)
        (void)close(fd);
}

bool backup_begin_keys(struct backup_work *w, struct error *err)
{
    struct backup_writing *k = xnew(sizeof *k);

    k->fd = -1;
    w->writing = k;
    if (!backup_check_mounted(w, w->task.keys, w->task.keys_apart, err) ||
        !backup_place_path(w->task.keys, BACKUP_KEYS_FILE, k->path, err) ||
        !backup_place_path(w->task.keys, BACKUP_KEYS_FILE ".new", k->new_path, err) ||
        !backup_place_path(w->task.keys, BACKUP_KEYS_FILE ".old", k->old_path, err) ||
        !keys_part_clear(k->path, k->new_path, k->old_path, err))
        return false;
    look_who_wrote(w, k->path);
    k->fd = open(k->new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return k->fd >= 0 || cannot_write(err);
}

bool backup_write_keys(struct backup_work *w, struct view piece, struct error *err)
{
    struct backup_writing *k = w->writing;

    if (!file_write_at(k->fd, piece, k->size))
        return cannot_write(err);
    k->size += piece.size;
    return true;
}

/* Whether both are one folder, under whatever names. */
static bool is_same_folder(const char *a, const char *b)
{
    struct stat first;
    struct stat second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static bool destroy_named(struct view folder, const char *name, bool *was)
{
    char path[FILE_PATH_MAX];
    struct error why = {0};

    return backup_place_path(folder, name, path, &why) && keys_part_destroy(path, was, &why);
}

/* With the other two files, which stay where the node was killed while it made a keys part there. */
static bool destroy_at(struct backup_work *w, struct view old)
{
    char folder[FILE_PATH_MAX];
    char today[FILE_PATH_MAX];
    struct error why = {0};
    bool left;
    bool was;

    if (!backup_place_path(old, "", folder, &why) || !backup_place_path(w->task.keys, "", today, &why))
        return false; /* it is away */
    if (is_same_folder(folder, today))
        return true; /* the new one took its place */
    if (backup_same_file_system(today, w->home) && !backup_same_file_system(folder, w->home))
        return false; /* the new one may lie below a disk that is away */
    return destroy_named(old, BACKUP_KEYS_FILE ".new", &left) && destroy_named(old, BACKUP_KEYS_FILE ".old", &left) &&
           destroy_named(old, BACKUP_KEYS_FILE, &was) && was;
}

/* Of those that are there: one whose folder is empty may be a disk that is away. */
static void destroy_old(struct backup_work *w, struct control_backup_part *out)
{
    struct view *gone = arena_new(&w->arena, BOUND_BACKUP_PLACES * sizeof *gone);

    out->gone = gone;
    for (size_t i = 0; i < w->task.old_count; i++)
        if (destroy_at(w, w->task.old[i]))
            gone[out->gone_count++] = w->task.old[i];
}

static bool place_keys(struct backup_work *w, struct view hash, struct control_backup_part *out, struct error *err)
{
    struct backup_writing *k = w->writing;
    struct keys_part_head head;

    if (fsync(k->fd) != 0 || !digest_file(k->fd, k->size, &out->hash))
        return cannot_write(err);
    if (!view_equal(hash_view(&out->hash), hash))
        return error_set(err, E_BAK_05, "the keys part that was written does not read back as it was");
    if (!keys_part_read_head(k->fd, &head, err))
        return false;
    k->placing = true;
    if (!keys_part_replace(k->path, k->new_path, k->old_path, err))
        return false;
    destroy_old(w, out);
    out->made_ms = head.made_ms;
    out->verified_ms = clock_now_ms(&clock_real);
    out->size = k->size;
    out->generations = 1;
    out->file = view_of_text(BACKUP_KEYS_FILE);
    backup_fill_disks(w->home, w->task.keys, w->task.data, out);
    return true;
}

bool backup_end_keys(struct backup_work *w, struct view hash, struct control_backup_part *out, struct error *err)
{
    bool ok = place_keys(w, hash, out, err);

    backup_drop_keys(w);
    return ok;
}

/* What a killed process began is overwritten by the next begin. */
void backup_drop_keys(struct backup_work *w)
{
    struct error ignored;
    bool was;

    if (w->writing == NULL)
        return;
    if (w->writing->fd >= 0) {
        (void)close(w->writing->fd);
        if (!w->writing->placing && !keys_part_destroy(w->writing->new_path, &was, &ignored))
            was = false; /* the next begin tries again */
    }
    free(w->writing);
    w->writing = NULL;
}
