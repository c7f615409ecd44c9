#ifndef EXCHANGE_MEMBERSHIP_H
#define EXCHANGE_MEMBERSHIP_H
/* The federation as a node sees it: its members with their keys, and who was revoked.
 *
 * Floor: exchange. No store, no sockets, no clock of its own; federation.c stores the notes. Only what leads to the
 * federation's root is trusted:
 *
 *   root ─► directory keys ─► directory
 *   root ─► issuing CA ─► an agency's identity certificate ─► its key bundle
 *   root ─► transport CA ─► a node's transport certificate; the directory says whose node that is
 *
 * Certificates are checked against the time given with each call, signatures once for each directory.
 *
 * Results (struct peer, struct bundle, views) are valid until the next directory or bundle is taken.
 */

#include "model/directory.h"
#include "model/hold.h"

struct membership;
struct verify_key;

/* What a membership is made from. All DER except the note. */
struct membership_files {
    struct view root;
    struct view issuing;      /* the CA that signed the identity certificate */
    struct view transport_ca; /* the CA that signed the transport certificate */
    struct view transport;
    struct view identity;
    struct view directory; /* note */
    bool is_kept;          /* the directory was taken into use before: the days of its keys were asked then */
    struct view offered;   /* a newer directory that comes with them: own certificates may be of a root that it lists
                            first. Empty: none */
    const uint8_t *next;   /* of a renewal: the other transport key of which its certificate may be; NULL: none */
    const uint8_t *next_identity; /* the same: the other identity key */
};

/* Checks FILES and copies them. E-ENR-05 certificates, E-FED-20 to E-FED-24 directory. Not errors, but reported by
 * membership_status: a directory past its hard expiry (then nobody is admitted), own certificates that have expired, an
 * own entry that is missing or has other certificates. *OUT is freed by membership_free. */
MUST_USE bool membership_open(const struct membership_files *files, int64_t now_ms, struct membership **out,
                              struct error *err);
void membership_free(struct membership *m);

/* Whether the federation's id has this fingerprint, in the form that fingerprint_read gives. E-ENR-01. */
MUST_USE bool membership_check_fingerprint(const struct membership *m, struct view fingerprint, struct error *err);

/* Whether our certificates are of these public keys (32 bytes each), and of the machine NODE (NULL: any). E-ENR-06. */
MUST_USE bool membership_check_keys(const struct membership *m, const uint8_t transport[static KEY_SIZE],
                                    const uint8_t identity[static KEY_SIZE], const struct ident *node,
                                    struct error *err);

/* FILES as they are in use; a view each, without the directory. */
void membership_files(const struct membership *m, struct membership_files *out);
/* Whether FILES (of which the directory is not looked at) are certificates of this node as it is, of its keys or its
 * next transport key and its machine, and end no earlier than those in use, but for one that has not begun. E-ENR-01,
 * E-ENR-05, E-ENR-06, E-REN-02. */
MUST_USE bool membership_check_renewal(const struct membership *m, const struct membership_files *files, int64_t now_ms,
                                       struct error *err);
/* The same, and takes them into use; copies them. */
MUST_USE bool membership_renew(struct membership *m, const struct membership_files *files, int64_t now_ms,
                               struct error *err);

const struct address *membership_own(const struct membership *m);
const struct federation *membership_federation(const struct membership *m);
enum agency_kind membership_own_kind(const struct membership *m); /* 0 when the directory does not list us */
bool membership_own_may_dial(const struct membership *m);         /* true where the directory does not list us */
bool membership_own_dials_only(const struct membership *m);       /* false there */
/* Whether this node can dial AGENCY or be dialled by it; true where the directory does not list both. */
bool membership_can_link(const struct membership *m, struct view agency);
const struct verify_key *membership_own_identity(const struct membership *m);

/* --- the directory --- */

enum directory_result {
    DIRECTORY_TAKEN,
    DIRECTORY_SAME,
    DIRECTORY_OLDER,
};

/* Takes a directory note into use if its sequence is larger than that in use; it may come from a file or any peer. On
 * failure the one in use stays. What ends does so at NOW_MS; the federation's keys have begun by the later LATEST_MS
 * (0: now). E-FED-20 not signed, E-FED-21 another federation's, E-FED-22 same sequence with other
 * text (both signed: an alarm), E-FED-23 past its hard expiry, E-FED-24 malformed. */
MUST_USE bool membership_take_directory(struct membership *m, struct view note, int64_t now_ms, int64_t latest_ms,
                                        enum directory_result *what, struct error *err);

/* Whether NOTE is a directory that the federation signed, whatever its number and last day; nothing is taken. E-FED-20,
 * E-FED-21, E-FED-24. */
MUST_USE bool membership_check_directory(const struct membership *m, struct view note, int64_t now_ms,
                                         int64_t latest_ms, struct error *err);

/* The directory in use and the note it came from. */
const struct directory *membership_directory(const struct membership *m);
struct view membership_note(const struct membership *m);
struct view membership_text(const struct membership *m); /* the part of it that is signed */

/* What an operator should be warned of. Times in unix milliseconds. */
struct authorities_end;

struct membership_status {
    uint64_t sequence;
    int64_t refresh_after_ms;
    int64_t hard_expiry_ms;
    bool stale;       /* past refresh_after: a warning */
    bool own_missing; /* no entry in our name */
    bool own_differs; /* one with another identity key, without this machine, or with a further one */
    bool own_revoked; /* a certificate of ours is revoked */
    enum revocation_reason own_reason;
    int64_t transport_from_ms;
    int64_t transport_until_ms;
    int64_t identity_from_ms;
    int64_t identity_until_ms;
};
void membership_status(const struct membership *m, int64_t now_ms, struct membership_status *out);
/* By the first root and the directory in use. */
void membership_authorities_end(const struct membership *m, struct authorities_end *out);

/* --- peers --- */

struct peer {
    const struct member *member;
    struct verify_key *identity;      /* of the identity certificate; NULL if that does not lead to the root */
    uint8_t identity_key[KEY_SIZE];   /* its bytes; zeros if it is NULL */
    struct hash identity_certificate; /* SHA-256 of its DER */
    struct hash fingerprint;          /* of its identity key (docs/PROTOCOL.md 11); zeros if that is NULL */
    int64_t from_ms;                  /* the identity certificate is valid from here */
    int64_t until_ms;                 /* to here */
    bool revoked;                     /* its identity certificate */
    enum revocation_reason reason;    /* the gravest: key compromise first */
};

/* Which incarnation of AGENCY's log the directory in use states; 0: it does not list the agency. */
uint32_t membership_incarnation(struct membership *m, struct view agency);
/* The same for this agency; 1 where it is not listed. */
uint32_t membership_own_incarnation(struct membership *m);
/* Looks up AGENCY (full address) in the directory; false: it is not there. */
bool membership_find_peer(struct membership *m, struct view agency, struct peer *out);
/* The same for the member at INDEX of membership_directory(m)->members. */
void membership_peer(struct membership *m, size_t index, struct peer *out);

/* --- configuration of the network process --- */

/* DERs of the transport CAs that are in use and lead to the root, and the names of what is revoked, 32 bytes
 * each, ascending. Valid until the next directory. */
const struct view *membership_transport_cas(const struct membership *m, size_t *count);
struct view membership_revoked(const struct membership *m);
/* Of these, what no narrow link is made for either. */
struct view membership_barred(const struct membership *m);
/* The key of the own identity certificate. */
const uint8_t *membership_identity_key(const struct membership *m);
/* Own transport certificate, its key, and what it names: the federation's label and this machine. */
struct view membership_transport(const struct membership *m);
const uint8_t *membership_transport_key(const struct membership *m);
const struct label *membership_label(const struct membership *m);
const struct ident *membership_node(const struct membership *m);

#endif
