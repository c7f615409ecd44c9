#ifndef TESTS_LINK_CREDENTIALS_H
#define TESTS_LINK_CREDENTIALS_H
/* A federation and its agencies' transport certificates, made for a test. */

#include "base/secret.h"
#include "codec/seam_codec.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"

struct member_ca {
    struct sign_key *root;
    struct sign_key *issuing;
    struct bytes root_der;
    struct bytes issuing_der;
    struct federation federation;
    struct view anchors[1];
};

struct credentials {
    struct sign_key *key;
    struct secret pkcs8;
    struct bytes der;
    struct address agency;
    struct bytes hello;   /* payload of its hello frame */
    struct view chain[2]; /* its own, issuing */
};

void member_ca_init(struct member_ca *h, const char *name);
void member_ca_fini(struct member_ca *h);

/* A certificate of USE for NAME (short), made at NOW_MS, for DAYS. */
void credentials_init(struct credentials *c, const struct member_ca *h, const char *name, enum certify_use use,
                      int64_t now_ms, uint32_t days);
/* The same, with a certificate for one side of TLS only: "clientAuth" or "serverAuth". */
void credentials_limit_use(struct credentials *c, const struct member_ca *h, const char *usage);
void credentials_fini(struct credentials *c);

/* The configuration that refexd would send. */
void credentials_configure(const struct credentials *c, const struct member_ca *h, struct seam_configure *out);

#endif
