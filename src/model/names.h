#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H
/* Numbers that have a name: a table indexed by the number, its first entry unused.
 *
 * Floor: model. For the files of this room.
 */

#include "base/bytes.h"

/* The name of NUMBER in TABLE[END]; "?" for one that has none. */
const char *names_get(const char *const *table, unsigned end, unsigned number);

/* The number that is called NAME, exactly. */
bool names_find(const char *const *table, unsigned end, struct view name, unsigned *out);

#endif
