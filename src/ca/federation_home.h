#ifndef CA_FEDERATION_HOME_H
#define CA_FEDERATION_HOME_H
/* The federation's folder: its keys, its certificates, and the newest directory, which defines who is a member.
 *
 * Floor: ca.
 *
 *   keys/root.key  issuing.key  transport.key  directory-I.key    PEM, mode 0600, under a passphrase or not; those of
 *                                                  the root and the directory may be kept elsewhere
 *   certs/root.pem  issuing.pem  transport.pem  directory-I.pem   their certificates; transport.pem holds the label
 *   keys/root-N.key  certs/root-N.pem              of a root that took the place of the one before (root_rollover.h)
 *   certs/issuing-KEY.pem  transport-KEY.pem       those that were in use before (rollover.h)
 *   members/NAME.pem                               every certificate ever issued to NAME, oldest first
 *   compared                                       each comparison of a fingerprint (comparisons.h)
 *   sequence                                       the largest number ever given to a directory
 *   directory.note                                 the newest directory that enough keys have signed
 *   waiting.note                                   one that is newer, with the signatures that it has; once one of the
 *                                                  two exists, the federation is founded
 *
 * The number is increased on the disk before a directory is signed, certificates are recorded before a directory lists
 * them, and the directory is written before the membership file: after a crash, the same command completes the work.
 */

#include "base/arena.h"
#include "base/file.h"
#include "ca/key_unlock.h"
#include "model/directory.h"
#include "pki/chain.h"

#define FEDERATION_HOME_KEYS 9 /* most directory keys */

#define FEDERATION_HOME_ROOTS    6 /* most roots that take the place of the first: a directory lists them all */
#define FEDERATION_HOME_PATH_MAX 512

#define DIRECTORY_REFRESH_DAYS   7 /* nodes warn so long before they refuse: for half of the fourteen days */
#define ROOT_CERTIFICATE_DAYS    7300
#define ISSUING_CERTIFICATE_DAYS 1825

struct issued_keys;

struct federation_home {
    char path[FEDERATION_HOME_PATH_MAX];
    int folder_lock; /* descriptor of the folder */
    struct federation federation;
    struct bytes root;                               /* DER; the first, whose hash is the federation's id */
    struct bytes later_roots[FEDERATION_HOME_ROOTS]; /* DER, each by the one before; number N at N − 2 */
    size_t later_root_count;
    struct bytes issuing;      /* DER */
    struct bytes transport_ca; /* DER */
    struct label label;        /* of the transport certificates */
    const char *issuing_key;   /* their names in keys/ (authority.h) */
    const char *transport_key;
    bool is_served;                                    /* by `serve`, which writes nothing but what it issues */
    struct bytes directory_keys[FEDERATION_HOME_KEYS]; /* DER; number i at i − 1 */
    size_t directory_key_count;
    uint32_t quorum;
    uint32_t directory_days; /* that the next one is used; 0: fourteen */
    struct anchors *anchors; /* of the root that the newest signed directory leaves in use */
    uint64_t sequence;
    struct arena arena;              /* what the directory borrows from */
    struct directory directory;      /* the newest: that of waiting where one waits */
    struct bytes note;               /* the newest that is signed; empty: none is yet */
    struct bytes waiting;            /* with the signatures that it has; empty: none waits */
    struct key_unlock *unlock;       /* borrowed */
    struct issued_keys *issued_keys; /* borrowed; NULL: nothing is kept from one call to the next */
};

#define FEDERATION_HOME_SIGNED  "directory.note"
#define FEDERATION_HOME_WAITING "waiting.note"

/* PATH without slashes at its end. E-USE-04 when it is empty or too long. */
MUST_USE bool federation_home_path(const char *path, char out[static FEDERATION_HOME_PATH_MAX], struct error *err);

/* Locks PATH as federation_home_open does, and reads nothing of it; federation_home_close lets it go. */
MUST_USE bool federation_home_lock(const char *path, struct federation_home *out, struct error *err);

/* Opens PATH and locks it against other refex-ca, for which it waits up to five seconds, and says so at a terminal.
 * UNLOCK opens its private keys; NULL: none is opened. E-FED-01, E-FED-03, E-FIL-01 it may not be read. */
MUST_USE bool federation_home_open(const char *path, struct key_unlock *unlock, int64_t now_ms,
                                   struct federation_home *out, struct error *err);
/* The same, whatever its directory and its number are: the directory is the signed one, zeros where it cannot be read;
 * what waits is not read, and no key is opened. */
MUST_USE bool federation_home_open_damaged(const char *path, int64_t now_ms, struct federation_home *out,
                                           struct error *err);
void federation_home_close(struct federation_home *h);

/* The certificate in the file NAME of the folder, in DER. E-FED-01. */
MUST_USE bool federation_home_read_certificate(const struct federation_home *h, const char *name, struct bytes *der,
                                               struct error *err);
/* All certificates issued to AGENCY, one PEM block each, appended to *PEM; nothing when there are none. */
MUST_USE bool federation_home_read_issued(const struct federation_home *h, const struct address *agency,
                                          struct bytes *pem, struct error *err);
/* Where they are recorded. */
MUST_USE bool federation_home_issued_path(const struct federation_home *h, const struct address *agency,
                                          char out[static FILE_PATH_MAX], struct error *err);
/* Records two more; what is empty is none. E-FED-100: it has as many as are kept. */
MUST_USE bool federation_home_add_issued(const struct federation_home *h, const struct address *agency,
                                         struct view transport, struct view identity, struct error *err);

/* Opens a private key of the folder: "root", "issuing", "transport", "directory-1" … E-KEY-*. */
MUST_USE bool federation_home_open_key(const struct federation_home *h, const char *name, struct sign_key **out,
                                       struct error *err);
/* Calls ON_KEY with the path of each private key that lies in the folder, until it returns false. */
typedef bool federation_home_key_fn(void *cookie, const char *path, struct error *err);
MUST_USE bool federation_home_each_key(const struct federation_home *h, federation_home_key_fn *on_key, void *cookie,
                                       struct error *err);

/* The path of NAME in the folder. E-FIL-01. */
MUST_USE bool federation_home_file(const struct federation_home *h, const char *name, char out[static FILE_PATH_MAX],
                                   struct error *err);

/* From now on by the root that D, which was signed, leaves in use. */
void federation_home_choose_root(struct federation_home *h, const struct directory *d);
/* The certificate of the newest root, and its number: 1 is the first. */
struct view federation_home_newest_root(const struct federation_home *h, size_t *number);
/* Opens the root's key, WHERE or (NULL) in the folder; *DER is its certificate: of the newest root that the newest
 * signed directory lists. E-FED-57 it is another key; E-KEY-*. */
MUST_USE bool federation_home_open_root(const struct federation_home *h, const char *where, struct sign_key **key,
                                        struct view *der, struct error *err);

/* Gives D (which may borrow from h->directory) the next number and dates from NOW_MS, signs it with the directory
 * keys that are in the folder, and makes it h->directory: the newest, or, where more keys must sign, the one that
 * waits, in place of one that waited. E-FED-10. */
MUST_USE bool federation_home_publish(struct federation_home *h, struct directory *d, int64_t now_ms,
                                      struct error *err);
/* SEQUENCE was given to a directory. */
MUST_USE bool federation_home_write_sequence(const struct federation_home *h, uint64_t sequence, struct error *err);
/* Takes the signatures in NOTE for the directory that waits; with enough it is the newest. E-ENR-19 none waits, or
 * another; E-FED-20. */
MUST_USE bool federation_home_collect(struct federation_home *h, struct view note, int64_t now_ms, struct error *err);
/* *OUT, in ARENA: the newest directory that is signed; zeros where none is yet. */
MUST_USE bool federation_home_read_signed(const struct federation_home *h, struct arena *arena, struct directory *out,
                                          struct error *err);
/* How many signatures the directory that waits lacks; 0: none waits. */
uint32_t federation_home_missing(const struct federation_home *h);

#endif
