/* From a struct to what protobuf-c packs. */
#include "codec/contract.h"

#include <string.h>

#include "codec/contract_inside.h"
#include "model/ident.h"

struct packing {
    struct arena scratch;
    bool checked; /* what may not be encoded is REQUIREd not to come */
    bool cut;     /* a text held a NUL, at which it ended */
};

static ProtobufCMessage *pack(const struct contract_message *m, const void *in, struct packing *by);

uint64_t contract_number(const struct contract_field *f, const void *p)
{
    uint64_t wide;
    uint32_t word;
    uint16_t half;
    bool flag;

    if (f->type == CONTRACT_BOOL) {
        memcpy(&flag, p, sizeof flag);
        return flag ? 1 : 0;
    }
    switch (f->width) {
    case sizeof half:
        memcpy(&half, p, sizeof half);
        return half;
    case sizeof word:
        memcpy(&word, p, sizeof word);
        return word;
    default:
        REQUIRE(f->width == sizeof wide);
        memcpy(&wide, p, sizeof wide);
        return wide;
    }
}

/* A member of protobuf-c's, of the size that TYPE has there. */
static void put_number(ProtobufCType type, uint64_t n, void *to)
{
    protobuf_c_boolean flag = n != 0;
    uint32_t word = (uint32_t)n;

    if (type == PROTOBUF_C_TYPE_BOOL)
        memcpy(to, &flag, sizeof flag);
    else if (type == PROTOBUF_C_TYPE_UINT64 || type == PROTOBUF_C_TYPE_INT64)
        memcpy(to, &n, sizeof n);
    else
        memcpy(to, &word, sizeof word);
}

struct view contract_view(const struct contract_field *f, const void *p, bool present)
{
    struct view v;

    switch (f->type) {
    case CONTRACT_FIXED:
        return view_of(p, present || !is_zeros(view_of(p, f->width)) ? f->width : 0);
    case CONTRACT_ADDRESS:
        return address_view(p);
    case CONTRACT_LABEL:
        return view_of_text(p);
    default:
        memcpy(&v, p, sizeof v);
        return v;
    }
}

/* V as protobuf-c has a field of TYPE: text with a NUL behind it, or bytes, which borrow. */
static void put_view(ProtobufCType type, struct view v, struct packing *by, void *to)
{
    ProtobufCBinaryData bytes = {.len = v.size, .data = (uint8_t *)v.at};
    const char *text;

    if (type == PROTOBUF_C_TYPE_BYTES) {
        memcpy(to, &bytes, sizeof bytes);
        return;
    }
    if (v.size != 0 && memchr(v.at, 0, v.size) != NULL)
        by->cut = true;
    REQUIRE(!by->cut || !by->checked);
    text = v.size == 0 ? NULL : arena_strdup(&by->scratch, v);
    memcpy(to, &text, sizeof text);
}

size_t contract_unpacked_size(const ProtobufCFieldDescriptor *d)
{
    switch (d->type) {
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        return sizeof(uint32_t);
    case PROTOBUF_C_TYPE_UINT64:
        return sizeof(uint64_t);
    default:
        return sizeof(void *);
    }
}

static void put_element(const struct contract_field *f, const ProtobufCFieldDescriptor *d, const void *p,
                        struct packing *by, void *to)
{
    const ProtobufCMessage *own;

    if (f->type == CONTRACT_MESSAGE) {
        own = pack(f->sub, p, by);
        memcpy(to, &own, sizeof own);
    } else if (f->type == CONTRACT_NUMBER) {
        put_number(d->type, contract_number(f, p), to);
    } else {
        put_view(d->type, contract_view(f, p, true), by, to);
    }
}

static void pack_list(const struct contract_field *f, const ProtobufCFieldDescriptor *d, const void *in,
                      struct packing *by, ProtobufCMessage *out)
{
    const void *list = const_at(in, f->at);
    size_t count;
    void *made;

    memcpy(&count, const_at(in, f->beside), sizeof count);
    REQUIRE(count <= f->items || !by->checked);
    if (!f->in_place)
        memcpy(&list, list, sizeof list);
    made = arena_new(&by->scratch, count * contract_unpacked_size(d) + 1);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(!by->checked || contract_ascends(f, list, i));
        put_element(f, d, const_at(list, i * f->width), by, at(made, i * contract_unpacked_size(d)));
    }
    memcpy(at(out, d->quantifier_offset), &count, sizeof count);
    memcpy(at(out, d->offset), &made, sizeof made);
}

static void pack_items(const struct contract_field *f, const void *in, ProtobufCBinaryData *to)
{
    memcpy(&to->data, const_at(in, f->at), sizeof to->data);
    memcpy(&to->len, const_at(in, f->beside), sizeof to->len);
    to->len *= f->width;
}

static void pack_set(const struct contract_field *f, const ProtobufCFieldDescriptor *d, uint32_t set,
                     struct packing *by, ProtobufCMessage *out)
{
    uint32_t *numbers = arena_new(&by->scratch, 32 * sizeof *numbers);
    size_t count = 0;

    REQUIRE((set & 1) == 0 && f->max < 32);
    for (uint32_t n = 1; n < 32; n++)
        if ((set & UINT32_C(1) << n) != 0)
            numbers[count++] = n;
    memcpy(at(out, d->quantifier_offset), &count, sizeof count);
    memcpy(at(out, d->offset), &numbers, sizeof numbers);
}

/* A message whose fields are all absent is absent. */
static void pack_submessage(const struct contract_field *f, const ProtobufCFieldDescriptor *d, const void *in,
                            struct packing *by, ProtobufCMessage *out)
{
    ProtobufCMessage *own = pack(f->sub, f->flat ? in : const_at(in, f->at), by);

    if (protobuf_c_message_get_packed_size(own) != 0)
        memcpy(at(out, d->offset), &own, sizeof own);
}

static void pack_field(const struct contract_field *f, const ProtobufCFieldDescriptor *d, const void *in,
                       struct packing *by, ProtobufCMessage *out)
{
    const void *p = const_at(in, f->at);
    bool present = f->must;

    if (f->has)
        memcpy(&present, const_at(in, f->beside), sizeof present);
    if (f->has && !present)
        return;
    if (f->always)
        put_number(d->type, f->min, at(out, d->offset));
    else if (f->type == CONTRACT_SET)
        pack_set(f, d, (uint32_t)contract_number(f, p), by, out);
    else if (f->type == CONTRACT_ITEMS)
        pack_items(f, in, at(out, d->offset));
    else if (f->items > 0)
        pack_list(f, d, in, by, out);
    else if (f->type == CONTRACT_MESSAGE)
        pack_submessage(f, d, in, by, out);
    else if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_BOOL)
        put_number(d->type, contract_number(f, p), at(out, d->offset));
    else
        put_view(d->type, contract_view(f, p, present), by, at(out, d->offset));
}

const struct contract_field *contract_field_from(const struct contract_message *m, unsigned from, uint64_t number)
{
    unsigned end = m->count;
    uint64_t behind = from < end ? number - m->fields[from].number : 0;

    if (behind < end - from && m->fields[from + behind].number == number)
        return &m->fields[from + behind]; /* most numbers follow one on the other */
    while (from < end) {
        unsigned middle = from + (end - from) / 2;

        if (m->fields[middle].number < number)
            from = middle + 1;
        else
            end = middle;
    }
    return from < m->count ? &m->fields[from] : NULL;
}

static ProtobufCMessage *pack(const struct contract_message *m, const void *in, struct packing *by)
{
    ProtobufCMessage *out = arena_new(&by->scratch, m->descriptor->sizeof_message);
    uint64_t kind = m->kinds_from == 0 ? 0 : contract_number(&m->fields[m->kind], const_at(in, m->fields[m->kind].at));
    const struct contract_field *own;
    unsigned i = 0;
    struct error err;

    REQUIRE(m->rule == NULL || !by->checked || m->rule(in, &err));
    m->descriptor->message_init(out);
    for (; i < m->count && (m->kinds_from == 0 || m->fields[i].number <= m->kinds_from); i++)
        pack_field(&m->fields[i], &m->descriptor->fields[i], in, by, out);
    own = contract_field_from(m, i, m->kinds_from + kind);
    if (own != NULL && own->number == m->kinds_from + kind)
        pack_field(own, &m->descriptor->fields[own - m->fields], in, by, out);
    return out;
}

static const struct arena scratch = {.wiping = true}; /* it has texts that name people */

/* Returns how many bytes were appended. */
static size_t append(const struct contract_message *m, const void *in, struct packing *by, struct bytes *out)
{
    const ProtobufCMessage *packed = pack(m, in, by);
    size_t size = protobuf_c_message_get_packed_size(packed);

    (void)protobuf_c_message_pack(packed, bytes_reserve(out, size + 1));
    out->size += size;
    arena_fini(&by->scratch);
    return size;
}

void contract_encode(const struct contract_message *m, const void *in, struct bytes *out)
{
    struct packing by = {.scratch = scratch, .checked = true};
    size_t size = append(m, in, &by, out);
    struct error err;

    if (!contract_walk(m, view_of(out->at + out->size - size, size), &err))
        error_require_failed(err.text, __FILE__, __LINE__);
}

void contract_encode_unchecked(const struct contract_message *m, const void *in, struct bytes *out)
{
    struct packing by = {.scratch = scratch};

    (void)append(m, in, &by, out);
}

bool contract_rules_hold(const struct contract_message *m, const void *in, struct error *err)
{
    const uint64_t number = m->kinds_from + contract_number(&m->fields[m->kind], const_at(in, m->fields[m->kind].at));
    const struct contract_field *own = m->kinds_from == 0 ? NULL : contract_field_from(m, 0, number);

    if (own != NULL && own->number == number && own->sub->rule != NULL && !own->sub->rule(const_at(in, own->at), err))
        return false;
    return m->rule == NULL || m->rule(in, err);
}

bool contract_try_encode(const struct contract_message *m, const void *in, struct bytes *out, struct error *err)
{
    struct packing by = {.scratch = scratch};
    struct arena again = scratch;
    size_t size = append(m, in, &by, out);
    bool ok =
        by.cut ? error_set(err, E_BYT_01, "%s: a text holds a NUL", m->descriptor->short_name)
               : contract_decode(m, view_of(out->at + out->size - size, size), &again, arena_new(&again, m->size), err);

    if (!ok)
        bytes_truncate(out, out->size - size);
    arena_fini(&again);
    return ok;
}
