#ifndef FORMATS_HTCDS_JSON_H
#define FORMATS_HTCDS_JSON_H
/* Cases in JSON: one object or an array of objects, keys as field names.
 *
 * Floor: formats, for import.c only.
 */

#include "formats/intake.h"

/* Gives each case of FILE to IN. False only with *ERR set: E-IMP-02, or what the sink of IN said. */
MUST_USE bool htcds_json_read(struct view file, struct intake *in, struct error *err);

#endif
