#ifndef CODEC_SEAM_H
#define CODEC_SEAM_H
/* The seam between refexd and refex-link: its kinds of message, and when each may come (seam_kinds.def). The messages
 * themselves are codec/seam_messages.h, made from proto/seam.proto.
 *
 * Floor: codec. Decoding fails with E_LNK_13: both sides are one build, so it is our mistake, or refex-link was taken
 * over.
 */

#include "model/ident.h"

enum seam_kind {
#define SEAM_KIND(number, ID, name, ROUTES, PHASE, TIMES) SEAM_##ID = (number),
#include "codec/seam_kinds.def"
#undef SEAM_KIND
};

/* From whom to whom a message goes. */
enum seam_route { SEAM_TO_LINK, SEAM_FROM_LINK, SEAM_TO_RESOLVER, SEAM_FROM_RESOLVER, SEAM_TO_CA, SEAM_FROM_CA };

/* The phase of the reading side. The resolver and refex-ca are in SEAM_OPEN from the start: nothing configures them. */
enum seam_phase {
    SEAM_BEFORE_CONFIGURE = 1, /* refex-link: nothing but CONFIGURE may come */
    SEAM_BEFORE_HELLO,         /* refexd: nothing but HELLO or FAILED may come */
    SEAM_OPEN,
};

/* Whether KIND may come on ROUTE in PHASE, for the first time where it may come only once. *USED, which keeps what has
 * come, is 0 when the sending process starts. False (E_LNK_13): stop reading from that process. */
MUST_USE bool seam_permit(enum seam_route route, enum seam_phase phase, uint32_t *used, uint16_t kind,
                          struct error *err);

/* Why a link was refused or ended: link_reasons.def. */
enum link_reason {
    LINK_REASON_NONE,
#define LINK_REASON(id, name, code) id,
#include "codec/link_reasons.def"
#undef LINK_REASON
    LINK_REASON_END
};

const char *link_reason_name(enum link_reason r); /* "wrong-ca" */
enum error_code link_reason_code(enum link_reason r);
/* The reason whose row is CODE; LINK_CUT where there is none. */
enum link_reason link_reason_of(enum error_code code);

/* The build id, which must be the same on both sides of the seam. */
#define SEAM_BUILD         REFEX_VERSION "/1"
#define SEAM_BUILD_MAX     64            /* bytes of a build id */
#define SEAM_CODE_MAX      16            /* bytes of the written code of an error */
#define SEAM_KEY_MAX       4096          /* bytes of a PKCS#8 key */
#define SEAM_ANCHORS_MAX   BOUND_ISSUERS /* transport CAs */
#define SEAM_NODES_MAX     (BOUND_MEMBERS * BOUND_NODES)
#define SEAM_LITERAL_MAX   45 /* bytes of a literal IPv6 address */
#define SEAM_SEND_OVERHEAD 18 /* bytes that SEND and FRAME add to their payload */

#endif
