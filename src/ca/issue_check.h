#ifndef CA_ISSUE_CHECK_H
#define CA_ISSUE_CHECK_H
/* A request for a membership: what it says is proven, and none of it is another agency's.
 *
 * Floor: ca. What else must hold, and what a person has to confirm, is asked in ca_cmd_issue.c.
 */

#include "base/arena.h"
#include "ca/federation_home.h"
#include "ca/member_list.h"
#include "codec/membership_codec.h"

/* State of issuing one membership. */
struct issuing {
    struct federation_home federation_home;
    struct member_list member_list;
    struct arena arena;
    struct request request;
    uint8_t keys[2][KEY_SIZE]; /* transport, identity */
    struct bytes transport;    /* certificates made */
    struct bytes identity;
    int64_t now_ms;
    bool stolen;   /* the machine that is replaced may be in other hands, and its keys */
    bool succeeds; /* the identity key that is listed signed for that of the request */
};

/* Reads the request in the file PATH, which may have come by mail. E-FED-05: it is of another federation. */
MUST_USE bool issue_check_read(struct issuing *s, const char *path, struct error *err);
/* It is signed by the keys that it names, which are two, and so is its bundle; sets S->keys. E-FED-06. */
MUST_USE bool issue_check_proofs(struct issuing *s, struct error *err);
/* Where it has a note by which the agency's identity key signs for that of the request, that is the key that is
 * listed, and it was not revoked; sets S->succeeds. Nothing where that of the request is listed already. After
 * issue_check_proofs. E-FED-60 to E-FED-62, E-FED-65, E-FED-67. */
MUST_USE bool issue_check_succession(struct issuing *s, struct error *err);
/* Its relay is a listed member. E-FED-12. */
MUST_USE bool issue_check_relay(const struct issuing *s, struct error *err);
/* No two agencies share a key or a machine. An agency keeps its own, and its entry, unless REPLACE; where it is
 * RESTORED it may have another machine, where S->succeeds another identity key. E-FED-07, E-FED-14, E-FED-16,
 * E-FED-47. */
MUST_USE bool issue_check_keys(const struct issuing *s, bool replace, bool restored, struct error *err);
/* Sets *OUT to whether it is of a machine that goes on with the data of a stolen one (`refex backup replace`): its id
 * says from which of the identity keys that were issued to the agency. E-FIL-*. */
MUST_USE bool issue_goes_on(const struct issuing *s, bool *out, struct error *err);
/* Sets *OUT to whether that is the one which is listed: others take it for a machine without data where it is not. */
MUST_USE bool issue_goes_on_from_listed(const struct issuing *s, bool *out, struct error *err);
/* Neither a key of it nor its machine was revoked, under whatever name. E-FED-13. */
MUST_USE bool issue_check_revoked_keys(const struct issuing *s, struct error *err);

#endif
