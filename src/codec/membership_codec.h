#ifndef CODEC_MEMBERSHIP_CODEC_H
#define CODEC_MEMBERSHIP_CODEC_H
/* The two files that people carry to join a federation: request.refex there, membership.refex back.
 *
 * Floor: codec. A file is one line that names it (`refex-request/v1`, `refex-membership/v1`), then base64 of the
 * protobuf of proto/directory.proto in lines of 76 characters, the last one shorter or as long, each ended by one line
 * feed. No other spelling is read here; mailed_file_restore mends before what came by mail. Neither file holds a
 * secret; neither is believed for being read: refex-ca checks a request's proofs, exchange/members/membership checks a
 * membership's signatures.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/directory.h"

#define REQUEST_FIRST_LINE    "refex-request/v1"
#define MEMBERSHIP_FIRST_LINE "refex-membership/v1"
#define MEMBERSHIP_LINE       76 /* characters of base64 in a line: survives mail and fits a page */

struct request {
    struct address agency;
    enum agency_kind kind;
    bool unlisted;
    struct view endpoint;  /* "host:port"; empty when unlisted */
    struct view relay;     /* full address; may be empty when listed */
    struct ident node;     /* of the machine: kept at every renewal */
    struct view transport; /* DER of a certificate request, which names nobody */
    struct view identity;  /* DER of a certificate request in the agency's name */
    struct view bundle;    /* note; may be empty */
    struct view binding;   /* id of an invitation, and its proof (exchange/members/invite.h); empty: none */
    struct view succeeds;  /* note by which the identity key in use signs for that of the request; empty: none */
};

struct membership_file {
    struct view root;         /* DER */
    struct view issuing;      /* signed the identity certificate */
    struct view transport_ca; /* signed the transport certificate */
    struct view transport;
    struct view identity;
    struct view directory; /* note */
};

/* Appends the file. R must be valid in form; E-FED-04 where it is not. */
MUST_USE bool request_encode(const struct request *r, struct bytes *file, struct error *err);
/* Reads the file. *OUT borrows from ARENA. E-FED-04. */
MUST_USE bool request_decode(struct view file, struct arena *arena, struct request *out, struct error *err);

/* The same for a membership. E-ENR-02. */
MUST_USE bool membership_file_encode(const struct membership_file *m, struct bytes *file, struct error *err);
MUST_USE bool membership_file_decode(struct view file, struct arena *arena, struct membership_file *out,
                                     struct error *err);

#endif
