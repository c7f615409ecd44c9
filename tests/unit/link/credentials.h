#ifndef TESTS_LINK_CREDENTIALS_H
#define TESTS_LINK_CREDENTIALS_H
/* A federation and its agencies' transport certificates, made for a test. */

#include "base/secret.h"
#include "codec/seam_frame.h"
#include "crypto/certify.h"
#include "crypto/certify_ca.h"
#include "pki/certificate.h"

struct member_ca {
    struct sign_key *root;
    struct sign_key *issuing;
    struct sign_key *transport;
    struct bytes root_der;
    struct bytes issuing_der;
    struct bytes transport_der;
    struct federation federation;
    struct label label;
    struct view anchors[1]; /* the transport CA */
};

struct credentials {
    struct sign_key *key;
    struct secret pkcs8;
    struct bytes der;
    struct ident node;
    uint32_t peer;      /* the number under which all know it */
    struct bytes hello; /* payload of its hello frame */
};

/* Those whom every configuration lists, ascending by id: brama 1, mission 2, police 3, shelter 4; of the log of each so
 * many times this is linked. */
#define CREDENTIALS_LINKED 100
extern const char *const listed_names[4];
/* The id of the node of NAME: its letters. */
struct ident node_of(const char *name);

void member_ca_init(struct member_ca *h, const char *name);
void member_ca_fini(struct member_ca *h);
/* The federation OF with another transport CA, of which alone *OUT has to be freed. */
void member_ca_another_init(struct member_ca *out, const struct member_ca *of);
void member_ca_another_fini(struct member_ca *h);

/* A certificate of USE (transport or identity) for NAME (short), made at NOW_MS, for DAYS. */
void credentials_init(struct credentials *c, const struct member_ca *h, const char *name, enum certificate_use use,
                      int64_t now_ms, uint32_t days);
/* The same, with a certificate for one side of TLS only: "clientAuth" or "serverAuth". */
void credentials_limit_use(struct credentials *c, const struct member_ca *h, const char *usage);
void credentials_fini(struct credentials *c);

/* The configuration that refexd would send. */
void credentials_configure(const struct credentials *c, const struct member_ca *h, struct seam_configure *out);

#endif
