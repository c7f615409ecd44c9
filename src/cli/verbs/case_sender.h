#ifndef CLI_CASE_SENDER_H
#define CLI_CASE_SENDER_H
/* Sends new cases to the node in parts, has them added all or none, and shows what became of each.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "formats/import.h"
#include "output/told_form.h"

struct case_sender;

struct case_sender_form {
    struct command *command;       /* connected; its option --request-id counts */
    const char *file;              /* what findings name */
    const struct told_form *added; /* of a case that was added, beside it an ImportedRow */
    bool again;                    /* persons who seem to be here already are added, too */
    struct ident *added_case;      /* that of the last one added; NULL: it is shown alone */
    bool json;
    bool progress; /* how many were read is shown */
};

struct case_sender *case_sender_new(const struct case_sender_form *form);
void case_sender_free(struct case_sender *im);

/* The form of what is said of a row, and was taken or refused; on standard error. */
extern const struct told_form case_sender_finding;
void case_sender_note(void *sender, const struct import_finding *found);
/* The same of FILE alone. */
void case_sender_tell(const char *file, bool json, const struct import_finding *found);
/* One case more. */
MUST_USE bool case_sender_add(void *sender, uint32_t row, const struct case_data *c, struct error *err);
void case_sender_end_progress(const struct case_sender *im);
/* All that were added; TEXT_SIZE is that of their file. E-IMP-05 some seem to be here already: each was named. */
MUST_USE bool case_sender_commit(struct case_sender *im, size_t text_size, struct error *err);

#endif
