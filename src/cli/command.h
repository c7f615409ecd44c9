#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
/* A command as it was typed: its verb, its options and words, and the node that it works with.
 *
 * Floor: cli. A command never holds facts about people: those come from files or standard input.
 */

#include "base/options.h"
#include "cli/verb.h"
#include "model/ident.h"

struct control_verb;
struct refex_client;

/* What is shown of a list: the node was asked for one row more than LIMIT. */
struct list_page {
    uint32_t limit; /* 0: all */
    const char *id; /* what the id of a row is called in JSON */
    uint32_t shown; /* read-only, as what follows */
    bool has_more;
    struct ident last; /* that was shown */
};

struct command {
    const struct verb *verb;
    struct options options;
    char **rest;      /* with takes_rest: NULL at its end */
    const char *home; /* --home; NULL: not given (connection.c then reads REFEX_HOME) */
    bool json;
    struct list_page page;
    const char *request_id;            /* --request-id, of a verb that takes one by its row; NULL: not given */
    unsigned named;                    /* private: how many requests had it */
    struct refex_client *client;       /* private: connection.c */
    const struct control_verb *asking; /* the same: the last request */
    char federation[256];              /* the same */
};

/* *OUT is how many words before the verb are options that every verb takes: --home DIR, --json. E-USE-02. */
MUST_USE bool command_count_leading(int argc, char **argv, int *out, struct error *err);

/* Reads the words behind the verb. Errors of options_check_words and options_read; E_USE_04: a
 * request id too long. */
MUST_USE bool command_read(const struct verb_row *row, int argc, char **argv, struct command *out, struct error *err);

#endif
