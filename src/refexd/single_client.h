#ifndef REFEXD_SINGLE_CLIENT_H
#define REFEXD_SINGLE_CLIENT_H
/* refexd as it serves a single program over descriptor 3, and ends with it: --read-only (lists and logs of a stopped
 * node) and --tool (makes and enrols a node).
 *
 * Floor: refexd.
 */

#include "base/error.h"
#include "refexd/start_options.h"

/* Serves until the program is gone. E_CTL_01: it said what is no request. */
MUST_USE bool single_client_serve(const struct start_options *o, struct error *err);

#endif
