#ifndef DEMO_INTAKE_H
#define DEMO_INTAKE_H
/* The scenes in which Lantern takes a man in, and he decides who may see what.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_intake_case(struct demo *d, struct error *err);
MUST_USE bool demo_intake_consents(struct demo *d, struct error *err);

#endif
