#ifndef EXCHANGE_INVITE_H
#define EXCHANGE_INVITE_H
/* An invitation to join a federation, and how a request is bound to it (docs/PROTOCOL.md 10).
 *
 * Floor: exchange; refex-ca writes what a node reads. The file is no secret: six words that are read out by telephone
 * prove it to the agency, and the agency's request to the coordinator.
 */

#include "base/bytes.h"
#include "codec/membership_codec.h"

struct secret;

#define INVITE_HOURS 72

struct invite {
    struct federation federation;
    struct address agency;
    struct ident id;
    int64_t until_s;
    struct hash mac; /* by the key of the words, over what stands before it */
};

/* Sets I->mac and appends the file. */
void invite_write(struct invite *i, const struct secret *key, struct bytes *file);
/* E-ENR-21. */
MUST_USE bool invite_read(struct view file, struct invite *out, struct error *err);
/* KEY is of the words that I was made with. E-ENR-23. */
MUST_USE bool invite_check(const struct invite *i, const struct secret *key, struct error *err);

/* The proof that who made R, whose binding is not looked at, has KEY. E-FED-04. */
MUST_USE bool invite_bind(const struct federation *f, const struct ident *id, const struct secret *key,
                          const struct request *r, struct hash *out, struct error *err);

#endif
