#include "codec/pack.h"

#include <string.h>

void pack_message(const ProtobufCMessage *m, struct bytes *out)
{
    size_t size = protobuf_c_message_get_packed_size(m);

    if (size == 0)
        return;
    (void)protobuf_c_message_pack(m, bytes_reserve(out, size));
    out->size += size;
}

void pack_submessage(ProtobufCMessage *m, unsigned number, const ProtobufCMessage *own)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(m->descriptor, number);

    REQUIRE(field != NULL && field->type == PROTOBUF_C_TYPE_MESSAGE);
    memcpy((uint8_t *)m + field->offset, &own, sizeof own);
}

ProtobufCBinaryData pack_bytes(struct view v)
{
    return (ProtobufCBinaryData){.len = v.size, .data = (uint8_t *)v.at};
}

char *pack_text(struct arena *scratch, struct view v)
{
    if (v.size == 0)
        return NULL;
    REQUIRE(memchr(v.at, 0, v.size) == NULL);
    return (char *)arena_strdup(scratch, v);
}

size_t pack_set(section_set set, uint32_t at[static SECTION_END])
{
    size_t n = 0;

    REQUIRE((set & ~SECTION_ALL) == 0);
    for (uint32_t s = 1; s < SECTION_END; s++)
        if ((set & SECTION_BIT(s)) != 0)
            at[n++] = s;
    return n;
}
