#ifndef CA_KEY_UNLOCK_H
#define CA_KEY_UNLOCK_H
/* How the federation's private keys are opened: as they lie, or with a passphrase, from --passphrase-file or from the
 * terminal, that is asked for when a key needs one.
 *
 * Floor: ca. What opened one key is tried on the next: a person types once where all have one passphrase.
 */

#include "base/options.h"
#include "base/secret.h"

struct sign_key;

struct key_unlock {
    const struct options *options; /* with a row "passphrase-file" */
    struct secret passphrase;      /* the last one; no bytes: none was needed yet */
    bool given;                    /* it came by the option: nobody is asked */
};

/* Opens the key at PATH (crypto/sign.h: a URI, too). E-KEY-*; E-KEY-20 without an option and a terminal. */
MUST_USE bool key_unlock_open(struct key_unlock *u, const char *path, struct sign_key **out, struct error *err);
/* A passphrase for new keys: from the option or, at a terminal and without --plain-key, typed twice; no bytes for none.
 * E-USE-03 both options. */
MUST_USE bool key_unlock_choose(struct key_unlock *u, const char *prompt, struct error *err);
/* Wipes. */
void key_unlock_fini(struct key_unlock *u);

#endif
