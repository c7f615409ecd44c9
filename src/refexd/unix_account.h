#ifndef REFEXD_UNIX_ACCOUNT_H
#define REFEXD_UNIX_ACCOUNT_H
/* What this machine calls its Unix users now.
 *
 * Floor: refexd.
 */

#include "base/bytes.h"

/* Whether UID is another account's by now: /etc/passwd has its number, and not under this name. Who stands in a
 * directory service alone is not known here, and is taken for who he was. */
bool unix_account_is_other(uint32_t uid, struct view account);

#endif
