#ifndef CLI_DIALOGUE_AGENCY_CHOICE_H
#define CLI_DIALOGUE_AGENCY_CHOICE_H
/* The agencies that can be asked, as a list to choose from.
 *
 * Floor: cli.
 */

#include "cli/command.h"
#include "model/agency.h"

struct agency_choice;

/* Those of the directory in use that are members, without this one; C outlives it. */
MUST_USE bool agency_choice_load(struct command *c, struct agency_choice **out, struct error *err);
void agency_choice_free(struct agency_choice *a);
/* Prints those that say they offer one of SERVICES, then those that do not say what they offer; how many there are
 * where they are too many to be read. What they say of themselves is asked of the node once. */
void agency_choice_print(struct agency_choice *a, uint32_t services);
/* Appends the full name of the one that is meant: by its number in the list that was said last, its name, that of a
 * desk of it (legal.shelter), or a part of its name or kind that no other has. E-USE-04 there is none; there are
 * several, which are said then. */
MUST_USE bool agency_choice_read(struct agency_choice *a, struct view typed, struct bytes *out, struct error *err);
/* The kind of the agency of that full name; 0: it is not there. */
enum agency_kind agency_choice_kind(const struct agency_choice *a, struct view name);

#endif
