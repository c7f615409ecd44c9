#ifndef CODEC_CONTRACT_INSIDE_H
#define CODEC_CONTRACT_INSIDE_H
/* What the files that read the tables ask of a message and its members.
 *
 * Floor: codec, for contract_*.c and told.c alone.
 */

#include "codec/contract.h"

#include <protobuf-c/protobuf-c.h>

static inline const void *const_at(const void *base, size_t offset)
{
    return (const uint8_t *)base + offset;
}

static inline void *at(void *base, size_t offset)
{
    return (uint8_t *)base + offset;
}

static inline bool is_zeros(struct view v)
{
    uint8_t any = 0;

    for (size_t i = 0; i < v.size; i++)
        any |= v.at[i];
    return any == 0;
}

/* The bytes of the member at P, of F, that is one string on the wire; empty: it is left out. */
struct view contract_view(const struct contract_field *f, const void *p, bool present);

/* The first of M's fields, from the one of index FROM on, whose number is at least NUMBER; NULL: there is none. */
const struct contract_field *contract_field_from(const struct contract_message *m, unsigned from, uint64_t number);

/* Whether the element I of LIST comes behind the one before it, where messages ascend: by their first field. */
bool contract_ascends(const struct contract_field *list, const void *elements, size_t i);

/* How large protobuf-c's own member of D is. */
size_t contract_unpacked_size(const ProtobufCFieldDescriptor *d);

#endif
