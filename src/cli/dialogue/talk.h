#ifndef CLI_DIALOGUE_TALK_H
#define CLI_DIALOGUE_TALK_H
/* A dialogue as a command: its draft, its file of answers, or the person at the terminal.
 *
 * Floor: cli. The verb has the three options below.
 */

#include "cli/command.h"
#include "model/control_enums.h"
#include "model/ident.h"

#define TALK_DRAFT   OPTION_VALUE("draft", "DRAFT", "go on where a talk ended: refex draft list")
#define TALK_ANSWERS OPTION_VALUE("answers-file", "FILE", "answers in place of a terminal; - is standard input")
#define TALK_CHANGE  OPTION_LIST("change", "ID,…", "of a draft: questions that are asked again")

/* Whether there is somebody, or a file, to answer. */
bool talk_is_answered(const struct command *c);
/* What it is for is WHAT, about the case CASE_ID (zeros: of nobody here); what a draft says of that counts before.
 * *STATUS is 1 where it ended before it was done, and its draft stands. E-USE-02 nobody answers; E-DRF-*, and what is
 * done. */
MUST_USE bool talk_run(struct command *c, enum draft_for what, const struct ident *case_id, int *status,
                       struct error *err);

#endif
