#ifndef CLI_VERB_H
#define CLI_VERB_H
/* A verb as data: one description gives parsing, --help, and "did you mean".
 *
 * Floor: cli. The command line is parsed into a struct command. It never holds facts about people: those come from
 * files or standard input.
 */

#include <stddef.h>

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/error.h"

struct command;
struct refex_client;

struct verb_option {
    const char *name;     /* "section" */
    const char *argument; /* "SECTION,…"; NULL: a flag */
    const char *help;
    bool repeats; /* may be given several times */
};

#define VERB_OPTIONS_MAX 24

struct verb {
    const char *noun; /* NULL: top level, as `refex status` */
    const char *name;
    const char *usage;   /* behind the verb: "--case CASE --to AGENCY …" */
    const char *summary; /* one line */
    const char *help;    /* paragraphs and examples; NULL: none */
    size_t min_words;    /* arguments that are no options */
    size_t max_words;
    bool takes_rest;                              /* everything behind the verb is passed on unparsed: federation */
    struct verb_option options[VERB_OPTIONS_MAX]; /* beside --home, --json, --help, which every verb takes */
    /* *STATUS is 0 before; it becomes the exit status when run returns true. */
    bool (*run)(struct command *c, int *status, struct error *err);
};

struct verb_given {
    const char *values[BOUND_OPTION_VALUES];
    size_t count;
};

struct command {
    const struct verb *verb;
    struct verb_given given[VERB_OPTIONS_MAX]; /* private: by the index of the option */
    const char *words[VERB_OPTIONS_MAX];
    size_t word_count;
    char **rest;      /* with takes_rest: NULL at its end */
    const char *home; /* --home, REFEX_HOME; NULL: none */
    bool json;
    bool help;
    struct refex_client *client; /* private: connection.c */
    char federation[256];        /* private: connection.c */
};

/* *OUT is how many words before the verb are options that every verb takes: --home DIR, --json. E-USE-02. */
MUST_USE bool verb_leading_options(int argc, char **argv, int *out, struct error *err);

/* Parses the words behind the verb. E-USE-01 to -04, E-TXT-01. */
MUST_USE bool verb_read(const struct verb *v, int argc, char **argv, struct command *out, struct error *err);

/* The value of an option that does not repeat; NULL when it was not given. */
const char *verb_value(const struct command *c, const char *option);
bool verb_flag(const struct command *c, const char *option);
const struct verb_given *verb_values(const struct command *c, const char *option);
/* The value, or E-USE-02. */
MUST_USE bool verb_required_value(const struct command *c, const char *option, const char **out, struct error *err);
/* E-USE-03 when both were given. */
MUST_USE bool verb_not_both(const struct command *c, const char *one, const char *other, struct error *err);

/* --help of a verb, to standard output. */
void verb_help(const struct verb *v);

/* E-USE-04 "--OPTION must be …, not "VALUE"", with the nearest of CANDIDATES if there is one. */
bool verb_wrong_value(struct error *err, const char *option, const char *value, const char *const *candidates,
                      size_t count);

#endif
