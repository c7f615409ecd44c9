#ifndef DEMO_SETUP_H
#define DEMO_SETUP_H
/* The first scene: five agencies found a federation and start their nodes.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_setup_federation(struct demo *d, struct error *err);

#endif
