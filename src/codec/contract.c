#include "codec/contract.h"

#include <string.h>

#include "model/ident.h"

static const struct {
    enum error_code code;
    const char *title;
} boundaries[] = {
#define BOUNDARY(name, code, title) {code, title},
#include "codec/boundaries.def"
#undef BOUNDARY
};

static const void *const_at(const void *base, size_t offset)
{
    return (const uint8_t *)base + offset;
}

static void *at(void *base, size_t offset)
{
    return (uint8_t *)base + offset;
}

/* --- encoding: from a struct to what protobuf-c packs --- */

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

static bool is_zeros(const void *p, size_t size)
{
    const uint8_t *b = p;
    uint8_t any = 0;

    for (size_t i = 0; i < size; i++)
        any |= b[i];
    return any == 0;
}

/* The bytes of a member that is one string on the wire; empty: it is left out. */
static struct view view_in(const struct contract_field *f, const void *p, bool present)
{
    struct view v;

    switch (f->type) {
    case CONTRACT_FIXED:
        return view_of(p, present || !is_zeros(p, f->width) ? f->width : 0);
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

static size_t put_size(const ProtobufCFieldDescriptor *d)
{
    switch (d->type) {
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_UINT32:
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
        put_view(d->type, view_in(f, p, true), by, to);
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
    made = arena_new(&by->scratch, count * put_size(d) + 1);
    for (size_t i = 0; i < count; i++)
        put_element(f, d, const_at(list, i * f->width), by, at(made, i * put_size(d)));
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
        put_view(d->type, view_in(f, p, present), by, at(out, d->offset));
}

static ProtobufCMessage *pack(const struct contract_message *m, const void *in, struct packing *by)
{
    ProtobufCMessage *out = arena_new(&by->scratch, m->descriptor->sizeof_message);
    uint64_t kind = m->kinds_from == 0 ? 0 : contract_number(&m->fields[m->kind], const_at(in, m->fields[m->kind].at));
    struct error err;

    REQUIRE(m->rule == NULL || !by->checked || m->rule(in, &err));
    m->descriptor->message_init(out);
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (m->kinds_from == 0 || m->fields[i].number <= m->kinds_from || m->fields[i].number == m->kinds_from + kind)
            pack_field(&m->fields[i], &m->descriptor->fields[i], in, by, out);
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

bool contract_try_encode(const struct contract_message *m, const void *in, struct bytes *out, struct error *err)
{
    struct packing by = {.scratch = scratch};
    struct arena again = scratch;
    size_t size = append(m, in, &by, out);
    bool ok =
        by.cut ? error_set(err, E_BYT_01, "%s: a text holds a NUL", m->descriptor->short_name)
               : contract_decode(m, view_of(out->at + out->size - size, size), &again, arena_new(&again, m->size), err);

    if (!ok)
        out->size -= size;
    arena_fini(&again);
    return ok;
}

/* --- decoding: from what protobuf-c unpacked to a struct --- */

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
    return text == NULL ? view_of(NULL, 0) : view_of_text(text);
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

static bool fill_element(struct filling *to, const struct contract_field *f, const ProtobufCFieldDescriptor *d,
                         const void *from, void *p)
{
    const ProtobufCMessage *own;

    if (f->type == CONTRACT_MESSAGE) {
        memcpy(&own, from, sizeof own);
        return fill(to, f->sub, own, p);
    }
    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_BOOL)
        set_number(f, take_number(d->type, from), p);
    else
        set_view(f, take_view(d->type, from), p);
    return true;
}

/* Whether BEFORE and AFTER, structs of M, ascend by its first field. */
static bool ascend(const struct contract_message *m, const void *before, const void *after)
{
    const struct contract_field *f = &m->fields[0];

    before = const_at(before, f->at);
    after = const_at(after, f->at);
    if (f->type == CONTRACT_NUMBER)
        return contract_number(f, before) < contract_number(f, after);
    return view_compare(view_in(f, before, true), view_in(f, after, true)) < 0;
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
        void *p = at(list, i * f->width);

        if (!fill_element(to, f, d, const_at(from, i * put_size(d)), p))
            return false;
        if (f->ascending && f->type == CONTRACT_MESSAGE && i > 0 && !ascend(f->sub, at(list, (i - 1) * f->width), p))
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
    if (!fill_element(to, f, d, from, p))
        return false;
    held = f->sub == NULL ? view_of(NULL, 0) : take_view(d->type, from);
    return held.size == 0 || unpack(to, f->sub, held, at(out, f->beside));
}

/* OUT is all zeros before. */
static bool fill(struct filling *to, const struct contract_message *m, const ProtobufCMessage *in, void *out)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (!fill_field(to, &m->fields[i], &m->descriptor->fields[i], in, out))
            return false;
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
