#ifndef TESTS_A_FEDERATION_H
#define TESTS_A_FEDERATION_H
/* A federation with real keys and certificates, in memory: what refex-ca makes on a disk, made to measure for a test.
 */

#include "base/arena.h"
#include "crypto/certify.h"
#include "crypto/sign.h"
#include "exchange/bundle.h"
#include "exchange/membership.h"
#include "model/directory.h"

#define A_MEMBERS 4
#define A_KEYS    3

struct an_agency {
    struct address address;
    struct sign_key *transport_key;
    struct sign_key *identity_key;
    struct bytes transport; /* DER */
    struct bytes identity;
};

struct a_federation {
    struct federation federation;
    int64_t now_ms;
    struct sign_key *root_key;
    struct sign_key *issuing_key;
    struct sign_key *directory_keys[A_KEYS];
    struct bytes root;
    struct bytes issuing;
    struct bytes directory_certificates[A_KEYS];
    uint32_t quorum;
    uint32_t key_count;
    struct an_agency agencies[A_MEMBERS];
    size_t agency_count;
    /* what the next directory says */
    uint64_t sequence;
    struct member members[A_MEMBERS];
    size_t member_count;
    struct revocation revocations[A_MEMBERS];
    size_t revocation_count;
};

/* Founds NAME with KEYS directory keys of which QUORUM must sign. */
void a_federation_init(struct a_federation *f, const char *name, int64_t now_ms, uint32_t keys, uint32_t quorum);
void a_federation_fini(struct a_federation *f);

/* An agency with certificates, listed from the next directory on; call in ascending order of names. */
struct an_agency *a_federation_admit(struct a_federation *f, const char *address);

/* The next directory, signed by the keys whose bits are set in SIGNERS (bit 0: key 1). */
void a_federation_directory(struct a_federation *f, unsigned signers, struct bytes *note);

/* The files of AGENCY with NOTE. */
struct membership_files a_federation_files(const struct a_federation *f, const struct an_agency *agency,
                                           struct view note);

#endif
