#ifndef CODEC_CASE_CODEC_H
#define CODEC_CASE_CODEC_H
/* The sections of a case as bytes: proto/case.proto, strict (docs/PROTOCOL.md 3).
 *
 * Floor: codec. A section is encoded once by its maker; what is accepted here is exactly what would be written: one
 * case has one form in bytes.
 */

#include "model/case.h"
#include "model/consent.h"

struct contract_message;

/* The table of each section's fields, for the walk alone (codec/contract.h). */
extern const struct contract_message *const case_contracts[SECTION_END];

/* Appends the bytes of section S of C; nothing and *EMPTY if it has no value. E_CAS_04 when over BOUND_SECTION. */
MUST_USE bool case_section_encode(const struct case_data *c, enum section s, struct bytes *out, bool *empty,
                                  struct error *err);

/* Adds the values of a section to OUT (case_init before; sections one after the other in any order). Texts are copied
 * to its arena. E_BYT_01, E_BYT_02 for bytes that are not as they must be, E_CAS_01 for values that a field may not
 * hold; OUT is then as it was. */
MUST_USE bool case_section_decode(enum section s, struct view wire, struct case_data *out, struct error *err);

/* Checks the bytes as decoding does, and lists the fields that are there, strictly ascending FIELD_REFs (a group once).
 * REFS has room for CASE_SECTION_FIELDS. Allocates nothing. Same faults. */
MUST_USE bool case_section_fields(enum section s, struct view wire, uint32_t refs[static CASE_SECTION_FIELDS],
                                  size_t *count, struct error *err);

/* What the fields of the section say of what became of her (model/outcomes.def). WIRE has passed
 * case_section_fields. */
outcome_set case_section_outcomes(enum section s, struct view wire);

/* Appends the bytes of the section without the fields REFS (FIELD_REFs in any order; a group as a whole): what
 * case_section_encode would make of the values that are left, copied from WIRE and nowhere else. Nothing and *EMPTY if
 * none is left. OUT gets room for all of WIRE at once, so that it does not move while personal data enters it. Same
 * faults as decoding; *OUT is then as it was. */
MUST_USE bool case_section_without(enum section s, struct view wire, const uint32_t *refs, size_t count,
                                   struct bytes *out, bool *empty, struct error *err);

/* Appends what of a section stands on the safety page of her case (proto/options.proto: safety_page); nothing where
 * none of it does. E-CAS-01. */
MUST_USE bool case_section_safety_page(enum section s, struct view wire, struct bytes *out, struct error *err);
/* Appends the bytes of the section with its fields and those REFS (strictly ascending, none of them in WIRE) of OTHER:
 * what case_section_encode would make of the values of both, copied from them and nowhere else. Either may be empty.
 * OUT gets room for both at once. Same faults as decoding; *OUT is then as it was. */
MUST_USE bool case_section_join(enum section s, struct view wire, struct view other, const uint32_t *refs, size_t count,
                                struct bytes *out, struct error *err);
/* Whether both sections have the field REF, and not the same in it. Both have passed decoding, or are empty. */
bool case_section_differs(enum section s, struct view wire, struct view other, uint32_t ref);

#endif
