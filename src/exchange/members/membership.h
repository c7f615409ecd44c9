#ifndef EXCHANGE_MEMBERSHIP_H
#define EXCHANGE_MEMBERSHIP_H
/* What a node knows of its federation: who is a member, with which keys, and who is one no longer.
 *
 * Floor: exchange. Bytes in, answers out: no store, no sockets, no clock of its own. Whoever owns it keeps the notes.
 * Only what the federation's root leads to is believed: root → directory keys → directory; root → issuing CA → agency's
 * certificates; identity certificate → key bundle. Certificates are checked against the time that is given with each
 * question, signatures once for each directory.
 *
 * What peers get (struct peer, struct bundle, views) lives until the next directory or bundle that is taken.
 */

#include "exchange/members/bundle.h"
#include "model/directory.h"

struct membership;
struct verify_key;

/* The bytes that a membership rests on. All DER but the note. */
struct membership_files {
    struct view root;
    struct view issuing; /* the CA that signed the next two */
    struct view transport;
    struct view identity;
    struct view directory; /* note */
};

/* Checks all of it and keeps copies. A directory past its hard expiry is taken (status says so; nobody is admitted
 * under it), and so are own certificates that have ended. E-ENR-05 (certificates), E-FED-20 to E-FED-24 (directory). An
 * own entry that is missing or has other certificates is not an error but a finding: membership_status. */
MUST_USE bool membership_open(const struct membership_files *files, int64_t now_ms, struct membership **out,
                              struct error *err);
void membership_free(struct membership *m);

/* Whether the federation's id is the one that a person was given. E-ENR-01. FINGERPRINT as read by fingerprint_read. */
MUST_USE bool membership_check_fingerprint(const struct membership *m, struct view fingerprint, struct error *err);

/* Whether the certificates are of these keys (32 bytes each). E-ENR-06. */
MUST_USE bool membership_check_keys(const struct membership *m, const uint8_t transport[static KEY_SIZE],
                                    const uint8_t identity[static KEY_SIZE], struct error *err);

const struct address *membership_own(const struct membership *m);
const struct federation *membership_federation(const struct membership *m);
enum agency_kind membership_own_kind(const struct membership *m); /* 0 when the directory does not list us */
bool membership_own_is_unlisted(const struct membership *m);
struct view membership_own_relay(const struct membership *m); /* empty: none */
const struct verify_key *membership_own_identity(const struct membership *m);

/* --- the directory --- */

enum directory_result { DIRECTORY_TAKEN, DIRECTORY_SAME, DIRECTORY_OLDER };

/* A note that came from anywhere: from the federation's file or from any peer. Takes it if its sequence is larger than
 * that in use; the one in use stays when it fails. E-FED-20 not signed, E-FED-21 another federation, E-FED-22 the same
 * sequence with other lines (both were signed: an alarm), E-FED-23 past its hard expiry, E-FED-24 malformed. */
MUST_USE bool membership_take_directory(struct membership *m, struct view note, int64_t now_ms,
                                        enum directory_result *what, struct error *err);

/* The directory in use and the note it came from. */
const struct directory *membership_directory(const struct membership *m);
struct view membership_note(const struct membership *m);

/* Entries in our own name that we did not make, and what is stale. Times in unix milliseconds. */
struct membership_status {
    uint64_t sequence;
    int64_t refresh_after_ms;
    int64_t hard_expiry_ms;
    bool stale;       /* past refresh_after: a warning */
    bool expired;     /* past hard_expiry: nobody is admitted */
    bool own_missing; /* no entry in our name */
    bool own_differs; /* an entry in our name with certificates that are not ours */
    bool own_revoked; /* a certificate of ours is revoked */
    enum revocation_reason own_reason;
    int64_t transport_from_ms;
    int64_t transport_until_ms;
    int64_t identity_from_ms;
    int64_t identity_until_ms;
};
void membership_status(const struct membership *m, int64_t now_ms, struct membership_status *out);

/* Whether the federation's policy names the legal basis CODE. */
bool membership_policy_basis(const struct membership *m, struct view code);

/* --- peers --- */

struct peer {
    const struct member *member;
    struct verify_key *identity; /* of the identity certificate; NULL when the certificate does not lead to the root */
    uint8_t identity_key[KEY_SIZE];   /* its bytes; zeros where it is NULL */
    struct hash identity_certificate; /* SHA-256 of its DER */
    int64_t from_ms;                  /* the identity certificate is valid from here */
    int64_t until_ms;                 /* to here */
    bool revoked;                     /* its identity or transport certificate, or its issuer */
    enum revocation_reason reason;    /* the gravest: key compromise first */
    int64_t revoked_ms;
};

/* What the directory says of AGENCY (full address): false when it says nothing. */
bool membership_find_peer(struct membership *m, struct view agency, struct peer *out);
/* The same for the member at INDEX of membership_directory(m)->members. */
void membership_peer(struct membership *m, size_t index, struct peer *out);

/* Whether AGENCY is a member that is talked to now: directory not past its hard expiry (E-FED-23), listed (E-FED-25),
 * not revoked (E-FED-28), certificate of the federation (E-FED-20) and valid now (E-FED-26, E-FED-27).
 * *IDENTITY, if asked for, is borrowed. */
MUST_USE bool membership_admits(struct membership *m, struct view agency, int64_t now_ms,
                                const struct verify_key **identity, struct error *err);

/* Whether CHAIN (leaf first, DER), shown by a peer at the other end of a link, is AGENCY's transport certificate, valid
 * now and not revoked; membership_admits is asked too. E-FED-20, E-FED-23 and E-FED-25 to E-FED-28. */
MUST_USE bool membership_admits_chain(struct membership *m, const struct view *chain, size_t chain_count,
                                      struct view agency, int64_t now_ms, struct error *err);

/* --- sealing keys --- */

/* A bundle note of AGENCY's that came from anywhere (frame 7, a refusal, the directory): kept if its sequence is larger
 * than the one known. *IS_NEW tells. E-FED-25 not a member, E-FED-29 not signed by the agency or malformed. */
MUST_USE bool membership_take_bundle(struct membership *m, struct view note, struct address *agency, bool *is_new,
                                     struct error *err);
/* The newest bundle known of AGENCY, and the note it came from; NULL when none is. */
const struct bundle *membership_bundle(struct membership *m, struct view agency);
struct view membership_bundle_note(struct membership *m, struct view agency);
/* The key to seal to on DAY. E-FED-30. */
MUST_USE bool membership_sealing_key(struct membership *m, struct view agency, uint32_t day,
                                     const struct bundle_key **out, struct error *err);

/* --- what the network process is told --- */

/* Root DERs (one for now), and the hashes of revoked certificates, 32 bytes each, ascending. Live until the next
 * directory. */
const struct view *membership_anchors(const struct membership *m, size_t *count);
struct view membership_revoked(const struct membership *m);
/* Own transport certificate and the CA that issued it, in this order. */
const struct view *membership_transport_chain(const struct membership *m, size_t *count);

#endif
