#ifndef CLI_DIALOGUE_REFERRING_H
#define CLI_DIALOGUE_REFERRING_H
/* A person is referred: which questions are asked as things stand, and what is done with the answers.
 *
 * Floor: cli.
 */

#include "cli/dialogue/agency_choice.h"
#include "cli/dialogue/dialogue.h"

struct referring {
    struct command *command;
    struct dialogue dialogue;
    struct agency_choice *agencies;
    /* private */
    bool is_refer;        /* not only a case is begun */
    bool stands;          /* she agreed before */
    section_set sections; /* that were read out */
};

/* The questions of `refer` (IS_REFER) or of `case new`, over SHEET; FILE may be NULL. */
MUST_USE bool referring_begin(struct referring *r, struct command *c, struct sheet *sheet,
                              const struct answers_file *file, bool is_refer, struct error *err);
void referring_end(struct referring *r);
/* Q is asked again, and what was said because of it. */
void referring_ask_again(struct referring *r, enum question q);
/* Asks, then does what was answered; *STATUS is 0 where she is referred, or the case is begun. */
MUST_USE bool referring_run(struct referring *r, int *status, struct error *err);

#endif
