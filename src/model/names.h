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

/* Defines FUNCTION: the name of a VALUE of TYPE in TABLE. */
#define NAMED_BY(function, type, table)                                                                                \
    const char *function(type value)                                                                                   \
    {                                                                                                                  \
        return names_get(table, sizeof table / sizeof table[0], value);                                                \
    }

/* Defines FUNCTION: the value of TYPE that TABLE calls NAME; false: it calls none so, and *OUT stays. */
#define FOUND_BY(function, type, table)                                                                                \
    bool function(struct view name, type *out)                                                                         \
    {                                                                                                                  \
        unsigned number;                                                                                               \
                                                                                                                       \
        if (!names_find(table, sizeof table / sizeof table[0], name, &number))                                         \
            return false;                                                                                              \
        *out = (type)number;                                                                                           \
        return true;                                                                                                   \
    }

#endif
