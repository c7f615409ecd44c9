#ifndef REFEXD_RELOAD_H
#define REFEXD_RELOAD_H
/* node.conf is read again while the node runs (SIGHUP).
 *
 * Floor: refexd.
 */

#include "exchange/exchange.h"
#include "refexd/config.h"

#define RELOAD_TEXT 256

/* Takes into CONFIG and X what may change while the node runs, and logs it. LEFT: the names of the settings that are
 * otherwise in the file and take a new start, or the code of the error for which nothing was taken; empty: none. */
void reload_settings(const char *home, struct config *config, struct exchange *x, char left[static RELOAD_TEXT]);

#endif
