#ifndef CRYPTO_KEYS_PART_H
#define CRYPTO_KEYS_PART_H
/* The keys part of a backup: a file that only the recovery words open (docs/PROTOCOL.md 9).
 *
 * Floor: crypto. Named items one behind the other, sealed in pieces to the recovery key (crypto/recovery_key.h), so
 * that neither who writes nor who reads needs all of it in memory. There is one generation at a place: what takes the
 * place of an older one destroys that.
 *
 *   writer: keys_part_writer_new ── (item ── put …) … ── end ── free
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/error.h"
#include "model/ident.h"

struct seal_key;
struct keys_part_writer;

/* Names of items, each once, in this order. */
#define KEYS_PART_STORAGE_KEY "storage-key"   /* u64 generation ‖ the key that `keys` is wrapped under */
#define KEYS_PART_NODE        "node"          /* id of the machine, 16 bytes */
#define KEYS_PART_IDENTITY    "identity"      /* the agency's private keys, as their files of keys.d have them */
#define KEYS_PART_NEXT        "identity-next" /* that is to take the place of identity, if there is one */
#define KEYS_PART_TRANSPORT   "transport"
#define KEYS_PART_CONF        "node.conf"
#define KEYS_PART_USED        "slots-used" /* u64: how many of the file of data keys are in use, or were */
#define KEYS_PART_SLOTS       "keys"       /* the file of data keys; last */

#define KEYS_PART_NAME 32 /* bytes of an item's name, at most */

/* --- writing --- */
/* Appends the head of the file to OUT. E-KEY-13: PUBLIC_KEY is none. */
MUST_USE bool keys_part_writer_new(const uint8_t public_key[static 32], int64_t made_ms, struct bytes *out,
                                   struct keys_part_writer **w, struct error *err);
/* An item of SIZE bytes begins, which the following puts bring; the one before is whole. */
MUST_USE bool keys_part_writer_item(struct keys_part_writer *w, const char *name, uint64_t size, struct bytes *out,
                                    struct error *err);
/* Appends to OUT what is sealed by now. E-KEY-14: more than 16 GiB. */
MUST_USE bool keys_part_writer_put(struct keys_part_writer *w, struct view content, struct bytes *out,
                                   struct error *err);
/* Appends the last piece. */
MUST_USE bool keys_part_writer_end(struct keys_part_writer *w, struct bytes *out, struct error *err);
void keys_part_writer_free(struct keys_part_writer *w); /* NULL is fine */

/* --- reading --- */
struct keys_part_head {
    int64_t made_ms;
    struct ident key; /* seal_key_id of the recovery key */
};
/* E-BAK-01: it is no keys part, or of a version that is not known. */
MUST_USE bool keys_part_read_head(int fd, struct keys_part_head *out, struct error *err);

/* A part of the item NAME of SIZE bytes: those from AT on. An item without bytes is told once. CHUNK is wiped on
 * return. */
typedef bool keys_part_item_fn(void *cookie, struct view name, uint64_t size, uint64_t at, struct view chunk,
                               struct error *err);
/* Reads the file FD from its beginning to its end. What was told before it fails is true, and not all. E-BAK-01:
 * damaged, cut off, or more than there should be; E-BAK-02: other words; what ON_ITEM failed with. */
MUST_USE bool keys_part_read(int fd, const struct seal_key *key, keys_part_item_fn *on_item, void *cookie,
                             struct keys_part_head *out, struct error *err);

/* --- at its place --- */
/* PATH and two other names in its folder. Who reads takes PATH, or where a crash left none OLD_PATH. */
/* What a crash left is put in order: PATH is there if one was, the other two are not. E-BAK-03, E-KEY-11. */
MUST_USE bool keys_part_clear(const char *path, const char *new_path, const char *old_path, struct error *err);
/* NEW_PATH, which is on the disk, takes the place of PATH, and what was there is overwritten and removed. E-BAK-03: it
 * is not at its place; E-KEY-11: it is, and the one before is not destroyed. */
MUST_USE bool keys_part_replace(const char *path, const char *new_path, const char *old_path, struct error *err);
/* PATH is overwritten and removed; *WAS: it was there. E-KEY-11. */
MUST_USE bool keys_part_destroy(const char *path, bool *was, struct error *err);

#endif
