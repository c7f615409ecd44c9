#ifndef TESTS_FAULTY_DISK_H
#define TESTS_FAULTY_DISK_H
/* A disk that loses power, tears what it was writing, and lies: under SQLite by a VFS over "unix", under everything
 * else by the linker (--wrap: tests/lib/CMakeLists.txt lists the calls).
 *
 * The files of one folder are followed while a program works on them. What was written is on the disk for certain once
 * its file was synced, and a name once its folder was. Of what is not certain, a power cut keeps none, all or some:
 * each part of 512 bytes by itself, so that a write is torn; names in the order in which they were made. The shared
 * memory of a WAL (-shm) is never kept. One disk at a time, one thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct disk;

/* The VFS is SQLite's default from now on. Before the first database is opened. */
void disk_install(void);

/* All that is in FOLDER now is on the disk. SEED decides what a power cut keeps. */
struct disk *disk_new(const char *folder, uint64_t seed);
/* What lies in the folder stays. */
void disk_free(struct disk *d);

enum disk_fault {
    DISK_POWER_CUT,  /* the operation is cut short, and all that follow fail with EIO */
    DISK_SYNC_LOST,  /* from then on what is synced is not on the disk, though it is said to be */
    DISK_SYNC_FAILS, /* the next sync from then on fails with EIO, and all that follows until disk_resume */
};

/* The AFTER-th operation from now (1 = the next) is met by FAULT. Operations are writes, syncs, changes of names. */
void disk_arm(struct disk *d, enum disk_fault fault, uint64_t after);
void disk_disarm(struct disk *d);
/* As DISK_SYNC_FAILS, at the next sync of the file PATH; nothing of it is kept. */
void disk_fail_sync_of(struct disk *d, const char *path);
/* The program that a failed sync ended is gone, another one begins. */
void disk_resume(struct disk *d);
/* How many there have been. */
uint64_t disk_operations(const struct disk *d);

/* Called when the power goes: what the program does from then on reaches nobody. */
typedef void disk_cut_fn(void *cookie);
void disk_on_cut(struct disk *d, disk_cut_fn *cut, void *cookie);
bool disk_is_off(const struct disk *d);
/* The power goes now, between two operations. */
void disk_cut(struct disk *d);

/* Whether these bytes lie anywhere on the disk for certain: in a file, or where a file was that is gone. */
bool disk_holds(const struct disk *d, struct view bytes);

enum disk_kept { DISK_KEEPS_NONE, DISK_KEEPS_ALL, DISK_KEEPS_SOME };

/* The power is back: the folder holds what the disk kept. Nothing may have a file of it open. */
void disk_restore(struct disk *d, enum disk_kept kept);

/* Flips a bit, chosen by the seed, in a file of the folder, chosen by the seed among those that are not empty and that
 * OF, a part of the path, names (NULL: any). Nothing may have it open. Writes its path, and returns the bit's place;
 * path "" where there is no such file. */
uint64_t disk_flip(struct disk *d, const char *of, char path[static 256]);

#endif
