/* The structs of a contract's messages, and the tables by which their bytes are made from structs and back. The macros
 * are those of src/codec/contract.h.
 */
#include <inttypes.h>
#include <stdio.h>

#include "contract.h"
#include "text.h"

/* --- structs --- */

static void write_member(const Refex__Field *f)
{
    if (is_set(f->rule->always))
        return;
    if (is_set(f->rule->has))
        printf("    bool %s;\n", f->rule->has);
    if (f->is_list)
        printf("    const %s *%s;\n    size_t %s;\n", f->rule->c_type, f->rule->member, f->rule->count);
    else if (is_set(f->rule->c_type))
        printf("    %s %s;\n", f->rule->c_type, f->rule->member);
    else
        printf("    uint8_t %s[%s];\n", f->rule->member, f->most);
    if (f->held != NULL)
        printf("    struct %s %s;\n", f->held->struct_name, f->rule->into);
}

static void write_struct(const Refex__Message *m)
{
    printf("extern const struct contract_message %s_contract;\n\n", m->in_c);
    if (!is_set(m->struct_name) || is_set(m->form->struct_) || m->n_field == 0)
        return;
    printf("struct %s {\n", m->struct_name);
    for (size_t i = 0; i < m->n_field; i++)
        write_member(m->field[i]);
    printf("};\n\n");
}

void write_structs(const Refex__File *c)
{
    const char *upper = upper_of(c->stem);

    printf("/* Made from proto/%s.proto, which says what each member is. */\n", c->stem);
    printf("#ifndef CODEC_%s_MESSAGES_H\n#define CODEC_%s_MESSAGES_H\n\n", upper, upper);
    printf("#include \"codec/messages.h\"\n");
    for (size_t i = 0; i < c->options->boundary->n_headers; i++)
        printf("#include \"%s\"\n", c->options->boundary->headers[i]);
    printf("\n");
    for (size_t i = 0; i < c->n_message; i++)
        write_struct(c->message[i]);
    printf("\n#define %s_MESSAGES(MESSAGE, PART)", upper);
    for (size_t i = 0; i < c->n_message; i++)
        if (c->message[i]->n_field > 0)
            printf(" \\\n    %s(%s, %s)", c->message[i]->form->part ? "PART" : "MESSAGE", c->message[i]->in_c,
                   c->message[i]->struct_name);
    printf("\n\n%s_MESSAGES(CONTRACT_PROTOTYPES, CONTRACT_NOTHING)\n\n#endif\n", upper);
}

/* --- tables --- */

/* Where F's member is. */
static const char *place_of(const Refex__Message *m, const Refex__Field *f)
{
    const char *s = m->struct_name;

    if (!is_set(s))
        return ".at = 0";
    if (is_set(f->rule->always))
        return ".always = true";
    if (f->is_flat)
        return format("CONTRACT_FLAT(%s)", s);
    if (f->is_list)
        return format("%s(%s, %s, %s, %s)", f->rule->in_place ? "CONTRACT_ARRAY" : "CONTRACT_LIST", s, f->rule->member,
                      f->rule->c_type, f->rule->count);
    if (!is_set(f->rule->c_type) || is_same(f->walk, "NUMBER"))
        return format("CONTRACT_ANY(%s, %s)", s, f->rule->member);
    return format("CONTRACT_MEMBER(%s, %s, %s)", s, f->rule->member, f->rule->c_type);
}

static const char *address_of(const Refex__Message *m)
{
    return m == NULL ? "NULL" : format("&%s_contract", m->in_c);
}

/* Under which name F is told, as what, and where: fields are told in the order of the .proto. */
static void write_told(const Refex__Message *m, const Refex__Field *f)
{
    printf(", .place = %" PRIu32 ", .meaning = CONTRACT_%s", f->place, f->meaning);
    printf(", .json = %s, .when = %s, .by = %s, .omit_empty = %d, .object = %s", quoted(f->rule->json),
           either(f->rule->when, "NULL"), either(f->rule->by, "NULL"), f->rule->omit_empty, address_of(f->object));
    if (is_set(f->words))
        printf(", .word = %s_%s_word", m->in_c, f->name);
}

static void write_field(const Refex__Message *m, const Refex__Field *f)
{
    printf("    {.number = %" PRId32 ", .type = CONTRACT_%s, .name = \"%s\", %s", f->number, f->walk, f->name,
           place_of(m, f));
    printf(", .min = %s, .max = %s, .items = %s, .must = %d, .ascending = %d", f->rule->least, f->most, f->items,
           f->rule->must || is_set(f->rule->always), f->rule->ascending || f->rule->type == TYPE(SET));
    if (is_set(f->rule->has))
        printf(", .has = true, .beside = offsetof(struct %s, %s)", m->struct_name, f->rule->has);
    if (f->held != NULL)
        printf(", .beside = CONTRACT_AT(%s, %s, struct %s)", m->struct_name, f->rule->into, f->held->struct_name);
    printf(", .sub = %s", address_of(f->held != NULL ? f->held : f->sub));
    if (f->is_told)
        write_told(m, f);
    printf("},\n");
}

static bool is_secret(const Refex__Message *m)
{
    for (size_t i = 0; m != NULL && i < m->n_field; i++)
        if (m->field[i]->rule->secret || is_secret(m->field[i]->sub) || is_secret(m->field[i]->held))
            return true;
    return false;
}

static void write_fields(const Refex__Message *m)
{
    for (size_t i = 0; i < m->n_field; i++) {
        const Refex__Field *f = m->field[i];

        if (f->is_told && is_set(f->words))
            printf("CONTRACT_WORD(%s_%s_word, %s)\n", m->in_c, f->name, f->words);
    }
    printf("static const struct contract_field %s_fields[] = {\n", m->in_c);
    for (size_t i = 0; i < m->n_field; i++)
        write_field(m, m->field[i]);
    printf("};\n\n");
}

static void write_table(const Refex__Message *m, const char *boundary)
{
    const char *most = is_set(m->struct_name) ? "BOUND_FRAME" : "BOUND_SECTION";
    size_t kind = 0;

    while (m->form->kinds_from != 0 && (m->n_field == 0 || !is_same(m->field[kind]->name, "kind")))
        demand(++kind < m->n_field, m->name, "`kinds_from` without a field `kind`");
    if (is_set(m->form->rule))
        printf("CONTRACT_RULE(%s_hold, %s)\n", m->in_c, m->form->rule);
    if (m->n_field > 0)
        write_fields(m);
    printf("const struct contract_message %s_contract = {\n", m->in_c);
    printf("    .descriptor = &%s__descriptor,\n    .count = %zu,\n", m->descriptor, m->n_field);
    printf("    .fields = %s,\n", m->n_field > 0 ? format("%s_fields", m->in_c) : "NULL");
    printf("    .size = %s,\n",
           is_set(m->struct_name) && m->n_field > 0 ? format("sizeof(struct %s)", m->struct_name) : "0");
    printf("    .boundary = BOUNDARY_%s,\n    .max_bytes = %s,\n    .later_fields = %d,\n    .secret = %d,\n", boundary,
           either(m->form->bound, most), m->form->later_fields, is_secret(m));
    printf("    .musts = 0");
    for (size_t i = 0; i < m->n_field; i++)
        if (m->field[i]->rule->must || is_set(m->field[i]->rule->always))
            printf(" | UINT64_C(1) << %zu", i);
    printf(",\n    .kinds_from = %" PRIu32 ",\n    .kind = %zu,\n", m->form->kinds_from, kind);
    if (m->n_field > 0 && m->field[m->n_field - 1]->number - m->field[0]->number == (int)m->n_field - 1)
        printf("    .first = %" PRId32 ",\n", m->field[0]->number);
    printf("    .rule = %s,\n};\n\n", is_set(m->form->rule) ? format("%s_hold", m->in_c) : "NULL");
}

void write_tables(const Refex__File *c)
{
    printf("/* Made from proto/%s.proto. */\n#include \"codec/%s_messages.h\"\n\n", c->stem, c->stem);
    printf("#include \"codec/contract.h\"\n#include \"codec/rules.h\"\n#include \"codec/told_rules.h\"\n\n");
    printf("#include \"%s.pb-c.h\"\n\n", c->stem);
    for (size_t i = 0; i < c->n_message; i++)
        write_table(c->message[i], c->options->boundary->name);
    printf("%s_MESSAGES(CONTRACT_FUNCTIONS, CONTRACT_NOTHING)\n", upper_of(c->stem));
}
