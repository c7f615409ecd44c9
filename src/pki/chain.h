#ifndef PKI_CHAIN_H
#define PKI_CHAIN_H
/* Whether a certificate is one of the federation's, for this use, at this time.
 *
 * Floor: pki. The anchors are the roots of one federation, chosen by the peer's federation, never the union of all.
 */

#include "pki/certificate.h"

struct anchors;

/* The trust of one federation: its roots (copied). Each must be a root certificate in the federation's name, and one of
 * them must be the first, whose id is F's. E-CRT-23 when it is another federation's; E-CRT-18, 19. */
MUST_USE bool anchors_new(const struct federation *f, const struct view *roots, size_t count, struct anchors **out,
                          struct error *err);
/* The trust of a federation whose root was replaced: LINE is its first root, then each later one, certified by the one
 * before it. The last one alone is the anchor: what one before it issued leads nowhere. The days of those before are
 * not asked. One root alone: as anchors_new. E-CRT-15 one is not signed by the one before; E-CRT-18, 23. */
MUST_USE bool anchors_new_line(const struct federation *f, const struct view *line, size_t count, struct anchors **out,
                               struct error *err);
/* The trust of the network process: the transport CAs of LABEL, without the root, whose name it need not learn. Only
 * transport certificates are checked by it. E-CRT-18 when one is no transport CA of LABEL. */
MUST_USE bool anchors_new_transport(const struct label *label, const struct view *cas, size_t count,
                                    struct anchors **out, struct error *err);
void anchors_free(struct anchors *a);

#define CHAIN_INTERMEDIATES (3 * BOUND_ISSUERS) /* a CA, or a directory's list, and the roots of two directories */

struct chain_params {
    enum certificate_use wanted; /* transport, identity or directory; issuing to check an issuing certificate itself */
    int64_t now_ms;
    const struct view *intermediates; /* DER, any order */
    size_t intermediate_count;        /* at most CHAIN_INTERMEDIATES */
    struct view revoked;              /* names (certificate_names), 32 bytes each, ascending; may be empty */
};

/* Fills *OUT (whose DER borrows from LEAF). Identity certificates must come from an issuing CA, transport certificates
 * from a transport CA of their label, directory keys' from the root itself. E-CRT-01 to 10 as certificate_read; 11
 * another use; 12 ended; 13 not yet valid; 14 not of these roots; 15 signature; 16 another federation; 17 revoked (it
 * or the CA above it); 18, 19 the chain; 24 the CA's time; 25. */
MUST_USE bool chain_check(const struct anchors *a, struct view leaf, const struct chain_params *q,
                          struct certificate *out, struct error *err);

/* Whether DER is an issuing certificate of the federation of A, so that chain_check takes it among the
 * intermediates. */
bool chain_takes_issuer(const struct anchors *a, struct view der);

#endif
