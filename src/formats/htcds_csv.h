#ifndef FORMATS_HTCDS_CSV_H
#define FORMATS_HTCDS_CSV_H
/* Cases in CSV (RFC 4180) with a header row of field names.
 *
 * Floor: formats, for import.c only.
 */

#include "formats/intake.h"

/* Gives each case of FILE to IN. False only with *ERR set: E-IMP-02, or what the sink of IN said. */
MUST_USE bool htcds_csv_read(struct view file, struct intake *in, struct error *err);

#endif
