/* SQLite's VFS over "unix": it tells the disk what is written, synced, made and deleted, and fails where it may not. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"
#include "faulty_disk.h"
#include "faulty_disk_inside.h"

struct file {
    sqlite3_file base;
    ino_t number;
    char *made; /* its path, until the first sync: with it SQLite syncs the folder of a new journal or WAL */
};

static sqlite3_vfs *real_vfs;

/* That of "unix" lies behind ours. */
static sqlite3_file *real_of(sqlite3_file *f)
{
    return (sqlite3_file *)((struct file *)(void *)f + 1);
}

/* --- a file --- */

static int on_close(sqlite3_file *f)
{
    free(((struct file *)(void *)f)->made);
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int on_read(sqlite3_file *f, void *at, int size, sqlite3_int64 offset)
{
    return real_of(f)->pMethods->xRead(real_of(f), at, size, offset);
}

static int on_write(sqlite3_file *f, const void *at, int size, sqlite3_int64 offset)
{
    if (!disk_may_write(((struct file *)(void *)f)->number, at, (size_t)size, (uint64_t)offset))
        return SQLITE_IOERR_WRITE;
    return real_of(f)->pMethods->xWrite(real_of(f), at, size, offset);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (!disk_may_truncate(((struct file *)(void *)f)->number, (uint64_t)size))
        return SQLITE_IOERR_TRUNCATE;
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int on_sync(sqlite3_file *f, int flags)
{
    struct file *file = (struct file *)(void *)f;

    if (!disk_may_sync(file->number))
        return SQLITE_IOERR_FSYNC;
    if (file->made != NULL)
        disk_note_folder_synced(file->made);
    free(file->made);
    file->made = NULL;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int on_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int on_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int on_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int on_check_lock(sqlite3_file *f, int *reserved)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), reserved);
}

/* A size that SQLite expects is only advice. */
static int on_control(sqlite3_file *f, int what, void *with)
{
    if (what == SQLITE_FCNTL_SIZE_HINT)
        return SQLITE_OK;
    return real_of(f)->pMethods->xFileControl(real_of(f), what, with);
}

static int on_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int on_characteristics(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int on_map_shared(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, at);
}

static int on_lock_shared(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void on_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int on_unmap_shared(sqlite3_file *f, int deletes)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), deletes);
}

/* --- the VFS --- */

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out_flags)
{
    /* Version 2: nothing is read by memory mapping, which would pass us by. */
    static const sqlite3_io_methods methods = {2,
                                               on_close,
                                               on_read,
                                               on_write,
                                               on_truncate,
                                               on_sync,
                                               on_size,
                                               on_lock,
                                               on_unlock,
                                               on_check_lock,
                                               on_control,
                                               on_sector,
                                               on_characteristics,
                                               on_map_shared,
                                               on_lock_shared,
                                               on_barrier,
                                               on_unmap_shared,
                                               NULL,
                                               NULL};
    struct file *file = (struct file *)(void *)f;
    bool makes = path != NULL && (flags & SQLITE_OPEN_CREATE) != 0 && access(path, F_OK) != 0;
    int code;

    (void)vfs;
    *file = (struct file){0};
    if (makes && !disk_may_name(path))
        return SQLITE_CANTOPEN;
    code = real_vfs->xOpen(real_vfs, path, real_of(f), flags, out_flags);
    if (code != SQLITE_OK)
        return code;
    f->pMethods = &methods;
    if (path == NULL)
        return SQLITE_OK;
    if (makes) {
        disk_note_made(path);
        if ((flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0) {
            file->made = xnew(strlen(path) + 1);
            memcpy(file->made, path, strlen(path) + 1);
        }
    }
    file->number = disk_number_of(path);
    return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    int code;

    (void)vfs;
    if (!disk_may_name(path))
        return SQLITE_IOERR_DELETE;
    code = real_vfs->xDelete(real_vfs, path, sync_folder);
    if (code == SQLITE_OK) {
        disk_note_gone(path);
        if (sync_folder != 0)
            disk_note_folder_synced(path);
    }
    return code;
}

void disk_install(void)
{
    static sqlite3_vfs vfs;

    real_vfs = sqlite3_vfs_find("unix");
    REQUIRE(real_vfs != NULL);
    vfs = *real_vfs;
    vfs.zName = "faulty";
    vfs.szOsFile += (int)sizeof(struct file);
    vfs.xOpen = on_open;
    vfs.xDelete = on_delete;
    REQUIRE(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}
