#ifndef REFEXD_BACKUPS_H
#define REFEXD_BACKUPS_H
/* When the backups of a node are made: the data part once a day at a quiet time, the keys part behind it and behind
 * each erasure; both when a person asks.
 *
 * Floor: refexd. The files are written by a process of its own (backup_process.h), one part at a time, so that no disk
 * of a backup holds the node. What came of it is kept by exchange/backup/backup_notes.h.
 */

#include "codec/control_messages.h"
#include "exchange/exchange.h"
#include "refexd/config.h"

struct backups;
struct loop;

/* HOME and CONFIG are borrowed; CONFIG is read each time, for the node may read it again. */
struct backups *backups_new(struct loop *l, const char *home, const struct config *config);
/* The node is open. */
void backups_open(struct backups *b, struct exchange *x);
/* At the end of a round of the loop, behind the tick. */
void backups_advance(struct backups *b);
/* The node ends: what is being written is left, and no part that is at its place is touched. */
void backups_stop(struct backups *b);
/* After loop_free. NULL is fine. */
void backups_free(struct backups *b);

/* Both parts are to be made; *RUN says which time this is. E-BAK-11: node.conf names no place; E-BAK-22: it names one
 * that cannot be taken. */
MUST_USE bool backups_ask(struct backups *b, uint64_t *run, struct error *err);
/* E-BAK-20 unless both parts were made within these minutes, at the places of now, and nothing was erased since. */
MUST_USE bool backups_are_fresh(const struct backups *b, struct error *err);
/* The same of a rehearsal with WORDS. E-BAK-12: one is under way. */
MUST_USE bool backups_rehearse(struct backups *b, struct view words, uint64_t *run, struct error *err);
/* There are other words: the keys part is to be made for them. */
void backups_words_changed(struct backups *b);
/* Adds to what is remembered of a part, or of the last rehearsal, how far it is now. B may be NULL: the node is
 * stopped. */
void backups_fill_part(const struct backups *b, const struct config *config, struct control_backup_part *part);
void backups_fill_rehearsal(const struct backups *b, struct control_backup_rehearsal *r);

#endif
