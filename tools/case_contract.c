/* Makes the tables of a case from proto/case.proto and its options (proto/options.proto).
 *
 *     case_contract DESCRIPTOR_SET FOLDER
 *
 * DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` wrote of case.proto. Into FOLDER go
 *     model/model/case_tables.h, model/case_tables.c         sections, fields, groups, codes, what is left out
 *     codec/codec/case_contracts.h, codec/case_contracts.c   for the strict walk (src/codec/contract.h)
 *     formats/formats/htcds_columns.def, htcds_codes.def     labels and other names in files
 * The same input gives the same bytes. What the options do not describe in full ends it with a sentence and status 1.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "contract_read.h"

#define PROTO        "case.proto"
#define HELP_COLUMNS 115
#define FIELD(type)  GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##type

static const file_descriptor *file;
static const message_descriptor **sections; /* by number, from 0 */
static size_t section_count;

/* "GENDER" of Gender; a new text each time. */
static const char *upper_of(const char *camel)
{
    char *out = room_of(TEXT_MAX);
    char snake[TEXT_MAX];

    write_snake(camel, snake);
    write_upper(snake, out);
    return out;
}

static const char *snake_of(const char *camel)
{
    char *out = room_of(TEXT_MAX);

    write_snake(camel, out);
    return out;
}

/* "legal-aid" of LegalAid. */
static const char *word_of(const char *camel)
{
    char *out = room_of(TEXT_MAX);

    write_snake(camel, out);
    for (char *c = out; *c != '\0'; c++)
        *c = *c == '_' ? '-' : *c;
    return out;
}

/* "Gender" of ".refex.cases.Gender" */
static const char *own_name(const char *full)
{
    return strrchr(full, '.') + 1;
}

static bool is_list(const field_descriptor *d)
{
    return d->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
}

/* --- reading --- */

static int order_by_section(const void *a, const void *b)
{
    uint32_t x = read_form(*(const message_descriptor *const *)a)->section;
    uint32_t y = read_form(*(const message_descriptor *const *)b)->section;

    return x < y ? -1 : x > y;
}

static int order_by_number(const void *a, const void *b)
{
    const field_descriptor *f = *(const field_descriptor *const *)a;
    const field_descriptor *g = *(const field_descriptor *const *)b;

    return f->number < g->number ? -1 : f->number > g->number;
}

static bool is_yes_no(const char *name)
{
    return strcmp(name, "YesNo") == 0;
}

static void read_sections(const Google__Protobuf__FileDescriptorSet *set)
{
    for (size_t i = 0; i < set->n_file; i++)
        if (strcmp(set->file[i]->name, PROTO) == 0)
            file = set->file[i];
    if (file == NULL)
        stop("%s is not there", PROTO);
    sections = room_of((file->n_message_type + 1) * sizeof(void *));
    for (size_t i = 0; i < file->n_message_type; i++) {
        message_descriptor *m = file->message_type[i];

        qsort(m->field, m->n_field, sizeof(void *), order_by_number);
        if (read_form(m)->section != 0)
            sections[section_count++] = m;
    }
    qsort(sections, section_count, sizeof(void *), order_by_section);
    for (size_t i = 0; i < section_count; i++)
        if (read_form(sections[i])->section != i + 1)
            stop("%s: numbers of sections begin with 1 and leave none out", sections[i]->name);
}

/* The message of a group. */
static const message_descriptor *message_of(const field_descriptor *d)
{
    for (size_t i = 0; i < file->n_message_type; i++)
        if (strcmp(file->message_type[i]->name, own_name(d->type_name)) == 0)
            return file->message_type[i];
    stop("%s: there is no %s", d->name, d->type_name);
}

static const char *code_of(const enum_descriptor *e, const value_descriptor *v)
{
    size_t n = strlen(e->name);

    if (strncmp(v->name, e->name, n) != 0 || v->name[n] != '_')
        stop("%s: begins with the name of its enum", v->name);
    return v->name + n + 1;
}

/* --- what a field is --- */

struct kind {
    const char *type;  /* of enum field_type */
    const char *lists; /* the same of a list; NULL: there is none */
    const char *bound; /* unless the options say another; NULL: none, "": they must */
};

static struct kind kind_of(const field_descriptor *d)
{
    switch (read_rule(d)->type) {
    case REFEX__FIELD_TYPE__LINE:
        return (struct kind){"TEXT", NULL, "BOUND_FIELD_TEXT"};
    case REFEX__FIELD_TYPE__LINES:
        return (struct kind){"LONG_TEXT", NULL, "BOUND_FIELD_LONG"};
    case REFEX__FIELD_TYPE__PHONE:
        return (struct kind){"PHONE", NULL, "BOUND_PHONE"};
    case REFEX__FIELD_TYPE__EMAIL:
        return (struct kind){"EMAIL", NULL, "BOUND_EMAIL"};
    case REFEX__FIELD_TYPE__DATE:
        return (struct kind){"DATE", NULL, NULL};
    case REFEX__FIELD_TYPE__COUNT:
        return (struct kind){"NUMBER", NULL, ""};
    case REFEX__FIELD_TYPE__LONGITUDE:
        return (struct kind){"LONGITUDE", NULL, NULL};
    case REFEX__FIELD_TYPE__LATITUDE:
        return (struct kind){"LATITUDE", NULL, NULL};
    case REFEX__FIELD_TYPE__COUNTRY:
        return (struct kind){"COUNTRY", "COUNTRIES", NULL};
    case REFEX__FIELD_TYPE__LANGUAGE:
        return (struct kind){"LANGUAGE", "LANGUAGES", NULL};
    case REFEX__FIELD_TYPE__PLAIN:
        if (d->type != FIELD(ENUM))
            break;
        if (is_yes_no(own_name(d->type_name)))
            return (struct kind){"YES_NO", NULL, NULL};
        return (struct kind){"CODE", "CODES", NULL};
    default:
        break;
    }
    stop("%s: a type that no field of a case has", d->name);
}

/* Whether F travels as a number, a code, or text. */
static const char *wire_of(const field_descriptor *d)
{
    switch (d->type) {
    case FIELD(ENUM):
        return "CODE";
    case FIELD(UINT32):
        return "NUMBER";
    case FIELD(STRING):
        return "TEXT";
    case FIELD(MESSAGE):
        return "MESSAGE";
    default:
        stop("%s: a type that no case has", d->name);
    }
}

static const char *json_of(const field_descriptor *d)
{
    if (!is_set(read_rule(d)->json))
        stop("%s: has no name in JSON", d->name);
    return read_rule(d)->json;
}

/* --- the model --- */

/* For a line of help that begins with "Sections: ". */
static void write_section_words(FILE *out)
{
    size_t column = strlen("Sections: ");

    fprintf(out, "#define SECTION_WORDS \"");
    for (size_t i = 0; i < section_count; i++) {
        const char *word = word_of(sections[i]->name);

        if (i > 0 && column + 1 + strlen(word) > HELP_COLUMNS)
            column = 0;
        fprintf(out, "%s%s", i == 0 ? "" : column == 0 ? "\\n" : " ", word);
        column += 1 + strlen(word);
    }
    fprintf(out, "\"\n");
}

static bool is_by_name(size_t i)
{
    return read_form(sections[i])->by_name;
}

static void write_by_name(FILE *out)
{
    size_t left = 0;

    fprintf(out, "#define SECTION_BY_NAME (0");
    for (size_t i = 0; i < section_count; i++)
        if (is_by_name(i)) {
            fprintf(out, " | \\\n    SECTION_BIT(SECTION_%s)", upper_of(sections[i]->name));
            left++;
        }
    fprintf(out, ")\n#define SECTION_BY_NAME_WORDS \"");
    for (size_t i = 0; i < section_count; i++)
        if (is_by_name(i)) {
            left--;
            fprintf(out, "%s%s", word_of(sections[i]->name), left > 1 ? ", " : left == 1 ? " and " : "");
        }
    fprintf(out, "\"\n");
}

static void write_enum(FILE *out, const enum_descriptor *e)
{
    fprintf(out, "enum %s {\n", snake_of(e->name));
    for (size_t i = 1; i < e->n_value; i++)
        fprintf(out, "    %s_%s = %zu,\n", upper_of(e->name), upper_of(code_of(e, e->value[i])), i);
    fprintf(out, "    %s_END\n};\n\n", upper_of(e->name));
}

static void write_header(FILE *out)
{
    fprintf(out, "/* Made from proto/case.proto. */\n#ifndef MODEL_CASE_TABLES_H\n#define MODEL_CASE_TABLES_H\n\n");
    fprintf(out, "enum section {\n");
    for (size_t i = 0; i < section_count; i++)
        fprintf(out, "    SECTION_%s = %zu,\n", upper_of(sections[i]->name), i + 1);
    fprintf(out, "    SECTION_END /* one past the last */\n};\n\n");
    write_by_name(out);
    write_section_words(out);
    fprintf(out, "\nenum case_group {\n    GROUP_NONE = 0,\n");
    for (size_t i = 0; i < section_count; i++)
        for (size_t k = 0; k < sections[i]->n_field; k++)
            if (sections[i]->field[k]->type == FIELD(MESSAGE))
                fprintf(out, "    GROUP_%s,\n", upper_of(message_of(sections[i]->field[k])->name));
    fprintf(out, "    GROUP_END\n};\n\n");
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (read_list(file->enum_type[i])->in_c)
            write_enum(out, file->enum_type[i]);
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (!is_yes_no(file->enum_type[i]->name))
            fprintf(out, "extern const struct code_list codes_%s;\n", snake_of(file->enum_type[i]->name));
    fprintf(out, "\n#endif\n");
}

static void write_codes(FILE *out, const enum_descriptor *e)
{
    const char *name = snake_of(e->name);

    fprintf(out, "static const char *const %s[] = {\n", name);
    for (size_t i = 0; i < e->n_value; i++) {
        const char *code = code_of(e, e->value[i]);

        if (e->value[i]->number != (int32_t)i || (i == 0) != (strcmp(code, "NotKnown") == 0))
            stop("%s: the numbers of codes leave none out, and 0 is NotKnown", e->value[i]->name);
        if (i > 0)
            fprintf(out, "    \"%s\",\n", code);
    }
    fprintf(out, "};\nconst struct code_list codes_%s = {\"%s\", %s, %zu};\n\n", name, e->name, name, e->n_value - 1);
}

static void write_field(FILE *out, const message_descriptor *section, const message_descriptor *group,
                        const field_descriptor *d)
{
    const Refex__FieldRule *rule = read_rule(d);
    struct kind k = kind_of(d);

    if (is_list(d) && k.lists == NULL)
        stop("%s: of this type there are no lists", d->name);
    if (is_set(rule->bound) ? k.bound == NULL : k.bound != NULL && k.bound[0] == '\0')
        stop("%s: has no bound, or one that nobody asks", d->name);
    fprintf(out, "    {.section = SECTION_%s, .group = GROUP_%s, .number = %" PRId32 ", .name = \"%s\", ",
            upper_of(section->name), group == NULL ? "NONE" : upper_of(group->name), d->number, json_of(d));
    fprintf(out, ".type = FIELD_%s", is_list(d) ? k.lists : k.type);
    if (strcmp(k.type, "CODE") == 0)
        fprintf(out, ", .codes = &codes_%s", snake_of(own_name(d->type_name)));
    if (k.bound != NULL)
        fprintf(out, ", .max = %s", is_set(rule->bound) ? rule->bound : k.bound);
    fprintf(out, "%s%s},\n", rule->reaches ? ", .reaches = true" : "", rule->reach_rule ? ", .reach_rule = true" : "");
}

static void write_fields(FILE *out)
{
    fprintf(out, "const struct case_field case_fields[] = {\n");
    for (size_t i = 0; i < section_count; i++)
        for (size_t k = 0; k < sections[i]->n_field; k++) {
            const field_descriptor *d = sections[i]->field[k];

            if (d->type != FIELD(MESSAGE)) {
                write_field(out, sections[i], NULL, d);
                continue;
            }
            for (size_t n = 0; n < message_of(d)->n_field; n++)
                write_field(out, sections[i], message_of(d), message_of(d)->field[n]);
        }
    fprintf(out, "};\nconst size_t case_fields_count = sizeof case_fields / sizeof case_fields[0];\n\n");
}

static void write_groups(FILE *out)
{
    fprintf(out, "const struct case_group_row case_groups[GROUP_END] = {\n");
    for (size_t i = 0; i < section_count; i++)
        for (size_t k = 0; k < sections[i]->n_field; k++) {
            const field_descriptor *d = sections[i]->field[k];

            if (d->type == FIELD(MESSAGE))
                fprintf(out, "    [GROUP_%s] = {SECTION_%s, %" PRId32 ", \"%s\"},\n", upper_of(message_of(d)->name),
                        upper_of(sections[i]->name), d->number, json_of(d));
        }
    fprintf(out, "};\n\n");
}

static void write_left_out(FILE *out)
{
    const Refex__LeftOut *row;

    fprintf(out, "const struct case_left_out case_left_out[] = {\n");
    for (size_t i = 0; (row = read_left_out(file, i)) != NULL; i++)
        fprintf(out, "    {\"%s\", \"%s\"},\n", row->name, row->why);
    fprintf(out, "};\nconst size_t case_left_out_count = sizeof case_left_out / sizeof case_left_out[0];\n");
}

static void write_source(FILE *out)
{
    fprintf(out, "/* Made from proto/case.proto. */\n#include \"base/bounds.h\"\n#include \"model/case_fields.h\"\n\n");
    fprintf(out, "const char *const section_names[SECTION_END] = {\n");
    for (size_t i = 0; i < section_count; i++)
        fprintf(out, "    [SECTION_%s] = \"%s\",\n", upper_of(sections[i]->name), word_of(sections[i]->name));
    fprintf(out, "};\n\n");
    for (size_t i = 0; i < file->n_enum_type; i++)
        if (!is_yes_no(file->enum_type[i]->name))
            write_codes(out, file->enum_type[i]);
    write_fields(out);
    write_groups(out);
    write_left_out(out);
}

/* --- for the walk --- */

static void write_walk_field(FILE *out, const field_descriptor *d)
{
    const char *wire = wire_of(d);

    /* What is too long or has no meaning is no fault of spelling: the field says it. Packed codes may hold a zero. */
    fprintf(out, "    {.number = %" PRId32 ", .type = CONTRACT_%s, .name = \"%s\"", d->number, wire, d->name);
    if (is_list(d))
        fprintf(out, ", .items = BOUND_FIELD_CODES");
    if (d->type == FIELD(MESSAGE))
        fprintf(out, ", .sub = &%s_contract", snake_of(message_of(d)->name));
    else
        fprintf(out, ", .max = %s", d->type == FIELD(STRING) ? "BOUND_SECTION" : "UINT32_MAX");
    fprintf(out, "},\n");
}

static void write_walk(FILE *out, const message_descriptor *m)
{
    const char *name = snake_of(m->name);

    for (size_t i = 0; i < m->n_field; i++)
        if (m->field[i]->type == FIELD(MESSAGE))
            write_walk(out, message_of(m->field[i]));
    fprintf(out, "static const struct contract_field %s_fields[] = {\n", name);
    for (size_t i = 0; i < m->n_field; i++)
        write_walk_field(out, m->field[i]);
    fprintf(out, "};\n_Static_assert(sizeof %s_fields / sizeof %s_fields[0] <= CASE_SECTION_FIELDS, \"%s\");\n", name,
            name, name);
    fprintf(out, "static const struct contract_message %s_contract = {\n", name);
    fprintf(out,
            "    .descriptor = &refex__cases__%s__descriptor, .fields = %s_fields, .max_bytes = BOUND_SECTION};\n\n",
            name, name);
}

static void write_walks(FILE *out)
{
    fprintf(out, "/* Made from proto/case.proto. */\n#include \"codec/case_contracts.h\"\n\n");
    fprintf(out, "#include \"case.pb-c.h\"\n\n");
    for (size_t i = 0; i < section_count; i++)
        write_walk(out, sections[i]);
    fprintf(out, "const struct contract_message *const case_contracts[SECTION_END] = {\n");
    for (size_t i = 0; i < section_count; i++)
        fprintf(out, "    [SECTION_%s] = &%s_contract,\n", upper_of(sections[i]->name), snake_of(sections[i]->name));
    fprintf(out, "};\n");
}

static void write_walks_header(FILE *out)
{
    fprintf(out, "/* Made from proto/case.proto. */\n#ifndef CODEC_CASE_CONTRACTS_H\n#define CODEC_CASE_CONTRACTS_H\n\n"
                 "#include \"codec/contract.h\"\n#include \"model/case_fields.h\"\n\n"
                 "extern const struct contract_message *const case_contracts[SECTION_END];\n\n#endif\n");
}

/* --- for files --- */

static const char *quoted(const char *text)
{
    char *out = room_of(TEXT_MAX);

    if (!is_set(text))
        return "NULL";
    format(out, "\"%s\"", text);
    return out;
}

static void write_column(FILE *out, const char *name, const char *label, const char *also)
{
    if (!is_set(label))
        stop("%s: has no label", name);
    fprintf(out, "COLUMN_ROW(\"%s\", \"%s\", %s)\n", name, label, quoted(also));
}

static void write_columns_of(FILE *out, const message_descriptor *m)
{
    for (size_t i = 0; i < m->n_field; i++) {
        const field_descriptor *d = m->field[i];

        if (d->type == FIELD(MESSAGE))
            write_columns_of(out, message_of(d));
        else
            write_column(out, json_of(d), read_rule(d)->label, read_rule(d)->also);
    }
}

static void write_columns(FILE *out)
{
    const Refex__LeftOut *row;

    for (size_t i = 0; (row = read_left_out(file, i)) != NULL; i++)
        write_column(out, row->name, row->label, row->also);
    for (size_t i = 0; i < section_count; i++)
        write_columns_of(out, sections[i]);
}

static void write_labels(FILE *out)
{
    for (size_t i = 0; i < file->n_enum_type; i++) {
        const enum_descriptor *e = file->enum_type[i];

        if (is_yes_no(e->name))
            continue;
        fprintf(out, "LIST_ROW(%s)\n", snake_of(e->name));
        for (size_t k = 1; k < e->n_value; k++) {
            const Refex__CodeForm *form = read_code(e->value[k]);
            const char *code = code_of(e, e->value[k]);

            fprintf(out, "CODE_ROW(\"%s\", \"%s\", %s)\n", code, is_set(form->label) ? form->label : code,
                    quoted(form->also));
        }
    }
}

static void write_to(const char *folder, const char *name, void (*write)(FILE *out))
{
    FILE *out = begin_file(folder, name);

    write(out);
    end_file(out);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        stop("usage: case_contract DESCRIPTOR_SET FOLDER");
    read_sections(read_set(argv[1]));
    write_to(argv[2], "model/model/case_tables.h", write_header);
    write_to(argv[2], "model/case_tables.c", write_source);
    write_to(argv[2], "codec/codec/case_contracts.h", write_walks_header);
    write_to(argv[2], "codec/case_contracts.c", write_walks);
    write_to(argv[2], "formats/formats/htcds_columns.def", write_columns);
    write_to(argv[2], "formats/formats/htcds_codes.def", write_labels);
    return 0;
}
