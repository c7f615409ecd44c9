#ifndef MODEL_CODES_H
#define MODEL_CODES_H
/* The code lists of a case, of HTCDS and our own: what a picklist may hold, the number by which each code travels, and
 * whether a code is one (codes_has).
 *
 * Floor: model. The number of a code is its place in its list, from 1; the lists (codes_gender …) are made from the
 * enums of proto/case.proto, so places never change and nothing is taken out. HTCDS 2.0 codes stand in the order and
 * the spelling of the standard (IOM, CC BY 4.0), "Unaquainted" included. Countries are ISO 3166-1 alpha-2 and XK,
 * languages those of model/languages.def.
 */

#include "base/bounds.h"
#include "base/bytes.h"
#include "model/case_enums.h"

#define LANGUAGE_LETTERS BOUND_LANGUAGE

struct code_list {
    const char *name; /* of the enum in proto/case.proto: "Gender" */
    const char *const *codes;
    const char *const *labels;
    uint32_t count;
};

#define LIST_ROW(list, LIST, name, count) extern const struct code_list codes_##list;
#include "model/case_rows.def"

/* The number of CODE in LIST; 0 if it is not there. */
uint32_t codes_find(const struct code_list *list, struct view code);
/* Whether NUMBER is that of a code in LIST. case_field_numbers_ok (model/case_fields.h) asks this of every code of a
 * case, wherever it came from. */
bool codes_has(const struct code_list *list, uint32_t number);
/* The code of NUMBER; NULL if there is none. */
const char *codes_name(const struct code_list *list, uint32_t number);
/* The same for people: "27 to 29", where the code is From27To29. */
const char *codes_label(const struct code_list *list, uint32_t number);

/* A country or language as a number: its letters, big-endian ("UA" is 0x5541), so that numbers sort as the texts do.
 * 0 if there is no such country or language. */
uint32_t country_find(struct view alpha2);
uint32_t language_find(struct view code);
bool country_is_known(uint32_t letters);
bool language_is_known(uint32_t letters);
/* The number of what should be SIZE letters; 0, which is no country or language: it is of another size. */
uint32_t letters_read(struct view v, size_t size);
/* Writes the SIZE letters of such a number and a NUL. */
void letters_write(uint32_t letters, size_t size, char *out);
/* The code by which the language that WORD means travels: of two or three letters, capital or small, also of ISO 639-1
 * ("uk" → "ukr") and bibliographic ("rum" → "ron"). A constant; NULL: there is no such language. */
const char *language_code(struct view word);

#endif
