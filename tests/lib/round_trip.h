#ifndef TESTS_ROUND_TRIP_H
#define TESTS_ROUND_TRIP_H
/* One meaning, one spelling: whatever a codec decodes, it must encode to the very same bytes. Unit tests and fuzz
 * targets check every message with these functions. */

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

/* Decodes WIRE; false where it is refused. Otherwise appends the encoding of the result to *AGAIN, and aborts where a
 * nested message does not encode to the bytes it came from. */
typedef bool round_trip_fn(struct view wire, struct arena *arena, struct bytes *again, struct error *err);

round_trip_fn round_trip_record;
round_trip_fn round_trip_consent_header;
round_trip_fn round_trip_consent_given;
round_trip_fn round_trip_grant;
round_trip_fn round_trip_consent_receipt;
round_trip_fn round_trip_envelope_header;
round_trip_fn round_trip_envelope;
round_trip_fn round_trip_content;
round_trip_fn round_trip_receipt;
round_trip_fn round_trip_body;
round_trip_fn round_trip_frame; /* a stream: reads frames until no whole one is left; copies the remainder */

/* Aborts where WIRE is decoded and encodes to other bytes. True where it was decoded. */
bool round_trip_holds(round_trip_fn *round_trip, struct view wire, struct arena *arena, struct bytes *again);

#endif
