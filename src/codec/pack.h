#ifndef CODEC_PACK_H
#define CODEC_PACK_H
/* From views to what protobuf-c packs, and from there to bytes.
 *
 * Floor: codec, for the codecs only. What is packed borrows: nothing is copied but text, which protobuf-c wants with a
 * NUL behind it. What is empty is left out, as docs/PROTOCOL.md 3 asks; a message without fields must be left out by
 * its encoder (leave its pointer NULL).
 */

#include "base/arena.h"
#include "model/ident.h"
#include "model/section.h"

#include <protobuf-c/protobuf-c.h>

/* Appends M's bytes to *OUT. */
void pack_message(const ProtobufCMessage *m, struct bytes *out);

/* Hangs OWN into M at its field NUMBER, a message. */
void pack_submessage(ProtobufCMessage *m, unsigned number, const ProtobufCMessage *own);

/* Borrows. */
ProtobufCBinaryData pack_bytes(struct view v);

/* V, which holds no NUL (REQUIREd), with one behind it, in SCRATCH. */
char *pack_text(struct arena *scratch, struct view v);

/* The members of SET, ascending, into AT, which is to live until the packing; returns how many. */
size_t pack_set(section_set set, uint32_t at[static SECTION_END]);

#endif
