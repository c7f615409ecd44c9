#ifndef FORMATS_CASE_JSON_H
#define FORMATS_CASE_JSON_H
/* A case as HTCDS JSON, so that import.h reads it back.
 *
 * Floor: formats.
 */

#include "formats/json_line.h"
#include "model/case.h"

/* Writes the values of the SECTIONS as members of the object that is open in J. What repeats stands flat if there is
 * one record, else as an array under the name of its group. */
void case_json_members(const struct case_data *c, section_set sections, struct json_line *j);

#endif
