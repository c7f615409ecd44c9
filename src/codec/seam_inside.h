#ifndef CODEC_SEAM_INSIDE_H
#define CODEC_SEAM_INSIDE_H
/* Helpers that the files of the seam's codec share.
 *
 * Floor: codec, private.
 */

#include "codec/seam_codec.h"

#include <protobuf-c/protobuf-c.h>

/* Checks and unpacks into ARENA. E_LNK_13. */
MUST_USE bool seam_unpack(const ProtobufCMessageDescriptor *d, struct view wire, struct arena *arena,
                          const ProtobufCMessage **out, struct error *err);

/* Sets the code of *ERR, which a check has set, to E_LNK_13 and puts the message's name before it. Always false. */
bool seam_bad(const char *message, struct error *err);

#endif
