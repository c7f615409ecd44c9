#ifndef CLI_DIALOGUE_TYPED_H
#define CLI_DIALOGUE_TYPED_H
/* Another verb, as if it were typed: a dialogue does what verbs do, and nothing else.
 *
 * Floor: cli.
 */

#include "cli/command.h"

/* Reads WORDS, COUNT of them, behind VERB ("referral send"), for the node of C; they live as long as OUT. */
MUST_USE bool typed_read(const struct command *c, const char *verb, const char *const *words, size_t count,
                         struct command *out, struct error *err);
/* Runs it over the connection of C. *STATUS as verb->run sets it. */
MUST_USE bool typed_run(struct command *c, const char *verb, const char *const *words, size_t count, int *status,
                        struct error *err);

#endif
