#ifndef REFEXD_MACHINE_STAMP_H
#define REFEXD_MACHINE_STAMP_H
/* On which machine a home was made: HOME/machine.id, the hash of the node's id and the machine's. A home that is
 * copied, or comes with an image, is known by it before another agency meets both.
 *
 * Floor: refexd. The machine's id is nobody's to know (machine-id(5)): with the node's hashed in, it tells nothing.
 */

#include "base/error.h"

#define MACHINE_ID    "/etc/machine-id"
#define MACHINE_STAMP "machine.id"

enum machine_is { MACHINE_UNKNOWN = 0, MACHINE_SAME, MACHINE_OTHER };

/* Whether HOME was made on the machine whose id stands in the file ID. */
enum machine_is machine_stamp_compare(const char *home, const char *id);
/* Says so in HOME, unless it says something already. Where the machine has no id nothing is written. E-FIL-*, E-NOD-06.
 */
MUST_USE bool machine_stamp_write(const char *home, const char *id, struct error *err);

#endif
