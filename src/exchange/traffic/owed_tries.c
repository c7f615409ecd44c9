#include "exchange/traffic/owed_tries.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "base/sorted.h"
#include "exchange/retry.h"

#include <stdlib.h>
#include <string.h>

#define FORGET_MS 3600000 /* after it was due */

struct owed_try {
    int64_t number; /* of a message */
    int64_t next_ms;
    uint32_t count;
};

struct owed_tries {
    struct bytes kept; /* struct owed_try each, ascending by number */
};

static struct owed_try *all(const struct owed_tries *t, size_t *count)
{
    *count = t->kept.size / sizeof(struct owed_try);
    return (struct owed_try *)(void *)t->kept.at;
}

static int by_number(const void *key, const void *row)
{
    int64_t number = *(const int64_t *)key;
    const struct owed_try *kept = row;

    return number < kept->number ? -1 : number > kept->number;
}

/* Where NUMBER is, or would be. */
static size_t place_of(const struct owed_tries *t, int64_t number)
{
    size_t count;
    const struct owed_try *kept = all(t, &count);

    return sorted_place(&number, kept, count, sizeof *kept, by_number);
}

static struct owed_try *find(const struct owed_tries *t, int64_t number)
{
    size_t count;
    struct owed_try *kept = all(t, &count);
    size_t place = place_of(t, number);

    return place < count && kept[place].number == number ? &kept[place] : NULL;
}

static void forget_past(struct owed_tries *t, int64_t now_ms)
{
    size_t count;
    struct owed_try *kept = all(t, &count);
    size_t left = 0;

    for (size_t i = 0; i < count; i++)
        if (now_ms - kept[i].next_ms < FORGET_MS)
            kept[left++] = kept[i];
    bytes_truncate(&t->kept, left * sizeof *kept);
}

static struct owed_try *add(struct owed_tries *t, int64_t number, int64_t now_ms)
{
    const struct owed_try new = {.number = number};
    struct owed_try *kept;
    size_t count;
    size_t place;

    if (t->kept.size + sizeof new > t->kept.room)
        forget_past(t, now_ms);
    place = place_of(t, number);
    bytes_append(&t->kept, &new, sizeof new);
    kept = all(t, &count);
    memmove(&kept[place + 1], &kept[place], (count - 1 - place) * sizeof *kept);
    kept[place] = new;
    return &kept[place];
}

void owed_tries_free(struct owed_tries *t)
{
    if (t != NULL)
        bytes_fini(&t->kept);
    free(t);
}

int64_t owed_tries_went(struct owed_tries **t, int64_t number, int64_t now_ms)
{
    struct owed_try *kept;

    if (*t == NULL)
        *t = xnew(sizeof **t);
    kept = find(*t, number);
    if (kept == NULL)
        kept = add(*t, number, now_ms);
    kept->next_ms = now_ms + retry_pause_ms(RETRY_OWED, kept->count++);
    return kept->next_ms;
}

int64_t owed_tries_next_ms(const struct owed_tries *t, int64_t number)
{
    const struct owed_try *kept = t != NULL ? find(t, number) : NULL;

    return kept != NULL ? kept->next_ms : 0;
}

void owed_tries_wipe(struct owed_tries *t, int64_t number)
{
    size_t count;
    struct owed_try *kept;

    if (t == NULL)
        return;
    kept = all(t, &count);
    for (size_t i = 0; i < count; i++)
        if (number == 0 || kept[i].number == number)
            kept[i] = (struct owed_try){.number = kept[i].number};
}
