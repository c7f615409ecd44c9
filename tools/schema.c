/* Writes a JSON Schema (2020-12) of each message of a contract that is told (option `json` of proto/options.proto).
 *
 *     schema DESCRIPTOR_SET FILE.proto FOLDER
 *
 * Into FOLDER goes a file a message, named in snake case: an answer as `--json` prints it, or what an audit record
 * says. A member may be null where its value may be absent; more members may stand beside those named here.
 */
#include "contract_read.h"

#include <stdlib.h>
#include <string.h>

static const descriptor_set *set;

struct told {
    const Refex__FieldRule *rule;
    const field_descriptor *d;
};

static bool is_text(const struct told *t)
{
    switch (t->rule->type) {
    case REFEX__FIELD_TYPE__ID:
    case REFEX__FIELD_TYPE__HASH:
    case REFEX__FIELD_TYPE__FINGERPRINT:
    case REFEX__FIELD_TYPE__LINE:
    case REFEX__FIELD_TYPE__LINES:
    case REFEX__FIELD_TYPE__ADDRESS:
    case REFEX__FIELD_TYPE__AGENCY:
        return true;
    default:
        return t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING;
    }
}

/* A number that is told by its name. */
static bool is_word(const struct told *t)
{
    return is_set(t->rule->words) || (is_set(t->rule->as) && strncmp(t->rule->as, "enum ", 5) == 0);
}

static bool is_enum(const struct told *t)
{
    return t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM;
}

static void write_words(FILE *out, const enum_descriptor *e)
{
    fprintf(out, "\"enum\": [");
    for (size_t i = 0; i < e->n_value; i++)
        if (is_set(read_code(e->value[i])->word))
            fprintf(out, "\"%s\", ", read_code(e->value[i])->word);
    fprintf(out, "null]");
}

static void write_type(FILE *out, const struct told *t)
{
    if (is_set(t->rule->told) && strcmp(t->rule->told, "base64") == 0)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"contentEncoding\": \"base64\"");
    else if (is_set(t->rule->told) && strcmp(t->rule->told, "object") == 0)
        fprintf(out, "\"type\": [\"object\", \"null\"]");
    else if (is_set(t->rule->told) || t->rule->type == REFEX__FIELD_TYPE__SET ||
             t->rule->type == REFEX__FIELD_TYPE__PATH)
        fprintf(out, "\"type\": \"array\", \"items\": {\"type\": \"string\"}");
    else if (t->rule->type == REFEX__FIELD_TYPE__TIME)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"format\": \"date-time\"");
    else if (t->rule->type == REFEX__FIELD_TYPE__DAY)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"format\": \"date\"");
    else if (t->rule->type == REFEX__FIELD_TYPE__ID)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"pattern\": \"^[0-9a-f]{32}$\"");
    else if (t->rule->type == REFEX__FIELD_TYPE__HASH)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"pattern\": \"^[0-9a-f]{64}$\"");
    else if (t->rule->type == REFEX__FIELD_TYPE__FINGERPRINT)
        fprintf(out, "\"type\": [\"string\", \"null\"], \"pattern\": \"^[A-Z2-7]{4}(-[A-Z2-7]{4}){13}$\"");
    else if (t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL)
        fprintf(out, "\"type\": \"boolean\"");
    else if (is_enum(t) && !is_set(t->rule->words))
        write_words(out, find_enum(set, t->d->type_name));
    else if (is_text(t) || is_word(t))
        fprintf(out, "\"type\": [\"string\", \"null\"]");
    else
        fprintf(out, "\"type\": \"integer\", \"minimum\": 0");
}

/* The members whose names begin with OBJECT and a dot, or without one those that have no dot, and the objects. */
static void write_members(FILE *out, const struct told *told, size_t count, const char *object, const char *indent)
{
    const char *between = "";

    for (size_t i = 0; i < count; i++) {
        const char *name = told[i].rule->json;
        const char *dot = strchr(name, '.');
        size_t size = dot == NULL ? 0 : (size_t)(dot - name);

        if (object != NULL && (size != strlen(object) || strncmp(name, object, size) != 0))
            continue;
        if (object == NULL && dot != NULL && i > 0 && strncmp(told[i - 1].rule->json, name, size + 1) == 0)
            continue; /* its object stands already */
        fprintf(out, "%s\n%s", between, indent);
        between = ",";
        if (object == NULL && dot != NULL) {
            char inner[TEXT_MAX];

            format(inner, "%.*s", (int)size, name);
            fprintf(out, "\"%s\": {\"type\": \"object\", \"properties\": {", inner);
            write_members(out, told, count, inner, "            ");
            fprintf(out, "\n        }}");
            continue;
        }
        fprintf(out, "\"%s\": {", object == NULL ? name : dot + 1);
        write_type(out, &told[i]);
        fprintf(out, "}");
    }
}

static void write_schema(FILE *out, const message_descriptor *m, const char *package, const struct told *told,
                         size_t count)
{
    fprintf(out, "{\n    \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n    \"$id\": \"urn:%s.%s\",\n",
            package, m->name);
    fprintf(out, "    \"title\": \"%s\",\n    \"type\": \"object\",\n    \"properties\": {", m->name);
    write_members(out, told, count, NULL, "        ");
    fprintf(out, "\n    }\n}\n");
}

static void write_message(const message_descriptor *m, const char *package, const char *folder)
{
    struct told *told = room_of((m->n_field + 1) * sizeof *told);
    char snake[TEXT_MAX];
    char name[TEXT_MAX];
    size_t count = 0;
    FILE *out;

    for (size_t i = 0; i < m->n_field; i++) {
        told[count] = (struct told){read_rule_of(set, m->field[i]), m->field[i]};
        count += is_set(told[count].rule->json);
    }
    if (count > 0) {
        write_snake(m->name, snake);
        format(name, "%s.json", snake);
        out = begin_file(folder, name);
        write_schema(out, m, package, told, count);
        end_file(out);
    }
    free(told);
}

int main(int argc, char **argv)
{
    const file_descriptor *file;

    if (argc != 4)
        stop("usage: schema DESCRIPTOR_SET FILE.proto FOLDER");
    set = read_set(argv[1]);
    file = find_file(set, argv[2]);
    for (size_t i = 0; i < file->n_message_type; i++)
        write_message(file->message_type[i], file->package, argv[3]);
    return 0;
}
