#ifndef REFEXD_CHECKS_H
#define REFEXD_CHECKS_H
/* What `refex doctor` says of a node: made from facts by the rows of model/doctor_checks.def, which explains it.
 *
 * Floor: refexd. No clock, no store, no file: all comes with the facts.
 */

#include "codec/control_codec.h"
#include "exchange/staff/staff_calls.h"
#include "exchange/traffic/link_calls.h"
#include "model/doctor_check.h"
#include "refexd/config.h"
#include "refexd/machine_stamp.h"
#include "refexd/status.h"

/* All borrowed. */
struct check_facts {
    bool is_stopped;
    const struct status *status;
    const struct config *config;            /* NULL: not known */
    const struct seam_state *network;       /* NULL: there is no network process */
    const struct dial_back_said *dial_back; /* of a node that runs */
    const struct staff_summary *people;     /* NULL: not known, for the node is stopped */
    enum machine_is machine;
    const struct error *keys; /* why the key files do not open; NULL: they do */
    bool storage_known;       /* whether the next is known */
    bool storage_plain;
    bool is_managed; /* a service manager started it */
    int64_t running_ms;
    uint64_t others; /* agencies that the directory lists, but this one */
};

struct check_list {
    struct arena *arena;
    struct control_doctor_line *items;
    size_t count;
    enum doctor_check check; /* private: that is being made */
};

/* Fills *OUT: at least a line for each check but those of ASKER. Its texts are in ARENA or constants. */
void checks_make(const struct check_facts *f, struct arena *arena, struct check_list *out);

#endif
