#ifndef MODEL_CASE_FIELDS_H
#define MODEL_CASE_FIELDS_H
/* Every field a case may have: its section, its number there, its name in HTCDS 2.0 (or ours, "ext_…"), and what it
 * holds.
 *
 * Floor: model. Their rows are made from proto/case.proto (tools/contract_tables); docs/FIELDS.md is for people.
 *
 *   section  the unit of consent (model/section.h)
 *   group    fields that repeat together: one event, one perpetrator, one member of the family, one support plan.
 *            In the section's message a group is one field, a list of messages; consent may exclude it as a whole.
 *
 * A field travels as a number or as text. Zero is never written (docs/PROTOCOL.md 3), so numbers are shifted:
 *   FIELD_YES_NO      1 yes, 2 no
 *   FIELD_NUMBER      the number and 1
 *   FIELD_DATE        days, 1 is 1900-01-01
 *   FIELD_LONGITUDE   millionths of a degree east of 180° W, and 1
 *   FIELD_LATITUDE    millionths of a degree north of the south pole, and 1
 *   FIELD_CODE(S)     place in the code list, from 1
 * Countries and languages travel as their letters; in memory they are numbers (model/codes.h).
 */

#include "model/codes.h"
#include "model/section.h"

enum case_group {
    GROUP_NONE = 0,
#define GROUP_ROW(NAME, section, number, name) GROUP_##NAME,
#include "model/case_rows.def"
    GROUP_END
};

enum field_type {
    FIELD_TEXT = 1,  /* one line */
    FIELD_LONG_TEXT, /* lines end in \n */
    FIELD_PHONE,     /* E.164 as HTCDS has it: ^\+?[1-9][0-9]{1,14}$ */
    FIELD_EMAIL,
    FIELD_DATE,
    FIELD_YES_NO,
    FIELD_NUMBER,
    FIELD_LONGITUDE,
    FIELD_LATITUDE,
    FIELD_CODE,
    FIELD_CODES,
    FIELD_COUNTRY,
    FIELD_COUNTRIES,
    FIELD_LANGUAGE,
    FIELD_LANGUAGES,
};

struct case_field {
    enum section section;
    enum case_group group;
    uint32_t number;  /* in the section's message, or in the group's */
    const char *name; /* "prs_FirstName" */
    enum field_type type;
    const struct code_list *codes; /* FIELD_CODE, FIELD_CODES */
    uint32_t max;                  /* texts: bytes; FIELD_NUMBER: the largest number; else 0 */
    bool reaches;                  /* by it the person can be reached */
    bool reach_rule;               /* it says how to do so safely */
    bool safety_page;              /* whoever is on duty where she stays may read it */
};

struct case_group_row {
    enum section section;
    uint32_t number;  /* of the list in the section's message */
    const char *name; /* of the list in JSON: "ext_Events" */
};

/* An HTCDS field that refex leaves out on purpose. */
struct case_left_out {
    const char *name;
    const char *why; /* ends a sentence: "is left out: …" */
};

/* What consent calls a field: section × 65,536 + number of the field in that section's message. */
#define FIELD_REF(section, number) ((uint32_t)(section)*65536u + (uint32_t)(number))
#define FIELD_REF_SECTION(ref)     ((enum section)((ref) >> 16))
#define FIELD_REF_NUMBER(ref)      ((ref)&0xFFFFu)

/* Whether REF is one of REFS, which may be in any order. */
bool field_ref_is_among(uint32_t ref, const uint32_t *refs, size_t count);

/* More than any section has fields: room for the FIELD_REFs of one section. */
#define CASE_SECTION_FIELDS 32

/* All fields, ordered by section, then by number of the field or of its group, then by number in the group. */
extern const struct case_field case_fields[];
extern const size_t case_fields_count;
extern const struct case_group_row case_groups[GROUP_END]; /* the first unused */
extern const struct case_left_out case_left_out[];
extern const size_t case_left_out_count;

const struct case_group_row *case_group_row(enum case_group g); /* g is not GROUP_NONE */

/* The field by its name; NULL if there is none. */
const struct case_field *case_field_find(struct view name);
/* The field NUMBER of SECTION (GROUP_NONE) or of GROUP, which stands in it; NULL if there is none. */
const struct case_field *case_field_by_number(enum section s, enum case_group g, uint32_t number);
/* The group that stands as field NUMBER in SECTION; GROUP_NONE if there is none. */
enum case_group case_group_by_number(enum section s, uint32_t number);
const struct case_left_out *case_left_out_find(struct view name);

/* The FIELD_REF of a field: one in a group is its whole group. */
uint32_t case_field_ref(const struct case_field *f);
/* "prs_FirstName" for a FIELD_REF, "ext_Events" for one of a group; NULL if there is none. */
const char *case_field_ref_name(uint32_t ref);
/* The FIELD_REF for the name of a field or group; 0 if there is none. */
uint32_t case_field_ref_find(struct view name);

bool case_field_is_text(const struct case_field *f); /* travels and is kept as text of any content */
bool case_field_is_list(const struct case_field *f); /* several values: FIELD_CODES, _COUNTRIES, _LANGUAGES */

/* The field of S that says whether she herself, seen alone, said how she is reached or where she is; NULL: nothing of S
 * reaches her. */
const struct case_field *case_field_confirming(enum section s);

/* Whether the field may hold this value. The sentence gives the reason (E_CAS_02) and never repeats the value. */
MUST_USE bool case_field_text_ok(const struct case_field *f, struct view text, struct error *err);
/* The same of what is UTF-8 without NUL, and not empty. */
MUST_USE bool case_field_utf8_ok(const struct case_field *f, struct view text, struct error *err);
/* NUMBERS are as described above, letters for countries and languages; one for fields that are no list, else strictly
 * ascending and at most BOUND_FIELD_CODES. */
MUST_USE bool case_field_numbers_ok(const struct case_field *f, const uint32_t *numbers, size_t count,
                                    struct error *err);

/* False if the fields of a contact section hold a way to reach the person but no rule how to do so safely: such contact
 * is not sent (docs/PROTOCOL.md 14). REFS as case_section_fields gives them. */
bool case_fields_have_safe_contact(const uint32_t *refs, size_t count);
/* The same for LEFT, a part of the fields of WHOLE: if a way to reach her is in LEFT, every rule of WHOLE must be, too.
 * A phone number without its "do not contact" would be an invitation to call. */
bool case_fields_keep_safe_contact(const uint32_t *whole, size_t whole_count, const uint32_t *left, size_t left_count);

#endif
