#ifndef CRYPTO_SEALFILE_H
#define CRYPTO_SEALFILE_H
/* Sealing keys on the disk: one file each, FOLDER/sealing-<hex id>, wrapped by the storage key, destroyed in place.
 *
 * Floor: crypto. No backup may hold these files: once a key's file is overwritten, nothing opens what was sealed to it.
 */

#include "model/ident.h"

struct seal_key;
struct secret;

/* Writes KEY; refuses to overwrite (E-KEY-04). */
MUST_USE bool sealfile_save(const char *folder, const struct seal_key *key, const struct secret *storage_key,
                            uint64_t generation, struct error *err);
/* The generation of the storage key that this file needs. E-KEY-01, 06. */
MUST_USE bool sealfile_read_generation(const char *folder, const struct ident *id, uint64_t *out, struct error *err);
/* E-KEY-01: destroyed or never there; E-KEY-06: damaged; E-KEY-17: other storage key. */
MUST_USE bool sealfile_open(const char *folder, const struct ident *id, const struct secret *storage_key,
                            struct seal_key **out, struct error *err);
/* Appends the ids in FOLDER, 16 bytes each, in ascending order. */
MUST_USE bool sealfile_list(const char *folder, struct bytes *out, struct error *err);
/* Overwrites in place, syncs, removes. Fine when it is not there any more. E-KEY-11. */
MUST_USE bool sealfile_destroy(const char *folder, const struct ident *id, struct error *err);
/* Wraps the next key of FOLDER that still needs OLD_KEY under NEW_KEY of GENERATION; *DONE: none is left that does. May
 * be repeated after a crash. E-KEY-11, E-KEY-17, E-FIL-03. */
MUST_USE bool sealfile_rewrap_next(const char *folder, const struct secret *old_key, const struct secret *new_key,
                                   uint64_t generation, bool *done, struct error *err);

#endif
