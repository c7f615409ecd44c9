#ifndef CLI_ACCOUNT_H
#define CLI_ACCOUNT_H
/* Accounts of this machine, as people name them.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/ident.h"

/* One line of text of 1 to MAX bytes, as the contracts have it. */
bool account_is_line(struct view v, size_t max);
/* WORD, an account of this machine or the number of one: *UID, and what the machine calls it. E-STF-04, E-STF-11 there
 * is none. */
MUST_USE bool account_read(const char *word, uint32_t *uid, struct view *account, struct error *err);
/* The same of somebody who may have left: WORD may be his staff id, and *UID stays then. */
MUST_USE bool account_read_former(const char *word, struct ident *staff, uint32_t *uid, struct error *err);
/* The same for who is given something; "me" is who asks. */
MUST_USE bool account_read_holder(const char *word, uint32_t *uid, struct error *err);

#endif
