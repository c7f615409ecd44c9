#ifndef EXCHANGE_KNOWN_KEYS_H
#define EXCHANGE_KNOWN_KEYS_H
/* Every identity key that a directory listed here, and every name that one revoked, for ever: directories leave both
 * out when their certificates have expired.
 *
 * Floor: exchange. What counts of an agency's key now is in holds.h.
 */

#include "exchange/exchange.h"
#include "model/directory.h"

struct known_keys;

struct known_key {
    struct hash name;   /* fingerprint of a key, or what else a revocation names */
    struct hash agency; /* that had it first: of its name; zeros: a revocation named nobody */
    int64_t from_ms;    /* of its certificates the first day, and the last; 0: none was listed here */
    int64_t until_ms;
    struct ident node;             /* the first machine that was listed with it, the last time */
    enum revocation_reason reason; /* the gravest; 0: it was not revoked */
    bool vouches;                  /* the key that counts of the agency stands on the word of this one */
};

void known_keys_free(struct known_keys *k);
/* Reads what is stored. */
MUST_USE bool known_keys_load(struct exchange *x, struct error *err);
/* Adds what the directory in use lists and revokes, in the open transaction. */
MUST_USE bool known_keys_follow(struct exchange *x, struct error *err);

/* NULL: no directory listed or revoked it here. Until others are added. */
const struct known_key *known_keys_find(const struct exchange *x, const struct hash *name);
/* Whether a directory revoked the key NAME as compromised, ever. */
bool known_keys_is_stolen(const struct exchange *x, const struct hash *name);
/* Whether K was AGENCY's. */
bool known_key_is_of(const struct known_key *k, const struct address *agency);
/* One that vouches for AGENCY and is revoked as compromised, or in two hands (contradictions.h); NULL: none. */
const struct known_key *known_keys_doubted(const struct exchange *x, const struct address *agency);
/* A key of this agency signed for another that was not made here, and which note says so; zeros: none came. In memory.
 */
void known_keys_other_came(struct exchange *x, const struct succession *s);
const struct succession *known_keys_other(const struct exchange *x);
/* Whether the other has taken the place of this home's key: the directory lists it. */
bool known_keys_is_succeeded(const struct exchange *x);
/* The key NAME vouches for the one that AGENCY has. */
MUST_USE bool known_keys_vouch(struct exchange *x, const struct hash *name, const struct address *agency,
                               struct error *err);
/* What counts of AGENCY stands on nothing else's word any more. */
MUST_USE bool known_keys_end_vouching(struct exchange *x, const struct address *agency, struct error *err);

#endif
