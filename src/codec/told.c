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
    case CONTRACT_BOOL:
        return TOLD_BOOL;
    case CONTRACT_SET:
        return TOLD_SECTIONS;
    case CONTRACT_FIXED:
        return f->as == CONTRACT_AS_FINGERPRINT ? TOLD_FINGERPRINT : f->width == HASH_SIZE ? TOLD_HASH : TOLD_ID;
    case CONTRACT_PATH:
        return TOLD_HASHES;
    case CONTRACT_BYTES:
        return TOLD_LENGTH;
    default:
        REQUIRE(f->type == CONTRACT_TEXT || f->type == CONTRACT_LINE || f->type == CONTRACT_AGENCY ||
                f->type == CONTRACT_ADDRESS);
        return TOLD_TEXT;
    }
}

static struct told_field read_told(const struct contract_field *f, const void *own)
{
    const void *p = at(own, f->at);
    struct told_field t = {.name = f->json, .label = f->label, .type = type_of(f), .must = f->must};

    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_SET)
        t.number = contract_number(f, p);
    else if (f->type == CONTRACT_BOOL)
        t.number = *(const bool *)p;
    else if (f->type == CONTRACT_FIXED)
        t.bytes = view_of(p, f->width);
    else if (f->type == CONTRACT_ADDRESS)
        t.bytes = address_view(p);
    else
        memcpy(&t.bytes, p, sizeof t.bytes);
    if (t.type == TOLD_LENGTH)
        t.number = t.bytes.size;
    if (f->word != NULL && t.number != 0)
        t.word = f->word(t.number);
    return t;
}

/* The field that stands at PLACE in the .proto; NULL: that one is not told. */
static const struct contract_field *field_at(const struct contract_message *m, size_t place)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        if (m->fields[i].json != NULL && m->fields[i].place == place)
            return &m->fields[i];
    return NULL;
}

void told_message(const struct contract_message *m, const void *in,
                  void (*tell)(void *cookie, const struct told_field *t), void *cookie)
{
    for (size_t place = 0; place < m->descriptor->n_fields; place++) {
        const struct contract_field *f = field_at(m, place);

        if (f != NULL) {
            const struct told_field t = read_told(f, in);

            tell(cookie, &t);
        }
    }
}

void told_record(const struct record *r, void (*tell)(void *cookie, const struct told_field *t), void *cookie)
{
    const struct contract_field *own = own_field(r);

    for (size_t place = 0; place < own->sub->descriptor->n_fields; place++) {
        const struct contract_field *f = field_at(own->sub, place);
        struct told_field t;
        bool there = true;

        if (f == NULL)
            continue;
        t = read_told(f, at(r, own->at));
        if (f->has)
            memcpy(&there, at(at(r, own->at), f->beside), sizeof there);
        if (there && (t.type != TOLD_TEXT || t.bytes.size != 0))
            tell(cookie, &t);
    }
}

const struct record_notes *told_notes(const struct record *r)
{
    return own_field(r)->sub == &record_notes_contract ? &r->notes : NULL;
}

/* The field NAME of R's own message; NULL: it has none. */
static const struct contract_field *own_field_named(const struct record *r, const char *name, const void **own)
{
    const struct contract_field *f = own_field(r);

    *own = at(r, f->at);
    for (unsigned i = 0; i < f->sub->descriptor->n_fields; i++)
        if (strcmp(f->sub->fields[i].name, name) == 0)
            return &f->sub->fields[i];
    return NULL;
}

struct view told_agency(const struct record *r, const char *name)
{
    const void *own;
    const struct contract_field *f = own_field_named(r, name, &own);
    struct view v = {0};

    if (f == NULL)
        return v;
    REQUIRE(f->type == CONTRACT_AGENCY);
    memcpy(&v, at(own, f->at), sizeof v);
    return v;
}

const struct ident *told_ident(const struct record *r, const char *name)
{
    const void *own;
    const struct contract_field *f = own_field_named(r, name, &own);
    bool there = f != NULL;

    REQUIRE(f == NULL || (f->type == CONTRACT_FIXED && f->width == IDENT_SIZE));
    if (there && f->has)
        memcpy(&there, at(own, f->beside), sizeof there);
    return there ? at(own, f->at) : NULL;
}
