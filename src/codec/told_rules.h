#ifndef CODEC_TOLD_RULES_H
#define CODEC_TOLD_RULES_H
/* What an answer tells where a field alone does not say it: the functions that options `by` and `when` of control.proto
 * name. IN is the struct of the message that the field stands in.
 *
 * Floor: codec, for generated tables; and for the views of cli, which say in words why something is not told.
 */

#include "codec/told.h"

struct control_consent;

/* --- agencies --- */

/* Of this node the key that the directory lists counts. */
void told_known_key(const void *agency, struct told_field *t);
/* Why something waits; no object where nothing does. */
void told_agency_wait(const void *agency, struct told_field *t);

/* --- consents --- */

/* Its state in a word. */
const char *told_consent_word(const struct control_consent *s);
/* Why what was agreed is not told, in a word; NULL: it is, or it is a no, which agrees to nothing. */
const char *told_consent_hidden(const struct control_consent *s);
/* It is erased, or about to be. */
bool told_consent_is_erased(const struct control_consent *s);

void told_consent_state(const void *consent, struct told_field *t);
void told_consent_until(const void *consent, struct told_field *t); /* a no does not end */
void told_consent_told(const void *consent, struct told_field *t);
void told_consent_wait(const void *consent, struct told_field *t);
void told_consent_given(const void *consent, struct told_field *t);
void told_consent_warnings(const void *consent, struct told_field *t);
bool told_consent_is_kept(const void *consent); /* it is not erased */
bool told_consent_is_read(
    const void *consent); /* what was agreed is told: an empty list would say that it was nothing */
bool told_consent_is_shown(const void *consent); /* the same, of one that was asked for by its name */
bool told_consent_is_given(const void *consent); /* the same, and how it was given is known */
bool told_recorded_is_yes(const void *recorded);

/* A bit of enum consent_warning each. How a no was explained and said need not be recorded: nothing is said of it.
 * Nobody is urged to ask again. */
uint32_t told_warnings(const struct control_consent *s);

/* --- referrals --- */

bool told_referral_is_read(
    const void *referral); /* what was asked is told: an empty list would say that it was nothing */
void told_referral_overdue(const void *referral, struct told_field *t);
void told_referral_wait(const void *referral, struct told_field *t);
void told_referral_arrival(const void *referral, struct told_field *t);
void told_result_wait(const void *result, struct told_field *t);
void told_timeline_index(const void *entry, struct told_field *t);
void told_timeline_arrival(const void *entry, struct told_field *t);

/* --- logs --- */

void told_entry_user(const void *entry, struct told_field *t);
/* --- records --- */

/* A state of what was owed: of a consent or of a referral. */
void told_settled_step(const void *settled, struct told_field *t);
/* Its id, under the name `consent` or `referral`. */
void told_settled_subject(const void *settled, struct told_field *t);

/* --- logs --- */

/* Of a good log it is not said what is bad. */
bool told_log_is_bad(const void *verdict);

#endif
