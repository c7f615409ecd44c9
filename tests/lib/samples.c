#include "samples.h"

#include "codec/audit_messages.h"
#include "codec/consent_messages.h"
#include "codec/contract.h"
#include "codec/envelope_codec.h"
#include "codec/referral_messages.h"

#include <string.h>

#include <protobuf-c/protobuf-c.h>

static bool random_bool(struct fake_random *d)
{
    return fake_random_below(d, 2) == 1;
}

/* From FIRST up to END, END excluded. */
static uint32_t number(struct fake_random *d, uint32_t first, uint32_t end)
{
    return first + (uint32_t)fake_random_below(d, end - first);
}

static void fill_random(struct fake_random *d, void *at, size_t size)
{
    random_fill(&d->random, at, size);
}

struct view sample_bytes(struct fake_random *d, struct arena *a, size_t size)
{
    uint8_t *at = arena_new(a, size);

    fill_random(d, at, size);
    return view_of(at, size);
}

struct view sample_text(struct fake_random *d, struct arena *a, size_t size)
{
    uint8_t *at = arena_new(a, size);

    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)number(d, ' ', 127);
    return view_of(at, size);
}

struct view sample_agency(struct fake_random *d, struct arena *a)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t size = number(d, 1, BOUND_AGENCY + 1);
    uint8_t *at = arena_new(a, size + 12);

    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)letters[fake_random_below(d, sizeof letters - 1)];
    memcpy(at + size, "@nrm.example", 12);
    return view_of(at, size + 12);
}

struct view sample_path(struct fake_random *d, struct arena *a, size_t max)
{
    return sample_bytes(d, a, HASH_SIZE * fake_random_below(d, max + 1));
}

static section_set sections_or_none(struct fake_random *d)
{
    return random_bool(d) ? (section_set)fake_random_next(d) & SECTION_ALL : 0;
}

static void ident_or_none(struct fake_random *d, bool *has, struct ident *out)
{
    *has = random_bool(d);
    if (*has)
        fill_random(d, out, sizeof *out);
}

/* --- a message, by the table that is made from its contract --- */

static void sample_number(struct fake_random *d, const struct contract_field *f, void *out)
{
    uint64_t n = f->max == UINT64_MAX ? fake_random_next(d) | 1 : f->min + fake_random_below(d, f->max - f->min + 1);
    uint32_t word = (uint32_t)n;

    REQUIRE(f->width == sizeof n || f->width == sizeof word);
    memcpy(out, f->width == sizeof n ? (void *)&n : (void *)&word, f->width);
}

static struct view sample_view(struct fake_random *d, struct arena *a, const struct contract_field *f)
{
    switch (f->type) {
    case CONTRACT_AGENCY:
        return sample_agency(d, a);
    case CONTRACT_PATH:
        return sample_path(d, a, f->max);
    case CONTRACT_BYTES:
        return sample_bytes(d, a, number(d, 1, (uint32_t)f->max + 1));
    default:
        REQUIRE(f->type == CONTRACT_LINE || f->type == CONTRACT_LINES);
        return sample_text(d, a, number(d, 1, (uint32_t)f->max + 1));
    }
}

/* Texts: what more they have to be is a rule, and mostly does not hold. */
static void sample_texts(struct fake_random *d, struct arena *a, const struct contract_field *f, uint8_t *out)
{
    size_t count = number(d, 1, (uint32_t)f->items + 1);
    struct view *list = arena_new(a, count * sizeof *list);

    for (size_t i = 0; i < count; i++)
        list[i] = sample_view(d, a, f);
    memcpy(out + f->at, &list, sizeof list);
    memcpy(out + f->beside, &count, sizeof count);
}

/* Numbers that ascend. */
static void sample_list(struct fake_random *d, struct arena *a, const struct contract_field *f, uint8_t *out)
{
    uint32_t *list = arena_new(a, f->items * sizeof *list);
    size_t count = 0;

    REQUIRE(f->type == CONTRACT_NUMBER && f->width == sizeof *list);
    for (uint32_t n = (uint32_t)f->min; n <= f->max && count < f->items; n++)
        if (random_bool(d))
            list[count++] = n;
    memcpy(out + f->at, &list, sizeof list);
    memcpy(out + f->beside, &count, sizeof count);
}

/* A bit each of 1 to the largest number. */
static uint32_t sample_set(struct fake_random *d, const struct contract_field *f)
{
    REQUIRE(f->max < 32);
    return (uint32_t)fake_random_next(d) & (uint32_t)((UINT64_C(2) << f->max) - 2);
}

static void sample_field(struct fake_random *d, struct arena *a, const struct contract_field *f, uint8_t *out)
{
    bool present = f->must || random_bool(d);
    uint32_t set;
    struct view v;

    if (f->has)
        memcpy(out + f->beside, &present, sizeof present);
    if (!present)
        return;
    if (f->items > 0 && f->type != CONTRACT_SET) {
        if (f->type == CONTRACT_NUMBER)
            sample_list(d, a, f, out);
        else
            sample_texts(d, a, f, out);
        return;
    }
    switch (f->type) {
    case CONTRACT_BOOL:
        memcpy(out + f->at, &present, sizeof present);
        return;
    case CONTRACT_NUMBER:
        sample_number(d, f, out + f->at);
        return;
    case CONTRACT_FIXED:
        fill_random(d, out + f->at, f->width);
        return;
    case CONTRACT_SET:
        set = sample_set(d, f);
        memcpy(out + f->at, &set, sizeof set);
        return;
    default:
        v = sample_view(d, a, f);
        memcpy(out + f->at, &v, sizeof v);
    }
}

/* The message of its own that one of KIND has, in a message of M; NULL: there is no such kind. */
static const struct contract_field *own_field(const struct contract_message *m, unsigned kind)
{
    for (unsigned i = 0; i < m->count; i++)
        if (m->fields[i].number == m->kinds_from + kind)
            return &m->fields[i];
    return NULL;
}

const struct contract_field *sample_own_field(enum record_kind kind)
{
    return own_field(&audit_record_contract, kind);
}

/* The message at OWN in the struct OUT; false: its rule does not hold. */
static bool sample_own(struct fake_random *d, struct arena *a, const struct contract_field *own, void *out)
{
    uint8_t *at = (uint8_t *)out + own->at;
    struct error err;

    for (unsigned i = 0; i < own->sub->count; i++)
        sample_field(d, a, &own->sub->fields[i], at);
    return own->sub->rule == NULL || own->sub->rule(at, &err);
}

/* Drawn again until the rules between fields hold. */
void sample_record(struct fake_random *d, struct arena *a, enum record_kind kind, struct record *out)
{
    struct error err;

    do {
        memset(out, 0, sizeof *out);
        fill_random(d, out->salt, sizeof out->salt);
        out->index = random_bool(d) ? fake_random_next(d) : 0;
        out->time_ms = (int64_t)(1 + fake_random_below(d, INT64_MAX - 1));
        out->kind = kind;
        ident_or_none(d, &out->has_actor, &out->actor);
    } while (!sample_own(d, a, sample_own_field(kind), out) || !audit_record_contract.rule(out, &err));
}

/* --- the others --- */

static struct view note(struct fake_random *d, struct arena *a, uint32_t max)
{
    return sample_bytes(d, a, number(d, 1, max + 1));
}

void sample_consent_header(struct fake_random *d, struct arena *a, struct consent_header *out)
{
    memset(out, 0, sizeof *out);
    fill_random(d, &out->consent, sizeof out->consent);
    out->agency = sample_agency(d, a);
    out->until = number(d, 1, UINT32_MAX);
}

void sample_consent_given(struct fake_random *d, struct arena *a, struct consent_given *out)
{
    memset(out, 0, sizeof *out);
    out->by = number(d, 1, GIVEN_BY_END);
    out->at_ms = (int64_t)(1 + fake_random_below(d, INT64_MAX - 1));
    out->notice = sample_text(d, a, number(d, 1, BOUND_NOTICE + 1));
    out->language = view_of_text(random_bool(d) ? "ukr" : "und");
    out->interpreter = number(d, 0, 4);
    out->seen_alone = number(d, 1, 3);
    out->told_irreversible = random_bool(d);
}

void sample_grant(struct fake_random *d, struct arena *a, struct grant *out)
{
    uint32_t *excluded = arena_new(a, 8 * sizeof *excluded);
    struct view *named = arena_new(a, 8 * sizeof *named);

    memset(out, 0, sizeof *out);
    out->sections = ((section_set)fake_random_next(d) & SECTION_ALL) | SECTION_BIT(SECTION_IDENTITY);
    out->excluded_count = fake_random_below(d, 9);
    for (uint32_t i = 0; i < out->excluded_count; i++)
        excluded[i] = FIELD_REF(1 + i, number(d, 1, 65536));
    out->excluded = excluded;
    out->recipient = sample_agency(d, a);
    out->purpose = number(d, 1, PURPOSE_END);
    out->onward = number(d, 1, ONWARD_END);
    out->named_count = out->onward == ONWARD_NAMED ? number(d, 1, 9) : 0;
    for (size_t i = 0; i < out->named_count; i++) {
        struct view rest = sample_agency(d, a);
        uint8_t *at = arena_new(a, rest.size);

        memcpy(at, rest.at, rest.size);
        at[0] = (uint8_t)('a' + i);
        named[i] = view_of(at, rest.size);
    }
    out->named = named;
    out->keep_until = number(d, 1, UINT32_MAX);
}

/* At place 0 the grant without sections, else one with. */
static void sample_shown(struct fake_random *d, struct arena *a, uint32_t place, struct shown_grant *out)
{
    struct bytes b = {0};

    out->place = place;
    fill_random(d, out->salt, sizeof out->salt);
    sample_grant(d, a, &out->grant);
    if (place == 0) {
        out->grant.sections = 0;
        out->grant.excluded_count = 0;
    }
    grant_encode(&out->grant, &b);
    out->bytes = arena_copy(a, bytes_view(&b));
    bytes_fini(&b);
}

static void sample_open(struct fake_random *d, struct arena *a, struct shown_grant *shown, struct consent_receipt *out)
{
    struct bytes b = {0};

    out->g = sample_bytes(d, a, (size_t)HASH_SIZE * (BOUND_GRANTS - 1));
    out->shown_count = number(d, 1, 5);
    for (uint32_t i = 1; i < out->shown_count; i++)
        sample_shown(d, a, 2 * i - (uint32_t)random_bool(d), &shown[i]);
    fill_random(d, out->salt_w, sizeof out->salt_w);
    sample_consent_given(d, a, &out->given);
    consent_given_encode(&out->given, &b);
    out->given_bytes = arena_copy(a, bytes_view(&b));
    bytes_fini(&b);
}

void sample_consent_receipt(struct fake_random *d, struct arena *a, struct consent_receipt *out)
{
    struct shown_grant *shown = arena_new(a, 4 * sizeof *shown);
    struct bytes b = {0};

    memset(out, 0, sizeof *out);
    sample_consent_header(d, a, &out->header);
    consent_header_encode(&out->header, &b);
    out->header_bytes = arena_copy(a, bytes_view(&b));
    fill_random(d, out->salt_h, sizeof out->salt_h);
    fill_random(d, &out->w, sizeof out->w);
    fill_random(d, &out->c, sizeof out->c);
    sample_shown(d, a, 0, &shown[0]);
    out->shown = shown;
    out->shown_count = 1;
    if (random_bool(d))
        fill_random(d, &out->rest, sizeof out->rest);
    else
        sample_open(d, a, shown, out);
    out->record_bytes = sample_bytes(d, a, number(d, 1, BOUND_RECORD + 1));
    out->path = sample_path(d, a, BOUND_PATH);
    out->checkpoint = note(d, a, BOUND_CHECKPOINT);
    bytes_fini(&b);
}

static void sample_address(struct fake_random *d, struct address *out)
{
    struct arena a = {0};

    REQUIRE(address_read(sample_agency(d, &a), out));
    arena_fini(&a);
}

void sample_envelope_header(struct fake_random *d, struct envelope_header *out)
{
    memset(out, 0, sizeof *out);
    out->version = ENVELOPE_VERSION;
    out->suite = SUITE_X25519_AES256GCM;
    fill_random(d, &out->message, sizeof out->message);
    sample_address(d, &out->sender);
    sample_address(d, &out->recipient);
    out->expiry = number(d, 1, UINT32_MAX);
    fill_random(d, &out->key, sizeof out->key);
    fill_random(d, out->enc, sizeof out->enc);
    out->sequence = random_bool(d) ? number(d, 1, SEQUENCE_END) : 0;
}

void sample_envelope(struct fake_random *d, struct arena *a, struct envelope *out)
{
    struct bytes b = {0};

    memset(out, 0, sizeof *out);
    sample_envelope_header(d, &out->header);
    envelope_header_encode(&out->header, &b);
    out->header_bytes = arena_copy(a, bytes_view(&b));
    out->ciphertext = sample_bytes(d, a, 4096 * number(d, 1, 3) + 16); /* the first bucket or the third */
    bytes_fini(&b);
}

void sample_content(struct fake_random *d, struct arena *a, bool receipt, struct content *out)
{
    memset(out, 0, sizeof *out);
    out->record = sample_bytes(d, a, number(d, 1, BOUND_RECORD + 1));
    out->path = sample_path(d, a, BOUND_PATH);
    out->checkpoint = note(d, a, BOUND_CHECKPOINT);
    out->version = CONTENT_VERSION;
    if (receipt)
        return;
    out->has_body = true;
    fill_random(d, out->body_salt, sizeof out->body_salt);
    out->body = sample_bytes(d, a, number(d, 1, 3000));
    if (random_bool(d)) {
        out->consistency = sample_bytes(d, a, (size_t)HASH_SIZE * number(d, 1, BOUND_CONSISTENCY + 1));
        out->known_size = 1 + fake_random_below(d, INT64_MAX);
    }
    if (random_bool(d))
        out->consent = sample_bytes(d, a, number(d, 1, 3000));
}

void sample_receipt(struct fake_random *d, struct arena *a, struct receipt *out)
{
    *out = (struct receipt){.record = sample_bytes(d, a, number(d, 1, BOUND_RECORD + 1))};
    out->path = sample_path(d, a, BOUND_PATH);
    out->checkpoint = note(d, a, BOUND_CHECKPOINT);
    out->linked = random_bool(d) ? fake_random_below(d, INT64_MAX) : 0;
    out->consistency = sample_path(d, a, BOUND_CONSISTENCY);
    if (out->consistency.size != 0)
        out->from_size = 1 + fake_random_below(d, INT64_MAX);
}

/* Drawn again until the rules between fields hold. */
void sample_body(struct fake_random *d, struct arena *a, enum message_kind kind, struct body *out)
{
    section_set sections;
    struct error err;

    do {
        sections = message_kind_has(kind, KIND_SECTIONS) ? sections_or_none(d) : 0;
        memset(out, 0, sizeof *out);
        out->kind = kind;
        ident_or_none(d, &out->has_referral, &out->referral);
        for (uint32_t s = 1; s < SECTION_END; s++)
            if ((sections & SECTION_BIT(s)) != 0)
                out->sections[out->section_count++] =
                    (struct body_section){.section = s, .data = sample_bytes(d, a, number(d, 1, 200))};
    } while (!sample_own(d, a, own_field(&body_contract, kind), out) || !body_contract.rule(out, &err));
}
