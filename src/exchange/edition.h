#ifndef EXCHANGE_EDITION_H
#define EXCHANGE_EDITION_H
/* One directory in use: its note, what it says, and what was checked of it so far.
 *
 * Floor: exchange, for membership.c. Certificates are checked when they are first asked for, then once a day: the
 * signature does not change, the time of the issuing CA above might have come.
 */

#include "base/arena.h"
#include "exchange/membership.h"
#include "pki/chain.h"

struct edition;

/* Takes a copy of NOTE, checked as directory_note_open does. ANCHORS and FEDERATION must outlive it. */
MUST_USE bool edition_new(struct view note, const struct federation *federation, const struct anchors *anchors,
                          int64_t now_ms, struct view revoked_before, struct edition **out, struct error *err);
void edition_free(struct edition *e);

const struct directory *edition_directory(const struct edition *e);
struct view edition_note(const struct edition *e);
struct view edition_text(const struct edition *e); /* the part of the note that is signed */

/* Hashes of revoked certificates, 32 bytes each, ascending. */
struct view edition_revoked(const struct edition *e);
/* The revocation of a certificate; NULL when there is none. */
const struct revocation *edition_revocation(const struct edition *e, const struct hash *certificate);

/* What is known of the member at INDEX. */
void edition_peer(struct edition *e, size_t index, struct peer *out);
/* Whether its identity certificate leads to the root at NOW_MS. E-CRT-*. */
MUST_USE bool edition_check(struct edition *e, size_t index, int64_t now_ms, struct error *err);
/* Whether LEAF leads to the root over this directory's issuing CAs. E-CRT-*. */
MUST_USE bool edition_chain(const struct edition *e, struct view leaf, enum certificate_use wanted, int64_t now_ms,
                            struct certificate *out, struct error *err);
/* The index of AGENCY's entry; false when there is none. */
bool edition_index(const struct edition *e, struct view agency, size_t *out);

#endif
