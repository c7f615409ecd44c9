#ifndef DEMO_PROOF_H
#define DEMO_PROOF_H
/* The scenes that prove something from the files: a withdrawal overwrites a key, a changed log is found. And the last
 * one, which says what is not protected.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_proof_withdrawal(struct demo *d, struct error *err);
MUST_USE bool demo_proof_logs(struct demo *d, struct error *err);
void demo_proof_limits(struct demo *d);

#endif
