#ifndef BASE_ARENA_H
#define BASE_ARENA_H
/* Memory that is freed together: what one decoded message needs lives until the arena is reset.
 *
 * Floor: base. Not for keys. A wiping arena is for opened personal data: what was allocated is overwritten by reset and
 * fini. Blocks are kept between resets, so that a busy loop allocates nothing.
 */

#include "base/bytes.h"

struct arena_block;

struct arena {
    struct arena_block *first;   /* private */
    struct arena_block *current; /* private */
    size_t used;                 /* read-only: bytes allocated since the reset */
    bool wiping;                 /* caller sets, while nothing is allocated; kept by fini */
    size_t max;                  /* caller sets: most bytes between resets; 0 = no bound */
};

/* SIZE bytes aligned for any type, not zeroed; NULL when the bound would be exceeded. */
void *arena_alloc(struct arena *a, size_t size);

/* The same, zeroed; ends the process where arena_alloc would return NULL (for sizes that the caller has bounded). */
void *arena_new(struct arena *a, size_t size);

/* A copy of V that lives until the reset. */
struct view arena_copy(struct arena *a, struct view v);
/* The same with a NUL behind it. */
const char *arena_strdup(struct arena *a, struct view v);

/* For tdestroy of a tree whose items lie in an arena: does nothing. */
void arena_keep(void *item);

/* Frees everything that was allocated; keeps the blocks. */
void arena_reset(struct arena *a);
void arena_fini(struct arena *a);

#endif
