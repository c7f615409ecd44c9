#ifndef FORMATS_HTCDS_NAMES_H
#define FORMATS_HTCDS_NAMES_H
/* Names that files use for fields and codes besides those of the HTCDS 2.0 field standard.
 *
 * Floor: formats, for the import only.
 */

#include "model/case_fields.h"

/* The field that the HTCDS survey form calls NAME; NULL if there is none. */
const struct case_field *htcds_names_survey(struct view name);

/* A column of the survey tool itself, not of the case: when it was filled in, which version. */
bool htcds_names_is_metadata(struct view name);

/* The code of F's list that WORD is an alias of; NULL if it is none. */
const char *htcds_names_alias(const struct case_field *f, struct view word);

/* A word that stands for F in the prose of the standard but is in no code list. */
const char *htcds_names_prose(const struct case_field *f, struct view word);

/* Whether NAME has the form of a field's name ("prs_Colour"). Others are not repeated in a sentence: in a file without
 * a header row they are a person's data. */
bool htcds_names_is_wellformed(struct view name);

/* The field nearest to NAME, for "did you mean"; NULL if none is near. */
const char *htcds_names_nearest(struct view name);

#endif
