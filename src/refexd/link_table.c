/* A sorted array: links are few enough, and looked up far more often than they come and go. */
#include "refexd/link_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/sorted.h"

static int by_link(const void *key, const void *row)
{
    uint32_t link = *(const uint32_t *)key;
    const struct link_entry *e = row;

    return link < e->link ? -1 : link > e->link;
}

/* How many numbers are below LINK: its index. */
static size_t lower_bound(const struct link_table *l, uint32_t link)
{
    return sorted_place(&link, l->at, l->count, sizeof *l->at, by_link);
}

static struct link_entry *find_entry(const struct link_table *l, uint32_t link)
{
    size_t index = lower_bound(l, link);

    return index < l->count && l->at[index].link == link ? &l->at[index] : NULL;
}

bool link_table_add(struct link_table *l, uint32_t link)
{
    size_t index = lower_bound(l, link);

    if (link == 0 || l->count >= BOUND_LINKS || link_table_has(l, link))
        return false;
    if (l->count == l->room) {
        l->room = l->room == 0 ? 16 : l->room * 2;
        l->at = xrealloc(l->at, l->room * sizeof *l->at);
    }
    memmove(&l->at[index + 1], &l->at[index], (l->count - index) * sizeof *l->at);
    l->at[index] = (struct link_entry){.link = link};
    l->count++;
    return true;
}

bool link_table_remove(struct link_table *l, uint32_t link)
{
    struct link_entry *e = find_entry(l, link);

    if (e == NULL)
        return false;
    memmove(e, e + 1, (size_t)(l->at + l->count - e - 1) * sizeof *e);
    l->count--;
    return true;
}

bool link_table_set_full(struct link_table *l, uint32_t link, bool full)
{
    struct link_entry *e = find_entry(l, link);

    if (e == NULL)
        return false;
    e->full = full;
    return true;
}

bool link_table_has(const struct link_table *l, uint32_t link)
{
    return find_entry(l, link) != NULL;
}

bool link_table_is_full(const struct link_table *l, uint32_t link)
{
    const struct link_entry *e = find_entry(l, link);

    return e == NULL || e->full;
}

void link_table_clear(struct link_table *l)
{
    l->count = 0;
}

void link_table_fini(struct link_table *l)
{
    free(l->at);
    memset(l, 0, sizeof *l);
}
