#ifndef TESTS_FAULTY_DISK_INSIDE_H
#define TESTS_FAULTY_DISK_INSIDE_H
/* What the two shims, of SQLite and of the C library, tell the disk. Each function whose name begins with `may`
 * is asked before the operation, is counted, and answers whether it may be done (else: EIO); what is noted follows it.
 *
 * A path that is not of the folder, and a file that is not followed, may always.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The number of a file (st_ino) that is followed; 0: none. */
ino_t disk_file_of(const char *path);
ino_t disk_file_of_descriptor(int fd);
/* The same whether or not it is followed (yet). */
ino_t disk_number_of(const char *path);

bool disk_may_write(ino_t file, const void *at, size_t size, uint64_t offset);
bool disk_may_truncate(ino_t file, uint64_t size);
bool disk_may_sync(ino_t file); /* a folder too: then its names */

/* A change of the name PATH. */
bool disk_may_name(const char *path);
void disk_note_made(const char *path);
void disk_note_gone(const char *path);
void disk_note_moved(const char *from, const char *to);
void disk_note_swapped(const char *one, const char *other);
/* The names of the folder that PATH is in are on the disk, if syncs are not lost. */
void disk_note_folder_synced(const char *path);

#endif
