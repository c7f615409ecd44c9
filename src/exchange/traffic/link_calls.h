#ifndef EXCHANGE_LINK_CALLS_H
#define EXCHANGE_LINK_CALLS_H
/* The network side of a node, called by seam_door and by the simulator: links and the frames on them (links.c).
 *
 * Floor: exchange.
 */

#include "exchange/exchange.h"
#include "model/peer_enums.h"
#include "model/seam_enums.h"

/* What the network process says of a link that was opened. */
struct link_opened {
    struct view certificate; /* that the peer showed, DER */
    struct view hello;       /* the peer's hello payload */
    enum tls_group group;    /* of the handshake: for people */
    enum link_class narrow;  /* absent: an ordinary link */
};

/* A link was opened. The certificate must be the transport certificate of the node that the hello names, valid by our
 * clock, and the directory must list that node. False: close the link; *ERR says why. */
MUST_USE bool exchange_link_up(struct exchange *x, uint64_t link, const struct link_opened *opened, struct error *err);
/* A node with this CERTIFICATE, which the directory lists, sends no hello: *NOTE is the directory to send it, once.
 * False: close the link. */
MUST_USE bool exchange_link_waits(struct exchange *x, struct view certificate, struct view *note, struct error *err);
/* A node with this CERTIFICATE, which the directory does not list, offers the directory NOTE. It is taken if it is
 * valid and newer. True: the directory in use lists the node, the link may open. False: close it (E-FED-*, E-CRT-*). */
MUST_USE bool exchange_directory_offered(struct exchange *x, struct view certificate, struct view note,
                                         struct error *err);
/* The link was closed. An unknown ID is ignored. */
void exchange_link_down(struct exchange *x, uint64_t id);
/* Whether a log line about links of AGENCY (NULL: of nodes that no directory lists) is to be written; if not, it is
 * counted: a node that comes and goes writes no log full (meter.h). */
bool exchange_link_line(struct exchange *x, const struct address *agency);
/* Whether the machine NODE, whose link was refused, is one that is revoked with its keys as compromised; *AGENCY: whose
 * it was. */
bool exchange_is_compromised(const struct exchange *x, const struct ident *node, struct address *agency);
/* A frame came from the peer. False: close the link (the fault of *ERR is FAULT_PEER, or ours). A message that the
 * steps of admission refuse is answered and logged here, and true is returned. */
MUST_USE bool exchange_frame(struct exchange *x, uint64_t link, uint16_t kind, struct view payload, struct error *err);
/* What refex-ca says (peer.Renewed) to a request that came on LINK; dropped where that does not stand any more. Of this
 * node's own request it is taken. */
void exchange_renewal_answer(struct exchange *x, uint64_t link, struct view answer);
/* Appends our hello payload, to which the network process adds what is linked of the log of whom it greets. */
void exchange_hello(struct exchange *x, struct bytes *out);
/* How many records of AGENCY's log are linked here (docs/PROTOCOL.md 7); 0: none. */
uint64_t exchange_linked_size(const struct exchange *x, const struct address *agency);

/* A dial that was asked for though a link stood failed: at each address of the host, or it has none. */
void exchange_dial_failed(struct exchange *x, const struct address *agency, enum dial_failure why);
/* Asks an agency that is linked, another one each time, to dial this node at its listed address; once a minute at most,
 * and nobody where this agency is listed without one. If it gets through, that is a link which it has opened. */
void exchange_ask_dial_back(struct exchange *x);
/* What came of that, since this node was opened. */
struct dial_back_said {
    struct address asked;  /* last; empty: nobody */
    int64_t asked_ms;      /* by the time of records */
    struct address failed; /* who said last that it failed; empty: nobody */
    int64_t failed_ms;
    enum dial_failure why;
};
const struct dial_back_said *exchange_dial_back_said(const struct exchange *x);

/* The configuration of the network process. Views live until the next directory or until the exchange is closed. */
struct link_setup {
    struct view transport_key;  /* PKCS#8 DER: secret */
    struct view certificate;    /* own transport certificate, DER */
    const struct view *anchors; /* DERs of the federation's transport CAs */
    size_t anchor_count;
    const struct hash *revoked; /* SHA-256 of DER, ascending */
    size_t revoked_count;
    const struct hash *barred; /* of these, what no narrow link is made for either */
    size_t barred_count;
    struct label label;
    struct ident node;                 /* own */
    bool may_dial;                     /* one that is unlisted and has a relay does not */
    bool admits_ended;                 /* a coordinator's node */
    struct view former[BOUND_ISSUERS]; /* there: transport CAs that were listed before */
    size_t former_count;
    uint64_t directory_until_s; /* its last second */
};
void exchange_link_setup(struct exchange *x, struct link_setup *out);
/* Calls ON_NODE for each machine of the agencies that may link to this node; CUT_OFF: by a narrow link alone. */
typedef void exchange_on_node_fn(void *cookie, const struct address *agency, const struct ident *node, bool cut_off);
void exchange_link_nodes(struct exchange *x, exchange_on_node_fn *on_node, void *cookie);

#endif
