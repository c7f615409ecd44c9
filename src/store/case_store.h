#ifndef STORE_CASE_STORE_H
#define STORE_CASE_STORE_H
/* Cases and their sections, sealed. Nothing here can be read without the slot's key.
 *
 * Floor: store. A case is found by its id, which people and other programs see; rows refer to it by its number, a rowid
 * that stays in this database. The cases of an import under way are found by no function but
 * case_store_walk_imported.
 */

#include "model/ident.h"
#include "model/section.h"
#include "store/db.h"
#include "store/list_rows.h"

struct case_row {
    int64_t number; /* set by what reads a row; not read by case_store_add */
    struct ident id;
    uint64_t slot;
    int64_t opened_ms;
    int64_t holder;   /* number of the member of the staff whose it is; 0: nobody's */
    int64_t desk;     /* number of the desk that it belongs to; 0: none */
    int64_t ended_ms; /* when it was deleted: only case_store_get and _walk read one; 0: it was not */
};

/* A new case; *NUMBER is the one it has got. E-STO-07 when the id is there already. */
MUST_USE bool case_store_add(struct db *db, const struct case_row *row, int64_t *number, struct error *err);
/* The case of ID; the case of NUMBER. */
MUST_USE bool case_store_find(struct db *db, const struct ident *id, bool *found, struct case_row *out,
                              struct error *err);
MUST_USE bool case_store_get(struct db *db, int64_t number, bool *found, struct case_row *out, struct error *err);
typedef bool case_store_row_fn(void *cookie, const struct case_row *row, struct error *err);
/* All cases, oldest first. STEP NULL: as a whole. */
MUST_USE bool case_store_walk(struct db *db, struct walk_step *step, case_store_row_fn *on_row, void *cookie,
                              struct error *err);

/* The same of those whose holder is HOLDER or OTHER, which differ. */
MUST_USE bool case_store_walk_held(struct db *db, int64_t holder, int64_t other, struct walk_step *step,
                                   case_store_row_fn *on_row, void *cookie, struct error *err);

/* The same of those that belong to a desk. */
MUST_USE bool case_store_walk_desk(struct db *db, int64_t desk, struct walk_step *step, case_store_row_fn *on_row,
                                   void *cookie, struct error *err);

/* The highest number; 0: there is none. */
MUST_USE bool case_store_last(struct db *db, int64_t *number, struct error *err);
/* How many cases have a higher number than AFTER. */
MUST_USE bool case_store_count_behind(struct db *db, int64_t after, uint64_t *count, struct error *err);
/* Those of ROWS. *MORE, true before the call, ends the walk when the callback sets it to false. */
typedef bool case_store_listed_fn(void *cookie, const struct case_row *row, bool *more, struct error *err);
MUST_USE bool case_store_list(struct db *db, const struct list_rows *rows, case_store_listed_fn *on_row, void *cookie,
                              struct error *err);

MUST_USE bool case_store_hold(struct db *db, int64_t number, int64_t holder, struct error *err);
MUST_USE bool case_store_move_desk(struct db *db, int64_t number, int64_t desk, struct error *err);

/* --- an import under way (schema: case_import) --- */

struct case_import_row {
    int64_t first; /* number of its first case */
    uint32_t count;
    int64_t recorded; /* of its cases are in the house log; -1: not all are stored yet */
    struct hash mark; /* of the others */
};
MUST_USE bool case_import_store_get(struct db *db, bool *found, struct case_import_row *out, struct error *err);
MUST_USE bool case_import_store_put(struct db *db, const struct case_import_row *row, struct error *err);
MUST_USE bool case_import_store_drop(struct db *db, struct error *err);
/* At most LIMIT cases from NUMBER on, whatever import they are of, oldest first. */
MUST_USE bool case_store_walk_imported(struct db *db, int64_t number, uint32_t limit, case_store_row_fn *on_row,
                                       void *cookie, struct error *err);
/* The case with its sections, marks and entries. E-STO-07 something names it. */
MUST_USE bool case_store_drop(struct db *db, int64_t number, struct error *err);

/* Of one that is deleted the row alone stays: case_store_find and lists do not see it any more. */
MUST_USE bool case_store_end(struct db *db, int64_t number, int64_t ended_ms, struct error *err);

/* --- sections --- */

/* The number a section's row will have, so that its sealing can be bound to it (docs/PROTOCOL.md 9): get the
 * number, seal, then put. A section that the case has already is replaced, and its row gets this number. */
MUST_USE int64_t case_store_next_section(struct db *db);
MUST_USE bool case_store_put_section(struct db *db, int64_t number, int64_t case_number, enum section section,
                                     struct view sealed, struct error *err);
MUST_USE bool case_store_drop_section(struct db *db, int64_t case_number, enum section section, struct error *err);
typedef bool case_store_section_fn(void *cookie, int64_t number, enum section section, struct view sealed,
                                   struct error *err);
/* In ascending order of section. E-STO-02 a section that only a newer program has. */
MUST_USE bool case_store_walk_sections(struct db *db, int64_t case_number, case_store_section_fn *on_row, void *cookie,
                                       struct error *err);

/* --- what a case is found by (schema: case_likeness) --- */

MUST_USE bool case_store_add_likeness(struct db *db, int64_t case_number, uint16_t bucket, struct view sealed,
                                      struct error *err);
/* All of a case. */
MUST_USE bool case_store_drop_likenesses(struct db *db, int64_t number, struct error *err);
/* *MORE, true before the call, ends the walk when the callback sets it to false. */
typedef bool case_store_likeness_fn(void *cookie, int64_t case_number, struct view sealed, bool *more,
                                    struct error *err);
/* Those of the newest cases first. */
MUST_USE bool case_store_walk_likenesses(struct db *db, uint16_t bucket, case_store_likeness_fn *on_row, void *cookie,
                                         struct error *err);

/* Those of one case. */
MUST_USE bool case_store_walk_likenesses_of(struct db *db, int64_t case_number, case_store_likeness_fn *on_row,
                                            void *cookie, struct error *err);

/* --- request ids of imports, and of consents that were recorded --- */

struct case_request_row {
    int64_t case_number;
    uint32_t count;
    uint32_t day; /* unix day on which it was asked; not read */
};
MUST_USE bool case_request_store_add(struct db *db, const struct hash *mark, const struct case_request_row *row,
                                     struct view asked, struct error *err);
/* Appends to *ASKED, sealed as it was put. */
MUST_USE bool case_request_store_find(struct db *db, const struct hash *mark, bool *found, struct case_request_row *out,
                                      struct bytes *asked, struct error *err);

#endif
