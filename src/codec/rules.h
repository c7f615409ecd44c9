#ifndef CODEC_RULES_H
#define CODEC_RULES_H
/* What may not stand together in one message: a rule a message, named by the option `rule` of its .proto.
 *
 * Floor: codec, for generated tables. Each fails with E_BYT_03.
 */

#include "base/error.h"

#define RULE(name, S)                                                                                                  \
    struct S;                                                                                                          \
    MUST_USE bool name(const struct S *in, struct error *err)

/* --- audit.proto (docs/PROTOCOL.md 4 and 12) --- */

/* What depends on the kind: there is one of that number; outcome, reason and state are among those that it may have; it
 * has as many notes as it must; INCARNATION has the index 0. */
RULE(rules_record, record);
/* What needs a permission names purpose and basis, all else nothing of one; a consent stands without an approver. */
RULE(rules_disclosed, record_disclosed);
/* What is kept has a ground, and nothing else has ground or day; where nothing was held nothing was erased. */
RULE(rules_erased, record_erased);
/* Leaf, result and reason stand where the end has them, and the end is one that what was owed may have. */
RULE(rules_settled, record_settled);
/* A consent of another agency is taken over, stopped or erased; what its taker renewed is not told. */
RULE(rules_taken, record_taken);
/* An auditor has a last day, and nobody else has. */
RULE(rules_access, record_access);
RULE(rules_incident, record_incident);
RULE(rules_staff, record_staff);
RULE(rules_desk, record_desk);

/* --- consent.proto (docs/PROTOCOL.md 5 and 12) --- */

/* The language is one of the list of ISO 639-2. */
RULE(rules_consent_given, consent_given);
/* The grant that she may be referred leaves out no field; agencies are named if and only if onward sharing is to named
 * ones. */
RULE(rules_grant, grant);
/* Place 0 is that of the grant without sections, and of no other. */
RULE(rules_shown_grant, shown_grant);
/* A closed receipt shows that she may be referred, and nothing else; an open one has all commitments. */
RULE(rules_consent_receipt, consent_receipt);

/* --- directory.proto (docs/PROTOCOL.md 10) --- */

/* No machine is listed twice: its id would let either agency answer for the other. */
RULE(rules_directory, directory);
/* Who is listed has an endpoint, and nobody else. */
RULE(rules_member, member);
/* The same; nobody is its own relay, and the machine has an id. */
RULE(rules_request, request);

/* --- entry.proto (docs/PROTOCOL.md 10) --- */

/* It says something, or that it says nothing any more; numbers can be called, hours follow one another by clocks that
 * are named, what is promised is offered, and desks have names. */
RULE(rules_agency_entry, agency_entry);

/* --- peer.proto (docs/PROTOCOL.md 13) --- */

/* The versions that it speaks are a range. */
RULE(rules_hello, peer_hello);
/* A reason stands if and only if the step is the one of acting. */
RULE(rules_refusal, peer_refusal);
/* An answer asks nothing. */
RULE(rules_witness, peer_witness);
/* A consistency path begins somewhere. */
RULE(rules_cosigned, peer_cosigned);
RULE(rules_renewal, peer_renewal);
RULE(rules_renewed, peer_renewed);

/* --- envelope.proto (docs/PROTOCOL.md 6 to 8) --- */

/* The ciphertext is a bucket and what sealing adds. */
RULE(rules_envelope, envelope);
/* Body and salt, path and size stand together; a receipt has nothing but record, path and checkpoint. */
RULE(rules_content, content);
/* Path and size stand together. */
RULE(rules_receipt, receipt);

/* --- referral.proto (docs/PROTOCOL.md 12 and 15) --- */

/* A message of a kind that carries no data about a person has no section. */
RULE(rules_body, body);
/* Its state is an answer, and what it says beside goes with that (model/referral_states.def); its telephone number
 * is one (model/referral.h). */
RULE(rules_reply, reply_message);
/* Where it says a state, the agency that refers may say that (model/referral_states.def), and what is beside goes with
 * it. */
RULE(rules_update, update_message);
RULE(rules_inquiry, inquiry_message);
RULE(rules_answer, answer_message);
RULE(rules_notification, notification_message);
RULE(rules_ping, ping_message);

/* --- control.proto --- */

/* They begin alike, or are spelled alike (model/spoken_id.h): nobody goes through all ids who may not list them. */
RULE(rules_id_find_ask, control_id_find_ask);
/* What was answered has a text, and nothing else has. */
RULE(rules_draft_answer, control_draft_answer);

#undef RULE

#endif
