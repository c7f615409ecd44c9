#ifndef CLI_DIALOGUE_CONSENT_TALK_H
#define CLI_DIALOGUE_CONSENT_TALK_H
/* What she is read before she says yes or no, and the record of what she said.
 *
 * Floor: cli.
 */

#include "cli/dialogue/sheet.h"
#include "model/agency.h"

/* Whether a consent for her case, this agency and services stands that has not ended. A case that is not here yet has
 * none. */
MUST_USE bool consent_talk_stands(struct command *c, const struct ident *case_id, struct view to, bool *stands,
                                  struct error *err);
/* Prints which parts of her case would go to whom, for what, until when, with the names of their fields and no value:
 * of a case that is here those that have a value, else those that are asked. *SECTIONS are these parts. */
MUST_USE bool consent_talk_read_out(struct command *c, const struct sheet *s, section_set *sections, struct error *err);
/* Records it as `refex consent record` does: REFUSED, or to which of SECTIONS she agrees. */
MUST_USE bool consent_talk_record(struct command *c, const struct sheet *s, section_set sections, bool refused,
                                  struct error *err);
/* Prints what can still be done where nothing is sent: she said ANSWER. */
void consent_talk_print_instead(enum consent_answer answer);

#endif
