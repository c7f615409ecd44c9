#include "exchange/cases/case_confirm.h"

#include "codec/case_codec.h"
#include "exchange/tick.h"

#define YES 1
#define NO  2

uint32_t case_confirm_field(enum section s)
{
    const struct case_field *f = case_field_confirming(s);

    return f != NULL ? case_field_ref(f) : 0;
}

static bool is_same(const struct case_value *a, const struct case_value *b)
{
    struct bytes one = {.wiping = true};
    struct bytes other = {.wiping = true};
    bool same;

    if (b == NULL)
        return false;
    case_value_write(a, &one);
    case_value_write(b, &other);
    same = view_equal(bytes_view(&one), bytes_view(&other));
    bytes_fini(&one);
    bytes_fini(&other);
    return same;
}

/* Whether A has something that B has not so; in which language one speaks with her reaches nobody. */
static bool has_more(const struct case_data *a, const struct case_data *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct case_value *v = &a->values[i];

        if (v->field->type != FIELD_LANGUAGE && !is_same(v, case_get_value(b, v->field, v->record)))
            return true;
    }
    return false;
}

static bool decode(enum section s, struct view wire, struct arena *arena, struct case_data *out, struct error *err)
{
    case_init(out, arena);
    return wire.size == 0 || case_section_decode(s, wire, out, err);
}

/* AFTER without what it says of itself, and with what is so. */
static bool write_mark(struct exchange *x, enum section s, struct view *after, bool confirmed, struct arena *arena,
                       struct error *err)
{
    const uint32_t ref = case_field_ref(case_field_confirming(s));
    const uint32_t says = confirmed ? YES : NO;
    struct bytes *rest = tick_plain(x);
    struct bytes *marked = tick_plain(x);
    struct case_data data;
    bool empty = false;

    if (!case_section_without(s, *after, &ref, 1, rest, &empty, err) ||
        !decode(s, bytes_view(rest), arena, &data, err) ||
        !case_set_numbers(&data, case_field_confirming(s), 0, &says, 1, err) ||
        !case_section_encode(&data, s, marked, &empty, err))
        return false;
    *after = bytes_view(marked);
    return true;
}

bool case_confirm_mark(struct exchange *x, enum section s, struct view before, struct view *after, bool confirmed,
                       bool *marked, struct error *err)
{
    struct arena arena = {.wiping = true};
    struct case_data was;
    struct case_data is;
    bool ok;

    *marked = false;
    if (case_field_confirming(s) == NULL || after->size == 0)
        return true;
    ok = decode(s, before, &arena, &was, err) && decode(s, *after, &arena, &is, err);
    if (ok && (has_more(&was, &is) || has_more(&is, &was))) {
        ok = write_mark(x, s, after, confirmed, &arena, err);
        *marked = !confirmed;
    }
    arena_fini(&arena);
    return ok;
}
