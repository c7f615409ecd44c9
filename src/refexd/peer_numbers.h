#ifndef REFEXD_PEER_NUMBERS_H
#define REFEXD_PEER_NUMBERS_H
/* The numbers under which the network process knows agencies: it learns no names.
 *
 * Floor: refexd. A number is given when an agency is first asked for and stays for the life of refexd, whatever
 * directories come. There are as many as agencies were members in that time.
 */

#include "model/ident.h"

struct peer_numbers {
    struct address *at; /* private: of number i at i − 1 */
    size_t count;
    size_t room;
};

/* The number of AGENCY, from 1. */
uint32_t peer_numbers_get(struct peer_numbers *p, const struct address *agency);
/* The agency with this number; NULL: none has it. Valid until the next peer_numbers_get. */
const struct address *peer_numbers_find(const struct peer_numbers *p, uint32_t number);
void peer_numbers_fini(struct peer_numbers *p);

#endif
