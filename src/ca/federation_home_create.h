#ifndef CA_FEDERATION_HOME_CREATE_H
#define CA_FEDERATION_HOME_CREATE_H
/* Founds a federation: its folder with all keys, certificates and the first directory.
 *
 * Floor: ca.
 */

#include "ca/federation_home.h"

struct federation_params {
    const char *name;
    uint32_t founders;                       /* directory keys */
    const uint8_t (*founder_keys)[KEY_SIZE]; /* made elsewhere; NULL: they are made here */
    uint32_t quorum;
    uint32_t erase_after_hours;
    const struct policy_basis *bases; /* ascending */
    size_t basis_count;
    struct view passphrase; /* of the private keys; empty: they lie in the clear */
    const char *root_key;   /* where the root's key is put; NULL: beside the others */
};

/* Founds a federation in PATH, which must be empty or not exist; a failure leaves nothing there. E-FED-02, E-FED-99
 * there is no folder for the root's key, E-KEY-04 there is a key, E-FIL-*. */
MUST_USE bool federation_home_create(const char *path, const struct federation_params *f, int64_t now_ms,
                                     struct error *err);

#endif
