#ifndef CLI_RECORD_VIEW_H
#define CLI_RECORD_VIEW_H
/* An audit record as people and programs read it.
 *
 * Floor: cli.
 */

#include "codec/control_codec.h"
#include "model/record.h"
#include "output/told_form.h"

/* Appends what R says, as words: each two spaces, a name, a value. Every kind says something. */
void record_view_write(const struct record *r, struct bytes *words);
/* The line above them; an entry in a line, with what the node knows beside it in brackets. Beside it stands its record.
 */
void record_view_print_title(void);
extern const struct told_form record_view;

#endif
