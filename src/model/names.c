#include "model/names.h"

#include "base/text.h"

const char *names_get(const char *const *table, unsigned end, unsigned number)
{
    if (number >= end || table[number] == NULL)
        return "?";
    return table[number];
}

bool names_find(const char *const *table, unsigned end, struct view name, unsigned *out)
{
    for (unsigned i = 0; i < end; i++) {
        if (table[i] != NULL && text_is(name, table[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}
