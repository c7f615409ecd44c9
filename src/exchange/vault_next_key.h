#ifndef EXCHANGE_VAULT_NEXT_KEY_H
#define EXCHANGE_VAULT_NEXT_KEY_H
/* The key that is to take the place of one of the vault's: what vault_identity.c and vault_transport.c share.
 *
 * Floor: exchange. It is made before anybody certifies it, and stays until it takes the place, or is forgotten. Until
 * the old one is destroyed it has a third name, so that what is called the next key was never in use.
 */

#include "exchange/vault.h"

struct next_key {
    const char *in_place; /* names below HOME: of the key in use, … */
    const char *next;     /* … of the one that comes after it, … */
    const char *beside;   /* … and of either of the two while one takes the place of the other */
    struct sign_key *key; /* NULL: not asked for since the start */
    bool may_be_beside;   /* a crash may have left the key of before */
};

/* Makes *OUT, which is N's, if there is none. E-KEY-*, E-FIL-*. */
MUST_USE bool next_key_make(struct next_key *n, const char *home, const struct sign_key **out, struct error *err);
/* The same, where it is there: nothing is made, and nothing destroyed. */
MUST_USE bool next_key_open(struct next_key *n, const char *home, const struct sign_key **out, struct error *err);
bool next_key_is_there(const struct next_key *n, const char *home);
/* Destroys it, if there is one. E-KEY-*, E-FIL-*. */
MUST_USE bool next_key_destroy(struct next_key *n, const char *home, struct error *err);
/* OWN is the public key in use: where it is N's, IN_USE is that key from now on and the old one is destroyed. *CHANGED:
 * it was so. Where OWN is neither's, all stays. E-KEY-*, E-FIL-*. */
MUST_USE bool next_key_settle(struct next_key *n, const char *home, struct sign_key *in_use,
                              const uint8_t own[static SIGN_PUBLIC_SIZE], bool *changed, struct error *err);

#endif
