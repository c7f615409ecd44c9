#ifndef BASE_FILE_H
#define BASE_FILE_H
/* Files as refex uses them: read whole and bounded, written whole or not at all.
 *
 * Floor: base. Writes go to a temporary name in the same folder, are synced, renamed, and the folder is synced, so that
 * a crash leaves the old file or the new one.
 */

#include "base/bytes.h"
#include "base/error.h"

/* Appends the file's bytes to *OUT. E-FIL-01 when it cannot be read, E-FIL-04 when it is over MAX bytes.
 * A path of "-" is standard input. */
MUST_USE bool file_read(const char *path, size_t max, struct bytes *out, struct error *err);

/* Whether FD is a regular file that only its owner can open. Every key file is asked when it is opened. */
bool file_is_private(int fd);
/* Whether others can open the file PATH, by its mode; false where there is none. */
bool file_is_open_to_others(const char *path);

/* The key file PATH could not be opened, for which errno says why: E-KEY-01 there is none, else E-KEY-23. False. */
bool file_refuse_unread_key(const char *path, struct error *err);
/* file_read of a key file: the same, and E-KEY-02 where it is not private. */
MUST_USE bool file_read_private(const char *path, size_t max, struct bytes *out, struct error *err);

/* Replaces PATH, a name of our own, with CONTENT, mode MODE (e.g. 0600). E-FIL-02, E-FIL-03. */
MUST_USE bool file_write(const char *path, struct view content, unsigned mode, struct error *err);

/* Writes CONTENT where a person said (--out). A file, or a new name, is written as by file_write; behind a link the
 * file that it leads to. What is no file (a device, a fifo), "-" and what is this program's own standard output are
 * written to as they are: no name that is there becomes something else. E-FIL-02, E-FIL-03, E-STO-03. */
MUST_USE bool file_write_named(const char *path, struct view content, unsigned mode, struct error *err);
/* Whether it can, as far as is known beforehand, before what is to be written is done. E-FIL-02. */
MUST_USE bool file_check_named(const char *path, struct error *err);

/* Whether PATH is this program's standard output: what is printed beside it would be mixed into it. */
bool file_is_output(const char *path);

/* As file_write, but refuses to replace a file that exists (E-FIL-02). */
MUST_USE bool file_create(const char *path, struct view content, unsigned mode, struct error *err);

/* Makes PATH a file of SIZE bytes whose room on the disk is taken; one that is there with that size is left. E-FIL-02
 * when there is no such room: then there is no file. */
MUST_USE bool file_allocate(const char *path, uint64_t size, struct error *err);

/* Makes the folder, mode 0700, if it is not there, so that its name stays. E-FIL-02, E-FIL-03. */
MUST_USE bool file_make_folder(const char *path, struct error *err);

/* Also where it may not be looked at: only what is known not to be there is absent. */
bool file_exists(const char *path);

/* Bytes of FOLDER without the slashes at its end, as people may type them; of the root, 1. */
size_t file_folder_size(const char *folder);

/* Writes "FOLDER/NAME" to OUT, with one slash between them; E-FIL-02 when it does not fit. */
#define FILE_PATH_MAX 1024
MUST_USE bool file_join_path(char out[static FILE_PATH_MAX], const char *folder, const char *name, struct error *err);

/* fsync of a folder, so that a new name in it stays. */
MUST_USE bool file_sync_folder(const char *path, struct error *err);
/* The same for the folder that PATH is in. */
MUST_USE bool file_sync_parent(const char *path, struct error *err);

/* All of CONTENT written, SIZE bytes read, at OFFSET of an open file. False with errno; ENODATA where the file ends. */
bool file_write_at(int fd, struct view content, uint64_t offset);
bool file_read_at(int fd, uint8_t *at, size_t size, uint64_t offset);

#endif
