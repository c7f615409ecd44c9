#ifndef DEMO_REFERRALS_H
#define DEMO_REFERRALS_H
/* The scenes in which his case is referred, in the order in which they are told.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_referrals_mission(struct demo *d, struct error *err);
MUST_USE bool demo_referrals_ministry(struct demo *d, struct error *err);
/* A node is killed in the middle of it. */
MUST_USE bool demo_referrals_tracing(struct demo *d, struct error *err);
/* He said no to the police: it must be refused. */
MUST_USE bool demo_referrals_police(struct demo *d, struct error *err);

#endif
