#ifndef EXCHANGE_LINKS_H
#define EXCHANGE_LINKS_H
/* Links to peers, up and down: who is linked.
 *
 * Floor: exchange. What stands in link_calls.h is implemented here. Only links.c changes a link. What a part has to
 * keep of each it keeps in a struct of its own, which it makes in PART_link_up.
 */

#include "exchange/exchange.h"
#include "model/seam_enums.h"

struct usage;

/* A link to a peer whose certificate was checked. */
struct link {
    struct link *next;
    uint64_t id;
    struct address agency;
    struct ident node; /* its machine */
    int64_t until_ms;  /* when the certificate ends that it showed */
    enum tls_group group;
    bool renews;         /* it is a coordinator's node */
    int64_t peer;        /* its number in peer_store */
    bool directory_only; /* our directory has ended: a newer one is taken from this peer, and nothing is sent */
    bool recall_only;    /* one of the two is cut off: what calls data back goes on, and nothing else */
    uint32_t attempts;   /* dials until it was opened; 0 after the first frame */
    struct usage *usage; /* of its agency, in the meter */
    struct link_announcing *announcing;
    struct link_beginnings *beginnings;
    struct link_cosigning *cosigning;
    struct link_dial_back *dial_back;
    struct link_entries *entries;
    struct link_growth *growth;
    struct link_inbox *inbox;
    struct link_releasing *releasing;
    struct link_serving *serving;
    struct link_settling *settling;
    struct link_standing *standing;
    struct link_tombstones *tombstones;
};

/* The link of this id; or to this peer or this agency, which carries more than what calls data back. NULL: none. */
const struct link *links_find(struct exchange *x, uint64_t id);
const struct link *links_find_to(struct exchange *x, int64_t peer);
const struct link *links_find_agency(const struct exchange *x, const struct address *agency);
/* The same, whatever it carries. */
const struct link *links_find_any_to(struct exchange *x, int64_t peer);
/* Whether there is none that carries more than what calls data back. */
bool links_is_alone(const struct exchange *x);
/* Whether L carries all that members exchange. */
bool links_is_whole(const struct link *l);

/* Members changed: closes the links to agencies that are no longer admitted. */
void links_cut(struct exchange *x);
/* Closes the narrow links, of whoever is cut off, whose time is over (membership_recalls_until), and has refex-link
 * admit no other. Not while the clock is in doubt. */
void links_end_recalls(struct exchange *x);
/* When that has something to do, by the steady clock; 0: never. */
int64_t links_recall_wake_ms(const struct exchange *x);
/* Our time is another one: links that were for a newer directory alone carry all where the directory counts again. */
void links_admit(struct exchange *x);
/* AGENCY has new keys: all that waits for it is released again. */
void links_release_again(struct exchange *x, const struct address *agency);
/* The same, and what was refused goes before its time. */
void links_retry_all(struct exchange *x, const struct address *agency);
/* Whether more may be sent on L now. What does not ask is dropped by the post when too much waits. */
bool links_has_room(struct exchange *x, const struct link *l);
/* Closes all, and says WHY. */
void links_end_all(struct exchange *x, enum error_code why);
/* Frees x->links; closes nothing. */
void links_fini(struct exchange *x);

#endif
