#ifndef STORE_CONSENT_STORE_H
#define STORE_CONSENT_STORE_H
/* Consents: those taken here and those that came with data. The content (header, grants, salts) is sealed.
 *
 * Floor: store.
 */

#include "model/consent.h"
#include "store/db.h"
#include "store/list_rows.h"

struct consent_row {
    int64_t number; /* out */
    struct ident id;
    int64_t case_number;   /* 0: it came with data from another agency */
    struct address agency; /* that took it */
    struct address recipient;
    uint64_t slot;         /* of everything under this consent: its own content and the bodies */
    uint64_t record_index; /* CONSENT record in our exchange log; 0 with case_number 0 (then the receipt holds it) */
    uint32_t until;        /* unix day */
    enum consent_progress progress;
    int64_t changed_ms;       /* of the last change of progress */
    uint32_t erase_from;      /* unix day from which it is to be erased; 0: none set */
    uint64_t withdrawn_index; /* WITHDRAWN record in our log; UINT64_MAX: none */
    bool to_tell;             /* a withdrawal or an erasure statement is still to be made into a message */
};

MUST_USE int64_t consent_store_next_number(struct db *db);
/* SEALED is bound to row->number from consent_store_next_number. */
MUST_USE bool consent_store_add(struct db *db, const struct consent_row *row, struct view sealed, struct error *err);
/* The consent ID that AGENCY took. */
MUST_USE bool consent_store_find(struct db *db, const struct address *agency, const struct ident *id, bool *found,
                                 struct consent_row *out, struct error *err);
/* The consent that people name by ID: one that OWN, this agency, took before one of others, which may have the same. */
MUST_USE bool consent_store_find_named(struct db *db, const struct address *own, const struct ident *id, bool *found,
                                       struct consent_row *out, struct error *err);
MUST_USE bool consent_store_get(struct db *db, int64_t number, bool *found, struct consent_row *out, struct error *err);
MUST_USE bool consent_store_content(struct db *db, int64_t number, bool *found, struct bytes *sealed,
                                    struct error *err);
/* Replaces the sealed content (a renewed receipt of the same consent). */
MUST_USE bool consent_store_set_content(struct db *db, int64_t number, struct view sealed, struct error *err);
/* Writes until, progress, changed_ms, erase_from, withdrawn_index, to_tell, recipient and slot. */
MUST_USE bool consent_store_update(struct db *db, const struct consent_row *row, struct error *err);

typedef bool consent_store_number_fn(void *cookie, int64_t number, struct error *err);
/* The numbers of contents whose consent has no row any more. */
MUST_USE bool consent_store_walk_contents_alone(struct db *db, consent_store_number_fn *on_number, void *cookie,
                                                struct error *err);

typedef bool consent_store_row_fn(void *cookie, const struct consent_row *row, struct error *err);
/* Of one case, of all (case_number 0), oldest first. STEP NULL: as a whole. */
MUST_USE bool consent_store_walk_case(struct db *db, int64_t case_number, consent_store_row_fn *on_row, void *cookie,
                                      struct error *err);
MUST_USE bool consent_store_walk(struct db *db, struct walk_step *step, consent_store_row_fn *on_row, void *cookie,
                                 struct error *err);
/* The highest number; 0: there is none. */
MUST_USE bool consent_store_last(struct db *db, int64_t *number, struct error *err);
/* Those of ROWS. *MORE, true before the call, ends the walk when the callback sets it to false. */
typedef bool consent_store_listed_fn(void *cookie, const struct consent_row *row, bool *more, struct error *err);
MUST_USE bool consent_store_list(struct db *db, const struct list_rows *rows, consent_store_listed_fn *on_row,
                                 void *cookie, struct error *err);
/* Likewise those that were taken here, stand and have their last day in this span: of ROWS only the numbers count. */
MUST_USE bool consent_store_list_ending(struct db *db, const struct list_rows *rows, uint32_t first_day,
                                        uint32_t last_day, consent_store_listed_fn *on_row, void *cookie,
                                        struct error *err);
/* Those with to_tell set, or ERASING, or STOPPED with erase_from ≤ TODAY: work for the next tick. */
MUST_USE bool consent_store_walk_work(struct db *db, uint32_t today, consent_store_row_fn *on_row, void *cookie,
                                      struct error *err);

/* How many consents of AGENCY are known here by their withdrawal only (tombstones). */
MUST_USE bool consent_store_tombstones(struct db *db, const struct address *agency, uint64_t *count, struct error *err);
/* Removes those that were made before BEFORE_MS and whose statement is settled. */
MUST_USE bool consent_store_drop_tombstones(struct db *db, int64_t before_ms, struct error *err);

#endif
