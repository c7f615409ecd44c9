#ifndef CLI_LINKED_VIEW_H
#define CLI_LINKED_VIEW_H
/* Cases that are linked with one: what each is to it, and its label.
 *
 * Floor: cli.
 */

#include "codec/control_messages.h"

/* "child birch-fox-3, and 1 held by others"; nothing where there are none. */
void linked_view_write(struct bytes *out, const struct control_case_linked *linked, size_t count);

#endif
