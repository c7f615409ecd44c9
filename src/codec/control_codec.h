#ifndef CODEC_CONTROL_CODEC_H
#define CODEC_CONTROL_CODEC_H
/* Requests that programs of people make of a node, and its answers (proto/control.proto; docs/PROTOCOL.md 3).
 *
 * Floor: codec. The structs: control_messages.h. A decoded one is checked: sizes, ranges, full names, UTF-8. Decoding
 * fails with E_CTL_01. Encoding appends to *OUT and cannot fail: the caller keeps to the bounds (REQUIREd).
 *
 * The payload of a frame is the number of the request (u32) and then the message: control_begin, control_read_number.
 */

#include "base/arena.h"
#include "base/bounds.h"
#include "base/error.h"
#include "codec/control_messages.h"
#include "codec/verbs.h"

#define CONTROL_NUMBER_SIZE  4  /* bytes of the request's number before the message */
#define CONTROL_NOTES_MAX    16 /* notes in a status */
#define CONTROL_SENTENCE_MAX ERROR_TEXT_MAX

/* Begins a payload: the number of the request. */
void control_begin(uint32_t number, struct bytes *out);
/* Splits a payload. E_CTL_01 when it is too short or the number is 0. */
MUST_USE bool control_read_number(struct view payload, uint32_t *number, struct view *message, struct error *err);

/* Requests without fields. */
MUST_USE bool control_empty_decode(struct view wire, struct error *err);

const char *control_who_name(enum control_who who); /* "caseworker" …; "?" of another number */

/* Two functions for each message that travels by itself. */
#define CONTROL_PART(name)
#define CONTROL_MESSAGE(name)                                                                                          \
    void control_##name##_encode(const struct control_##name *in, struct bytes *out);                                  \
    MUST_USE bool control_##name##_decode(struct view wire, struct arena *arena, struct control_##name *out,           \
                                          struct error *err);
#include "codec/control_messages.def"
#undef CONTROL_MESSAGE
#undef CONTROL_PART

/* The tables behind these functions, for the test that compares them with proto/control.proto. */
struct table_message;
extern const struct table_message *const control_tables[];
extern const size_t control_table_count;

#endif
