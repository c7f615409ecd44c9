#ifndef CODEC_ENVELOPE_CODEC_H
#define CODEC_ENVELOPE_CODEC_H
/* The envelope, its header, the content inside, its padding, and the receipt (docs/PROTOCOL.md 6, 7, 8;
 * proto/envelope.proto).
 *
 * Floor: codec. Does not seal or open: that is crypto/seal.h. What is encoded must be valid (REQUIREd); what is decoded
 * borrows from the arena, unless said otherwise. Decoding: E_BYT_01 to E_BYT_03.
 */

#include "base/arena.h"
#include "base/error.h"
#include "model/envelope.h"

void envelope_header_encode(const struct envelope_header *in, struct bytes *out);
MUST_USE bool envelope_header_decode(struct view wire, struct arena *arena, struct envelope_header *out,
                                     struct error *err);

/* Encoding takes ->header_bytes as they were made and bound, and does not look at ->header; decoding fills both. */
void envelope_encode(const struct envelope *in, struct bytes *out);
MUST_USE bool envelope_decode(struct view wire, struct arena *arena, struct envelope *out, struct error *err);

/* A content without a body is a receipt that goes by relay or by hand: nothing but record, path and checkpoint. That a
 * consent is there if and only if the record names one is for whoever reads the record. */
void content_encode(const struct content *in, struct bytes *out);
MUST_USE bool content_decode(struct view wire, struct arena *arena, struct content *out, struct error *err);

/* Appends what is sealed: u32 length ‖ Content ‖ zeros up to BUCKET bytes, or up to the smallest bucket that fits
 * where BUCKET is 0. E_BYT_05 where it does not fit; *PLAINTEXT is then as before. */
MUST_USE bool content_pad(const struct content *in, size_t bucket, struct bytes *plaintext, struct error *err);

/* The Content within; borrows from PLAINTEXT. */
MUST_USE bool content_unpad(struct view plaintext, struct view *content, struct error *err);

void receipt_encode(const struct receipt *in, struct bytes *out);
MUST_USE bool receipt_decode(struct view wire, struct arena *arena, struct receipt *out, struct error *err);

#endif
