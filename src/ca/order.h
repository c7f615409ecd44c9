#ifndef CA_ORDER_H
#define CA_ORDER_H
/* What was asked on the command line: one verb, its options, its operand.
 *
 * Floor: ca. One table of options for all verbs, and one of verbs that says which options each takes; help is printed
 * from them.
 */

#include "base/error.h"

#define ORDER_BASES 16 /* --basis may be given this often */

struct order {
    const char *operand; /* REQUEST or AGENCY; NULL without */
    const char *home;
    const char *name;
    const char *out;
    const char *reason;
    const char *confirm;
    const char *bases[ORDER_BASES]; /* CODE=TEXT */
    unsigned basis_count;
    unsigned founders;    /* directory keys to make */
    unsigned quorum;      /* how many of them must sign */
    unsigned erase_hours; /* between stop and erase */
    bool replace;
    bool dry_run;
    bool json;
};

/* Carries out ORDER; false with the error of which the exit status is made. */
typedef bool order_fn(const struct order *order, struct error *err);

struct verb {
    const char *name;
    const char *summary; /* one line of the list of verbs */
    const char *usage;   /* behind "refex federation NAME" */
    const char *help;    /* paragraphs and examples */
    unsigned options;    /* bits of enum order_option: those it takes */
    unsigned needs;      /* those it cannot do without */
    const char *operand; /* its name in help; NULL: takes none */
    order_fn *run;
};

enum order_option {
    ORDER_HOME,
    ORDER_NAME,
    ORDER_OUT,
    ORDER_REASON,
    ORDER_CONFIRM,
    ORDER_BASIS,
    ORDER_FOUNDERS,
    ORDER_QUORUM,
    ORDER_ERASE,
    ORDER_REPLACE,
    ORDER_DRY_RUN,
    ORDER_JSON,
    ORDER_HELP,
    ORDER_OPTION_COUNT
};
#define ORDER_BIT(o) (1u << (o))

/* Reads ARGV behind the verb. *HELP: --help was given, nothing else counts. E-USE-01, 02, 04. */
MUST_USE bool order_read(const struct verb *verb, int argc, char **argv, struct order *out, bool *help,
                         struct error *err);
/* Prints the help of VERB. */
void order_help(const struct verb *verb);

#endif
