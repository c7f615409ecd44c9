#ifndef TESTS_FEDERATION_FIXTURE_H
#define TESTS_FEDERATION_FIXTURE_H
/* A federation with real keys and certificates, in memory: what refex-ca makes on a disk, with the details that a test
 * needs. */

#include "base/arena.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "crypto/sign.h"
#include "exchange/members/bundle.h"
#include "exchange/members/membership.h"
#include "model/directory.h"

#define FIXTURE_MEMBERS 64
#define FIXTURE_KEYS    3

struct fixture_agency {
    struct address address;
    struct sign_key *transport_key;
    struct sign_key *identity_key;
    struct ident node;
    struct bytes transport; /* DER */
    struct bytes identity;
};

struct federation_fixture {
    struct federation federation;
    int64_t now_ms;
    struct sign_key *root_key;
    struct sign_key *issuing_key;
    struct sign_key *transport_key;
    struct label label;
    struct sign_key *directory_keys[FIXTURE_KEYS];
    struct bytes root;
    struct bytes issuing;
    struct bytes transport_ca;
    struct view more_transport_ca; /* borrowed; listed beside it if not empty */
    struct bytes directory_certificates[FIXTURE_KEYS];
    uint32_t quorum;
    uint32_t key_count;
    struct fixture_agency agencies[FIXTURE_MEMBERS];
    size_t agency_count;
    /* contents of the next directory */
    uint64_t sequence;
    struct member members[FIXTURE_MEMBERS];
    size_t member_count;
    struct revocation revocations[FIXTURE_MEMBERS];
    size_t revocation_count;
    struct view more_issuers[BOUND_ISSUERS]; /* beside ISSUING */
    size_t more_issuer_count;
};

/* Founds NAME with KEYS directory keys of which QUORUM must sign. */
void federation_fixture_init(struct federation_fixture *f, const char *name, int64_t now_ms, uint32_t keys,
                             uint32_t quorum);
void federation_fixture_fini(struct federation_fixture *f);

/* An agency with certificates, listed from the next directory on; call in ascending order of names. */
struct fixture_agency *federation_fixture_admit(struct federation_fixture *f, const char *address);

/* A transport certificate for KEY of the same machine. */
void federation_fixture_renew(const struct federation_fixture *f, const struct fixture_agency *a,
                              const struct sign_key *key, struct bytes *out);

/* The next directory, signed by the keys whose bits are set in SIGNERS (bit 0: key 1). */
void federation_fixture_directory(struct federation_fixture *f, unsigned signers, struct bytes *note);

/* The files of AGENCY with NOTE. */
struct membership_files federation_fixture_files(const struct federation_fixture *f,
                                                 const struct fixture_agency *agency, struct view note);

#endif
