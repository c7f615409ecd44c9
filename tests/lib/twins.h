#ifndef TESTS_TWINS_H
#define TESTS_TWINS_H
/* One meaning, one spelling: whatever a codec reads, it must write again in the very bytes it read. Unit tests and fuzz
 * targets ask the same question of every message. */

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

/* Reads WIRE; false where it is refused. Otherwise appends the bytes of what was read to *AGAIN, and ends the program
 * where a message within does not come out as it went in. */
typedef bool twin_fn(struct view wire, struct arena *arena, struct bytes *again, struct error *err);

twin_fn twin_record;
twin_fn twin_consent_header;
twin_fn twin_grant;
twin_fn twin_consent_receipt;
twin_fn twin_envelope_header;
twin_fn twin_envelope;
twin_fn twin_content;
twin_fn twin_receipt;
twin_fn twin_body;
twin_fn twin_frame; /* a stream: reads frames until there is no whole one; what is left over is copied */

/* Ends the program where WIRE is read and written again in other bytes. True where it was read. */
bool twin_holds(twin_fn *twin, struct view wire, struct arena *arena, struct bytes *again);

#endif
