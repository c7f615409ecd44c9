#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H
/* The words of a command line, read by a table that has a row for each option; help comes from the same rows.
 *
 * Floor: base. Not getopt_long: it accepts abbreviations, which would end up in scripts and break with the next option.
 * What was read borrows from the words and the rows.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/error.h"

struct option_row {
    const char *name;     /* "section"; NULL: the table ends */
    const char *argument; /* "SECTION,…"; NULL: a flag */
    const char *help;     /* one line */
    unsigned times;       /* how often it may be given; 0: once */
    uint32_t min;
    uint32_t max;   /* 0: any text; else a decimal number of MIN to MAX */
    bool is_folder; /* it is not empty, and slashes at its end are cut off */
    bool is_needed;
    bool is_hidden; /* help does not list it */
};

#define OPTION_FLAG(n, h)                                                                                              \
    {                                                                                                                  \
        .name = (n), .help = (h)                                                                                       \
    }
#define OPTION_VALUE(n, a, h)                                                                                          \
    {                                                                                                                  \
        .name = (n), .argument = (a), .help = (h)                                                                      \
    }
#define OPTION_FOLDER(n, a, h)                                                                                         \
    {                                                                                                                  \
        .name = (n), .argument = (a), .help = (h), .is_folder = true                                                   \
    }
#define OPTION_LIST(n, a, h)                                                                                           \
    {                                                                                                                  \
        .name = (n), .argument = (a), .help = (h), .times = BOUND_OPTION_VALUES                                        \
    }

#define OPTIONS_OWN    24 /* at most of one command, beside: */
#define OPTIONS_COMMON 4  /* those that all commands of a program take */
#define OPTIONS_WORDS  4  /* at most, that are no options */

/* What a command takes. */
struct options_syntax {
    struct option_row own[OPTIONS_OWN + 1];
    const char *needs[OPTIONS_WORDS]; /* words that are no options and must be there, as usage calls them */
    size_t max_words;
    const char *why_no_more; /* than those words; NULL: there is one too many */
};

struct options_given {
    const char *const *values;
    size_t count;
};

struct options {
    bool help; /* -h, or --help where it is a row: then nothing is missing */
    const char *words[OPTIONS_WORDS];
    size_t word_count;
    size_t row_count; /* private, as what follows: use the functions below */
    const struct option_row *rows[OPTIONS_OWN + OPTIONS_COMMON];
    size_t counts[OPTIONS_OWN + OPTIONS_COMMON];
    const char *values[OPTIONS_OWN + OPTIONS_COMMON][BOUND_OPTION_VALUES]; /* written as far as COUNTS says */
};

/* E_USE_04 a word is over BOUND_WORD, E_TXT_01 not UTF-8. */
MUST_USE bool options_check_words(int argc, char **argv, struct error *err);

/* Reads the words, as SYNTAX and the rows of COMMON (NULL: none) say. E_USE_01 an option that there is not, or a word
 * too many; E_USE_02 what is missing; E_USE_03 given twice; E_USE_04 no folder, or a number out of its bounds. */
MUST_USE bool options_read(const struct options_syntax *syntax, const struct option_row *common, int argc, char **argv,
                           struct options *out, struct error *err);

/* To an error that says what is missing: how the command is written. */
void options_add_usage(const char *command, const char *usage, struct error *err);

/* The value of an option, its first where it may be given several times; NULL when it was not given. Each OPTION is a
 * row of what was read (REQUIREd). */
const char *options_value(const struct options *o, const char *option);
bool options_flag(const struct options *o, const char *option);
struct options_given options_values(const struct options *o, const char *option);
/* The number of an option that takes one; WHEN_ABSENT when it was not given. */
uint32_t options_number(const struct options *o, const char *option, uint32_t when_absent);
/* The value, or E_USE_02. */
MUST_USE bool options_required_value(const struct options *o, const char *option, const char **out, struct error *err);
/* E_USE_03 when both were given. */
MUST_USE bool options_not_both(const struct options *o, const char *one, const char *other, struct error *err);

/* Sets E_USE_04, "--OPTION does not take "VALUE"", with the nearest of CANDIDATES if there is one; false. */
bool options_wrong_value(struct error *err, const char *option, const char *value, const char *const *candidates,
                         size_t count);

/* Whether --json is among the words before "--": looked for beforehand, so that an error of reading comes as JSON. */
bool options_want_json(int argc, char **argv);

/* The options as help shows them, to standard output: what each does begins in COLUMN. */
void options_print_help(const struct option_row *rows, int column);

#endif
