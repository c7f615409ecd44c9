#ifndef CRYPTO_FILE_DESTROY_H
#define CRYPTO_FILE_DESTROY_H
/* Destroying whole key files: overwritten in place, synced, removed. For this room only. One data key is overwritten in
 * its slot of the keys file: data_keys_erase.
 *
 * Floor: crypto. In place reaches the old blocks on ext4 and xfs over a disk; flash may keep remnants, which the
 * storage key still opens until the keys file is wrapped under a new one (data_keys_rewrap_begin).
 */

#include "base/bytes.h"
#include "base/error.h"

/* Overwrites PATH with random bytes, syncs, removes it. Fine when it is not there. E-KEY-11. */
MUST_USE bool file_destroy(const char *path, struct error *err);
/* Exchanges the files at PATH and NEW_PATH in one step, so that a crash leaves one or the other at PATH; then shreds
 * the old one, which stands at NEW_PATH by then. */
MUST_USE bool file_destroy_replaced(const char *path, const char *new_path, struct error *err);

#endif
