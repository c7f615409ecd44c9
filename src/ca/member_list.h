#ifndef CA_MEMBER_LIST_H
#define CA_MEMBER_LIST_H
/* The next directory while it is edited: a copy of the newest one, changed.
 *
 * Floor: ca. Borrows from the federation_home of member_list_init and from what is put into it, until it is published.
 */

#include "ca/federation_home.h"

struct member_list {
    struct arena arena;
    struct member *members; /* ascending */
    size_t member_count;
    struct revocation *revocations; /* ascending */
    size_t revocation_count;
    const struct view *issuers; /* as the newest directory's, until others are set */
    size_t issuer_count;
    const struct view *transports;
    size_t transport_count;
    struct member_list_revoked {
        unsigned certificates;
        unsigned keys;
        unsigned machines;
    } revoked; /* revocations that were added or made graver, by what they name */
};

/* What of an agency stays valid when it is replaced: that of the request. */
struct member_list_kept {
    const uint8_t (*keys)[KEY_SIZE]; /* two */
    const struct ident *node;
    bool identities_only; /* of what else it was issued nothing is revoked */
    bool ended_too;       /* also certificates that have ended: their keys may have vouched for others */
};

/* Copies the members and revocations of the newest directory, without revocations of what has expired and without
 * revoked members whose certificates have expired. */
MUST_USE bool member_list_init(const struct federation_home *h, int64_t now_ms, struct member_list *out,
                               struct error *err);
void member_list_fini(struct member_list *next);

/* Adds MEMBER, or replaces the one with its name. E-FED-10. */
MUST_USE bool member_list_put(struct member_list *next, const struct member *member, struct error *err);

/* The member of that name; NULL: there is none. */
const struct member *member_list_find(const struct member_list *next, const struct address *agency);

/* Revokes the certificates issued to AGENCY that have not expired, their keys and their machines, except those of KEPT
 * (NULL: none). A graver reason replaces a lighter one. E-FED-10. */
MUST_USE bool member_list_revoke(struct member_list *next, const struct federation_home *h,
                                 const struct address *agency, const struct member_list_kept *kept,
                                 enum revocation_reason reason, int64_t now_ms, struct error *err);

/* Revokes AUTHORITY, a root, an issuing or a transport CA, and its key: nothing below it is believed. E-FED-10. */
MUST_USE bool member_list_revoke_authority(struct member_list *next, const struct certificate *authority,
                                           enum revocation_reason reason, int64_t now_ms, struct error *err);

/* The gravest revocation of D that names C, its key or its machine; NULL: none does. */
const struct revocation *member_list_revocation(const struct directory *d, const struct certificate *c);

/* Signs it as the newest directory of H. */
MUST_USE bool member_list_publish(struct member_list *next, struct federation_home *h, int64_t now_ms,
                                  struct error *err);

/* The transport certificate issued to AGENCY last, of which *OUT keeps no DER. None is FOUND in a folder that was put
 * back from a copy of before it was issued. */
MUST_USE bool member_list_newest_transport(const struct federation_home *h, const struct address *agency, bool *found,
                                           struct certificate *out, struct error *err);

/* Calls ON_ISSUED for every certificate ever issued to AGENCY; stops when it returns false. */
typedef bool member_list_issued_fn(void *cookie, const struct certificate *c);
MUST_USE bool member_list_each_issued(const struct federation_home *h, const struct address *agency,
                                      member_list_issued_fn *on_issued, void *cookie, struct error *err);

#endif
