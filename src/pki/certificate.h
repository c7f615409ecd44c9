#ifndef PKI_CERTIFICATE_H
#define PKI_CERTIFICATE_H
/* A certificate, parsed: whose, for what, until when; or why it is none of ours. Profiles: certs/.
 *
 * Floor: pki. Public keys only. Reading is strict and does not verify the signature: chain.h does.
 */

#include "model/ident.h"

enum certificate_use {
    CERTIFICATE_ROOT = 1,
    CERTIFICATE_ISSUING,
    CERTIFICATE_TRANSPORT_CA, /* issues the transport certificates of one label */
    CERTIFICATE_TRANSPORT,    /* TLS between nodes */
    CERTIFICATE_IDENTITY,     /* signs checkpoints and bundles */
    CERTIFICATE_DIRECTORY,    /* signs the directory */
};

struct certificate {
    enum certificate_use use;
    char federation[BOUND_FEDERATION + 1]; /* empty in certificates that hold a label: they name nobody */
    struct address agency;                 /* identity; else empty */
    struct label label;                    /* transport and its CA; else empty */
    struct ident node;                     /* transport: of which machine */
    uint32_t directory_k;                  /* directory: how many must sign */
    uint32_t directory_i;                  /* directory: which of them this is */
    uint8_t public_key[KEY_SIZE];          /* Ed25519 */
    int64_t not_before_ms;                 /* valid from here */
    int64_t not_after_ms;                  /* valid up to here */
    struct hash der_hash;                  /* one of what a revocation names */
    struct hash key_hash;                  /* H(SubjectPublicKeyInfo): of the first root, the federation's id */
    struct view der;                       /* borrowed from the caller */
};

/* Reads one certificate in DER. E-CRT-01 to 10, 19, 20, 26: one code for each fault. */
MUST_USE bool certificate_read(struct view der, struct certificate *out, struct error *err);

/* Whether a certificate that is valid up to NOT_AFTER_MS has ended by NOW_MS. Asked of what is known already; of a
 * certificate that comes, chain_check asks it with all else (E-CRT-12). */
bool certificate_has_ended(int64_t not_after_ms, int64_t now_ms);

/* The federation's id: H(DER SubjectPublicKeyInfo) of its first root certificate. E-CRT-01, E-CRT-02. */
MUST_USE bool certificate_fid(struct view root_der, struct hash *out, struct error *err);

/* What a revocation may name a certificate by, 32 bytes each (docs/PROTOCOL.md 10): its bytes, its key, and the machine
 * that it is of. By its key it is caught in whatever encoding, and so is each other one of that key. */
#define CERTIFICATE_NAMES_MAX 3
struct certificate_names {
    struct hash at[CERTIFICATE_NAMES_MAX];
    size_t count; /* 2, of a transport certificate 3 */
};
void certificate_names(const struct certificate *c, struct certificate_names *out);
/* What names the machine NODE: H("refex-node/v1\n" ‖ NODE). */
void certificate_node_name(const struct ident *node, struct hash *out);
/* The id of the machine on which an agency goes on under the identity key KEY with what it had under FORMER, which is
 * revoked (both H(SubjectPublicKeyInfo)): the beginning of H("refex-replaced/v1\n" ‖ FORMER ‖ KEY). */
void certificate_replacing_node(const struct hash *former, const struct hash *key, struct ident *out);
/* Whether REVOKED (names, 32 bytes each, ascending) has one of C. */
bool certificate_is_revoked(const struct certificate *c, struct view revoked);

const char *certificate_use_name(enum certificate_use use); /* "transport" … */

#endif
