#ifndef CLI_EXTENT_H
#define CLI_EXTENT_H
/* How far an intrusion or a theft can have reached: what could be read at a node from a time on, and what the logs say
 * was done with it since, by case.
 *
 * Floor: cli. It is counted from lists and records in this order: cases, referrals, consents, drafts, extent_seal,
 * records. A case that a record names and no list has is erased where a record says so, else withheld from who asks.
 */

#include "base/bytes.h"
#include "codec/control_messages.h"
#include "model/record.h"

/* A referral, a consent or a draft, and the case or referral that it is counted with. */
struct extent_link {
    struct ident id;
    struct ident subject;
    bool is_referral; /* the subject is none of our cases: a referral that came, and was not accepted */
};

struct extent {
    int64_t since_ms;
    struct control_extent_subject *subjects; /* after extent_seal ascending by id */
    size_t count;
    size_t room;
    struct extent_link *links; /* likewise */
    size_t link_count;
    size_t link_room;
    struct control_extent total;
};

void extent_init(struct extent *e, int64_t since_ms);
void extent_fini(struct extent *e);
void extent_add_case(struct extent *e, const struct ident *id);
/* Of either direction. */
void extent_add_referral(struct extent *e, const struct control_referral *r);
void extent_add_consent(struct extent *e, const struct control_consent *c);
void extent_add_draft(struct extent *e, const struct control_draft *d);
void extent_seal(struct extent *e);
/* A record of either log, of E's time or later. */
void extent_take(struct extent *e, const struct record *r);
/* Sums up. */
void extent_end(struct extent *e);

#endif
