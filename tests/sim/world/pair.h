#ifndef TESTS_PAIR_H
#define TESTS_PAIR_H
/* Two nodes that hold a case each, with consent for the other: what both send, and what each finds of the other. */

#include "people.h"

enum { NGO, MISSION }; /* node numbers */

struct pair {
    struct world *w;
    struct ident person[2];
    struct ident consent[2];
    struct error err;
};

void pair_begin(struct pair *s, uint64_t seed);
/* Frees the world; the logs of the nodes that are up must be good. */
void pair_end(struct pair *s);

/* NULL while it is down. */
struct exchange *pair_node(struct pair *s, size_t i);
/* Another case at node I, and consent for the other. */
void pair_add_person(struct pair *s, size_t i);
/* FROM refers its person to the other, at once. False: ->err. */
bool pair_refer(struct pair *s, size_t from);
/* The same, which must be possible: the referral. */
struct ident pair_referred(struct pair *s, size_t from);
/* Messages of node AT that have no receipt. */
uint64_t pair_waiting(struct pair *s, size_t at);
/* Runs until nothing is left to do. */
void pair_settle(struct pair *s);
/* Messages of both overlap on a slow link: each commit's first one leaves before what went before is receipted. */
void pair_burst(struct pair *s, unsigned rounds);

/* Notes of the other's log that node AT keeps unlinked; findings that stand there. */
uint64_t pair_unlinked(struct pair *s, size_t at);
unsigned pair_findings(struct pair *s, size_t at);

#endif
