#include "codec/told.h"

#include <string.h>

#include "codec/audit_messages.h"
#include "codec/contract.h"

/* The field of an audit record that has R's own message. */
static const struct contract_field *own_field(const struct record *r)
{
    const struct contract_message *m = &audit_record_contract;

    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (m->fields[i].number == m->kinds_from + (uint32_t)r->kind)
            return &m->fields[i];
    REQUIRE(false);
    return NULL;
}

static const void *at(const void *base, size_t offset)
{
    return (const uint8_t *)base + offset;
}

static enum told_type type_of(const struct contract_field *f)
{
    switch (f->type) {
    case CONTRACT_NUMBER:
        return f->word != NULL             ? TOLD_WORD
               : f->as == CONTRACT_AS_TIME ? TOLD_TIME
               : f->as == CONTRACT_AS_DAY  ? TOLD_DAY
                                           : TOLD_NUMBER;
    case CONTRACT_SET:
        return TOLD_SECTIONS;
    case CONTRACT_FIXED:
        return f->as == CONTRACT_AS_FINGERPRINT ? TOLD_FINGERPRINT : f->width == HASH_SIZE ? TOLD_HASH : TOLD_ID;
    case CONTRACT_PATH:
        return TOLD_HASHES;
    case CONTRACT_BYTES:
        return TOLD_LENGTH;
    default:
        REQUIRE(f->type == CONTRACT_TEXT || f->type == CONTRACT_LINE || f->type == CONTRACT_AGENCY);
        return TOLD_TEXT;
    }
}

/* False: it is left out. */
static bool read_told(const struct contract_field *f, const void *own, struct told_field *out)
{
    const void *p = at(own, f->at);
    bool there = true;

    *out = (struct told_field){.name = f->json, .type = type_of(f)};
    if (f->has)
        memcpy(&there, at(own, f->beside), sizeof there);
    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_SET)
        out->number = contract_number(f, p);
    else if (f->type == CONTRACT_FIXED)
        out->bytes = view_of(p, f->width);
    else
        memcpy(&out->bytes, p, sizeof out->bytes);
    if (out->type == TOLD_LENGTH)
        out->number = out->bytes.size;
    if (f->word != NULL && out->number != 0)
        out->word = f->word(out->number);
    return there && (out->type != TOLD_TEXT || out->bytes.size != 0);
}

void told_record(const struct record *r, void (*tell)(void *cookie, const struct told_field *t), void *cookie)
{
    const struct contract_field *own = own_field(r);
    unsigned n = own->sub->descriptor->n_fields;
    struct told_field t;

    for (size_t place = 0; place < n; place++)
        for (unsigned i = 0; i < n; i++)
            if (own->sub->fields[i].json != NULL && own->sub->fields[i].place == place &&
                read_told(&own->sub->fields[i], at(r, own->at), &t))
                tell(cookie, &t);
}

const struct record_notes *told_notes(const struct record *r)
{
    return own_field(r)->sub == &record_notes_contract ? &r->notes : NULL;
}

struct view told_recipient(const struct record *r)
{
    const struct contract_field *own = own_field(r);
    struct view v = {0};

    for (unsigned i = 0; i < own->sub->descriptor->n_fields; i++)
        if (strcmp(own->sub->fields[i].name, "recipient") == 0)
            memcpy(&v, at(at(r, own->at), own->sub->fields[i].at), sizeof v);
    return v;
}
