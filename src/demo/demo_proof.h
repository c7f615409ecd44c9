#ifndef DEMO_PROOF_H
#define DEMO_PROOF_H
/* The scenes that prove something from the files: a withdrawal overwrites a key, a changed log is found. And the last
 * one, which says what is not protected.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_scene_withdrawal(struct demo *d, struct error *err);
MUST_USE bool demo_scene_logs(struct demo *d, struct error *err);
void demo_scene_limits(struct demo *d);

#endif
