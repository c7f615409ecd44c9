#include "codec/check.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"

static bool refuse_value(struct error *err, const char *what, const char *why)
{
    return error_set(err, E_BYT_03, "%s %s", what, why);
}

bool check_fixed(ProtobufCBinaryData from, const char *what, void *out, size_t size, struct error *err)
{
    if (from.len != size)
        return error_set(err, E_BYT_03, "%s has %zu bytes, not %zu", what, from.len, size);
    memcpy(out, from.data, size);
    return true;
}

bool check_ident(ProtobufCBinaryData from, const char *what, struct ident *out, struct error *err)
{
    return check_fixed(from, what, out->at, sizeof out->at, err);
}

bool check_hash(ProtobufCBinaryData from, const char *what, struct hash *out, struct error *err)
{
    return check_fixed(from, what, out->at, sizeof out->at, err);
}

static bool check_view(struct view v, const char *what, size_t min, size_t max, struct view *out, struct error *err)
{
    if (v.size < min)
        return refuse_value(err, what, "is missing");
    if (v.size > max)
        return error_set(err, E_BYT_02, "%s has %zu bytes, over the limit of %zu", what, v.size, max);
    *out = v;
    return true;
}

bool check_bytes(ProtobufCBinaryData from, const char *what, size_t max, struct view *out, struct error *err)
{
    return check_view(view_of(from.data, from.len), what, 1, max, out, err);
}

bool check_bytes_optional(ProtobufCBinaryData from, const char *what, size_t max, struct view *out, struct error *err)
{
    return check_view(view_of(from.data, from.len), what, 0, max, out, err);
}

bool check_text(const char *from, const char *what, size_t max, struct view *out, struct error *err)
{
    return check_view(view_of_text(from), what, 1, max, out, err);
}

static bool check_controls(struct view v, const char *what, bool lines, struct error *err)
{
    return !text_has_control(v, lines) || refuse_value(err, what, "holds a control character");
}

bool check_line(const char *from, const char *what, size_t max, struct view *out, struct error *err)
{
    return check_text(from, what, max, out, err) && check_controls(*out, what, false, err);
}

bool check_address(const char *from, const char *what, struct address *out, struct error *err)
{
    struct view text;

    if (!check_text(from, what, BOUND_ADDRESS, &text, err))
        return false;
    if (!address_read(text, out))
        return refuse_value(err, what, "is not a full agency name");
    return true;
}

bool check_agency(const char *from, const char *what, struct view *out, struct error *err)
{
    struct address read;
    bool ok = check_address(from, what, &read, err);

    secret_wipe(&read, sizeof read); /* it may be one that a person named in her consent */
    if (ok)
        *out = view_of_text(from);
    return ok;
}

bool check_path(ProtobufCBinaryData from, const char *what, size_t max, struct view *out, struct error *err)
{
    if (from.len % HASH_SIZE != 0)
        return refuse_value(err, what, "is not made of whole hashes");
    return check_bytes_optional(from, what, max * HASH_SIZE, out, err);
}

bool check_range(uint64_t n, const char *what, uint64_t first, uint64_t end, struct error *err)
{
    if (n == 0 && first > 0)
        return refuse_value(err, what, "is missing");
    if (n < first || n >= end)
        return refuse_value(err, what, "is a number without a meaning here");
    return true;
}

bool check_time(uint64_t n, const char *what, int64_t *out, struct error *err)
{
    if (!check_range(n, what, 1, INT64_MAX, err))
        return false;
    *out = (int64_t)n;
    return true;
}

bool check_numbers(const uint32_t *at, size_t count, const char *what, size_t max, uint32_t first, uint32_t end,
                   struct error *err)
{
    if (count > max)
        return error_set(err, E_BYT_02, "%s has %zu entries, over the limit of %zu", what, count, max);
    for (size_t i = 0; i < count; i++) {
        if (at[i] < first || at[i] >= end)
            return refuse_value(err, what, "holds a number without a meaning");
        if (i > 0 && at[i] <= at[i - 1])
            return refuse_value(err, what, "is not strictly ascending");
    }
    return true;
}

bool check_sections(const uint32_t *at, size_t count, const char *what, section_set *out, struct error *err)
{
    section_set set = 0;

    if (!check_numbers(at, count, what, SECTION_END - 1, 1, SECTION_END, err))
        return false;
    for (size_t i = 0; i < count; i++)
        set |= SECTION_BIT(at[i]);
    *out = set;
    return true;
}

bool check_alloc(struct arena *arena, size_t size, void **out, struct error *err)
{
    void *room = arena_alloc(arena, size);

    if (room == NULL)
        return error_set(err, E_BYT_02, "needs more memory than a message may take");
    *out = room;
    return true;
}
