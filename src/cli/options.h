#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H
/* The words of the command line, parsed into a struct command as the description of a verb has them.
 *
 * Floor: cli. A command never holds facts about people: those come from files or standard input.
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "base/error.h"
#include "cli/verb.h"

struct control_verb;
struct refex_client;

struct options_given {
    const char *values[BOUND_OPTION_VALUES];
    size_t count;
};

struct command {
    const struct verb *verb;
    struct options_given given[VERB_OPTIONS_MAX]; /* private: by the index of the option */
    const char *words[VERB_OPTIONS_MAX];
    size_t word_count;
    char **rest;      /* with takes_rest: NULL at its end */
    const char *home; /* --home; NULL: not given (connection.c then reads REFEX_HOME) */
    bool json;
    bool help;
    struct refex_client *client;       /* private: connection.c */
    const struct control_verb *asking; /* the same: the last request */
    char federation[256];              /* private: connection.c */
};

/* *OUT is how many words before the verb are options that every verb takes: --home DIR, --json. E-USE-02. */
MUST_USE bool options_count_leading(int argc, char **argv, int *out, struct error *err);

/* Parses the words behind the verb. E-USE-01 to -04, E-TXT-01. */
MUST_USE bool options_read(const struct verb *v, int argc, char **argv, struct command *out, struct error *err);

/* To an error that says what is missing: how the verb is written. */
void options_add_usage(const struct verb_row *row, struct error *err);

/* The value of an option that does not repeat; NULL when it was not given. */
const char *options_value(const struct command *c, const char *option);
bool options_flag(const struct command *c, const char *option);
const struct options_given *options_values(const struct command *c, const char *option);
/* The value, or E-USE-02. */
MUST_USE bool options_required_value(const struct command *c, const char *option, const char **out, struct error *err);
/* E-USE-03 when both were given. */
MUST_USE bool options_not_both(const struct command *c, const char *one, const char *other, struct error *err);

/* Sets E-USE-04, "--OPTION does not take "VALUE"", with the nearest of CANDIDATES if there is one; false. */
bool options_wrong_value(struct error *err, const char *option, const char *value, const char *const *candidates,
                         size_t count);

#endif
