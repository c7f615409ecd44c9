#include "codec/control_inside.h"

#define OF control_failure
static const struct table_field failure_fields[] = {
    FIELD(1, TABLE_TEXT, code, 1, 16),
    FIELD(2, TABLE_U32, fault, 1, FAULT_BUG),
    FIELD(3, TABLE_TEXT, text, 0, CONTROL_SENTENCE_MAX),
    LIST(4, TABLE_MESSAGES, held_back, held_back_count, SECTION_END, &control_held_back_table),
};
MESSAGE(failure, "Failure");
#undef OF

#define CONTROL_PART(name)
#define CONTROL_MESSAGE(name)                                                                                          \
    void control_##name##_encode(const struct control_##name *in, struct bytes *out)                                   \
    {                                                                                                                  \
        table_encode(&control_##name##_table, in, out);                                                                \
    }                                                                                                                  \
    bool control_##name##_decode(struct view wire, struct arena *arena, struct control_##name *out, struct error *err) \
    {                                                                                                                  \
        return table_decode(&control_##name##_table, wire, arena, out, err);                                           \
    }
#include "codec/control_messages.def"
#undef CONTROL_MESSAGE
#undef CONTROL_PART

const struct table_message *const control_tables[] = {
#define CONTROL_MESSAGE(name) &control_##name##_table,
#define CONTROL_PART(name)    CONTROL_MESSAGE(name)
#include "codec/control_messages.def"
#undef CONTROL_MESSAGE
#undef CONTROL_PART
};
const size_t control_table_count = sizeof control_tables / sizeof control_tables[0];

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
