#ifndef CLI_CASE_VIEW_H
#define CLI_CASE_VIEW_H
/* Sections of a case, as they came from the node, shown to a person or as JSON.
 *
 * Floor: cli.
 */

#include "base/arena.h"
#include "formats/json_line.h"
#include "model/case.h"

struct case_view {
    struct arena arena;
    struct case_data data;
    section_set sections;
};

void case_view_init(struct case_view *v);
/* Decodes and adds a section. E_CAS_01. */
MUST_USE bool case_view_add(struct case_view *v, enum section s, struct view data, struct error *err);
/* Field by field, under the names of the sections, to standard output. */
void case_view_print(const struct case_view *v);
/* Of these sections alone. */
void case_view_print_of(const struct case_view *v, section_set sections);
/* "sections": an object for each section, in HTCDS terms. */
void case_view_json(const struct case_view *v, struct json_line *j);
void case_view_fini(struct case_view *v);

#endif
