#ifndef EXCHANGE_MEMBERSHIP_INSIDE_H
#define EXCHANGE_MEMBERSHIP_INSIDE_H
/* What the two halves of a membership share: membership.c has the certificates and the directory,
 * membership_suspension.c who is suspended beside it, membership_bundles.c
 * the members' bundles.
 *
 * Floor: exchange, these two files only.
 */

#include "exchange/members/bundle_cache.h"
#include "exchange/members/membership.h"
#include "pki/chain.h"

struct directory_version;
struct successions;
struct suspensions;

struct membership {
    struct federation federation;
    struct anchors *first;   /* the federation's first root */
    struct anchors *anchors; /* the root in use: FIRST, or that of a later one */
    struct bytes later_root; /* that one's certificate; empty: the first is in use */
    struct bytes root;
    struct bytes issuing;
    struct bytes transport_ca;
    struct bytes transport;
    struct bytes identity;
    struct certificate own_transport;
    struct certificate own_identity;
    struct verify_key *own_key;
    struct directory_version *version; /* in use */
    struct suspensions *suspensions;   /* who is suspended beside that */
    struct successions *successions;   /* which keys took the place of which */
    struct bundle_cache bundles;
};

#endif
