#ifndef REFEXD_LINK_TABLE_H
#define REFEXD_LINK_TABLE_H
/* The open links, by number, and which of them have a full queue.
 *
 * Floor: refexd. The network process numbers connections from 1 in each of its lives; they open in the order in which
 * their handshakes end. The exchange sees (life, link) as one number.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link_table {
    struct link_entry {
        uint32_t link;
        bool full; /* FLOW: send this link nothing more */
    } * at;        /* private: ascending */
    size_t count;  /* read-only */
    size_t room;   /* private */
};

/* False when LINK is there already, is 0, or there are too many. */
bool link_table_add(struct link_table *l, uint32_t link);
/* False when it is not there. */
bool link_table_remove(struct link_table *l, uint32_t link);
bool link_table_set_full(struct link_table *l, uint32_t link, bool full);
bool link_table_has(const struct link_table *l, uint32_t link);
bool link_table_is_full(const struct link_table *l, uint32_t link); /* true for one that is not there */
void link_table_clear(struct link_table *l);
void link_table_fini(struct link_table *l);

#endif
