#ifndef TESTS_ROUND_TRIP_H
#define TESTS_ROUND_TRIP_H
/* One meaning, one spelling: whatever a codec reads, it must write again in the very bytes it read. Unit tests and fuzz
 * targets ask the same question of every message. */

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

/* Reads WIRE; false where it is refused. Otherwise appends the bytes of what was read to *AGAIN, and ends the program
 * where a message within does not come out as it went in. */
typedef bool round_trip_fn(struct view wire, struct arena *arena, struct bytes *again, struct error *err);

round_trip_fn round_trip_record;
round_trip_fn round_trip_consent_header;
round_trip_fn round_trip_grant;
round_trip_fn round_trip_consent_receipt;
round_trip_fn round_trip_envelope_header;
round_trip_fn round_trip_envelope;
round_trip_fn round_trip_content;
round_trip_fn round_trip_receipt;
round_trip_fn round_trip_body;
round_trip_fn round_trip_frame; /* a stream: reads frames until there is no whole one; what is left over is copied */

/* Ends the program where WIRE is read and written again in other bytes. True where it was read. */
bool round_trip_holds(round_trip_fn *round_trip, struct view wire, struct arena *arena, struct bytes *again);

#endif
