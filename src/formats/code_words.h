#ifndef FORMATS_CODE_WORDS_H
#define FORMATS_CODE_WORDS_H
/* The words that files use for a code of HTCDS: the code itself, its label, another word in use. The table is made from
 * proto/case.proto; whether a code is one is asked of model/codes.h.
 *
 * Floor: formats, for the import only. Compared without regard to case. docs/FIELDS.md prints the table.
 */

#include "model/case_fields.h"

/* Appends the code that WORD stands for in F, which holds codes, countries or languages, as the table of codes spells
 * it; false if it stands for none. *ALIAS is that code if WORD is neither the code nor its label, else NULL. */
bool code_words_find(const struct case_field *f, struct view word, struct bytes *out, const char **alias);

/* What people call the code NUMBER of LIST. */
const char *code_words_label(const struct code_list *list, uint32_t number);

/* A word that stands for F in the prose of the standard but is in no code list; NULL if WORD is none. */
const char *code_words_prose(const struct case_field *f, struct view word);

/* Appends the codes of LIST that WORD may have been meant for, "A", "A or B": within two edits, or WORD is a part of
 * the code or of its label. Nothing if there is none. What stands in WORD is not repeated. */
void code_words_nearest(const struct code_list *list, struct view word, struct bytes *out);

#endif
