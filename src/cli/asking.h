#ifndef CLI_ASKING_H
#define CLI_ASKING_H
/* Questions to the person at the terminal, before what cannot be undone.
 *
 * Floor: cli. They are asked on standard error and answered on standard input.
 */

#include "cli/command.h"

/* Whether there is somebody to be asked: a terminal at both, and no --json. */
bool asking_has_terminal(const struct command *c);

/* The question, then [y/N]: anything but a yes is a no. */
bool asking_says_yes(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
