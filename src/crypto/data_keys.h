#ifndef CRYPTO_DATA_KEYS_H
#define CRYPTO_DATA_KEYS_H
/* The keys file: data keys in slots that are filled ahead and overwritten in place to erase (docs/PROTOCOL.md 9).
 *
 * Floor: crypto. Which slots are in use is stored in the database. Slots are filled before they are needed, so that
 * allocating one changes the database alone and no commit spans two files. It is a flat file apart from the database
 * because WAL and free pages keep what SQLite deletes.
 *
 * The file grows as long as the disk has room, and has no end of its own: no slot is used twice, so any other end would
 * be one for the life of the node, and whoever sends here could bring it about. A slot costs 80 bytes on the disk, and
 * no memory.
 *
 *   create ── open ── key, grow, erase, rewrap ── close
 *
 * A crash between any two writes leaves a file that opens: growing counts only after the new slots are on the disk, an
 * erasure cut short is repeated by the caller (erasing twice is fine), a re-wrap cut short is dropped or finished at
 * the next open, by which of the two files bears the name. One process at a time (flock).
 */

#include "base/bytes.h"
#include "base/error.h"

struct secret;
struct data_keys;

#define DATA_KEYS_FILL 1024              /* slots made at a time: 80 KiB, about 4 ms */
#define DATA_KEYS_MAX  (INT64_MAX / 128) /* slots that a file could have: the disk ends long before */

/* Makes PATH with COUNT filled slots. Refuses to overwrite (E-KEY-04). */
MUST_USE bool data_keys_create(const char *path, const struct secret *storage_key, uint64_t generation, uint64_t count,
                               struct error *err);
/* The generation of the storage key that PATH needs, read without opening it. E-KEY-01, 07. */
MUST_USE bool data_keys_read_generation(const char *path, uint64_t *out, struct error *err);
/* Opens PATH; copies STORAGE_KEY. Finishes a re-wrap that a crash cut short. E-KEY-01, 07 (damaged), 08 (in use), 17
 * (the storage key is not the one that wrapped this file). */
MUST_USE bool data_keys_open(const char *path, const struct secret *storage_key, struct data_keys **out,
                             struct error *err);
void data_keys_close(struct data_keys *s);

uint64_t data_keys_count(const struct data_keys *s);
/* Bytes of the file with these. */
uint64_t data_keys_size(const struct data_keys *s);
uint64_t data_keys_generation(const struct data_keys *s);

/* Fills COUNT more slots, on the disk when it returns. E-KEY-11, E-STO-03. */
MUST_USE bool data_keys_grow(struct data_keys *s, uint64_t count, struct error *err);

/* The key in SLOT, 32 bytes; the caller frees *OUT. E-KEY-09: erased; E-KEY-10: no such slot; E-KEY-21. */
MUST_USE bool data_keys_get(struct data_keys *s, uint64_t slot, struct secret *out, struct error *err);
/* Whether the disk gives what lies in SLOT; else E-KEY-21. */
MUST_USE bool data_keys_is_read(struct data_keys *s, uint64_t slot, struct error *err);
/* Whether SLOT holds no key any more: what is there does not unwrap. */
bool data_keys_is_erased(struct data_keys *s, uint64_t slot);

/* Overwrites with random bytes, on the disk when it returns; erasing what is erased is fine. E-KEY-10, E-KEY-11. */
MUST_USE bool data_keys_erase(struct data_keys *s, uint64_t slot, struct error *err);
MUST_USE bool data_keys_erase_many(struct data_keys *s, const uint64_t *slots, size_t count, struct error *err);

/* Begins to wrap every key anew under NEW_KEY of GENERATION (above the present one), which data_keys_rewrap_step does a
 * part at a time; meanwhile all else works as before, and what is erased is erased in both files. E-KEY-11, E-STO-03.
 */
MUST_USE bool data_keys_rewrap_begin(struct data_keys *s, const struct secret *new_key, uint64_t generation,
                                     struct error *err);
/* The next part, a few milliseconds; *DONE with the last one. In one of them the new file takes the old one's place
 * (data_keys_generation shows it), and the slots from FIRST_UNUSED on, which seal nothing yet, get new keys: who has a
 * copy of the old file opens nothing with them. Then the old file is overwritten. After the last one the old storage
 * key opens nothing here, and the caller destroys it (keyfile_keep_only). E-KEY-11, E-STO-03, E-KEY-21: before the new
 * file was taken it is dropped, and data_keys_is_rewrapping says no; later, the part may be tried again. A crash leaves
 * a file wrapped under either key: keep both, and see at the next start which one it takes. */
MUST_USE bool data_keys_rewrap_step(struct data_keys *s, uint64_t first_unused, bool *done, struct error *err);
bool data_keys_is_rewrapping(const struct data_keys *s);
/* The disk may have either file under the name after a power cut: what is sealed from now on may be lost. */
bool data_keys_is_unsure(const struct data_keys *s);

#endif
