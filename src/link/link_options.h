#ifndef LINK_LINK_OPTIONS_H
#define LINK_LINK_OPTIONS_H
/* How a refex-link is started: its command line.
 *
 * Floor: link.
 */

#include "base/options.h"

extern const struct options_syntax link_options_syntax;
extern const char link_options_summary[];

void link_options_print_help(void);

#endif
