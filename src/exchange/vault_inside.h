#ifndef EXCHANGE_VAULT_INSIDE_H
#define EXCHANGE_VAULT_INSIDE_H
/* What the files of the vault share.
 *
 * Floor: exchange.
 */

#include "base/file.h"
#include "exchange/vault.h"
#include "exchange/vault_next_key.h"
#include "store/sealing_key_store.h"

/* Section keys used last. Without the cache each use takes an unwrap of the data key and an HKDF expansion. */
#define CACHE_SIZE 64

struct cached_key {
    uint64_t slot;
    char section[16];
    struct secret key;
};

struct own_sealing_key {
    struct sealing_key_row row;
    struct seal_key *key;
};

#define OWN_KEYS_MAX 16 /* five are published, four more still open; the rest is margin */

struct vault {
    char home[FILE_PATH_MAX];
    char folder[FILE_PATH_MAX];
    bool plain;
    struct keyfile *keyfile;
    struct secret storage_key;
    struct data_keys *data_keys;
    struct sign_key *identity;
    struct sign_key *transport;
    struct next_key next_transport; /* vault_transport.h */
    struct next_key next_identity;  /* vault_identity.h */
    struct cached_key cache[CACHE_SIZE];
    struct own_sealing_key keys[OWN_KEYS_MAX]; /* ascending by use_from */
    size_t key_count;
    uint64_t erasures;    /* slots that were overwritten */
    uint64_t slots_end;   /* the stored note says that no slot below this is unused; 0: it is not known */
    bool has_erased;      /* a slot was overwritten since the last re-wrap began, or the start */
    struct bytes retired; /* ids of sealing keys whose files are destroyed after the commit */
};

/* A new key in the file NAME of HOME, which there is none of yet: what is there is not replaced. E-KEY-04, E-FIL-*. */
MUST_USE bool vault_make_key(const char *home, const char *name, struct error *err);

#endif
