#ifndef AUDITLOG_NOTE_TEXT_H
#define AUDITLOG_NOTE_TEXT_H
/* Which characters a note may hold (C2SP signed-note).
 *
 * Floor: auditlog. For note.c.
 */

#include "base/bytes.h"

/* UTF-8, at least one line, ended by a line feed, no other control characters below U+0020. */
bool note_text_ok(struct view text);

#endif
