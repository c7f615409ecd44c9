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

    return format(", .place = %" PRIu32 ", .meaning = CONTRACT_%s, .json = %s, .omit_empty = %d, .object = %s"
                  ", .word = %s, .when = %s, .by = %s",
                  f->place, f->meaning, quoted(f->rule->json), f->rule->omit_empty, address_of(f->object),
                  typed(m, name, "WORD", f->words), when, by);
}

/* What stands beside the member of F. */
static const char *beside_of(const Refex__Message *m, const Refex__Field *f)
{
    if (f->held != NULL)
        return format(", CONTRACT_HELD(%s, %s, %s)", m->struct_name, f->rule->into, f->held->struct_name);
    return is_set(f->rule->has) ? format(", CONTRACT_HAS(%s, %s)", m->struct_name, f->rule->has) : "";
}

static const char *row_of(const Refex__Message *m, const Refex__Field *f)
{
    return format(
        "    {.number = %" PRId32 ", .type = CONTRACT_%s, .name = \"%s\", %s, .min = %s, .max = %s, .items = %s"
        ", .must = %d, .ascending = %d%s, .sub = %s%s},\n",
        f->number, f->walk, f->name, place_of(m, f), f->rule->least, f->most, f->items,
        f->rule->must || is_set(f->rule->always), f->rule->ascending || f->rule->type == TYPE(SET), beside_of(m, f),
        address_of(f->held != NULL ? f->held : f->sub), f->is_told && is_set(m->struct_name) ? told_of(m, f) : "");
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
    const char *most = is_set(m->struct_name) ? "BOUND_FRAME" : "BOUND_SECTION";
    const char *rule = typed(m, m->in_c, "RULE", m->form->rule);
    const char *rows = "";
    const char *musts = "0";
    size_t kind = 0;

    while (m->form->kinds_from != 0 && (m->n_field == 0 || !is_same(m->field[kind]->name, "kind")))
        demand(++kind < m->n_field, m->name, "`kinds_from` without a field `kind`");
    for (size_t i = 0; i < m->n_field; i++) {
        rows = joined(rows, "", row_of(m, m->field[i]));
        if (m->field[i]->rule->must || is_set(m->field[i]->rule->always))
            musts = format("%s | UINT64_C(1) << %zu", musts, i);
    }
    if (m->n_field > 0)
        printf("static const struct contract_field %s_fields[] = {\n%s};\n\n", m->in_c, rows);
    printf("const struct contract_message %s_contract = {\n", m->in_c);
    printf("    .descriptor = &%s__descriptor,\n    .count = %zu,\n", m->descriptor, m->n_field);
    printf("    .fields = %s,\n", m->n_field > 0 ? format("%s_fields", m->in_c) : "NULL");
    printf("    .size = %s,\n",
           is_set(m->struct_name) && m->n_field > 0 ? format("sizeof(struct %s)", m->struct_name) : "0");
    printf("    .boundary = BOUNDARY_%s,\n    .max_bytes = %s,\n    .later_fields = %d,\n    .secret = %d,\n", boundary,
           either(m->form->bound, most), m->form->later_fields, is_secret(m));
    printf("    .musts = %s,\n    .kinds_from = %" PRIu32 ",\n    .kind = %zu,\n", musts, m->form->kinds_from, kind);
    printf("    .rule = %s,\n};\n\n", rule);
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
