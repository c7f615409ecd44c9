#ifndef CODEC_CONSENT_CODEC_H
#define CODEC_CONSENT_CODEC_H
/* A consent's header, how it was given, a grant, and the receipt that travels with data (docs/PROTOCOL.md 5 and 12).
 *
 * Floor: codec. All but the receipt are committed to as bytes: encoded once by the agency that took the consent,
 * carried and hashed as those bytes by all others. Commitments, the proof in the record, and what is covered are
 * checked elsewhere. What is encoded must be valid (REQUIREd); what is decoded borrows from the arena. Decoding:
 * E_BYT_01 to E_BYT_03.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/consent.h"

void consent_header_encode(const struct consent_header *in, struct bytes *out);
MUST_USE bool consent_header_decode(struct view wire, struct arena *arena, struct consent_header *out,
                                    struct error *err);

void consent_given_encode(const struct consent_given *in, struct bytes *out);
MUST_USE bool consent_given_decode(struct view wire, struct arena *arena, struct consent_given *out, struct error *err);

void grant_encode(const struct grant *in, struct bytes *out);
MUST_USE bool grant_decode(struct view wire, struct arena *arena, struct grant *out, struct error *err);

/* Encoding takes header_bytes, given_bytes and each shown grant's bytes as they were made, and does not look at what
 * decoding fills from them. One whose G is empty is closed: rest stands in place of G, and neither salt_w nor
 * given_bytes is written. */
void consent_receipt_encode(const struct consent_receipt *in, struct bytes *out);
MUST_USE bool consent_receipt_decode(struct view wire, struct arena *arena, struct consent_receipt *out,
                                     struct error *err);

#endif
