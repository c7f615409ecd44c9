#include "codec/table_codec.h"

#include <string.h>

#include "base/text.h"
#include "codec/varint.h"
#include "model/ident.h"

/* What is being read, for the sentence of an error. */
struct table_reader {
    const struct table_message *message;
    struct view rest;
    struct arena *arena;
    struct error *err;
};

static const void *const_at(const void *base, size_t offset)
{
    return (const uint8_t *)base + offset;
}

static void *at(void *base, size_t offset)
{
    return (uint8_t *)base + offset;
}

static uint32_t get_u32(const void *p)
{
    uint32_t n;

    memcpy(&n, p, sizeof n);
    return n;
}

static uint64_t get_u64(const void *p)
{
    uint64_t n;

    memcpy(&n, p, sizeof n);
    return n;
}

static const void *get_pointer(const void *p)
{
    const void *q;

    memcpy(&q, p, sizeof q);
    return q;
}

static size_t get_count(const struct table_field *f, const void *in)
{
    size_t n;

    memcpy(&n, const_at(in, f->count), sizeof n);
    REQUIRE(n <= f->max);
    return n;
}

static unsigned wire_type(enum table_type type)
{
    switch (type) {
    case TABLE_U32:
    case TABLE_U64:
    case TABLE_TIME:
    case TABLE_BOOL:
        return WIRE_VARINT;
    default:
        return WIRE_SIZED;
    }
}

/* --- encoding --- */

static void append_bytes(struct bytes *out, const struct table_field *f, struct view v)
{
    varint_append(out, f->number << 3 | WIRE_SIZED);
    varint_append(out, v.size);
    bytes_append_view(out, v);
}

/* The value of a field of wire type 0. */
static uint64_t number_of(const struct table_field *f, const void *p)
{
    bool flag;

    switch (f->type) {
    case TABLE_U32:
        return get_u32(p);
    case TABLE_BOOL:
        memcpy(&flag, p, sizeof flag);
        return flag ? 1 : 0;
    default:
        return get_u64(p);
    }
}

static void encode_number(const struct table_field *f, const void *p, struct bytes *out)
{
    uint64_t n = number_of(f, p);

    REQUIRE(f->type != TABLE_U32 || (n >= f->min && n <= f->max));
    REQUIRE(f->type != TABLE_TIME || n <= INT64_MAX);
    if (n == 0)
        return;
    varint_append(out, f->number << 3 | WIRE_VARINT);
    varint_append(out, n);
}

/* The bytes of a field that is one string on the wire. */
static struct view view_in(const struct table_field *f, const void *p)
{
    static const uint8_t zeros[HASH_SIZE];
    size_t size = f->type == TABLE_IDENT ? IDENT_SIZE : HASH_SIZE;
    struct view v;

    switch (f->type) {
    case TABLE_IDENT:
    case TABLE_HASH:
        return view_of(p, memcmp(p, zeros, size) == 0 ? 0 : size);
    case TABLE_ADDRESS:
        return address_view(p);
    default:
        memcpy(&v, p, sizeof v);
        REQUIRE(v.size <= f->max);
        return v;
    }
}

static void encode_set(const struct table_field *f, uint32_t set, struct bytes *out)
{
    if (set == 0)
        return;
    varint_append(out, f->number << 3 | WIRE_SIZED);
    varint_append(out, (uint64_t)__builtin_popcount(set)); /* numbers below 32 take one byte each */
    for (uint32_t n = 1; n < 32; n++)
        if ((set & UINT32_C(1) << n) != 0) {
            REQUIRE(n <= f->max);
            bytes_append_u8(out, (uint8_t)n);
        }
    REQUIRE((set & 1) == 0);
}

static void encode_numbers(const struct table_field *f, const void *in, struct bytes *out)
{
    const uint32_t *numbers = get_pointer(const_at(in, f->at));
    size_t count = get_count(f, in);
    size_t size = 0;

    if (count == 0)
        return;
    for (size_t i = 0; i < count; i++)
        size += varint_size(numbers[i]);
    varint_append(out, f->number << 3 | WIRE_SIZED);
    varint_append(out, size);
    for (size_t i = 0; i < count; i++)
        varint_append(out, numbers[i]);
}

static size_t element_size(const struct table_field *f)
{
    if (f->type == TABLE_TEXTS)
        return sizeof(struct view);
    return f->type == TABLE_ADDRESSES ? sizeof(struct address) : f->sub->size;
}

static void encode_message(const struct table_field *f, const void *p, struct bytes *out)
{
    struct bytes inner = {.wiping = out->wiping};

    table_encode(f->sub, p, &inner);
    append_bytes(out, f, bytes_view(&inner));
    bytes_fini(&inner);
}

static void encode_list(const struct table_field *f, const void *in, struct bytes *out)
{
    const uint8_t *list = get_pointer(const_at(in, f->at));
    size_t count = get_count(f, in);

    for (size_t i = 0; i < count; i++) {
        const void *p = list + i * element_size(f);

        if (f->type == TABLE_MESSAGES)
            encode_message(f, p, out);
        else if (f->type == TABLE_ADDRESSES)
            append_bytes(out, f, address_view(p));
        else
            append_bytes(out, f, *(const struct view *)p);
    }
}

static void encode_field(const struct table_field *f, const void *in, struct bytes *out)
{
    const void *p = const_at(in, f->at);
    struct view v;

    switch (f->type) {
    case TABLE_U32:
    case TABLE_U64:
    case TABLE_TIME:
    case TABLE_BOOL:
        encode_number(f, p, out);
        return;
    case TABLE_SET:
        encode_set(f, get_u32(p), out);
        return;
    case TABLE_NUMBERS:
        encode_numbers(f, in, out);
        return;
    case TABLE_TEXTS:
    case TABLE_ADDRESSES:
    case TABLE_MESSAGES:
        encode_list(f, in, out);
        return;
    case TABLE_MESSAGE:
        encode_message(f, p, out);
        return;
    default:
        v = view_in(f, p);
        REQUIRE(v.size > 0 || f->min == 0);
        if (v.size > 0)
            append_bytes(out, f, v);
    }
}

void table_encode(const struct table_message *m, const void *in, struct bytes *out)
{
    for (size_t i = 0; i < m->field_count; i++)
        encode_field(&m->fields[i], in, out);
}

/* --- decoding --- */

/* Like table_decode, but *OUT is written as it goes. */
static bool decode_into(const struct table_message *m, struct view wire, struct arena *arena, void *out,
                        struct error *err);

static bool refuse_field(struct table_reader *r, uint32_t number, const char *why)
{
    return error_set(r->err, E_CTL_01, "a %s on the control socket cannot be read: field %u %s", r->message->name,
                     number, why);
}

static bool read_varint(struct view *v, uint64_t *out)
{
    const uint8_t *at = v->at;
    const uint8_t *end = at + v->size;

    if (!varint_read(&at, end, out))
        return false;
    *v = view_of(at, (size_t)(end - at));
    return true;
}

static bool read_bytes(struct view *v, struct view *out)
{
    uint64_t size;

    if (!read_varint(v, &size) || size > v->size)
        return false;
    *out = view_of(v->at, (size_t)size);
    v->at += size;
    v->size -= (size_t)size;
    return true;
}

static bool decode_number(struct table_reader *r, const struct table_field *f, void *p)
{
    uint64_t n;
    uint32_t narrow;
    bool flag = true;

    if (!read_varint(&r->rest, &n))
        return refuse_field(r, f->number, "is not a number");
    if (n == 0)
        return refuse_field(r, f->number, "is written though it is zero");
    switch (f->type) {
    case TABLE_U32:
        if (n < f->min || n > f->max)
            return refuse_field(r, f->number, "is out of its range");
        narrow = (uint32_t)n;
        memcpy(p, &narrow, sizeof narrow);
        return true;
    case TABLE_BOOL:
        if (n != 1)
            return refuse_field(r, f->number, "is out of its range");
        memcpy(p, &flag, sizeof flag);
        return true;
    default:
        if (f->type == TABLE_TIME && n > INT64_MAX)
            return refuse_field(r, f->number, "is out of its range");
        memcpy(p, &n, sizeof n);
        return true;
    }
}

static bool decode_set(struct table_reader *r, const struct table_field *f, struct view v, void *p)
{
    uint32_t set = 0;
    uint64_t last = 0;

    while (v.size > 0) {
        uint64_t n;

        if (!read_varint(&v, &n) || n <= last || n > f->max)
            return refuse_field(r, f->number, "is not an ascending list of what it may hold");
        set |= UINT32_C(1) << n;
        last = n;
    }
    memcpy(p, &set, sizeof set);
    return true;
}

static bool decode_numbers(struct table_reader *r, const struct table_field *f, struct view v, void *out)
{
    size_t count = 0;
    uint32_t *numbers;
    uint64_t last = 0;

    for (size_t i = 0; i < v.size; i++)
        count += (v.at[i] & 0x80) == 0;
    if (count > f->max)
        return refuse_field(r, f->number, "has too many values");
    numbers = arena_alloc(r->arena, count * sizeof *numbers + 1);
    if (numbers == NULL)
        return refuse_field(r, f->number, "does not fit");
    for (size_t i = 0; i < count; i++) {
        uint64_t n;

        if (!read_varint(&v, &n) || n > UINT32_MAX || n <= last)
            return refuse_field(r, f->number, "is not an ascending list");
        last = n;
        numbers[i] = (uint32_t)n;
    }
    if (v.size > 0)
        return refuse_field(r, f->number, "is not a list of numbers");
    memcpy(at(out, f->at), &numbers, sizeof numbers);
    memcpy(at(out, f->count), &count, sizeof count);
    return true;
}

static bool check_text(struct table_reader *r, const struct table_field *f, struct view v)
{
    return text_is_utf8(v) || refuse_field(r, f->number, "is not UTF-8");
}

static bool decode_element(struct table_reader *r, const struct table_field *f, struct view v, void *p)
{
    switch (f->type) {
    case TABLE_TEXTS:
        if (!check_text(r, f, v))
            return false;
        memcpy(p, &v, sizeof v);
        return true;
    case TABLE_ADDRESSES:
        return address_read(v, p) || refuse_field(r, f->number, "is not the full name of an agency");
    default:
        return decode_into(f->sub, v, r->arena, p, r->err);
    }
}

/* How many elements of F's list follow: REST stands behind the first one's tag. */
static size_t count_elements(const struct table_field *f, struct view rest)
{
    size_t count = 0;
    uint64_t tag = f->number << 3 | WIRE_SIZED;
    struct view v;

    while (tag == (f->number << 3 | WIRE_SIZED) && read_bytes(&rest, &v)) {
        count++;
        if (rest.size == 0 || !read_varint(&rest, &tag))
            break;
    }
    return count;
}

/* The elements of a list stand one behind the other, each with its tag; the first tag has been taken. */
static bool decode_list(struct table_reader *r, const struct table_field *f, void *out)
{
    size_t count = count_elements(f, r->rest);
    uint8_t *list;
    uint64_t tag;
    struct view v;

    if (count == 0 || count > f->max)
        return refuse_field(r, f->number, count == 0 ? "is cut short" : "has too many elements");
    list = arena_alloc(r->arena, count * element_size(f));
    if (list == NULL)
        return refuse_field(r, f->number, "does not fit");
    memset(list, 0, count * element_size(f));
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && !read_varint(&r->rest, &tag)) || !read_bytes(&r->rest, &v))
            return refuse_field(r, f->number, "is cut short");
        if (!decode_element(r, f, v, list + i * element_size(f)))
            return false;
    }
    memcpy(at(out, f->at), &list, sizeof list);
    memcpy(at(out, f->count), &count, sizeof count);
    return true;
}

static bool decode_string(struct table_reader *r, const struct table_field *f, struct view v, void *out)
{
    static const uint8_t zeros[HASH_SIZE];
    size_t size = f->type == TABLE_IDENT ? IDENT_SIZE : HASH_SIZE;
    void *p = at(out, f->at);

    if (f->type == TABLE_MESSAGE)
        return decode_into(f->sub, v, r->arena, p, r->err);
    if (v.size == 0)
        return refuse_field(r, f->number, "is written though it is empty");
    switch (f->type) {
    case TABLE_IDENT:
    case TABLE_HASH:
        if (v.size != size || memcmp(v.at, zeros, size) == 0)
            return refuse_field(r, f->number, "is not an id");
        memcpy(p, v.at, size);
        return true;
    case TABLE_ADDRESS:
        return address_read(v, p) || refuse_field(r, f->number, "is not the full name of an agency");
    case TABLE_SET:
        return decode_set(r, f, v, p);
    case TABLE_NUMBERS:
        return decode_numbers(r, f, v, out);
    default:
        if (v.size > f->max)
            return refuse_field(r, f->number, "is too long");
        if (f->type == TABLE_TEXT && !check_text(r, f, v))
            return false;
        memcpy(p, &v, sizeof v);
        return true;
    }
}

static bool decode_field(struct table_reader *r, const struct table_field *f, void *out)
{
    struct view v;

    if (wire_type(f->type) == WIRE_VARINT)
        return decode_number(r, f, at(out, f->at));
    if (f->type == TABLE_TEXTS || f->type == TABLE_ADDRESSES || f->type == TABLE_MESSAGES)
        return decode_list(r, f, out);
    if (!read_bytes(&r->rest, &v))
        return refuse_field(r, f->number, "is cut short");
    return decode_string(r, f, v, out);
}

static bool decode_into(const struct table_message *m, struct view wire, struct arena *arena, void *out,
                        struct error *err)
{
    struct table_reader r = {m, wire, arena, err};
    uint64_t tag = 0;
    bool tag_used = true; /* the tag has been used */

    memset(out, 0, m->size);
    for (size_t i = 0; i < m->field_count; i++) {
        const struct table_field *f = &m->fields[i];

        if (tag_used && r.rest.size > 0) {
            if (!read_varint(&r.rest, &tag) || tag > UINT32_MAX)
                return refuse_field(&r, 0, "has no tag");
            tag_used = false;
        }
        if (!tag_used && tag == (f->number << 3 | wire_type(f->type))) {
            if (!decode_field(&r, f, out))
                return false;
            tag_used = true;
        } else if (f->min > 0) {
            return refuse_field(&r, f->number, "is missing");
        }
    }
    if (!tag_used || r.rest.size > 0)
        return refuse_field(&r, (uint32_t)(tag >> 3), "is unknown, out of order or of another type");
    return true;
}

bool table_decode(const struct table_message *m, struct view wire, struct arena *arena, void *out, struct error *err)
{
    void *whole = arena_alloc(arena, m->size);

    if (whole == NULL)
        return error_set(err, E_CTL_01, "a %s on the control socket does not fit", m->name);
    if (!decode_into(m, wire, arena, whole, err))
        return false;
    memcpy(out, whole, m->size);
    return true;
}
