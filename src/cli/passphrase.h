#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H
/* The passphrase of a node's storage key, on its way from a person or a file to refexd.
 *
 * Floor: cli. It comes from the terminal (nothing shown), from a file that nobody else can read, or from standard
 * input; never from argv or the environment. It is wiped by whoever asked for it here.
 */

#include "base/error.h"
#include "base/secret.h"
#include "cli/verb.h"

/* The option that each verb has which takes a passphrase. */
#define PASSPHRASE_OPTION                                                                                              \
    {                                                                                                                  \
        "passphrase-file", "FILE", "the storage key's passphrase: one line, readable by its owner only; - is stdin",   \
            false                                                                                                      \
    }

/* The line of --passphrase-file; *GIVEN false when there is none. E-KEY-02 others can read the file, E-KEY-18,
 * E-FIL-01. */
MUST_USE bool passphrase_read_file(const struct command *c, struct secret *out, bool *given, struct error *err);

/* Whether a person sits at a terminal. */
bool passphrase_has_terminal(void);
/* Asks there. An empty answer is an empty secret. E-KEY-18, E-FIL-01. */
MUST_USE bool passphrase_prompt(const char *prompt, struct secret *out, struct error *err);
/* For a new one: twice. E-KEY-18 when the two differ. */
MUST_USE bool passphrase_prompt_new(struct secret *out, struct error *err);

/* A descriptor from which a program that is started can read P. E-LNK-18. */
MUST_USE bool passphrase_hand_over(const struct secret *p, int *fd, struct error *err);

/* Ends a message that held one. Whoever makes it reserves its room before, so that it is never moved. */
void passphrase_wipe(struct bytes *message);

#endif
