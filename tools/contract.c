/* Makes the tables, structs and functions of one contract from the options in its .proto (proto/options.proto).
 *
 *     contract DESCRIPTOR_SET FILE.proto FOLDER
 *
 * DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` wrote. Into FOLDER go codec/FILE_messages.h
 * (structs and functions) and FILE_messages.c (the tables of src/codec/contract.h). The same input gives the same
 * bytes. A field that the options do not describe in full ends it with a sentence on stderr and status 1.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contract_read.h"

struct message;

struct field {
    const field_descriptor *d;
    const Refex__FieldRule *rule;
    struct message *sub;   /* of a message; else NULL */
    struct message *holds; /* of bytes that are a message; else NULL */
    struct message *made;  /* of an object that is told for it; else NULL */
    bool repeated;
    char member[TEXT_MAX];
    char count[TEXT_MAX];
};

struct message {
    const message_descriptor *d;
    const Refex__MessageForm *form;
    const char *package; /* "refex.seam" */
    bool here;           /* in the file that is made, not in one that it imports */
    bool bound;          /* its struct is written by hand */
    bool made;           /* written already */
    char name[TEXT_MAX]; /* "seam_link_up": of its functions and its table */
    char struct_name[TEXT_MAX];
    struct field *fields; /* ascending */
    size_t field_count;
};

static struct message *messages;
static size_t message_count;

/* --- reading the options --- */

/* "seam_" of "refex.seam", "" of "refex". */
static const char *prefix_of(const char *package)
{
    static char prefix[TEXT_MAX];
    const char *dot = strrchr(package, '.');

    format(prefix, "%s%s", dot == NULL ? "" : dot + 1, dot == NULL ? "" : "_");
    return prefix;
}

static int order_by_number(const void *a, const void *b)
{
    const struct field *f = a;
    const struct field *g = b;

    return f->d->number < g->d->number ? -1 : f->d->number > g->d->number;
}

static const char *member_suffix(const struct field *f)
{
    return f->rule->type == REFEX__FIELD_TYPE__TIME ? "_ms" : "";
}

static void read_field(const descriptor_set *set, const struct message *m, const field_descriptor *d, struct field *f)
{
    size_t n;

    f->d = d;
    f->rule = read_rule_of(set, d);
    f->repeated = d->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
    if (is_set(f->rule->member))
        format(f->member, "%s", f->rule->member);
    else
        format(f->member, "%s%s", d->name, member_suffix(f));
    n = strlen(f->member);
    if (is_set(f->rule->count))
        format(f->count, "%s", f->rule->count);
    else
        format(f->count, "%.*s_count", (int)(f->member[n - 1] == 's' ? n - 1 : n), f->member);
    if (f->repeated && f->rule->type != REFEX__FIELD_TYPE__SET && !is_set(f->rule->items))
        stop("%s.%s: a list without a bound `items`", m->d->name, d->name);
}

static void read_message(const descriptor_set *set, const message_descriptor *d, const char *package, bool here,
                         struct message *m)
{
    char snake[TEXT_MAX];

    m->d = d;
    m->form = read_form(d);
    m->package = package;
    m->here = here;
    m->bound = is_set(m->form->struct_);
    write_snake(d->name, snake);
    format(m->name, "%s%s", prefix_of(package), snake);
    format(m->struct_name, "%s", m->bound ? m->form->struct_ : m->name);
    m->field_count = d->n_field;
    m->fields = room_of((d->n_field + 1) * sizeof *m->fields);
    for (size_t i = 0; i < d->n_field; i++)
        read_field(set, m, d->field[i], &m->fields[i]);
    qsort(m->fields, m->field_count, sizeof *m->fields, order_by_number);
}

/* The message that a field names: ".refex.seam.Trust". */
static struct message *find_message(const char *name)
{
    for (size_t i = 0; i < message_count; i++) {
        char full[TEXT_MAX];

        format(full, ".%s.%s", messages[i].package, messages[i].d->name);
        if (strcmp(full, name) == 0)
            return &messages[i];
    }
    stop("%s is not among the contracts", name);
}

/* That of M's package which is called NAME. */
static struct message *find_named(const struct message *m, const char *name)
{
    char full[TEXT_MAX];

    format(full, ".%s.%s", m->package, name);
    return find_message(full);
}

static void link_field(const struct message *m, struct field *f)
{
    if (f->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE)
        f->sub = find_message(f->d->type_name);
    if (is_set(f->rule->holds))
        f->holds = find_named(m, f->rule->holds);
    if (is_set(f->rule->told) && f->rule->told[0] >= 'A' && f->rule->told[0] <= 'Z')
        f->made = find_named(m, f->rule->told);
}

static const file_descriptor *read_files(const descriptor_set *set, const char *name)
{
    const file_descriptor *own = NULL;
    size_t total = 0;

    for (size_t i = 0; i < set->n_file; i++)
        total += set->file[i]->n_message_type;
    messages = room_of((total + 1) * sizeof *messages);
    for (size_t i = 0; i < set->n_file; i++) {
        const file_descriptor *file = set->file[i];
        bool here = strcmp(file->name, name) == 0;

        if (here)
            own = file;
        if (read_boundary(file) == NULL)
            continue;
        for (size_t k = 0; k < file->n_message_type; k++)
            read_message(set, file->message_type[k], file->package, here, &messages[message_count++]);
    }
    if (own == NULL || read_boundary(own) == NULL)
        stop("%s is not there, or has no option `boundary`", name);
    for (size_t i = 0; i < message_count; i++)
        for (size_t k = 0; k < messages[i].field_count; k++)
            link_field(&messages[i], &messages[i].fields[k]);
    return own;
}

/* --- what a field is --- */

struct kind {
    const char *table; /* of enum contract_type */
    const char *type;  /* in C */
};

static struct kind number_kind(const struct field *f)
{
    const char *as = is_set(f->rule->as) ? f->rule->as : NULL;

    switch (f->d->type) {
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL:
        return (struct kind){"BOOL", "bool"};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32:
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM:
        return (struct kind){"NUMBER", as != NULL ? as : "uint32_t"};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64:
        return (struct kind){"NUMBER", as != NULL ? as : "uint64_t"};
    case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64:
        return (struct kind){"NUMBER", as != NULL ? as : "int64_t"};
    default:
        stop("%s: a type that no contract uses", f->d->name);
    }
}

static struct kind kind_of(const struct field *f)
{
    static const struct kind kinds[] = {
        [REFEX__FIELD_TYPE__TIME] = {"NUMBER", "int64_t"},
        [REFEX__FIELD_TYPE__ID] = {"FIXED", "struct ident"},
        [REFEX__FIELD_TYPE__HASH] = {"FIXED", "struct hash"},
        [REFEX__FIELD_TYPE__FIXED] = {"FIXED", NULL},
        [REFEX__FIELD_TYPE__PATH] = {"PATH", "struct view"},
        [REFEX__FIELD_TYPE__LINE] = {"LINE", "struct view"},
        [REFEX__FIELD_TYPE__LINES] = {"LINES", "struct view"},
        [REFEX__FIELD_TYPE__ADDRESS] = {"ADDRESS", "struct address"},
        [REFEX__FIELD_TYPE__AGENCY] = {"AGENCY", "struct view"},
        [REFEX__FIELD_TYPE__LABEL] = {"LABEL", "struct label"},
        [REFEX__FIELD_TYPE__SET] = {"SET", "uint32_t"},
        [REFEX__FIELD_TYPE__DAY] = {"NUMBER", "uint32_t"},
        [REFEX__FIELD_TYPE__FINGERPRINT] = {"FIXED", "struct hash"},
    };
    static char type[TEXT_MAX];

    if (f->rule->type == REFEX__FIELD_TYPE__ITEMS)
        return (struct kind){"ITEMS", f->rule->as};
    if ((size_t)f->rule->type >= sizeof kinds / sizeof kinds[0])
        stop("%s: a type of cases", f->d->name);
    if (f->rule->type != REFEX__FIELD_TYPE__PLAIN)
        return kinds[f->rule->type];
    if (f->sub != NULL) {
        format(type, "struct %s", f->sub->struct_name);
        return (struct kind){"MESSAGE", type};
    }
    if (f->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING)
        return (struct kind){"TEXT", "struct view"};
    if (f->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES)
        return (struct kind){"BYTES", "struct view"};
    return number_kind(f);
}

/* A message without fields has no members of its own either. */
static bool is_flat(const struct field *f)
{
    return f->rule->flat || (f->sub != NULL && f->sub->field_count == 0);
}

static bool is(const struct field *f, const char *table)
{
    return strcmp(kind_of(f).table, table) == 0;
}

/* A list that is a pointer and a length, not bits. */
static bool is_list(const struct field *f)
{
    return (f->repeated && f->rule->type != REFEX__FIELD_TYPE__SET) || f->rule->type == REFEX__FIELD_TYPE__ITEMS;
}

/* The largest number, or the most bytes, as C has it. */
static void write_max(const struct message *m, const struct field *f, char out[static TEXT_MAX])
{
    char name[TEXT_MAX];

    if (is_set(f->rule->always)) {
        format(out, "%s", f->rule->always);
    } else if (is_set(f->rule->bound)) {
        format(out, "%s", f->rule->bound);
    } else if (is_set(f->rule->as) && strncmp(f->rule->as, "enum ", 5) == 0) {
        write_upper(f->rule->as + 5, name);
        format(out, "%s_END - 1", name);
    } else if (is(f, "BOOL")) {
        format(out, "1");
    } else if (is(f, "NUMBER")) {
        format(out, "%s",
               f->rule->type == REFEX__FIELD_TYPE__TIME                                    ? "INT64_MAX - 1"
               : strcmp(number_kind(f).type, "int64_t") == 0                               ? "INT64_MAX"
               : f->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64 ? "UINT64_MAX"
                                                                                           : "UINT32_MAX");
    } else if (is(f, "ADDRESS") || is(f, "AGENCY")) {
        format(out, "BOUND_ADDRESS");
    } else if (is(f, "LABEL")) {
        format(out, "LABEL_SIZE");
    } else if (f->holds != NULL && is_set(f->holds->form->bound)) {
        format(out, "%s", f->holds->form->bound);
    } else if (is(f, "MESSAGE") || is(f, "FIXED") || is(f, "ITEMS")) {
        format(out, "0");
    } else {
        stop("%s.%s has no bound", m->d->name, f->d->name);
    }
}

/* --- writing the structs --- */

static void write_member(FILE *out, const struct field *f)
{
    struct kind k = kind_of(f);

    if (is_set(f->rule->always))
        return;
    if (is_set(f->rule->has))
        fprintf(out, "    bool %s;\n", f->rule->has);
    if (is_list(f))
        fprintf(out, "    const %s *%s;\n    size_t %s;\n", k.type, f->member, f->count);
    else if (k.type == NULL)
        fprintf(out, "    uint8_t %s[%s];\n", f->member, f->rule->bound);
    else if (is_set(f->rule->as))
        fprintf(out, "    %s %s;\n", f->rule->as, f->member);
    else
        fprintf(out, "    %s %s;\n", k.type, f->member);
    if (f->holds != NULL)
        fprintf(out, "    struct %s %s;\n", f->holds->struct_name, f->rule->into);
}

static void write_struct(FILE *out, struct message *m)
{
    if (m->made || m->bound || !m->here)
        return;
    m->made = true;
    for (size_t i = 0; i < m->field_count; i++)
        if (m->fields[i].sub != NULL || m->fields[i].holds != NULL)
            write_struct(out, m->fields[i].sub != NULL ? m->fields[i].sub : m->fields[i].holds);
    fprintf(out, "struct %s {\n", m->struct_name);
    for (size_t i = 0; i < m->field_count; i++)
        write_member(out, &m->fields[i]);
    fprintf(out, "};\n\n");
}

static void write_prototypes(FILE *out, const struct message *m)
{
    if (m->form->part)
        return;
    fprintf(out, "void %s_encode(const struct %s *in, struct bytes *out);\n", m->struct_name, m->struct_name);
    fprintf(out, "MUST_USE bool %s_decode(struct view wire, struct arena *arena, struct %s *out, struct error *err);\n",
            m->struct_name, m->struct_name);
}

/* The messages as rows, for lists of them: X(name, is_part). */
static void write_rows(FILE *out, const char *base)
{
    char upper[TEXT_MAX];

    write_upper(base, upper);
    fprintf(out, "\n#define %s_MESSAGES(MESSAGE, PART)", upper);
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].here && messages[i].field_count > 0)
            fprintf(out, " \\\n    %s(%s)", messages[i].form->part ? "PART" : "MESSAGE", messages[i].name);
    fputc('\n', out);
}

static void write_header(FILE *out, const char *base, const Refex__Boundary *boundary)
{
    char upper[TEXT_MAX];

    write_upper(base, upper);
    fprintf(out, "/* Made from proto/%s.proto, which says what each member is. */\n", base);
    fprintf(out, "#ifndef CODEC_%s_MESSAGES_H\n#define CODEC_%s_MESSAGES_H\n\n", upper, upper);
    fprintf(out, "#include \"base/arena.h\"\n#include \"base/error.h\"\n#include \"model/ident.h\"\n");
    for (size_t i = 0; i < boundary->n_headers; i++)
        fprintf(out, "#include \"%s\"\n", boundary->headers[i]);
    fprintf(out, "\nstruct contract_message;\n\n");
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].field_count > 0)
            write_struct(out, &messages[i]);
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].here && messages[i].field_count > 0)
            write_prototypes(out, &messages[i]);
    fputc('\n', out);
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].here)
            fprintf(out, "extern const struct contract_message %s_contract;\n", messages[i].name);
    write_rows(out, base);
    fprintf(out, "\n#endif\n");
}

/* --- writing the tables --- */

static void write_at(FILE *out, const struct message *m, const struct field *f, const char *type)
{
    if (is_set(f->rule->always))
        fprintf(out, ".always = true");
    else if (is_flat(f))
        fprintf(out, ".at = 0, .width = sizeof(struct %s)", m->struct_name);
    else if (is_list(f) && f->rule->in_place)
        fprintf(out, ".at = CONTRACT_AT(%s, %s[0], %s), .width = CONTRACT_ELEMENT(%s, %s)", m->struct_name, f->member,
                type, m->struct_name, f->member);
    else if (is_list(f))
        fprintf(out, ".at = CONTRACT_AT(%s, %s, const %s *), .width = CONTRACT_ELEMENT(%s, %s)", m->struct_name,
                f->member, type, m->struct_name, f->member);
    else if (type == NULL || strcmp(kind_of(f).table, "NUMBER") == 0)
        fprintf(out, ".at = offsetof(struct %s, %s), .width = CONTRACT_WIDTH(%s, %s)", m->struct_name, f->member,
                m->struct_name, f->member);
    else
        fprintf(out, ".at = CONTRACT_AT(%s, %s, %s), .width = CONTRACT_WIDTH(%s, %s)", m->struct_name, f->member, type,
                m->struct_name, f->member);
}

/* The function that names F's values; empty: none. */
static void write_words(const struct field *f, char out[static TEXT_MAX])
{
    bool is_enum = is_set(f->rule->as) && strncmp(f->rule->as, "enum ", 5) == 0;

    if (is_set(f->rule->words))
        format(out, "%s", f->rule->words);
    else if (f->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM)
        format(out, "%s_name", enum_name(f->d->type_name));
    else if (f->rule->type == REFEX__FIELD_TYPE__SET)
        format(out, "section_name");
    else
        format(out, "%s%s", is_enum ? f->rule->as + 5 : "", is_enum ? "_name" : "");
}

static bool is_told(const struct field *f)
{
    return is_set(f->rule->json) || is_set(f->rule->label) || is_set(f->rule->column);
}

static void write_word(FILE *out, const struct message *m, const struct field *f)
{
    char words[TEXT_MAX];

    write_words(f, words);
    if (is_told(f) && is_set(words))
        fprintf(out, "static const char *%s_%s_word(uint64_t n)\n{\n    return %s((%s)n);\n}\n\n", m->name, f->d->name,
                words, is_set(f->rule->as) && f->rule->type != REFEX__FIELD_TYPE__SET ? f->rule->as : "unsigned");
}

static const char *meaning_of(const struct field *f)
{
    static const char *const told[][2] = {{"base64", "BASE64"}, {"words", "WORDS"}, {"members", "MEMBERS"}};

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (is_set(f->rule->told) && strcmp(f->rule->told, told[i][0]) == 0)
            return told[i][1];
    return f->rule->type == REFEX__FIELD_TYPE__TIME          ? "TIME"
           : f->rule->type == REFEX__FIELD_TYPE__DAY         ? "DAY"
           : f->rule->type == REFEX__FIELD_TYPE__FINGERPRINT ? "FINGERPRINT"
                                                             : "IT_IS";
}

static void write_text(FILE *out, const char *member, const char *text)
{
    if (is_set(text))
        fprintf(out, ", .%s = \"%s\"", member, text);
}

static void write_function(FILE *out, const char *member, const char *name)
{
    if (is_set(name))
        fprintf(out, ", .%s = %s", member, name);
}

/* Under which name F is told, as what, and where: fields are told in the order of the .proto. */
static void write_told(FILE *out, const struct message *m, const struct field *f)
{
    char words[TEXT_MAX];
    size_t place = 0;

    if (!is_told(f))
        return;
    while (m->d->field[place] != f->d)
        place++;
    write_words(f, words);
    fprintf(out, ", .place = %zu, .as = CONTRACT_AS_%s", place, meaning_of(f));
    write_text(out, "json", f->rule->json);
    write_text(out, "label", f->rule->label);
    write_text(out, "column", f->rule->column);
    write_function(out, "when", f->rule->when);
    write_function(out, "by", f->rule->by);
    if (f->rule->omit_empty)
        fprintf(out, ", .omit_empty = true");
    if (is_set(words))
        fprintf(out, ", .word = %s_%s_word", m->name, f->d->name);
    if (f->made != NULL)
        fprintf(out, ", .object = &%s_contract", f->made->name);
}

static void write_field(FILE *out, const struct message *m, const struct field *f)
{
    struct kind k = kind_of(f);
    char max[TEXT_MAX];

    write_max(m, f, max);
    fprintf(out, "    {.number = %" PRId32 ", .type = CONTRACT_%s, .name = \"%s\", ", f->d->number, k.table,
            f->d->name);
    write_at(out, m, f, k.type);
    if (strcmp(k.table, "NUMBER") == 0 || strcmp(k.table, "SET") == 0 || strcmp(k.table, "BOOL") == 0)
        fprintf(out, ", .min = %s",
                is_set(f->rule->always)  ? f->rule->always
                : is_set(f->rule->least) ? f->rule->least
                                         : "1");
    fprintf(out, ", .max = %s", max);
    if (is_list(f))
        fprintf(out, ", .items = %s, .beside = offsetof(struct %s, %s)", f->rule->items, m->struct_name, f->count);
    else if (f->repeated)
        fprintf(out, ", .items = %s", max);
    if (is_set(f->rule->has))
        fprintf(out, ", .has = true, .beside = offsetof(struct %s, %s)", m->struct_name, f->rule->has);
    fprintf(out, "%s%s%s%s", f->rule->must || is_set(f->rule->always) ? ", .must = true" : "",
            f->rule->ascending || f->rule->type == REFEX__FIELD_TYPE__SET ? ", .ascending = true" : "",
            is_flat(f) ? ", .flat = true" : "", f->rule->in_place ? ", .in_place = true" : "");
    if (f->sub != NULL)
        fprintf(out, ", .sub = &%s_contract", f->sub->name);
    if (f->holds != NULL)
        fprintf(out, ", .sub = &%s_contract, .beside = CONTRACT_AT(%s, %s, struct %s)", f->holds->name, m->struct_name,
                f->rule->into, f->holds->struct_name);
    write_told(out, m, f);
    fprintf(out, "},\n");
}

/* Where the field stands that says which message is its own. */
static size_t find_kind(const struct message *m)
{
    for (size_t i = 0; i < m->field_count; i++)
        if (strcmp(m->fields[i].d->name, "kind") == 0)
            return i;
    stop("%s has `kinds_from` without a field `kind`", m->d->name);
}

static bool is_secret(const struct message *m)
{
    for (size_t i = 0; i < m->field_count; i++)
        if (m->fields[i].rule->secret || (m->fields[i].sub != NULL && is_secret(m->fields[i].sub)))
            return true;
    return false;
}

static void write_table(FILE *out, const struct message *m, const Refex__Boundary *boundary)
{
    const char *s = m->name;
    char package[TEXT_MAX] = "";
    char snake[TEXT_MAX];
    size_t n = 0;

    for (const char *c = m->package; *c != '\0'; c++) {
        package[n++] = *c == '.' ? '_' : *c;
        if (*c == '.')
            package[n++] = '_';
    }
    write_snake(m->d->name, snake);
    if (is_set(m->form->rule))
        fprintf(out, "static bool %s_hold(const void *in, struct error *err)\n{\n    return %s(in, err);\n}\n\n", s,
                m->form->rule);
    for (size_t i = 0; i < m->field_count; i++)
        write_word(out, m, &m->fields[i]);
    if (m->field_count > 0) {
        fprintf(out, "static const struct contract_field %s_fields[] = {\n", s);
        for (size_t i = 0; i < m->field_count; i++)
            write_field(out, m, &m->fields[i]);
        fprintf(out, "};\n\n");
    }
    fprintf(out, "const struct contract_message %s_contract = {\n    .descriptor = &%s__%s__descriptor,\n", s, package,
            snake);
    if (m->field_count > 0)
        fprintf(out, "    .fields = %s_fields,\n    .size = sizeof(struct %s),\n", s, m->struct_name);
    fprintf(out, "    .max_bytes = %s,\n    .boundary = BOUNDARY_%s,\n",
            is_set(m->form->bound) ? m->form->bound : "BOUND_FRAME", boundary->name);
    fprintf(out, "    .later_fields = %s,\n    .secret = %s,\n", m->form->later_fields ? "true" : "false",
            is_secret(m) ? "true" : "false");
    if (m->form->kinds_from != 0)
        fprintf(out, "    .kinds_from = %" PRIu32 ",\n    .kind = %zu,\n", m->form->kinds_from, find_kind(m));
    if (is_set(m->form->rule))
        fprintf(out, "    .rule = %s_hold,\n", s);
    fprintf(out, "};\n\n");
    if (m->form->part || m->field_count == 0)
        return;
    fprintf(
        out,
        "void %s_encode(const struct %s *in, struct bytes *out)\n{\n    contract_encode(&%s_contract, in, out);\n}\n\n",
        m->struct_name, m->struct_name, s);
    fprintf(out,
            "bool %s_decode(struct view wire, struct arena *arena, struct %s *out, struct error *err)\n{\n"
            "    return contract_decode(&%s_contract, wire, arena, out, err);\n}\n\n",
            m->struct_name, m->struct_name, s);
}

static void write_source(FILE *out, const char *base, const Refex__Boundary *boundary)
{
    fprintf(out, "/* Made from proto/%s.proto. */\n#include \"codec/%s_messages.h\"\n\n#include <stddef.h>\n\n", base,
            base);
    fprintf(out,
            "#include \"codec/contract.h\"\n#include \"codec/rules.h\"\n#include \"codec/told_rules.h\"\n\n#include "
            "\"%s.pb-c.h\"\n\n",
            base);
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].here)
            write_table(out, &messages[i], boundary);
}

int main(int argc, char **argv)
{
    const Refex__Boundary *boundary;
    const file_descriptor *file;
    char base[TEXT_MAX];
    char name[TEXT_MAX];
    FILE *out;

    if (argc != 4 || strlen(argv[2]) < 7 || strcmp(argv[2] + strlen(argv[2]) - 6, ".proto") != 0)
        stop("usage: contract DESCRIPTOR_SET FILE.proto FOLDER");
    format(base, "%.*s", (int)(strlen(argv[2]) - 6), argv[2]);
    file = read_files(read_set(argv[1]), argv[2]);
    boundary = read_boundary(file);
    format(name, "codec/%s_messages.h", base);
    out = begin_file(argv[3], name);
    write_header(out, base, boundary);
    end_file(out);
    format(name, "%s_messages.c", base);
    out = begin_file(argv[3], name);
    write_source(out, base, boundary);
    end_file(out);
    return 0;
}
