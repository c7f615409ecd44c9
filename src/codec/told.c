#include "codec/told.h"

#include <string.h>

#include "codec/audit_messages.h"
#include "codec/contract_inside.h"

/* The field of an audit record that has R's own message. */
static const struct contract_field *own_field(const struct record *r)
{
    const struct contract_field *f =
        contract_field_from(&audit_record_contract, 0, audit_record_contract.kinds_from + (uint64_t)r->kind);

    REQUIRE(f != NULL && f->number == audit_record_contract.kinds_from + (uint32_t)r->kind);
    return f;
}

static bool is_list(const struct contract_field *f)
{
    return f->items != 0 && f->type != CONTRACT_SET;
}

static enum told_type type_of_number(const struct contract_field *f)
{
    switch (f->meaning) {
    case CONTRACT_AS_TIME:
        return TOLD_TIME;
    case CONTRACT_AS_DAY:
        return TOLD_DAY;
    case CONTRACT_AS_NUMBER:
        return TOLD_NUMBER;
    default:
        return f->word != NULL || f->by != NULL ? TOLD_WORD : TOLD_NUMBER;
    }
}

static enum told_type type_of(const struct contract_field *f)
{
    if (f->object != NULL)
        return TOLD_OBJECT;
    if (f->meaning == CONTRACT_AS_NOTE)
        return TOLD_NOTE;
    if (f->meaning == CONTRACT_AS_BASE64)
        return TOLD_BASE64;
    if (f->meaning == CONTRACT_AS_WORDS)
        return TOLD_WORDS;
    switch (f->type) {
    case CONTRACT_NUMBER:
        return type_of_number(f);
    case CONTRACT_BOOL:
        return TOLD_BOOL;
    case CONTRACT_SET:
        return TOLD_WORDS;
    case CONTRACT_FIXED:
        return f->meaning == CONTRACT_AS_FINGERPRINT ? TOLD_FINGERPRINT : f->width == HASH_SIZE ? TOLD_HASH : TOLD_ID;
    case CONTRACT_PATH:
        return TOLD_HASHES;
    case CONTRACT_BYTES:
        return TOLD_LENGTH;
    case CONTRACT_MESSAGE:
        return TOLD_OBJECT;
    default:
        REQUIRE(f->type == CONTRACT_TEXT || f->type == CONTRACT_LINE || f->type == CONTRACT_LINES ||
                f->type == CONTRACT_AGENCY || f->type == CONTRACT_ADDRESS);
        return TOLD_TEXT;
    }
}

/* The value at P that F describes; of a list, one element. */
static void read_value(const struct contract_field *f, const void *p, struct told_field *t)
{
    t->type = type_of(f);
    t->must = f->must;
    t->word_of = f->word;
    if (f->type == CONTRACT_NUMBER || f->type == CONTRACT_SET)
        t->number = contract_number(f, p);
    else if (f->type == CONTRACT_BOOL)
        t->number = *(const bool *)p;
    else if (f->type == CONTRACT_FIXED)
        t->bytes = view_of(p, f->width);
    else if (f->type == CONTRACT_ADDRESS)
        t->bytes = address_view(p);
    else if (f->type == CONTRACT_MESSAGE)
        t->object = p;
    else
        memcpy(&t->bytes, p, sizeof t->bytes);
    if (t->type == TOLD_LENGTH)
        t->number = t->bytes.size;
    if (t->type == TOLD_BASE64 && f->type == CONTRACT_FIXED && is_zeros(t->bytes))
        t->bytes.size = 0;
    if (t->type == TOLD_WORD && f->word != NULL && t->number != 0)
        t->word = f->word(t->number);
    t->sub = f->object != NULL ? f->object : f->sub;
    if (f->object != NULL)
        t->object = NULL; /* until it is made */
}

bool told_is_empty(const struct told_field *t)
{
    switch (t->type) {
    case TOLD_WORD:
        return t->word == NULL;
    case TOLD_TEXT:
    case TOLD_HASHES:
    case TOLD_NOTE:
        return t->bytes.size == 0;
    case TOLD_ID:
    case TOLD_HASH:
    case TOLD_FINGERPRINT:
    case TOLD_BASE64:
        return is_zeros(t->bytes);
    case TOLD_LIST:
        return t->count == 0;
    case TOLD_OBJECT:
        return t->object == NULL;
    case TOLD_NULL:
        return true;
    default:
        return t->number == 0;
    }
}

static void read_told(const struct contract_field *f, const void *in, struct told_field *t)
{
    bool is_there = true;

    *t = (struct told_field){.name = f->json, .in = in};
    if (is_list(f)) {
        t->type = TOLD_LIST;
        t->list = f;
        memcpy(&t->count, const_at(in, f->beside), sizeof t->count);
    } else {
        read_value(f, const_at(in, f->at), t);
    }
    if (f->by != NULL)
        f->by(in, t);
    if (f->has)
        memcpy(&is_there, const_at(in, f->beside), sizeof is_there);
    t->left_out = !is_there || (f->when != NULL && !f->when(in)) || (f->omit_empty && told_is_empty(t));
}

void *told_make(struct told_field *t, size_t size)
{
    REQUIRE(t->type == TOLD_OBJECT && t->sub->size == size && size <= sizeof t->made);
    memset(t->made, 0, size);
    t->object = t->made;
    return t->made;
}

void told_element(const struct told_field *t, size_t i, struct told_field *out)
{
    const struct contract_field *f = t->list;
    const void *first = const_at(t->in, f->at);

    REQUIRE(t->type == TOLD_LIST && i < t->count);
    if (!f->in_place)
        memcpy(&first, first, sizeof first);
    *out = (struct told_field){.in = t->in};
    read_value(f, const_at(first, i * f->width), out);
}

const char *told_next_word(const struct told_field *t, unsigned *bit)
{
    REQUIRE(t->type == TOLD_WORDS && t->word_of != NULL);
    while (*bit < 32) {
        unsigned n = (*bit)++;

        if (n > 0 && (t->number & UINT64_C(1) << n) != 0)
            return t->word_of(n);
    }
    return NULL;
}

/* The field that stands at PLACE in the .proto; NULL: that one is not told. */
static const struct contract_field *field_at(const struct contract_message *m, size_t place)
{
    for (unsigned i = 0; i < m->count; i++)
        if ((m->fields[i].json != NULL || m->fields[i].meaning == CONTRACT_AS_MEMBERS) && m->fields[i].place == place)
            return &m->fields[i];
    return NULL;
}

void told_message(const struct contract_message *m, const void *in,
                  void (*tell)(void *cookie, const struct told_field *t), void *cookie)
{
    for (size_t place = 0; place < m->count; place++) {
        const struct contract_field *f = field_at(m, place);
        struct told_field t;

        if (f == NULL)
            continue;
        read_told(f, in, &t);
        if (f->meaning == CONTRACT_AS_MEMBERS)
            told_message(t.sub, t.object, tell, cookie);
        else
            tell(cookie, &t);
    }
    if (m == &audit_record_contract)
        told_record(in, tell, cookie);
}

bool told_one(const struct contract_message *m, const void *in, struct view name, struct told_field *out)
{
    for (unsigned i = 0; i < m->count; i++) {
        const struct contract_field *f = &m->fields[i];

        if (f->meaning == CONTRACT_AS_MEMBERS && f->sub != NULL && told_one(f->sub, const_at(in, f->at), name, out))
            return true;
        if (f->json != NULL && view_equal(view_of_text(f->json), name)) {
            read_told(f, in, out);
            return true;
        }
    }
    return false;
}

void told_record(const struct record *r, void (*tell)(void *cookie, const struct told_field *t), void *cookie)
{
    const struct contract_field *own = own_field(r);

    told_message(own->sub, const_at(r, own->at), tell, cookie);
}

/* The field NAME of R's own message; NULL: it has none. */
static const struct contract_field *own_field_named(const struct record *r, const char *name, const void **own)
{
    const struct contract_field *f = own_field(r);

    *own = const_at(r, f->at);
    for (unsigned i = 0; i < f->sub->count; i++)
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
    memcpy(&v, const_at(own, f->at), sizeof v);
    return v;
}

const struct ident *told_ident(const struct record *r, const char *name)
{
    const void *own;
    const struct contract_field *f = own_field_named(r, name, &own);
    bool there = f != NULL;

    REQUIRE(f == NULL || (f->type == CONTRACT_FIXED && f->width == IDENT_SIZE));
    if (there && f->has)
        memcpy(&there, const_at(own, f->beside), sizeof there);
    return there ? const_at(own, f->at) : NULL;
}
