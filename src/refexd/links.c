#include "refexd/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/bytes.h"

/* How many numbers are below LINK: its place. */
static size_t place_of(const struct links *l, uint32_t link)
{
    size_t low = 0;
    size_t high = l->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (l->at[middle].link < link)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct link_entry *find(const struct links *l, uint32_t link)
{
    size_t place = place_of(l, link);

    return place < l->count && l->at[place].link == link ? &l->at[place] : NULL;
}

bool links_add(struct links *l, uint32_t link)
{
    size_t place = place_of(l, link);

    if (link == 0 || l->count >= BOUND_LINKS || links_has(l, link))
        return false;
    if (l->count == l->room) {
        l->room = l->room == 0 ? 16 : l->room * 2;
        l->at = xrealloc(l->at, l->room * sizeof *l->at);
    }
    memmove(&l->at[place + 1], &l->at[place], (l->count - place) * sizeof *l->at);
    l->at[place] = (struct link_entry){.link = link};
    l->count++;
    return true;
}

bool links_drop(struct links *l, uint32_t link)
{
    struct link_entry *e = find(l, link);

    if (e == NULL)
        return false;
    memmove(e, e + 1, (size_t)(l->at + l->count - e - 1) * sizeof *e);
    l->count--;
    return true;
}

bool links_mark(struct links *l, uint32_t link, bool full)
{
    struct link_entry *e = find(l, link);

    if (e == NULL)
        return false;
    e->full = full;
    return true;
}

bool links_has(const struct links *l, uint32_t link)
{
    return find(l, link) != NULL;
}

bool links_is_full(const struct links *l, uint32_t link)
{
    const struct link_entry *e = find(l, link);

    return e == NULL || e->full;
}

void links_clear(struct links *l)
{
    l->count = 0;
}

void links_fini(struct links *l)
{
    free(l->at);
    memset(l, 0, sizeof *l);
}
