/* Structs of a contract's messages, and the tables between those and bytes (src/codec/contract.h). */
#include "contract.h"

/* F's member as its struct declares it; "": it has none. */
static const char *declared(const Refex__Field *f)
{
    const Refex__FieldRule *r = f->rule;
    const char *has = is_set(r->has) ? format("    bool %s;\n", r->has) : "";
    const char *into = f->held != NULL ? format("    struct %s %s;\n", f->held->struct_name, r->into) : "";

    if (is_set(r->always) || f->is_flat)
        return "";
    if (r->in_place)
        return format("    %s %s[%s];\n    size_t %s;\n", r->c_type, r->member, f->items, r->count);
    if (f->is_list)
        return format("    const %s *%s;\n    size_t %s;\n", r->c_type, r->member, r->count);
    if (is_set(r->c_type))
        return format("%s    %s %s;\n%s", has, r->c_type, r->member, into);
    return format("%s    uint8_t %s[%s];\n", has, r->member, f->most);
}

/* Of the kinds' own fields that share a member the first declares it: no two of them stand at once. */
static void write_struct(const Refex__Message *m)
{
    const char *members = "";
    int64_t kinds_from = m->form->kinds_from != 0 ? m->form->kinds_from : INT32_MAX;

    printf("extern const struct contract_message %s_contract;\n\n", m->in_c);
    for (size_t i = 0; i < m->n_field; i++)
        if (m->field[i]->number <= kinds_from || strstr(members, declared(m->field[i])) == NULL)
            members = format("%s%s", members, declared(m->field[i]));
    if (is_set(m->struct_name) && !is_set(m->form->struct_) && m->n_field > 0)
        printf("struct %s {\n%s};\n\n", m->struct_name, members);
}

void write_structs(const Refex__File *c)
{
    const char *upper = upper_of(c->stem);

    printf("/* proto/%s.proto says what each member is. */\n#pragma once\n#include \"codec/messages.h\"\n", c->stem);
    for (size_t i = 0; i < c->options->boundary->n_headers; i++)
        printf("#include \"%s\"\n", c->options->boundary->headers[i]);
    for (size_t i = 0; i < c->n_message; i++)
        write_struct(c->message[i]);
    printf("#define %s_MESSAGES(MESSAGE, PART)", upper);
    for (size_t i = 0; i < c->n_message; i++)
        if (c->message[i]->n_field > 0)
            printf(" \\\n    %s(%s, %s)", c->message[i]->form->part ? "PART" : "MESSAGE", c->message[i]->in_c,
                   c->message[i]->struct_name);
    printf("\n%s_MESSAGES(CONTRACT_PROTOTYPES, CONTRACT_NOTHING)\n", upper);
}

/* Where F's member is, and what stands beside it. */
static const char *place_of(const char *s, const Refex__Field *f)
{
    const Refex__FieldRule *r = f->rule;
    const char *beside = is_set(r->has) ? format(", CONTRACT_HAS(%s, %s)", s, r->has) : "";

    if (!is_set(s))
        return ".at = 0";
    if (is_set(r->always))
        return ".always = true";
    if (f->is_flat)
        return format("CONTRACT_FLAT(%s)", s);
    if (f->is_list)
        return format("CONTRACT_%s(%s, %s, %s, %s)", r->in_place ? "ARRAY" : "LIST", s, r->member, r->c_type, r->count);
    if (f->held != NULL)
        beside = format(", CONTRACT_HELD(%s, %s, %s)", s, r->into, f->held->struct_name);
    if (!is_set(r->c_type) || is_same(f->walk, "NUMBER"))
        return format("CONTRACT_ANY(%s, %s)%s", s, r->member, beside);
    return format("CONTRACT_MEMBER(%s, %s, %s)%s", s, r->member, r->c_type, beside);
}

/* FUNCTION, which an option names, in the type of M's struct: CONTRACT_MACRO, printed before the table. */
static const char *typed(const Refex__Message *m, const char *name, const char *macro, const char *function)
{
    if (!is_set(function))
        return "NULL";
    printf("CONTRACT_%s(%s_%s, %s, %s)\n", macro, name, macro, m->struct_name, function);
    return format("%s_%s", name, macro);
}

/* Under which name F is told, as what, and where: fields are told in the order of the .proto. */
static const char *told_of(const Refex__Message *m, const Refex__Field *f)
{
    const char *name = format("%s_%s", m->in_c, f->name);
    const char *when = typed(m, name, "WHEN", f->rule->when);
    const char *by = typed(m, name, "BY", f->rule->by);

    return format(", .place = %u, .meaning = CONTRACT_%s, .json = %s, .omit_empty = %d, .object = %s"
                  ", .word = %s, .when = %s, .by = %s",
                  f->place, f->meaning, quoted(f->rule->json), f->rule->omit_empty,
                  f->object != NULL ? f->object->address : "NULL", typed(m, name, "WORD", f->words), when, by);
}

static const char *row_of(const Refex__Message *m, const Refex__Field *f)
{
    const Refex__Message *sub = f->held != NULL ? f->held : f->sub;

    return format("    {.number = %d, .type = CONTRACT_%s, .name = \"%s\", %s, .min = %s, .max = %s, .items = %s"
                  ", .must = %d, .ascending = %d, .sub = %s%s},\n",
                  f->number, f->walk, f->name, place_of(m->struct_name, f), f->rule->least, f->most, f->items,
                  f->rule->must || is_set(f->rule->always), f->rule->ascending || f->rule->type == TYPE(SET),
                  sub != NULL ? sub->address : "NULL", f->is_told && is_set(m->struct_name) ? told_of(m, f) : "");
}

static bool is_secret(const Refex__Message *m)
{
    for (size_t i = 0; m != NULL && i < m->n_field; i++)
        if (m->field[i]->rule->secret || is_secret(m->field[i]->sub) || is_secret(m->field[i]->held))
            return true;
    return false;
}

static void write_table(const Refex__Message *m, const char *boundary)
{
    const char *size = is_set(m->struct_name) ? format("sizeof(struct %s)", m->struct_name) : "0";
    const char *most = is_set(m->struct_name) ? "BOUND_FRAME" : "BOUND_SECTION";
    const char *rule = typed(m, m->in_c, "RULE", m->form->rule);
    const char *rows = "";
    const char *musts = "0";
    size_t kind = 0;

    while (m->form->kinds_from != 0 && (m->n_field == 0 || !is_same(m->field[kind]->name, "kind")))
        demand(++kind < m->n_field, m->name, "`kinds_from` without a field `kind`");
    for (size_t i = 0; i < m->n_field; i++) {
        rows = format("%s%s", rows, row_of(m, m->field[i]));
        if (m->field[i]->rule->must || is_set(m->field[i]->rule->always))
            musts = format("%s | UINT64_C(1) << %zu", musts, i);
    }
    if (m->n_field > 0)
        printf("static const struct contract_field %s_fields[] = {\n%s};\n\n", m->in_c, rows);
    printf("const struct contract_message %s_contract = {\n"
           "    .descriptor = &%s__descriptor, .boundary = BOUNDARY_%s, .count = %zu, .fields = %s, .size = %s,\n"
           "    .max_bytes = %s, .later_fields = %d, .secret = %d, .musts = %s,\n"
           "    .kinds_from = %u, .kind = %zu, .rule = %s,\n};\n\n",
           m->in_c, m->descriptor, boundary, m->n_field, m->n_field > 0 ? format("%s_fields", m->in_c) : "NULL",
           m->n_field > 0 ? size : "0", either(m->form->bound, most), m->form->later_fields, is_secret(m), musts,
           m->form->kinds_from, kind, rule);
}

void write_tables(const Refex__File *c)
{
    printf("#include \"codec/%s_messages.h\"\n#include \"codec/contract.h\"\n#include \"codec/rules.h\"\n", c->stem);
    printf("#include \"codec/told_rules.h\"\n#include \"%s.pb-c.h\"\n\n", c->stem);
    for (size_t i = 0; i < c->n_message; i++)
        write_table(c->message[i], c->options->boundary->name);
    printf("%s_MESSAGES(CONTRACT_FUNCTIONS, CONTRACT_NOTHING)\n", upper_of(c->stem));
}
