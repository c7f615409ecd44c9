#ifndef MODEL_SECTION_H
#define MODEL_SECTION_H
/* The sections a case is divided into, one a message of proto/case.proto that names its number and rule, and the ten
 * purposes: the units of consent.
 *
 * Floor: model. Numbers are those of docs/FIELDS.md and docs/PROTOCOL.md 12, and never change.
 */

#include "base/bytes.h"
#include "base/error.h"
#include "model/consent_enums.h"

enum section {
#define SECTION_ROW(number, NAME, word, by_name, message, fields) SECTION_##NAME = (number),
#include "model/case_rows.def"
    SECTION_END /* one past the last */
};

/* A set of sections: bit n is section n. */
typedef uint32_t section_set;
#define SECTION_ROOM 32 /* where the numbers end that a set, and the database, have room for */
_Static_assert(SECTION_END <= SECTION_ROOM, "a section is a bit of a section_set");
#define SECTION_BIT(s) (UINT32_C(1) << (s))
#define SECTION_ALL    (SECTION_BIT(SECTION_END) - 2)

/* Those that are granted to agencies by name only, not to a kind of agency: they may harm her in the wrong hands. */
extern const section_set sections_by_name;

extern const char *const section_names[SECTION_END]; /* "triage" …; the first unused */
const char *section_name(enum section value);
bool section_find(struct view name, enum section *out);

/* "identity,contact" → a set; names what is unknown, with a suggestion (E-USE-04). */
MUST_USE bool section_set_read(struct view text, section_set *out, struct error *err);
/* Appends the names, comma-separated, in order. */
void section_set_write(section_set set, struct bytes *out);

#endif
