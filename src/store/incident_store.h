#ifndef STORE_INCIDENT_STORE_H
#define STORE_INCIDENT_STORE_H
/* Referrals that went to the wrong agency (schema: incident).
 *
 * Floor: store.
 */

#include "model/audit_enums.h"
#include "model/ident.h"
#include "store/db.h"

struct incident_row {
    int64_t number;
    struct ident id;
    int64_t referral;
    int64_t peer;
    int64_t made_ms;
    enum incident_ending ending; /* 0: it is open */
    enum incident_told told;
};

/* Sets the number of ROW. */
MUST_USE bool incident_store_add(struct db *db, struct incident_row *row, struct error *err);
MUST_USE bool incident_store_close(struct db *db, const struct incident_row *row, struct error *err);
MUST_USE bool incident_store_find(struct db *db, const struct ident *id, bool *found, struct incident_row *row,
                                  struct error *err);
MUST_USE bool incident_store_of(struct db *db, int64_t referral, bool *found, struct incident_row *row,
                                struct error *err);
/* How many are open. */
MUST_USE bool incident_store_open(struct db *db, uint64_t *count, struct error *err);
typedef bool incident_store_row_fn(void *cookie, const struct incident_row *row, struct error *err);
/* Ascending by number, in steps. */
MUST_USE bool incident_store_walk(struct db *db, struct walk_step *step, incident_store_row_fn *on_row, void *cookie,
                                  struct error *err);

#endif
