#ifndef TESTS_PERSON_H
#define TESTS_PERSON_H
/* Invented persons of random runs: which fields a person has, and what stands in them, follows from her number, so that
 * what is held of one is told from what is held of another, field by field.
 */

#include "world.h"

/* Imports her at X. */
bool person_import(struct exchange *x, uint64_t number, struct ident *id, struct error *err);
/* Appends section S of her without the COUNT fields EXCLUDED (FIELD_REFs); nothing where none is left. */
void person_section(uint64_t number, enum section s, const uint32_t *excluded, size_t count, struct bytes *out);

/* Fields that a consent may leave out, by which one has them. */
#define PERSON_EXCLUDABLE 6
/* FIELD_REFs, strictly ascending. */
void person_excludable(uint32_t refs[static PERSON_EXCLUDABLE]);

#endif
