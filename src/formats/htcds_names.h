#ifndef FORMATS_HTCDS_NAMES_H
#define FORMATS_HTCDS_NAMES_H
/* What files call the fields of a case: their names, their labels, and other names in use. The table is
 * made from proto/case.proto.
 *
 * Floor: formats. A heading is what stands above a column, or the key of a member; a label is compared without regard
 * to case.
 */

#include "model/case_fields.h"

struct htcds_column {
    const char *name;  /* of the field, whether it has a place in a case or is left out */
    const char *label; /* several fields may share one: "Type" */
    const char *other; /* NULL: none */
};

enum htcds_heading {
    HEADING_UNKNOWN,
    HEADING_NAME,
    HEADING_OTHER,
    HEADING_LABEL,
    HEADING_SHARED, /* a label that several fields have */
};

/* What WORD is. *OUT is its column, of a shared label the first that has it; NULL when it is unknown. */
enum htcds_heading htcds_names_find(struct view word, const struct htcds_column **out);
/* Whether WORD is the name, the other name or the label of C. */
bool htcds_names_agree(const struct htcds_column *c, struct view word);
/* Appends the names of the fields that have the label, with "and" before the last. */
void htcds_names_sharing(struct view label, struct bytes *out);
/* The label of a field. */
const char *htcds_names_label(const struct case_field *f);

/* A column of the survey tool itself, not of the case: when it was filled in, which version. */
bool htcds_names_is_metadata(struct view name);

/* Whether NAME has the form of a field's name ("prs_Colour"). Others are not repeated in a sentence: in a file without
 * a header row they are a person's data. */
bool htcds_names_is_wellformed(struct view name);

/* The name or label nearest to WORD, for "did you mean"; NULL if none is near. */
const char *htcds_names_nearest(struct view word);

#endif
