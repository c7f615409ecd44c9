/* From what protobuf-c unpacked to a struct. */
#include "codec/contract.h"

#include <string.h>

#include "codec/contract_inside.h"
#include "model/ident.h"

static const struct {
    enum error_code code;
    const char *title;
} boundaries[] = {
#define BOUNDARY(name, code, title) {code, title},
#include "codec/boundaries.def"
#undef BOUNDARY
};

struct filling {
    struct arena *arena;
    struct error *err;
};

static bool fill(struct filling *to, const struct contract_message *m, const ProtobufCMessage *in, void *out);
static bool unpack(struct filling *to, const struct contract_message *m, struct view wire, void *out);

/* Zeroed; NULL, and the error is set, when the arena may give no more. */
static void *fill_room(struct filling *to, size_t size)
{
    void *room = arena_alloc(to->arena, size);

    if (room == NULL)
        error_set(to->err, E_BYT_02, "needs more memory than a message may take");
    else
        memset(room, 0, size);
    return room;
}

static void set_number(const struct contract_field *f, uint64_t n, void *p)
{
    uint32_t word = (uint32_t)n;
    uint16_t half = (uint16_t)n;
    bool flag = n != 0;

    if (f->type == CONTRACT_BOOL)
        memcpy(p, &flag, sizeof flag);
    else if (f->width == sizeof n)
        memcpy(p, &n, sizeof n);
    else if (f->width == sizeof word)
        memcpy(p, &word, sizeof word);
    else
        memcpy(p, &half, sizeof half);
}

static uint64_t take_number(ProtobufCType type, const void *from)
{
    protobuf_c_boolean flag;
    uint64_t wide;
    uint32_t word;

    if (type == PROTOBUF_C_TYPE_BOOL) {
        memcpy(&flag, from, sizeof flag);
        return flag != 0;
    }
    if (type == PROTOBUF_C_TYPE_UINT64 || type == PROTOBUF_C_TYPE_INT64) {
        memcpy(&wide, from, sizeof wide);
        return wide;
    }
    memcpy(&word, from, sizeof word);
    return word;
}

static struct view take_view(ProtobufCType type, const void *from)
{
    ProtobufCBinaryData bytes;
    const char *text;

    if (type == PROTOBUF_C_TYPE_BYTES) {
        memcpy(&bytes, from, sizeof bytes);
        return view_of(bytes.data, bytes.len);
    }
    memcpy(&text, from, sizeof text);
    return view_of_text(text); /* of what is absent, empty */
}

/* The walk has passed what is read here. */
static void set_view(const struct contract_field *f, struct view v, void *p)
{
    if (v.size == 0)
        return;
    switch (f->type) {
    case CONTRACT_FIXED:
        memcpy(p, v.at, f->width);
        return;
    case CONTRACT_ADDRESS:
        REQUIRE(address_read(v, p));
        return;
    case CONTRACT_LABEL:
        REQUIRE(label_read(v, p));
        return;
    default:
        memcpy(p, &v, sizeof v);
    }
}

static void fill_value(const struct contract_field *f, const ProtobufCFieldDescriptor *d, const void *from, void *p)
{
    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_BOOL)
        set_number(f, take_number(d->type, from), p);
    else
        set_view(f, take_view(d->type, from), p);
}

static bool fill_element(struct filling *to, const struct contract_field *f, const ProtobufCFieldDescriptor *d,
                         const void *from, void *p)
{
    const ProtobufCMessage *own;

    if (f->type != CONTRACT_MESSAGE) {
        fill_value(f, d, from, p);
        return true;
    }
    memcpy(&own, from, sizeof own);
    return fill(to, f->sub, own, p);
}

bool contract_ascends(const struct contract_field *list, const void *elements, size_t i)
{
    const struct contract_field *f;
    const void *before;
    const void *after;

    if (i == 0 || !list->ascending || list->type != CONTRACT_MESSAGE)
        return true;
    f = &list->sub->fields[0];
    before = const_at(elements, (i - 1) * list->width + f->at);
    after = const_at(elements, i * list->width + f->at);
    if (f->type == CONTRACT_NUMBER)
        return contract_number(f, before) < contract_number(f, after);
    return view_compare(contract_view(f, before, true), contract_view(f, after, true)) < 0;
}

static bool fill_list(struct filling *to, const struct contract_field *f, const ProtobufCFieldDescriptor *d,
                      const ProtobufCMessage *in, void *out)
{
    void *list = at(out, f->at);
    const void *from;
    size_t count;

    memcpy(&count, const_at(in, d->quantifier_offset), sizeof count);
    memcpy(&from, const_at(in, d->offset), sizeof from);
    memcpy(at(out, f->beside), &count, sizeof count);
    if (!f->in_place) {
        list = fill_room(to, count * f->width + 1);
        if (list == NULL)
            return false;
        memcpy(at(out, f->at), &list, sizeof list);
    }
    for (size_t i = 0; i < count; i++) {
        if (!fill_element(to, f, d, const_at(from, i * contract_unpacked_size(d)), at(list, i * f->width)))
            return false;
        if (!contract_ascends(f, list, i))
            return error_set(to->err, E_BYT_03, "%s is not strictly ascending", f->name);
    }
    return true;
}

static void fill_items(const struct contract_field *f, const ProtobufCBinaryData *from, void *out)
{
    size_t count = from->len / f->width;

    memcpy(at(out, f->at), &from->data, sizeof from->data);
    memcpy(at(out, f->beside), &count, sizeof count);
}

static void fill_set(const ProtobufCFieldDescriptor *d, const ProtobufCMessage *in, void *p)
{
    const uint32_t *numbers;
    uint32_t set = 0;
    size_t count;

    memcpy(&count, const_at(in, d->quantifier_offset), sizeof count);
    memcpy(&numbers, const_at(in, d->offset), sizeof numbers);
    for (size_t i = 0; i < count; i++)
        set |= UINT32_C(1) << numbers[i];
    memcpy(p, &set, sizeof set);
}

static bool fill_field(struct filling *to, const struct contract_field *f, const ProtobufCFieldDescriptor *d,
                       const ProtobufCMessage *in, void *out)
{
    const void *from = const_at(in, d->offset);
    void *p = at(out, f->at);
    const ProtobufCMessage *own;
    struct view held;
    bool present;

    if (f->always)
        return true;
    if (f->type == CONTRACT_SET) {
        fill_set(d, in, p);
        return true;
    }
    if (f->type == CONTRACT_ITEMS) {
        fill_items(f, from, out);
        return true;
    }
    if (f->items > 0)
        return fill_list(to, f, d, in, out);
    if (f->type == CONTRACT_MESSAGE) {
        memcpy(&own, from, sizeof own);
        return own == NULL || fill(to, f->sub, own, f->flat ? out : p);
    }
    if (f->has) {
        present = take_view(d->type, from).size != 0;
        memcpy(at(out, f->beside), &present, sizeof present);
    }
    fill_value(f, d, from, p);
    held = f->sub == NULL ? view_of(NULL, 0) : take_view(d->type, from);
    return held.size == 0 || unpack(to, f->sub, held, at(out, f->beside));
}

/* OUT is all zeros before. */
static bool fill(struct filling *to, const struct contract_message *m, const ProtobufCMessage *in, void *out)
{
    const struct contract_field *kind = &m->fields[m->kind];
    const struct contract_field *own;
    unsigned i = 0;

    for (; i < m->count && (m->kinds_from == 0 || m->fields[i].number <= m->kinds_from); i++)
        if (!fill_field(to, &m->fields[i], &m->descriptor->fields[i], in, out))
            return false;
    if (m->kinds_from != 0) { /* the walk has seen that no other kind's is there */
        own = contract_field_from(m, i, m->kinds_from + contract_number(kind, at(out, kind->at)));
        if (own != NULL && !fill_field(to, own, &m->descriptor->fields[own - m->fields], in, out))
            return false;
    }
    return m->rule == NULL || m->rule(out, to->err);
}

static void *alloc_in_arena(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* The arena ends what it gave all at once. */
static void free_nothing(void *arena, void *given)
{
    (void)arena;
    (void)given;
}

/* WIRE has passed the walk; OUT is all zeros before. */
static bool unpack(struct filling *to, const struct contract_message *m, struct view wire, void *out)
{
    ProtobufCAllocator allocator = {.alloc = alloc_in_arena, .free = free_nothing, .allocator_data = to->arena};
    const ProtobufCMessage *in = protobuf_c_message_unpack(m->descriptor, &allocator, wire.size, wire.at);

    if (in == NULL)
        return error_set(to->err, E_BYT_02, "%s needs more memory than a message may take", m->descriptor->short_name);
    return fill(to, m, in, out);
}

static bool decode(const struct contract_message *m, struct view wire, struct arena *arena, void *out,
                   struct error *err)
{
    struct filling to = {arena, err};
    void *whole;

    if (!contract_walk(m, wire, err))
        return false;
    whole = fill_room(&to, m->size);
    if (whole == NULL)
        return false;
    if (!unpack(&to, m, wire, whole))
        return false;
    memcpy(out, whole, m->size);
    return true;
}

bool contract_decode(const struct contract_message *m, struct view wire, struct arena *arena, void *out,
                     struct error *err)
{
    REQUIRE(!m->secret || arena->wiping);
    if (decode(m, wire, arena, out, err))
        return true;
    if (boundaries[m->boundary].code == E_NONE)
        return false;
    err->code = boundaries[m->boundary].code;
    return error_wrap(err, "%s", boundaries[m->boundary].title);
}
