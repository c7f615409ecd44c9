#ifndef CLI_RECORD_VIEW_H
#define CLI_RECORD_VIEW_H
/* An audit record as people and programs read it.
 *
 * Floor: cli.
 */

#include "base/bytes.h"
#include "model/record.h"

/* Appends what R says, as words: each two spaces, a name, a value. Every kind says something. */
void record_view_write(const struct record *r, struct bytes *words);
void record_view_print(const struct record *r);
/* WIRE: its bytes, as logged. */
void record_view_json(const struct record *r, struct view wire, const struct hash *leaf, struct bytes *line);

#endif
