#ifndef CODEC_ENVELOPE_CODEC_H
#define CODEC_ENVELOPE_CODEC_H
/* The envelope with its header, and the padding of what is sealed in it (docs/PROTOCOL.md 6 and 7).
 *
 * Floor: codec. Does not seal or open: that is crypto/seal.h. What is encoded must be valid (REQUIREd); what is decoded
 * borrows from the arena, unless said otherwise. Decoding: E_BYT_01 to E_BYT_03. Header, content and receipt alone are
 * codec/envelope_messages.h, made from proto/envelope.proto. A content without a body is a receipt that goes by relay
 * or by hand: nothing but record, path and checkpoint. That a consent is there if and only if the record names one is
 * for whoever reads the record.
 */

#include "codec/envelope_messages.h"

/* Encoding takes ->header_bytes as they were made and bound, and does not look at ->header; decoding fills both. */
void envelope_encode(const struct envelope *in, struct bytes *out);
MUST_USE bool envelope_decode(struct view wire, struct arena *arena, struct envelope *out, struct error *err);

/* Appends what is sealed: u32 length ‖ Content ‖ zeros up to BUCKET bytes, or up to the smallest bucket that fits
 * where BUCKET is 0. E_BYT_05 where it does not fit; *PLAINTEXT is then as before. */
MUST_USE bool content_pad(const struct content *in, size_t bucket, struct bytes *plaintext, struct error *err);

/* The Content within; borrows from PLAINTEXT. */
MUST_USE bool content_unpad(struct view plaintext, struct view *content, struct error *err);

#endif
