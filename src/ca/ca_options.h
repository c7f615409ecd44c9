#ifndef CA_OPTIONS_H
#define CA_OPTIONS_H
/* The command line parsed: one verb, its options, its operand.
 *
 * Floor: ca. Each verb is a struct subcommand with its options as bits; parsing and help use one table of all options.
 */

#include "base/bounds.h"
#include "base/error.h"

struct ca_options {
    const char *operand; /* REQUEST or AGENCY; NULL without */
    const char *federation_home;
    const char *name;
    const char *out;
    const char *reason;
    const char *confirm;
    const char *fingerprint;
    const char *bases[BOUND_BASES]; /* CODE=TEXT */
    unsigned basis_count;
    unsigned founders;    /* directory keys to make */
    unsigned quorum;      /* how many of them must sign */
    unsigned erase_hours; /* between stop and erase */
    bool replace;
    bool dry_run;
    bool json;
};

/* Runs the verb. The exit status is that of the error. */
typedef bool subcommand_fn(const struct ca_options *ca_options, struct error *err);

struct subcommand {
    const char *name;
    const char *summary; /* one line of the list of verbs */
    const char *usage;   /* behind "refex federation NAME" */
    const char *help;    /* paragraphs and examples */
    unsigned options;    /* bits of enum ca_option that it takes */
    unsigned required;   /* bits of those that must be given */
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
    CA_OPTION_FINGERPRINT,
    CA_OPTION_DRY_RUN,
    CA_OPTION_JSON,
    CA_OPTION_HELP,
    CA_OPTION_COUNT
};
#define CA_OPTION_BIT(o) (1u << (o))

/* Parses ARGV, which begins with the verb. *HELP: --help was given, and *OUT is not set. E-USE-01, 02, 04. */
MUST_USE bool ca_options_read(const struct subcommand *subcommand, int argc, char **argv, struct ca_options *out,
                              bool *help, struct error *err);
/* To an error that says what is missing: how the verb is written. */
void ca_options_add_usage(const struct subcommand *subcommand, struct error *err);
/* Prints the help of a verb. */
void ca_options_help(const struct subcommand *subcommand);

#endif
