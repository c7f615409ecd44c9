#ifndef CODEC_CONTROL_CODEC_H
#define CODEC_CONTROL_CODEC_H
/* Requests that programs of people make of a node, and its answers (proto/control.proto; docs/PROTOCOL.md 3).
 *
 * Floor: codec. The messages themselves are codec/control_messages.h, made from the contract.
 *
 * The payload of a frame is the number of the request (u32) and then the message: control_begin, control_read_number.
 */

#include "codec/control_messages.h"
#include "codec/verbs.h"

#define CONTROL_NUMBER_SIZE 4 /* bytes of the request's number before the message */

/* Begins a payload: the number of the request. */
void control_begin(uint32_t number, struct bytes *out);
/* Splits a payload. E_CTL_01 when it is too short or the number is 0. */
MUST_USE bool control_read_number(struct view payload, uint32_t *number, struct view *message, struct error *err);

/* Requests without fields. */
MUST_USE bool control_empty_decode(struct view wire, struct error *err);

#endif
