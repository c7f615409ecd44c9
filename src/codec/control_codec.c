#include "codec/control_codec.h"

void control_begin(uint32_t number, struct bytes *out)
{
    bytes_append_u32(out, number);
}

bool control_read_number(struct view payload, uint32_t *number, struct view *message, struct error *err)
{
    if (payload.size < CONTROL_NUMBER_SIZE || read_u32(payload.at) == 0)
        return error_set(err, E_CTL_01, "a frame on the control socket has no request number");
    *number = read_u32(payload.at);
    *message = view_of(payload.at + CONTROL_NUMBER_SIZE, payload.size - CONTROL_NUMBER_SIZE);
    return true;
}

bool control_empty_decode(struct view wire, struct error *err)
{
    return wire.size == 0 || error_set(err, E_CTL_01, "a request on the control socket says more than it may");
}
