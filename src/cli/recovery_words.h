#ifndef CLI_RECOVERY_WORDS_H
#define CLI_RECOVERY_WORDS_H
/* The recovery words of a backup, on their way from a person or a file to refexd.
 *
 * Floor: cli. As a passphrase: typed at the terminal, where nothing is shown, or from a file that nobody else can read.
 */

#include "cli/passphrase.h"

/* The option of every verb that takes words, and its row. */
#define WORDS_OPTION "words-file"
#define WORDS_FILE   OPTION_VALUE(WORDS_OPTION, "FILE", "the words, on one line, readable by its owner; - is stdin")

/* *GIVEN: the option was, and the line of its file is in *OUT, which the caller wipes. E-WRD-02 that is no line of
 * words, E-KEY-02, E-FIL-01. */
MUST_USE bool recovery_words_read(const struct command *c, struct secret *out, bool *given, struct error *err);
/* Asks for all of them. The caller wipes *OUT. E-WRD-02 none was typed, E-KEY-18, E-FIL-01. */
MUST_USE bool recovery_words_prompt(struct secret *out, struct error *err);

#endif
