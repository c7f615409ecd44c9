#ifndef REFEXD_BACKUP_OPENED_H
#define REFEXD_BACKUP_OPENED_H
/* The keys part of a backup, opened with the words: for a rehearsal as for a restore, so that the one says what the
 * other does.
 *
 * Floor: refexd. Knows no place, and writes nothing but the file of data keys, where the caller says.
 *
 *   backup_opened_read ── …_fits, …_count (the data part) ── …_request ── _fini
 */

#include "codec/membership_codec.h"
#include "refexd/backup/backup_parts.h"
#include "refexd/config.h"

struct db;

/* One that the words opened. */
struct backup_opened {
    int64_t made_ms;
    struct bytes storage_key; /* u64 generation ‖ key */
    struct bytes node;
    struct bytes identity; /* private keys, in PEM */
    struct bytes next;     /* … the one that is to take the place of identity; empty: there was none */
    struct bytes transport;
    struct bytes conf;
    struct bytes used; /* of the data keys; empty: an older part does not say */
    bool has_slots;
    int slots;           /* the file of data keys: the caller's */
    uint64_t slots_size; /* bytes */
};

/* Opens the keys part FD with WORDS: complete, as a home needs it, or not at all. The file of data keys goes into
 * SLOTS, an empty file that the caller closes. OUT is freed by backup_opened_fini, also after a failure. E-WRD-*,
 * E-BAK-01, E-BAK-02, E-KEY-*, E-FIL-02. */
MUST_USE bool backup_opened_read(int fd, struct view words, int slots, struct backup_opened *out, struct error *err);
void backup_opened_fini(struct backup_opened *o);

uint64_t backup_opened_generation(const struct backup_opened *o);                   /* of the storage key */
struct view backup_opened_storage_key(const struct backup_opened *o);               /* SECRETBOX_KEY_SIZE bytes */
uint64_t backup_opened_slots(const struct backup_opened *o);                        /* how many data keys it has */
bool backup_opened_key(const struct backup_opened *o, uint64_t slot, uint8_t *out); /* the caller wipes OUT */
/* *FITS: DB is of the node whose keys these are. Slots are numbered alike at every node: asked is what only this one
 * could write. E-STO-*. */
MUST_USE bool backup_opened_fits(const struct backup_opened *o, struct db *db, bool *fits, struct error *err);
/* How many keys that rows of DB name it opens, and how many are newer than it. E-STO-*. */
MUST_USE bool backup_opened_count(struct backup_opened *o, struct db *db, uint64_t *open, uint64_t *newer,
                                  struct error *err);

/* What the agency asks the federation for when it is put back: all but the machine's id. */
struct backup_request {
    struct request request; /* views into the rest, and into the facts */
    struct config config;   /* of node.conf, what holds */
    struct error fault;     /* the first line that does not; E_NONE: all do */
};
/* What the directory in the data part has of the agency stays as it is: node.conf, which nobody can correct while it is
 * sealed, says its endpoint, and the rest where no directory does. E-NOD-06: neither says the kind of the agency. */
MUST_USE bool backup_opened_request(const struct backup_opened *o, const struct backup_facts *facts,
                                    struct backup_request *out, struct error *err);

#endif
