#ifndef EXCHANGE_VAULT_REWRAP_H
#define EXCHANGE_VAULT_REWRAP_H
/* Another storage key for all that lies in a vault's files, a part at a time.
 *
 * Floor: exchange. Part of the vault. Overwriting a slot reaches the block on a disk; what flash keeps of it, and any
 * older copy of `keys`, opens with the storage key of its time. So `keys` and the sealing keys are wrapped under a new
 * one, and the old one is overwritten. When: rewrapping.h.
 */

#include "exchange/vault.h"

/* The generation of the storage key that `keys` lies under: it grows in the moment in which a re-wrap takes its new
 * file. Who copies storage.key and `keys` copies both anew where it is another than at his begin. */
uint64_t vault_generation(const struct vault *v);
/* Whether a slot was overwritten since the last re-wrap was begun, or since the start. */
bool vault_has_erased(const struct vault *v);
/* The bytes that a re-wrap takes on the disk while it lasts. */
uint64_t vault_rewrap_room(const struct vault *v);

/* Whether a re-wrap is under way, also one that a crash cut short. */
bool vault_is_rewrapping(const struct vault *v);
/* Begins one; none is under way. Who has the vault's passphrase is not needed. E-KEY-11, E-STO-03. */
MUST_USE bool vault_rewrap_begin(struct vault *v, struct error *err);
/* The next part, a few milliseconds; *DONE with the last one. No transaction is open in DB, which says from which slot
 * on none is in use. After a failure it may be called again, if it is still under way. E-KEY-*, E-STO-03. */
MUST_USE bool vault_rewrap_step(struct vault *v, const struct db *db, bool *done, struct error *err);
/* What is sealed from now on may be lost in a power cut: the node ends. */
bool vault_is_unsure(const struct vault *v);

#endif
