#include "exchange/traffic/owed_tries.h"

#include "base/bytes.h"
#include "exchange/traffic/obligations.h"

#include <stdlib.h>

#define TRIES_KEPT 256

struct owed_tries {
    struct
    try {
        int64_t number; /* of a message; 0: none */
        int64_t next_ms;
        uint32_t count;
    }
    kept[TRIES_KEPT]; /* by its number: a later one takes the place of one before it */
};

static size_t place_of(int64_t number)
{
    return (uint64_t)number % TRIES_KEPT;
}

void owed_tries_free(struct owed_tries *t)
{
    free(t);
}

int64_t owed_tries_went(struct owed_tries **t, int64_t number, int64_t now_ms)
{
    struct try *kept;

    if (*t == NULL)
        *t = xnew(sizeof **t);
    kept = &(*t)->kept[place_of(number)];
    if (kept->number != number)
        *kept = (struct try){.number = number};
    kept->next_ms = now_ms + obligations_pause_ms(kept->count++);
    return kept->next_ms;
}

int64_t owed_tries_next_ms(const struct owed_tries *t, int64_t number)
{
    const struct try *kept = t != NULL ? &t->kept[place_of(number)] : NULL;

    return kept != NULL && kept->number == number ? kept->next_ms : 0;
}

void owed_tries_wipe(struct owed_tries *t, int64_t number)
{
    for (size_t i = 0; t != NULL && i < TRIES_KEPT; i++)
        if (number == 0 || t->kept[i].number == number)
            t->kept[i] = (struct try){0};
}
