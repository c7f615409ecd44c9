#ifndef DEMO_HOME_H
#define DEMO_HOME_H
/* A node's home read and changed as bytes: what a thief or a forger who holds the disk could do.
 *
 * Floor: demo.
 */

#include "base/bytes.h"
#include "base/error.h"

/* Reads HOME/keys. */
MUST_USE bool demo_home_read_slots(const char *home, struct bytes *out, struct error *err);
/* How many slots differ between two readings, and how many are the same (of those in both). */
void demo_home_compare_slots(const struct bytes *before, const struct bytes *after, size_t *differ, size_t *same);

/* Changes one letter of the recipient's name in the DISCLOSED record of MESSAGE (32 hex digits) to RECIPIENT, wherever
 * the stopped home's database has it; *CHANGED is how many places. */
MUST_USE bool demo_home_falsify_record(const char *home, const char *message, const char *recipient, size_t *changed,
                                       struct error *err);

#endif
