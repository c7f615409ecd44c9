#ifndef CLI_HOLDER_VIEW_H
#define CLI_HOLDER_VIEW_H
/* Whose a case or referral is, in a word.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "model/ident.h"

/* By his account for who may know it, else by the first digits of his staff id; "-": nobody's. */
void holder_view_write(struct bytes *out, const struct ident *holder, struct view account);

#endif
