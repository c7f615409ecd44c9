#ifndef CODEC_STRICT_H
#define CODEC_STRICT_H
/* One meaning, one spelling: refuses every protobuf message that its maker would not have written in just these bytes.
 *
 * Floor: codec, for the codecs and their tests only. The rules are those of docs/PROTOCOL.md 3: fields in ascending
 * order, singular ones once, known ones only, wire types 0 and 2 only, minimal varints no wider than their field,
 * repeated numbers packed, no default value written (zero, empty bytes, text, list, message; an element of a list may
 * be the number zero, never empty), UTF-8 without NUL.
 *
 * The check reads the bytes before protobuf-c does. protobuf-c itself takes the last of two fields, cuts numbers that
 * are too wide, accepts any bytes as text, and has no limit of depth. In a contract text is therefore plainly `string`:
 * what reaches protobuf-c holds no NUL, so that its C strings are never cut, and the check can tell text from bytes,
 * which `string_as_bytes` would hide.
 *
 * No contract uses a map, a number of fixed width, a group, or a `oneof` of more than one field (a unit test walks them
 * all); a `oneof` of one field marks presence, so its field may hold zero.
 */

#include "base/arena.h"
#include "base/bounds.h"
#include "base/error.h"

#include <protobuf-c/protobuf-c.h>

struct strict_limits {
    size_t max_bytes;     /* of the whole message */
    size_t max_items;     /* of any one list in it */
    bool ignores_unknown; /* hello and seam messages: fields of a later version are skipped */
};

/* Whether WIRE is the one spelling of a message of D. E_BYT_01, E_BYT_02 (over a limit). */
MUST_USE bool strict_check(const ProtobufCMessageDescriptor *d, struct view wire, const struct strict_limits *limits,
                           struct error *err);

/* Checks, then unpacks into ARENA, where *OUT lives until the reset; nothing is to be freed. Cast it to the message's
 * type. E_BYT_01, E_BYT_02 (over a limit, or more than the arena may give). */
MUST_USE bool strict_unpack(const ProtobufCMessageDescriptor *d, struct view wire, const struct strict_limits *limits,
                            struct arena *arena, const ProtobufCMessage **out, struct error *err);

#endif
