#ifndef TESTS_SAMPLES_H
#define TESTS_SAMPLES_H
/* Random valid messages: each optional field is present about every second time. They are allocated in ARENA. */

#include "base/arena.h"
#include "codec/referral_messages.h"
#include "fake_clock.h"
#include "model/consent.h"
#include "model/envelope.h"
#include "model/record.h"

struct contract_field;

struct view sample_bytes(struct fake_random *d, struct arena *a, size_t size);
struct view sample_text(struct fake_random *d, struct arena *a, size_t size); /* printable ASCII */
struct view sample_agency(struct fake_random *d, struct arena *a);
struct view sample_path(struct fake_random *d, struct arena *a, size_t max); /* up to MAX hashes */

/* The field of struct record that has the message of KIND; NULL: there is no such kind. */
const struct contract_field *sample_own_field(enum record_kind kind);
void sample_record(struct fake_random *d, struct arena *a, enum record_kind kind, struct record *out);
void sample_consent_header(struct fake_random *d, struct arena *a, struct consent_header *out);
void sample_consent_given(struct fake_random *d, struct arena *a, struct consent_given *out);
void sample_grant(struct fake_random *d, struct arena *a, struct grant *out);
void sample_consent_receipt(struct fake_random *d, struct arena *a, struct consent_receipt *out);
void sample_envelope_header(struct fake_random *d, struct envelope_header *out);
void sample_envelope(struct fake_random *d, struct arena *a, struct envelope *out);
void sample_content(struct fake_random *d, struct arena *a, bool receipt, struct content *out);
void sample_receipt(struct fake_random *d, struct arena *a, struct receipt *out);
void sample_body(struct fake_random *d, struct arena *a, enum message_kind kind, struct body *out);

#endif
