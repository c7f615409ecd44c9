#ifndef CLI_CALLS_H
#define CLI_CALLS_H
/* What a command asks of a node: three functions for each request of codec/verbs.def.
 *
 * Floor: cli.
 */

#include "cli/connection.h"
#include "codec/control_codec.h"
#include "output/told_form.h"

/* Stands where a verb asks or answers without a field. */
struct control_none;

/* Asks as connection_ask does. IN is NULL where it has no field. ON_ITEM (may be NULL) gets each item of the answer,
 * which is valid during the call; false of it, with *ERR, ends the request. */
#define VERB_ROW(number, kind, name, noun, verb, modes, again, roles, ask, answer, items)                              \
    MUST_USE bool call_##name(struct command *c, const struct control_##ask *in,                                       \
                              bool (*on_item)(void *cookie, const struct control_##answer *item, struct error *err),   \
                              void *cookie, struct error *err);                                                        \
    /* Shows each item by F, with IN as the ask, and BESIDE. */                                                        \
    MUST_USE bool call_##name##_as_lines(struct command *c, const struct control_##ask *in, const struct told_form *f, \
                                         const void *beside, struct error *err);                                       \
    /* Shows them as a table; where there is none, EMPTY is said. With --json a line each. */                          \
    MUST_USE bool call_##name##_as_table(struct command *c, const struct control_##ask *in, const struct told_form *f, \
                                         const char *empty, struct error *err);
#define CALL_ROW VERB_ROW
#include "codec/verbs.def"

#endif
