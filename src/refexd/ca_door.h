#ifndef REFEXD_CA_DOOR_H
#define REFEXD_CA_DOOR_H
/* Of a coordinator's node: refex-ca serve, which has the federation's folder, as a process of its own.
 *
 * Floor: refexd. It is started when first asked, and again when it ends, as it does where the folder has changed. What
 * it was asked when it ended is asked of the next one, and answered with "broken" where several have ended.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

struct ca_door;
struct exchange;
struct loop;

#define CA_WHY 48

struct ca_state {
    bool greeted; /* the one that runs, or ran last */
    uint32_t landlock;
    bool seccomp;
    char why[CA_WHY]; /* why a certificate was not made that was asked for: "E-FED-55"; empty: one was, since then */
    int64_t since_ms; /* it has been so */
};

/* FEDERATION lives as long as what is returned. */
struct ca_door *ca_door_new(struct loop *l, const char *federation, bool allow_unconfined);
/* REQUEST came on LINK of X, which gets the answer (exchange_renewal_answer). False: too many wait, or its size. */
bool ca_door_ask(struct ca_door *d, struct exchange *x, uint64_t link, struct view request);
/* D may be NULL: zeros. */
void ca_door_state(const struct ca_door *d, struct ca_state *out);
void ca_door_stop(struct ca_door *d);
/* After the loop has ended. NULL is fine. */
void ca_door_free(struct ca_door *d);

#endif
