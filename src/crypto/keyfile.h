#ifndef CRYPTO_KEYFILE_H
#define CRYPTO_KEYFILE_H
/* The storage key: 32 random bytes, and what protects them on the disk (docs/PROTOCOL.md 9).
 *
 * Floor: crypto. Two protectors so far: a passphrase (scrypt, N = 2^17, r = 8, p = 1: 128 MiB and about half a second)
 * and none but the file's mode (plain: for demos; `status` shows it). The caller reads the passphrase from a terminal
 * or a descriptor, never from argv or environment.
 *
 * The file has two cells. To take a new storage key into use: keyfile_add_key (the other cell), data_keys_rewrap_begin
 * and _step, sealfile_rewrap_next, keyfile_keep_only (overwrites the old cell in place). A crash anywhere in between
 * leaves both keys, and each file names the generation it needs. What protects the keys is kept from keyfile_open on,
 * so that a new one is protected in the same way without anybody: of a passphrase the key that scrypt made of it.
 */

#include "base/bytes.h"
#include "base/error.h"

struct secret;
struct keyfile;

/* Makes PATH, mode 0600, with a new key of generation 1. An empty PASSPHRASE: plain. Refuses to overwrite (E-KEY-04).
 */
MUST_USE bool keyfile_create(const char *path, struct view passphrase, struct error *err);
/* The same with KEY of GENERATION, which a backup had. */
MUST_USE bool keyfile_create_of(const char *path, struct view passphrase, uint64_t generation, const struct secret *key,
                                struct error *err);
/* Whether PATH is protected by nothing but its mode. E-KEY-01, 06. */
MUST_USE bool keyfile_is_plain(const char *path, bool *out, struct error *err);
/* E-KEY-01, 02 (mode), 05 (passphrase; at once when it is empty and one is needed), 06 (damaged). A plain file takes no
 * passphrase: it is not looked at. */
MUST_USE bool keyfile_open(const char *path, struct view passphrase, struct keyfile **out, struct error *err);
void keyfile_close(struct keyfile *k);

/* Wraps the keys of PATH, which OLD opens, under NEW, which is not empty: a new file, looked at, takes the place of the
 * old in one step, and what the old one held is overwritten. On failure PATH opens with one of the two, as before or
 * whole. Nobody has PATH open. As keyfile_open; E-KEY-11, E-KEY-18, E-FIL-02, E-FIL-03. */
MUST_USE bool keyfile_change_passphrase(const char *path, struct view old_passphrase, struct view new_passphrase,
                                        struct error *err);

uint64_t keyfile_newest(const struct keyfile *k);
/* The storage key of GENERATION; the caller frees *OUT. E-KEY-17: not in this file. */
MUST_USE bool keyfile_key(const struct keyfile *k, uint64_t generation, struct secret *out, struct error *err);
/* The generation of the other key that lies in K beside that of GENERATION; 0: none. */
uint64_t keyfile_other(const struct keyfile *k, uint64_t generation);
/* Puts a new key of GENERATION (above the newest) into the cell that is not KEEP's. E-KEY-11. */
MUST_USE bool keyfile_add_key(struct keyfile *k, uint64_t keep, uint64_t generation, struct error *err);
/* Overwrites every key but that of GENERATION with random bytes, on the disk when it returns. E-KEY-11, E-KEY-17. */
MUST_USE bool keyfile_keep_only(struct keyfile *k, uint64_t generation, struct error *err);

#endif
