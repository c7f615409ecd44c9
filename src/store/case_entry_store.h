#ifndef STORE_CASE_ENTRY_STORE_H
#define STORE_CASE_ENTRY_STORE_H
/* What people write down beside a case, and how it was before it was changed: sealed, a row an act.
 *
 * Floor: store.
 */

#include "store/db.h"

enum case_entry_kind {
    CASE_ENTRY_EDIT = 1, /* sections as they were before a change */
    CASE_ENTRY_NOTE,     /* a text of people here */
    CASE_ENTRY_DONE,     /* one of these was seen to */
    CASE_ENTRY_LETTER,   /* one was printed for somebody outside the federation */
    CASE_ENTRY_ANSWER,   /* what they said */
    CASE_ENTRY_CAME,     /* fields from another case */
    CASE_ENTRY_MERGED,   /* the case was merged into another … */
    CASE_ENTRY_PARTED,   /* … and that was taken back */
    CASE_ENTRY_BASIS,    /* on which basis the case is kept */
    CASE_ENTRY_DATE,     /* a day that is kept of it */
    CASE_ENTRY_KINDS
};

/* The number a row will have, so that its sealing can be bound to it: get the number, seal, then add. DUE: the unix day
 * by which a note is to be seen to, or from which a date is told; 0: none. */
MUST_USE bool case_entry_store_next(struct db *db, int64_t *number, struct error *err);
MUST_USE bool case_entry_store_add(struct db *db, int64_t number, int64_t case_number, enum case_entry_kind kind,
                                   struct view sealed, uint32_t due, struct error *err);
MUST_USE bool case_entry_store_set_due(struct db *db, int64_t number, uint32_t due, struct error *err);
typedef bool case_entry_store_due_fn(void *cookie, int64_t number, int64_t case_number, uint32_t due,
                                     struct error *err);
/* Those of one kind that have a day, the most urgent first. */
MUST_USE bool case_entry_store_walk_due(struct db *db, enum case_entry_kind kind, case_entry_store_due_fn *on_row,
                                        void *cookie, struct error *err);
/* Those of one kind whose day is at most DAY, by their numbers. STEP NULL: all. */
MUST_USE bool case_entry_store_walk_near(struct db *db, enum case_entry_kind kind, uint32_t day, struct walk_step *step,
                                         case_entry_store_due_fn *on_row, void *cookie, struct error *err);
/* The place of entry NUMBER among those of its kind of its case, from 1. */
MUST_USE bool case_entry_store_place(struct db *db, int64_t case_number, enum case_entry_kind kind, int64_t number,
                                     uint64_t *place, struct error *err);
MUST_USE bool case_entry_store_count(struct db *db, int64_t case_number, enum case_entry_kind kind, uint64_t *count,
                                     struct error *err);
typedef bool case_entry_store_row_fn(void *cookie, int64_t number, enum case_entry_kind kind, struct view sealed,
                                     struct error *err);
/* Those of one kind, oldest first. */
MUST_USE bool case_entry_store_walk_kind(struct db *db, int64_t case_number, enum case_entry_kind kind,
                                         case_entry_store_row_fn *on_row, void *cookie, struct error *err);
/* The newest of one kind, if there is one; also while those of a kind are walked. */
MUST_USE bool case_entry_store_last(struct db *db, int64_t case_number, enum case_entry_kind kind,
                                    case_entry_store_row_fn *on_row, void *cookie, struct error *err);
/* In steps, those whose kinds are bits of KINDS (enum case_entry_kind). STEP NULL: all. */
MUST_USE bool case_entry_store_list(struct db *db, int64_t case_number, uint32_t kinds, struct walk_step *step,
                                    case_entry_store_row_fn *on_row, void *cookie, struct error *err);
typedef bool case_entry_store_case_fn(void *cookie, int64_t case_number, struct error *err);
/* Cases that were merged into another, whatever became of that. */
MUST_USE bool case_entry_store_walk_merged(struct db *db, case_entry_store_case_fn *on_case, void *cookie,
                                           struct error *err);
/* What it says is sealed anew. */
MUST_USE bool case_entry_store_set_sealed(struct db *db, int64_t number, struct view sealed, struct error *err);
/* Oldest first. E-STO-02 a kind that only a newer program has. */
MUST_USE bool case_entry_store_walk(struct db *db, int64_t case_number, case_entry_store_row_fn *on_row, void *cookie,
                                    struct error *err);

#endif
