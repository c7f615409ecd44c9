#ifndef EXCHANGE_DIRECTORY_VERSION_H
#define EXCHANGE_DIRECTORY_VERSION_H
/* One directory in use: its note, its decoded content, and the results of checks so far.
 *
 * Floor: exchange, for the files of a membership. A member's certificate is checked when it is first needed, then once
 * a day: its signature does not change, but it or its issuing CA may have expired.
 */

#include "base/arena.h"
#include "exchange/members/directory_note.h"
#include "exchange/members/membership.h"
#include "pki/chain.h"

struct directory_version;

/* Checks NOTE as directory_note_open does and copies it. The anchors of TRUST must outlive *OUT, which
 * directory_version_free frees. E-FED-2x. */
MUST_USE bool directory_version_new(struct view note, const struct directory_trust *trust,
                                    struct directory_version **out, struct error *err);
void directory_version_free(struct directory_version *v);
/* From now on by ANCHORS, which must outlive V; before the first question to it. */
void directory_version_anchor(struct directory_version *v, const struct anchors *anchors);

const struct directory *directory_version_directory(const struct directory_version *v);
struct view directory_version_note(const struct directory_version *v);
struct view directory_version_text(const struct directory_version *v); /* the part of the note that is signed */

/* Beside what the directory revokes ROWS are, ascending by name, in place of those before; copied. Results of checks
 * and views of what is revoked end with it. */
void directory_version_suspend(struct directory_version *v, const struct revocation *rows, size_t count);

/* CAs of USE (issuing, transport CA) that a directory before V listed, where they led to the root: V keeps those that
 * it neither lists nor revokes, BOUND_ISSUERS of each use. By an issuing one it is verified what was signed by who had
 * a certificate of it, and nobody is admitted; by a transport CA a coordinator's node makes a narrow link
 * (membership_admits_ended). Copied. Before anybody is looked up in V. */
void directory_version_keep(struct directory_version *v, enum certificate_use use, const struct view *cas,
                            size_t count);
/* The same of those of BEFORE, which V follows: what it lists, then what it keeps. */
void directory_version_follow(struct directory_version *v, const struct directory_version *before);
/* Those of USE that V keeps; of V. */
const struct view *directory_version_former(const struct directory_version *v, enum certificate_use use, size_t *count);

/* What is revoked: names of certificates (pki/certificate.h), 32 bytes each, ascending. */
struct view directory_version_revoked(const struct directory_version *v);
/* Of these, what may not call data back either: all but what an agency has for having left or being suspended. */
struct view directory_version_barred(const struct directory_version *v);
/* The gravest revocation that names C, its key or its machine; NULL when there is none. */
const struct revocation *directory_version_revocation(const struct directory_version *v, const struct certificate *c);

/* Fills *OUT about the member at INDEX; valid as long as V. */
void directory_version_peer(struct directory_version *v, size_t index, struct peer *out);
/* Whether its identity certificate leads to the root at NOW_MS. E-CRT-*. */
MUST_USE bool directory_version_check(struct directory_version *v, size_t index, int64_t now_ms, struct error *err);
/* Whether LEAF leads to the root over this directory's CAs. E-CRT-*. */
MUST_USE bool directory_version_chain(const struct directory_version *v, struct view leaf, enum certificate_use wanted,
                                      int64_t now_ms, struct certificate *out, struct error *err);
/* The same, with what is barred alone for revoked. */
MUST_USE bool directory_version_chain_barred(const struct directory_version *v, struct view leaf,
                                             enum certificate_use wanted, int64_t now_ms, struct certificate *out,
                                             struct error *err);
/* DERs of the listed transport CAs that are not revoked and lead to the root. */
const struct view *directory_version_transport_cas(const struct directory_version *v, size_t *count);
/* The member that lists the machine NODE; NULL: none does. */
const struct member *directory_version_node(const struct directory_version *v, const struct ident *node);
/* The index of AGENCY's entry; false when there is none. */
bool directory_version_index(const struct directory_version *v, struct view agency, size_t *out);

#endif
