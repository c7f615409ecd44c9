#ifndef REFEXD_STATUS_INSIDE_H
#define REFEXD_STATUS_INSIDE_H
/* Shared by the files that make a status: status_*.c. Notes are what people should know, and need not act on.
 *
 * Floor: refexd.
 */

#include "refexd/status.h"

struct node_status;

/* SENTENCE lives as long as *S. */
void status_add_note(struct status *s, const char *sentence);
/* The same of TEXT, which is moved to ARENA. */
void status_add_made(struct status *s, struct bytes *text, struct arena *arena);
/* All notes that the node itself gives. */
void status_add_notes(struct status *s, const struct control_context *w, const struct node_status *n,
                      struct arena *arena);

#endif
