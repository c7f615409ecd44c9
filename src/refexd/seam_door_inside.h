#ifndef REFEXD_SEAM_DOOR_INSIDE_H
#define REFEXD_SEAM_DOOR_INSIDE_H
/* What the two halves of the seam door share: seam_door.c receives, seam_send.c sends.
 *
 * Floor: refexd, these two files only.
 */

#include "base/arena.h"
#include "codec/seam_frame.h"
#include "model/peer_enums.h"
#include "refexd/dial_said.h"
#include "refexd/host_addresses.h"
#include "refexd/link_process.h"
#include "refexd/link_table.h"
#include "refexd/peer_numbers.h"
#include "refexd/resolver.h"
#include "refexd/seam_door.h"

struct seam_door {
    struct post post; /* first: post_* get it and cast it back */
    struct loop *loop;
    const struct config *config;
    const struct seam_door_events *events;
    void *cookie;
    struct exchange *x;
    struct link_process *process;
    struct resolver *resolver;
    struct ca_door *ca; /* of a coordinator's node; else NULL */
    struct arena arena;
    struct link_table link_table;
    struct peer_numbers peer_numbers;
    struct host_addresses host_addresses; /* of those being dialled */
    struct dials_said dials_said;
    struct timer *reach; /* when somebody is asked to dial this node */
    uint32_t generation; /* of the network process, from 1 */
    enum seam_phase phase;
    uint32_t used;  /* see seam_permit */
    bool was_ready; /* in any run */
    bool trust_changed;
    struct bytes certificate; /* ours, as the process has it */
    uint16_t port;            /* as bound in an earlier run: peers have it as ours; 0: none yet */
    bool stopping;
    unsigned frames; /* received in this tick … */
    size_t bytes;    /* … and the bytes they carry, in memory until the commit */
    struct seam_state state;
};

/* The number that the exchange has for a link of this run; never used again. */
uint64_t seam_link_id(const struct seam_door *d, uint32_t link);

/* The port that is ours: as bound once, or as configured; 0: the system chooses. */
uint16_t seam_listen_port(const struct seam_door *d);

void seam_send_configuration(struct seam_door *d);
/* Our key and certificate, if the process has others. */
void seam_send_identity(struct seam_door *d);
void seam_send_update(struct seam_door *d);
/* The directory, on a link that is not open yet: the process is known to wait for it. */
void seam_send_directory(struct seam_door *d, uint32_t link, struct view note);
void seam_send_hang_up(struct seam_door *d, uint32_t link, enum link_reason why);
/* How much of AGENCY's log is linked: for the hello of the next link to PEER, its number. */
void seam_send_linked(struct seam_door *d, uint32_t peer, const struct address *agency);
/* Dials the next address of the host that PEER is dialled at. False: there is none. */
bool seam_dial_next(struct seam_door *d, uint32_t peer);

/* The post's renew, of a coordinator's node. */
bool seam_renew(struct post *self, uint64_t link, struct view request);
/* The dial of AGENCY, at each address of its host, failed. */
void seam_dial_over(struct seam_door *d, const struct address *agency, enum dial_failure why);
/* The exchange's post. */
extern const struct post seam_post;
/* resolver_done_fn */
void seam_on_resolved(void *cookie, const struct address *agency, const struct resolver_answer *answer);

#endif
