#ifndef EXCHANGE_EVENT_CURSOR_H
#define EXCHANGE_EVENT_CURSOR_H
/* A place in both audit logs, as a text that whoever watches keeps: how many records of each are behind it, and what
 * the last of these is. Records are salted, so no other history has it: a log that was put back, or is another node's,
 * does not pass for this one.
 *
 * Floor: exchange.
 */

#include "base/error.h"
#include "model/control_enums.h"
#include "model/ident.h"

struct event_place {
    uint64_t size;
    uint8_t leaf[8]; /* the first bytes of that of record SIZE - 1; zeros at 0 */
};
struct event_cursor {
    struct event_place in[LOG_END];
    bool is_handed; /* the second counts what was given to who watches, each by the record that says it */
};

#define EVENT_CURSOR_TEXT 77 /* bytes with the NUL */

/* "57.0f3a99c1e27b4d58-12.9e0d5b7a31c2f468": of the exchange log, of the house log; "0" where none is behind it. With
 * a "+" before it, as "57.0f3a99c1e27b4d58-+3.9e0d5b7a31c2f468", the second is_handed. Reads exactly what is
 * written. */
bool event_cursor_read(struct view text, struct event_cursor *out);
void event_cursor_write(const struct event_cursor *c, char out[static EVENT_CURSOR_TEXT]);
/* The place behind record INDEX, whose leaf is LEAF. */
struct event_place event_place_behind(uint64_t index, const struct hash *leaf);

#endif
