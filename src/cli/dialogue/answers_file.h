#ifndef CLI_DIALOGUE_ANSWERS_FILE_H
#define CLI_DIALOGUE_ANSWERS_FILE_H
/* A file of answers, for who does not type them: a line "ID: ANSWER" each, with the ids of questions.def; what follows
 * in lines that begin with a blank belongs to the answer before; a line that begins with # says nothing.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/question.h"

struct answers_file;

/* Reads PATH (- for standard input). E-FIL-*, E-DRF-05 naming the line: it is none, of no question, or the second. */
MUST_USE bool answers_file_read(const char *path, struct answers_file **out, struct error *err);
void answers_file_free(struct answers_file *f);
/* What it answers to Q, as it stands there; *LINE is where. Empty: nothing. */
struct view answers_file_get(const struct answers_file *f, enum question q, unsigned *line);
/* Whether it says that what is shown last is to be sent. */
bool answers_file_sends(const struct answers_file *f);

#endif
