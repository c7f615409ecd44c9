#ifndef CA_AUTHORITY_H
#define CA_AUTHORITY_H
/* The issuing CA and the transport CA of the folder: which is used, and the new one that waits until it may be.
 *
 * Floor: ca. USE is CERTIFICATE_ISSUING or CERTIFICATE_TRANSPORT_CA. A new authority lies in keys/NAME-next.key and
 * certs/NAME-next.pem, and is used once the newest directory that is signed lists it: before, no member believes it.
 */

#include "ca/federation_home.h"

/* "issuing", "transport"; "root", "directory". */
const char *authority_name(enum certificate_use use);

/* The certificate in use, of H. */
struct bytes *authority_current(struct federation_home *h, enum certificate_use use);
/* Whether it issued LEAF. */
bool authority_issued(const struct federation_home *h, enum certificate_use use, const struct certificate *leaf);
/* Those that D lists. */
const struct view *authority_listed(const struct directory *d, enum certificate_use use, size_t *count);

/* FOLDER/NAMEENDING in the folder of H. E-FIL-01. */
MUST_USE bool authority_path(const struct federation_home *h, enum certificate_use use, const char *folder,
                             const char *ending, char out[static FILE_PATH_MAX], struct error *err);
/* Writes DER as PEM. */
MUST_USE bool authority_write(const char *path, struct view der, struct error *err);

/* The new one's certificate, appended to *OUT; nothing where none waits. E-FED-01. */
MUST_USE bool authority_read_next(const struct federation_home *h, enum certificate_use use, struct bytes *out,
                                  struct error *err);
/* Puts the new one in the place of the old one, where the newest signed directory lists it; the old certificate is kept
 * as certs/NAME-KEY.pem, the old key destroyed. After a crash the same call does the rest. `serve`, which writes no
 * key, uses the new one where it lies. */
MUST_USE bool authority_settle(struct federation_home *h, enum certificate_use use, struct error *err);
/* The same, and whether the one in use may certify: members believe it, and the directory that waits, if one does, does
 * not end that. E-FED-55. */
MUST_USE bool authority_may_certify(struct federation_home *h, enum certificate_use use, struct error *err);
/* Opens the key of the one in use. E-KEY-*. */
MUST_USE bool authority_open_key(const struct federation_home *h, enum certificate_use use, struct sign_key **out,
                                 struct error *err);
/* Whether it lies in the folder. */
bool authority_has_key(const struct federation_home *h, enum certificate_use use);

#endif
