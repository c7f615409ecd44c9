/* Writes a JSON Schema (2020-12) of each message of a contract that is told (option `json` of proto/options.proto).
 *
 *     schema DESCRIPTOR_SET FILE.proto FOLDER
 *
 * Into FOLDER goes a file a message, named in snake case: an answer as `--json` prints it, or what an audit record
 * says. A member may be null where its value may be absent, and what may be left out is not required; more members may
 * stand beside those named here.
 */
#include "contract_read.h"

#include <stdlib.h>
#include <string.h>

struct told {
    const Refex__FieldRule *rule;
    const field_descriptor *d;
};

static const descriptor_set *set;
static const file_descriptor *file;

static bool is_text(const struct told *t)
{
    switch (t->rule->type) {
    case REFEX__FIELD_TYPE__LINE:
    case REFEX__FIELD_TYPE__LINES:
    case REFEX__FIELD_TYPE__ADDRESS:
    case REFEX__FIELD_TYPE__AGENCY:
        return true;
    default:
        return t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING;
    }
}

static bool is_told_as(const struct told *t, const char *how)
{
    return is_set(t->rule->told) && strcmp(t->rule->told, how) == 0;
}

/* A number that is told by its name. */
static bool is_word(const struct told *t)
{
    return is_set(t->rule->words) || (is_set(t->rule->as) && strncmp(t->rule->as, "enum ", 5) == 0) ||
           (is_set(t->rule->by) && t->rule->type == REFEX__FIELD_TYPE__PLAIN);
}

static bool is_enum(const struct told *t)
{
    return t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM;
}

static void write_words(FILE *out, const enum_descriptor *e, const char *or_null)
{
    const char *between = "";

    fprintf(out, "\"enum\": [");
    for (size_t i = 0; i < e->n_value; i++)
        if (is_set(read_code(e->value[i])->word)) {
            fprintf(out, "%s\"%s\"", between, read_code(e->value[i])->word);
            between = ", ";
        }
    fprintf(out, "%s]", is_set(or_null) ? ", null" : "");
}

/* The message that T is told as; NULL: it is none. */
static const message_descriptor *object_of(const struct told *t)
{
    const char *name = t->d->type_name;

    if (is_set(t->rule->told) && t->rule->told[0] >= 'A' && t->rule->told[0] <= 'Z')
        name = t->rule->told;
    else if (is_set(name) && !is_enum(t))
        name = strrchr(name, '.') + 1;
    for (size_t i = 0; is_set(name) && i < file->n_message_type; i++)
        if (strcmp(file->message_type[i]->name, name) == 0)
            return file->message_type[i];
    return NULL;
}

static void write_object(FILE *out, const message_descriptor *m, const char *indent);

/* OR_NULL: , "null" where a value may be absent. */
static void write_type(FILE *out, const struct told *t, const char *or_null, const char *indent)
{
    bool is_bool = t->d->type == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL;
    const message_descriptor *object = object_of(t);

    if (object != NULL) {
        fprintf(out, "\"type\": [\"object\"%s], ", or_null);
        write_object(out, object, indent);
    } else if (t->rule->type == REFEX__FIELD_TYPE__SET && is_enum(t)) {
        fprintf(out, "\"type\": \"array\", \"items\": {");
        write_words(out, find_enum(set, t->d->type_name), "");
        fprintf(out, "}");
    } else if (is_told_as(t, "words") || t->rule->type == REFEX__FIELD_TYPE__SET ||
               t->rule->type == REFEX__FIELD_TYPE__PATH) {
        fprintf(out, "\"type\": \"array\", \"items\": {\"type\": \"string\"}");
    } else if (is_bool) {
        fprintf(out, "\"type\": [\"boolean\"%s]", is_set(t->rule->by) ? or_null : "");
    } else if (is_told_as(t, "base64")) {
        fprintf(out, "\"type\": [\"string\"%s], \"contentEncoding\": \"base64\"", or_null);
    } else if (t->rule->type == REFEX__FIELD_TYPE__TIME || t->rule->type == REFEX__FIELD_TYPE__DAY) {
        fprintf(out, "\"type\": [\"string\"%s], \"format\": \"%s\"", or_null,
                t->rule->type == REFEX__FIELD_TYPE__TIME ? "date-time" : "date");
    } else if (t->rule->type == REFEX__FIELD_TYPE__ID || t->rule->type == REFEX__FIELD_TYPE__HASH) {
        fprintf(out, "\"type\": [\"string\"%s], \"pattern\": \"^[0-9a-f]{%d}$\"", or_null,
                t->rule->type == REFEX__FIELD_TYPE__ID ? 32 : 64);
    } else if (t->rule->type == REFEX__FIELD_TYPE__FINGERPRINT) {
        fprintf(out, "\"type\": [\"string\"%s], \"pattern\": \"^[A-Z2-7]{4}(-[A-Z2-7]{4}){13}$\"", or_null);
    } else if (is_enum(t) && !is_set(t->rule->words) && !is_set(t->rule->by)) {
        write_words(out, find_enum(set, t->d->type_name), or_null);
    } else if (is_text(t) || is_word(t)) {
        fprintf(out, "\"type\": [\"string\"%s]", or_null);
    } else {
        fprintf(out, "\"type\": [\"integer\"%s], \"minimum\": 0", is_set(t->rule->by) ? or_null : "");
    }
}

static void write_member(FILE *out, const struct told *t, const char *name, const char *indent)
{
    bool is_list = t->d->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED &&
                   t->rule->type != REFEX__FIELD_TYPE__SET;
    bool is_there = is_list || t->rule->omit_empty || (t->rule->must && !is_set(t->rule->by));

    fprintf(out, "\"%s\": {%s", name, is_list ? "\"type\": \"array\", \"items\": {" : "");
    write_type(out, t, is_there ? "" : ", \"null\"", indent);
    fprintf(out, "}%s", is_list ? "}" : "");
}

/* The members whose names begin with OBJECT and a dot, or without one those that have no dot, and the objects. */
static void write_members(FILE *out, const struct told *told, size_t count, const char *object, const char *indent)
{
    const char *between = "";
    char deeper[TEXT_MAX];

    format(deeper, "%s    ", indent);
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
            write_members(out, told, count, inner, deeper);
            fprintf(out, "\n%s}}", indent);
            continue;
        }
        write_member(out, &told[i], object == NULL ? name : dot + 1, deeper);
    }
}

static void write_required(FILE *out, const struct told *told, size_t count)
{
    const char *between = "";

    fprintf(out, "\"required\": [");
    for (size_t i = 0; i < count; i++)
        if (!told[i].rule->omit_empty && !is_set(told[i].rule->when) && !is_set(told[i].rule->has) &&
            strchr(told[i].rule->json, '.') == NULL) {
            fprintf(out, "%s\"%s\"", between, told[i].rule->json);
            between = ", ";
        }
    fprintf(out, "]");
}

/* What M tells, and what a message in it whose members stand among M's. */
static size_t gather(const message_descriptor *m, struct told **told, size_t count)
{
    for (size_t i = 0; i < m->n_field; i++) {
        struct told t = {read_rule_of(set, m->field[i]), m->field[i]};

        if (is_told_as(&t, "members")) {
            count = gather(object_of(&t), told, count);
        } else if (is_set(t.rule->json)) {
            *told = realloc(*told, (count + 1) * sizeof **told);
            if (*told == NULL)
                stop("no memory");
            (*told)[count++] = t;
        }
    }
    return count;
}

static void write_object(FILE *out, const message_descriptor *m, const char *indent)
{
    struct told *told = NULL;
    size_t count = gather(m, &told, 0);
    char deeper[TEXT_MAX];

    format(deeper, "%s    ", indent);
    write_required(out, told, count);
    fprintf(out, ", \"properties\": {");
    write_members(out, told, count, NULL, deeper);
    fprintf(out, "\n%s}", indent);
    free(told);
}

static void write_message(const message_descriptor *m, const char *folder)
{
    struct told *told = NULL;
    size_t count = gather(m, &told, 0);
    char snake[TEXT_MAX];
    char name[TEXT_MAX];
    FILE *out;

    free(told);
    if (count == 0)
        return;
    write_snake(m->name, snake);
    format(name, "%s.json", snake);
    out = begin_file(folder, name);
    fprintf(out, "{\n    \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n    \"$id\": \"urn:%s.%s\",\n",
            file->package, m->name);
    fprintf(out, "    \"title\": \"%s\",\n    \"type\": \"object\", ", m->name);
    write_object(out, m, "    ");
    fprintf(out, "\n}\n");
    end_file(out);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        stop("usage: schema DESCRIPTOR_SET FILE.proto FOLDER");
    set = read_set(argv[1]);
    file = find_file(set, argv[2]);
    for (size_t i = 0; i < file->n_message_type; i++)
        write_message(file->message_type[i], argv[3]);
    return 0;
}
