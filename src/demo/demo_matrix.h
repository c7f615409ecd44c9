#ifndef DEMO_MATRIX_H
#define DEMO_MATRIX_H
/* The scene that shows which agency can open which section, and checks it against what he agreed to.
 *
 * Floor: demo.
 */

#include "demo/demo.h"

MUST_USE bool demo_matrix_show(struct demo *d, struct error *err);

#endif
