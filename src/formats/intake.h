#ifndef FORMATS_INTAKE_H
#define FORMATS_INTAKE_H
/* What all formats do with a case they read: names to fields, values checked, findings reported, cases passed on.
 *
 * Floor: formats, for the import and its readers only. A reader goes over the file twice with the same calls: the first
 * time intake reports findings only, the second time it passes on cases only.
 */

#include "formats/htcds_names.h"
#include "formats/import.h"

#define INTAKE_NOTED 64 /* names that were noted once and are not noted again */

struct intake {
    const struct import_sink *sink;
    const struct import_options *options;
    bool second_pass; /* the second time */
    size_t refusals;
    size_t cases;
    /* private */
    uint32_t row;
    bool row_refused;
    bool row_replaces; /* it says what is not known any more */
    struct arena arena;
    struct case_data c;
    struct bytes scratch;
    const char *noted[INTAKE_NOTED];
    size_t noted_count;
};

void intake_refuse(struct intake *in, uint32_t row, const char *field, const char *fmt, ...) PRINTF_LIKE(4, 5);
void intake_note(struct intake *in, uint32_t row, const char *field, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The field that HEADING stands for, by its name, another name in use, or its label; NULL if it is one that refex
 * leaves out, or unknown, which is refused. WHERE begins the sentences ("column D (4)"). *COLUMN is its row of the
 * table of columns, NULL if it has none. Each name is noted once. */
const struct case_field *intake_find_field(struct intake *in, uint32_t row, const char *where, struct view heading,
                                           const struct htcds_column **column);

/* One case: begin, values, end. */
void intake_begin(struct intake *in, uint32_t row);
/* Of a change: F is not known any more; all of group G is as the file says. Else nothing. */
void intake_clear_field(struct intake *in, const struct case_field *f);
void intake_replace_group(struct intake *in, enum case_group g);
void intake_add_value(struct intake *in, const struct case_field *f, uint32_t record, struct view written);
/* False if the sink ended the import, or it has too many cases. */
MUST_USE bool intake_end(struct intake *in, struct error *err);

void intake_fini(struct intake *in);

#endif
