#ifndef REFEXD_LINKS_H
#define REFEXD_LINKS_H
/* The links that stand, by number: which of them exist, and which have no room.
 *
 * Floor: refexd. The network process numbers whoever comes in from 1 in each of its lives; who is done with the
 * handshake first comes up first. The exchange sees (life, link) as one number.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct links {
    struct link_entry {
        uint32_t link;
        bool full; /* it said: send this link nothing more */
    } * at;        /* private: ascending */
    size_t count;  /* read-only */
    size_t room;   /* private */
};

/* False when LINK stands already, is 0, or there are too many. */
bool links_add(struct links *l, uint32_t link);
/* False when it is not there. */
bool links_drop(struct links *l, uint32_t link);
bool links_mark(struct links *l, uint32_t link, bool full);
bool links_has(const struct links *l, uint32_t link);
bool links_is_full(const struct links *l, uint32_t link); /* true for one that is not there */
void links_clear(struct links *l);
void links_fini(struct links *l);

#endif
