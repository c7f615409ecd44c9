#ifndef CLI_VERB_H
#define CLI_VERB_H
/* A verb as data: one description gives parsing (base/options.h), --help, and "did you mean".
 *
 * Floor: cli.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/options.h"

struct command;
struct told_form;

#define VERB_FORMS_MAX 3
#define VERB_LISTS_MAX 3
#define VERB_TERMS_MAX 2

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
    const char *(*takes)(uint32_t number, uint32_t n); /* the N-th word of its list, from 1; NULL: it has none */
};

struct verb {
    const char *usage;            /* behind the verb: "--case CASE --to AGENCY …" */
    const char *summary;          /* one line */
    const char *help;             /* paragraphs and examples; NULL: none */
    bool takes_rest;              /* everything behind the verb is passed on unparsed: federation */
    struct options_syntax syntax; /* beside --home, --json, --help, which every verb takes */
    struct verb_list lists[VERB_LISTS_MAX];
    struct verb_terms terms[VERB_TERMS_MAX];
    const struct told_form *forms[VERB_FORMS_MAX]; /* of its results (output/told_form.h) */
    /* *STATUS is 0 before; it becomes the exit status when run returns true. */
    bool (*run)(struct command *c, int *status, struct error *err);
};

/* A verb as it is typed: a row of codec/verbs.def. */
struct verb_row {
    const char *noun; /* "": top level, as `refex status` */
    const char *name;
    const char *words; /* both: "referral accept" */
    const struct verb *verb;
    uint16_t kind; /* of the request that it is (codec/verbs.h); 0: it is none of its own */
};

/* All, in the order in which help shows them. */
enum {
    VERB_COUNT = 0
#define VERB_ROW(...)    +1
#define COMMAND_ROW(...) +1
#include "codec/verbs.def"
};
extern const struct verb_row verb_rows[VERB_COUNT];

/* The options that every verb takes beside its own: --home, --json, --help. */
extern const struct option_row verb_common_options[];
/* The same, and --request-id where its row says so (codec/verbs.h: control_verb_takes_id). */
const struct option_row *verb_options(const struct verb_row *row);
bool verb_takes_id(const struct verb_row *row);

/* --help of a verb, to standard output. */
void verb_help(const struct verb_row *row);

#endif
