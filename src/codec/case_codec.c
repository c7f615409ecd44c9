/* The table of fields writes and reads the bytes; the generated descriptors serve the strict check. A test shows that
 * protobuf-c makes the same bytes from the same values. Nothing is unpacked: a section is checked in one walk over its
 * bytes. */
#include "codec/case_codec.h"

#include "base/bounds.h"
#include "case.pb-c.h"
#include "codec/strict.h"
#include "codec/varint.h"

static const ProtobufCMessageDescriptor *const messages[SECTION_END] = {
    [SECTION_TRIAGE] = &refex__cases__triage__descriptor,
    [SECTION_IDENTITY] = &refex__cases__identity__descriptor,
    [SECTION_CONTACT] = &refex__cases__contact__descriptor,
    [SECTION_WHEREABOUTS] = &refex__cases__whereabouts__descriptor,
    [SECTION_STATUS] = &refex__cases__status__descriptor,
    [SECTION_FAMILY] = &refex__cases__family__descriptor,
    [SECTION_EXPLOITATION] = &refex__cases__exploitation__descriptor,
    [SECTION_PERPETRATORS] = &refex__cases__perpetrators__descriptor,
    [SECTION_HEALTH] = &refex__cases__health__descriptor,
    [SECTION_RISK] = &refex__cases__risk__descriptor,
    [SECTION_PLAN] = &refex__cases__plan__descriptor,
    [SECTION_PROCEEDINGS] = &refex__cases__proceedings__descriptor,
    [SECTION_RETURN] = &refex__cases__return__descriptor,
    [SECTION_CHILD] = &refex__cases__child__descriptor,
    [SECTION_NOTES] = &refex__cases__notes__descriptor,
};

/* Letters of a country or language; 0 for fields of other types. */
static size_t letters_of(const struct case_field *f)
{
    switch (f->type) {
    case FIELD_COUNTRY:
    case FIELD_COUNTRIES:
        return 2;
    case FIELD_LANGUAGE:
    case FIELD_LANGUAGES:
        return 3;
    default:
        return 0;
    }
}

/* --- out --- */

static void append_sized(struct bytes *out, uint32_t number, struct view v)
{
    varint_append(out, (uint64_t)number << 3 | WIRE_SIZED);
    varint_append(out, v.size);
    bytes_append_view(out, v);
}

static void append_packed(struct bytes *out, const struct case_value *v)
{
    struct bytes packed = {.wiping = out->wiping};

    for (size_t i = 0; i < v->count; i++)
        varint_append(&packed, v->numbers[i]);
    append_sized(out, v->field->number, bytes_view(&packed));
    bytes_fini(&packed);
}

static void append_value(struct bytes *out, const struct case_value *v)
{
    size_t letters = letters_of(v->field);
    char word[4];

    if (case_field_is_text(v->field)) {
        append_sized(out, v->field->number, v->text);
    } else if (letters != 0) {
        for (size_t i = 0; i < v->count; i++) {
            letters_write(v->numbers[i], letters, word);
            append_sized(out, v->field->number, view_of(word, letters));
        }
    } else if (v->field->type == FIELD_CODES) {
        append_packed(out, v);
    } else {
        varint_append(out, (uint64_t)v->field->number << 3 | WIRE_VARINT);
        varint_append(out, v->numbers[0]);
    }
}

/* Appends the record of a group that begins at value I; returns the value behind it. */
static size_t append_record(struct bytes *out, const struct case_data *c, size_t i)
{
    const struct case_value *first = &c->values[i];
    struct bytes record = {.wiping = out->wiping};

    for (; i < c->count && c->values[i].field->group == first->field->group && c->values[i].record == first->record;
         i++)
        append_value(&record, &c->values[i]);
    append_sized(out, case_group_row(first->field->group)->number, bytes_view(&record));
    bytes_fini(&record);
    return i;
}

bool case_section_encode(const struct case_data *c, enum section s, struct bytes *out, bool *empty, struct error *err)
{
    size_t begin = out->size;
    size_t i = 0;

    while (i < c->count) {
        const struct case_value *v = &c->values[i];

        if (v->field->section != s) {
            i++;
        } else if (v->field->group != GROUP_NONE) {
            i = append_record(out, c, i);
        } else {
            append_value(out, v);
            i++;
        }
    }
    if (out->size - begin > BOUND_SECTION) {
        bytes_truncate(out, begin);
        return error_set(err, E_CAS_04, "section %s is longer than %d bytes", section_name(s), BOUND_SECTION);
    }
    *empty = out->size == begin;
    return true;
}

/* --- in --- */

/* A walk over the bytes of one section, which strict_check has passed. */
struct section_walk {
    enum section section;
    struct case_data *out; /* NULL: only check */
    uint32_t *refs;        /* NULL: do not list */
    size_t count;
    struct error *err;
};

/* One field on the wire. */
struct item {
    uint32_t number;
    uint64_t n;    /* of a varint, or size */
    struct view v; /* of a sized one */
};

/* The bytes are checked: a varint ends within them. */
static uint64_t read_varint(struct view *v)
{
    uint64_t n = 0;

    for (unsigned shift = 0;; shift += 7) {
        uint8_t c = *v->at;

        *v = view_of(v->at + 1, v->size - 1);
        n |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80)
            return n;
    }
}

static struct item read_item(struct view *wire)
{
    uint64_t tag = read_varint(wire);
    struct item item = {.number = (uint32_t)(tag >> 3), .n = read_varint(wire)};

    if ((tag & 7) == WIRE_SIZED) {
        item.v = view_of(wire->at, (size_t)item.n);
        *wire = view_of(wire->at + item.v.size, wire->size - item.v.size);
    }
    return item;
}

/* Reads the next item if it is another of the same list. */
static bool read_same(struct view *wire, uint32_t number, struct item *item)
{
    struct view rest = *wire;

    if (rest.size == 0)
        return false;
    *item = read_item(&rest);
    if (item->number != number)
        return false;
    *wire = rest;
    return true;
}

static bool refuse_field(struct section_walk *w, uint32_t number)
{
    struct error why = *w->err;

    return error_set(w->err, E_CAS_01, "section %s field %u: %s", section_name(w->section), (unsigned)number, why.text);
}

static bool set_text(struct section_walk *w, const struct case_field *f, uint32_t record, struct view text)
{
    if (w->out == NULL)
        return case_field_text_ok(f, text, w->err);
    return case_set_text(w->out, f, record, text, w->err);
}

static bool set_numbers(struct section_walk *w, const struct case_field *f, uint32_t record, const uint32_t *numbers,
                        size_t count)
{
    if (w->out == NULL)
        return case_field_numbers_ok(f, numbers, count, w->err);
    return case_set_numbers(w->out, f, record, numbers, count, w->err);
}

/* Numbers of a field: one, a packed list, or words of letters one after the other in WIRE. At most BOUND_FIELD_CODES,
 * as strict_check has seen. */
static size_t read_numbers(const struct case_field *f, struct item item, struct view *wire, uint32_t *numbers)
{
    size_t letters = letters_of(f);
    size_t count = 0;

    if (letters == 0 && f->type != FIELD_CODES) {
        numbers[0] = (uint32_t)item.n;
        return 1;
    }
    if (letters == 0) {
        while (item.v.size > 0)
            numbers[count++] = (uint32_t)read_varint(&item.v);
        return count;
    }
    do
        numbers[count++] = letters == 2 ? country_find(item.v) : language_find(item.v);
    while (read_same(wire, item.number, &item));
    return count;
}

static bool walk_value(struct section_walk *w, enum case_group g, uint32_t record, struct item item, struct view *wire)
{
    const struct case_field *f = case_field_by_number(w->section, g, item.number);
    uint32_t numbers[BOUND_FIELD_CODES];

    REQUIRE(f != NULL); /* the descriptor and the table have the same fields: test_case_codec */
    if (case_field_is_text(f))
        return set_text(w, f, record, item.v) || refuse_field(w, item.number);
    return set_numbers(w, f, record, numbers, read_numbers(f, item, wire, numbers)) || refuse_field(w, item.number);
}

static bool walk_record(struct section_walk *w, enum case_group g, uint32_t record, struct view wire)
{
    while (wire.size > 0)
        if (!walk_value(w, g, record, read_item(&wire), &wire))
            return false;
    return true;
}

static bool walk_group(struct section_walk *w, enum case_group g, struct item item, struct view *wire)
{
    uint32_t record = 0;

    do
        if (!walk_record(w, g, record++, item.v))
            return false;
    while (read_same(wire, item.number, &item));
    return true;
}

static bool walk_section(struct section_walk *w, struct view wire)
{
    static const struct strict_limits limits = {.max_bytes = BOUND_SECTION, .max_items = BOUND_FIELD_CODES};

    if (wire.size == 0)
        return error_set(w->err, E_CAS_01, "section %s is empty", section_name(w->section));
    if (!strict_check(messages[w->section], wire, &limits, w->err))
        return error_wrap(w->err, "section %s", section_name(w->section));
    while (wire.size > 0) {
        struct item item = read_item(&wire);
        enum case_group g = case_group_by_number(w->section, item.number);

        if (w->refs != NULL)
            w->refs[w->count++] = FIELD_REF(w->section, item.number);
        if (!(g == GROUP_NONE ? walk_value(w, g, 0, item, &wire) : walk_group(w, g, item, &wire)))
            return false;
    }
    return true;
}

bool case_section_decode(enum section s, struct view wire, struct case_data *out, struct error *err)
{
    struct section_walk check = {.section = s, .err = err};
    struct section_walk keep = {.section = s, .out = out, .err = err};

    REQUIRE(s > 0 && s < SECTION_END);
    if ((case_sections(out) & SECTION_BIT(s)) != 0)
        return error_set(err, E_CAS_01, "section %s came twice", section_name(s));
    return walk_section(&check, wire) && walk_section(&keep, wire);
}

bool case_section_fields(enum section s, struct view wire, uint32_t refs[static CASE_SECTION_FIELDS], size_t *count,
                         struct error *err)
{
    uint32_t found[CASE_SECTION_FIELDS]; /* the table has fewer in any section: test_case_fields */
    struct section_walk w = {.section = s, .refs = found, .err = err};

    REQUIRE(s > 0 && s < SECTION_END);
    if (!walk_section(&w, wire))
        return false;
    for (size_t i = 0; i < w.count; i++)
        refs[i] = found[i];
    *count = w.count;
    return true;
}

/* A section has one form in bytes, and so has each of its fields: those that stay are copied as they are. */
bool case_section_without(enum section s, struct view wire, const uint32_t *refs, size_t count, struct bytes *out,
                          bool *empty, struct error *err)
{
    struct section_walk w = {.section = s, .err = err};
    size_t begin = out->size;

    REQUIRE(s > 0 && s < SECTION_END);
    if (!walk_section(&w, wire))
        return false;
    (void)bytes_reserve(out, wire.size);
    while (wire.size > 0) {
        const uint8_t *at = wire.at;
        struct item item = read_item(&wire);

        if (!field_ref_is_among(FIELD_REF(s, item.number), refs, count))
            bytes_append(out, at, (size_t)(wire.at - at));
    }
    *empty = out->size == begin;
    return true;
}
