#ifndef CLI_RECORD_VIEW_H
#define CLI_RECORD_VIEW_H
/* An audit record as people and programs read it.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "codec/control_codec.h"
#include "model/record.h"

/* Appends what R says, as words: each two spaces, a name, a value. Every kind says something. */
void record_view_write(const struct record *r, struct bytes *words);
/* The line above them; R in a line, with what the node knows beside it in brackets; or as a JSON object. */
void record_view_print_title(void);
void record_view_print(const struct control_audit_entry *e, const struct record *r);
void record_view_json(const struct control_audit_entry *e, const struct record *r, struct bytes *line);

#endif
