/* The bytes of a section, and the values of a case: protobuf-c packs what is written, the walk by its contract reads
 * what came. Reading unpacks nothing. */
#include "codec/case_codec.h"

#include <string.h>

#include "base/bounds.h"
#include "codec/case_messages.h"
#include "codec/contract.h"

#include <protobuf-c/protobuf-c.h>

const struct contract_message *const case_contracts[SECTION_END] = {
#define SECTION_ROW(number, NAME, word, by_name, message, fields) [number] = &message##_contract,
#include "model/case_rows.def"
};

#define SECTION_ROW(number, NAME, word, by_name, message, fields)                                                      \
    _Static_assert((fields) <= CASE_SECTION_FIELDS, "room for the fields of " word);
#include "model/case_rows.def"

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

static ProtobufCMessage *new_message(const ProtobufCMessageDescriptor *d, struct arena *scratch)
{
    ProtobufCMessage *m = arena_new(scratch, d->sizeof_message);

    d->message_init(m);
    return m;
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessage *m, uint32_t number)
{
    const ProtobufCFieldDescriptor *d = protobuf_c_message_descriptor_get_field(m->descriptor, number);

    REQUIRE(d != NULL);
    return d;
}

/* Sets a list of M to COUNT elements at LIST. */
static void put_list(ProtobufCMessage *m, const ProtobufCFieldDescriptor *d, const void *list, size_t count)
{
    memcpy((uint8_t *)m + d->quantifier_offset, &count, sizeof count);
    memcpy((uint8_t *)m + d->offset, &list, sizeof list);
}

static const char *word_of(uint32_t letters, size_t size, struct arena *scratch)
{
    char *word = arena_new(scratch, size + 1);

    letters_write(letters, size, word);
    return word;
}

static void put_value(ProtobufCMessage *m, const struct case_value *v, struct arena *scratch)
{
    const ProtobufCFieldDescriptor *d = field_of(m, v->field->number);
    size_t letters = letters_of(v->field);
    const char **words = arena_new(scratch, (v->count + 1) * sizeof *words);

    if (case_field_is_text(v->field))
        words[0] = arena_strdup(scratch, v->text);
    for (size_t i = 0; i < v->count && letters != 0; i++)
        words[i] = word_of(v->numbers[i], letters, scratch);
    if (case_field_is_list(v->field))
        put_list(m, d, letters != 0 ? (const void *)words : v->numbers, v->count);
    else if (d->type == PROTOBUF_C_TYPE_STRING)
        memcpy((uint8_t *)m + d->offset, words, sizeof *words);
    else
        memcpy((uint8_t *)m + d->offset, v->numbers, sizeof *v->numbers);
}

/* Adds the records of the group that begins at value I to M; returns the value behind them. */
static size_t put_records(ProtobufCMessage *m, const struct case_data *c, size_t i, struct arena *scratch)
{
    enum case_group g = c->values[i].field->group;
    const ProtobufCFieldDescriptor *d = field_of(m, case_group_row(g)->number);
    ProtobufCMessage **records = arena_new(scratch, BOUND_CASE_RECORDS * sizeof(void *));
    size_t count = 0;

    for (const struct case_value *before = NULL; i < c->count && c->values[i].field->group == g; i++) {
        if (before == NULL || c->values[i].record != before->record)
            records[count++] = new_message(d->descriptor, scratch);
        before = &c->values[i];
        put_value(records[count - 1], before, scratch);
    }
    put_list(m, d, records, count);
    return i;
}

bool case_section_encode(const struct case_data *c, enum section s, struct bytes *out, bool *empty, struct error *err)
{
    struct arena scratch = {.wiping = out->wiping};
    ProtobufCMessage *m = new_message(case_contracts[s]->descriptor, &scratch);
    size_t size;
    size_t i = 0;

    while (i < c->count) {
        const struct case_value *v = &c->values[i];

        if (v->field->section == s && v->field->group != GROUP_NONE) {
            i = put_records(m, c, i, &scratch);
            continue;
        }
        if (v->field->section == s)
            put_value(m, v, &scratch);
        i++;
    }
    size = protobuf_c_message_get_packed_size(m);
    if (size <= BOUND_SECTION) {
        (void)protobuf_c_message_pack(m, bytes_reserve(out, size + 1));
        out->size += size;
    }
    arena_fini(&scratch);
    *empty = size == 0;
    return size <= BOUND_SECTION ||
           error_set(err, E_CAS_04, "section %s is longer than %d bytes", section_name(s), BOUND_SECTION);
}

/* --- in --- */

/* The values of one section, as the walk over its bytes tells of them. */
struct section_walk {
    enum section section;
    struct case_data *out; /* NULL: only check */
    uint32_t *refs;        /* NULL: do not list */
    size_t count;
    uint32_t last;         /* number of the section's field that came last */
    enum case_group group; /* of the record that came last */
    uint32_t record;
    const struct case_field *list; /* whose numbers are being gathered; NULL: none */
    uint32_t numbers[BOUND_FIELD_CODES];
    size_t number_count;
    struct error *err;
};

static bool refuse_field(struct section_walk *w, uint32_t number)
{
    struct error why = *w->err;

    return error_set(w->err, E_CAS_01, "section %s field %u: %s", section_name(w->section), (unsigned)number, why.text);
}

static bool set_text(struct section_walk *w, const struct case_field *f, struct view text)
{
    /* The walk has passed it: not empty, and UTF-8. */
    bool ok = w->out == NULL ? case_field_utf8_ok(f, text, w->err) : case_set_text(w->out, f, w->record, text, w->err);

    return ok ? true : refuse_field(w, f->number);
}

/* What was gathered is the value of F. */
static bool set_numbers(struct section_walk *w, const struct case_field *f)
{
    size_t count = w->number_count;
    bool ok = w->out == NULL ? case_field_numbers_ok(f, w->numbers, count, w->err)
                             : case_set_numbers(w->out, f, w->record, w->numbers, count, w->err);

    w->list = NULL;
    w->number_count = 0;
    return ok ? true : refuse_field(w, f->number);
}

static bool end_list(struct section_walk *w)
{
    return w->list == NULL || set_numbers(w, w->list);
}

static bool set_value(struct section_walk *w, const struct case_field *f, const struct contract_item *item)
{
    size_t letters = letters_of(f);

    if (case_field_is_text(f))
        return set_text(w, f, item->value);
    REQUIRE(w->number_count < BOUND_FIELD_CODES);
    w->numbers[w->number_count++] = letters == 0 ? (uint32_t)item->number : letters_read(item->value, letters);
    if (!case_field_is_list(f))
        return set_numbers(w, f);
    w->list = f;
    return true;
}

/* A field of the section or, one deeper, of a record in it. */
static bool on_section_item(void *cookie, const struct contract_item *item)
{
    struct section_walk *w = cookie;
    uint32_t number = item->field->number;
    bool again = number == w->last;
    const struct case_field *f = NULL;

    if (item->field->type != CONTRACT_MESSAGE) {
        f = case_field_by_number(w->section, item->depth == 0 ? GROUP_NONE : w->group, number);
        REQUIRE(f != NULL); /* both tables are made from one contract */
    }
    if (f != w->list && !end_list(w))
        return false;
    if (item->depth == 0) {
        if (!again && w->refs != NULL)
            w->refs[w->count++] = FIELD_REF(w->section, number);
        w->record = again && f == NULL ? w->record + 1 : 0;
        w->last = number;
    }
    if (f != NULL)
        return set_value(w, f, item);
    w->group = case_group_by_number(w->section, number);
    return true;
}

static bool walk_section(struct section_walk *w, struct view wire)
{
    REQUIRE(w->section > 0 && w->section < SECTION_END);
    if (wire.size == 0)
        return error_set(w->err, E_CAS_01, "section %s is empty", section_name(w->section));
    if (contract_visit(case_contracts[w->section], wire, on_section_item, w, w->err))
        return end_list(w);
    return w->err->code == E_CAS_01 ? false : error_wrap(w->err, "section %s", section_name(w->section));
}

bool case_section_decode(enum section s, struct view wire, struct case_data *out, struct error *err)
{
    struct section_walk check = {.section = s, .err = err};
    struct section_walk keep = {.section = s, .out = out, .err = err};

    if ((case_sections(out) & SECTION_BIT(s)) != 0)
        return error_set(err, E_CAS_01, "section %s came twice", section_name(s));
    return walk_section(&check, wire) && walk_section(&keep, wire);
}

bool case_section_fields(enum section s, struct view wire, uint32_t refs[static CASE_SECTION_FIELDS], size_t *count,
                         struct error *err)
{
    uint32_t found[CASE_SECTION_FIELDS]; /* no section has more */
    struct section_walk w = {.section = s, .refs = found, .err = err};

    if (!walk_section(&w, wire))
        return false;
    memcpy(refs, found, w.count * sizeof *refs);
    *count = w.count;
    return true;
}

struct outcome_search {
    enum section section;
    outcome_set said;
};

static bool on_outcome(void *cookie, const struct contract_item *item)
{
    struct outcome_search *o = cookie;

    if (item->depth == 0)
        o->said |= outcome_said(FIELD_REF(o->section, item->field->number), item->number);
    return true;
}

outcome_set case_section_outcomes(enum section s, struct view wire)
{
    struct outcome_search o = {.section = s};
    struct error err;

    if (outcome_may_be_in(s))
        REQUIRE(contract_visit(case_contracts[s], wire, on_outcome, &o, &err));
    return o.said;
}

struct copying {
    enum section section;
    const uint32_t *refs; /* not to be copied */
    size_t count;
    struct bytes *out;
    const uint8_t *last; /* where the field that came last begins: of packed numbers each is told of */
};

static bool on_copied(void *cookie, const struct contract_item *item)
{
    struct copying *to = cookie;

    if (item->depth > 0 || item->whole.at == to->last)
        return true;
    to->last = item->whole.at;
    if (!field_ref_is_among(FIELD_REF(to->section, item->field->number), to->refs, to->count))
        bytes_append_view(to->out, item->whole);
    return true;
}

/* Copied field by field, so that a field which is not marked is left out, a newer one too. */
static bool on_safety_page(void *cookie, const struct contract_item *item)
{
    struct copying *to = cookie;
    const struct case_field *f;

    if (item->depth > 0 || item->whole.at == to->last)
        return true;
    to->last = item->whole.at;
    f = case_field_by_number(to->section, GROUP_NONE, item->field->number);
    if (f != NULL && f->safety_page)
        bytes_append_view(to->out, item->whole);
    return true;
}

bool case_section_safety_page(enum section s, struct view wire, struct bytes *out, struct error *err)
{
    struct section_walk w = {.section = s, .err = err};
    struct copying to = {.section = s, .out = out};

    if (!walk_section(&w, wire))
        return false;
    (void)bytes_reserve(out, wire.size);
    REQUIRE(contract_visit(case_contracts[s], wire, on_safety_page, &to, err));
    return true;
}

/* A section has one form in bytes, and so has each of its fields: those that stay are copied as they are. */
bool case_section_without(enum section s, struct view wire, const uint32_t *refs, size_t count, struct bytes *out,
                          bool *empty, struct error *err)
{
    struct section_walk w = {.section = s, .err = err};
    struct copying to = {.section = s, .refs = refs, .count = count, .out = out};
    size_t begin = out->size;

    if (!walk_section(&w, wire))
        return false;
    (void)bytes_reserve(out, wire.size);
    REQUIRE(contract_visit(case_contracts[s], wire, on_copied, &to, err));
    *empty = out->size == begin;
    return true;
}

/* --- two of them --- */

/* The bytes of one field, wherever it stands. */
struct picking {
    uint32_t number;
    struct bytes *out;
    const uint8_t *last; /* as of copying */
};

static bool on_picked(void *cookie, const struct contract_item *item)
{
    struct picking *to = cookie;

    if (item->depth > 0 || item->field->number != to->number || item->whole.at == to->last)
        return true;
    to->last = item->whole.at;
    bytes_append_view(to->out, item->whole);
    return true;
}

static void pick_field(enum section s, struct view wire, uint32_t ref, struct bytes *out)
{
    struct picking to = {.number = FIELD_REF_NUMBER(ref), .out = out};
    struct error err;

    REQUIRE(wire.size == 0 || contract_visit(case_contracts[s], wire, on_picked, &to, &err));
}

static bool list_fields(enum section s, struct view wire, uint32_t refs[static CASE_SECTION_FIELDS], size_t *count,
                        struct error *err)
{
    *count = 0;
    return wire.size == 0 || case_section_fields(s, wire, refs, count, err);
}

bool case_section_join(enum section s, struct view wire, struct view other, const uint32_t *refs, size_t count,
                       struct bytes *out, struct error *err)
{
    uint32_t own[CASE_SECTION_FIELDS];
    uint32_t theirs[CASE_SECTION_FIELDS];
    size_t own_count;
    size_t their_count;
    size_t at = 0;

    if (!list_fields(s, wire, own, &own_count, err) || !list_fields(s, other, theirs, &their_count, err))
        return false;
    (void)bytes_reserve(out, wire.size + other.size);
    for (size_t i = 0; i <= own_count; i++) {
        for (; at < count && (i == own_count || refs[at] < own[i]); at++)
            pick_field(s, other, refs[at], out);
        REQUIRE(i == own_count || at == count || refs[at] != own[i]);
        if (i < own_count)
            pick_field(s, wire, own[i], out);
    }
    return true;
}

bool case_section_differs(enum section s, struct view wire, struct view other, uint32_t ref)
{
    struct bytes one = {.wiping = true};
    struct bytes two = {.wiping = true};
    bool differs;

    pick_field(s, wire, ref, &one);
    pick_field(s, other, ref, &two);
    differs = one.size != 0 && two.size != 0 && !view_equal(bytes_view(&one), bytes_view(&two));
    bytes_fini(&one);
    bytes_fini(&two);
    return differs;
}
