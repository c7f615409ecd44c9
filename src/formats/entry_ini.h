#ifndef FORMATS_ENTRY_INI_H
#define FORMATS_ENTRY_INI_H
/* What an agency says of itself as people write it:
 *
 *   [agency]
 *   phone = +48 22 123 45 67
 *   night-phone = +48 600 100 200
 *   zone = Europe/Warsaw
 *   services = SHELTER, MEDICAL
 *   to-all-members = yes                 of an unlisted agency only, which else keeps all this to itself
 *   [hours]
 *   monday = 08:00-12:00, 13:00-16:00    each day by its name, or daily; over midnight: 22:00-06:00
 *   [holidays]
 *   days = 2026-12-25, 2026-12-26
 *   [answers]
 *   SHELTER = emergency 1h, urgent 1d    or all; m, h and d
 *   [desks]
 *   night = SHELTER
 *
 * Floor: formats. A name may stand several times; what it holds is added, but for phones and the zone. An unknown name
 * is refused with its line: a misspelt one must not be taken for one that has effect.
 */

#include "base/arena.h"
#include "base/bounds.h"
#include "base/error.h"
#include "model/agency_entry.h"

struct entry_file {
    struct agency_entry entry; /* borrows from what follows */
    struct agency_hours hours[BOUND_ENTRY_HOURS];
    uint32_t holidays[BOUND_ENTRY_HOLIDAYS];
    struct agency_promise promises[SERVICE_END];
    struct agency_desk desks[BOUND_ENTRY_DESKS];
    struct arena arena; /* texts; ends with entry_file_fini */
};

/* Reads FILE, of PATH. A zone is a rule (model/zone.h), or a name of which this machine has the rule. E-ENT-02, with
 * the line. OUT is to be ended either way. */
MUST_USE bool entry_ini_read(struct view file, const char *path, struct entry_file *out, struct error *err);
void entry_file_fini(struct entry_file *f);

#endif
