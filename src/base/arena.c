#include "base/arena.h"

#include "base/error.h"
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_BLOCK 16384 /* bytes: one is enough for a usual message */
#define ARENA_ALIGN 16

struct arena_block {
    struct arena_block *next;
    size_t room;
    size_t used;
    size_t unused_for_alignment;
    uint8_t at[];
};

static struct arena_block *block_new(size_t room)
{
    struct arena_block *b = malloc(sizeof *b + room);

    REQUIRE(b != NULL);
    *b = (struct arena_block){.room = room};
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t rounded = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    struct arena_block *b = a->current;

    if (rounded < size || (a->max != 0 && (rounded > a->max || a->used > a->max - rounded)))
        return NULL;
    while (b != NULL && b->room - b->used < rounded) {
        b = b->next;
        if (b != NULL)
            b->used = 0;
    }
    if (b == NULL) {
        b = block_new(rounded > ARENA_BLOCK ? rounded : ARENA_BLOCK);
        if (a->current != NULL) {
            b->next = a->current->next;
            a->current->next = b;
        } else {
            a->first = b;
        }
    }
    a->current = b;
    a->used += rounded;
    b->used += rounded;
    return b->at + b->used - rounded;
}

void *arena_new(struct arena *a, size_t size)
{
    void *at = arena_alloc(a, size);

    REQUIRE(at != NULL);
    memset(at, 0, size);
    return at;
}

struct view arena_copy(struct arena *a, struct view v)
{
    uint8_t *at = arena_alloc(a, v.size);

    REQUIRE(at != NULL);
    if (v.size != 0)
        memcpy(at, v.at, v.size);
    return (struct view){at, v.size};
}

const char *arena_strdup(struct arena *a, struct view v)
{
    char *at = arena_new(a, v.size + 1);

    if (v.size != 0)
        memcpy(at, v.at, v.size);
    return at;
}

/* Blocks behind the current one were wiped by the reset that left them. */
static void wipe_used(struct arena *a)
{
    for (struct arena_block *b = a->first; b != NULL; b = b == a->current ? NULL : b->next) {
        secret_wipe(b->at, b->used);
        b->used = 0;
    }
}

void arena_keep(void *item)
{
    (void)item;
}

void arena_reset(struct arena *a)
{
    if (a->wiping)
        wipe_used(a);
    a->current = a->first;
    if (a->first != NULL)
        a->first->used = 0;
    a->used = 0;
}

void arena_fini(struct arena *a)
{
    struct arena_block *b = a->first;

    if (a->wiping)
        wipe_used(a);
    while (b != NULL) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    *a = (struct arena){.wiping = a->wiping};
}
