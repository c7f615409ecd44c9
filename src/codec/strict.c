#include "codec/strict.h"

#include "base/text.h"
#include "codec/varint.h"

#define FIELD_NUMBER_END (UINT32_C(1) << 29) /* protobuf's own bound */

/* One message of those that are open, the outermost first. Fields ascend, so a message is read by one walk along its
 * descriptor: `next` never goes back. */
struct level {
    const ProtobufCMessageDescriptor *d;
    const uint8_t *end;
    unsigned next; /* index of the first field of D that may still come */
    uint32_t last; /* number of the field that came last, 0 before the first */
    size_t items;  /* of the list that came last */
};

struct strict_walk {
    const struct strict_limits *limits;
    const uint8_t *at;
    struct level levels[BOUND_DEPTH];
    size_t depth; /* of the message that is being read, from 0 */
    struct error *err;
};

static bool refuse_field(const struct strict_walk *w, const char *why)
{
    const struct level *l = &w->levels[w->depth];

    return error_set(w->err, E_BYT_01, "%s field %u: %s", l->d->short_name, (unsigned)l->last, why);
}

static bool refuse_limit(const struct strict_walk *w, const char *why)
{
    const struct level *l = &w->levels[w->depth];

    return error_set(w->err, E_BYT_02, "%s field %u: %s", l->d->short_name, (unsigned)l->last, why);
}

/* Whether N is a value of a field of TYPE: protobuf-c would cut a wider one. */
static bool varint_fits(ProtobufCType type, uint64_t n)
{
    switch (type) {
    case PROTOBUF_C_TYPE_BOOL:
        return n <= 1;
    case PROTOBUF_C_TYPE_ENUM:
        return n <= INT32_MAX; /* none of ours is negative */
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_SINT32:
        return n <= UINT32_MAX;
    case PROTOBUF_C_TYPE_INT32:
        return n <= INT32_MAX || n >= (uint64_t)INT32_MIN; /* a negative one is extended to 64 bits */
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
        return true;
    default:
        return false;
    }
}

static bool is_sized(ProtobufCType type)
{
    return type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES || type == PROTOBUF_C_TYPE_MESSAGE;
}

static bool check_number(struct strict_walk *w, const ProtobufCFieldDescriptor *f, uint64_t n)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return refuse_field(w, "a list of numbers that is not packed");
    if (!varint_fits(f->type, n))
        return refuse_field(w, "a number wider than its field, or no number expected");
    if (n == 0 && (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        return refuse_field(w, "a zero that should have been left out");
    return true;
}

static bool check_packed(struct strict_walk *w, const ProtobufCFieldDescriptor *f, struct view v)
{
    const uint8_t *at = v.at;
    size_t items = 0;

    while (at != v.at + v.size) {
        uint64_t n;

        if (!varint_read(&at, v.at + v.size, &n) || !varint_fits(f->type, n))
            return refuse_field(w, "a list with a number that is cut, not minimal, or too wide");
        if (++items > w->limits->max_items)
            return refuse_limit(w, "more items than a list may have");
    }
    return true;
}

/* Begins the message that V holds; its end is found by the walk. */
static bool enter_message(struct strict_walk *w, const ProtobufCFieldDescriptor *f, struct view v)
{
    if (w->depth + 1 == BOUND_DEPTH)
        return refuse_limit(w, "messages within messages too deep");
    w->depth++;
    w->levels[w->depth] = (struct level){.d = f->descriptor, .end = v.at + v.size};
    w->at = v.at;
    return true;
}

/* Bytes, text, a packed list or a message. */
static bool check_sized(struct strict_walk *w, const ProtobufCFieldDescriptor *f, struct view v)
{
    struct level *l = &w->levels[w->depth];

    if (v.size == 0 && (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
        return refuse_field(w, "something empty that should have been left out");
    if (!is_sized(f->type)) {
        if (f->label != PROTOBUF_C_LABEL_REPEATED)
            return refuse_field(w, "bytes where a number was expected");
        return check_packed(w, f, v);
    }
    if (f->label == PROTOBUF_C_LABEL_REPEATED && ++l->items > w->limits->max_items)
        return refuse_limit(w, "more items than a list may have");
    if (f->type == PROTOBUF_C_TYPE_STRING && !text_is_utf8(v))
        return refuse_field(w, "text that is not UTF-8, or holds a NUL");
    if (f->type == PROTOBUF_C_TYPE_MESSAGE)
        return enter_message(w, f, v);
    return true;
}

/* The field that NUMBER names, NULL if the message has none; notes that it came. False when it may not come here. */
static bool find_field(struct strict_walk *w, uint32_t number, const ProtobufCFieldDescriptor **out)
{
    struct level *l = &w->levels[w->depth];
    const ProtobufCFieldDescriptor *f = NULL;
    bool again = number == l->last;
    bool descends = number < l->last;

    l->last = number;
    if (descends)
        return refuse_field(w, "fields out of order");
    while (l->next < l->d->n_fields && l->d->fields[l->next].id < number)
        l->next++;
    if (l->next < l->d->n_fields && l->d->fields[l->next].id == number)
        f = &l->d->fields[l->next];
    if (f == NULL && !w->limits->ignores_unknown)
        return refuse_field(w, "unknown");
    if (again && f != NULL && (f->label != PROTOBUF_C_LABEL_REPEATED || !is_sized(f->type)))
        return refuse_field(w, "given twice");
    if (!again)
        l->items = 0;
    *out = f;
    return true;
}

static bool check_field(struct strict_walk *w)
{
    const uint8_t *end = w->levels[w->depth].end;
    const ProtobufCFieldDescriptor *f = NULL;
    uint64_t tag;
    uint64_t n;
    struct view v;

    if (!varint_read(&w->at, end, &tag) || tag >> 3 == 0 || tag >> 3 >= FIELD_NUMBER_END)
        return refuse_field(w, "followed by a broken tag");
    if (!find_field(w, (uint32_t)(tag >> 3), &f))
        return false;
    if ((tag & 7) != WIRE_VARINT && (tag & 7) != WIRE_SIZED)
        return refuse_field(w, "a wire type that is not used");
    if (!varint_read(&w->at, end, &n))
        return refuse_field(w, "a number that is cut or not minimal");
    if ((tag & 7) == WIRE_VARINT)
        return f == NULL || check_number(w, f, n);
    if (n > (uint64_t)(end - w->at))
        return refuse_field(w, "longer than its message");
    v = view_of(w->at, (size_t)n);
    w->at += v.size;
    return f == NULL || check_sized(w, f, v);
}

bool strict_check(const ProtobufCMessageDescriptor *d, struct view wire, const struct strict_limits *limits,
                  struct error *err)
{
    struct strict_walk w;

    if (wire.size > limits->max_bytes)
        return error_set(err, E_BYT_02, "%s: %zu bytes, over the limit of %zu", d->short_name, wire.size,
                         limits->max_bytes);
    if (wire.size == 0)
        return true;
    w.limits = limits;
    w.at = wire.at;
    w.depth = 0;
    w.levels[0] = (struct level){.d = d, .end = wire.at + wire.size};
    w.err = err;
    for (;;) {
        while (w.at == w.levels[w.depth].end) {
            if (w.depth == 0)
                return true;
            w.depth--;
        }
        if (!check_field(&w))
            return false;
    }
}

static void *alloc_in_arena(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

/* The arena ends what it gave all at once. */
static void free_nothing(void *arena, void *at)
{
    (void)arena;
    (void)at;
}

bool strict_unpack(const ProtobufCMessageDescriptor *d, struct view wire, const struct strict_limits *limits,
                   struct arena *arena, const ProtobufCMessage **out, struct error *err)
{
    ProtobufCAllocator allocator = {.alloc = alloc_in_arena, .free = free_nothing, .allocator_data = arena};
    const ProtobufCMessage *m;

    if (!strict_check(d, wire, limits, err))
        return false;
    m = protobuf_c_message_unpack(d, &allocator, wire.size, wire.at);
    if (m == NULL)
        return error_set(err, E_BYT_02, "%s: needs more memory than a message may take", d->short_name);
    *out = m;
    return true;
}
