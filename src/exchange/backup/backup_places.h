#ifndef EXCHANGE_BACKUP_PLACES_H
#define EXCHANGE_BACKUP_PLACES_H
/* Where a keys part of the backup lies, or did: what a statement of erasure names of them until they are overwritten.
 *
 * Floor: exchange. A place has a name that the operator chose; its path is told to nobody else. One that node.conf
 * names no more is an old one until its keys part is destroyed: the program does that where it can reach it
 * (refexd/backup/backups.h), else a person says so. What is in the database is one note; whether the place of today is
 * overwritten since the newest erasure is known by this process alone, so after a start it is not.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "store/db.h"

struct backup_places;

/* None is told yet. Freed with free(). */
struct backup_places *backup_places_new(void);

/* PROGRAM runs on this home. Where another ran last, a copy of the home was made in between (OPERATING, Upgrade): one
 * old place, called so, until a person says that it is destroyed. */
#define BACKUP_COPY_NAME    "before-upgrade"
#define BACKUP_COPY_PATH    "/srv/refex-before" /* where that page has it */
#define BACKUP_COPY_KEPT_MS (7 * DAY_MS)        /* so long it is the way back */
MUST_USE bool exchange_backup_program(struct exchange *x, struct view program, struct error *err);
/* The home of DB is made, or put back: whichever program runs next is its first. In the open transaction. */
MUST_USE bool backup_places_begin(struct db *db, struct error *err);
/* How many of OUT's old places have a keys part: all but the copy. */
size_t backup_places_with_keys(const struct control_backup_places *p);

/* From node.conf: the place of today is PATH, called NAME; both empty: there is none. One that was another and has had
 * a keys part is an old one from now on. E-BAK-22: there are BOUND_BACKUP_OLD_PLACES; the one before stays that of
 * today, and nothing may be written to PATH. */
MUST_USE bool exchange_backup_set_place(struct exchange *x, struct view name, struct view path, struct error *err);
/* A keys part that was begun at STAMP (exchange_backup_stamp) is at the place of today, and the one before is
 * destroyed. */
void exchange_backup_overwritten(struct exchange *x, uint64_t stamp);
/* Asked after the one above and exchange_backup_place_gone. Where no keys part has a destroyed key any more, there is
 * nothing left of which an agency with an older node was not told (backup_places_untold): none is listed. */
MUST_USE bool exchange_backup_settled(struct exchange *x, struct error *err);
/* The old ones, first the oldest; valid until the tick ends. Also read only. */
MUST_USE bool exchange_backup_old_places(struct exchange *x, struct control_backup_places *out, struct error *err);
/* The keys part at PATH is overwritten: that old place is none any more, with a record. */
MUST_USE bool exchange_backup_place_gone(struct exchange *x, struct view path, struct error *err);
/* A person says so of the one that ASK names. E-BAK-18: there is none; E-BAK-21: several are called so, and ASK says no
 * number. */
MUST_USE bool exchange_backup_destroyed(struct exchange *x, const struct control_backup_destroyed_ask *ask,
                                        struct control_backup_destroyed *out, struct error *err);

/* Whether a statement of what was erased at SINCE_MS waits for the place of today, until *UNTIL_MS at the latest. */
bool backup_places_wait(const struct exchange *x, int64_t since_ms, int64_t *until_ms);
/* What it names: NAMES is of BOUND_BACKUP_PLACES. */
MUST_USE bool backup_places_name(struct exchange *x, struct view *names, size_t *count, struct error *err);

/* AGENCY is told of an erasure, and would be told names, but does not read them: in the open transaction. */
MUST_USE bool backup_places_untold(struct exchange *x, const struct address *agency, struct error *err);

#endif
