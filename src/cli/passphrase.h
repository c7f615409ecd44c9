#ifndef CLI_PASSPHRASE_H
#define CLI_PASSPHRASE_H
/* The passphrase of a node's storage key, on its way from a person or a file to refexd.
 *
 * Floor: cli. It comes from the terminal (nothing shown), from a file that nobody else can read, or from standard
 * input; never from argv or the environment. The caller wipes it.
 */

#include "cli/command.h"
#include "output/passphrase_input.h"

/* The option of every verb that takes a passphrase. */
#define PASSPHRASE_OPTION                                                                                              \
    OPTION_VALUE("passphrase-file", "FILE",                                                                            \
                 "the storage key's passphrase: one line, readable by its owner only; - is stdin")

#define PLAIN_KEY_OPTION OPTION_FLAG("plain-key", "no passphrase, and do not ask: for trying refex out")

/* That of a new storage key: of the file, or typed twice; empty with --plain-key, or without a terminal. E-KEY-02,
 * E-KEY-18, E-FIL-01, E-USE-03. */
MUST_USE bool passphrase_choose(const struct command *c, struct secret *out, struct error *err);
/* Reads the line of --passphrase-file; *GIVEN is false without that option. E-KEY-02 others can read the file,
 * E-KEY-18, E-FIL-01. */
MUST_USE bool passphrase_read_file(const struct command *c, struct secret *out, bool *given, struct error *err);
/* The same for another OPTION. */
MUST_USE bool passphrase_read_option(const struct command *c, const char *option, struct secret *out, bool *given,
                                     struct error *err);

/* *FD is a pipe from which the program that is executed next reads P. E-LNK-18. */
MUST_USE bool passphrase_hand_over(const struct secret *p, int *fd, struct error *err);

#endif
