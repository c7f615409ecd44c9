#ifndef CLI_LISTED_ID_H
#define CLI_LISTED_ID_H
/* An id by its first digits among those of one list, where connection_ident knows no ids of that kind.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "model/ident.h"

struct listed_id {
    const char *text; /* as it was typed; borrowed */
    struct ident first;
    struct ident last;
    struct ident found;
    size_t count;
};

/* False: TEXT is a whole id, *OUT, and no list is needed, *ERR is E-NONE; or it is neither that nor BOUND_ID_DIGITS or
 * more of its first digits, E-USE-04. LIST is the command that shows such ids. */
bool listed_id_begin(struct listed_id *l, const char *text, const char *list, struct ident *out, struct error *err);
/* One of the list. */
void listed_id_look(struct listed_id *l, const struct ident *id);
/* Behind the list. E-USE-05 none begins so, E-USE-06 several do. */
MUST_USE bool listed_id_end(const struct listed_id *l, const char *list, struct ident *out, struct error *err);

#endif
