#ifndef CODEC_RULES_H
#define CODEC_RULES_H
/* What may not stand together in one message: a rule a message, named by the option `rule` of its .proto.
 *
 * Floor: codec, for generated tables. Each fails with E_BYT_03.
 */

#include "base/error.h"

struct body;
struct consent_given;
struct consent_receipt;
struct content;
struct control_id_find_ask;
struct directory;
struct envelope;
struct grant;
struct member;
struct peer_cosigned;
struct peer_hello;
struct peer_refusal;
struct peer_witness;
struct receipt;
struct record;
struct record_disclosed;
struct record_erased;
struct record_settled;
struct record_staff;
struct record_taken;
struct reply_message;
struct request;
struct shown_grant;

/* --- audit.proto (docs/PROTOCOL.md 4 and 12) --- */

/* What depends on the kind: there is one of that number; outcome, reason and state are among those that it may have; it
 * has as many notes as it must; INCARNATION has the index 0. */
MUST_USE bool rules_record(const struct record *r, struct error *err);
/* What needs a permission names purpose and basis, all else nothing of one; a consent stands without an approver. */
MUST_USE bool rules_disclosed(const struct record_disclosed *d, struct error *err);
/* What is kept has a ground, and nothing else has ground or day; where nothing was held nothing was erased. */
MUST_USE bool rules_erased(const struct record_erased *e, struct error *err);
/* Leaf, result and reason stand where the end has them, and the end is one that what was owed may have. */
MUST_USE bool rules_settled(const struct record_settled *s, struct error *err);
/* A consent of another agency is taken over, stopped or erased; what its taker renewed is not told. */
MUST_USE bool rules_taken(const struct record_taken *t, struct error *err);
/* An auditor has a last day, and nobody else has. */
MUST_USE bool rules_staff(const struct record_staff *s, struct error *err);

/* --- consent.proto (docs/PROTOCOL.md 5 and 12) --- */

/* The language is one of the list of ISO 639-2. */
MUST_USE bool rules_consent_given(const struct consent_given *g, struct error *err);
/* The grant that she may be referred leaves out no field; agencies are named if and only if onward sharing is to named
 * ones. */
MUST_USE bool rules_grant(const struct grant *g, struct error *err);
/* Place 0 is that of the grant without sections, and of no other. */
MUST_USE bool rules_shown_grant(const struct shown_grant *s, struct error *err);
/* A closed receipt shows that she may be referred, and nothing else; an open one has all commitments. */
MUST_USE bool rules_consent_receipt(const struct consent_receipt *c, struct error *err);

/* --- directory.proto (docs/PROTOCOL.md 10) --- */

/* No machine is listed twice: its id would let either agency answer for the other. */
MUST_USE bool rules_directory(const struct directory *d, struct error *err);
/* Who is listed has an endpoint, and nobody else. */
MUST_USE bool rules_member(const struct member *m, struct error *err);
/* The same; nobody is its own relay, and the machine has an id. */
MUST_USE bool rules_request(const struct request *r, struct error *err);

/* --- peer.proto (docs/PROTOCOL.md 13) --- */

/* The versions that it speaks are a range. */
MUST_USE bool rules_hello(const struct peer_hello *h, struct error *err);
/* A reason stands if and only if the step is the one of acting. */
MUST_USE bool rules_refusal(const struct peer_refusal *r, struct error *err);
/* An answer asks nothing. */
MUST_USE bool rules_witness(const struct peer_witness *w, struct error *err);
/* A consistency path begins somewhere. */
MUST_USE bool rules_cosigned(const struct peer_cosigned *c, struct error *err);

/* --- envelope.proto (docs/PROTOCOL.md 6 to 8) --- */

/* The ciphertext is a bucket and what sealing adds. */
MUST_USE bool rules_envelope(const struct envelope *e, struct error *err);
/* Body and salt, path and size stand together; a receipt has nothing but record, path and checkpoint. */
MUST_USE bool rules_content(const struct content *c, struct error *err);
/* Path and size stand together. */
MUST_USE bool rules_receipt(const struct receipt *r, struct error *err);

/* --- referral.proto (docs/PROTOCOL.md 12 and 15) --- */

/* A message of a kind that carries no data about a person has no section. */
MUST_USE bool rules_body(const struct body *b, struct error *err);
/* It accepts or declines; what declines has a reason, and nothing else has. */
MUST_USE bool rules_reply(const struct reply_message *r, struct error *err);

/* --- control.proto --- */

/* The first BOUND_ID_DIGITS digits are the same: nobody goes through all ids who may not list them. */
MUST_USE bool rules_id_find_ask(const struct control_id_find_ask *a, struct error *err);

#endif
