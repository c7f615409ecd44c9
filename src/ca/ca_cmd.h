#ifndef CA_CMD_H
#define CA_CMD_H
/* The verbs of `refex federation`, one file each.
 *
 * Floor: ca.
 */

#include "base/options.h"
#include "output/told_form.h"

/* Runs the verb. The exit status is that of the error. */
typedef bool subcommand_fn(const struct options *o, struct error *err);

#define CA_CMD_FORMS_MAX 3

struct subcommand {
    const char *name;
    const char *summary;                             /* one line of the list of verbs */
    const char *usage;                               /* behind "refex federation NAME" */
    const char *help;                                /* paragraphs and examples */
    struct options_syntax syntax;                    /* beside --json and --help, which each takes */
    const struct told_form *forms[CA_CMD_FORMS_MAX]; /* of its results */
    subcommand_fn *run;
};

/* Rows of several verbs. */
#define CA_CMD_HOME                                                                                                    \
    {                                                                                                                  \
        .name = "home", .argument = "FED", .help = "the federation's folder", .is_folder = true, .is_needed = true     \
    }
/* Of those that open private keys, beside CA_CMD_HOME. */
#define CA_CMD_PASSPHRASE                                                                                              \
    OPTION_VALUE("passphrase-file", "FILE",                                                                            \
                 "the passphrase of the federation's keys: one line, readable by its owner only; - is stdin")
#define CA_CMD_OUT                                                                                                     \
    {                                                                                                                  \
        .name = "out", .argument = "FILE", .help = "where to write the result", .is_needed = true                      \
    }
#define CA_CMD_CONFIRM OPTION_VALUE("confirm", "AGENCY", "the agency's name again: yes, this one")
#define CA_CMD_DRY_RUN OPTION_FLAG("dry-run", "say what would happen; change nothing")

/* All, and the rows that each takes. */
#define CA_CMDS 13
extern const struct subcommand *const ca_cmds[CA_CMDS];
extern const struct option_row ca_cmd_common_options[];

extern const struct subcommand ca_cmd_founder;
extern const struct subcommand ca_cmd_init;
extern const struct subcommand ca_cmd_invite;
extern const struct subcommand ca_cmd_issue;
extern const struct subcommand ca_cmd_passphrase;
extern const struct subcommand ca_cmd_publish;
extern const struct subcommand ca_cmd_restore;
extern const struct subcommand ca_cmd_revoke;
extern const struct subcommand ca_cmd_serve;
extern const struct subcommand ca_cmd_rollover;
extern const struct subcommand ca_cmd_show;
extern const struct subcommand ca_cmd_sign;
extern const struct subcommand ca_cmd_suspend;

/* Prints the help of a verb. */
void ca_cmd_help(const struct subcommand *subcommand);
/* Where the answer goes beside the FILE that is going to be written: standard output, unless FILE is that. */
FILE *ca_cmd_beside(const char *file);
/* Prints ANSWER by the form F, as O says: in text or as JSON. */
void ca_cmd_tell(FILE *to, const struct options *o, const struct told_form *f, const void *answer);

#endif
