#ifndef FORMATS_HTCDS_CODES_H
#define FORMATS_HTCDS_CODES_H
/* What files write for a code: the code itself, its label, another word in use. The table is made from
 * proto/case.proto.
 *
 * Floor: formats, for the import only. Compared without regard to case. docs/FIELDS.md prints the table.
 */

#include "model/case_fields.h"

/* Appends the code that WORD stands for in F, which holds codes, countries or languages, as the table of codes spells
 * it; false if it stands for none. *ALIAS is that code if WORD is neither the code nor its label, else NULL. */
bool htcds_codes_find(const struct case_field *f, struct view word, struct bytes *out, const char **alias);

/* A word that stands for F in the prose of the standard but is in no code list; NULL if WORD is none. */
const char *htcds_codes_prose(const struct case_field *f, struct view word);

/* Appends the codes of LIST that WORD may have been meant for, "A", "A or B": within two edits, or WORD is a part of
 * the code or of its label. Nothing if there is none. What stands in WORD is not repeated. */
void htcds_codes_nearest(const struct code_list *list, struct view word, struct bytes *out);

#endif
