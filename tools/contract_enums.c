/* Makes the enums of one contract for C, with the functions that name and find their values.
 *
 *     contract_enums DESCRIPTOR_SET FILE.proto ROOM FOLDER
 *
 * DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` wrote. Into FOLDER go ROOM/FILE_enums.h and
 * FILE_enums.c. The same input gives the same bytes. Numbers ascend; the value 0 is what is absent, and C has it only
 * where its name does not say so.
 */
#include <inttypes.h>
#include <string.h>

#include "contract_read.h"

/* Of VALUE: NULL where it has none. */
typedef const char *text_of(const value_descriptor *value);

static const char *word_of(const value_descriptor *value)
{
    return is_set(read_code(value)->word) ? read_code(value)->word : NULL;
}

static const char *sentence_of(const value_descriptor *value)
{
    return is_set(read_code(value)->says) ? read_code(value)->says : NULL;
}

static bool is_absent(const value_descriptor *value)
{
    const char *end = strrchr(value->name, '_');

    return value->number == 0 && end != NULL && strcmp(end, "_ABSENT") == 0;
}

/* Whether E's values have a text: all, or none but for 0. */
static bool has_texts(const enum_descriptor *e, text_of *text)
{
    size_t count = 0;

    for (size_t i = 1; i < e->n_value; i++)
        count += text(e->value[i]) != NULL;
    if (count != 0 && count != e->n_value - 1)
        stop("%s: some of its values have a word or a sentence, and some have none", e->name);
    return count != 0;
}

static void write_enum(FILE *out, const enum_descriptor *e)
{
    char end[TEXT_MAX];

    fprintf(out, "enum %s {\n", enum_name(e->name));
    for (size_t i = 0; i < e->n_value; i++) {
        if (i > 0 && e->value[i]->number <= e->value[i - 1]->number)
            stop("%s: its number does not ascend", e->value[i]->name);
        if (!is_absent(e->value[i]))
            fprintf(out, "    %s = %" PRId32 ",\n", e->value[i]->name, e->value[i]->number);
    }
    write_enum_end(e, end);
    fprintf(out, "    %s\n};\n\n", end);
}

static void write_functions(FILE *out, const enum_descriptor *e)
{
    const char *name = enum_name(e->name);

    if (has_texts(e, word_of))
        fprintf(out, "const char *%s_name(enum %s value); /* \"%s\" …; \"?\" where it has none */\n", name, name,
                word_of(e->value[1]));
    if (has_texts(e, sentence_of))
        fprintf(out, "const char *%s_says(enum %s value); /* \"%s\" … */\n", name, name, sentence_of(e->value[1]));
    if (read_list(e)->find)
        fprintf(out, "bool %s_find(struct view name, enum %s *out);\n", name, name);
}

/* The table of E's texts, and the function NAME_VERB that reads it. */
static void write_texts(FILE *out, const enum_descriptor *e, text_of *text, const char *verb)
{
    const char *name = enum_name(e->name);
    char end[TEXT_MAX];

    if (!has_texts(e, text))
        return;
    write_enum_end(e, end);
    fprintf(out, "static const char *const %s_%s_table[%s] = {\n", name, verb, end);
    for (size_t i = 0; i < e->n_value; i++)
        if (text(e->value[i]) != NULL)
            fprintf(out, "    [%s] = \"%s\",\n", e->value[i]->name, text(e->value[i]));
    fprintf(out, "};\nNAMED_BY(%s_%s, enum %s, %s_%s_table)\n", name, verb, name, name, verb);
}

static void write_source(FILE *out, const enum_descriptor *e)
{
    const char *name = enum_name(e->name);

    write_texts(out, e, word_of, "name");
    if (read_list(e)->find)
        fprintf(out, "FOUND_BY(%s_find, enum %s, %s_name_table)\n", name, name, name);
    write_texts(out, e, sentence_of, "says");
}

int main(int argc, char **argv)
{
    const file_descriptor *file;
    char name[TEXT_MAX];
    char base[TEXT_MAX];
    char upper[TEXT_MAX];
    FILE *header;
    FILE *source;

    if (argc != 5)
        stop("usage: contract_enums DESCRIPTOR_SET FILE.proto ROOM FOLDER");
    file = find_file(read_set(argv[1]), argv[2]);
    format(base, "%.*s", (int)strcspn(argv[2], "."), argv[2]);
    format(name, "%s_%s", argv[3], base);
    write_upper(name, upper);
    format(name, "%s/%s_enums.h", argv[3], base);
    header = begin_file(argv[4], name);
    format(name, "%s_enums.c", base);
    source = begin_file(argv[4], name);
    fprintf(header, "/* Made from proto/%s, which says what each value is. */\n#ifndef %s_ENUMS_H\n", argv[2], upper);
    fprintf(header, "#define %s_ENUMS_H\n\n#include \"base/bytes.h\"\n\n", upper);
    fprintf(source, "/* Made from proto/%s. */\n#include \"%s/%s_enums.h\"\n\n", argv[2], argv[3], base);
    fprintf(source, "#include \"model/names.h\"\n\n");
    for (size_t i = 0; i < file->n_enum_type; i++) {
        write_enum(header, file->enum_type[i]);
        write_functions(header, file->enum_type[i]);
        write_source(source, file->enum_type[i]);
    }
    fprintf(header, "\n#endif\n");
    end_file(header);
    end_file(source);
    return 0;
}
