#ifndef CA_ROSTER_H
#define CA_ROSTER_H
/* The next directory while it is being made: the newest one, changed.
 *
 * Floor: ca. Borrows from the home that it began with and from what is put into it, until it was published.
 */

#include "ca/home.h"

struct roster {
    struct arena arena;
    struct member *members; /* ascending */
    size_t member_count;
    struct revocation *revocations; /* ascending */
    size_t revocation_count;
    unsigned revoked; /* revocations that were added or made graver */
};

/* The members and revocations of the newest directory, without what time has settled: revocations of certificates that
 * have ended, and revoked members whose certificates have. */
MUST_USE bool roster_begin(const struct home *h, int64_t now_ms, struct roster *out, struct error *err);
void roster_end(struct roster *r);

/* Adds MEMBER, or takes it in the place of the one with its name. E-FED-10. */
MUST_USE bool roster_put(struct roster *r, const struct member *member, struct error *err);

/* Revokes what was issued to AGENCY and has not ended, but for certificates of the keys KEEP (two of 32 bytes; NULL:
 * none is kept). A graver reason replaces a lighter one. E-FED-10. */
MUST_USE bool roster_revoke(struct roster *r, const struct home *h, const struct address *agency,
                            const uint8_t (*keep)[KEY_SIZE], enum revocation_reason reason, int64_t now_ms,
                            struct error *err);

/* Signs it as the newest directory of H. */
MUST_USE bool roster_publish(struct roster *r, struct home *h, int64_t now_ms, struct error *err);

/* Calls EACH for every certificate that was ever issued to AGENCY; stops when it returns false. */
typedef bool roster_each_fn(void *cookie, const struct certificate *c);
MUST_USE bool roster_issued(const struct home *h, const struct address *agency, roster_each_fn *each, void *cookie,
                            struct error *err);

#endif
