#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H
/* Events: what people and programs are told of as it happens. An event is a record of one of the audit logs, so it is
 * there once, in its place, for good; the table of kinds (model/record.h) says which kinds are events.
 *
 * Floor: model.
 */

#include "model/record.h"

/* What happened, in a word like "came"; NULL: R is no event. */
const char *event_name(const struct record *r);
/* Whose it is to be told of records of KIND: whoever has one of them; 0: no event is of that kind. */
staff_roles event_roles(enum record_kind kind);
/* Whether WORD is the name of some event. */
bool event_is_word(const char *word);
/* Those names, each once; returns how many. */
size_t event_words(const char *out[static RECORD_HOUSE_END]);
/* What R says of it by its own code, in a word like "not-covered"; NULL: nothing. */
const char *event_how(const struct record *r);
/* Who of the staff it is about: whose roles changed, or would; who stands in, is at a desk, opened what another holds,
 * or reviewed that. NULL: nobody. */
const struct ident *event_staff(const struct record *r);

#endif
