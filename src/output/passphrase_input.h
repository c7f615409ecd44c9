#ifndef OUTPUT_PASSPHRASE_INPUT_H
#define OUTPUT_PASSPHRASE_INPUT_H
/* A passphrase from a person or a file.
 *
 * Floor: output, since refex and refex-ca ask in the same words. It comes from the terminal (nothing shown), from a
 * file that nobody else can read, or from standard input; never from argv or the environment. The caller wipes it.
 */

#include "base/error.h"
#include "base/options.h"
#include "base/secret.h"

/* Reads the line of the file that OPTION names (- is standard input); *GIVEN is false without that option. E-KEY-02
 * others can read the file, E-KEY-18, E-FIL-01. */
MUST_USE bool passphrase_read_from(const struct options *o, const char *option, struct secret *out, bool *given,
                                   struct error *err);

/* Whether there is a terminal to prompt at. */
bool passphrase_has_terminal(void);
/* Prompts at the terminal. An empty line is an empty secret. E-KEY-18, E-FIL-01. */
MUST_USE bool passphrase_prompt(const char *prompt, struct secret *out, struct error *err);
/* Prompts twice with PROMPT, for a new passphrase. E-KEY-18 when the two differ. */
MUST_USE bool passphrase_prompt_new(const char *prompt, struct secret *out, struct error *err);

#endif
