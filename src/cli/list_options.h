#ifndef CLI_LIST_OPTIONS_H
#define CLI_LIST_OPTIONS_H
/* The options of lists (list_options.def), read into what is asked of the node, and the page that is shown of it.
 *
 * Floor: cli.
 */

#include "cli/connection.h"
#include "codec/control_codec.h"

/* The rows of one list, for its syntax. */
#define LIST_KEEP_0(...)
#define LIST_KEEP_1(...)                       __VA_ARGS__,
#define LIST_CASES(c, r, s, by, kind, ...)     LIST_KEEP_##c(OPTION_##kind(__VA_ARGS__))
#define LIST_REFERRALS(c, r, s, by, kind, ...) LIST_KEEP_##r(OPTION_##kind(__VA_ARGS__))
#define LIST_CONSENTS(c, r, s, by, kind, ...)  LIST_KEEP_##s(OPTION_##kind(__VA_ARGS__))

/* Reads those that each list has into CHOICE, and sets the page of C: one row more is asked for, to know whether there
 * is more. --after names what OF says (cli/connection.h), which JSON calls ID. */
MUST_USE bool list_options_read(struct command *c, uint32_t of, const char *id, struct control_list_choice *choice,
                                struct error *err);
/* When what is listed was made. */
MUST_USE bool list_options_read_span(struct command *c, struct control_list_choice *choice, struct error *err);
/* With which agency, and in which state: NAME names it, below END. */
MUST_USE bool list_options_read_with(struct command *c, const char *(*name)(uint32_t number), uint32_t end,
                                     struct control_list_choice *choice, struct error *err);
/* How many of CHOICE are asked for: 0, where it chooses nothing. */
size_t list_options_count(const struct control_list_choice *choice);

#endif
