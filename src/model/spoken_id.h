#ifndef MODEL_SPOKEN_ID_H
#define MODEL_SPOKEN_ID_H
/* Names that people say on the phone in place of ids: a case's label, for colleagues of the same agency, and a
 * referral's code-name, for the other agency.
 *
 * Floor: model. Both are spellings of the first bits of the id and of nothing else, so they are stored nowhere, are the
 * same wherever the id is known, and go with it. A label is two words and a check digit (two-words-4), a code-name a
 * word, three digits and a check digit (WORD-417-2): neither can be taken for the other, or for an id. Words:
 * model/words.def.
 */

#include "model/ident.h"

/* Into BOUND_SPOKEN_ID bytes, ended with NUL. */
void case_label_write(const struct ident *case_id, char out[static BOUND_SPOKEN_ID]);
void code_name_write(const struct ident *referral, char out[static BOUND_SPOKEN_ID]);

enum spoken_id { SPOKEN_ID_NONE = 0, SPOKEN_ID_LABEL, SPOKEN_ID_CODE_NAME };
/* Which of the two TEXT has the form of, whatever its words are, in capitals or not. */
enum spoken_id spoken_id_form(struct view text);
/* Reads one that has such a form: the first and the last id that are spelled so. E-USE-04 a word is none of the list,
 * E-USE-07 the check digit is wrong. */
MUST_USE bool spoken_id_read(struct view text, struct ident *first, struct ident *last, struct error *err);
/* The first and the last id that are spelled as ID is. */
void case_label_range(const struct ident *id, struct ident *first, struct ident *last);
void code_name_range(const struct ident *id, struct ident *first, struct ident *last);
/* Whether there is no id between FIRST and LAST that is spelled otherwise than both, or too few for that to be told:
 * who may not list ids is answered of such a span alone. */
bool spoken_id_is_span(const struct ident *first, const struct ident *last);

#endif
