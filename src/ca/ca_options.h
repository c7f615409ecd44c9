#ifndef CA_OPTIONS_H
#define CA_OPTIONS_H
/* What was asked on the command line: one verb, its options, its operand.
 *
 * Floor: ca. One table of options for all verbs, and one of verbs that says which options each takes; help is printed
 * from them.
 */

#include "base/error.h"

#define CA_OPTION_BASES 16 /* --basis may be given this often */

struct ca_options {
    const char *operand; /* REQUEST or AGENCY; NULL without */
    const char *federation_home;
    const char *name;
    const char *out;
    const char *reason;
    const char *confirm;
    const char *bases[CA_OPTION_BASES]; /* CODE=TEXT */
    unsigned basis_count;
    unsigned founders;    /* directory keys to make */
    unsigned quorum;      /* how many of them must sign */
    unsigned erase_hours; /* between stop and erase */
    bool replace;
    bool dry_run;
    bool json;
};

/* Carries out ORDER; false with the error of which the exit status is made. */
typedef bool subcommand_fn(const struct ca_options *ca_options, struct error *err);

struct subcommand {
    const char *name;
    const char *summary; /* one line of the list of verbs */
    const char *usage;   /* behind "refex federation NAME" */
    const char *help;    /* paragraphs and examples */
    unsigned options;    /* bits of enum ca_option: those it takes */
    unsigned required;   /* those it cannot do without */
    const char *operand; /* its name in help; NULL: takes none */
    subcommand_fn *run;
};

enum ca_option {
    CA_OPTION_HOME,
    CA_OPTION_NAME,
    CA_OPTION_OUT,
    CA_OPTION_REASON,
    CA_OPTION_CONFIRM,
    CA_OPTION_BASIS,
    CA_OPTION_FOUNDERS,
    CA_OPTION_QUORUM,
    CA_OPTION_ERASE,
    CA_OPTION_REPLACE,
    CA_OPTION_DRY_RUN,
    CA_OPTION_JSON,
    CA_OPTION_HELP,
    CA_OPTION_COUNT
};
#define CA_OPTION_BIT(o) (1u << (o))

/* Reads ARGV behind the verb. *HELP: --help was given, nothing else counts. E-USE-01, 02, 04. */
MUST_USE bool ca_options_read(const struct subcommand *subcommand, int argc, char **argv, struct ca_options *out,
                              bool *help, struct error *err);
/* Prints the help of VERB. */
void ca_options_help(const struct subcommand *subcommand);

#endif
