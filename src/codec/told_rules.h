#ifndef CODEC_TOLD_RULES_H
#define CODEC_TOLD_RULES_H
/* What an answer or a record tells where a field alone does not say it: the functions that options `by` and `when` of
 * its .proto name, each with the struct of the message that the field stands in.
 *
 * Floor: codec, for generated tables; and for the views of cli, which say in words why something is not told.
 */

#include "codec/told.h"

#define RULE_WHEN(name, message, ...)                                                                                  \
    struct control_##message;                                                                                          \
    bool name(const struct control_##message *s);
#define RULE_BY(name, message)                                                                                         \
    struct control_##message;                                                                                          \
    void name(const struct control_##message *s, struct told_field *t);
#define RULE_NULL(name, message, ...)    RULE_BY(name, message)
#define RULE_WORD(name, message, ...)    RULE_BY(name, message)
#define RULE_TEXT(name, message, ...)    RULE_BY(name, message)
#define RULE_NUMBER(name, message, ...)  RULE_BY(name, message)
#define RULE_LABEL(name, message, ...)   RULE_BY(name, message)
#define RULE_WAIT(name, message, ...)    RULE_BY(name, message)
#define RULE_ARRIVAL(name, message, ...) RULE_BY(name, message)
#include "codec/told_rules.def"
#undef RULE_BY

/* Of this node the key that the directory lists counts. */
void told_known_key(const struct control_agency *a, struct told_field *t);
/* How a consent was given, as an object; none where that is not known. */
void told_consent_given(const struct control_consent *s, struct told_field *t);
/* What both agencies call it. */
struct control_case_received;
void told_received_code_name(const struct control_case_received *s, struct told_field *t);
void told_referral_code_name(const struct control_referral *s, struct told_field *t);
void told_result_code_name(const struct control_referral_result *s, struct told_field *t);
void told_share_code_name(const struct control_case_share *s, struct told_field *t);
/* A state of what was owed: of a consent or of a referral. */
void told_settled_step(const struct record_settled *s, struct told_field *t);
/* Its id, as an object. */
void told_settled_subject(const struct record_settled *s, struct told_field *t);

/* What both notes say. */
void told_notes(const struct record_notes *n, struct told_field *t);

/* Why what was agreed is not told, in a word; NULL: it is, or it is a no, which agrees to nothing. */
const char *told_consent_hidden(const struct control_consent *s);
/* It is erased, or about to be. */
bool told_consent_is_erased(const struct control_consent *s);
/* A bit of enum consent_warning each. How a no was explained and said need not be recorded: nothing is said of it.
 * Nobody is urged to ask again. */
uint32_t told_warnings(const struct control_consent *s);

#endif
