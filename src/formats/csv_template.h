#ifndef FORMATS_CSV_TEMPLATE_H
#define FORMATS_CSV_TEMPLATE_H
/* The header of a table of cases, for a spreadsheet that is filled in and imported.
 *
 * Floor: formats.
 */

#include "base/bytes.h"

/* Appends a row of the names of all fields of a case and, with LABELS, one of their labels, which an import passes
 * over. */
void csv_template_append(bool labels, struct bytes *out);

#endif
