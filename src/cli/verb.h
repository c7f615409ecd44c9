#ifndef CLI_VERB_H
#define CLI_VERB_H
/* A verb as data: one description gives parsing (cli/options.h), --help, and "did you mean".
 *
 * Floor: cli.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct command;

struct verb_option {
    const char *name;     /* "section" */
    const char *argument; /* "SECTION,…"; NULL: a flag */
    const char *help;
    bool repeats; /* may be given several times */
};

#define VERB_OPTIONS_MAX 24
#define VERB_NEEDS_MAX   2
#define VERB_LISTS_MAX   3
#define VERB_TERMS_MAX   2

/* The closed list of what OPTION takes: help shows all of it. */
struct verb_list {
    const char *option;
    const char *(*name)(uint32_t number);
    uint32_t end; /* numbers run from 1 to END - 1 */
};

/* The words that it prints, each with what it says: help explains all that say something. */
struct verb_terms {
    const char *title; /* NULL: none */
    const char *(*name)(uint32_t number);
    const char *(*says)(uint32_t number);
    uint32_t end;
};

struct verb {
    const char *usage;                 /* behind the verb: "--case CASE --to AGENCY …" */
    const char *summary;               /* one line */
    const char *help;                  /* paragraphs and examples; NULL: none */
    const char *needs[VERB_NEEDS_MAX]; /* arguments that are no options and must be there, as USAGE calls them */
    size_t max_words;
    bool takes_rest;                              /* everything behind the verb is passed on unparsed: federation */
    struct verb_option options[VERB_OPTIONS_MAX]; /* beside --home, --json, --help, which every verb takes */
    struct verb_list lists[VERB_LISTS_MAX];
    struct verb_terms terms[VERB_TERMS_MAX];
    /* *STATUS is 0 before; it becomes the exit status when run returns true. */
    bool (*run)(struct command *c, int *status, struct error *err);
};

/* A verb as it is typed: a row of codec/verbs.def. */
struct verb_row {
    const char *noun; /* "": top level, as `refex status` */
    const char *name;
    const char *words; /* both: "referral accept" */
    const struct verb *verb;
};

/* All, in the order in which help shows them. */
enum {
    VERB_COUNT = 0
#define VERB_ROW(...)    +1
#define COMMAND_ROW(...) +1
#include "codec/verbs.def"
};
extern const struct verb_row verb_rows[VERB_COUNT];

/* The options that every verb takes beside its own: --home, --json, --help, in this order. */
#define VERB_COMMON_OPTIONS 3
extern const struct verb_option verb_common_options[VERB_COMMON_OPTIONS];

/* How many options of its own V has. */
size_t verb_option_count(const struct verb *v);

/* --help of a verb, to standard output. */
void verb_help(const struct verb_row *row);

#endif
