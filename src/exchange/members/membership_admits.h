#ifndef EXCHANGE_MEMBERSHIP_ADMITS_H
#define EXCHANGE_MEMBERSHIP_ADMITS_H
/* With whom this node talks now: members and their machines, by the directory in use (membership.h).
 *
 * Floor: exchange. Certificates are checked against the time given with each call.
 */

#include "exchange/logs/proofs.h"
#include "exchange/members/membership.h"
#include "pki/certificate.h"

/* Why nothing is exchanged with AGENCY now, as the directory in use says; HOLD_NONE: it is admitted. */
enum hold membership_hold(struct membership *m, struct view agency, int64_t now_ms);

/* Whether messages may be exchanged with AGENCY now: the directory is not past its hard expiry (E-FED-23), lists it
 * (E-FED-25) and does not revoke it (E-FED-28); its certificate leads to the root (E-FED-20) and is valid now
 * (E-FED-26, E-FED-27). *IDENTITY (may be NULL) is borrowed. */
MUST_USE bool membership_admits(struct membership *m, struct view agency, int64_t now_ms,
                                const struct verify_key **identity, struct error *err);

/* Whether CERTIFICATE (DER), presented on a link, is a transport certificate of our federation, valid now and not
 * revoked; *NODE is the machine it names. E-CRT-*, E-FED-26 to E-FED-28, E-FED-31. */
MUST_USE bool membership_node_of(struct membership *m, struct view certificate, int64_t now_ms, struct ident *node,
                                 struct error *err);
/* The member that lists the machine NODE; NULL: none does. */
const struct member *membership_find_node(const struct membership *m, const struct ident *node);
/* Whether CERTIFICATE is that of NODE (membership_node_of; E-FED-31: of another), and membership_admits the agency that
 * lists NODE (E-FED-32: none does). *AGENCY is set. */
MUST_USE bool membership_admits_node(struct membership *m, struct view certificate, const struct ident *node,
                                     int64_t now_ms, struct address *agency, struct error *err);

/* Whether the machine NODE, which presented CERTIFICATE, may bring a newer directory although ours is past its last day
 * and admits nobody: CERTIFICATE is that of NODE (membership_node_of), and our directory lists NODE and does not revoke
 * its agency. *AGENCY is set. */
bool membership_may_bring_directory(struct membership *m, struct view certificate, const struct ident *node,
                                    int64_t now_ms, struct address *agency);

/* CAs of USE (issuing, transport CA) that were listed and are not any more, nor revoked: what was signed under an
 * issuing one is verified still, and nobody is admitted by it; for a transport CA see membership_admits_ended. Kept
 * while the next directories come; the count. Of M. */
size_t membership_former_issuers(const struct membership *m, enum certificate_use use,
                                 struct view out[static BOUND_ISSUERS]);
/* At start: those that were stored. */
void membership_keep_issuers(struct membership *m, enum certificate_use use, const struct view *cas, size_t count);
/* Of the transport CAs those of this federation's label: what refex-link takes. */
size_t membership_former_transports(const struct membership *m, struct view out[static BOUND_ISSUERS]);

/* The proofs_signer_fn of a struct membership: by the directory in use. */
MUST_USE bool membership_signer(void *membership, struct view agency, struct proof_signer *out, struct error *err);

/* The keys that sign, and signed, for this agency, whatever the directory says of it. */
void membership_own_signer(const struct membership *m, struct proof_signer *out);

/* Whether the identity certificate DER leads to the root by an issuing CA that the directory lists, and nothing of it
 * is revoked, on its first day or later. E-CRT-*, E-FED-2x. */
MUST_USE bool membership_check_identity(struct membership *m, struct view der, int64_t now_ms, struct error *err);

/* Whether AGENCY, which the directory revokes for having left or as suspended, may still call data back, and have it
 * called back: its identity certificate is good but for that. Who left may for BOUND_RECALL_MS. Of any other it may not
 * (E-FED-28). E-FED-20, 23, 25 to 28. */
MUST_USE bool membership_recalls(struct membership *m, struct view agency, int64_t now_ms, struct error *err);
/* When a narrow link with AGENCY, which has this node for cut off, or is, has to end: with the directory, the identity
 * certificate, or what who left may. */
int64_t membership_recalls_until(struct membership *m, const struct address *agency);
/* The same of NODE, which shows CERTIFICATE; *AGENCY is set. E-FED-31, E-FED-32. */
MUST_USE bool membership_recalls_node(struct membership *m, struct view certificate, const struct ident *node,
                                      int64_t now_ms, struct address *agency, struct error *err);
/* Whether the directory, ended or not, revokes AGENCY, or it is suspended. */
bool membership_is_revoked(struct membership *m, const struct address *agency);
/* Whether the directory revokes the machine NODE because it may be in other hands with its keys; *AGENCY: whose it
 * was. */
bool membership_is_compromised(const struct membership *m, const struct ident *node, struct address *agency);
/* Whether the directory here has ended, and CERTIFICATE names the machine *NODE of a member that it lists and does not
 * revoke, but is of a transport CA that it does not: such a node may bring a newer one, and proves nothing before. */
bool membership_may_offer(struct membership *m, struct view certificate, int64_t now_ms, struct ident *node);
/* Whether the node that shows CERTIFICATE, of a listed transport CA, may be shown the directory: as
 * membership_admits_node, and where this one RENEWS as membership_admits_ended. */
MUST_USE bool membership_may_be_shown(struct membership *m, struct view certificate, int64_t now_ms, bool renews,
                                      struct error *err);
/* Of a node whose CERTIFICATE ended at most BOUND_GRACE_MS ago, or is of a former transport CA and has not ended for
 * longer; as membership_admits_node otherwise. For a renewal alone. */
MUST_USE bool membership_admits_ended(struct membership *m, struct view certificate, const struct ident *node,
                                      int64_t now_ms, struct address *agency, struct error *err);

#endif
