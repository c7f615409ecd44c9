#ifndef MODEL_CASE_H
#define MODEL_CASE_H
/* A case: what is known of one person, as values of the fields of model/case_fields.h.
 *
 * Floor: model. A case_data is valid by construction: nothing gets in that its field may not hold. Everything it holds
 * lives in the arena of case_init and is freed with it. This is personal data in memory: no sentence made here repeats
 * a value.
 *
 *   record   which of several events, perpetrators, family members, support plans a value belongs to, from 0;
 *            0 for fields that do not repeat
 */

#include "base/arena.h"
#include "model/case_fields.h"

struct case_value {
    const struct case_field *field;
    uint32_t record;
    struct view text;        /* fields that are text */
    const uint32_t *numbers; /* all others; strictly ascending */
    size_t count;            /* of NUMBERS; 1 for fields that are no list */
};

struct case_data {
    /* read-only: in the order of case_fields, records of a group one after the other */
    const struct case_value *values;
    size_t count;           /* read-only */
    struct arena *arena;    /* private */
    struct case_value *own; /* private: values, to write */
    size_t room;            /* private */
};

/* An empty case that lives in A. */
void case_init(struct case_data *c, struct arena *a);

/* Adds a value as people write it: YYYY-MM-DD, yes or no (true or false), whole numbers, degrees with a point, codes;
 * lists separated by ';'. E_CAS_02 when the field may not hold it, E_CAS_03 when it has one already or there are too
 * many records. */
MUST_USE bool case_read_value(struct case_data *c, const struct case_field *f, uint32_t record, struct view written,
                              struct error *err);

/* Adds a value: text for fields that are text, numbers (case_fields.h) for all others; a list strictly ascending. Same
 * faults. */
MUST_USE bool case_set_text(struct case_data *c, const struct case_field *f, uint32_t record, struct view text,
                            struct error *err);
MUST_USE bool case_set_numbers(struct case_data *c, const struct case_field *f, uint32_t record,
                               const uint32_t *numbers, size_t count, struct error *err);

/* The value of a field; NULL if it is not known. */
const struct case_value *case_get_value(const struct case_data *c, const struct case_field *f, uint32_t record);
/* The same by name; NULL for a name that is no field, too. */
const struct case_value *case_get_by_name(const struct case_data *c, const char *name, uint32_t record);
/* How many records of a group there are. */
uint32_t case_record_count(const struct case_data *c, enum case_group g);
/* The sections that have at least one value. */
section_set case_sections(const struct case_data *c);

/* Appends the value as people write it, so that case_read_value takes it back. */
void case_value_write(const struct case_value *v, struct bytes *out);
/* The same for the Ith of its numbers alone. */
void case_value_write_one(const struct case_value *v, size_t i, struct bytes *out);

#endif
