#ifndef CODEC_SEAM_CODEC_H
#define CODEC_SEAM_CODEC_H
/* The messages of the seam between refexd and refex-link (proto/seam.proto), and when each may come.
 *
 * Floor: codec. A decoded struct borrows from the payload and from ARENA, and is checked: sizes, ranges, ids.
 * Decoding fails with E_LNK_13: both sides are one build, so it is our mistake, or refex-link was taken over.
 * Encoding appends to *OUT and cannot fail: the caller keeps to the bounds (REQUIREd).
 */

#include "base/arena.h"
#include "model/ident.h"

enum seam_kind {
    /* refexd to refex-link */
    SEAM_CONFIGURE = 256,
    SEAM_UPDATE,
    SEAM_DIAL,
    SEAM_SEND,
    SEAM_HANG_UP,
    SEAM_RESOLVE, /* to the resolver only */
    SEAM_LINKED,
    SEAM_TO_LINK_END,
    /* refex-link to refexd */
    SEAM_HELLO = 272,
    SEAM_LISTENING,
    SEAM_LINK_UP,
    SEAM_FRAME,
    SEAM_LINK_DOWN,
    SEAM_DIAL_FAILED,
    SEAM_FLOW,
    SEAM_FAILED,
    SEAM_RESOLVED, /* from the resolver only */
    SEAM_LINK_WAITS,
    SEAM_OFFER,
    SEAM_FROM_LINK_END,
};

/* From whom to whom a message goes. */
enum seam_route { SEAM_TO_LINK, SEAM_FROM_LINK, SEAM_TO_RESOLVER, SEAM_FROM_RESOLVER };

/* The phase of the reading side. The resolver is in SEAM_OPEN from its start: it is not configured. */
enum seam_phase {
    SEAM_BEFORE_CONFIGURE = 1 << 0, /* refex-link: nothing but CONFIGURE may come */
    SEAM_BEFORE_HELLO = 1 << 1,     /* refexd: nothing but HELLO or FAILED may come */
    SEAM_OPEN = 1 << 2,
};

/* Whether KIND may come on ROUTE in PHASE, for the first time where it may come only once. *USED, which keeps what has
 * come, is 0 when the sending process starts. False (E_LNK_13): stop reading from that process. */
MUST_USE bool seam_permit(enum seam_route route, enum seam_phase phase, uint32_t *used, uint16_t kind,
                          struct error *err);

/* Why a link was refused or ended. The numbers are the seam's; each has a row of errors.def and a short name. */
enum link_reason {
    LINK_ENDED = 1,       /* closed by the peer, or by refexd */
    LINK_UNREACHABLE,     /* E_LNK_01 */
    LINK_WRONG_CA,        /* E_LNK_02 */
    LINK_EXPIRED,         /* E_LNK_03 */
    LINK_REVOKED,         /* E_LNK_04 */
    LINK_OTHER_AGENCY,    /* E_LNK_05 */
    LINK_WRONG_USE,       /* E_LNK_06: client-only, server-only, or another profile */
    LINK_NO_ALPN,         /* E_LNK_07 */
    LINK_TLS,             /* E_LNK_08 */
    LINK_SILENT,          /* E_LNK_09 */
    LINK_BROKE_PROTOCOL,  /* E_LNK_10 */
    LINK_NOT_A_MEMBER,    /* E_LNK_14 */
    LINK_TOO_MANY,        /* E_LNK_15 */
    LINK_CUT,             /* E_LNK_16 */
    LINK_DUPLICATE,       /* E_LNK_17 */
    LINK_NO_CERTIFICATE,  /* E_LNK_20 */
    LINK_NO_VERSION,      /* E_LNK_91 */
    LINK_OVERFLOW,        /* E_LNK_22 */
    LINK_REFUSED_BY_PEER, /* E_LNK_24: in the handshake; the peer does not say why */
    LINK_UNKNOWN_FRAME,   /* E_LNK_93 */
    LINK_REASON_END
};

const char *link_reason_name(enum link_reason r); /* "wrong-ca" */
enum error_code link_reason_code(enum link_reason r);
/* The reason whose row is CODE; LINK_CUT where there is none. */
enum link_reason link_reason_of(enum error_code code);

/* The build id, which must be the same on both sides of the seam. */
#define SEAM_BUILD         REFEX_VERSION "/1"
#define SEAM_BUILD_MAX     64            /* bytes of a build id */
#define SEAM_KEY_MAX       4096          /* bytes of a PKCS#8 key */
#define SEAM_ANCHORS_MAX   BOUND_ISSUERS /* transport CAs */
#define SEAM_NODES_MAX     (BOUND_MEMBERS * BOUND_NODES)
#define SEAM_LITERAL_MAX   45 /* bytes of a literal IPv6 address */
#define SEAM_SEND_OVERHEAD 18 /* bytes that SEND and FRAME add to their payload */

/* A node that may link here, and the number of its agency. */
struct seam_node {
    struct ident id; /* first: the list is searched by it */
    uint32_t peer;
    uint64_t linked; /* of that agency's log; 0: nothing is */
};

struct seam_trust {
    const struct view *anchors; /* DER of the transport CAs */
    size_t anchor_count;
    const struct hash *revoked; /* SHA-256 of DER, ascending */
    size_t revoked_count;
    const struct seam_node *nodes; /* ascending by id */
    size_t node_count;
    struct view hello; /* payload of our hello frame, without what is linked */
};

struct seam_configure {
    struct view build;
    struct view transport_key;
    struct view certificate; /* DER, ours */
    struct label label;
    struct ident node;          /* ours */
    struct view listen_address; /* literal; empty: only dials */
    uint16_t listen_port;
    bool may_dial;
    bool allow_unconfined;
    struct seam_trust trust;
};

void seam_configure_encode(const struct seam_configure *in, struct bytes *out);
MUST_USE bool seam_configure_decode(struct view wire, struct arena *arena, struct seam_configure *out,
                                    struct error *err);

void seam_update_encode(const struct seam_trust *in, struct bytes *out);
MUST_USE bool seam_update_decode(struct view wire, struct arena *arena, struct seam_trust *out, struct error *err);

struct seam_dial {
    uint32_t peer;
    struct view address; /* literal */
    uint16_t port;
};

void seam_dial_encode(const struct seam_dial *in, struct bytes *out);
MUST_USE bool seam_dial_decode(struct view wire, struct arena *arena, struct seam_dial *out, struct error *err);

/* SEND and FRAME. The decoded payload is a view into WIRE. */
struct seam_frame {
    uint32_t link;
    uint16_t kind;
    struct view payload;
};

void seam_frame_encode(const struct seam_frame *in, struct bytes *out);
MUST_USE bool seam_frame_decode(struct view wire, struct seam_frame *out, struct error *err);

struct seam_hang_up {
    uint32_t link;
    enum link_reason why;
};

void seam_hang_up_encode(const struct seam_hang_up *in, struct bytes *out);
MUST_USE bool seam_hang_up_decode(struct view wire, struct arena *arena, struct seam_hang_up *out, struct error *err);

struct seam_linked {
    uint32_t peer;
    uint64_t size;
};

void seam_linked_encode(const struct seam_linked *in, struct bytes *out);
MUST_USE bool seam_linked_decode(struct view wire, struct arena *arena, struct seam_linked *out, struct error *err);

struct seam_resolve {
    uint32_t question;
    struct view host;
    uint16_t port;
};

void seam_resolve_encode(const struct seam_resolve *in, struct bytes *out);
MUST_USE bool seam_resolve_decode(struct view wire, struct arena *arena, struct seam_resolve *out, struct error *err);

struct seam_hello {
    struct view build;
    uint32_t landlock; /* ABI in force; 0: none */
    bool seccomp;
};

void seam_hello_encode(const struct seam_hello *in, struct bytes *out);
MUST_USE bool seam_hello_decode(struct view wire, struct arena *arena, struct seam_hello *out, struct error *err);

struct seam_listening {
    struct view address;
    uint16_t port;
};

void seam_listening_encode(const struct seam_listening *in, struct bytes *out);
MUST_USE bool seam_listening_decode(struct view wire, struct arena *arena, struct seam_listening *out,
                                    struct error *err);

struct seam_link_up {
    uint32_t link;
    uint32_t peer;           /* whose node the certificate names */
    struct view certificate; /* DER, the peer's */
    bool dialled;
    struct view hello; /* payload of the peer's hello frame: codec/peer_codec.h */
};

void seam_link_up_encode(const struct seam_link_up *in, struct bytes *out);
MUST_USE bool seam_link_up_decode(struct view wire, struct arena *arena, struct seam_link_up *out, struct error *err);

struct seam_link_down {
    uint32_t link; /* 0: refused at the door */
    uint32_t peer; /* 0: nobody was known */
    enum link_reason reason;
};

void seam_link_down_encode(const struct seam_link_down *in, struct bytes *out);
MUST_USE bool seam_link_down_decode(struct view wire, struct arena *arena, struct seam_link_down *out,
                                    struct error *err);

struct seam_dial_failed {
    uint32_t peer;
    enum link_reason reason;
};

void seam_dial_failed_encode(const struct seam_dial_failed *in, struct bytes *out);
MUST_USE bool seam_dial_failed_decode(struct view wire, struct arena *arena, struct seam_dial_failed *out,
                                      struct error *err);

/* LINK_WAITS and OFFER; without a directory in the former. */
struct seam_offer {
    uint32_t link;
    struct view certificate; /* DER, the peer's */
    struct view directory;   /* note */
};

void seam_link_waits_encode(const struct seam_offer *in, struct bytes *out);
MUST_USE bool seam_link_waits_decode(struct view wire, struct arena *arena, struct seam_offer *out, struct error *err);
void seam_offer_encode(const struct seam_offer *in, struct bytes *out);
MUST_USE bool seam_offer_decode(struct view wire, struct arena *arena, struct seam_offer *out, struct error *err);

struct seam_flow {
    uint32_t link;
    bool stop; /* true: send this link nothing more; false: it has room again */
};

void seam_flow_encode(const struct seam_flow *in, struct bytes *out);
MUST_USE bool seam_flow_decode(struct view wire, struct arena *arena, struct seam_flow *out, struct error *err);

struct seam_failed {
    struct view code; /* "E-LNK-11" */
    struct view sentence;
};

void seam_failed_encode(const struct seam_failed *in, struct bytes *out);
MUST_USE bool seam_failed_decode(struct view wire, struct arena *arena, struct seam_failed *out, struct error *err);

struct seam_resolved {
    uint32_t question;
    const struct view *addresses; /* literal, in the order to try; none: not known */
    size_t address_count;
};

void seam_resolved_encode(const struct seam_resolved *in, struct bytes *out);
MUST_USE bool seam_resolved_decode(struct view wire, struct arena *arena, struct seam_resolved *out, struct error *err);

#endif
