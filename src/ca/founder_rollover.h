#ifndef CA_FOUNDER_ROLLOVER_H
#define CA_FOUNDER_ROLLOVER_H
/* Another founder's key in the place of one that signs directories: of a founder who left, or whose key was lost.
 *
 * Floor: ca. Begun and cut short, the same call does the rest.
 */

#include "ca/member_list.h"

struct founder_rollover {
    struct federation_home *home;
    const char *root_key; /* where the root's key lies; NULL: in the folder */
    const char *founder;  /* the file of who comes (founder_file.h) */
    uint32_t number;      /* of the key that goes */
    bool compromised;     /* that one may be in other hands */
    int64_t now_ms;
};

/* Whether R can be done: E-FED-59 there is no such key, E-USE-03 the new one signs already, E-ENR-20. */
MUST_USE bool founder_rollover_check(const struct founder_rollover *r, struct error *err);
/* The root certifies the key, and a directory is published that lists it and revokes the one that goes. E-FED-57,
 * E-KEY-*. */
MUST_USE bool founder_rollover_run(const struct founder_rollover *r, struct error *err);

#endif
