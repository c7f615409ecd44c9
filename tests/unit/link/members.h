#ifndef TESTS_LINK_MEMBERS_H
#define TESTS_LINK_MEMBERS_H
/* A federation and its agencies' transport certificates, made for a test. */

#include "base/secret.h"
#include "codec/seam_codec.h"
#include "crypto/certify.h"

struct home {
    struct sign_key *root;
    struct sign_key *issuing;
    struct bytes root_der;
    struct bytes issuing_der;
    struct federation federation;
    struct view anchors[1];
};

struct card {
    struct sign_key *key;
    struct secret pkcs8;
    struct bytes der;
    struct address agency;
    struct bytes hello;   /* payload of its hello frame */
    struct view chain[2]; /* its own, issuing */
};

void home_make(struct home *h, const char *name);
void home_fini(struct home *h);

/* A certificate of USE for NAME (short), made at NOW_MS, for DAYS. */
void card_make(struct card *c, const struct home *h, const char *name, enum certify_use use, int64_t now_ms,
               uint32_t days);
/* The same card with a certificate for one side of TLS only: "clientAuth" or "serverAuth". */
void card_one_sided(struct card *c, const struct home *h, const char *usage);
void card_fini(struct card *c);

/* What refexd would say to its network process. */
void card_configure(const struct card *c, const struct home *h, struct seam_configure *out);

#endif
